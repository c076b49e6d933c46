"""Work that takes longer than a page should: one of a kind at a time, in a thread, with progress and its last result."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any

from sayso.errors import IntegrityError, Problem, SaysoError

log = logging.getLogger("sayso.web")
SHARE = 20
Report = Callable[[int, int], None]
"""Tells how much is done, and of how much (0: nobody knows)."""


@dataclass(slots=True)
class Job:
    """One piece of work: for what it was asked (``key``), how far it is, and what came of it, or what went wrong."""

    key: object
    done: int = 0
    of: int = 0
    result: Any = None
    error: SaysoError | None = None
    seconds: float = 0.0
    ended_at: float = 0.0
    ended: Event = field(default_factory=Event)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return what went wrong; nothing while it runs and where it ended well."""
        return () if self.error is None else self.error.problems

    @property
    def runs(self) -> bool:
        """Tell whether it has not ended."""
        return not self.ended.is_set()

    def answers(self, key: object) -> bool:
        """Tell whether it is for this key, and runs, or ended well and not long ago: ``SHARE`` times as long as it took.

        So work that is asked for again and again, over a log that grows all the time, takes no more than that share of the machine.
        """
        if self.key != key or self.error is not None:
            return False
        return self.runs or time.monotonic() - self.ended_at < SHARE * self.seconds

    def report(self, done: int, of: int) -> None:
        """Note how far it is."""
        self.done, self.of = done, of


class Jobs:
    """All work of a server, the last of each kind by name."""

    def __init__(self) -> None:
        """Have done nothing yet."""
        self._jobs: dict[str, Job] = {}
        self._lock = Lock()

    def last(self, name: str) -> Job | None:
        """Return the last work of a name, ``None`` where there was none."""
        return self._jobs.get(name)

    def start(self, name: str, key: object, work: Callable[[Report], Any]) -> Job:
        """Return the work of a name that runs, else this, begun now."""
        with self._lock:
            last = self._jobs.get(name)
            if last is not None and last.runs:
                return last
            job = self._jobs[name] = Job(key)
        Thread(target=_run, args=(name, job, work), daemon=True).start()
        return job

    def close(self) -> None:
        """Wait until nothing runs any more."""
        for job in tuple(self._jobs.values()):
            job.ended.wait()


def _run(name: str, job: Job, work: Callable[[Report], Any]) -> None:
    begun = time.monotonic()
    try:
        job.result = work(job.report)
    except SaysoError as error:
        job.error = error
    except Exception as error:
        log.error(
            "the work %s failed: %s", name, type(error).__name__
        )  # never its text: it may be a member's
        what = "something went wrong that should not"
        job.error = IntegrityError(Problem("unexpected", what, advice="tell the engineers"))
    finally:
        job.ended_at = time.monotonic()
        job.seconds = job.ended_at - begun
        job.ended.set()
