"""What a version takes over from the one before: the rows that would come out the same are not decided or redacted into being again.

A row is carried over where its record is permitted as before and its text would be redacted as before. The sources are the
same, the rules and detectors are the same, so the text can come out otherwise only where it may name a member who has said no
since, or has taken a no back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from sayso.changed import NOTHING, Changed
from sayso.dataset.manifest import Shard
from sayso.dataset.rows import record_pseudonym
from sayso.ledger.index import LogIndex
from sayso.policy.gate import Gate
from sayso.ports import Engine, GateTables, ShardStore
from sayso.redaction_ports import Spotter
from sayso.slicing import CARRIED, Counts
from sayso.values.moments import Moment
from sayso.workflows.facts import ComparingEngine, Yard
from sayso.workflows.slices import Parted, Slicer
from sayso.workflows.tables import before

BATCH_ROWS = 10_000
_HELD = 100_000
"""Records that are held in memory to be redacted again; beyond these they are read twice."""

_DIRECTORY = re.compile(r"(sayso-directory/\d+):[0-9a-f]{16}")


def but_directory(version: str) -> str:
    """Return the version of a redaction without the digest of whom it knows.

    >>> but_directory("sayso-redact/2 sayso-directory/1:0123456789abcdef:everybody")
    'sayso-redact/2 sayso-directory/1:everybody'
    """
    return _DIRECTORY.sub(r"\1", version)


@dataclass(frozen=True, eq=False)
class Base:
    """A finished set of shards, the mentions in it, the tags of those who had said no, and the version of its redaction.

    ``decided`` is the index of the log and the moment that it was decided by, ``counts`` how many records had which code then;
    ``changed`` is what is other in the sources since.
    """

    store: ShardStore
    shards: tuple[Shard, ...]
    mentions: pa.Table
    objectors: frozenset[str]
    redaction: str
    decided: tuple[LogIndex, Moment]
    counts: Counts
    changed: Changed = NOTHING


@dataclass(slots=True)
class Again:
    """Permitted records to redact again, with their authors.

    As long as there are not too many, what is carried of them is held as it was read, and of ``new`` records that were read beside
    them, too.
    """

    authors: dict[str, str] = field(default_factory=dict)
    held: list[pa.RecordBatch] = field(default_factory=list)
    unheld: list[str] = field(default_factory=list)
    new: set[str] = field(default_factory=set)
    _count: int = 0

    def add(self, records: pa.RecordBatch) -> None:
        """Take in records with ``CARRIED``."""
        if not self._hold(records):
            self.unheld += records.column("record").to_pylist()
        self.authors.update(_pairs(records))

    def add_new(self, records: pa.RecordBatch) -> None:
        """Take in new records with ``CARRIED``, if there is room."""
        if self._hold(records):
            self.new.update(records.column("record").to_pylist())

    def _hold(self, records: pa.RecordBatch) -> bool:
        if self._count + records.num_rows > _HELD:
            return False
        if records.num_rows:
            self.held.append(records)
            self._count += records.num_rows
        return True


@dataclass(slots=True)
class Change:
    """What is other than in the base: the ids of ``new`` records, those to redact ``again``, the pseudonyms of rows to drop by shard.

    ``gone`` counts the rows whose record is not permitted or not there any more, ``other`` those whose record is other than it was,
    ``redone`` those whose text may name a member whose word or name changed; ``broken`` are the shards whose files are not what
    they were: nothing of them, ``lost`` rows, is carried over.
    """

    new: list[str] = field(default_factory=list)
    again: Again = field(default_factory=lambda: Again())
    dropped: dict[int, list[str]] = field(default_factory=dict)
    gone: int = 0
    other: int = 0
    redone: int = 0
    broken: set[int] = field(default_factory=set)
    lost: int = 0

    @property
    def redo(self) -> list[str]:
        """Return the ids of the records to redact."""
        return [*self.new, *self.again.authors]

    def wanted(self, engine: Engine) -> Iterator[pa.RecordBatch]:
        """Yield the records to redact with ``CARRIED``, as far as they are permitted."""
        if self.again.held:  # a few of each batch: as one they are redacted several times as fast
            yield from pa.Table.from_batches(self.again.held).combine_chunks().to_batches(BATCH_ROWS)
        new = [record for record in self.new if record not in self.again.new]
        if others := [*new, *self.again.unheld]:
            yield from engine.permitted(CARRIED, others)

    @property
    def rows_dropped(self) -> int:
        """Return how many rows are not carried over."""
        return sum(map(len, self.dropped.values())) + self.lost

    def drop(self, number: int, names: Iterable[str]) -> int:
        """Drop rows of a shard by their pseudonyms, and return how many were not dropped before."""
        already = set(self.dropped.get(number, ()))
        more = [name for name in names if name not in already]
        if more:
            self.dropped.setdefault(number, []).extend(more)
        return len(more)

    def touches(self, number: int) -> bool:
        """Tell whether rows of a shard are dropped."""
        return number in self.dropped or number in self.broken

    def kept(self, base: Base, number: int) -> pa.Table | None:
        """Return the rows of a shard that are carried over."""
        return None if number in self.broken else self.parted(base, number).kept

    def parted(self, base: Base, number: int) -> Parted:
        """Return the rows of a whole shard with those that are dropped."""
        table = base.store.read(base.shards[number].name)
        gone = pc.is_in(table.column("record"), pa.array(self.dropped.get(number, []), pa.string()))
        return Parted(table, gone)

    def mentions(self, base: Base) -> pa.Table:
        """Return the mentions in the rows that are carried over."""
        names = [name for some in self.dropped.values() for name in some]
        whole = pc.invert(pc.is_in(base.mentions.column("shard"), pa.array(sorted(self.broken), pa.int32())))
        return _without(base.mentions.filter(whole), names)


def _without(table: pa.Table, names: list[str]) -> pa.Table:
    return table.filter(pc.invert(pc.is_in(table.column("record"), pa.array(names, pa.string()))))


def touched(
    yard: Yard,
    tables: GateTables,
    now: ComparingEngine,
    gates: tuple[Gate, Gate],
    base: Base,
    at: Moment,
    counted: bool = True,
) -> tuple[pa.Table | None, Counts | None]:
    """Return all records that a base's gate and the one that stands in an engine may decide otherwise, and the counts by the latter.

    ``gates`` are the two; the engine is over ``tables``, at a moment. It is found by members first: records of whom nothing changed
    are not looked at. The records are ``None`` where that would not do: under another policy version standings are not told in the
    same cells, and every record has to be looked at. The counts are ``None`` where they are not asked for, and where too many were
    given another reason to be told so, or are other than they were. (The policy file is that of the base, or there would be none:
    ``build.base_of``.)
    """
    index, since = base.decided
    if not is_same_rules(*gates):
        return None, None
    fresh = tables.deletions.filter(pc.greater_equal(tables.deletions.column("entry"), index.size))
    with yard.open_engine(before(tables, index)) as then:
        then.stand(gates[0])
        others = pa.concat_arrays([pc.unique(fresh.column("record")), base.changed.ids])
        members = pa.array([one.member for one in base.changed.members], pa.string())
        found = now.touched(then.standings(), since, at, others, members)
        if not (found.whole and counted and (base.changed.only_new or not base.changed)):
            return found.records, None
        is_new = pc.is_in(found.records.column("record"), base.changed.ids)
        with then.over(found.records.filter(pc.invert(is_new))), now.over(found.records):
            return found.records, _recounted(base.counts, then.counts(), now.counts())


def _recounted(all_then: Counts, then: Counts, now: Counts) -> Counts:
    """Return the counts of all records once those of some are others."""
    counts = Counter(dict(all_then))
    counts.subtract(dict(then))
    counts.update(dict(now))
    return tuple(sorted((code, count) for code, count in counts.items() if count))


def is_same_rules(one: Gate, other: Gate) -> bool:
    """Tell whether two gates sort records into the same cells and decide alike on what they find there: standings compare."""
    return (one.version, one.cells, one.code) == (other.version, other.cells, other.code)


def compare(
    engine: ComparingEngine,
    slicer: Slicer,
    base: Base,
    spotter: Spotter | None,
    records: pa.Table | None,
    originals: bool = True,
) -> Change:
    """Return what is other than in the base under the gate that stands.

    ``records`` are all that may be decided otherwise, as ``touched`` tells; where it is ``None``, or a shard is not what it was,
    every record is looked at. ``spotter`` finds the texts that may name a member whose word has changed; ``None`` where nobody's
    has. Without ``originals`` only published texts are looked at.
    """
    change = Change()
    change.broken = {n for n, shard in enumerate(base.shards) if not _is_whole(base, shard)}
    change.lost = sum(base.shards[number].rows for number in change.broken)
    other = _drop_other(slicer, base, change)
    if records is None or change.broken:
        new = _among_all(engine, slicer, base, change)
    else:
        new = _among(engine, slicer, base, records, change)
    change.new = sorted(new)
    change.other, change.gone = len(other & new), change.gone + len(other - new)
    if spotter is not None and originals:
        change.again = _named(engine, spotter, new)
        rows = _rows(slicer, change.again.authors.items(), change)
        change.redone = sum(change.drop(number, _there(base, number, rows[number])) for number in rows)
    elif spotter is not None:
        change.redone = _drop_named(base, spotter, change)
    return change


def _among(
    engine: ComparingEngine, slicer: Slicer, base: Base, records: pa.Table, change: Change
) -> frozenset[str]:
    """Return those of some records that are permitted and have no row, having dropped the rows of those that are not."""
    if not records.num_rows:
        return frozenset()
    with engine.over(records):
        permitted = {
            record for batch in engine.permitted(()) for record in batch.column("record").to_pylist()
        }
    places = _rows(slicer, (pair for pair in _pairs(records) if slicer.knows(pair[1])), change)
    new: set[str] = set()
    for number, rows in places.items():
        there = _there(base, number, rows).difference(change.dropped.get(number, ()))
        change.gone += change.drop(number, (name for name in there if rows[name] not in permitted))
        new.update(record for name, record in rows.items() if record in permitted and name not in there)
    return frozenset(new)


def _drop_other(slicer: Slicer, base: Base, change: Change) -> frozenset[str]:
    """Drop the rows of records that are gone from the sources, or other than they were, and return the ids of those that had one."""
    rows = _rows(slicer, (pair for pair in base.changed.written() if slicer.knows(pair[1])), change)
    dropped: set[str] = set()
    for number, names in rows.items():
        there = _there(base, number, names)
        change.drop(number, there)
        dropped.update(names[name] for name in there)
    return frozenset(dropped)


def _rows(slicer: Slicer, records: Iterable[tuple[str, str]], change: Change) -> dict[int, dict[str, str]]:
    """Return the pseudonyms under which records, each given with its author, have a row if they have one, by whole shard."""
    places: dict[int, dict[str, str]] = {}
    for record, author in records:
        places.setdefault(slicer.place(author), {})[record_pseudonym(slicer.key, record)] = record
    return {number: places[number] for number in sorted(places.keys() - change.broken)}


def _there(base: Base, number: int, names: Iterable[str]) -> frozenset[str]:
    """Return those of the pseudonyms that have a row in a shard."""
    rows = base.store.read(base.shards[number].name, ["record"]).column("record")
    return frozenset(rows.filter(pc.is_in(rows, pa.array(list(names), pa.string()))).to_pylist())


def _named(engine: Engine, spotter: Spotter, new: frozenset[str]) -> Again:
    """Return the permitted records but the ``new`` whose texts may name a member whose word has changed."""
    found, arrived = Again(), pa.array(new, pa.string())
    for batch in engine.permitted(CARRIED):
        is_new = pc.is_in(batch.column("record"), arrived)
        found.add_new(batch.filter(is_new))
        old = batch.filter(pc.invert(is_new))
        texts = [text or "" for text in old.column("text").to_pylist()]
        found.add(old.filter(pa.array(spotter.sighted(texts), pa.bool_())))
    return found


def _pairs(rows: pa.RecordBatch | pa.Table) -> Iterator[tuple[str, str]]:
    return zip(rows.column("record").to_pylist(), rows.column("author").to_pylist(), strict=True)


def _drop_named(base: Base, spotter: Spotter, change: Change) -> int:
    """Drop the rows whose published texts may name a member whose word has changed, and return how many more that are."""
    dropped = 0
    for number, shard in enumerate(base.shards):
        if number not in change.broken:
            rows = base.store.read(shard.name, ["record", "text"])
            spotted = pa.array(spotter.spotted(rows.column("text").to_pylist()), pa.bool_())
            dropped += change.drop(number, rows.column("record").filter(spotted).to_pylist())
    return dropped


def _among_all(engine: Engine, slicer: Slicer, base: Base, change: Change) -> frozenset[str]:
    """Return the records that are permitted and have no row in a whole shard, having dropped the rows of all that are not."""
    held = {
        number: frozenset(base.store.read(shard.name, ["record"]).column("record").to_pylist()).difference(
            change.dropped.get(number, ())
        )
        for number, shard in enumerate(base.shards)
        if number not in change.broken
    }
    seen: set[str] = set()
    new: set[str] = set()
    for batch in engine.permitted(("author",)):
        for record, author in _pairs(batch):
            name = record_pseudonym(slicer.key, record)
            if name in held.get(slicer.place(author), ()):
                seen.add(name)
            else:
                new.add(record)
    change.gone = sum(change.drop(number, sorted(names - seen)) for number, names in held.items())
    return frozenset(new)


def _is_whole(base: Base, shard: Shard) -> bool:
    return base.store.digest(shard.name) == shard.file_sha256
