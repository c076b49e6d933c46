"""The hashes of a shard's rows, kept from one build to the next: a shard that gains a few rows is not hashed anew (decision 0027)."""

from __future__ import annotations

from dataclasses import dataclass

from sayso.dataset.digest_table import HASH
from sayso.dataset.manifest import Shard
from sayso.workflows.keeping import Snapshots, keep, kept
from sayso.workflows.logbook import Logbook


@dataclass(frozen=True, slots=True)
class RowHashes:
    """Keeps the hashes of the rows of a data set's shards: of each the last, for the logical digest that they make."""

    book: Logbook
    snapshots: Snapshots | None
    dataset: str

    def of(self, shard: Shard) -> bytes | None:
        """Return the hashes of a shard's rows in their order, ``None`` where those that are kept are not of these rows."""
        found = kept(self.book, self.snapshots, self._name(shard), shard.logical.encode())
        return found[1] if found is not None and len(found[1]) == HASH * shard.rows else None

    def keep(self, shard: Shard, hashes: bytes) -> None:
        """Keep the hashes of a shard's rows, in the place of those that it had."""
        keep(self.book, self.snapshots, self._name(shard), 0, hashes, shard.logical.encode())

    def _name(self, shard: Shard) -> str:
        return f"{self.dataset}.{shard.name.replace('/', '.')}.hashes"
