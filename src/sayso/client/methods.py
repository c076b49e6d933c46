"""The methods that both clients have, by name: each is a call of ``calls``, sent at once or awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from sayso.client import calls
from sayso.client.calls import Call, Listing

if TYPE_CHECKING:
    from sayso.client.transports import AsyncClient, Client

P = ParamSpec("P")
T = TypeVar("T")


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
