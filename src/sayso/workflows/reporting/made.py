"""The facts of data sets and models that were made: versions from the log with their manifests, and what is in the shards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sayso.dataset.manifest import Manifest
from sayso.errors import InputError, Problem
from sayso.ledger.events import DatasetPublished, Entry, ModelForgot, ModelTrained, VersionPurged
from sayso.ports import ShardStore
from sayso.reports.made import Contents, House, ModelVersion, PublishedVersion
from sayso.values.moments import Moment
from sayso.workflows.build import published_manifest
from sayso.workflows.shelf import Shelf, known_model

_KINDS = (DatasetPublished, ModelTrained, ModelForgot, VersionPurged)


def house_of(shelf: Shelf) -> House:
    """Return whose project it is."""
    book = shelf.yard.book
    return House(book.keys.origin(), book.policy)


def made(shelf: Shelf, name: str | None = None) -> tuple[PublishedVersion | ModelVersion, ...]:
    """Return every version of a data set or a model that the log knows, in its order; of all of them where no name is given.

    Raises ``InputError`` where there is neither of that name.
    """
    entries = shelf.yard.book.log.entries_of_kinds(_KINDS)
    found = tuple(_made(shelf, entries, name))
    if name is not None and not found:
        advice = "name a published data set or a trained model: `sayso log show` tells of them"
        raise InputError(Problem("unknown-name", "no data set and no model has that name", advice=advice))
    return found


def _made(
    shelf: Shelf, entries: tuple[Entry, ...], name: str | None
) -> Iterator[PublishedVersion | ModelVersion]:
    told, purged = _told(entries), _purged(entries)
    for entry in entries:
        event, number, at = entry.event, entry.number, entry.logged_at
        if isinstance(event, DatasetPublished) and name in (None, event.name):
            manifest = published_manifest(shelf.yard, shelf.datasets, event)
            yield PublishedVersion(
                number, at, event, manifest, purged.get(("dataset", event.name, event.version))
            )
        elif isinstance(event, ModelTrained) and name in (None, event.name):
            forgot, where = told.get((event.name, event.version), (None, None))
            gone = purged.get(("model", event.name, event.version))
            yield ModelVersion(number, at, event, known_model(shelf, event), forgot, where, gone)


def _told(entries: tuple[Entry, ...]) -> dict[tuple[str, int], tuple[ModelForgot, int]]:
    """Return what the log says of versions that forgot, and where."""
    return {
        (one.event.name, one.event.version): (one.event, one.number)
        for one in entries
        if isinstance(one.event, ModelForgot)
    }


def _purged(entries: tuple[Entry, ...]) -> dict[tuple[str, str, int], Moment]:
    return {
        (one.event.kind, one.event.name, one.event.version): one.event.at
        for one in entries
        if isinstance(one.event, VersionPurged)
    }


def dataset_versions(shelf: Shelf, name: str) -> tuple[PublishedVersion, ...]:
    """Return the versions of a data set, oldest first.

    Raises ``InputError`` where nothing of that name is published.
    """
    found = tuple(one for one in made(shelf, name) if isinstance(one, PublishedVersion))
    if found:
        return found
    advice = "this is a model: name a data set, `sayso lineage` tells which it stands on"
    raise InputError(Problem("no-dataset", f"no data set {name!r} is published", advice=advice))


def model_versions(shelf: Shelf, name: str) -> tuple[ModelVersion, ...]:
    """Return the versions of a model, oldest first.

    Raises ``InputError`` where there is no model of that name.
    """
    found = tuple(one for one in made(shelf, name) if isinstance(one, ModelVersion))
    if found:
        return found
    advice = "this is a data set: name a model, `sayso lineage` tells which stand on it"
    raise InputError(Problem("no-model", f"there is no model {name!r}", advice=advice))


def contents_of(store: ShardStore, manifest: Manifest) -> Contents:
    """Return what is in the shards of a version, counted; no text is read.

    Raises ``IntegrityError`` for a shard that cannot be read.
    """
    columns = ("category", "language", "visibility", "created")
    counts: dict[str, Counter[str | None]] = {name: Counter() for name in columns}
    for shard in manifest.shards:
        table = store.read(shard.name, columns)
        for name in columns:
            for one in table.column(name).value_counts().to_pylist():
                counts[name][one["values"]] += one["counts"]
    months = sorted(one for one in counts["created"] if one is not None)
    first, last = (months[0], months[-1]) if months else (None, None)
    known = {name: {key: n for key, n in _ordered(counts[name]) if key is not None} for name in columns}
    return Contents(known["category"], dict(_ordered(counts["language"])), known["visibility"], first, last)


def _ordered(counts: Counter[str | None]) -> list[tuple[str | None, int]]:
    """Return counts, the largest first, equal ones by name."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0] or ""))
