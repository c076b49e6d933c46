"""The log as it is kept, row by row and unjudged: what ``verify`` reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from sayso.ledger.merkle import Node


class RawEntry(NamedTuple):
    """A kept entry: its number, the columns derived from its leaf, and the leaf bytes."""

    number: int
    type: str
    tag: str | None
    leaf: bytes


class RawCheckpoint(NamedTuple):
    """A kept checkpoint: the size it is kept under, and its signed note."""

    size: int
    note: str


class RawLog(Protocol):
    """Reads what is kept, in rising order of each key; values may be of any kind where the file was damaged."""

    def raw_entries(self) -> Iterator[RawEntry]:
        """Return every kept entry by number."""
        ...

    def raw_levels(self) -> tuple[Any, ...]:
        """Return the levels at which nodes are kept."""
        ...

    def raw_nodes(self, level: int) -> Iterator[Node]:
        """Return every node kept at a level by position."""
        ...

    def raw_checkpoints(self) -> Iterator[RawCheckpoint]:
        """Return every kept checkpoint by size."""
        ...
