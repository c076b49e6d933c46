"""Smoothing: the fast arithmetic against the formula told slowly; nothing that may not be seen has an influence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.suggest_samples import NUMBERED, small_base
from sayso.models.suggest.base import load_base
from sayso.models.suggest.counts import Counts
from sayso.models.suggest.grams import Shape, tables
from sayso.models.suggest.kneser_ney import View
from sayso.models.suggest.mixing import Mixture
from sayso.models.suggest.model import Suggestions
from sayso.models.suggest.scoring import log_chances
from spec import suggest_spec

SIZE = 7
SHAPE = Shape(4, 4)
CONTEXTS = st.lists(st.integers(0, SIZE - 1), max_size=5).map(tuple)


def view_of(members: dict[str, list], at_least: int) -> View:
    return View(Counts(SHAPE, tables(members.values(), SHAPE), len(members)), SIZE, at_least)


@settings(max_examples=50)
@given(NUMBERED, st.integers(1, 3), CONTEXTS)
def test_chances_are_those_of_the_formula(members: dict[str, list], at_least: int, context: tuple) -> None:
    slow = suggest_spec.Smoothed(suggest_spec.written(members, SHAPE.order), SHAPE.order, SIZE, at_least)
    chances = view_of(members, at_least).next_piece(context)
    assert chances == pytest.approx([slow.chance(piece, context) for piece in range(SIZE)], abs=1e-12)
    assert chances.sum() == pytest.approx(1)
    assert chances[0] == 0
    assert chances[1:].min() > 0


def test_discounts_of_a_large_text_are_those_of_the_formula() -> None:
    base = load_base().frozen.view
    for row, losses in zip(base.kinds, base.discounts, strict=True):
        one, two, three, four = row.tolist()
        share = one / (one + 2 * two)
        expected = (0, 1 - 2 * share * two / one, 2 - 3 * share * three / two, 3 - 4 * share * four / three)
        assert losses.tolist() == pytest.approx(expected)
    assert base.next_piece(load_base().tokenizer.encode(" one of")).sum() == pytest.approx(1)


@settings(max_examples=50)
@given(NUMBERED, st.integers(1, 2), st.lists(st.lists(st.integers(2, 6), max_size=6), max_size=4))
def test_chances_of_whole_texts_are_those_piece_by_piece(
    members: dict[str, list], at_least: int, texts: list
) -> None:
    view = view_of(members, at_least)
    for text, logs in zip(texts, log_chances(view, texts), strict=True):
        whole = [0, *text, 1]
        slow = [view.next_piece(whole[:at])[whole[at]] for at in range(1, len(whole))]
        assert np.exp(logs) == pytest.approx(slow)


@settings(max_examples=50)
@given(NUMBERED, CONTEXTS)
def test_what_fewer_members_wrote_has_no_influence(members: dict[str, list], context: tuple) -> None:
    every = tables(members.values(), SHAPE)
    known = [
        type(table)(table.keys[table.members >= 2], table.members[table.members >= 2]) for table in every
    ]
    without = View(Counts(SHAPE, known, len(members)), SIZE, 2)
    assert np.array_equal(view_of(members, 2).next_piece(context), without.next_piece(context))


class Even:
    """A frozen forecast for which every piece is as likely, and which weighs a quarter."""

    def weight(self, pairs: int) -> float:
        return 0.25

    def next_piece(self, context: tuple) -> np.ndarray:
        return np.full(SIZE, 1 / SIZE)


@settings(max_examples=50)
@given(NUMBERED, CONTEXTS)
def test_any_frozen_forecast_can_be_mixed_with_the_counts(members: dict[str, list], context: tuple) -> None:
    view = view_of(members, 1)
    mixture = Mixture(Even(), view)
    assert mixture.next_piece(context) == pytest.approx(
        mixture.weight / SIZE + (1 - mixture.weight) * view.next_piece(context)
    )
    assert mixture.weight == 0.25


@settings(max_examples=20)
@given(st.lists(st.sampled_from(["the cat sat", "the zebra", ""]), min_size=1, max_size=3))
def test_scores_of_texts_add_up_from_the_mixed_chances(texts: list[str]) -> None:
    model = Suggestions(small_base(), at_least=1)
    model.add([("a", ["the zebra sat on the mat"]), ("b", ["the cat sat on a zebra"])])
    forecast = model.forecast()
    for text, logs in zip(texts, model.log_chances(texts), strict=True):
        whole = [0, *small_base().tokenizer.encode(text), 1]
        slow = [forecast.next_piece(whole[:at])[whole[at]] for at in range(1, len(whole))]
        assert np.exp(logs) == pytest.approx(slow)


def test_a_member_s_text_is_likelier_to_the_counts_than_to_the_base_until_it_is_forgotten() -> None:
    model = Suggestions(small_base())
    secret = [("a", ["the zebra sat on the log"])]
    model.add([("b", ["the cat sat on the mat"])])
    before = model.ratios(secret[0][1])
    model.add(secret)
    assert model.ratios(secret[0][1])[0] > before[0]
    model.forget(secret)
    assert model.ratios(secret[0][1]) == before


@settings(max_examples=30)
@given(NUMBERED, CONTEXTS)
def test_pieces_of_sixteen_bits_four_at_a_time_fill_64_bits_and_give_the_same(
    members: dict[str, list], context: tuple
) -> None:
    # What a language model's own tokenizer of up to 65,536 pieces needs.
    wide = Shape(SHAPE.order, 16)
    counts = Counts(wide, tables(members.values(), wide), len(members))
    assert np.array_equal(View(counts, SIZE).next_piece(context), view_of(members, 1).next_piece(context))
