"""The ledger: the same bytes for the same facts, whatever the order; what is kept comes back, and what was touched is refused."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recommend_worlds import KEY, MEMBERS, World, capped_worlds, fitted, worlds
from sayso.errors import InputError, IntegrityError
from sayso.models.recommend import (
    Interaction,
    Post,
    Settings,
    archived,
    forget,
    ledger_digest,
    ledger_from,
    ledger_of,
    publish,
    published_from,
)
from sayso.models.recommend.archive import FORMAT, Named, digest_of
from sayso.models.recommend.words import text_row, words_of


@given(worlds, st.randoms(use_true_random=False))
def test_order_and_repetition_leave_no_trace(world: World, chance: random.Random) -> None:
    pairs, posts = [*world.pairs, *world.pairs[:3]], list(world.posts)
    chance.shuffle(pairs)
    chance.shuffle(posts)
    assert ledger_digest(ledger_of(posts, pairs, world.settings)) == ledger_digest(world.ledger())


@given(worlds)
def test_a_kept_ledger_comes_back(world: World) -> None:
    ledger = world.ledger()
    back = ledger_from(archived(ledger), ledger_digest(ledger))
    assert ledger_digest(back) == ledger_digest(ledger)
    assert (back.posts, back.authors, back.topics, back.members) == (
        ledger.posts,
        ledger.authors,
        ledger.topics,
        ledger.members,
    )


@given(worlds, st.data())
def test_a_kept_ledger_with_one_number_changed_is_refused(world: World, data: st.DataObject) -> None:
    ledger = world.ledger()
    kept = archived(ledger)
    filled = [number for number, one in enumerate(kept) if len(one.array)]
    touched = data.draw(st.sampled_from(filled))
    array = kept[touched].array.copy()
    array[data.draw(st.integers(0, len(array) - 1))] ^= 1
    torn = [*kept[:touched], Named(kept[touched].name, array), *kept[touched + 1 :]]
    with pytest.raises(IntegrityError, match="wrong-digest"):
        ledger_from(torn, ledger_digest(ledger))


def test_arrays_that_are_missing_or_of_another_type_are_named() -> None:
    ledger = ledger_of([Post("a")], [("m", "a")], Settings())
    kept = archived(ledger)
    with pytest.raises(IntegrityError, match="'taken_start'"):
        ledger_from([one for one in kept if one.name != "taken_start"], ledger_digest(ledger))
    wider = [Named(n, a.astype(np.int64) if n == "taken_column" else a) for n, a in kept]
    with pytest.raises(IntegrityError, match="'taken_column'"):
        ledger_from(wider, ledger_digest(ledger))


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("taken_column", np.array([7], np.int32)),
        ("taken_start", np.array([0, 2], np.int64)),
        ("authors_start", np.array([0], np.int64)),
        ("members_start", np.array([0, 1, 1], np.int64)),
        ("posts", np.array([255], np.uint8)),
        ("settings", np.array([1], np.int64)),
    ],
)
def test_arrays_that_point_outside_are_refused_though_their_digest_fits(name: str, array: np.ndarray) -> None:
    kept = [
        Named(n, array if n == name else a)
        for n, a in archived(ledger_of([Post("a")], [("m", "a")], Settings()))
    ]
    with pytest.raises(IntegrityError, match="bad-archive"):
        ledger_from(kept, digest_of(kept, FORMAT))


@given(worlds)
def test_kept_weights_come_back_and_touched_ones_are_refused(world: World) -> None:
    published = publish(fitted(world), KEY).published
    kept = published.to_arrays()
    back = published_from(kept, published.digest())
    assert back.digest() == published.digest()
    assert (back.posts, back.ledger) == (published.posts, published.ledger)
    touched = kept[-1].array.copy()
    touched[0, 0] += 1
    with pytest.raises(IntegrityError, match="bad-archive"):
        published_from([*kept[:-1], Named("weights", touched)], published.digest())
    with pytest.raises(IntegrityError, match="bad-archive"):
        published_from(kept[:-1], published.digest())


@given(capped_worlds, st.sampled_from(MEMBERS))
def test_which_posts_count_depends_on_the_members_own_row_alone(world: World, member: str) -> None:
    alone = World(world.posts, tuple(pair for pair in world.pairs if pair[0] == member), world.settings)
    row, own = world.ledger().member(member), alone.ledger().member(member)
    assert (row is None) == (own is None)
    if row is not None and own is not None:
        counted = world.ledger().counted(row).tolist()
        assert counted == alone.ledger().counted(own).tolist()
        assert len(counted) == min(len(world.ledger().taken.of(row)), world.settings.cap)


def test_nothing_of_a_forgotten_member_is_left_in_the_kept_bytes() -> None:
    posts = [Post("p-kept", ("meta",), "words", "m-other"), Post("p-own", ("secret",), "entangled", "m-gone")]
    pairs = [
        Interaction("m-gone", "p-kept"),
        Interaction("m-other", "p-own"),
        Interaction("m-other", "p-kept"),
    ]
    model = forget(fitted(World(tuple(posts), tuple(pairs), Settings())), ["m-gone"])
    kept = b"".join(one.array.tobytes() for one in archived(model.ledger))
    assert b"m-other" in kept
    assert not [word for word in (b"m-gone", b"p-own", b"secret") if word in kept]


@pytest.mark.parametrize(
    ("posts", "pairs", "code"),
    [
        ([Post("a"), Post("a")], [], "post-twice"),
        ([Post("")], [], "empty-id"),
        ([Post("a")], [("", "a")], "empty-id"),
        ([Post("a")], [("\ud800", "a")], "lone-surrogate"),
        ([Post("a", ("\udfff",))], [], "lone-surrogate"),
    ],
)
def test_ids_must_be_there_unique_and_text(
    posts: list[Post], pairs: list[tuple[str, str]], code: str
) -> None:
    with pytest.raises(InputError, match=code):
        ledger_of(posts, pairs, Settings())


@pytest.mark.parametrize(
    "wrong", [{"ridge": 0}, {"cap": 0}, {"buckets": 1}, {"text": -1}, {"topic": 1 << 21}, {"ridge": True}]
)
def test_settings_out_of_range_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InputError, match="bad-setting"):
        Settings(**wrong)


@given(st.text(max_size=300), st.integers(2, 5000))
def test_text_rows_are_about_256_long_whatever_is_written(text: str, buckets: int) -> None:
    row = text_row(text, buckets)
    assert list(row.buckets) == sorted(set(row.buckets))
    assert all(0 <= bucket < buckets for bucket in row.buckets)
    assert bool(row.buckets) == bool(words_of(text))
    if row.buckets:
        assert abs(sum(weight * weight for weight in row.weights) ** 0.5 - 256) < 1 + len(row.buckets) ** 0.5


def test_what_redaction_left_behind_is_no_word() -> None:
    assert words_of("[PERSON 1] wrote to [EMAIL] on [DATE 1984]") == ["wrote", "to", "on"]
