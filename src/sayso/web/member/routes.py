"""The routes of the member's pages. Everything a member can do is a form that works without script."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sayso.errors import Problem, Refused
from sayso.ledger.events import ObjectionStep
from sayso.ledger.objections import AnswerClock
from sayso.ledger.receipts import format_receipt
from sayso.policy.model import ControlKind
from sayso.signals.gpc import is_signal
from sayso.web.api.gateway import opened_for
from sayso.web.doors import Form, MemberId, word
from sayso.web.member.hearing import Heard
from sayso.web.member.views import marked, removed_counts, switch_view
from sayso.web.pages import site_of
from sayso.wiring import Project
from sayso.workflows.choose import Wish, choose, known_tag
from sayso.workflows.delete import close_account, delete_record
from sayso.workflows.history import history, is_own_entry, member_file
from sayso.workflows.office.objections import clock_of
from sayso.workflows.own import belongings
from sayso.workflows.privacy import BECAUSE, Privacy, Switch, privacy
from sayso.workflows.seen import seen
from sayso.workflows.uses import forgotten_by, proves_use, uses

router = APIRouter(dependencies=[Heard])
SETTINGS, FORM = "settings page", "objection form"
LISTED = 50
"""How many records a page lists."""
SEEN = 20
"""How many records as the model saw them a page shows: each is made ready anew, to find what was taken out."""


@router.get("/privacy")
def privacy_page(
    request: Request, member: MemberId, entry: Annotated[int | None, Query()] = None
) -> Response:
    """Show the member's controls as they stand, and what each does."""
    opened = opened_for(request)
    found = privacy(opened.project.yard, opened.catalogue, member)
    policy = opened.project.policy
    switches = [switch_view(policy, found, one) for one in found.of_kind(ControlKind.TOGGLE)]
    return site_of(request).page(
        request,
        "member/privacy.html",
        privacy=found,
        policy=policy,
        switches=switches,
        because=BECAUSE,
        forms=found.of_kind(ControlKind.OBJECTION_FORM),
        signals=found.of_kind(ControlKind.BROWSER_SIGNAL),
        settings=[switch_view(policy, found, one) for one in found.of_kind(ControlKind.ADMIN_SETTING)],
        signalled=is_signal(request.headers.get("sec-gpc")),
        written=_own(opened.project, member, entry),
    )


def _own(project: Project, member: str, entry: int | None) -> int | None:
    """Return the number of an entry that a page is to confirm, if it is this member's."""
    return entry if entry is not None and is_own_entry(project.yard, member, entry) else None


@router.post("/privacy/choices")
def say(request: Request, member: MemberId, form: Form) -> Response:
    """Record a yes or a no."""
    value = word(form, "value")
    if value not in ("yes", "no"):
        raise Refused(
            Problem("no-answer", "the form says neither yes nor no", advice="choose one of the two")
        )
    wish = Wish(
        member, word(form, "control"), value == "yes", None, word(form, "version"), SETTINGS, own=True
    )
    return _recorded(request, wish, "/privacy")


def _recorded(request: Request, wish: Wish, page: str) -> Response:
    project = opened_for(request).project
    done = choose(project.book, project.tags, wish)
    return _back(page, done.written.number)


def _back(page: str, entry: int | None) -> Response:
    place = f"{page}?{urlencode({'entry': entry})}" if entry is not None else page
    return RedirectResponse(place, HTTPStatus.SEE_OTHER)


@router.get("/objection")
def objection_page(
    request: Request, member: MemberId, entry: Annotated[int | None, Query()] = None
) -> Response:
    """Show the objection form, and how objections that were filed stand."""
    opened = opened_for(request)
    project, found = opened.project, privacy(opened.project.yard, opened.catalogue, member)
    forms = [switch_view(project.policy, found, one) for one in found.of_kind(ControlKind.OBJECTION_FORM)]
    written = _own(project, member, entry)
    clocks = {view.switch.control.id: _clock(project, member, found, view.switch) for view in forms}
    return site_of(request).page(
        request,
        "member/objection.html",
        privacy=found,
        forms=forms,
        because=BECAUSE,
        written=written,
        clocks=clocks,
    )


def _clock(project: Project, member: str, found: Privacy, switch: Switch) -> AnswerClock | None:
    """Return the clock of the objection that stands, ``None`` where there is none."""
    word = switch.word
    if word is None or word.yes:
        return None
    entries = project.log.entries_of(known_tag(project.tags, member))
    steps = (one.event for one in entries if isinstance(one.event, ObjectionStep))
    return clock_of(found.member.region, word.at, (step for step in steps if step.entry == word.entry))


@router.post("/objection")
def objection(request: Request, member: MemberId, form: Form) -> Response:
    """File an objection: a no from this moment on. No reason is asked for."""
    wish = Wish(member, word(form, "control"), False, version=word(form, "version"), channel=FORM)
    return _recorded(request, wish, "/objection")


@router.get("/uses")
def uses_page(request: Request, member: MemberId) -> Response:
    """Show what the member's records were used for."""
    project = opened_for(request).project
    # A version whose bytes are deleted may have held some: it is left out only where it is known that it did not.
    found = [
        one
        for one in uses(project.yard, project.datasets, member)
        if any(version.records != 0 for version in one.versions)
    ]
    labels = dict(project.policy.purpose_labels)
    names = {recipient.id: recipient.name for recipient in project.policy.recipients}
    return site_of(request).page(
        request,
        "member/uses.html",
        uses=found,
        labels=labels,
        names=names,
        forgotten=forgotten_by(project.yard, member),
    )


@router.get("/uses/{name}")
def seen_page(request: Request, member: MemberId, name: str, after: str | None = None) -> Response:
    """Show some of the member's records in a data set, each as they wrote it and as the model saw it."""
    project = opened_for(request).project
    found = seen(project.yard, project.datasets, name, member, after, SEEN + 1)
    records = [(one, marked(one), removed_counts(one)) for one in found[:SEEN]]
    following = _address(request, after=found[SEEN - 1].record) if len(found) > SEEN else None
    return site_of(request).page(
        request, "member/seen.html", name=name, records=records, after=after, following=following
    )


def _address(request: Request, **query: object) -> str:
    """Return the address of another part of what a page shows."""
    return f"{request.url.path}?{urlencode(query)}"


@router.get("/history")
def history_page(request: Request, member: MemberId) -> Response:
    """Show what the member chose and was told."""
    opened = opened_for(request)
    found = history(opened.project.yard, opened.catalogue, member)
    return site_of(request).page(request, "member/history.html", happenings=found)


@router.get("/receipts/{entry}")
def receipt(request: Request, member: MemberId, entry: int) -> Response:
    """Give the receipt of an entry of the member's own, or of one that says what was published, made or forgotten."""
    opened = opened_for(request)
    if not is_own_entry(opened.project.yard, member, entry) and not _is_proof(opened.project, entry):
        raise Refused(
            Problem("unknown-entry", "no entry of yours has this number", advice="see your history")
        )
    text = format_receipt(opened.notary.receipt(entry))
    return _download(text, f"sayso-receipt-{entry}.json")


def _is_proof(project: Project, number: int) -> bool:
    return 0 <= number < project.log.size() and proves_use(
        next(iter(project.log.entries(number, number + 1)))
    )


@router.get("/my-data")
def data_page(
    request: Request,
    member: MemberId,
    entry: Annotated[int | None, Query()] = None,
    start: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Response:
    """Show how to take everything along, delete a record, or close the account."""
    opened = opened_for(request)
    held = belongings(opened.project.yard, opened.catalogue, member, start, LISTED)
    return site_of(request).page(
        request,
        "member/data.html",
        held=held,
        newer=_address(request, start=max(0, start - LISTED)) if start else None,
        older=_address(request, start=start + LISTED) if start + LISTED < held.of else None,
        written=_own(opened.project, member, entry),
    )


@router.get("/my-data/file")
def whole_file(request: Request, member: MemberId) -> Response:
    """Give the member's whole file."""
    opened = opened_for(request)
    held = member_file(opened.project.yard, opened.project.datasets, opened.catalogue, member)
    return _download(json.dumps(held, ensure_ascii=False, indent=2) + "\n", "my-data.json")


def _download(text: str, name: str) -> Response:
    header = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="application/json", headers=header)


@router.post("/my-data/deletions")
def delete(request: Request, member: MemberId, form: Form) -> Response:
    """Record that the member deleted a record of theirs."""
    opened = opened_for(request)
    wanted = word(form, "record")
    found = opened.catalogue.record(wanted)
    if found is None or found.author != member:
        raise Refused(
            Problem("unknown-record", "no record of yours has this id", advice="pick one of the list")
        )
    done = delete_record(opened.project.book, opened.project.tags, opened.catalogue, wanted)
    return _back("/my-data", done.written.number)


@router.post("/my-data/closing")
def close(request: Request, member: MemberId, form: Form) -> Response:
    """Close the member's account, where they confirmed it."""
    if word(form, "sure") != "yes":
        what = "the account is still open: closing it was not confirmed"
        raise Refused(Problem("not-confirmed", what, advice="tick the box and send it again"))
    project = opened_for(request).project
    done = close_account(project.book, project.tags, member)
    return _back("/my-data", done.written.number)
