"""Signing in and out. In a demonstration whoever comes picks one of a list; else the platform or its provider says who they are."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sayso.web.doors import Form, word
from sayso.web.faults import Forbidden
from sayso.web.pages import Site, site_of
from sayso.web.principals import STAFF, Principal, Role
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
    page = site.page(request, "sign-in.html", guests=_guests(site), staff=STAFF if site.house.demo else ())
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


@router.post("/sign-out")
def leave(request: Request, _: Form) -> Response:
    """Sign out."""
    answer = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    site_of(request).sessions.end(answer)
    return answer
