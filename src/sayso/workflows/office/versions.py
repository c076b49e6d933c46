"""What another policy version changes for members: how many of their records it alone would permit, or would not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sayso.policy.compile import compile_version
from sayso.policy.gate import Gate
from sayso.policy.model import PolicyVersion
from sayso.ports import Shift
from sayso.values.moments import Moment
from sayso.values.uses import Use
from sayso.workflows.facts import Yard, wide
from sayso.workflows.logstate import stood
from sayso.workflows.office.uses import uses_of
from sayso.workflows.tables import gate_tables

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Affected:
    """What changes for one use, by region; empty where nothing does."""

    use: Use
    shifts: tuple[Shift, ...]

    @property
    def gained(self) -> int:
        """Return how many records only the later version permits."""
        return sum(one.gained for one in self.shifts)

    @property
    def lost(self) -> int:
        """Return how many records only the earlier version permits."""
        return sum(one.lost for one in self.shifts)

    @property
    def members_gaining(self) -> int:
        """Return of how many members something more is permitted."""
        return sum(one.members_gaining for one in self.shifts)

    @property
    def members_losing(self) -> int:
        """Return of how many members something is permitted no longer."""
        return sum(one.members_losing for one in self.shifts)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a version in the place of another would change at a moment, with what the log of a size says."""

    old: str
    new: str
    at: Moment
    log_size: int
    uses: tuple[Affected, ...]


def effect(
    yard: Yard, old: PolicyVersion, new: PolicyVersion, at: Moment, progress: Progress = lambda done, of: None
) -> Effect:
    """Return what changes for members where one version is in force at a moment, and not the other: same notices, same choices.

    Raises ``InputError`` where nothing has been brought in yet.
    """
    policy, index = yard.book.policy, stood(yard).index
    stops = index.suspensions()
    uses = tuple(dict.fromkeys((*uses_of(policy, old, stops), *uses_of(policy, new, stops))))

    def gate(version: PolicyVersion, use: Use) -> Gate:
        return compile_version(policy, version, use, at, wide(index))

    found = []
    with yard.open_engine(gate_tables(yard, index)) as engine:
        for done, use in enumerate(uses):
            progress(done, len(uses))
            engine.stand(gate(old, use))
            found.append(Affected(use, engine.shifts(gate(new, use))))
    return Effect(old.id, new.id, at, index.size, tuple(found))
