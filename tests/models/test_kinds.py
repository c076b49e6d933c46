"""Kinds of model: whatever changes, in whatever order, the state and what is served are those of training on what is left."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.dataset.rows import Row
from sayso.errors import IntegrityError
from sayso.models.kind import Kind, arrays_digest
from sayso.models.recommend.model import fit
from sayso.models.recommend.settings import Settings
from sayso.models.recommendations import RecommendationsKind, ledger_from, recommended, threads_of
from sayso.models.suggestions import SuggestionsKind
from sayso.models.threads import roots

MEMBERS = [f"{number:032x}" for number in range(1, 9)]
RECORDS = [f"{number:032x}" for number in range(101, 125)]
WORDS = "thank you for the kind words about qubits and error correction, they help [PERSON 1] a lot".split()

texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@st.composite
def worlds(draw: st.DrawFn) -> list[Row]:
    """Draw rows: answers may answer each other in circles, themselves, or what is not there."""
    records = draw(st.lists(st.sampled_from(RECORDS), unique=True, max_size=14))
    return [
        Row(
            record,
            draw(st.sampled_from(MEMBERS)),
            draw(st.sampled_from(["post", "answer"])),
            "public",
            draw(st.sampled_from(["en", None])),
            None,
            draw(texts),
            "",
            draw(st.none() | st.sampled_from(RECORDS)),
        )
        for record in records
    ]


def ordered(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.member, row.record))


def changes(before: list[Row], after: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return all rows of the members who have not the same rows in both."""
    own = [
        {member: {row for row in rows if row.member == member} for member in MEMBERS}
        for rows in (before, after)
    ]
    other = {member for member in MEMBERS if own[0][member] != own[1][member]}
    return tuple(ordered([row for row in rows if row.member in other]) for rows in (before, after))  # type: ignore[return-value]


KINDS: list[Kind[Any]] = [
    SuggestionsKind(at_least=2),
    RecommendationsKind(Settings(ridge=2, buckets=64)),
    RecommendationsKind(Settings(ridge=1, buckets=64, cap=2)),
]


@pytest.mark.parametrize("kind", KINDS, ids=["suggestions", "recommendations", "capped"])
@settings(max_examples=40)
@given(steps=st.lists(worlds(), min_size=2, max_size=3), kept=st.booleans())
def test_following_changes_gives_what_training_once_gives(
    kind: Kind[Any], steps: list[list[Row]], kept: bool
) -> None:
    state = kind.train(ordered(steps[0]))
    for before, after in pairwise(steps):
        if kept:
            state = kind.state_of(kind.arrays(state))
        state = kind.change(state, *changes(before, after))
        assert state is not None
    once = kind.train(ordered(steps[-1]))
    assert kind.digest(state) == kind.digest(once)
    assert arrays_digest(kind.served(state)) == arrays_digest(kind.served(once))


@given(rows=worlds(), gone=st.sets(st.sampled_from(MEMBERS), max_size=3))
def test_few_leaving_many_is_done_by_rank_one_changes_to_the_same(rows: list[Row], gone: set[str]) -> None:
    kind = RecommendationsKind(Settings(ridge=2, buckets=64))
    # Forty posts of others, so that what changes is little beside them and no fit is sooner done.
    others = [
        Row(f"{1000 + n:032x}", f"{2000 + n % 7:032x}", "post", "public", None, None, WORDS[n % 9], "", None)
        for n in range(40)
    ]
    state = kind.train([*others, *ordered(rows)])
    before = ordered([row for row in rows if row.member in gone])
    changed = kind.change(state, before, [])
    once = kind.train([*others, *ordered([row for row in rows if row.member not in gone])])
    assert changed is not None
    assert kind.digest(changed) == kind.digest(once)
    assert arrays_digest(kind.served(changed)) == arrays_digest(kind.served(once))


@given(rows=worlds())
def test_who_starts_a_thread_is_as_a_slow_telling_says(rows: list[Row]) -> None:
    threads = threads_of(rows, Settings(buckets=64))
    names = [name.decode() for name in threads.records.tolist()]
    above = {row.record: row.reply_to for row in rows}
    assert [names[at] for at in roots(threads.records, threads.answers)] == [
        _start(name, above) for name in names
    ]


def _start(record: str, above: dict[str, str | None]) -> str:
    """Walk up to who answers nothing that is there, or itself; who walks in a circle is a start of its own."""
    path = [record]
    while True:
        over = above[path[-1]]
        if over is None or over not in above or over == path[-1]:
            return path[-1]
        if over in path:
            return record
        path.append(over)


def test_an_inverse_that_is_not_that_of_the_threads_is_made_anew() -> None:
    kind = RecommendationsKind(Settings(ridge=2, buckets=64))
    rows = [
        Row(RECORDS[n], MEMBERS[n % 3], "post", "public", None, None, WORDS[n], "", None) for n in range(9)
    ]
    arrays = dict(kind.arrays(kind.train(rows)))
    arrays["inverse"] = arrays["inverse"] * 1.01
    state = kind.state_of(arrays)
    assert np.array_equal(
        state.model.inverse.diagonal, fit(ledger_from(state.threads, kind.weights)).inverse.diagonal
    )


@pytest.mark.parametrize("name", ["records", "answers", "words_start", "settings"])
def test_a_state_that_is_none_is_refused(name: str) -> None:
    kind = RecommendationsKind(Settings(buckets=64))
    arrays = dict(
        kind.arrays(kind.train([Row(RECORDS[0], MEMBERS[0], "post", "public", None, None, "one", "")]))
    )
    with pytest.raises(IntegrityError, match="no state"):
        kind.state_of({**arrays, name: arrays[name][:0]} if name == "records" else _without(arrays, name))


def _without(arrays: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in arrays.items() if key != name}


def test_what_is_served_suggests_what_the_whole_state_suggests() -> None:
    kind = SuggestionsKind()
    said = ["Thank you for the kind words", "Thank you for the help with qubits", "My own secret is 4711"]
    rows = [
        Row(RECORDS[n], MEMBERS[n // 3], "post", "public", None, None, said[n % 3], "") for n in range(12)
    ]
    state = kind.train(rows[:11])
    served = kind.state_of(kind.served(state))
    for text in ("Thank you", "Thank you for the k", "My own secret", ""):
        assert served.suggest(text) == state.suggest(text)
    alone = kind.served(kind.train(rows[:6]))
    assert sum(len(alone[f"keys_{length}"]) for length in range(1, 6)) == 0


def test_recommendations_come_from_what_is_served_alone() -> None:
    kind = RecommendationsKind(Settings(ridge=1, text=0, topic=0, buckets=64))
    rows = [
        Row(RECORDS[0], MEMBERS[0], "post", "public", None, None, "one", ""),
        Row(RECORDS[1], MEMBERS[0], "post", "public", None, None, "two", ""),
        Row(RECORDS[2], MEMBERS[1], "answer", "public", None, None, "three", "", RECORDS[0]),
        Row(RECORDS[3], MEMBERS[1], "answer", "public", None, None, "four", "", RECORDS[1]),
    ]
    served = kind.served(kind.train(rows))
    assert [one.post for one in recommended(served, [RECORDS[0]], 3)] == [RECORDS[1]]
    assert recommended(served, [RECORDS[2]], 3) == ()
