"""What all routes of the API have in common, around each of them: who calls, how fresh, once or again, and what the answer carries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import Any, TypeAlias

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response

from sayso.errors import Problem
from sayso.values.canonical import canonical, digest
from sayso.web.api.callers import caller
from sayso.web.api.gateway import Opened, opened_for
from sayso.web.faults import REFUSALS, refusal
from sayso.workflows.logbook import Written
from sayso.workflows.repeats import Repeats, Reply, Turn

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
ENTRY, LOG_SIZE, AT_LEAST = "Sayso-Entry", "Sayso-Log-Size", "Sayso-At-Least"
KEY, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
PATIENCE, TICK = 5.0, 0.05
"""Seconds: how long a request waits for the entry that it asks for, and how often it looks."""
_KEPT_HEADERS = ("content-type", "location", ENTRY.lower())


class Served(APIRoute):
    """A route of the API."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """Return the handler, with what all routes have in common around it."""
        return partial(served, super().get_route_handler())


async def served(handle: Handler, request: Request) -> Response:
    """Return what a handler answers, with what all routes have in common around it; raises like ``caller`` and the handler."""
    await caller(request)
    opened = opened_for(request)
    refused = _wrong_type(request) or _given_twice(request) or await _too_early(request, opened)
    if refused is not None:
        return refused
    if request.method == "POST" and KEY in request.headers:
        return _with_size(await _once(request, handle, opened.repeats), opened)
    return _with_tag(request, _with_size(await handle(request), opened))


def _wrong_type(request: Request) -> Response | None:
    has_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method != "POST" or not has_body or kind == "application/json":
        return None
    problem = Problem("media-type", "the body is not JSON", advice="send Content-Type: application/json")
    return refusal(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, (problem,))


def _given_twice(request: Request) -> Response | None:
    """Refuse a query in which a parameter comes twice: none is a list, and to take either would be a guess."""
    if b"&" not in request.scope["query_string"]:
        return None
    names = [name for name, _ in request.query_params.multi_items()]
    if len(names) == len(set(names)):
        return None
    problem = Problem(
        "given-twice", "a parameter of the query is given more than once", advice="give each once"
    )
    return refusal(request, HTTPStatus.UNPROCESSABLE_ENTITY, (problem,))


async def _too_early(request: Request, opened: Opened) -> Response | None:
    """Wait until the log has the entry that is asked for; return a refusal where it does not come."""
    asked = request.headers.get(AT_LEAST)
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 16):
        problem = Problem("bad-header", f"{AT_LEAST} is not the number of an entry", advice="send a number")
        return refusal(request, HTTPStatus.UNPROCESSABLE_ENTITY, (problem,))
    end = time.monotonic() + PATIENCE
    while opened.project.log.size() <= int(asked):
        if time.monotonic() >= end:
            problem = Problem("not-there-yet", "the log has no such entry yet", advice="ask again later")
            return refusal(request, HTTPStatus.PRECONDITION_FAILED, (problem,))
        await asyncio.sleep(TICK)
    return None


async def _once(request: Request, handle: Handler, repeats: Repeats) -> Response:
    """Carry a request out that has an idempotency key, or give the answer again that it had."""
    who, body = await caller(request), await request.body()
    key = request.headers[KEY]
    place, asked = f"{who.role} {who.subject}", request.url.path + "?" + request.url.query
    found = await run_in_threadpool(repeats.begin, place, key, canonical([asked]) + body)
    if isinstance(found, Reply):
        return Response(found.body, found.status, {**dict(found.headers), REPLAYED: "true"})
    request.state.turn = found
    try:
        response = await handle(request)
    except REFUSALS:
        await run_in_threadpool(repeats.abandon, found)  # nothing was written
        raise
    headers = tuple((name, response.headers[name]) for name in _KEPT_HEADERS if name in response.headers)
    await run_in_threadpool(repeats.finish, found, Reply(response.status_code, headers, bytes(response.body)))
    return response


def turn_of(request: Request) -> Turn | None:
    """Return the turn to carry a request out that has an idempotency key, ``None`` where it has none."""
    found: Turn | None = getattr(request.state, "turn", None)
    return found


def _with_size(response: Response, opened: Opened) -> Response:
    if LOG_SIZE not in response.headers:
        response.headers[LOG_SIZE] = str(opened.project.log.size())
    return response


def _with_tag(request: Request, response: Response) -> Response:
    """Return the answer with a strong entity tag (RFC 9110, section 8.8.3), or that it is what the caller has."""
    if request.method != "GET" or response.status_code != HTTPStatus.OK:
        return response
    tag = f'"{digest(bytes(response.body)).removeprefix("sha256:")[:32]}"'
    response.headers["ETag"] = tag
    if not _has(request.headers.get("if-none-match", ""), tag):
        return response
    return Response(
        status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag, LOG_SIZE: response.headers[LOG_SIZE]}
    )


def _has(header: str, tag: str) -> bool:
    """Tell whether an ``If-None-Match`` names a tag; weak comparison, as RFC 9110, section 13.1.2 asks."""
    named = [one.strip().removeprefix("W/") for one in header.split(",")]
    return tag in named or named == ["*"]


def written_as(headers: MutableHeaders, written: Written) -> int:
    """Return the number of the first entry that was written; the answer says where it is, and which was the last."""
    number = written.number
    assert number is not None  # no route writes dry
    headers["Location"] = f"/v1/entries/{number}"
    headers[ENTRY] = str(written.entries[-1].number)
    return number
