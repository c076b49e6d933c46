"""Following the feed: how old what is known may be, who asks for it, and what becomes of a service that does not answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Protocol, TypeVar

from sayso.client.answers import Decisions, Feed
from sayso.errors import EdgeError, Problem
from sayso.guard.taken_back import TakenBack
from sayso.values.uses import Use

T = TypeVar("T")
PAUSE = 0.2
"""Seconds between two attempts to reach a service that does not answer."""

LONGEST_WAIT = 60
"""Seconds that the service keeps an answer back at most."""


class Service(Protocol):
    """What the guard asks of a service; ``sayso.client.Client`` is one."""

    def withdrawals(
        self, after: int = -1, *, limit: int = 1000, wait: int = 0, dataset: str | None = None
    ) -> Feed:
        """Return the items of the feed after an entry."""
        ...

    def decide_all(self, use: Use, records: Sequence[str]) -> Decisions:
        """Return the decisions on records, in their order."""
        ...


class Unanswered(EdgeError):
    """The service could not be reached for longer than the guard may wait, so that nobody knows who has said no."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How old what is known may be when a batch is asked for, and for how long a batch is held back for want of an answer: seconds."""

    seconds: float
    patience: float


class Follower:
    """Folds the feed into what was taken back; where ``seconds`` are allowed, a thread asks ahead, so that batches seldom wait."""

    def __init__(
        self, service: Service, taken: TakenBack, since: int, dataset: str | None, pace: Pace
    ) -> None:
        """Stand after an entry; nothing is asked yet."""
        self._service, self._taken, self._dataset, self._pace = service, taken, dataset, pace
        self._after, self._known_at = since, float("-inf")
        self._folding = Lock()
        self._over = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Let a thread follow the feed, where what is known may be older than nothing and none does."""
        if self._pace.seconds > 0 and self._thread is None:
            self._thread = Thread(target=self._follow, name="sayso-guard", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Let the thread end; it does so after its last question at the latest."""
        self._over.set()

    def refresh(self, asked_at: float) -> None:
        """Know all that was acknowledged ``seconds`` before a moment of ``time.monotonic`` and earlier.

        Raises ``Unanswered`` where the service did not answer for as long as a batch may be held back, and what it refuses at once.
        """
        while self._known_at < asked_at - self._pace.seconds:
            self.patiently(lambda: self._ask(0), asked_at)

    def patiently(self, act: Callable[[], T], asked_at: float) -> T:
        """Return what an act returns, tried while the service fails, in time for a batch that was asked for at a moment; or raise."""
        until = asked_at + self._pace.patience
        while True:
            try:
                return _within(act, until - time.monotonic())
            except (EdgeError, TimeoutError) as error:
                if time.monotonic() + PAUSE >= until:
                    what = f"for {self._pace.patience:g} seconds the service did not say who has said no"
                    advice = "see that it runs and is reached, then start again; no batch was given without knowing"
                    raise Unanswered(Problem("unanswered", what, advice=advice)) from error
                time.sleep(PAUSE)

    def _ask(self, wait: int) -> None:
        """Ask until nothing is left; what is known then is at least as young as the first question."""
        begun = time.monotonic()
        while True:
            page = self._service.withdrawals(self._after, wait=wait, dataset=self._dataset)
            with self._folding:
                self._taken.fold(page.items)
                self._after = max(self._after, page.next)
                if page.next >= page.log_size - 1:
                    self._known_at = max(self._known_at, begun)
                    return
            wait = 0

    def _follow(self) -> None:
        # Each question is kept back for a third of the time allowed: when the next one is answered, what is known is two thirds of it
        # old at most. What goes wrong here is met again, and told, by the batch that needs to know.
        # Where that is less than a second, which is the least that a service waits, the thread itself pauses.
        third = self._pace.seconds / 3
        wait = min(int(third), LONGEST_WAIT)
        while not self._over.is_set():
            try:
                self._ask(wait)
                self._over.wait(0 if wait else third)
            except Exception:
                self._over.wait(PAUSE)


def _within(act: Callable[[], T], seconds: float) -> T:
    """Return what an act returns, or raise what it raises; raises ``TimeoutError`` where it takes longer, and lets it end by itself.

    A client tries again by itself and waits for connections: only a clock of our own ends that in time.
    """
    ended: SimpleQueue[tuple[T, None] | tuple[None, BaseException]] = SimpleQueue()

    def run() -> None:
        try:
            ended.put((act(), None))
        except BaseException as error:
            ended.put((None, error))

    Thread(target=run, name="sayso-guard-question", daemon=True).start()
    try:
        answer, error = ended.get(timeout=max(seconds, 0))
    except Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return answer  # type: ignore[return-value]  # no error: there is an answer
