"""Many requests, one thread: what waits at a moment is done together, and whoever asked goes on when it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class _Waiting(NamedTuple):
    asked: Any
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]


TURNS = 3
"""How often the event loop goes round before what waits is done: so whatever it has been sent by then is done with it. Half as many
pieces, twice as large, are a third less work at 16 connections (decision 0022), and who comes alone waits some microseconds."""


class Gathered(Generic[Asked, Answer]):
    """Brings what requests ask to ``work`` in a thread of its own, in the order in which they asked, all that wait at once.

    ``work`` returns for each an answer or the exception that is theirs alone, in order; what it raises goes to all of them.
    A request that is given up is carried out nevertheless.
    """

    def __init__(
        self, work: Callable[[Sequence[Asked]], Sequence[Answer | Exception]], most: int = 256
    ) -> None:
        """Stand ready; ``work`` gets ``most`` at once, and is never called by two threads."""
        self._work, self._most = work, most
        self._thread = ThreadPoolExecutor(1, "sayso-gathered")
        self._lock, self._waiting, self._busy = Lock(), list[_Waiting](), False

    async def __call__(self, asked: Asked) -> Answer:
        """Return the answer when ``work`` has given it; raises what it is or raised."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(asked, loop, loop.create_future())
        with self._lock:
            self._waiting.append(waiting)
        self._soon(loop, TURNS)
        answer: Answer = await waiting.answer
        return answer

    def _soon(self, loop: asyncio.AbstractEventLoop, turns: int) -> None:
        """Have what waits done after some turns of a loop, unless that is under way, which will see to it."""
        if turns:
            loop.call_soon(self._soon, loop, turns - 1)
            return
        with self._lock:
            begins = bool(self._waiting) and not self._busy
            self._busy |= begins
        if begins:
            self._thread.submit(self._piece)

    def _piece(self) -> None:
        with self._lock:
            piece, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        answers = self._answers([each.asked for each in piece])
        with self._lock:
            self._busy, left = False, {each.loop for each in self._waiting}
        for loop in {each.loop for each in piece}:
            told = [
                (each.answer, answer)
                for each, answer in zip(piece, answers, strict=True)
                if each.loop is loop
            ]
            _call(loop, _tell, told)
        for loop in left:
            _call(loop, self._soon, loop, TURNS)

    def _answers(self, batch: Sequence[Asked]) -> Sequence[Answer | Exception]:
        try:
            return self._work(batch)
        except Exception as failure:
            return [failure] * len(batch)


def _call(loop: asyncio.AbstractEventLoop, act: Callable[..., None], *words: Any) -> None:
    with suppress(RuntimeError):  # it is closed: nobody waits there
        loop.call_soon_threadsafe(act, *words)


def _tell(told: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, answer in told:
        if future.done():  # given up
            continue
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
