"""``/v1/choices``, ``/v1/objections``, and what members said."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response

from sayso.errors import InputError, Problem, Refused
from sayso.ledger.events import ChoiceMade, Entry
from sayso.ledger.receipts import receipt_fields
from sayso.policy.model import ControlKind, Policy
from sayso.policy.overtaken import overtaken
from sayso.values.moments import format_moment
from sayso.values.standing import Choice
from sayso.web.api.answers import reads, writes
from sayso.web.api.byhand import ByHand, in_body, json_answer
from sayso.web.api.callers import ME, Door, MemberPath, subject
from sayso.web.api.gateway import Opened, opened_for
from sayso.web.api.paging import PageOf, page_of
from sayso.web.api.schemas.choices import (
    AskedChoice,
    AskedObjection,
    GivenChoice,
    ListedChoice,
    ListedObjection,
)
from sayso.web.api.schemas.common import Page, moment
from sayso.web.api.served import LOG_SIZE, Served, turn_of, written_as
from sayso.web.principals import ANSWERING, STAFF, Principal, Role
from sayso.workflows.choose import Wish, known_tag
from sayso.workflows.privacy import privacy
from sayso.workflows.saying import Saying

router = APIRouter(prefix="/v1", route_class=Served, tags=["choices"])
SAYING = Door(("choices:write",), members=True)
READING = Door(("choices:read",), members=True, office=STAFF)
OBJECTED = Door(("choices:read",), members=True, office=ANSWERING)
MINIMAL = "return=minimal"
"""What a caller prefers who takes no receipt along (RFC 7240, section 4.2)."""
CHANNEL = "api"
"""How a choice came, where nobody says."""


@router.post("/choices", **writes(SAYING, 404, receipt=True))
async def say(
    request: Request,
    response: Response,
    asked: AskedChoice,
    who: Annotated[Principal, Depends(SAYING)],
) -> GivenChoice:
    """Record a member's yes or no. It is on disk when the answer comes, with the receipt that proves it."""
    return GivenChoice(**await _said(request, response.headers, _wished(who, asked)))


async def _say(asked: AskedChoice, request: Request) -> Response:
    headers = MutableHeaders()
    found = await _said(request, headers, _wished(await SAYING(request), asked))
    return json_answer(to_json(found), headers, HTTPStatus.CREATED)


BY_HAND = ByHand(in_body(AskedChoice), _say)
"""How a choice is recorded."""


def _wished(who: Principal, asked: AskedChoice) -> Wish:
    _hold_to_services(who, asked)
    return Wish(
        whose(who, asked.member),
        asked.control,
        asked.value == "yes",
        moment(asked.at),
        asked.version,
        asked.channel or CHANNEL,
        own=who.role is Role.MEMBER,
    )


def _hold_to_services(who: Principal, asked: AskedChoice) -> None:
    if who.role is not Role.SERVICE and (asked.at is not None or asked.channel is not None):
        what = "only a service says when and where a choice was made; a member's is made here and now"
        raise InputError(Problem("services-alone", what, advice="leave out `at` and `channel`"))


def whose(who: Principal, member: str | None) -> str:
    """Return whom a body means: whoever calls, where they are a member; raises ``InputError`` where it names nobody."""
    if member is None and who.role is not Role.MEMBER:
        raise InputError(
            Problem("no-member", "the body does not say whose it is", advice="send `member` with their id")
        )
    return subject(who, ME if member is None else member)


async def _said(request: Request, headers: MutableHeaders, wish: Wish) -> dict[str, Any]:
    """Record a wish; return the fields of ``GivenChoice``, in their order."""
    minimal = MINIMAL in request.headers.get("prefer", "")
    turn = turn_of(request)
    if turn is not None and wish.at is None:  # by its moment it is known where the answer to it was lost
        wish = replace(wish, at=turn.at)
    again = turn is not None and turn.again is not None
    said = await opened_for(request).saying(Saying(wish, not minimal, again))
    number, event = written_as(headers, said.chosen.written), said.chosen.event
    headers[LOG_SIZE] = str(said.log_size)
    if minimal:
        headers["Preference-Applied"] = MINIMAL
    return {
        "entry": number,
        "member": wish.member,
        "control": event.control,
        "value": "yes" if event.yes else "no",
        "at": format_moment(event.at),
        "version": event.version,
        "channel": event.channel,
        "meaning": said.chosen.meaning,
        "receipt": None if said.receipt is None else receipt_fields(said.receipt),
    }


@router.get("/members/{member}/choices", **reads(READING, 404, 409))
def said(
    request: Request, member: MemberPath, paged: PageOf, who: Annotated[Principal, Depends(READING)]
) -> Page[ListedChoice]:
    """List what a member chose, in the order in which it was recorded."""
    found = _choices(opened_for(request), subject(who, member))
    rest = [one for one in found if one[0].number > paged.number()]
    return page_of(paged, rest, lambda one: ListedChoice(**_fields(*one)), lambda one: one[0].number)


def _choices(opened: Opened, member: str) -> list[tuple[Entry, ChoiceMade]]:
    project = opened.project
    entries = project.log.entries_of(known_tag(project.tags, member))
    return [(entry, entry.event) for entry in entries if isinstance(entry.event, ChoiceMade)]


def _fields(entry: Entry, event: ChoiceMade) -> dict[str, Any]:
    return {
        "entry": entry.number,
        "control": event.control,
        "value": "yes" if event.yes else "no",
        "at": format_moment(event.at),
        "version": event.version,
        "channel": event.channel,
    }


@router.post("/objections", tags=["objections"], **writes(SAYING, 404, receipt=True))
async def objection(
    request: Request,
    response: Response,
    who: Annotated[Principal, Depends(SAYING)],
    asked: Annotated[AskedObjection, Body()],
) -> GivenChoice:
    """File a member's objection: it is a no from this moment on."""
    member = whose(who, asked.member)
    form = await run_in_threadpool(_form, opened_for(request), member, asked.control)
    return GivenChoice(**await _said(request, response.headers, Wish(member, form, False, channel=CHANNEL)))


def _form(opened: Opened, member: str, wanted: str | None) -> str:
    """Return the objection form that is meant; raises ``Refused`` where it is none, or not one alone."""
    forms = privacy(opened.project.yard, opened.catalogue, member).of_kind(ControlKind.OBJECTION_FORM)
    names = [one.control.id for one in forms]
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted in names and wanted is not None:
        return wanted
    what = "this is no objection form of the version in force where the member lives"
    if wanted is None:
        what = f"the version in force has {len(names)} objection forms where the member lives"
    advice = f"name one as `control`: {', '.join(names)}" if names else "say no through one of its controls"
    raise Refused(Problem("no-form", what, advice=advice))


@router.get("/members/{member}/objections", tags=["objections"], **reads(READING, 404, 409))
def objections(
    request: Request, member: MemberPath, paged: PageOf, who: Annotated[Principal, Depends(OBJECTED)]
) -> Page[ListedObjection]:
    """List a member's objections in the order in which they were filed, and whether each stands."""
    opened = opened_for(request)
    found = _choices(opened, subject(who, member))
    filed = [one for one in found if not one[1].yes and _is_form(opened.project.policy, one[1])]
    said = tuple(Choice(e.control, e.yes, e.at, e.version, entry.number, e.channel) for entry, e in found)
    now = opened.project.clock.now()

    def fields(one: tuple[Entry, ChoiceMade]) -> ListedObjection:
        held = _fields(*one)
        del held["value"]
        stands = not overtaken(opened.project.policy, one[1].control, said, now)
        return ListedObjection(**held, stands=stands)

    rest = [one for one in filed if one[0].number > paged.number()]
    return page_of(paged, rest, fields, lambda one: one[0].number)


def _is_form(policy: Policy, event: ChoiceMade) -> bool:
    version = policy.version(event.version)
    controls = version.controls if version else ()
    return any(one.id == event.control and one.kind is ControlKind.OBJECTION_FORM for one in controls)
