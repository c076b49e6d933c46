"""The two clients: the same methods and the same talk, carried by httpx2 in a thread of one's own or in an event loop."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import wraps
from types import TracebackType
from typing import Any, Generic, ParamSpec, Self, TypeVar, overload
from uuid import uuid4

import httpx2

from sayso.client import calls
from sayso.client.answers import Item
from sayso.client.calls import Call, Listing
from sayso.client.exchange import Described, Lost, Pause, Request, Response, Session

T = TypeVar("T")
P = ParamSpec("P")
TIMEOUT = 30.0
"""Seconds to wait for an answer; a long poll may take as much longer as it asks to wait."""

FOLLOW_WAIT = 30
"""Seconds for which one request of ``follow`` waits for something new."""


class Asks(Generic[P, T]):
    """A method that sends one call: of a ``Client`` it returns the answer, of an ``AsyncClient`` it is awaited."""

    def __init__(self, describe: Callable[P, Call[T]]) -> None:
        """Send what a function describes."""
        self._describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, client: Client, owner: Any = None) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: AsyncClient, owner: Any = None) -> Callable[P, Awaitable[T]]: ...
    @overload
    def __get__(self, client: None, owner: Any = None) -> Asks[P, T]: ...
    def __get__(self, client: Any, owner: Any = None) -> Any:
        """Return the method of a client."""
        return self if client is None else _bound(self._describe, client.send)


class Lists(Generic[P, T]):
    """A method that gives the items of a list one by one, page after page: an iterator, of an ``AsyncClient`` an async one."""

    def __init__(self, describe: Callable[P, Listing[T]]) -> None:
        """List what a function describes."""
        self._describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, client: Client, owner: Any = None) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, client: AsyncClient, owner: Any = None) -> Callable[P, AsyncIterator[T]]: ...
    @overload
    def __get__(self, client: None, owner: Any = None) -> Lists[P, T]: ...
    def __get__(self, client: Any, owner: Any = None) -> Any:
        """Return the method of a client."""
        return self if client is None else _bound(self._describe, client.each)


def _bound(describe: Callable[..., Any], act: Callable[[Any], Any]) -> Callable[..., Any]:
    @wraps(describe)
    def method(*args: Any, **kwargs: Any) -> Any:
        return act(describe(*args, **kwargs))

    return method


class Methods:
    """Everything that can be asked of a service."""

    choose = Asks(calls.choose)
    choices = Lists(calls.choices)
    controls = Asks(calls.controls)
    object_to = Asks(calls.object_to)
    objections = Lists(calls.objections)
    uses_of = Asks(calls.uses_of)
    records_in = Lists(calls.records_in)
    notices_to = Lists(calls.notices_to)
    notices = Lists(calls.notices)
    notify = Asks(calls.notify)
    all_objections = Lists(calls.all_objections)
    take_step = Asks(calls.take_step)
    suspensions = Lists(calls.suspensions)
    suspend = Asks(calls.suspend)
    lift = Asks(calls.lift)
    delete_record = Asks(calls.delete_record)
    close_account = Asks(calls.close_account)
    decide = Asks(calls.decide)
    decide_all = Asks(calls.decide_all)
    datasets = Lists(calls.datasets)
    dataset = Asks(calls.dataset)
    models = Lists(calls.models)
    model = Asks(calls.model)
    policy = Asks(calls.policy)
    checkpoint = Asks(calls.checkpoint)
    consistency = Asks(calls.consistency)
    entry = Asks(calls.entry)
    inclusion = Asks(calls.inclusion)
    receipt = Asks(calls.receipt)
    withdrawals = Asks(calls.withdrawals)


class Client(Methods):
    """A client that waits for each answer; for many threads at once, and closed at the end of its context."""

    def __init__(
        self,
        address: str,
        token: str | None = None,
        timeout: float = TIMEOUT,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        """Call the service at an address such as ``https://sayso.example.org``, by a service token or a member's JWT."""
        self.session = Session(token, random.random, lambda: str(uuid4()))
        self._timeout = timeout
        self._http = httpx2.Client(base_url=address, timeout=timeout, transport=transport)

    def send(self, call: Described[T]) -> T:
        """Return the answer to a call; raises the errors of ``sayso.client.problems``."""
        talk = self.session.talk(call)
        step = next(talk)
        while True:
            answer = self._carried(step)
            try:
                step = talk.send(answer)
            except StopIteration as done:
                found: T = done.value
                return found

    def _carried(self, step: Request | Pause) -> Response | Lost | None:
        if isinstance(step, Pause):
            time.sleep(step.seconds)
            return None
        try:
            return _answered(self._http.request(**_arguments(step, self._timeout)))
        except httpx2.TransportError as error:
            return Lost(type(error).__name__)

    def each(self, listing: Listing[T]) -> Iterator[T]:
        """Yield the items of a list, page after page."""
        page = self.send(listing.page(None))
        yield from page.items
        while page.next is not None:
            page = self.send(listing.page(page.next))
            yield from page.items

    def follow(self, after: int = -1, dataset: str | None = None) -> Iterator[Item]:
        """Yield the items of the withdrawals feed from the entry after one on, and go on with new ones as they are written."""
        while True:
            page = self.withdrawals(after, wait=FOLLOW_WAIT, dataset=dataset)
            yield from page.items
            after = page.next

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()


class AsyncClient(Methods):
    """A client for an event loop: its methods are awaited, its lists and its feed are async iterators."""

    def __init__(
        self,
        address: str,
        token: str | None = None,
        timeout: float = TIMEOUT,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Call the service at an address such as ``https://sayso.example.org``, by a service token or a member's JWT."""
        self.session = Session(token, random.random, lambda: str(uuid4()))
        self._timeout = timeout
        self._http = httpx2.AsyncClient(base_url=address, timeout=timeout, transport=transport)

    async def send(self, call: Described[T]) -> T:
        """Return the answer to a call; raises the errors of ``sayso.client.problems``."""
        talk = self.session.talk(call)
        step = next(talk)
        while True:
            answer = await self._carried(step)
            try:
                step = talk.send(answer)
            except StopIteration as done:
                found: T = done.value
                return found

    async def _carried(self, step: Request | Pause) -> Response | Lost | None:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return None
        try:
            return _answered(await self._http.request(**_arguments(step, self._timeout)))
        except httpx2.TransportError as error:
            return Lost(type(error).__name__)

    async def each(self, listing: Listing[T]) -> AsyncIterator[T]:
        """Yield the items of a list, page after page."""
        page = await self.send(listing.page(None))
        while True:
            for item in page.items:
                yield item
            if page.next is None:
                return
            page = await self.send(listing.page(page.next))

    async def follow(self, after: int = -1, dataset: str | None = None) -> AsyncIterator[Item]:
        """Yield the items of the withdrawals feed from the entry after one on, and go on with new ones as they are written."""
        while True:
            page = await self.send(calls.withdrawals(after, wait=FOLLOW_WAIT, dataset=dataset))
            for item in page.items:
                yield item
            after = page.next

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        """Return the client itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.close()


def _arguments(request: Request, timeout: float) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": request.path,
        "params": request.params,
        "headers": request.headers,
        "content": request.content,
        "timeout": timeout + request.waits,
    }


def _answered(answer: httpx2.Response) -> Response:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Response(answer.status_code, headers, answer.content)
