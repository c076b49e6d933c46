"""What stands before every request, as ASGI middleware: headers that browsers obey, a limit of size, and one of rate."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sayso.errors import Problem
from sayso.web.faults import refusal

MAX_BODY = 1 << 20
"""Bytes of a request: 10,000 record ids of a hundred bytes each."""
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""Content Security Policy Level 3: nothing inline, nothing from elsewhere."""
_HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
_Header: TypeAlias = tuple[bytes, bytes]
_KEPT: _Header = (b"cache-control", b"public, max-age=300")
_NOT_KEPT: _Header = (b"cache-control", b"no-store")
_HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")  # RFC 6797


class Headed:
    """Puts the headers on every answer; what is not a file of the site's own is not kept by browsers or proxies."""

    def __init__(self, app: ASGIApp, secure: bool = False) -> None:
        """Stand before an application; ``secure`` adds that it is reached over HTTPS alone."""
        self._app = app
        named = (*_HEADERS, _HSTS) if secure else _HEADERS
        self._headers = [(name.lower().encode(), value.encode()) for name, value in named]
        self._names = {name for name, _ in self._headers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kept = _KEPT if scope["path"].startswith("/static/") else _NOT_KEPT

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._with(message.get("headers", ()), kept)
            await send(message)

        await self._app(scope, receive, sent)

    def _with(self, headers: Iterable[_Header], kept: _Header) -> list[_Header]:
        found = [pair for pair in headers if pair[0] not in self._names] + self._headers
        if all(name != kept[0] for name, _ in found):
            found.append(kept)
        return found


class TooLong(Exception):
    """A body is longer than it may be."""


class Sized:
    """Refuses a body of more than some bytes, said or sent (413)."""

    def __init__(self, app: ASGIApp, most: int = MAX_BODY) -> None:
        """Stand before an application."""
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):  # whose bodies nobody reads
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "0")
        if not (said.isascii() and said.isdigit()) or int(said) > self._most:
            await self._refuse(scope, receive, send)
            return
        begun, had = False, 0

        async def received() -> Message:
            nonlocal had
            message = await receive()
            had += len(message.get("body", b""))
            if had > self._most:
                raise TooLong
            return message

        async def sent(message: Message) -> None:
            nonlocal begun
            if had > self._most and not begun:
                raise TooLong  # what reads the body took the refusal for a torn one, and answers that
            begun = True
            await send(message)

        try:
            await self._app(scope, received, sent)
        except TooLong:
            if not begun:
                await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        what = f"the request is longer than {self._most:,} bytes"
        problem = Problem("too-long", what, advice="send less at once")
        await refusal(Request(scope), 413, (problem,))(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often somebody may ask: ``burst`` times at once, and ``rate`` a second on average."""

    rate: float
    burst: int


class Paces:
    """Token buckets, the ``most`` that were used last; for one process."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic, most: int = 100_000) -> None:
        """Stand full; ``clock`` gives seconds."""
        self._pace, self._clock, self._most = pace, clock, most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def wait(self, who: str) -> float:
        """Take one token; return 0, or for how many seconds there will be none."""
        with self._lock:
            now = self._clock()
            had, since = self._buckets.pop(who, (float(self._pace.burst), now))
            has = min(self._pace.burst, had + (now - since) * self._pace.rate)
            left = has - 1 if has >= 1 else has
            self._buckets[who] = (left, now)
            while len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
            return 0.0 if has >= 1 else (1 - has) / self._pace.rate


class Paced:
    """Refuses whoever asks too often (429, with ``Retry-After``); by network address and kind of request."""

    def __init__(self, app: ASGIApp, paces: Iterable[tuple[Callable[[Scope], bool], Paces]]) -> None:
        """Stand before an application; the first pace whose test a request passes counts for it."""
        self._app, self._paces = app, tuple(paces)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        paces = next((paces for test, paces in self._paces if scope["type"] == "http" and test(scope)), None)
        seconds = paces.wait((scope.get("client") or ("",))[0]) if paces else 0.0
        if not seconds:
            await self._app(scope, receive, send)
            return
        problem = Problem("too-often", "too many requests in too short a time", advice="wait and try again")
        after = {"Retry-After": str(int(seconds) + 1)}
        await refusal(Request(scope), 429, (problem,), after)(scope, receive, send)
