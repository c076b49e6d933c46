"""What a version takes over from the one before: the rows that would come out the same are not decided or redacted into being again.

A row is carried over where its record is permitted as before and its text would be redacted as before. The sources are the
same, the rules and detectors are the same, so the text can come out otherwise only where it may name a member who has said no
since, or has taken a no back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sayso.dataset.manifest import Shard
from sayso.dataset.rows import record_pseudonym
from sayso.ports import Engine, ShardStore, Spotter
from sayso.workflows.slices import Slicer

_DIRECTORY = re.compile(r"(sayso-directory/\d+):[0-9a-f]{16}")


def but_directory(version: str) -> str:
    """Return the version of a redaction without the digest of whom it knows.

    >>> but_directory("sayso-redact/2 sayso-directory/1:0123456789abcdef:everybody")
    'sayso-redact/2 sayso-directory/1:everybody'
    """
    return _DIRECTORY.sub(r"\1", version)


@dataclass(frozen=True, eq=False)
class Base:
    """A finished set of shards, the mentions in it, the tags of those who had said no, and the version of its redaction."""

    store: ShardStore
    shards: tuple[Shard, ...]
    mentions: pa.Table
    objectors: frozenset[str]
    redaction: str


@dataclass(slots=True)
class Change:
    """What is other than in the base: the ids of records to redact, the pseudonyms of rows to drop by shard.

    ``gone`` counts the rows whose record is not permitted any more, ``redone`` those whose text may name a member whose word
    changed; ``broken`` are the shards whose files are not what they were: nothing of them, ``lost`` rows, is carried over.
    """

    redo: list[str] = field(default_factory=list)
    dropped: dict[int, list[str]] = field(default_factory=dict)
    gone: int = 0
    redone: int = 0
    broken: set[int] = field(default_factory=set)
    lost: int = 0

    @property
    def rows_dropped(self) -> int:
        """Return how many rows are not carried over."""
        return sum(map(len, self.dropped.values())) + self.lost

    def touches(self, number: int) -> bool:
        """Tell whether rows of a shard are dropped."""
        return number in self.dropped or number in self.broken

    def kept(self, base: Base, number: int) -> pa.Table | None:
        """Return the rows of a shard that are carried over."""
        if number in self.broken:
            return None
        names = self.dropped.get(number, [])
        table = base.store.read(base.shards[number].name)
        return table if not names else _without(table, names)

    def mentions(self, base: Base) -> pa.Table:
        """Return the mentions in the rows that are carried over."""
        names = [name for some in self.dropped.values() for name in some]
        whole = pc.invert(pc.is_in(base.mentions.column("shard"), pa.array(sorted(self.broken), pa.int32())))
        return _without(base.mentions.filter(whole), names)


def _without(table: pa.Table, names: list[str]) -> pa.Table:
    return table.filter(pc.invert(pc.is_in(table.column("record"), pa.array(names, pa.string()))))


def compare(
    engine: Engine, slicer: Slicer, base: Base, spotter: Spotter | None, originals: bool = True
) -> Change:
    """Return what is other than in the base under the gate that stands.

    ``spotter`` finds the texts that may name a member whose word has changed; ``None`` where nobody's has. Without ``originals``
    only published texts are looked at.
    """
    held = _Held(base, spotter)
    change = Change()
    if not originals:
        spotter = None
    columns = ("author",) if spotter is None else ("author", "text")
    for batch in engine.permitted(columns):
        records: list[str] = batch.column("record").to_pylist()
        found = held.find([record_pseudonym(slicer.key, record) for record in records])
        new = found < 0
        held.seen[found[~new]] = True
        if spotter is not None:
            named = np.array(
                spotter.spotted([text or "" for text in batch.column("text").to_pylist()]), dtype=np.bool_
            )
            held.redone[found[~new & named]] = True
            new |= held.redone[found] & ~new
        change.redo += (records[place] for place in np.flatnonzero(new))
    held.tell(change)
    return change


class _Held:
    """The rows of a base by their pseudonyms, and what is found out about each."""

    def __init__(self, base: Base, spotter: Spotter | None) -> None:
        names, shards, named = [], [], []
        self.broken = {n for n, shard in enumerate(base.shards) if not _is_whole(base, shard)}
        self.lost = sum(base.shards[number].rows for number in self.broken)
        for number, shard in enumerate(base.shards):
            if number not in self.broken:
                table = base.store.read(shard.name)
                names.append(_names(table.column("record").to_pylist()))
                shards.append(np.full(len(names[-1]), number, dtype=np.int32))
                texts = [] if spotter is None else table.column("text").to_pylist()
                named.append(
                    np.zeros(len(names[-1]), np.bool_) if spotter is None else spotter.spotted(texts)
                )
        every = np.concatenate([*names, _names([])])
        order = np.argsort(every, kind="stable")
        self._names = every[order]
        self._shards = np.concatenate([*shards, np.zeros(0, np.int32)])[order]
        self.seen = np.zeros(len(order), np.bool_)
        self.redone = np.concatenate([*named, np.zeros(0, np.bool_)]).astype(np.bool_)[order]

    def find(self, pseudonyms: list[str]) -> NDArray[np.int64]:
        """Return the place of the row of each pseudonym, -1 where there is none."""
        wanted = _names(pseudonyms)
        place = np.searchsorted(self._names, wanted)
        if not len(self._names):
            return np.full(len(wanted), -1, np.int64)
        near = np.minimum(place, len(self._names) - 1)
        return np.where(self._names[near] == wanted, near, -1)

    def tell(self, change: Change) -> None:
        """Put what was found into a change."""
        drops = ~self.seen | self.redone
        change.gone, change.redone = int((~self.seen).sum()), int((self.seen & self.redone).sum())
        for place in np.flatnonzero(drops):
            name = self._names[place].ljust(16, b"\0").hex()  # NumPy shortens bytes that end in zeros
            change.dropped.setdefault(int(self._shards[place]), []).append(name)
        change.broken, change.lost = self.broken, self.lost


def _is_whole(base: Base, shard: Shard) -> bool:
    return base.store.digest(shard.name) == shard.file_sha256


def _names(pseudonyms: list[str]) -> NDArray[np.void]:
    return np.frombuffer(bytes.fromhex("".join(pseudonyms)), dtype="S16")
