"""The clock of an objection: one month, two more, and in the UK stopped while the office waits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sayso.errors import Problem
from sayso.ledger.events import ObjectionStep
from sayso.ledger.objections import AnswerClock, after, started
from sayso.values.moments import DAY, Moment, format_day, parse_moment
from sayso.values.objections import EU, REASONS, UK, Regime, Step, regime_of

FILED = parse_moment("2026-03-05T17:00:00Z")


def step(kind: Step, at: str | Moment, reason: str | None = None) -> ObjectionStep:
    return ObjectionStep(7, "5f", kind.value, parse_moment(at) if isinstance(at, str) else at, reason)


def clock(regime: Regime, *steps: ObjectionStep) -> AnswerClock:
    found = started(regime, FILED)
    for one in steps:
        taken = after(found, one)
        assert isinstance(taken, AnswerClock), taken
        found = taken
    return found


def code(regime: Regime, *steps: ObjectionStep) -> str:
    *before, last = steps
    found = after(clock(regime, *before), last)
    assert isinstance(found, Problem)
    return found.code


def day(due: Moment | None) -> str:
    return "stopped" if due is None else format_day(due)


def test_an_answer_is_due_by_the_end_of_the_same_date_a_month_later() -> None:
    assert day(clock(EU).due) == "2026-04-06"  # the first moment that is too late
    assert not clock(EU).is_overdue(Moment(parse_moment("2026-04-06") - 1))
    assert clock(EU).is_overdue(parse_moment("2026-04-06"))


def test_an_extension_gives_two_further_months_once_and_in_time() -> None:
    longer = step(Step.EXTENDED, "2026-04-05T23:00:00Z", "complexity")
    assert day(clock(EU, longer).due) == "2026-06-06"
    assert code(EU, step(Step.EXTENDED, "2026-04-06", "complexity")) == "too-late"
    assert code(EU, longer, step(Step.EXTENDED, "2026-04-07", "number")) == "already-extended"


def test_only_the_united_kingdom_stops_the_clock_and_only_since_its_law_says_so() -> None:
    stop, start = step(Step.STOPPED, "2026-03-10", "identity"), step(Step.STARTED, "2026-03-17")
    assert code(EU, stop) == "no-stop"
    assert day(clock(UK, stop).due) == "stopped"
    assert day(clock(UK, stop, start).due) == "2026-04-13"
    assert code(UK, stop, step(Step.STOPPED, "2026-03-11", "identity")) == "clock-stopped"
    assert code(UK, start) == "clock-runs"
    early = started(UK, parse_moment("2026-02-01"))
    assert isinstance(after(early, step(Step.STOPPED, "2026-02-04", "identity")), Problem)
    assert isinstance(after(early, step(Step.STOPPED, "2026-02-05", "identity")), AnswerClock)


def test_a_stopped_clock_can_still_be_extended_and_answered() -> None:
    stop = step(Step.STOPPED, "2026-03-10", "identity")
    longer = step(Step.EXTENDED, "2026-05-01", "number")
    start = step(Step.STARTED, "2026-05-10")
    assert day(clock(UK, stop, longer, start).due) == "2026-08-06"  # 5 June and 61 days
    assert clock(UK, stop, step(Step.ANSWERED, "2026-05-01")).answered is not None


def test_after_the_answer_there_is_nothing_left_to_do() -> None:
    answer = step(Step.ANSWERED, "2026-03-06")
    assert code(EU, answer, step(Step.ANSWERED, "2026-03-07")) == "already-answered"
    assert not clock(EU, answer).is_overdue(parse_moment("2030-01-01"))
    late = clock(EU, step(Step.ANSWERED, "2026-04-06"))
    assert late.is_overdue(parse_moment("2026-04-07"))


def test_steps_need_the_reasons_of_the_law_and_the_order_of_time() -> None:
    assert code(EU, step(Step.EXTENDED, "2026-03-06", "holidays")) == "bad-reason"
    assert code(EU, step(Step.ANSWERED, "2026-03-06", "complexity")) == "bad-reason"
    assert code(EU, step(Step.ANSWERED, "2026-03-05")) == "out-of-order"
    unknown = after(started(EU, FILED), ObjectionStep(7, "5f", "forgotten", FILED))
    assert isinstance(unknown, Problem)
    assert unknown.code == "unknown-step"


def test_an_unknown_region_has_the_strictest_clock() -> None:
    assert regime_of(None).stops_since is None
    assert regime_of("GB-NIR") is UK


STEPS = st.lists(
    st.tuples(
        st.sampled_from(Step),
        st.integers(0, 40 * DAY),
        st.sampled_from([None, *dict(REASONS)[Step.STOPPED], "number"]),
    ),
    max_size=12,
)


@given(STEPS, st.sampled_from([EU, UK, regime_of("BR")]))
def test_whatever_is_done_the_clock_only_gets_later_and_never_by_more_than_was_allowed(
    drawn: list[tuple[Step, int, str | None]], regime: Regime
) -> None:
    now, found = FILED, started(regime, FILED)
    for kind, later, reason in drawn:
        now = Moment(now + later)
        before, taken = found.due, after(found, step(kind, now, reason))
        if isinstance(taken, Problem):
            continue
        found = taken
        assert before is None or found.due is None or found.due >= before
        assert found.last == now
    months = 92 if found.extended else 31
    if found.due is not None:
        assert found.due <= FILED + (months + 1 + found.paused_days) * DAY
    assert regime is UK or not found.pauses
