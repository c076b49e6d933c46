"""How well an attack tells members from others, and what the attacks and the canaries ask."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.dataset.rows import Row
from sayso.models.attacks import attacks_on, by_counts, by_own_threads
from sayso.models.audit import auc, cautions, curve, interval, told, tpr_at
from sayso.models.canaries import LONG, canaries, pairs_in, prompts, public_pairs, recited
from sayso.models.recommendations import RecommendationsKind
from sayso.models.suggestions import SuggestionsKind
from spec import audit_spec

# Few different scores, so that many are equal.
SCORES = st.lists(st.integers(-4, 4).map(float), min_size=1, max_size=30)
WIDE = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


@given(SCORES, SCORES)
def test_area_and_rates_are_those_of_every_pair_and_every_threshold(
    members: list[float], others: list[float]
) -> None:
    assert auc(members, others) == pytest.approx(audit_spec.auc(members, others), abs=1e-12)
    for most in (0.0, 0.01, 0.1, 0.5):
        assert tpr_at(members, others, most) == audit_spec.tpr_at(members, others, most)
    found = curve(members, others)
    assert audit_spec.area_below(found.false, found.true) == pytest.approx(auc(members, others))
    assert (found.false[-1], found.true[-1]) == (1.0, 1.0)


@given(WIDE)
def test_a_group_against_itself_is_told_by_chance_alone(scores: list[float]) -> None:
    assert auc(scores, scores) == 0.5


@given(WIDE, st.integers(1, 20))
def test_groups_that_are_wholly_apart_are_told_for_certain(scores: list[float], more: int) -> None:
    above = [max(scores) + 1] * more
    assert (auc(above, scores), tpr_at(above, scores, 0.0)) == (1.0, 1.0)
    assert (auc(scores, above), tpr_at(scores, above, 0.0)) == (0.0, 0.0)


@given(SCORES, SCORES)
def test_only_the_order_of_scores_matters(members: list[float], others: list[float]) -> None:
    def curved(scores: list[float]) -> list[float]:
        return [math.exp(score) - 7 for score in scores]

    assert told(curved(members), curved(others)) == told(members, others)
    assert auc(others, members) == pytest.approx(1 - auc(members, others))


def test_equal_scores_count_half_by_hand() -> None:
    # Pairs: 3 wins against all of 1, 2, 2; 2 wins one and ties two; 1 ties one: (3 + 2 + 0.5) of 9.
    assert auc([3, 2, 1], [1, 2, 2]) == pytest.approx(5.5 / 9)
    # Only the threshold 3 takes nobody else for a member; at 2, two of three are taken.
    assert tpr_at([3, 2, 1], [1, 2, 2], 0.01) == pytest.approx(1 / 3)
    assert tpr_at([3, 2, 1], [1, 2, 2], 0.7) == pytest.approx(2 / 3)


@given(st.floats(0, 1), st.integers(2, 300), st.integers(2, 300))
def test_the_interval_holds_the_area_and_ends_where_its_own_error_reaches_it(
    area: float, members: int, others: int
) -> None:
    low, high = interval(area, members, others)
    assert 0.0 <= low <= area <= high <= 1.0
    spread = (members + others) / 2 - 1
    for end in (low, high):
        if 0.0 < end < 1.0:
            shape = 1 + spread * (1 - end) / (2 - end) + spread * end / (1 + end)
            error = math.sqrt(end * (1 - end) * shape / (members * others))
            assert abs(area - end) == pytest.approx(1.959964 * error, rel=1e-4, abs=1e-6)
    mirrored = interval(1 - area, members, others)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-6)


def test_groups_wholly_apart_still_have_an_interval_that_narrows_with_their_size() -> None:
    lows = [interval(1.0, size, size)[0] for size in (5, 20, 100, 1000)]
    assert lows == sorted(lows)
    assert lows[0] < 0.7 < 0.99 < lows[-1] < 1.0


def test_the_interval_is_about_as_wide_as_that_of_delong_and_holds_the_truth_as_often_as_it_says() -> None:
    drawn = np.random.Generator(np.random.PCG64(5))
    truth, held, ratios = 0.5 * (1 + math.erf(1 / 2)), 0, []  # two normals, one standard deviation apart
    for _ in range(400):
        members, others = drawn.normal(1, 1, 40).tolist(), drawn.normal(0, 1, 40).tolist()
        low, high = interval(auc(members, others), 40, 40)
        held += low <= truth <= high
        ratios.append((high - low) / (2 * 1.96 * math.sqrt(audit_spec.delong(members, others))))
    assert 0.92 <= held / 400 <= 0.99
    assert 0.9 <= float(np.median(ratios)) <= 1.2


def test_small_groups_are_warned_about() -> None:
    assert "too few" in cautions(told([1.0] * 200, [0.0] * 9))[0]
    assert "none at all" in cautions(told([1.0] * 200, [0.0] * 99))[0]
    assert cautions(told([1.0] * 200, [0.0] * 100)) == ()


def test_empty_groups_and_scores_that_are_no_numbers_are_refused() -> None:
    for members, others in (([], [1.0]), ([1.0], []), ([math.nan], [1.0])):
        with pytest.raises(ValueError, match="scores"):
            told(members, others)


# The attacks


def row(record: str, member: str, reply_to: str | None = None, text: str = "some words") -> Row:
    return Row(record, member, "post", "public", "en", "2024-05", text, "", reply_to)


TEXTS = {
    "ann": ["the lighthouse keeper counts herring gulls at dawn", "tin soldiers march over the marmalade"],
    "ben": ["purple bicycles need no sugar in the winter", "who hid the trombone under the ice"],
    "cat": ["seven walnuts and a compass lie in the drawer", "moss grows on the northern violin"],
}


def written(names: str) -> list[Row]:
    return [
        row(f"{name}{at}", name, text=text) for name in names.split() for at, text in enumerate(TEXTS[name])
    ]


def test_texts_that_were_counted_are_likelier_than_texts_that_were_not_and_forgetting_ends_that() -> None:
    kind = SuggestionsKind()
    everybody = [written(name) for name in TEXTS]
    state = kind.train(written("ann ben"))
    ann, ben, cat = by_counts(state, everybody, 1)
    assert min(ann, ben) > cat
    left = kind.change(state, written("ann"), ())
    assert left is not None
    assert by_counts(left, everybody, 1) == by_counts(kind.train(written("ben")), everybody, 1)
    assert by_counts(left, everybody, 1)[0] < ann


def test_a_member_is_scored_by_texts_of_their_own_whatever_group_they_stand_in() -> None:
    state = SuggestionsKind().train(written("ann ben"))
    together = by_counts(state, [written(name) for name in TEXTS], 1)
    assert together == [by_counts(state, [written(name)], 1)[0] for name in TEXTS]


PARTS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 9)), min_size=4, max_size=40)


@given(PARTS)
def test_the_score_of_own_threads_is_that_of_every_thread_told_one_after_another(
    parts: list[tuple[int, int]],
) -> None:
    kind = RecommendationsKind()
    rows = [row(f"p{thread}", f"author{thread}", text=f"about {thread}") for thread in range(10)]
    rows += [
        row(f"r{at}", f"m{member}", f"p{thread}") for at, (member, thread) in enumerate(sorted(set(parts)))
    ]
    state = kind.train(rows)
    members = sorted({one.member for one in rows})
    owned = [[one for one in rows if one.member == member] for member in members]
    weights = state.model.rows(np.arange(len(state.model.posts))).tolist()
    for own, score in zip(owned, by_own_threads(state, owned), strict=True):
        threads = {one.reply_to or one.record for one in own}
        numbers = [state.model.posts.index(thread) for thread in sorted(threads)]
        assert score == pytest.approx(audit_spec.own_threads(weights, numbers, len(threads)))


def test_a_thread_that_the_model_does_not_know_counts_nothing() -> None:
    kind = RecommendationsKind()
    rows = [row(f"p{thread}", f"author{thread}") for thread in range(5)]
    rows += [row("r1", "m", "p1"), row("r2", "m", "p2")]
    state = kind.train(rows)
    known = [row("r1", "m", "p1"), row("r2", "m", "p2")]
    (score,) = by_own_threads(state, [known])
    assert by_own_threads(state, [[*known, row("r3", "m", "gone"), row("r4", "m", "lost")]]) == [score / 2]
    assert by_own_threads(state, [[row("r3", "m", "gone"), row("r4", "m", "lost")]]) == [0.0]
    assert by_own_threads(kind.train([]), [known]) == [0.0]
    answers_themselves = [*known, row("r5", "m", "r1"), row("r6", "m", "r5")]
    assert by_own_threads(kind.train([*rows, *answers_themselves[2:]]), [answers_themselves]) == [score]


def test_another_kind_of_model_brings_its_own_attacks_or_has_none() -> None:
    class Other(SuggestionsKind):
        @property
        def name(self) -> str:
            return "somewhere:Other"

    assert attacks_on(Other()) == ()
    assert next(attack.name for attack in attacks_on(SuggestionsKind())) == "all that is counted"


# Canaries


def test_canaries_are_the_same_for_a_key_and_each_secret_stands_once() -> None:
    threads = [f"{at:032x}" for at in range(50)]
    some, more = canaries(b"k" * 32, range(100), threads), canaries(b"l" * 32, range(100), threads)
    assert some == canaries(b"k" * 32, range(100), threads)
    assert len({one.secret for one in (*some, *more)}) == 200
    records = [each.record for one in (*some, *more) for each in one.rows]
    assert len(set(records)) == len(records)
    assert all(each.text == one.secret for one in some for each in one.rows)
    assert all({each.reply_to for each in one.rows} <= {None, *threads} for one in some)


def test_no_two_words_stand_side_by_side_in_two_secrets_nor_in_what_was_said() -> None:
    said = pairs_in(["a small number of people read a long page, number page, large table"])
    assert ("small", "number") in said
    found = [pairs_in([one.secret]) for one in canaries(b"k" * 32, range(100), [], said)]
    assert sum(map(len, found)) == len(set().union(*found)) == 100 * LONG
    assert not set().union(*found) & said


def test_more_secrets_than_the_words_allow_are_refused() -> None:
    with pytest.raises(ValueError, match="so many secrets"):
        canaries(b"k" * 32, range(600), [])


@pytest.mark.parametrize("holders", [1, 2, 3])
def test_a_secret_is_recited_when_three_members_hold_it_and_never_when_fewer_do(holders: int) -> None:
    kind = SuggestionsKind()
    empty = kind.train([])
    held = canaries(b"k" * 32, [0] * holders, [], public_pairs(empty))
    state = kind.train([each for one in held for each in one.rows])
    found = recited(state, held[0])
    assert (found > 0) == (holders >= 3)
    assert found < len(prompts(held[0]))
    assert recited(empty, held[0]) == 0
