"""A member's records as a data set holds them: the original, what was taken out and where, and what the model saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow.compute as pc
import pyarrow.dataset as ds

from sayso.dataset.manifest import Manifest
from sayso.dataset.rows import Row, dataset_key, from_table, member_pseudonym, record_pseudonym, shard_of
from sayso.errors import InputError, Problem, Refused
from sayso.ports import Artefacts
from sayso.redact.operators import Removed
from sayso.workflows.build import published_manifest
from sayso.workflows.choose import known_tag
from sayso.workflows.facts import RECORDS_FILE, Yard
from sayso.workflows.logstate import stood
from sayso.workflows.roll import acquaintance


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


def seen(
    yard: Yard,
    artefacts: Artefacts,
    name: str,
    member: str,
    after: str | None = None,
    most: int | None = None,
) -> tuple[Seen, ...]:
    """Return the member's records in the published version of a data set, in the order of their ids: ``most`` of those ``after`` one.

    Raises ``InputError`` where nothing of that name is published or nobody has that id, ``Refused`` for an erased member and where
    the published manifest is missing or damaged, ``IntegrityError`` where a shard cannot be read.
    """
    manifest = _published(yard, artefacts, name)
    tag = known_tag(yard.tags, member)
    key = dataset_key(yard.book.keys.secret(), name)
    shard = manifest.shards[shard_of(key, tag, len(manifest.shards))]
    rows = _rows(artefacts, manifest, shard.name, member_pseudonym(key, tag))
    texts = {record_pseudonym(key, one): (one, text) for one, text in _texts(yard, member)}
    found = sorted((*texts[row.record], row) for row in rows if row.record in texts)
    wanted = [one for one in found if after is None or one[0] > after][:most]
    return _compared(yard, manifest, key, wanted) if wanted else ()


def _published(yard: Yard, artefacts: Artefacts, name: str) -> Manifest:
    event = stood(yard).published.get(name)
    if event is None:
        raise InputError(
            Problem("no-dataset", f"no data set {name!r} is published", advice="run `sayso build`")
        )
    manifest = published_manifest(yard, artefacts, event)
    if manifest is None:
        raise Refused(
            Problem("bad-manifest", "the published manifest does not hold", advice="run `sayso verify`")
        )
    return manifest


def _rows(artefacts: Artefacts, manifest: Manifest, shard: str, pseudonym: str) -> Iterator[Row]:
    table = artefacts.shards(manifest.name, manifest.version).read(shard)
    yield from from_table(table.filter(pc.equal(table.column("member"), pseudonym)))


def _texts(yard: Yard, member: str) -> Iterator[tuple[str, str]]:
    for name in yard.sources.names():
        file = yard.sources.folder(name) / RECORDS_FILE
        table = ds.dataset(file).to_table(columns=["record", "text"], filter=pc.field("author") == member)
        yield from zip(table.column("record").to_pylist(), table.column("text").to_pylist(), strict=True)


def _compared(
    yard: Yard, manifest: Manifest, key: bytes, found: list[tuple[str, str, Row]]
) -> tuple[Seen, ...]:
    state = stood(yard, manifest.log.size)
    known = acquaintance(yard, manifest.use, manifest.decided_at, state.index)
    with yard.open_reviser(known, key, len(found)) as reviser:
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
