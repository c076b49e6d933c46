"""The revocation feed of a delivery is brought up to this moment, kept, and signed."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from sayso.dataset.manifest import LogUsed
from sayso.deliveries.delivery import Delivery
from sayso.deliveries.feed import Feed, Item, seal_feed
from sayso.deliveries.rowtable import slices_of, without
from sayso.deliveries.statements import Slice
from sayso.errors import InputError, Problem
from sayso.ports import Artefacts
from sayso.workflows.delivering.kept import (
    FEEDS,
    Deliveries,
    Kept,
    deliveries_of,
    has_nothing,
    issued_of,
    keep_issued,
    rows_of,
)
from sayso.workflows.delivering.revoked import new_items
from sayso.workflows.facts import Yard


@dataclass(frozen=True, slots=True)
class Fed:
    """A feed, the delivery that it is of, and the bytes that were signed."""

    kept: Kept
    feed: Feed
    signed: bytes


def feeds(
    yard: Yard,
    artefacts: Artefacts,
    store: Deliveries,
    licensee: str,
    delivery: str | None = None,
    dry_run: bool = False,
) -> tuple[Fed, ...]:
    """Return the feeds of a licensee's deliveries, or of one of them by its id, brought up to this moment.

    What they say is kept from then on, unless ``dry_run``: a feed only ever grows. Raises ``InputError`` where nothing was delivered
    to such a licensee, ``Refused`` while another process writes feeds, ``IntegrityError`` where what is kept does not hold.
    """
    found = [
        one
        for one in deliveries_of(yard.book.log, yard.book.keys, store)
        if one.delivery.licensee == licensee and delivery in (None, one.delivery.id)
    ]
    if not found:
        what = (
            "nothing was delivered to this licensee"
            if delivery is None
            else "this licensee has no such delivery"
        )
        raise InputError(Problem("no-delivery", what, advice="see `sayso deliver list`"))
    return _all_fed(yard, artefacts, store, found, dry_run)


def feeds_for(
    yard: Yard, artefacts: Artefacts, store: Deliveries, licensees: frozenset[str] | None
) -> tuple[Fed, ...]:
    """Return the feeds of all deliveries to some licensees, or to all (``None``), like ``feeds``: none where there are none."""
    found = deliveries_of(yard.book.log, yard.book.keys, store)
    wanted = [one for one in found if licensees is None or one.delivery.licensee in licensees]
    return _all_fed(yard, artefacts, store, wanted)


def _all_fed(
    yard: Yard, artefacts: Artefacts, store: Deliveries, found: list[Kept], dry_run: bool = False
) -> tuple[Fed, ...]:
    if not found:
        return ()
    with store.writing(FEEDS):
        return tuple(_fed(yard, artefacts, store, one, dry_run) for one in found)


def _fed(yard: Yard, artefacts: Artefacts, store: Deliveries, kept: Kept, dry_run: bool) -> Fed:
    log, keys, delivery = yard.book.log, yard.book.keys, kept.delivery
    size, now = log.size(), yard.book.clock.now()
    rows, issued = rows_of(store, delivery), issued_of(store, delivery)
    fresh = () if has_nothing(log, store, delivery) else new_items(yard, artefacts, kept, rows, issued)
    items = (*issued, *fresh)
    if fresh and not dry_run:
        keep_issued(store, delivery, items)
    used = LogUsed(keys.origin(), size, log.root(size))
    named = (delivery.digest, delivery.licensee, delivery.name, delivery.version)
    feed = Feed(*named, now, used, items, remaining(delivery, rows, items))
    return Fed(kept, feed, seal_feed(feed, keys.public_key(), keys.sign))


def remaining(delivery: Delivery, rows: pa.Table, items: tuple[Item, ...]) -> tuple[Slice, ...]:
    """Return what is left of the delivered rows in each shard once some items are carried out."""
    named = (name for one in items for _, names in one.rows for name in names)
    return slices_of(without(rows, named), delivery.shards)
