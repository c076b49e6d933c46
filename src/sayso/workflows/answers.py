"""Decisions of a long-lived process: one at a time, or ten thousand record ids at once, each with the meaning of ``decide_one``.

What is kept between calls is what the sources hold, what the log says, and codes of decisions by all that they were decided on
(``alike``). Every call looks first whether sources or log are others by now (decision 0018).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sayso.errors import InputError, Problem
from sayso.holdings import Catalogue, Holdings
from sayso.policy.codes import CODES
from sayso.values.decisions import Outcome
from sayso.values.moments import Moment
from sayso.values.uses import Use
from sayso.workflows.batches import Batches
from sayso.workflows.decide import Answered, answered, find
from sayso.workflows.facts import Yard
from sayso.workflows.plan import check_use
from sayso.workflows.scene import Scene
from sayso.workflows.standings import Standings

MOST_RECORDS = 10_000
"""Record ids in one batch."""
_OUTCOMES = dict(CODES)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """The decisions on many records: a code for each id asked about, in their order (``policy.codes``; 0: no such record).

    They rest on the first ``log_size`` entries of the log, or on more.
    """

    use: Use
    at: Moment
    log_size: int
    codes: NDArray[np.int16]

    def outcomes(self) -> list[Outcome | None]:
        """Return verdict and reason for each id, ``None`` where no source has it."""
        return [_OUTCOMES.get(code) for code in self.codes.tolist()]

    def counts(self) -> tuple[tuple[Outcome | None, int], ...]:
        """Return how many ids had each answer, in the order of the checks; ids that no source has come first."""
        codes, counts = np.unique(self.codes, return_counts=True)
        return tuple((_OUTCOMES.get(c), n) for c, n in zip(codes.tolist(), counts.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Resting:
    """A decision, and the size of the log that it rests on."""

    answered: Answered
    log_size: int


class Answers:
    """Decides for a long-lived process, for many threads at once; what it answers is never older than the log at the call.

    ``catalogue`` and ``standings`` are there for whatever else the process is asked.
    """

    def __init__(self, yard: Yard, catalogue: Catalogue, standings: Standings | None = None) -> None:
        """Read nothing yet: the sources are read at the first question, the whole log's index at the first batch."""
        self._yard, self.catalogue = yard, catalogue
        self.standings = standings or Standings(yard.book.log)
        self._batches = Batches(yard, self.standings)
        self._uses: set[Use] = set()

    def decide(
        self,
        use: Use,
        record: str,
        at: Moment | None = None,
        member: str | None = None,
        at_least: int | None = None,
    ) -> Answered:
        """Return the decision on a record at a moment, now where none is given: what ``decide_one`` returns.

        Raises ``InputError`` like it, and where the log has no entry of the number ``at_least``.
        """
        while True:
            found = self._decided(self.catalogue.now(), use, record, at, member, at_least)
            if found is not None:
                return found.answered

    def decide_at_once(
        self, use: Use, record: str, at: Moment | None = None, member: str | None = None
    ) -> Resting | None:
        """Return what ``decide`` returns, and how much of the log that rests on; ``None`` where a source has to be read first.

        That takes seconds, and this some ten thousandths of one. Raises ``InputError`` like it.
        """
        held = self.catalogue.current()
        return None if held is None else self._decided(held, use, record, at, member)

    def _decided(
        self,
        held: Holdings,
        use: Use,
        record: str,
        at: Moment | None,
        member: str | None,
        at_least: int | None = None,
    ) -> Resting | None:
        """Return a decision on some holdings, ``None`` where the sources turn out to be others by now."""
        self._check(use)
        moment = self._yard.book.clock.now() if at is None else at
        scene = Scene(self._yard, held, self.standings.now(at_least), self._batches.tags(held))
        found = find(scene, record, member)
        answer = answered(self._yard.book.policy, scene, scene.standing, use, found, moment)
        if scene.lost and self.catalogue.now() is not held:
            return None
        return Resting(answer, scene.view.size)

    def decide_many(
        self, use: Use, records: Sequence[str], at: Moment | None = None, at_least: int | None = None
    ) -> Batch:
        """Return the decisions on some records at one moment, now where none is given, each as ``decide_one`` decides it.

        Raises ``InputError`` for a use that the policy does not have, for more than ``MOST_RECORDS`` ids, and where the log has no
        entry of the number ``at_least``.
        """
        self._check(use)
        if len(records) > MOST_RECORDS:
            advice = f"ask for {MOST_RECORDS:,} or fewer at once"
            raise InputError(Problem("too-many", f"{len(records):,} records are asked for", advice=advice))
        moment = self._yard.book.clock.now() if at is None else at
        while True:
            held = self.catalogue.now()
            try:
                codes, scene = self._batches.codes(held, use, records, moment, at_least)
            except FileNotFoundError:  # a source went while its deletions were looked for
                if self.catalogue.now() is held:
                    raise
                continue
            if not scene.lost or self.catalogue.now() is held:
                return Batch(use, moment, scene.view.size, codes)

    def _check(self, use: Use) -> None:
        if use not in self._uses:
            check_use(self._yard.book.policy, use)
            self._uses.add(use)
