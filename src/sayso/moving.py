"""What a log and a table of tags can do beside, so that a project can be moved from one kind of store to another.

A log is open, or closed to everybody but a migration: where it is to go on from elsewhere, or is still to be filled. So there is never
more than one place where a project's log can be written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import pyarrow as pa

from sayso.errors import Problem
from sayso.ledger.checkpoints import Checkpoint
from sayso.ledger.merkle import Node
from sayso.ledger.raw import RawCheckpoint, RawEntry


class ClosableLog(Protocol):
    """A held log whose holder may close it."""

    def seal(self) -> None:
        """Have the log closed from the end of the hold on."""
        ...


class MovableLog(Protocol):
    """A log that can be moved: it is read as it is kept, and takes leaves as they are."""

    def is_open(self) -> bool:
        """Tell whether anybody may write in it."""
        ...

    def length(self) -> int:
        """Return the number of entries, of a closed log too."""
        ...

    def root(self, size: int) -> bytes:
        """Return the RFC 6962 tree hash of the first ``size`` entries."""
        ...

    def leaves(self, start: int, end: int) -> tuple[bytes, ...]:
        """Return the leaves of the entries from ``start`` up to, not including, ``end``."""
        ...

    def bring(self, size: int, leaves: Sequence[bytes], checkpoints: Sequence[Checkpoint] = ()) -> None:
        """Append leaves to a closed log of ``size`` entries, all of them or none, and keep checkpoints of it.

        Raises ``IntegrityError`` for what is no leaf or no checkpoint of this log, ``EdgeError`` where the log is open or of another
        size.
        """
        ...

    def open_up(self) -> None:
        """Let everybody write in it."""
        ...

    def hold(self) -> AbstractContextManager[ClosableLog]:
        """Keep every writer waiting, like ``ports.LogStore``; raises ``EdgeError`` for a closed log."""
        ...

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Return the kept checkpoints in rising order of size."""
        ...

    def damage(self) -> tuple[Problem, ...]:
        """Return what the store itself finds wrong with what it keeps."""
        ...

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


class MovableTags(Protocol):
    """A table of tags that can be moved."""

    def table(self) -> pa.Table:
        """Return every row: ``member`` and ``tag``, both strings."""
        ...

    def digests(self) -> frozenset[bytes]:
        """Return the keyed digests of those who were erased."""
        ...

    def bring(self, rows: pa.Table, digests: frozenset[bytes]) -> None:
        """Hold these rows and digests and no others, all of them or none."""
        ...
