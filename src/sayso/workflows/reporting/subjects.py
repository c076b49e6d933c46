"""Data sets and models as reports look at them: their manifests, held against the log, and what is in the shards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.dataset.manifest import Manifest, manifest_digest
from sayso.errors import InputError, IntegrityError, Problem
from sayso.ledger.events import (
    DatasetPublished,
    Delivered,
    Entry,
    ModelTrained,
    RecordsImported,
    VersionPurged,
)
from sayso.models.manifest import model_digest
from sayso.ports import Artefacts, LogStore, ShardStore
from sayso.reports.facts import Contents, DatasetIn, Handed, ModelIn, SourceIn, Subject, VersionIn
from sayso.workflows.build import published_manifest
from sayso.workflows.facts import RECORDS_FILE, Yard
from sayso.workflows.reporting.ground import ground_of
from sayso.workflows.shelf import Shelf, model_of, stood_on

_COLUMNS = ("category", "visibility", "language", "created", "text")


def subject_of(shelf: Shelf, names: Iterable[str]) -> Subject:
    """Return what a report about a model, or about data sets, is made from.

    Raises ``InputError`` for a name that is neither, and for a model beside other things; ``IntegrityError`` where a manifest or a
    shard does not hold.
    """
    wanted = tuple(dict.fromkeys(names))
    log = shelf.log()
    unknown = [name for name in wanted if name not in log.published and name not in log.models]
    if unknown or not wanted:
        advice = "name a trained model, or published data sets: see `sayso lineage`"
        raise InputError(
            Problem("unknown-name", "no data set and no model has one of these names", advice=advice)
        )
    if wanted[0] in log.published:
        return Subject(ground_of(shelf.yard), tuple(dataset_in(shelf, name) for name in wanted))
    if len(wanted) > 1:
        advice = "make a report for each model; the data set that it stands on is part of it"
        raise InputError(Problem("usage", "a report is about one model, or about data sets", advice=advice))
    model = model_in(shelf, wanted[0])
    return Subject(ground_of(shelf.yard), (_stood_on(shelf, model),), model)


def model_in(shelf: Shelf, name: str) -> ModelIn:
    """Return the last version of a model; raises like ``model_of``."""
    manifest = model_of(shelf, shelf.log(), name)
    versions = _versions(shelf.yard.book.log, ModelTrained, "model", name)
    this = next(one for one in versions if one.version == manifest.version)
    return ModelIn(manifest, model_digest(manifest), this, versions)


def _stood_on(shelf: Shelf, model: ModelIn) -> DatasetIn:
    manifest = stood_on(shelf, model.manifest)
    if manifest is None:
        raise _no_manifest(model.manifest.dataset.name)
    return dataset_of_manifest(shelf, manifest)


def dataset_in(shelf: Shelf, name: str) -> DatasetIn:
    """Return the published version of a data set.

    Raises ``InputError`` where there is none, ``IntegrityError`` where its manifest or a shard does not hold.
    """
    event = shelf.log().published.get(name)
    if event is None:
        raise InputError(
            Problem("no-dataset", f"no data set {name!r} is published", advice="run `sayso build`")
        )
    manifest = published_manifest(shelf.yard, shelf.datasets, event)
    if manifest is None:
        raise _no_manifest(name)
    return dataset_of_manifest(shelf, manifest)


def _no_manifest(name: str) -> IntegrityError:
    what = f"the manifest of the data set {name} does not hold"
    return IntegrityError(Problem("bad-manifest", what, advice="run `sayso verify`"))


def dataset_of_manifest(shelf: Shelf, manifest: Manifest, look: bool = True) -> DatasetIn:
    """Return a version of a data set by its manifest; what its shards hold is left out where nobody is to ``look``."""
    log, name = shelf.yard.book.log, manifest.name
    versions = _versions(log, DatasetPublished, "dataset", name)
    this = next(one for one in versions if one.version == manifest.version)
    trained = [
        (entry.logged_at, entry.event.name)
        for entry in log.entries_of_kinds((ModelTrained,))
        if isinstance(entry.event, ModelTrained) and entry.event.dataset == name
    ]
    return DatasetIn(
        manifest,
        manifest_digest(manifest),
        this,
        versions,
        contents(shelf.datasets, manifest) if look and this.purged is None else None,
        sources_in(shelf.yard, manifest),
        tuple(_handed(log, name)),
        tuple(sorted({model for _, model in trained})),
        min((at for at, _ in trained), default=None),
    )


def _versions(
    log: LogStore, kind: type[DatasetPublished] | type[ModelTrained], purged_as: str, name: str
) -> tuple[VersionIn, ...]:
    entries = log.entries_of_kinds((kind, VersionPurged))
    gone = {
        entry.event.version: entry.event.at
        for entry in entries
        if isinstance(entry.event, VersionPurged)
        and (entry.event.kind, entry.event.name) == (purged_as, name)
    }
    return tuple(
        VersionIn(one.version, entry.number, entry.logged_at, one.manifest, gone.get(one.version))
        for entry in entries
        if isinstance(one := entry.event, DatasetPublished | ModelTrained) and one.name == name
    )


def _handed(log: LogStore, name: str) -> Iterator[Handed]:
    for entry in log.entries_of_kinds((Delivered,)):
        event = entry.event
        if isinstance(event, Delivered) and event.name == name:
            yield Handed(event.version, event.recipient, event.at, entry.number)


def sources_in(yard: Yard, manifest: Manifest) -> tuple[SourceIn, ...]:
    """Return when the sources of a data set version were brought in, up to the log's size on which it was decided."""
    entries = yard.book.log.entries_of_kinds((RecordsImported,), manifest.log.size)
    found = (source_of(source.name, entries) for source in manifest.sources)
    return tuple(replace(one, licences=licences(yard, one.name)) for one in found if one is not None)


LICENCE = "attr_licence"
"""The column of records that names a licence, where a source has one."""


def licences(yard: Yard, source: str) -> tuple[tuple[str, int], ...]:
    """Return how many records of a source carry which licence, the most frequent first; nothing where it names none."""
    if source not in yard.sources.names():
        return ()
    file = yard.sources.folder(source) / RECORDS_FILE
    if LICENCE not in pq.read_schema(file).names:
        return ()
    return _by_count(pq.read_table(file, columns=[LICENCE]).column(LICENCE))


def _by_count(column: pa.ChunkedArray) -> tuple[tuple[str, int], ...]:
    found = [(pair["values"] or "", pair["counts"]) for pair in pc.value_counts(column).to_pylist()]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def source_of(name: str, entries: Iterable[Entry]) -> SourceIn | None:
    """Return when a source was brought in, and how much the last time, by some entries; ``None`` where they say nothing of it."""
    found = [
        (entry, entry.event)
        for entry in entries
        if isinstance(entry.event, RecordsImported) and entry.event.source == name
    ]
    if not found:
        return None
    (first, _), (last, event) = found[0], found[-1]
    numbers = tuple(entry.number for entry, _ in found)
    return SourceIn(name, first.logged_at, last.logged_at, numbers, event.members, event.records)


# What is in the shards


def contents(artefacts: Artefacts, manifest: Manifest) -> Contents:
    """Return what the shards of a version hold, a shard after the other.

    Raises ``IntegrityError`` for a file that is not, to the bit, what was published.
    """
    store = artefacts.shards(manifest.name, manifest.version)
    tally = _Tally()
    for shard in manifest.shards:
        if store.digest(shard.name) != shard.file_sha256:
            what = f"the file {shard.name} of {manifest.name} is not, to the bit, what was published"
            raise IntegrityError(Problem("changed-shard", what, advice="run `sayso verify`"))
        tally.add(_read(store, shard.name))
    return tally.contents()


def _read(store: ShardStore, name: str) -> pa.Table:
    return store.read(name, _COLUMNS)


class _Tally:
    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {
            name: Counter() for name in ("category", "visibility", "language")
        }
        self._months: list[str] = []
        self._bytes = 0

    def add(self, rows: pa.Table) -> None:
        for name, counter in self._counts.items():
            for pair in pc.value_counts(rows.column(name)).to_pylist():
                counter[pair["values"] or ""] += pair["counts"]
        span = pc.min_max(rows.column("created")).as_py()
        self._months += [one for one in span.values() if one is not None]
        self._bytes += int(pc.sum(pc.binary_length(rows.column("text"))).as_py() or 0)

    def contents(self) -> Contents:
        ordered = {
            name: tuple(sorted(counter.items(), key=lambda pair: (-pair[1], pair[0])))
            for name, counter in self._counts.items()
        }
        first, last = min(self._months, default=None), max(self._months, default=None)
        return Contents(
            ordered["category"], ordered["language"], ordered["visibility"], first, last, self._bytes
        )
