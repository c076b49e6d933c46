"""``/v1/notices``, ``/v1/suspensions`` and ``/v1/deletions``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from sayso.errors import InputError, Problem
from sayso.ledger.events import Entry, NoticeGiven, SuspensionLifted, SuspensionSet
from sayso.ports import TagStore
from sayso.values.moments import Moment, format_moment
from sayso.web.api.answers import reads, writes
from sayso.web.api.callers import Door, subject
from sayso.web.api.gateway import Opened, opened_for
from sayso.web.api.paging import PageOf, page_of
from sayso.web.api.schemas.common import Page, moment
from sayso.web.api.schemas.office import (
    AskedDeletion,
    AskedLift,
    AskedNotice,
    AskedSuspension,
    Deleted,
    Lifted,
    LoggedNotice,
    LoggedSuspension,
)
from sayso.web.api.served import Served, written_as
from sayso.web.principals import STAFF, Principal, Role
from sayso.workflows.delete import close_account, delete_record
from sayso.workflows.notify import Audience, notify
from sayso.workflows.suspend import Stop, resume, suspend

router = APIRouter(prefix="/v1", route_class=Served)
TELLING, TOLD = Door(("notices:write",)), Door(("notices:write", "log:read"), office=STAFF)
STOPPING, STOPPED = Door(("suspensions:write",)), Door(("suspensions:write", "log:read"), office=STAFF)
DELETING = Door(("deletions:write",), members=True)


@router.post("/notices", tags=["notices"], **writes(TELLING, 404))
def tell(
    request: Request, response: Response, asked: AskedNotice, who: Annotated[Principal, Depends(TELLING)]
) -> LoggedNotice:
    """Record that a policy version was brought to the attention of everyone, of regions, or of one member."""
    project = opened_for(request).project
    audience = Audience(tuple(asked.regions or ()), asked.member)
    done = notify(project.book, project.tags, asked.version, audience, moment(asked.at), asked.channel)
    written_as(response.headers, done.written)
    return _notice(project.tags, done.written.entries[0])


@router.get("/notices", tags=["notices"], **reads(TOLD))
def told(request: Request, paged: PageOf, who: Annotated[Principal, Depends(TOLD)]) -> Page[LoggedNotice]:
    """List all notices, in the order in which they were recorded."""
    project = opened_for(request).project
    found = project.log.entries_of_kinds((NoticeGiven,))
    rest = [entry for entry in found if entry.number > paged.number()]
    return page_of(paged, rest, lambda entry: _notice(project.tags, entry), lambda entry: entry.number)


def _notice(tags: TagStore, entry: Entry) -> LoggedNotice:
    event = entry.event
    assert isinstance(event, NoticeGiven)
    return LoggedNotice(
        entry=entry.number,
        version=event.version,
        at=format_moment(event.at),
        channel=event.channel,
        regions=None if event.regions is None else list(event.regions),
        member=None if event.tag is None else tags.member_of(event.tag),
        personal=event.tag is not None,
    )


@router.post("/suspensions", tags=["suspensions"], **writes(STOPPING, 404))
def stop(
    request: Request,
    response: Response,
    asked: AskedSuspension,
    who: Annotated[Principal, Depends(STOPPING)],
) -> LoggedSuspension:
    """Stop uses in regions; the next decision says so."""
    project = opened_for(request).project
    wanted = Stop(
        tuple(asked.purposes),
        asked.authority,
        asked.reference or "",
        tuple(asked.regions or ()),
        tuple(asked.recipients or ()),
        moment(asked.starts_at),
        moment(asked.until),
    )
    done = suspend(project.book, wanted)
    written_as(response.headers, done.written)
    return _suspension(done.written.entries[0], {})


@router.get("/suspensions", tags=["suspensions"], **reads(STOPPED))
def stopped(
    request: Request, paged: PageOf, who: Annotated[Principal, Depends(STOPPED)]
) -> Page[LoggedSuspension]:
    """List the suspensions of the log, those that have ended too. Those that a policy states are in the policy."""
    project = opened_for(request).project
    found = project.log.entries_of_kinds((SuspensionSet, SuspensionLifted))
    lifts = {one.event.entry: one.event.at for one in found if isinstance(one.event, SuspensionLifted)}
    rest = [one for one in found if isinstance(one.event, SuspensionSet) and one.number > paged.number()]
    return page_of(paged, rest, lambda entry: _suspension(entry, lifts), lambda entry: entry.number)


def _suspension(entry: Entry, lifts: dict[int, Moment]) -> LoggedSuspension:
    event = entry.event
    assert isinstance(event, SuspensionSet)
    lifted = lifts.get(entry.number)
    return LoggedSuspension(
        entry=entry.number,
        id=f"S{entry.number}",
        purposes=list(event.purposes),
        regions=None if event.regions is None else list(event.regions),
        recipients=None if event.recipients is None else list(event.recipients),
        authority=event.authority,
        reference=event.reference,
        starts_at=format_moment(event.starts_at),
        until=None if event.until is None else format_moment(event.until),
        lifted_at=None if lifted is None else format_moment(lifted),
    )


SuspensionId = Annotated[str, Path(min_length=1, max_length=200, description="Such as `S12`.")]


@router.post("/suspensions/{id}/lift", tags=["suspensions"], **writes(STOPPING, 404))
def lift(
    request: Request,
    response: Response,
    id: SuspensionId,
    who: Annotated[Principal, Depends(STOPPING)],
    asked: AskedLift | None = None,
) -> Lifted:
    """End a suspension, from now on or from an earlier moment after its start."""
    project = opened_for(request).project
    done = resume(project.book, id, moment(asked.at if asked else None))
    number = written_as(response.headers, done.written)
    return Lifted(entry=number, id=f"S{done.event.entry}", at=format_moment(done.event.at))


@router.post("/deletions", tags=["deletions"], **writes(DELETING, 404))
def delete(
    request: Request, response: Response, asked: AskedDeletion, who: Annotated[Principal, Depends(DELETING)]
) -> Deleted:
    """Record that an author deleted a record, or that a member closed their account."""
    opened = opened_for(request)
    project = opened.project
    if who.role is not Role.SERVICE and asked.at is not None:
        what = "only a service says when something was deleted; a member deletes here and now"
        raise InputError(Problem("services-alone", what, advice="leave out `at`"))
    if asked.record is not None:
        _hold_to_own(opened, who, asked.record)
        done = delete_record(project.book, project.tags, opened.catalogue, asked.record, moment(asked.at))
    else:
        member = subject(who, asked.account or "")
        done = close_account(project.book, project.tags, member, moment(asked.at))
    kind = "record" if asked.record is not None else "account"
    return Deleted.model_construct(
        entry=written_as(response.headers, done.written), kind=kind, at=format_moment(done.event.at)
    )


def _hold_to_own(opened: Opened, who: Principal, record: str) -> None:
    """Refuse a member a record that is not theirs, as one that is not there."""
    found = opened.catalogue.record(record)
    if who.role is Role.MEMBER and (found is None or found.author != who.subject):
        what = "no imported source has a record of this id"
        raise InputError(Problem("unknown-record", what, advice="import the source that has it"))
