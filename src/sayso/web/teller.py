"""Webhooks are told while the server runs: rounds of what ``sayso webhook deliver --follow`` does."""

from __future__ import annotations

from sayso.web.house import House
from sayso.web.rounds import Rounds


class Teller(Rounds):
    """Delivers what waits, again and again; what is not taken is tried again when its time comes.

    It stops after the message that is under way: a receiver may take 20 seconds to answer.
    """

    def __init__(self, house: House) -> None:
        """Stand ready; ``start`` begins."""
        super().__init__("sayso-teller", "webhooks were not told")
        self._house, self._project = house, house.project
        self._deliverer = house.project.deliverer(house.service)

    def round(self) -> None:
        """Deliver what waits, in the words of the policy as its file says now."""
        project = self._house.project
        if project is not self._project:
            self._project, self._deliverer = project, project.deliverer(self._house.service)
        self._deliverer.deliver(self._over.is_set)
