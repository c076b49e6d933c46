"""Which rows of a delivery are to be removed by now, since when: worked out from the log, the policy, and what is published since.

A word is heard as soon as the log has it. What else the house's own next version leaves out or says differently counts once that is
published. A no through a control that works forwards takes nothing back (decision 0035).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.dataset.digest_table import leaves
from sayso.dataset.manifest import Manifest
from sayso.dataset.rows import dataset_key, from_table, member_pseudonym, record_pseudonym, to_table
from sayso.deliveries.delivery import Delivery
from sayso.deliveries.feed import Item, Why, day_of
from sayso.ledger.events import (
    AccountClosed,
    ChoiceMade,
    DatasetPublished,
    Entry,
    MemberErased,
    RecordDeleted,
    tag_of,
)
from sayso.ledger.standing import StandingIndex
from sayso.policy.decide import Fit, suspension_state
from sayso.policy.question import question_at
from sayso.ports import Artefacts
from sayso.values.moments import DAY, Moment
from sayso.values.standing import NO_ENTRY, Suspension
from sayso.workflows.build import published_manifest
from sayso.workflows.delivering.kept import Kept
from sayso.workflows.facts import MEMBERS_FILE, Yard, record_files
from sayso.workflows.feed import Speaking
from sayso.workflows.logbook import entry as entry_of
from sayso.workflows.logstate import stood
from sayso.workflows.pending import takes_back
from sayso.workflows.revise import objectors

_WORDS = (ChoiceMade, RecordDeleted, AccountClosed, MemberErased)


class Batch(NamedTuple):
    """Rows that are to be removed, by their pseudonyms: since when, and why."""

    since: Moment
    why: Why
    rows: frozenset[str]


def new_items(
    yard: Yard, artefacts: Artefacts, kept: Kept, rows: pa.Table, issued: tuple[Item, ...]
) -> tuple[Item, ...]:
    """Return what is to be added to a delivery's feed: rows that are to be removed by now, and are in no item of it yet.

    ``rows`` are those that were delivered.
    """
    left = set(rows.column("record").to_pylist())
    left.difference_update(name for one in issued for _, names in one.rows for name in names)
    found: dict[tuple[Moment, Why], set[str]] = {}
    for batch in batches(yard, artefacts, kept, rows):
        fresh = batch.rows & left
        if fresh:
            found.setdefault((day_of(batch.since), batch.why), set()).update(fresh)
            left -= fresh
    delivery = kept.delivery
    return tuple(
        _item(delivery, rows, *key, frozenset(found[key]))
        for key in sorted(found, key=lambda key: (key[0], str(key[1])))
    )


def _item(delivery: Delivery, rows: pa.Table, since: Moment, why: Why, names: frozenset[str]) -> Item:
    theirs = rows.filter(pc.is_in(rows.column("record"), pa.array(sorted(names), pa.string())))
    by_shard: dict[str, list[str]] = {}
    for shard, record in zip(
        theirs.column("shard").to_pylist(), theirs.column("record").to_pylist(), strict=True
    ):
        by_shard.setdefault(delivery.shards[shard].name, []).append(record)
    due = Moment(since + delivery.terms.days * DAY)
    return Item(since, due, why, tuple((shard, tuple(sorted(by_shard[shard]))) for shard in sorted(by_shard)))


def batches(yard: Yard, artefacts: Artefacts, kept: Kept, rows: pa.Table) -> Iterator[Batch]:
    """Yield the rows of a delivery that are to be removed by now; a row may come more than once, the first time counts."""
    yield from _words(yard, kept, rows)
    yield from _stops(yard, kept, rows)
    yield from _next_version(yard, artefacts, kept, rows)
    if yard.book.clock.now() >= kept.delivery.terms.ends:
        yield Batch(kept.delivery.terms.ends, Why.TERM_ENDED, frozenset(rows.column("record").to_pylist()))


# What members took back


def _words(yard: Yard, kept: Kept, rows: pa.Table) -> Iterator[Batch]:
    key = dataset_key(yard.book.keys.secret(), kept.delivery.name)
    found: dict[tuple[Moment, str], list[str]] = {}
    for entry in _taken_back(yard, kept):
        event, day = entry.event, day_of(entry.logged_at)
        if isinstance(event, RecordDeleted):
            found.setdefault((day, "tag"), []).append(event.record)
        else:
            found.setdefault((day, "member"), []).append(member_pseudonym(key, tag_of(event) or ""))
    for (day, column), names in sorted(found.items()):
        yield Batch(day, Why.TAKEN_BACK, _where(rows, column, names))


def _taken_back(yard: Yard, kept: Kept) -> Iterator[Entry]:
    """Yield the entries since a delivery by which somebody took something of its use back."""
    speaking, use, saying_no = Speaking(yard), kept.delivery.use, _saying_no(yard, kept)
    for entry in yard.book.log.entries_of_kinds(_WORDS, None, kept.entry.number + 1):
        event = entry.event
        if isinstance(event, ChoiceMade) and event.tag not in saying_no:
            continue  # a later yes stands, unless the no went out already
        if takes_back(yard.book.policy, entry) and use in speaking.of(entry):
            yield entry


def _where(rows: pa.Table, column: str, names: Iterable[str]) -> frozenset[str]:
    found = rows.filter(pc.is_in(rows.column(column), pa.array(list(names), pa.string())))
    return frozenset(found.column("record").to_pylist())


# What a regulator, or the office, stopped


def _stops(yard: Yard, kept: Kept, rows: pa.Table) -> Iterator[Batch]:
    now, policy = yard.book.clock.now(), yard.book.policy
    asked = question_at(policy, kept.delivery.use, now)
    if asked is None:
        return
    log = StandingIndex.of(yard.book.log.wide_entries())
    for stop in (*asked.suspensions, *asked.covering(log.suspensions())):
        if stop.starts_earliest <= now and (stop.until is None or stop.until > now):
            yield Batch(_since(yard, kept, stop), Why.STOPPED, _stopped(yard, kept, rows, stop, now))


def _since(yard: Yard, kept: Kept, stop: Suspension) -> Moment:
    logged = Moment(0) if stop.entry == NO_ENTRY else entry_of(yard.book.log, stop.entry).logged_at
    return max(stop.starts_earliest, logged, kept.delivery.at)


def _stopped(yard: Yard, kept: Kept, rows: pa.Table, stop: Suspension, now: Moment) -> frozenset[str]:
    """Return the rows of members for whom a stop holds or may hold: of some it is not known where they live."""
    if stop.regions is None:
        return frozenset(rows.column("record").to_pylist())
    key = dataset_key(yard.book.keys.secret(), kept.delivery.name)
    free = [
        member_pseudonym(key, tag)
        for member, region in _regions(yard)
        if suspension_state(stop, region, now) is Fit.NO and (tag := yard.tags.tag_of(member)) is not None
    ]
    return frozenset(rows.column("record").to_pylist()) - _where(rows, "member", free)


def _regions(yard: Yard) -> Iterator[tuple[str, str | None]]:
    for name in yard.sources.names():
        table = pq.read_table(yard.sources.folder(name) / MEMBERS_FILE, columns=["member", "region"])
        yield from zip(table.column("member").to_pylist(), table.column("region").to_pylist(), strict=True)


# What the house's own next version left out, or says differently


def _next_version(yard: Yard, artefacts: Artefacts, kept: Kept, rows: pa.Table) -> Iterator[Batch]:
    found = _published_since(yard, kept)
    if found is None or not isinstance(found.event, DatasetPublished):
        return
    manifest = published_manifest(yard, artefacts, found.event)
    if manifest is None or len(manifest.shards) != len(kept.delivery.shards):
        return  # a damaged version is for ``verify`` to name, and no reason to keep back what members said
    left_out, changed = _compared(artefacts, kept.delivery, manifest, rows)
    yield Batch(found.logged_at, Why.CHANGED, changed)
    yield Batch(found.logged_at, Why.TAKEN_BACK, left_out - _working_forwards(yard, kept, rows))


def _published_since(yard: Yard, kept: Kept) -> Entry | None:
    entries = yard.book.log.entries_of_kinds((DatasetPublished,), None, kept.entry.number + 1)
    of_it = [
        one
        for one in entries
        if isinstance(one.event, DatasetPublished) and one.event.name == kept.delivery.name
    ]
    return of_it[-1] if of_it else None


def _compared(
    artefacts: Artefacts, delivery: Delivery, manifest: Manifest, rows: pa.Table
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the delivered rows that a later version has no more, and those that it has with something else in them."""
    store = artefacts.shards(manifest.name, manifest.version)
    left_out: set[str] = set()
    changed: set[str] = set()
    for number, (then, now) in enumerate(zip(delivery.shards, manifest.shards, strict=True)):
        if then.logical == now.logical or store.digest(now.name) != now.file_sha256:
            continue
        there = _leaves(store.read(now.name))
        theirs = rows.filter(pc.equal(rows.column("shard"), number))
        for record, leaf in zip(
            theirs.column("record").to_pylist(), theirs.column("leaf").to_pylist(), strict=True
        ):
            if there.get(record) != leaf:
                (changed if record in there else left_out).add(record)
    return frozenset(left_out), frozenset(changed)


def _leaves(shard: pa.Table) -> dict[str, bytes]:
    table = to_table(from_table(shard))
    hashed = [leaf for batch in table.to_batches() for leaf in leaves(batch)]
    return dict(zip(table.column("record").to_pylist(), hashed, strict=True))


def _working_forwards(yard: Yard, kept: Kept, rows: pa.Table) -> frozenset[str]:
    """Return the rows of members whose last word is no, and whose records are there as they were: a no that reaches back was heard as
    a word, and one that works forwards leaves the licensee what it has.
    """
    key = dataset_key(yard.book.keys.secret(), kept.delivery.name)
    theirs = _where(rows, "member", [member_pseudonym(key, tag) for tag in _saying_no(yard, kept)])
    return theirs - _gone(yard, kept, theirs, yard.book.clock.now())


def _saying_no(yard: Yard, kept: Kept) -> frozenset[str]:
    """Return the tags of the members whose last word on the delivery's use is no."""
    state = stood(yard)
    at = max(yard.book.clock.now(), state.latest)
    return objectors(yard.book.policy, kept.delivery.use, at, state.index)


def _gone(yard: Yard, kept: Kept, theirs: frozenset[str], now: Moment) -> frozenset[str]:
    """Return those of some rows whose record no source has any more, or has as deleted by its author."""
    key = dataset_key(yard.book.keys.secret(), kept.delivery.name)
    there: set[str] = set()
    for path in record_files(yard.sources) if theirs else ():
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(columns=["record", "deleted_at"]):
                pairs = zip(
                    batch.column("record").to_pylist(), batch.column("deleted_at").to_pylist(), strict=True
                )
                there.update(record_pseudonym(key, record) for record, at in pairs if at is None or at > now)
    return theirs - there
