"""What members take back is carried out while the server runs: a thread that does what ``sayso work --follow`` does."""

from __future__ import annotations

import logging
from threading import Event, Thread

from sayso.errors import Refused, SaysoError
from sayso.web.house import House
from sayso.workflows.work import work

log = logging.getLogger("sayso.web")
LOOKS, AT_LEAST = 1.0, 3600.0
"""Seconds between two looks at the log's size, and after which the work is looked for though nothing was written: days run out."""


class Worker(Thread):
    """Does the work whenever the log has grown; what fails is tried again after the next entry, or the next hour."""

    def __init__(self, house: House) -> None:
        """Stand ready; ``start`` begins."""
        super().__init__(name="sayso-worker", daemon=True)
        self._house, self._over = house, Event()
        self._worked_at_size = -1

    def stop(self) -> None:
        """End after what is being done now, and wait for that: whatever is cut short is done again by the next worker."""
        self._over.set()
        self.join()

    def run(self) -> None:
        """Look, work, and look again, until stopped."""
        waited = 0.0
        while not self._over.wait(LOOKS):
            waited += LOOKS
            size = self._house.project.log.size()
            if size != self._worked_at_size or waited >= AT_LEAST:
                self._work()
                waited = 0.0

    def _work(self) -> None:
        project = self._house.project
        self._worked_at_size = project.log.size()
        try:
            done = work(project.shelf, lambda _: None)
        except Refused:
            self._worked_at_size = -1  # somebody else builds: look again
        except SaysoError as error:
            log.error("the work was not done: %s", ", ".join(problem.code for problem in error.problems))
        else:
            if done:
                self._worked_at_size = project.log.size()
