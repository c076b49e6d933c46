"""Work that goes on beside the requests for as long as the server runs: rounds of it in a thread, which no failure ends."""

from __future__ import annotations

import logging
from abc import abstractmethod
from threading import Event, Thread

from sayso.errors import SaysoError

log = logging.getLogger("sayso.web")
LOOKS = 1.0
"""Seconds between two rounds."""


class Rounds(Thread):
    """Does a round again and again. One that fails is told in the server's log, once while it fails alike, and is not the last."""

    def __init__(self, name: str, failed: str) -> None:
        """Stand ready; ``start`` begins. ``failed`` is what the log says of a round that failed, before why."""
        super().__init__(name=name, daemon=True)
        self._failed, self._why = failed, ""
        self._over = Event()

    def stop(self) -> None:
        """End after the round that is under way, and wait for that."""
        self._over.set()
        self.join()

    def run(self) -> None:
        """Do rounds until stopped."""
        while not self._over.wait(LOOKS):
            try:
                self.round()
                self._tell("")
            except SaysoError as error:
                self._tell(", ".join(problem.code for problem in error.problems))
            except Exception as error:
                self._tell(type(error).__name__)  # never its text: it may be a member's

    @abstractmethod
    def round(self) -> None:
        """Do what there is to do now."""

    def _tell(self, why: str) -> None:
        if why and why != self._why:
            log.error("%s: %s", self._failed, why)
        self._why = why
