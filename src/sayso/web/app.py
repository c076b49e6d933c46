"""The application: routes, what stands before them, and what answers when they fail."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from sayso.web.api.byhand import Short
from sayso.web.api.gateway import Gateway
from sayso.web.api.routes import BY_HAND, include_api
from sayso.web.doors import Known
from sayso.web.faults import answer_faults
from sayso.web.house import House
from sayso.web.member.routes import router as member_pages
from sayso.web.member.trying import router as trying
from sayso.web.office.routes import router as office_pages
from sayso.web.pages import STATIC, Site
from sayso.web.shields import Headed, Pace, Paced, Paces, Sized
from sayso.web.signin import router as sign_in

SIGNING_IN, WRITING = Pace(0.5, 20), Pace(10, 60)
"""A person signs in twice a minute at most, and clicks once or twice a second; many may share one network address."""
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def create_app(house: House, hosts: tuple[str, ...] = LOOPBACK) -> FastAPI:
    """Return the application for a house; it answers to ``hosts`` and to the name that its settings give.

    Raises ``EdgeError`` where the secret that the settings name is not there.
    """
    service = house.project.settings.service
    secure = service.is_secure and not house.demo
    hosts = (*hosts, *([service.host] if service.host else ()))
    app = FastAPI(
        title="Sayso", openapi_url=None, docs_url=None, redoc_url=None, middleware=_shields(secure, hosts)
    )
    app.state.site, app.state.gateway = Site(house, secure), Gateway(house)
    answer_faults(app)
    include_api(app)
    app.include_router(sign_in, include_in_schema=False)
    app.include_router(member_pages, include_in_schema=False)
    app.include_router(trying, include_in_schema=False)
    app.include_router(office_pages, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC))
    return app


def _shields(secure: bool, hosts: tuple[str, ...]) -> list[Middleware]:
    paces = ((_signs_in, Paces(SIGNING_IN)), (_writes_by_page, Paces(WRITING)))
    return [
        Middleware(Headed, secure=secure),
        Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
        Middleware(Known),  # what refuses a request to a page answers with a page
        Middleware(Paced, paces=paces),
        Middleware(Sized),
        Middleware(Short, hands=BY_HAND),
    ]


def _signs_in(scope: Scope) -> bool:
    path = str(scope["path"])
    return (scope["method"] == "POST" and path == "/sign-in/demo") or path.startswith("/sign-in/office")


def _writes_by_page(scope: Scope) -> bool:
    return scope["method"] == "POST" and not str(scope["path"]).startswith("/v1")
