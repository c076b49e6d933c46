"""Signing in and out. In a demonstration whoever comes picks one of a list; else the platform or its provider says who they are."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sayso.web.api.gateway import opened_for
from sayso.web.doors import Form, is_own_origin, word
from sayso.web.faults import BadForm, Forbidden
from sayso.web.pages import Site, site_of
from sayso.web.principals import STAFF, Principal, Role
from sayso.web.provider import RETURN, Begun, Provider
from sayso.web.sessions import Session
from sayso.workflows.guests import Guest, guests

router = APIRouter()


@router.get("/")
def start(request: Request) -> Response:
    """Lead to the first page of whoever is signed in."""
    session = request.state.session
    return RedirectResponse(first_page(session.principal if session else None), HTTPStatus.SEE_OTHER)


def first_page(who: Principal | None) -> str:
    """Return where somebody begins."""
    if who is None:
        return "/sign-in"
    return "/privacy" if who.role is Role.MEMBER else "/office"


@router.get("/sign-in")
def ask(request: Request) -> Response:
    """Show the ways to sign in."""
    site = site_of(request)
    session = request.state.session
    if session is None:
        session = request.state.session = site.sessions.begin()
    page = site.page(
        request,
        "sign-in.html",
        guests=_guests(site),
        staff=STAFF if site.house.demo else (),
        provider=opened_for(request).doors.provider is not None,
    )
    site.sessions.keep(page, session)
    return page


def _guests(site: Site) -> tuple[Guest, ...]:
    return guests(site.house.project.yard) if site.house.demo else ()


def demonstrating(request: Request) -> None:
    """Let nobody in but where the server is a demonstration; raises ``Forbidden``."""
    if not site_of(request).house.demo:
        raise Forbidden


@router.post("/sign-in/demo", dependencies=[Depends(demonstrating)])
def pick(request: Request, found: Form) -> Response:
    """Sign in as a made-up member, or in one of the office's roles."""
    site = site_of(request)
    wanted, chosen = word(found, "role"), word(found, "member")
    if wanted in STAFF:
        return _signed_in(site, Principal(Role(wanted), wanted))
    if site.house.project.tags.tag_of(chosen) is None:
        raise Forbidden
    return _signed_in(site, Principal(Role.MEMBER, chosen))


def _signed_in(site: Site, principal: Principal) -> Response:
    answer = RedirectResponse(first_page(principal), HTTPStatus.SEE_OTHER)
    session: Session = site.sessions.begin(principal)
    site.sessions.keep(answer, session)
    return answer


@router.post("/sign-in/member")
async def arrive(request: Request) -> Response:
    """Begin the session of a member whom a page of the platform sends over, with the platform's word for who they are.

    The page is of another origin, so the form has no token of ours: the platform's signature stands in for it, and only pages that
    the settings name may send it, so that nobody is signed in as somebody else behind their back.
    """
    doors, site = opened_for(request).doors, site_of(request)
    if doors.members is None:
        raise Forbidden
    origin = request.headers.get("origin")
    if origin is not None and not (is_own_origin(request) or origin in doors.member_pages):
        raise BadForm
    found = word(await request.form(max_files=0, max_fields=5), "token")
    principal = await run_in_threadpool(doors.members.member, found)
    if await run_in_threadpool(site.house.project.tags.tag_of, principal.subject) is None:
        raise Forbidden
    return _signed_in(site, principal)


def provided(request: Request) -> Provider:
    """Return the provider of the office's accounts; raises ``Forbidden`` where the settings name none."""
    found = opened_for(request).doors.provider
    if found is None:
        raise Forbidden
    return found


Office = Annotated[Provider, Depends(provided)]


@router.get("/sign-in/office")
async def leave_for_provider(request: Request, provider: Office) -> Response:
    """Send a browser to the provider of the office's accounts."""
    address, begun = await provider.begin()
    answer = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    site_of(request).sessions.keep_for_return(answer, (begun.state, begun.nonce, begun.verifier))
    return answer


@router.get(RETURN)
async def come_back(request: Request, provider: Office) -> Response:
    """Begin the session of somebody of the office whom the provider sends back."""
    site = site_of(request)
    gone = Response()
    kept = site.sessions.kept_for_return(request, gone)
    if kept is None:
        raise BadForm
    principal = await provider.finish(request.query_params, Begun(*kept))
    answer = _signed_in(site, principal)
    answer.headers.append("Set-Cookie", gone.headers["Set-Cookie"])
    return answer


@router.post("/sign-out")
def leave(request: Request, _: Form) -> Response:
    """Sign out."""
    answer = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    site_of(request).sessions.end(answer)
    return answer
