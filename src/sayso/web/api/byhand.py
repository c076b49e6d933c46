"""The routes that are asked most, answered past FastAPI: its work on a request is as much as the decision's own (decision 0022).

The routes stand in FastAPI too, which documents them, and answers every request that is not of the usual form.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sayso.web.api.callers import caller
from sayso.web.api.served import served
from sayso.web.faults import answer_to

Form = TypeVar("Form", bound=BaseModel)


class ByHand(NamedTuple):
    """How a route is answered: what it asks, ``None`` where a request is not of the usual form; and the answer to that."""

    asked: Callable[[Request], Awaitable[Any | None]]
    answer: Callable[[Any, Request], Awaitable[Response]]


class Short:
    """Takes requests for some routes the short way; all others, and those of unusual form, go on to the application."""

    def __init__(self, app: ASGIApp, hands: Mapping[tuple[str, str], ByHand]) -> None:
        """Stand before an application; ``hands`` go by method and path."""
        self._app, self._hands = app, hands

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        hand = self._hands.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if hand is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        response = await _answered(hand, request)
        if response is None:
            await self._app(scope, _again(request, receive), send)
        else:
            await response(scope, receive, send)


async def _answered(hand: ByHand, request: Request) -> Response | None:
    try:
        await caller(request)
        asked = await hand.asked(request)
        return None if asked is None else await served(partial(hand.answer, asked), request)
    except Exception as error:
        found = answer_to(request, error)
        if found is None:
            raise
        return found


def _again(request: Request, receive: Receive) -> Receive:
    """Return what gives the body again that was read already."""
    body: bytes | None = getattr(request, "_body", None)

    async def received() -> Message:
        nonlocal body
        if body is None:
            return await receive()
        message, body = {"type": "http.request", "body": body, "more_body": False}, None
        return message

    return received


def in_query(form: type[Form]) -> Callable[[Request], Awaitable[Form | None]]:
    """Return what reads a query string of the usual form: each parameter once, known, and as it should be."""
    known = form.model_fields.keys()

    async def asked(request: Request) -> Form | None:
        text = request.scope["query_string"].decode("latin-1")
        pairs = parse_qsl(text, keep_blank_values=True)  # as Starlette does
        fields = dict(pairs)
        if len(fields) != len(pairs) or not fields.keys() <= known:
            return None
        try:
            return form.model_validate(fields)
        except ValidationError:
            return None

    return asked


def in_body(form: type[Form]) -> Callable[[Request], Awaitable[Form | None]]:
    """Return what reads a body that is as it should be."""

    async def asked(request: Request) -> Form | None:
        try:
            return form.model_validate_json(await request.body())
        except (ValidationError, ClientDisconnect):
            return None

    return asked


def json_answer(body: bytes, headers: Mapping[str, str], status: int = HTTPStatus.OK) -> Response:
    """Return an answer in JSON."""
    return Response(body, status, dict(headers), "application/json")
