"""Objections with their clock, and what the office does about them."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from sayso.errors import InputError, Problem
from sayso.ledger.objections import AnswerClock
from sayso.values.moments import DAY, Moment
from sayso.values.objections import Step, reasons_for
from sayso.web.doors import Form, word
from sayso.web.office.desk import Answerer, Officer, back, office_page, project_of
from sayso.web.principals import Role
from sayso.workflows.logstate import stood
from sayso.workflows.office.objections import (
    Filed,
    Stage,
    handle,
    objection_forms,
    objections,
    steps_by_objection,
)

router = APIRouter()
MANY = 200
REASONS = {
    "complexity": "the requests are complex",
    "number": "there are many requests",
    "identity": "who they are has to be confirmed",
    "clarification": "which data they mean has to be clarified (written for requests for access: check that it fits)",
}
STEPS = {
    Step.ANSWERED: "answered",
    Step.EXTENDED: "time extended",
    Step.STOPPED: "clock stopped",
    Step.STARTED: "clock started again",
}
STAGES = {
    Stage.OVERDUE: "Overdue",
    Stage.OPEN: "To be answered",
    Stage.STOPPED: "Clock stopped",
    Stage.ANSWERED: "Answered",
}


@router.get("/office/objections")
def objections_page(request: Request, _: Answerer, show: str = "") -> Response:
    """Show the objections that wait for an answer, the most urgent first."""
    project = project_of(request)
    now, found = project.clock.now(), objections(project.yard)
    stages = Counter(one.stage(now) for one in found)
    waiting = [one for one in found if one.stage(now) is not Stage.ANSWERED]
    shown = list(found) if show == "all" else waiting
    return office_page(
        request,
        "objections.html",
        shown=sorted(shown, key=lambda one: _urgency(one, now))[:MANY],
        of=len(shown),
        every=show == "all",
        stages=stages,
        names=STAGES,
        now=now,
        left=_left,
        forms=objection_forms(project.policy),
    )


def _urgency(one: Filed, now: Moment) -> tuple[int, int, int]:
    return list(Stage).index(one.stage(now)), one.clock.due or 0, one.entry


def _left(clock: AnswerClock, now: Moment) -> str:
    """Return how long there is to answer, for people."""
    if clock.answered is not None:
        return "answered too late" if clock.is_overdue(now) else "answered in time"
    due = clock.due
    if due is None:
        return "the clock stands still"
    days = (due - 1) // DAY - now // DAY
    if due <= now:
        return f"{-days} day{'' if days == -1 else 's'} too late"
    return "today is the last day" if days == 0 else f"{days} day{'' if days == 1 else 's'} left"


@router.get("/office/objections/{number}")
def objection_page(request: Request, who: Answerer, number: int) -> Response:
    """Show one objection: its clock, what was done, and what can be done."""
    project = project_of(request)
    now = project.clock.now()
    one = next((each for each in objections(project.yard) if each.entry == number), None)
    if one is None:
        raise InputError(
            Problem("unknown-entry", f"entry {number} is not an objection", advice="see the list")
        )
    return office_page(
        request,
        "objection.html",
        one=one,
        member=one.member if who.role is Role.OFFICE else None,
        stage=one.stage(now),
        names=STAGES,
        now=now,
        left=_left(one.clock, now),
        last_day=None if one.clock.due is None else Moment(one.clock.due - 1),
        steps=steps_by_objection(stood(project.yard).index).get(number, ()),
        step_names={step.value: words for step, words in STEPS.items()},
        reasons=REASONS,
        can=_can(one.clock, now),
        extending=reasons_for(Step.EXTENDED),
        stopping=reasons_for(Step.STOPPED),
    )


def _can(clock: AnswerClock, now: Moment) -> frozenset[str]:
    """Return the steps that are open; the clock itself has the last word on each."""
    if clock.answered is not None:
        return frozenset()
    found = {Step.ANSWERED, Step.STARTED if clock.stopped else Step.STOPPED}
    if clock.regime.stops_since is None or (clock.due is not None and clock.due <= now):
        found.discard(Step.STOPPED)
    if clock.extended is None and (clock.first_due is None or now < clock.first_due):
        found.add(Step.EXTENDED)
    return frozenset(step.value for step in found)


@router.post("/office/objections/{number}")
def take_step(request: Request, _: Officer, number: int, form: Form) -> Response:
    """Record what the office did."""
    step = next((one for one in Step if one == word(form, "step")), None)
    if step is None:
        raise InputError(
            Problem("unknown-step", "there is no such step", advice="use the buttons of the page")
        )
    done = handle(project_of(request).yard, number, step, word(form, "reason") or None)
    return back(f"/office/objections/{number}", done.written.number)
