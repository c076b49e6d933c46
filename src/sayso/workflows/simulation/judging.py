"""What one policy says of every class, while nothing of what it says changes: each distinct class is asked of ``decide`` once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sayso.policy.codes import PERMIT_FROM, code_of
from sayso.policy.cuts import Cuts, cuts_of, treatments, turning_moments
from sayso.policy.decide import decide
from sayso.policy.kin import counterparts
from sayso.policy.model import Policy
from sayso.reports.simulated import ALL_CODES, NO_COUNTERPART, rank
from sayso.values.members import Member
from sayso.values.moments import Moment
from sayso.values.records import Record
from sayso.values.standing import Choice, Notice, Standing
from sayso.values.uses import Use
from sayso.workflows.simulation.classes import Classes, Ints, carried, member_like, record_like

Codes = NDArray[np.int16]
_PLACES = {code: place for place, code in enumerate(ALL_CODES)}


@lru_cache(maxsize=256)
def taken_for_granted(policy: Policy, refuses: bool = False) -> Standing:
    """Return how a member stands with a platform of which no log is known: told of each version when it was published, and silent.

    Whoever ``refuses`` has said no through every control, from the beginning.
    """
    told = tuple(Notice(one.id, one.published_at, personal=True) for one in policy.versions)
    noes = {control.id for version in policy.versions for control in version.controls} if refuses else ()
    first = policy.versions[0].id if policy.versions else ""
    return Standing(tuple(Choice(control, False, Moment(0), first) for control in sorted(noes)), told)


@dataclass(frozen=True, slots=True)
class Phase:
    """Looked-at moments, from one place up to another, between which a policy says the same."""

    since: int
    until: int


def phases(policy: Policy, moments: Sequence[Moment]) -> tuple[Phase, ...]:
    """Return the phases of a policy, which cover all moments."""
    turns = {bisect_left(moments, at) for at in turning_moments(policy)}
    edges = sorted({0, *(place for place in turns if place < len(moments)), len(moments)})
    return tuple(Phase(*pair) for pair in pairwise(edges))


class Judge:
    """Decides for the classes of a community under one policy."""

    def __init__(self, policy: Policy, classes: Classes, regions: Sequence[str | None]) -> None:
        """Sort the classes into those that this policy can tell apart; ``regions`` has one region of each place."""
        self.policy, self.classes = policy, classes
        self.own: Cuts = cuts_of((policy,), ())
        self.mapped = counterparts(policy, sorted({row["category"] for row in classes.kinds.values()}))
        # Of classes that this policy cannot tell apart one stands for all, whenever those in it were made.
        self._windows = replace(
            classes.cuts,
            created=classes.cuts.created if self.own.created else (),
            collected=classes.cuts.collected if self.own.collected else (),
        )
        self._standings = tuple(taken_for_granted(policy, refuses) for refuses in (False, True))
        self._regions = regions
        known = [region for region in regions if region is not None]
        self._treated: dict[str | None, object] = dict(zip(known, treatments(policy, known), strict=True))
        self._treated[None] = None
        self._first, self.distinct = self._distinct()

    def _distinct(self) -> tuple[Ints, Ints]:
        """Return one class of each that this policy can tell apart, and which of these each class is."""
        classes = self.classes
        state = {number: self._state(row) for number, row in classes.states.items()} | {0: None}
        stand = _numbered({one: tuple(state[n] for n in line) for one, line in classes.lines.items()})
        kind = _numbered({one: self._kind(row) for one, row in classes.kinds.items()})
        width = 2 * (len(kind) + 1)
        keys = (
            np.array([stand[one] for one in classes.stand.tolist()], np.int64) * width
            + np.array([kind[one] for one in classes.kind.tolist()], np.int64) * 2
            + classes.deleted
        )
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        return first, inverse.astype(np.int64)

    def _state(self, row: Mapping[str, Any]) -> tuple[object, ...]:
        of = carried(row, self.own.member_attributes)
        age = (row["birthday"], row["low"], row["high"], row["old"]) if self.own.ages else ()
        return self._treated[self._regions[row["place"]]], of, age, row["closed"], row["refuses"]

    def _kind(self, row: Mapping[str, Any]) -> tuple[object, ...] | None:
        category = self.mapped[row["category"]]
        if category is None:
            return None
        of = carried(row, self.own.record_attributes)
        created = row["created"] if self.own.created else row["created"] is None
        collected = row["collected"] if self.own.collected else row["collected"] is None
        return category, row["visibility"], of, created, collected

    def codes(self, uses: Sequence[Use], at: Moment) -> Codes:
        """Return the place among ``ALL_CODES`` that each class comes out with, by use; ``at`` is the last moment of a phase."""
        people = {state: self._person(state, at) for state in (0, *self.classes.states)}
        lines = {stand: [people[state] for state in line] for stand, line in self.classes.lines.items()}
        records = {
            (kind, deleted): self._record(kind, deleted, at)
            for kind in self.classes.kinds
            for deleted in (False, True)
        }
        found = np.full((len(uses), len(self._first)), _PLACES[NO_COUNTERPART], np.int16)
        for column, one in enumerate(self._first.tolist()):
            record = records[int(self.classes.kind[one]), bool(self.classes.deleted[one])]
            if record is not None:
                line = lines[int(self.classes.stand[one])]
                found[:, column] = [_PLACES[self._code(use, line, record, at)] for use in uses]
        return found[:, self.distinct]

    def _record(self, number: int, deleted: bool, at: Moment) -> Record | None:
        """Return a record like those of a kind, ``None`` where the platform has no such kind."""
        kind = self.classes.kinds[number]
        category = self.mapped[kind["category"]]
        if category is None:
            return None
        return record_like(
            kind, self._windows, carried(kind, self.own.record_attributes), category, deleted, at
        )

    def _person(self, state: int, at: Moment) -> tuple[Member | None, Standing]:
        if state == 0:
            return None, self._standings[0]
        row = self.classes.states[state]
        of = carried(row, self.own.member_attributes)
        member = member_like(row, self.classes.cuts, of, self._regions[row["place"]], at)
        return member, self._standings[bool(row["refuses"])]

    def _code(
        self, use: Use, people: Sequence[tuple[Member | None, Standing]], record: Record, at: Moment
    ) -> int:
        """Return the author's code, or that of the first of the others who does not permit it (decision 0005)."""
        codes: list[int] = []
        for member, standing in people:
            decision = decide(use, self.policy, member, record, standing, at)
            codes.append(code_of(decision.reason, decision.verdict))
            if codes[-1] < PERMIT_FROM:
                return codes[-1]
        return codes[0]


def _numbered(keys: Mapping[int, object]) -> dict[int, int]:
    numbers: dict[object, int] = {}
    return {one: numbers.setdefault(key, len(numbers)) for one, key in keys.items()}


def together(codes: Codes) -> Codes:
    """Return what several uses come to: a permit where one is permitted, else unknown where one is, else the reason of the nearest.

    The nearest is the one that passed most of the checks.
    """
    table = np.array([rank(code) for code in ALL_CODES], np.int64)
    best = np.argmax(table[codes], axis=0)
    return np.asarray(np.take_along_axis(codes, best[None, :], axis=0)[0])
