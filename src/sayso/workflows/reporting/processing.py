"""What the record of processing and the report on objections are made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow.parquet as pq

from sayso.dataset.rows import dataset_key, member_pseudonym, shard_of
from sayso.ledger.events import DatasetPublished, RecordsImported
from sayso.ports import Artefacts
from sayso.reports.facts import DatasetIn, SourceIn
from sayso.reports.keeping import ObjectionIn, Processing
from sayso.values.uses import Use
from sayso.workflows.build import published_manifest
from sayso.workflows.facts import MEMBERS_FILE, Yard
from sayso.workflows.logstate import stood
from sayso.workflows.office.objections import Filed, objections
from sayso.workflows.office.uses import uses_of
from sayso.workflows.presence import has_rows, presence
from sayso.workflows.reporting.ground import ground_of
from sayso.workflows.reporting.subjects import dataset_of_manifest, source_of
from sayso.workflows.shelf import Shelf
from sayso.workflows.uses import rows_of


def processing_of(shelf: Shelf) -> Processing:
    """Return what is done with members' data, as the policy, the log and the manifests say it."""
    yard = shelf.yard
    ground, index = ground_of(yard), stood(yard).index
    datasets = tuple(_datasets(shelf))
    stops = (*ground.policy.suspensions, *index.suspensions())
    said = () if ground.version is None else uses_of(ground.policy, ground.version, stops)
    made = dict.fromkeys(one.use for one in datasets)
    uses = tuple(dict.fromkeys((*said, *made)))
    return Processing(ground, _in_order(uses), datasets, sources_now(yard), _fields(yard), stops)


def _in_order(uses: tuple[Use, ...]) -> tuple[Use, ...]:
    """Return uses by recipient, in the order in which the recipients come first."""
    recipients = list(dict.fromkeys(use.recipient for use in uses))
    return tuple(sorted(uses, key=lambda use: recipients.index(use.recipient)))


def _datasets(shelf: Shelf) -> Iterable[DatasetIn]:
    for _, event in sorted(shelf.log().published.items()):
        manifest = published_manifest(shelf.yard, shelf.datasets, event)
        if manifest is not None:
            yield dataset_of_manifest(shelf, manifest, look=False)


def sources_now(yard: Yard) -> tuple[SourceIn, ...]:
    """Return the sources as they are now, with when they were brought in."""
    entries = yard.book.log.entries_of_kinds((RecordsImported,))
    found = (source_of(name, entries) for name in yard.sources.names())
    return tuple(one for one in found if one is not None)


def _fields(yard: Yard) -> tuple[str, ...]:
    """Return what the sources know of an account, by the names of their columns."""
    names: dict[str, None] = {}
    for source in yard.sources.names():
        names |= dict.fromkeys(pq.read_schema(yard.sources.folder(source) / MEMBERS_FILE).names)
    return tuple(called(name) for name in names if name != NUMBER)


NUMBER = "number"
"""The column that joins the tables of a source, and says nothing of anybody."""


def called(column: str) -> str:
    """Return what a column of the sources is called in a report.

    >>> called("former_names"), called("attr_plan"), called("member")
    ('former names', 'plan', 'id')
    """
    return "id" if column == "member" else column.removeprefix("attr_").replace("_", " ")


def objections_in(yard: Yard, datasets: Artefacts) -> tuple[ObjectionIn, ...]:
    """Return all objections with their clocks, and the published data sets that hold records of who filed them."""
    found, now = objections(yard), yard.book.clock.now()
    held = _still_in(yard, datasets, {one.tag for one in found})
    return tuple(
        ObjectionIn(
            one.entry,
            label(yard, one),
            one.version,
            one.clock,
            str(one.stage(now)),
            one.taken_back,
            held.get(one.tag, ()),
        )
        for one in found
    )


def label(yard: Yard, filed: Filed) -> str:
    """Return what the form is called in the version that was shown."""
    version = yard.book.policy.version(filed.version)
    controls = version.controls if version else ()
    return next((one.label for one in controls if one.id == filed.control and one.label), filed.control)


def _still_in(yard: Yard, datasets: Artefacts, tags: set[str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, event in sorted(stood(yard).published.items()):
        for tag in _held_by(yard, datasets, event, tags):
            found[tag] = (*found.get(tag, ()), f"{name} v{event.version:04d}")
    return found


def _held_by(yard: Yard, datasets: Artefacts, event: DatasetPublished, tags: set[str]) -> set[str]:
    manifest = published_manifest(yard, datasets, event)
    if manifest is None or not tags:
        return set()
    key = dataset_key(yard.book.keys.secret(), event.name)
    known = presence(yard, datasets.shards(event.name, event.version), manifest)
    found = set()
    for tag in tags:
        shard = manifest.shards[shard_of(key, tag, len(manifest.shards))]
        there = has_rows(known, shard, member_pseudonym(key, tag))
        if there or (there is None and rows_of(yard, datasets, event, tag)):
            found.add(tag)
    return found
