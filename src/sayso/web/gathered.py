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
            idle, self._busy = not self._busy, True
        if idle:
            self._thread.submit(self._work_off)
        answer: Answer = await waiting.answer
        return answer

    def _work_off(self) -> None:
        while batch := self._next():
            answers = self._answers([each.asked for each in batch])
            for loop in {each.loop for each in batch}:
                told = [
                    (each.answer, answer)
                    for each, answer in zip(batch, answers, strict=True)
                    if each.loop is loop
                ]
                with suppress(RuntimeError):  # this loop is closed: nobody waits there
                    loop.call_soon_threadsafe(_tell, told)

    def _next(self) -> list[_Waiting]:
        with self._lock:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            self._busy = bool(batch)
            return batch

    def _answers(self, batch: Sequence[Asked]) -> Sequence[Answer | Exception]:
        try:
            return self._work(batch)
        except Exception as failure:
            return [failure] * len(batch)


def _tell(told: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, answer in told:
        if future.done():  # given up
            continue
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
