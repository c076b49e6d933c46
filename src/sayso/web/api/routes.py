"""Every route of the API."""

from __future__ import annotations

from fastapi import FastAPI

from sayso.web.api import (
    artefacts,
    choices,
    decisions,
    deliveries,
    document,
    feed,
    health,
    log,
    members,
    objections,
    office,
    policy,
)

ROUTERS = (
    decisions.router,
    choices.router,
    feed.router,
    members.router,
    office.router,
    objections.router,
    artefacts.router,
    deliveries.router,
    log.router,
    policy.router,
    health.router,
    document.router,
)
"""Those that are asked most come first: a request is held against one route after the other."""


def include_api(app: FastAPI) -> None:
    """Have an application that has a gateway serve the API."""
    for router in ROUTERS:
        app.router.routes.extend(
            router.routes
        )  # an included router is asked route by route, each time anew: 0.5 ms


BY_HAND = {
    ("GET", "/v1/decisions"): decisions.BY_HAND,
    ("POST", "/v1/decisions"): decisions.MANY_BY_HAND,
    ("POST", "/v1/choices"): choices.BY_HAND,
}
"""The routes that are answered past FastAPI where a request is of the usual form."""
