"""A member's records as a data set holds them: the original, what was taken out and where, and what the model saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow.compute as pc
import pyarrow.dataset as ds

from sayso.dataset.manifest import Manifest
from sayso.dataset.rows import Row, from_table, member_pseudonym, record_pseudonym
from sayso.errors import InputError, Problem, Refused
from sayso.ports import Artefacts
from sayso.redact.operators import Removed
from sayso.workflows.build import published_manifest
from sayso.workflows.facts import RECORDS_FILE, Yard
from sayso.workflows.logstate import stood
from sayso.workflows.roll import acquaintance
from sayso.workflows.slices import Slicer


@dataclass(frozen=True, slots=True)
class Seen:
    """One record of a member in a published version.

    ``text`` is what stands in the shard: what the model saw. ``removals`` name places in ``original``; they are ``None`` where
    redacting again does not give that text, because the source, the directory or the detectors are others by now.
    """

    record: str
    original: str
    text: str
    removals: tuple[Removed, ...] | None


def seen(yard: Yard, artefacts: Artefacts, name: str, member: str) -> tuple[Seen, ...]:
    """Return the member's records in the published version of a data set, in the order of their ids.

    Raises ``InputError`` where nothing of that name is published or nobody has that id, ``Refused`` where the published manifest is
    missing or damaged, ``IntegrityError`` where a shard cannot be read.
    """
    state = stood(yard)
    event = state.published.get(name)
    if event is None:
        raise InputError(
            Problem("no-dataset", f"no data set {name!r} is published", advice="run `sayso build`")
        )
    manifest = published_manifest(yard, artefacts, event)
    if manifest is None:
        raise Refused(
            Problem("bad-manifest", "the published manifest does not hold", advice="run `sayso verify`")
        )
    tags = yard.tags.table()
    slicer = Slicer(yard.book.keys.secret(), name, len(manifest.shards), tags)
    tag = yard.tags.tag_of(member)
    if tag is None:
        raise InputError(
            Problem("unknown-member", "nobody has that id", advice="ids are those of the import")
        )
    rows = _rows(artefacts, manifest, slicer.place(member), member_pseudonym(slicer.key, tag))
    texts = {record_pseudonym(slicer.key, one): (one, text) for one, text in _texts(yard, member)}
    found = sorted((*texts[row.record], row) for row in rows if row.record in texts)
    return _compared(yard, manifest, slicer, found)


def _rows(artefacts: Artefacts, manifest: Manifest, shard: int, pseudonym: str) -> Iterator[Row]:
    table = artefacts.shards(manifest.name, manifest.version).read(manifest.shards[shard].name)
    yield from from_table(table.filter(pc.equal(table.column("member"), pseudonym)))


def _texts(yard: Yard, member: str) -> Iterator[tuple[str, str]]:
    for name in yard.sources.names():
        file = yard.sources.folder(name) / RECORDS_FILE
        table = ds.dataset(file).to_table(columns=["record", "text"], filter=pc.field("author") == member)
        yield from zip(table.column("record").to_pylist(), table.column("text").to_pylist(), strict=True)


def _compared(
    yard: Yard, manifest: Manifest, slicer: Slicer, found: list[tuple[str, str, Row]]
) -> tuple[Seen, ...]:
    state = stood(yard, manifest.log.size)
    known = acquaintance(yard, manifest.use, manifest.decided_at, state.index)
    with yard.open_reviser(known, slicer.key, len(found)) as reviser:
        again = next(iter(reviser.revise([[original for _, original, _ in found]])))
    return tuple(
        Seen(
            record,
            original,
            row.text,
            revised.redacted.receipt if revised.redacted.text == row.text else None,
        )
        for (record, original, row), revised in zip(found, again, strict=True)
    )
