"""Who may come in where: what routes ask for before they begin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from sayso.web.faults import BadForm, Forbidden, NotSignedIn
from sayso.web.pages import site_of
from sayso.web.principals import Principal, Role

_OWN = ("same-origin", "none")


class Known:
    """Reads the session of every request into ``request.state.session``."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application that has a site."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http":
            request = Request(scope)
            has_cookies = any(name == b"cookie" for name, _ in scope["headers"])
            request.state.session = site_of(request).sessions.of(request) if has_cookies else None
        await self._app(scope, receive, send)


def who(request: Request) -> Principal:
    """Return whoever is signed in; raises ``NotSignedIn``."""
    session = request.state.session
    if session is None or session.principal is None:
        raise NotSignedIn
    found: Principal = session.principal
    return found


def member(request: Request) -> str:
    """Return the id of the member who is signed in; raises ``NotSignedIn``, ``Forbidden`` for anybody else."""
    found = who(request).member
    if found is None:
        raise Forbidden
    return found


def role(*roles: Role) -> Callable[[Request], Principal]:
    """Return a dependency that lets these roles in."""

    def allowed(request: Request) -> Principal:
        found = who(request)
        if found.role not in roles:
            raise Forbidden
        return found

    return allowed


async def form(request: Request) -> FormData:
    """Return a form that a page of this site sent; raises ``BadForm`` for any other.

    Both are asked for: the session's token, and that the browser does not name another origin (OWASP, cross-site request forgery
    prevention: synchronizer token, with Fetch Metadata and Origin as defence in depth).
    """
    found = await request.form(max_files=0, max_fields=50)
    session = request.state.session
    token = found.get("form_token", "")
    if session is None or not isinstance(token, str) or not is_own_origin(request):
        raise BadForm
    if not site_of(request).sessions.is_form_token(session, token):
        raise BadForm
    return found


def is_own_origin(request: Request) -> bool:
    """Tell whether a browser does not name another origin than this site's as where a request comes from."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if site is not None and site not in _OWN:
        return False
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def word(found: FormData, name: str) -> str:
    """Return a field of a form, empty where it is missing or a file."""
    value = found.get(name, "")
    return value if isinstance(value, str) else ""


MemberId = Annotated[str, Depends(member)]
Form = Annotated[FormData, Depends(form)]
