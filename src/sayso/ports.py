"""The edges, as Protocols: what workflows ask of the world, and nothing of how it is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import pyarrow as pa

from sayso.ledger.checkpoints import Checkpoint
from sayso.ledger.events import Entry, Event
from sayso.values.moments import Moment


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> Moment:
        """Return the present moment."""
        ...


class Keys(Protocol):
    """Signs, and holds the secrets that keyed digests need."""

    def origin(self) -> str:
        """Return the log's origin: the name in its checkpoints and of its key (C2SP tlog-checkpoint)."""
        ...

    def public_key(self) -> bytes:
        """Return the 32 bytes of the Ed25519 public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the Ed25519 signature of a message (RFC 8032)."""
        ...

    def secret(self) -> bytes:
        """Return the project's 32-byte secret, from which every keyed digest is made."""
        ...


class LogStore(Protocol):
    """The append-only log: durable before it answers, gapless, and the same for every reader."""

    def append(self, events: Sequence[Event], logged_at: Moment) -> tuple[Entry, ...]:
        """Return the entries of the events, which are on disk from then on, in one piece."""
        ...

    def append_if(self, size: int, events: Sequence[Event], logged_at: Moment) -> tuple[Entry, ...] | None:
        """Append like ``append`` if the log still has ``size`` entries; else change nothing and return ``None``."""
        ...

    def size(self) -> int:
        """Return the number of entries."""
        ...

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[Entry]:
        """Return the entries from ``start`` up to, not including, ``end``."""
        ...

    def leaf(self, number: int) -> bytes:
        """Return the canonical bytes of one entry."""
        ...

    def root(self, size: int) -> bytes:
        """Return the RFC 6962 tree hash of the first ``size`` entries."""
        ...

    def inclusion(self, number: int, size: int) -> tuple[bytes, ...]:
        """Return the RFC 6962 inclusion proof of an entry in the tree of ``size`` entries."""
        ...

    def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        """Return the RFC 6962 consistency proof between two sizes."""
        ...

    def keep_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep a signed checkpoint."""
        ...

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Return the kept checkpoints in rising order of size."""
        ...


class TagStore(Protocol):
    """The table that joins members to tags, kept outside the log so that a row can be erased."""

    def tag_of(self, member: str) -> str | None:
        """Return the member's tag, ``None`` where they have none."""
        ...

    def member_of(self, tag: str) -> str | None:
        """Return the member of a tag, ``None`` where the row is gone."""
        ...

    def give(self, members: Iterable[str]) -> None:
        """Give a random tag to every member who has none and was not erased."""
        ...

    def erase(self, member: str) -> str | None:
        """Delete the member's row and return the tag it had; from then on the member counts as erased."""
        ...

    def is_erased(self, member: str) -> bool:
        """Tell whether a member of this id was erased (kept as a keyed digest, so that nobody is brought back)."""
        ...

    def table(self) -> pa.Table:
        """Return every row: ``member`` and ``tag``, both strings."""
        ...
