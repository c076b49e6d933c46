"""The clock of an objection: when an answer is due, folded from the office's steps (decision 0021)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sayso.errors import Problem
from sayso.ledger.events import ObjectionStep
from sayso.values.moments import Moment, format_day
from sayso.values.objections import Regime, Step, reasons_for
from sayso.values.periods import days_between, end_of_period


@dataclass(frozen=True, slots=True)
class Pause:
    """A time for which the clock stood still; ``until`` is ``None`` while it does."""

    since: Moment
    reason: str
    until: Moment | None = None


@dataclass(frozen=True, slots=True)
class AnswerClock:
    """An objection's clock: it runs from ``filed``; each other moment is ``None`` where that has not been done.

    ``last`` is the latest moment of all.
    """

    regime: Regime
    filed: Moment
    last: Moment
    answered: Moment | None = None
    extended: Moment | None = None
    extended_for: str | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def stopped(self) -> Pause | None:
        """Return the pause that lasts, ``None`` while the clock runs."""
        return self.pauses[-1] if self.pauses and self.pauses[-1].until is None else None

    @property
    def paused_days(self) -> int:
        """Return how many days do not count: the days from each stop to the start after it, the first of them not counted."""
        return sum(days_between(one.since, one.until) for one in self.pauses if one.until is not None)

    @property
    def first_due(self) -> Moment | None:
        """Return the first moment that is too late, had nothing been extended; ``None`` while the clock is stopped."""
        return self._due(self.regime.months)

    @property
    def due(self) -> Moment | None:
        """Return the first moment at which an answer is too late, ``None`` while the clock is stopped."""
        further = 0 if self.extended is None else self.regime.further
        return self._due(self.regime.months + further)

    def _due(self, months: int) -> Moment | None:
        return None if self.stopped else end_of_period(self.filed, months, self.paused_days)

    def is_overdue(self, at: Moment) -> bool:
        """Tell whether no answer was given in time as of a moment."""
        due = self.due
        return due is not None and due <= (at if self.answered is None else self.answered)


def started(regime: Regime, filed: Moment) -> AnswerClock:
    """Return the clock of an objection filed at a moment."""
    return AnswerClock(regime, filed, filed)


def after(clock: AnswerClock, step: ObjectionStep) -> AnswerClock | Problem:
    """Return the clock after a step of the office, or what speaks against that step."""
    known = next((one for one in Step if one == step.step), None)
    if known is None:
        return _no("unknown-step", "there is no such step", "use one of " + ", ".join(Step))
    problem = _out_of_order(clock, step.at) or _bad_reason(known, step.reason) or _refusal(clock, known, step)
    return problem or _taken(clock, known, step)


def _taken(clock: AnswerClock, known: Step, step: ObjectionStep) -> AnswerClock:
    clock = replace(clock, last=step.at)
    match known:
        case Step.ANSWERED:
            return replace(clock, answered=step.at)
        case Step.EXTENDED:
            return replace(clock, extended=step.at, extended_for=step.reason)
        case Step.STOPPED:
            return replace(clock, pauses=(*clock.pauses, Pause(step.at, step.reason or "")))
        case Step.STARTED:
            *before, lasting = clock.pauses
            return replace(clock, pauses=(*before, replace(lasting, until=step.at)))


def _no(code: str, what: str, advice: str = "") -> Problem:
    return Problem(code, what, advice=advice)


def _out_of_order(clock: AnswerClock, at: Moment) -> Problem | None:
    if clock.answered is not None:
        return _no("already-answered", f"the objection was answered on {format_day(clock.answered)}")
    if at < clock.last:
        what = f"the step would be before {format_day(clock.last)}, the last thing that was done"
        return _no("out-of-order", what, "give the moment when it was done")
    return None


def _bad_reason(step: Step, reason: str | None) -> Problem | None:
    allowed = reasons_for(step)
    if allowed and reason not in allowed:
        return _no("bad-reason", f"{step} needs a reason", "use one of " + ", ".join(allowed))
    if not allowed and reason is not None:
        return _no("bad-reason", f"{step} has no reason", "leave it out")
    return None


def _refusal(clock: AnswerClock, known: Step, step: ObjectionStep) -> Problem | None:
    match known:
        case Step.ANSWERED:
            return None
        case Step.EXTENDED:
            return _not_extended(clock, step.at)
        case Step.STOPPED:
            return _not_stopped(clock, step.at)
        case Step.STARTED:
            return None if clock.stopped else _no("clock-runs", "the clock is not stopped")


def _not_extended(clock: AnswerClock, at: Moment) -> Problem | None:
    if clock.extended is not None:
        return _no(
            "already-extended", f"the time was extended on {format_day(clock.extended)}, and only once"
        )
    if clock.first_due is not None and at >= clock.first_due:
        what = f"the member had to be told of an extension before {format_day(clock.first_due)}"
        return _no("too-late", what, "answer it")
    return None


def _not_stopped(clock: AnswerClock, at: Moment) -> Problem | None:
    since = clock.regime.stops_since
    if since is None:
        return _no("no-stop", f"the clock cannot be stopped where the member lives ({clock.regime.name})")
    if at < since:
        return _no("no-stop", f"the clock can be stopped since {format_day(since)} only")
    if clock.stopped:
        return _no("clock-stopped", "the clock is stopped already")
    if clock.due is not None and at >= clock.due:
        return _no(
            "too-late", "the time to answer has passed: the clock cannot be stopped any more", "answer it"
        )
    return None
