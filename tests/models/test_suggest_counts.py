"""Forgetting is subtraction: what is left equals never having known, digest for digest."""

from __future__ import annotations

import io
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.suggest_samples import MEMBERS, NUMBERED, small_base
from sayso.errors import InputError, IntegrityError, Refused
from sayso.models.suggest.grams import CAP, Shape, tables
from sayso.models.suggest.model import Suggestions
from sayso.models.suggest.stored import arrays_of, model_of
from spec import suggest_spec

Texts = dict[str, list[str]]


def trained(members: Texts, cap: int = CAP) -> Suggestions:
    model = Suggestions(small_base(), cap=cap)
    model.add(members.items())
    return model


def same(one: Suggestions, other: Suggestions) -> None:
    """Hold two models equal: digests, arrays, and all that their views keep."""
    assert one.digest() == other.digest()
    ours, theirs = arrays_of(one), arrays_of(other)
    assert list(ours) == list(theirs)
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)
    for at_least in (1, 2, 3):
        a, b = one.view(at_least), other.view(at_least)
        assert a.pairs == b.pairs
        assert np.array_equal(a.kinds, b.kinds)
        for context in ((), (0,), one.base.tokenizer.encode(" the cat sat")):
            assert np.array_equal(a.next_piece(context), b.next_piece(context))


@settings(max_examples=60)
@given(NUMBERED, st.integers(2, 5))
def test_tables_hold_each_n_gram_once_for_each_member_who_wrote_it(
    members: dict[str, list], order: int
) -> None:
    shape = Shape(order, 4)
    found = {}
    for length, table in enumerate(tables(members.values(), shape), 1):
        assert (table.keys[1:] > table.keys[:-1]).all()
        for key, number in zip(table.keys.tolist(), table.members.tolist(), strict=True):
            found[tuple(key >> 4 * at & 15 for at in reversed(range(length)))] = number
    assert found == suggest_spec.written(members, order)


@settings(max_examples=50)
@given(MEMBERS, st.randoms(use_true_random=False), st.sampled_from((CAP, 5)))
def test_forgetting_in_any_order_and_grouping_equals_training_without(
    members: Texts, chance: Random, cap: int
) -> None:
    tags = sorted(members)
    chance.shuffle(tags)
    model = Suggestions(small_base(), cap=cap)
    for at_least in (1, 2, 3):
        model.view(at_least)  # kept up to date by forgetting, or made anew after adding
    inside: set[str] = set()
    for _ in range(6):
        outside = [tag for tag in tags if tag not in inside]
        new = chance.sample(outside, chance.randint(0, len(outside)))
        model.add([(tag, chance.sample(members[tag], len(members[tag]))) for tag in new])
        inside |= set(new)
        for at_least in (1, 2, 3):
            model.view(at_least)
        old = chance.sample(sorted(inside), chance.randint(0, len(inside)))
        model.forget([(tag, members[tag]) for tag in old])
        inside -= set(old)
    same(model, trained({tag: members[tag] for tag in inside}, cap))


@settings(max_examples=25)
@given(MEMBERS, MEMBERS)
def test_two_models_merged_equal_one_trained_on_both(members: Texts, others: Texts) -> None:
    others = {tag.upper(): texts for tag, texts in others.items()}
    model = trained(members)
    model.merge(trained(others))
    same(model, trained(members | others))


def test_models_of_another_cap_are_not_merged() -> None:
    with pytest.raises(ValueError, match="one base"):
        trained({}).merge(trained({}, cap=7))


def test_a_text_that_a_member_wrote_twice_and_in_another_order_counts_once() -> None:
    same(trained({"a": ["the cat", "a dog", "the cat"]}), trained({"a": ["a dog", "the cat"]}))


def test_what_one_member_adds_is_capped_by_pieces_whatever_order_their_texts_come_in() -> None:
    texts = [f"the cat sat on {word}" for word in ("mat", "log", "dog", "zebra")]
    assert trained({"a": texts}, 12).digest() == trained({"a": texts[::-1]}, 12).digest()
    assert (
        trained({"a": texts}, 12).counts.tables[0].members.sum()
        < trained({"a": texts}).counts.tables[0].members.sum()
    )


@settings(max_examples=40)
@given(MEMBERS)
def test_forgetting_who_was_never_added_is_refused_and_changes_nothing(members: Texts) -> None:
    model = trained(members)
    before = model.digest()
    with pytest.raises(Refused, match="not in this model"):
        model.forget([("g", ["xylophone players"]), *members.items()])
    with pytest.raises(Refused):
        model.forget([(f"g{number}", []) for number in range(len(members) + 1)])
    assert model.digest() == before


def test_a_member_twice_in_one_call_is_an_error_and_changes_nothing() -> None:
    model = trained({"a": ["the cat"]})
    before = model.digest()
    for act in (model.add, model.forget):
        with pytest.raises(InputError, match="twice"):
            act([("a", ["the cat"]), ("a", ["the cat"])])
    assert model.digest() == before


@settings(max_examples=25)
@given(MEMBERS)
def test_a_model_comes_back_from_its_file(members: Texts) -> None:
    model = trained(members)
    model.forget(list(members.items())[:1])
    file = io.BytesIO()
    np.savez_compressed(file, **arrays_of(model))
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        same(model_of(dict(arrays), small_base()), model)


def _swapped(table: np.ndarray) -> np.ndarray:
    return table[::-1].copy()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("head", lambda head: head + np.uint64(1)),
        ("head", lambda head: head[:-1]),
        ("head", lambda head: head.astype(np.int64)),
        ("head", lambda head: np.where(np.arange(6) == 1, np.uint64(9), head)),
        ("head", lambda head: np.where(np.arange(6) == 3, np.uint64(1), head)),
        ("head", lambda head: np.where(np.arange(6) == 5, np.uint64(0), head)),
        ("keys_2", _swapped),
        ("keys_2", lambda keys: keys[1:]),
        ("keys_2", lambda keys: keys + np.uint64(1 << 40)),
        ("keys_2", lambda keys: keys | np.uint64(0xFFF)),
        ("keys_5", lambda keys: keys + np.uint64(1 << 30)),
        ("members_1", lambda members: members * np.uint32(0)),
        ("members_1", lambda members: members * np.uint32(9)),
        ("members_3", lambda members: members.astype(np.int32)),
        ("members_4", lambda members: members[None]),
    ],
)
def test_a_changed_file_is_found_out(name: str, change) -> None:
    arrays = arrays_of(trained({"a": ["the cat sat on the mat"], "b": ["the dog sat"]}))
    with pytest.raises(IntegrityError, match="no model of suggestions"):
        model_of({**arrays, name: change(arrays[name])}, small_base())


def test_an_n_gram_whose_part_was_written_by_fewer_is_found_out() -> None:
    arrays = arrays_of(trained({"a": ["the cat sat on the mat"], "b": ["the dog sat"]}))
    members = arrays["members_1"].copy()
    members[members == 2] = 1
    with pytest.raises(IntegrityError, match="parts"):
        model_of({**arrays, "members_1": members}, small_base())


def test_a_file_without_an_array_or_with_one_more_or_of_another_base_is_refused() -> None:
    arrays = arrays_of(trained({"a": ["the cat"]}))
    for broken in ({**arrays, "more": arrays["head"]}, {k: v for k, v in arrays.items() if k != "keys_3"}):
        with pytest.raises(IntegrityError):
            model_of(broken, small_base())
    with pytest.raises(IntegrityError, match="another base"):
        model_of({**arrays, "base": arrays["base"] ^ 1}, small_base())


def test_n_grams_that_would_not_fit_in_64_bits_are_an_error() -> None:
    for order, bits in ((6, 12), (1, 12), (5, 0)):
        with pytest.raises(ValueError, match="64 bits"):
            Shape(order, bits)
    with pytest.raises(ValueError, match="at_least"):
        Suggestions(small_base(), at_least=0)
