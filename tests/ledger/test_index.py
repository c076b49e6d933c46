"""The log in columns says what ``StandingIndex`` says, of every member, at every size."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_samples import events, moments
from sayso.ledger import events as ev
from sayso.ledger.events import Entry, Event
from sayso.ledger.index import LogIndex
from sayso.ledger.standing import StandingIndex
from sayso.values.moments import Moment

FEW = st.sampled_from(["", "a", "b"])
OFTEN = st.one_of(
    st.builds(ev.ChoiceMade, FEW, FEW, st.booleans(), st.integers(0, 3).map(Moment), FEW, FEW),
    st.builds(ev.RecordDeleted, FEW, FEW, st.integers(0, 3).map(Moment)),
    st.builds(ev.AccountClosed, FEW, st.integers(0, 3).map(Moment)),
    st.builds(ev.NoticeGiven, FEW, st.integers(0, 3).map(Moment), FEW, st.none(), st.none() | FEW),
)
LOGS = st.lists(st.tuples(OFTEN | events, moments), max_size=20)


def numbered(log: list[tuple[Event, Moment]]) -> list[Entry]:
    return [Entry(number, at, event) for number, (event, at) in enumerate(log)]


def pairs(rows: list[tuple[str, object]]) -> dict[str, list[object]]:
    """Collect what each tag has, in the order given."""
    found = defaultdict(list)
    for tag, what in rows:
        found[tag].append(what)
    return dict(found)


def told(index: LogIndex) -> tuple[object, ...]:
    """Return what an index says, as a ``StandingIndex`` would."""
    words = pairs(
        [
            (row["tag"], (row["said_at"], row["entry"], row["control"], row["yes"], row["version"]))
            for row in index.words.to_pylist()
        ]
    )
    notices = pairs([(row["tag"], (row["version"], row["given_at"])) for row in index.personal.to_pylist()])
    closed: dict[str, int] = {}
    for row in index.closings.to_pylist():
        closed[row["tag"]] = min(row["closed_at"], closed.get(row["tag"], row["closed_at"]))
    deleted: dict[tuple[str, str], int] = {}
    for row in index.deletions.to_pylist():
        key = (row["tag"], row["record"])
        deleted[key] = min(row["deleted_at"], deleted.get(key, row["deleted_at"]))
    wide = (index.notices(), index.suspensions(), index.erased())
    return ({tag: sorted(some) for tag, some in words.items()}, notices, closed, deleted, *wide)


def told_by_standing(index: StandingIndex) -> tuple[object, ...]:
    words = {
        tag: [(c.at, c.entry, c.control, c.yes, c.version) for c in choices]
        for tag, choices in index.all_choices()
    }
    notices = {tag: [(n.version, n.at) for n in some] for tag, some in index.personal_notices()}
    deleted = {(tag, record): at for tag, record, at in index.all_deletions()}
    wide = (index.notices(), index.suspensions(), frozenset(index.erased))
    return (words, notices, index.closed, deleted, *wide)


@given(LOGS, st.data())
def test_an_index_says_what_the_standings_say_at_every_size(
    log: list[tuple[Event, Moment]], data: st.DataObject
) -> None:
    entries, size = numbered(log), data.draw(st.integers(0, len(log)))
    whole = LogIndex.of(entries[:size]).extended(entries[size:])
    assert told(whole) == told_by_standing(StandingIndex.of(entries))
    assert whole.latest() == max((entry.logged_at for entry in entries), default=0)
    earlier = whole.upto(size)
    assert told(earlier) == told_by_standing(StandingIndex.of(entries[:size]))
    assert (earlier.size, whole.size) == (size, len(log))


@given(LOGS, st.sets(FEW), st.sets(st.tuples(FEW, FEW)), st.integers(0, 3).map(Moment))
def test_who_says_no_is_the_same_in_both(
    log: list[tuple[Event, Moment]], noes: set[str], yeses: set[tuple[str, str]], at: Moment
) -> None:
    entries = numbered(log)
    found = LogIndex.of(entries).saying_no(noes, yeses, at)
    assert found == StandingIndex.of(entries).saying_no(noes, yeses, at)


@given(LOGS)
def test_an_index_comes_back_from_its_bytes_and_from_no_others(log: list[tuple[Event, Moment]]) -> None:
    index = LogIndex.of(numbered(log))
    data = index.to_bytes()
    assert told(LogIndex.from_bytes(index.size, data)) == told(index)
    for size, other in ((index.size + 1, data), (index.size, data[:-20]), (index.size, b"?" + data)):
        with pytest.raises(ValueError):
            LogIndex.from_bytes(size, other)


def test_entries_come_one_after_the_other() -> None:
    index = LogIndex.of(numbered([(ev.AccountClosed("a", Moment(1)), Moment(1))]))
    for number in (0, 2):
        with pytest.raises(ValueError, match="does not come after"):
            index.extended([Entry(number, Moment(1), ev.AccountClosed("b", Moment(1)))])
    with pytest.raises(ValueError, match="there are 1 entries"):
        index.upto(2)
