"""One call as a talk with whoever carries requests: what to send, how long to pause, and in the end the answer.

Nothing here touches the network or the clock, so that the sync and the async transport are one loop each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol, TypeAlias, TypeVar

from sayso.client.problems import bad_answer, error_of, unreachable

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")

RETRIED = (429, 502, 503, 504)
TRIES = 6
"""How often a call is tried before its failure is raised: over some ten seconds where the service asks for no longer wait."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds: each pause is drawn between nothing and a bound that doubles ("full jitter"), so that clients do not come back together."""

LONGEST_ASKED = 60.0
"""Seconds that a service may ask to be left alone for (``Retry-After``) and is waited for."""


class Described(Protocol[T_co]):
    """A call as it is described in ``calls``."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def params(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def body(self) -> Mapping[str, Any] | None: ...
    @property
    def waits(self) -> float: ...
    def read(self, value: Any) -> T_co:
        """Return the answer; raises ``BadAnswer``."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be sent; ``waits`` is for how many seconds longer than usual the answer may take."""

    method: str
    path: str
    params: tuple[tuple[str, str], ...]
    headers: dict[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)
    waits: float = 0.0


@dataclass(frozen=True, slots=True)
class Response:
    """What was answered; the names of header fields are in small letters."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Lost:
    """That nothing was answered, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Pause:
    """That nothing is to be done for so many seconds."""

    seconds: float


Talk: TypeAlias = Generator[Request | Pause, Response | Lost | None, T]


class Session:
    """Who calls, and the last entry that they wrote: every call asks for a state that has it."""

    def __init__(self, token: str | None, draw: Callable[[], float], new_key: Callable[[], str]) -> None:
        """Begin; ``draw`` returns a number from 0 to 1, ``new_key`` a text that was never used before."""
        self._token, self._draw, self._new_key = token, draw, new_key
        self._writing = Lock()
        self.entry = -1
        """The last entry written by this client, -1 before any."""

    def talk(self, call: Described[T]) -> Talk[T]:
        """Carry a call out; raises the errors of ``problems``."""
        request = self._request(call)
        for tried in range(1, TRIES + 1):
            answer = yield request
            if isinstance(answer, Response) and answer.status < 400:
                return self._taken(call, answer)
            if tried == TRIES or not _passes(answer):
                break
            yield Pause(self._pause(tried, answer))
        raise error_of(answer.status, answer.content) if isinstance(answer, Response) else _lost(answer)

    def _request(self, call: Described[Any]) -> Request:
        headers = {"accept": "application/json"}
        if self._token is not None:
            headers["authorization"] = f"Bearer {self._token}"
        if self.entry >= 0:
            headers["sayso-at-least"] = str(self.entry)
        content = None
        if call.body is not None:
            content = json.dumps(call.body, ensure_ascii=False).encode()
            headers |= {"content-type": "application/json", "idempotency-key": self._new_key()}
        return Request(call.method, call.path, call.params, headers, content, call.waits)

    def _taken(self, call: Described[T], answer: Response) -> T:
        written = answer.headers.get("sayso-entry", "")
        if written.isascii() and written.isdigit():
            with self._writing:  # of two threads that write at once the later entry stays
                self.entry = max(self.entry, int(written))
        try:
            value = json.loads(answer.content)
        except ValueError:
            raise bad_answer("the answer is not JSON") from None
        return call.read(value)

    def _pause(self, tried: int, answer: Response | Lost | None) -> float:
        asked = answer.headers.get("retry-after", "") if isinstance(answer, Response) else ""
        if asked.isascii() and asked.isdigit() and len(asked) < 9:
            return min(float(asked), LONGEST_ASKED)
        return self._draw() * min(FIRST_PAUSE * 2.0**tried, LONGEST_PAUSE)


def _passes(answer: Response | Lost | None) -> bool:
    """Tell whether a failure may be over when the same request comes again."""
    if not isinstance(answer, Response):
        return True
    if answer.status == 409:
        return error_of(409, answer.content).problems[0].code == "idempotency-in-flight"
    return answer.status in RETRIED


def _lost(answer: Response | Lost | None) -> Exception:
    return unreachable(answer.why if isinstance(answer, Lost) else "no answer")
