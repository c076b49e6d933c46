"""``/v1/objections``: all of them with their clocks, and what the office did about each. Members file theirs in ``choices``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from sayso.values.moments import Moment, format_moment
from sayso.values.objections import Step
from sayso.web.api.answers import reads, writes
from sayso.web.api.callers import Door
from sayso.web.api.gateway import opened_for
from sayso.web.api.log import Number
from sayso.web.api.paging import PageOf, page_of
from sayso.web.api.schemas.common import Page, moment
from sayso.web.api.schemas.objections import AskedStep, FiledObjection, TakenStep
from sayso.web.api.served import Served, written_as
from sayso.web.principals import ANSWERING, Principal, Role
from sayso.workflows.office.objections import Filed, handle, objections, stage_of

router = APIRouter(prefix="/v1/objections", route_class=Served, tags=["objections"])
READING = Door(("objections:read", "objections:write"), office=ANSWERING)
ANSWERS = Door(("objections:write",))


@router.get("", **reads(READING))
def filed(
    request: Request, paged: PageOf, who: Annotated[Principal, Depends(READING)]
) -> Page[FiledObjection]:
    """List all objections with their clocks, in the order in which they were filed."""
    project = opened_for(request).project
    now, named = project.clock.now(), who.role is not Role.AUDITOR
    rest = [one for one in objections(project.yard) if one.entry > paged.number()]
    return page_of(paged, rest, lambda one: _filed(one, now, named), lambda one: one.entry)


def _filed(one: Filed, now: Moment, named: bool) -> FiledObjection:
    return FiledObjection.model_construct(
        entry=one.entry,
        member=one.member if named else None,
        region=one.region,
        control=one.control,
        version=one.version,
        at=format_moment(one.clock.filed),
        law=one.clock.regime.name,
        stage=one.stage(now).value,
        due=_given(one.clock.due),
        answered_at=_given(one.clock.answered),
        taken_back=one.taken_back,
    )


def _given(at: Moment | None) -> str | None:
    return None if at is None else format_moment(at)


@router.post("/{number}/steps", **writes(ANSWERS, 404))
def step(
    request: Request,
    response: Response,
    number: Number,
    asked: AskedStep,
    who: Annotated[Principal, Depends(ANSWERS)],
) -> TakenStep:
    """Record that an objection was answered, its time extended, or its clock stopped or started again."""
    project = opened_for(request).project
    done = handle(project.yard, number, Step(asked.step), asked.reason, moment(asked.at))
    return TakenStep.model_construct(
        entry=written_as(response.headers, done.written),
        objection=number,
        step=asked.step,
        reason=asked.reason,
        at=format_moment(done.event.at),
        stage=stage_of(done.clock, project.clock.now()).value,
        due=_given(done.clock.due),
    )
