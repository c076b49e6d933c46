"""The verdict classes of a community, and somebody and something that stand for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sayso.policy.cuts import Cuts, Vocabulary
from sayso.values.members import Attributes, Member
from sayso.values.moments import Moment, latest_birthday
from sayso.values.records import Record

Ints = NDArray[np.int64]
_UNBORN = 99991231


class Tally(Protocol):
    """Sorts a community into classes and counts it."""

    def regions(self) -> tuple[str, ...]:
        """Return the regions that members live in, sorted."""
        ...

    def sizes(self) -> tuple[int, int]:
        """Return how many members and records there are."""
        ...

    def sort(self, places: Mapping[str, int], nowhere: int, tell: Callable[[int, int], None]) -> None:
        """Sort everybody and everything into classes."""
        ...

    def states(self) -> pa.Table:
        """Return what people differ in."""
        ...

    def stands(self) -> pa.Table:
        """Return the states of an author and of others whose words are in a record."""
        ...

    def kinds(self) -> pa.Table:
        """Return what records differ in."""
        ...

    def flows(self) -> pa.Table:
        """Return how many records more or fewer are in a class from a moment on."""
        ...

    def toggles(
        self, stands: Sequence[int], kinds: Sequence[int], deleted: Sequence[bool], marks: Sequence[int]
    ) -> pa.Table:
        """Return from when on members have records of marked classes, or have none any more."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """The classes, side by side: whose and of what kind the records in them are; and the flows into and out of them.

    ``lines`` are the states of the people of a stand, the author's first; ``place`` is the author's.
    """

    cuts: Cuts
    states: Mapping[int, Mapping[str, Any]]
    lines: Mapping[int, tuple[int, ...]]
    kinds: Mapping[int, Mapping[str, Any]]
    stand: Ints
    kind: Ints
    deleted: NDArray[np.bool_]
    place: Ints
    flow_class: Ints
    flow_at: Ints
    flow_change: Ints

    def gone(self) -> NDArray[np.bool_]:
        """Tell of which classes the records are deleted, or their authors' accounts closed."""
        closed = {
            stand: bool(line[0] and self.states[line[0]]["closed"]) for stand, line in self.lines.items()
        }
        return np.array([closed[one] for one in self.stand.tolist()], np.bool_) | self.deleted


def classes_of(tally: Tally, cuts: Cuts, nowhere: int) -> Classes:
    """Return the classes of a community that was sorted."""
    states = {row["state"]: row for row in tally.states().to_pylist()}
    lines = {row["stand"]: tuple(row["line"]) for row in tally.stands().to_pylist()}
    kinds = {row["kind"]: row for row in tally.kinds().to_pylist()}
    flows = tally.flows()
    stand, kind, deleted = (_ints(flows, name) for name in ("stand", "kind", "deleted"))
    width = 2 * (max(kinds, default=0) + 1)
    key, flow_class = np.unique(stand * width + kind * 2 + deleted, return_inverse=True)
    homes = {number: row["place"] for number, row in states.items()} | {0: nowhere}
    stands = key // width
    return Classes(
        cuts,
        states,
        lines,
        kinds,
        stands,
        key % width // 2,
        (key % 2).astype(np.bool_),
        np.array([homes[lines[one][0]] for one in stands.tolist()], np.int64),
        flow_class.astype(np.int64),
        _ints(flows, "turn"),
        _ints(flows, "change"),
    )


def _ints(table: pa.Table, name: str) -> Ints:
    column = table.column(name)
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    return np.asarray(column.to_numpy()).astype(np.int64)


def member_like(
    row: Mapping[str, Any], cuts: Cuts, attributes: Attributes, region: str | None, at: Moment
) -> Member:
    """Return a member who differs from those of a state in nothing that a policy can tell at a moment."""
    return Member(
        "",
        region,
        _birthday(row, cuts, at),
        _edge(row["low"], cuts.ages),
        _edge(row["high"], cuts.ages),
        attributes,
        None,
        at if row["closed"] else None,
    )


def _birthday(row: Mapping[str, Any], cuts: Cuts, at: Moment) -> int | None:
    if not row["birthday"]:
        return None
    return latest_birthday(at, cuts.ages[row["old"] - 1]) if row["old"] else _UNBORN


def _edge(reached: int | None, edges: tuple[int, ...]) -> int | None:
    """Return a value that has reached as many edges; below all of them, 0."""
    if reached is None:
        return None
    return edges[reached - 1] if reached else 0


def record_like(
    row: Mapping[str, Any], windows: Cuts, attributes: Attributes, category: str, deleted: bool, at: Moment
) -> Record:
    """Return a record that differs from those of a kind that are there at a moment in nothing that a policy can tell.

    ``windows`` has no edges where the policy has none.
    """
    return Record(
        "",
        "",
        category,
        row["visibility"],
        _within(row["created"], windows.created, at),
        _within(row["collected"], windows.collected, at),
        at if deleted else None,
        attributes,
    )


def _within(reached: int | None, edges: tuple[Moment, ...], at: Moment) -> Moment | None:
    """Return a moment no later than ``at`` that has reached as many edges."""
    if reached is None:
        return None
    if not edges:
        return at
    return edges[reached - 1] if reached else Moment(min(at, edges[0] - 1))


def carried(row: Mapping[str, Any], vocabulary: Vocabulary) -> Attributes:
    """Return the attributes of a state or a kind, those of a vocabulary alone, each with its value if that says anything there.

    A value that the vocabulary does not name is as good as any other that it does not name.
    """
    found = ((name, row["attr_" + name.replace("-", "_")], values) for name, values in vocabulary)
    return tuple(
        (name, value if value in values or value == "?" else "\x01")
        for name, value, values in found
        if value is not None
    )
