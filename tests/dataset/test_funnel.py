"""The funnel adds up, or it is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.makings import funnel
from sayso.dataset.funnel import Funnel, Stage, Withheld, lines, merged, stages, tally
from sayso.errors import IntegrityError
from sayso.values.decisions import CHECKS, GROUNDS, Outcome, Reason, Verdict

NO, YES = Outcome(Verdict.DENY, Reason.SAID_NO), Outcome(Verdict.PERMIT, Reason.OPTED_IN)
OUTCOMES = st.builds(
    Outcome, st.sampled_from([Verdict.DENY, Verdict.UNKNOWN]), st.sampled_from(CHECKS)
) | st.builds(Outcome, st.just(Verdict.PERMIT), st.sampled_from(GROUNDS))
COUNTED = st.lists(st.tuples(OUTCOMES, st.integers(0, 1000)))


@given(COUNTED)
def test_a_funnel_counts_every_record_once(counted: list[tuple[Outcome, int]]) -> None:
    made = tally(counted, [])
    total = sum(count for _, count in counted)
    assert made.considered == total == sum(count for _, count in made.outcomes)
    assert (
        made.published == made.permitted == total - sum(step.denied + step.unknown for step in stages(made))
    )


@given(COUNTED, st.randoms(use_true_random=False))
def test_the_order_of_counting_does_not_matter(counted: list[tuple[Outcome, int]], chance: object) -> None:
    shuffled = list(counted)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert tally(shuffled) == tally(counted)


@given(COUNTED, COUNTED)
def test_merging_is_counting_together(
    one: list[tuple[Outcome, int]], other: list[tuple[Outcome, int]]
) -> None:
    assert merged([tally(one), tally(other)]) == tally(one + other)
    assert merged([tally(one, []), tally(other, [])]) == tally(one + other, [])


def test_what_is_planned_and_what_is_published_merge_to_a_plan() -> None:
    assert merged([tally([(YES, 1)]), tally([(YES, 2)], [])]).published is None


def test_nothing_merges_to_nothing() -> None:
    assert merged([]) == Funnel(0, published=0)


def test_withheld_records_merge_too() -> None:
    one = tally([(YES, 3)], [(Withheld.NO_LONGER, 1), (Withheld.NOTHING_LEFT, 0)])
    both = merged([one, one])
    assert (both.withheld, both.published) == (((Withheld.NO_LONGER, 2),), 4)


def test_the_steps_go_from_considered_to_published() -> None:
    steps = stages(funnel())
    assert [step.name for step in steps] == [
        "considered",
        *CHECKS,
        "permitted",
        "nothing-left",
        "no-longer-permitted",
        "published",
    ]
    assert steps[3] == Stage("region-unknown", 0, 40, 1260)
    assert steps[7] == Stage("suspended", 2, 1, 1257)
    assert steps[-1] == Stage("published", 0, 0, 1245)


def test_the_lines_leave_out_what_took_nothing_out() -> None:
    assert lines(funnel()) == (
        "considered                  1,300",
        "region-unknown                -40  →        1,260  (40 for want of a fact)",
        "suspended                      -3  →        1,257  (1 for want of a fact)",
        "said-no                        -7  →        1,250",
        "permitted                   1,250",
        "nothing-left                   -3  →        1,247",
        "no-longer-permitted            -2  →        1,245",
        "published                   1,245",
    )


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: Funnel(2, ((NO, 1),)), "funnel-sum"),
        (lambda: Funnel(1, ((YES, 1),), published=0), "funnel-sum"),
        (lambda: Funnel(1, ((YES, 1),), ((Withheld.NO_LONGER, 2),), -1), "funnel-sum"),
        (lambda: Funnel(2, ((YES, 1), (NO, 1))), "funnel-order"),
        (lambda: Funnel(2, ((NO, 1), (NO, 1))), "funnel-order"),
        (
            lambda: Funnel(2, ((YES, 2),), ((Withheld.NO_LONGER, 1), (Withheld.NOTHING_LEFT, 1)), 0),
            "funnel-order",
        ),
        (lambda: Funnel(0, ((NO, 0),)), "funnel-count"),
        (lambda: Funnel(1, ((YES, 1),), ((Withheld.NO_LONGER, 1),)), "funnel-plan"),
        (lambda: Funnel(1, ((Outcome(Verdict.PERMIT, Reason.SAID_NO), 1),)), "funnel-outcome"),
        (lambda: Funnel(1, ((Outcome(Verdict.DENY, Reason.OPTED_IN), 1),)), "funnel-outcome"),
    ],
)
def test_a_funnel_that_does_not_hold_together_is_refused(made: object, code: str) -> None:
    with pytest.raises(IntegrityError) as refusal:
        made()  # type: ignore[operator]
    assert code in [problem.code for problem in refusal.value.problems]


def test_withholding_more_than_was_permitted_is_refused() -> None:
    with pytest.raises(IntegrityError):
        tally([(YES, 1)], [(Withheld.NO_LONGER, 2)])
