"""Every route of the API."""

from __future__ import annotations

from fastapi import FastAPI

from sayso.web.api import artefacts, choices, decisions, document, feed, health, log, members, office, policy

ROUTERS = (
    choices.router,
    members.router,
    office.router,
    decisions.router,
    artefacts.router,
    log.router,
    feed.router,
    policy.router,
    health.router,
    document.router,
)


def include_api(app: FastAPI) -> None:
    """Have an application that has a gateway serve the API."""
    for router in ROUTERS:
        app.include_router(router)
