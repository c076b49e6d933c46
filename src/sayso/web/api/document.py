"""``/v1/openapi.json``: the document of the API (OpenAPI 3.1), made of its routes and types."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sayso import __version__
from sayso.web.api.schemas.common import ProblemFields
from sayso.web.pages import site_of

router = APIRouter()
_SCHEMES = {
    "member": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A member's token, signed by the platform. They see themselves and nobody else.",
    },
    "service": {
        "type": "http",
        "scheme": "bearer",
        "description": "A service's token (`sayso_…`), made by `sayso token create`, with the scopes that are named.",
    },
}
_SESSION = {
    "type": "apiKey",
    "in": "cookie",
    "description": "Whoever is signed in at the pages, to read alone.",
}
_ABOUT = """\
Decide record by record whether a use is allowed; record what members say, what they were told, and what was stopped;
follow what is withdrawn; check all of it. See docs/reference/api.md."""


@router.get("/v1/openapi.json", include_in_schema=False)
def document(request: Request) -> Response:
    """Give the document of the API."""
    state = request.app.state
    if not hasattr(state, "document"):
        state.document = _made(request)
    return JSONResponse(state.document)


def _made(request: Request) -> dict[str, Any]:
    found = get_openapi(
        title="Sayso",
        version=__version__,
        description=_ABOUT,
        routes=request.app.routes,
        openapi_version="3.1.0",
    )
    schemas = found["components"]["schemas"]
    schemas[ProblemFields.__name__] = ProblemFields.model_json_schema(
        ref_template="#/components/schemas/{model}"
    )
    schemas |= schemas[ProblemFields.__name__].pop("$defs")
    for unused in (
        "HTTPValidationError",
        "ValidationError",
    ):  # FastAPI's own, in whose place problem objects stand
        schemas.pop(unused, None)
    session = _SESSION | {"name": site_of(request).sessions.cookie}
    found["components"]["securitySchemes"] = _SCHEMES | {"session": session}
    return found
