"""What members take back is carried out while the server runs: rounds of what ``sayso work --follow`` does."""

from __future__ import annotations

import time

from sayso.errors import Refused
from sayso.web.house import House
from sayso.web.rounds import Rounds
from sayso.workflows.work import work

AT_LEAST = 3600.0
"""Seconds after which the work is looked for though nothing was written: days run out."""


class Worker(Rounds):
    """Does the work whenever the log has grown; what fails is tried again after the next entry, or the next hour.

    Whatever is cut short is done again by the next worker.
    """

    def __init__(self, house: House) -> None:
        """Stand ready; ``start`` begins."""
        super().__init__("sayso-worker", "the work was not done")
        self._house = house
        self._worked_at_size, self._worked_at = -1, time.monotonic()

    def round(self) -> None:
        """Do what waits, where anything can wait."""
        project = self._house.project
        size = project.log.size()
        if size == self._worked_at_size and time.monotonic() - self._worked_at < AT_LEAST:
            return
        self._worked_at_size, self._worked_at = size, time.monotonic()
        try:
            if work(project.shelf, lambda _: None):
                self._worked_at_size = project.log.size()
        except Refused:
            self._worked_at_size = -1  # somebody else builds: look again
