"""Webhooks are told while the server runs: a thread that does what ``sayso webhook deliver --follow`` does."""

from __future__ import annotations

import logging
from threading import Event, Thread

from sayso.errors import SaysoError
from sayso.web.house import House

log = logging.getLogger("sayso.web")
LOOKS = 1.0
"""Seconds between two looks at what waits: reading which webhooks there are, where there is nothing to tell."""


class Teller(Thread):
    """Delivers what waits, again and again; what is not taken is tried again when its time comes."""

    def __init__(self, house: House) -> None:
        """Stand ready; ``start`` begins."""
        super().__init__(name="sayso-teller", daemon=True)
        self._deliverer = house.project.deliverer(house.service)
        self._over = Event()

    def stop(self) -> None:
        """End after the message that is under way, and wait for that: a receiver may take 20 seconds to answer."""
        self._over.set()
        self.join()

    def run(self) -> None:
        """Deliver, and look again, until stopped."""
        while not self._over.wait(LOOKS):
            try:
                self._deliverer.deliver(self._over.is_set)
            except SaysoError as error:
                codes = ", ".join(problem.code for problem in error.problems)
                log.error("webhooks were not told: %s", codes)
