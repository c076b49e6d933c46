"""What a request that cannot be served gets: a page or a problem (RFC 9457) with place and advice, and never a member's words."""

from __future__ import annotations

import json
import logging
import secrets
import traceback
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from sayso.errors import EdgeError, InputError, IntegrityError, Problem, Refused, SaysoError
from sayso.web.keysets import BadToken
from sayso.web.pages import site_of

PROBLEM = "application/problem+json"
_STATUS: dict[type[SaysoError], int] = {InputError: 422, Refused: 409, IntegrityError: 500, EdgeError: 503}
_UNKNOWN = (
    "unknown-member",
    "unknown-record",
    "unknown-entry",
    "no-dataset",
    "no-model",
    "unknown-name",
    "not-a-suspension",
    "not-an-objection",
)
"""Codes of problems that say that a thing is not there."""
log = logging.getLogger("sayso.web")


class NotSignedIn(Exception):
    """Nobody is signed in, and the page is for somebody who is."""


class Forbidden(Exception):
    """Whoever is signed in may not do this."""


class NoScope(Exception):
    """A service's token is good, and not for this; ``scopes`` are those of which it would need one."""

    def __init__(self, scopes: tuple[str, ...]) -> None:
        """Hold them."""
        self.scopes = scopes


class TooOften(Exception):
    """Somebody asks too often; ``seconds`` says for how long they have to wait."""

    def __init__(self, seconds: float) -> None:
        """Hold them."""
        self.seconds = seconds


class BadForm(Exception):
    """A form did not come from a page of this site, or its session has ended."""


def status_of(error: SaysoError) -> int:
    """Return the HTTP status of an error: 404 for what is not there, else that of its family."""
    if any(problem.code in _UNKNOWN for problem in error.problems):
        return HTTPStatus.NOT_FOUND
    return next(status for kind, status in _STATUS.items() if isinstance(error, kind))


def answer_faults(app: FastAPI) -> None:
    """Have an application answer every exception."""
    for kind, answer in _ANSWERS.items():
        app.add_exception_handler(kind, answer)
    app.add_exception_handler(Exception, _unknown)


def answer_to(request: Request, error: Exception) -> Response | None:
    """Return the answer to an exception that a request may meet, ``None`` for one that nobody has thought of."""
    answer = next((_ANSWERS[kind] for kind in type(error).__mro__ if kind in _ANSWERS), None)
    return None if answer is None else answer(request, error)


def refusal(
    request: Request, status: int, problems: tuple[Problem, ...], headers: dict[str, str] | None = None
) -> Response:
    """Return problems as JSON below ``/v1``, and else as a page."""
    if request.url.path.startswith("/v1"):
        return JSONResponse(problem_fields(status, problems), status, headers, PROBLEM)
    found = site_of(request).page(
        request, "fault.html", status, status_code=status, title=HTTPStatus(status).phrase, problems=problems
    )
    found.headers.update(headers or {})
    return found


def problem_fields(status: int, problems: tuple[Problem, ...]) -> dict[str, Any]:
    """Return the members of a problem object (RFC 9457, section 3.1), with the code and the advice of each problem."""
    first = problems[0]
    return {
        "type": f"/problems/{first.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": first.what,
        "code": first.code,
        "advice": first.advice,
        "problems": [{"code": one.code, "what": one.what, "advice": one.advice} for one in problems],
    }


def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, SaysoError)
    status = status_of(error)
    headers = {"Retry-After": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return refusal(request, status, error.problems, headers)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    what = {404: "there is no such page", 405: "this cannot be done here that way"}.get(
        error.status_code, HTTPStatus(error.status_code).phrase.lower()
    )
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    problem = Problem(code, what, advice="check the address")
    return refusal(request, error.status_code, (problem,), dict(error.headers or {}))


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = tuple(_field(one) for one in error.errors())
    status = 400 if any(one.code == "json-invalid" for one in found) else 422
    return refusal(request, status, found)


def _field(error: dict[str, Any]) -> Problem:
    """Return what is wrong with one field: where and why, without the value, which may be a member's."""
    place = ".".join(str(part) for part in error["loc"])
    code = str(error["type"]).replace("_", "-")
    return Problem(code, f"{place}: {_without_value(error)}", advice="see /v1/openapi.json")


def _without_value(error: dict[str, Any]) -> str:
    known = {"missing": "is missing", "extra_forbidden": "is not known here", "json_invalid": "is not JSON"}
    return known.get(str(error["type"]), "is not of the form asked for")


def _not_signed_in(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/v1"):
        problem = Problem("not-signed-in", "this needs a token", advice="send Authorization: Bearer TOKEN")
        return refusal(request, 401, (problem,), {"WWW-Authenticate": "Bearer"})
    return RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)


def _forbidden(request: Request, error: Exception) -> Response:
    advice = "sign in as somebody who may"
    return refusal(
        request, 403, (Problem("forbidden", "this is not for whoever is signed in", advice=advice),)
    )


def _bad_token(request: Request, error: Exception) -> Response:
    what = "this token is not good: expired, not yet valid, meant for others, forged or taken back"
    problem = Problem("bad-token", what, advice="get a new one where you got it")
    return refusal(request, 401, (problem,), {"WWW-Authenticate": 'Bearer error="invalid_token"'})


def _no_scope(request: Request, error: Exception) -> Response:
    assert isinstance(error, NoScope)
    advice = f"make a token with the scope {' or '.join(error.scopes)}"
    header = f'Bearer error="insufficient_scope", scope="{" ".join(error.scopes)}"'  # RFC 6750, section 3.1
    problem = Problem("scope", "this token is not for that", advice=advice)
    return refusal(request, 403, (problem,), {"WWW-Authenticate": header})


def _too_often(request: Request, error: Exception) -> Response:
    assert isinstance(error, TooOften)
    problem = Problem("too-often", "too many requests in too short a time", advice="wait and try again")
    return refusal(request, 429, (problem,), {"Retry-After": str(int(error.seconds) + 1)})


def _bad_form(request: Request, error: Exception) -> Response:
    what = "this form did not come from a page of this site, or its session has ended: nothing was changed"
    return refusal(request, 403, (Problem("bad-form", what, advice="open the page again and repeat it"),))


def _unknown(request: Request, error: Exception) -> Response:
    number = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    log.error(
        "error %s: %s at %s", number, type(error).__name__, places
    )  # never its text: it may be a member's
    what = f"something went wrong here that should not: error {number}"
    found = refusal(request, 500, (Problem("unexpected", what, advice="tell the office this number"),))
    return found if found.media_type != PROBLEM else _numbered(found, number)


def _numbered(found: Response, number: str) -> Response:
    """Return a problem with its number (RFC 9457, section 3.1.5)."""
    fields = json.loads(bytes(found.body)) | {"instance": f"/errors/{number}"}
    return JSONResponse(fields, found.status_code, media_type=PROBLEM)


_ANSWERS: dict[type[Exception], Callable[[Request, Exception], Response]] = {
    SaysoError: _known,
    HTTPException: _http,
    RequestValidationError: _invalid,
    NotSignedIn: _not_signed_in,
    BadToken: _bad_token,
    Forbidden: _forbidden,
    NoScope: _no_scope,
    TooOften: _too_often,
    BadForm: _bad_form,
}
REFUSALS = tuple(_ANSWERS)
"""What a request may be refused with: all that has an answer of its own. Any other exception is a fault of ours."""
