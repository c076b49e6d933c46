"""What a demonstration shows beside the answers of the commands: where records were used, one record twice, what a no changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow.parquet as pq

from sayso.dataset.manifest import Manifest
from sayso.dataset.reading import open_manifest
from sayso.dataset.rows import Row, dataset_key, from_table, member_pseudonym, parse_counts, record_pseudonym
from sayso.errors import IntegrityError, Problem, Refused
from sayso.ports import Artefacts
from sayso.values.moments import Moment
from sayso.values.regions import lies_in
from sayso.values.uses import Use
from sayso.workflows.facts import MEMBERS_FILE, RECORDS_FILE, Yard
from sayso.workflows.logstate import stood
from sayso.workflows.plan import gate_at
from sayso.workflows.tables import gate_tables

CONTACTS, QUOTE = frozenset({"EMAIL", "PHONE"}), "QUOTE"
"""Labels that somebody who reads a text with and without them understands at once, and one that hides half a text."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A published record whose author can be followed: as it came in, as it was published, and in which shard.

    ``published`` is how many of the author's records the version has, all of them in ``shard``.
    """

    member: str
    record: str
    original: str
    row: Row
    shard: str
    published: int


@dataclass(frozen=True, slots=True)
class Change:
    """What two versions of a data set differ in: ``changed`` names the shards whose files are other bytes.

    ``before`` and ``after`` are how many rows these had in all.
    """

    shards: tuple[str, ...]
    changed: tuple[str, ...]
    before: int
    after: int


def used_by_place(yard: Yard, use: Use, at: Moment, places: Mapping[str, frozenset[str]]) -> tuple[int, ...]:
    """Return how many records a use permits at a moment in each place, and last in all others.

    ``places`` maps a name to regions; the first that a member's region lies in counts.
    """
    index = stood(yard).index
    with yard.open_engine(gate_tables(yard, index)) as engine:
        engine.stand(gate_at(yard.book.policy, use, at, index))
        authors = [
            name for batch in engine.permitted(("author",)) for name in batch.column("author").to_pylist()
        ]
    regions, names = _regions(yard), [*places, ""]
    found: Counter[str] = Counter(_place(regions.get(author), places) for author in authors)
    return tuple(found[name] for name in names)


def _place(region: str | None, places: Mapping[str, frozenset[str]]) -> str:
    return next((name for name, codes in places.items() if region is not None and lies_in(region, codes)), "")


def _regions(yard: Yard) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name in yard.sources.names():
        table = pq.read_table(yard.sources.folder(name) / MEMBERS_FILE, columns=["member", "region"])
        found.update(zip(table.column("member").to_pylist(), table.column("region").to_pylist(), strict=True))
    return found


def witness(yard: Yard, artefacts: Artefacts, name: str) -> Witness:
    """Return the published record of the current version that shows most.

    That is: with an e-mail address or a phone number, and something else that was taken out; in English, short.
    Among equals the one of the smallest id, so that the same community and log give the same one. Raises ``Refused`` where
    nothing was published, ``IntegrityError`` where there is no manifest.
    """
    rows = _rows(artefacts, _manifest(yard, artefacts, name))
    sizes = Counter(row.member for _, row in rows.values())
    others = frozenset[str]()
    found: list[Witness] = []
    for record, author, text, hands in _records(yard, dataset_key(yard.book.keys.secret(), name), rows):
        shard, row = rows[record[1]]
        others |= frozenset(hands) - {author}
        if not hands:
            found.append(Witness(author, record[0], text, row, shard, sizes[row.member]))
    alone = [each for each in found if each.member not in others]
    if not alone:
        advice = "make the community larger, or take another --seed"
        raise Refused(Problem("nobody-to-follow", "no published record has a single author", advice=advice))
    return min(alone, key=_dullness)


def _records(
    yard: Yard, key: bytes, rows: Mapping[str, tuple[str, Row]]
) -> Iterator[tuple[tuple[str, str], str, str, tuple[str, ...]]]:
    """Yield (record, pseudonym), author, text and contributors of the published records."""
    columns = ["record", "author", "text", "contributors"]
    for source in yard.sources.names():
        table = pq.read_table(yard.sources.folder(source) / RECORDS_FILE, columns=columns)
        for record, author, text, hands in zip(
            *(table.column(each).to_pylist() for each in columns), strict=True
        ):
            pseudonym = record_pseudonym(key, record)
            if pseudonym in rows:
                yield (record, pseudonym), author, text, tuple(hands or ())


def _dullness(each: Witness) -> tuple[bool, int, bool, bool, bool, str]:
    labels = {label for label, _ in parse_counts(each.row.redacted)} - {QUOTE}
    short = 80 <= len(each.original) <= 420
    return (
        not labels & CONTACTS,
        -min(2, len(labels)),
        each.row.language != "en",
        not short,
        each.published < 3,
        each.record,
    )


def _rows(artefacts: Artefacts, manifest: Manifest) -> dict[str, tuple[str, Row]]:
    files = artefacts.shards(manifest.name, manifest.version)
    return {
        row.record: (shard.name, row)
        for shard in manifest.shards
        for row in from_table(files.read(shard.name))
    }


def records_left(yard: Yard, artefacts: Artefacts, name: str, member: str) -> int:
    """Return how many rows the current version of a data set has of a member."""
    tag = yard.tags.tag_of(member)
    if tag is None:
        return 0
    pseudonym = member_pseudonym(dataset_key(yard.book.keys.secret(), name), tag)
    rows = _rows(artefacts, _manifest(yard, artefacts, name)).values()
    return sum(row.member == pseudonym for _, row in rows)


def change(yard: Yard, artefacts: Artefacts, name: str) -> Change:
    """Return what the current version of a data set differs in from the one before; raises ``IntegrityError`` where one is missing."""
    after = _manifest(yard, artefacts, name)
    before = _manifest(yard, artefacts, name, after.version - 1)
    pairs = [
        pair
        for pair in zip(before.shards, after.shards, strict=True)
        if pair[0].file_sha256 != pair[1].file_sha256
    ]
    sizes = sum(old.rows for old, _ in pairs), sum(new.rows for _, new in pairs)
    names = tuple(shard.name for shard in after.shards)
    return Change(names, tuple(shard.name for _, shard in pairs), *sizes)


def published(yard: Yard, artefacts: Artefacts, name: str) -> Manifest:
    """Return the manifest of the version that readers see, its signature checked; raises ``IntegrityError`` where there is none."""
    return _manifest(yard, artefacts, name)


def _manifest(yard: Yard, artefacts: Artefacts, name: str, version: int | None = None) -> Manifest:
    wanted = artefacts.current(name) if version is None else version
    data = None if wanted is None else artefacts.manifest(name, wanted)
    if data is None:
        raise IntegrityError(Problem("missing-manifest", f"the data set {name} has no such version"))
    return open_manifest(data, yard.book.keys.public_key())
