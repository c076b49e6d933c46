"""``/healthz`` and ``/readyz``: for whoever starts, stops and watches the server. Neither says anything about anybody."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request

from sayso.web.api.gateway import gateway_of
from sayso.web.api.schemas.log import Health

router = APIRouter(tags=["health"])


@router.get("/healthz", openapi_extra={"security": []})
async def alive() -> Health:
    """Tell that the server answers."""
    return Health(status="ok")


@router.get("/readyz", openapi_extra={"security": []})
def ready(request: Request) -> Health:
    """Tell that the project is open and its log can be read; 500 or 503 where not."""
    gateway_of(request).now.project.log.size()
    return Health(status="ok")
