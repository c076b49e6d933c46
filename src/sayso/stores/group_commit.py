"""Group commit: many threads wait for one sync of the disk together.

Whoever comes first becomes the leader and commits all that wait at that moment in one transaction; the
others find their request done when their turn comes. No thread of our own, no timer: alone, a writer waits
for nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from sayso.errors import EdgeError, Problem

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass(slots=True, eq=False)
class _Request(Generic[Asked, Answer]):
    asked: Asked
    answer: Answer | None = None
    failure: Exception | None = None
    done: bool = False


class GroupCommit(Generic[Asked, Answer]):
    """Brings requests of many threads to ``commit`` in batches, in the order in which they came.

    ``commit`` returns one answer per request, in order, when all are durable; or raises, and then none is.
    """

    def __init__(self, commit: Callable[[Sequence[Asked]], Sequence[Answer]]) -> None:
        """Stand ready; ``commit`` is never called by two threads at once."""
        self._commit = commit
        self._queue: list[_Request[Asked, Answer]] = []
        self._queue_lock, self._leader_lock = Lock(), Lock()

    def __call__(self, asked: Asked) -> Answer:
        """Return the answer to one request once it is durable; raises whatever its batch's commit raised."""
        request: _Request[Asked, Answer] = _Request(asked)
        with self._queue_lock:
            self._queue.append(request)
        with self._leader_lock:
            if not request.done:
                self._lead()
        if request.failure is not None:
            raise request.failure
        return request.answer  # type: ignore[return-value]  # done without failure: there is an answer

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep ``commit`` from being called for as long as the context lasts; requests wait."""
        with self._leader_lock:
            yield

    def _lead(self) -> None:
        with self._queue_lock:
            batch, self._queue = self._queue, []
        try:
            answers = self._commit([request.asked for request in batch])
            for request, answer in zip(batch, answers, strict=True):
                request.answer, request.done = answer, True
        except Exception as failure:
            self._fail(batch, failure)
        except BaseException:  # an interrupt ends the leader alone; the others learn that nothing is certain
            what = "writing was interrupted; what was asked may or may not have been kept"
            self._fail(batch, EdgeError(Problem("interrupted", what, advice="look before asking again")))
            raise

    def _fail(self, batch: Sequence[_Request[Asked, Answer]], failure: Exception) -> None:
        for request in batch:
            if not request.done:
                request.failure, request.done = failure, True
