"""What the house keeps of its deliveries, and what the log says of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from sayso.deliveries.acknowledgement import Acknowledgement, open_acknowledgement
from sayso.deliveries.delivery import STATEMENT_FILE, Delivery, open_delivery, short_id
from sayso.deliveries.feed import Item, item_json, read_item
from sayso.deliveries.rowtable import table_of
from sayso.errors import InputError, IntegrityError, Place, Problem
from sayso.ledger.checkpoints import parse_vkey
from sayso.ledger.events import Delivered, Entry, RemovalAcknowledged
from sayso.ports import Keys, LogStore
from sayso.values.canonical import canonical, digest

ROWS, ITEMS, AGREEMENT, PLACE, HANDED = "rows.parquet", "items.json", "agreement.yaml", "place", "handed"
"""The names of what is kept of a delivery, besides its statement and what was acknowledged."""
DELIVERIES, FEEDS = "deliveries", "feeds"
"""What one process at a time writes."""


class Deliveries(Protocol):
    """Keeps the files of deliveries by their ids."""

    def ids(self) -> tuple[str, ...]:
        """Return the ids of the deliveries that are kept, logged or not, sorted."""
        ...

    def writing(self, what: str) -> AbstractContextManager[None]:
        """Keep everybody else from writing ``DELIVERIES`` or ``FEEDS`` here; raises ``Refused`` where somebody else does."""
        ...

    def note(self, place: str) -> None:
        """Note the place that bytes are being staged at, empty where none is."""
        ...

    def noted(self) -> str:
        """Return the place that bytes were being staged at, empty where none is."""
        ...

    def keep(self, delivery: str, files: dict[str, bytes]) -> None:
        """Keep the files of a new delivery, all of them and on disk, or none."""
        ...

    def drop(self, delivery: str) -> None:
        """Keep nothing of a delivery that no log entry knows."""
        ...

    def get(self, delivery: str, name: str) -> bytes | None:
        """Return the bytes of a file of a delivery, ``None`` where it is missing."""
        ...

    def put(self, delivery: str, name: str, data: bytes) -> None:
        """Write a file of a delivery: the old one or the new, on disk, never a half."""
        ...


class HandingPlace(Protocol):
    """Where a delivery is handed over: whole, or not at all."""

    def check_free(self) -> None:
        """Return if nothing is there; raises ``Refused`` where something is."""
        ...

    def is_staged(self) -> bool:
        """Tell whether a delivery was begun here, and can be finished."""
        ...

    def put(self, name: str, data: bytes) -> None:
        """Write a file of the delivery, which is none yet."""
        ...

    def finish(self, name: str, data: bytes) -> None:
        """Write the last file, which makes a delivery of the others."""
        ...

    def discard(self) -> None:
        """Remove what was begun."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A delivery that the log knows, and its entry there."""

    delivery: Delivery
    entry: Entry


def deliveries_of(log: LogStore, keys: Keys, store: Deliveries) -> tuple[Kept, ...]:
    """Return the deliveries that the log knows, in its order; those of before there were statements are left out.

    Raises ``IntegrityError`` where a statement is not there or does not hold.
    """
    found = ((entry, entry.event) for entry in log.entries_of_kinds((Delivered,)))
    return tuple(
        Kept(statement_of(store, keys, event.delivery), entry)
        for entry, event in found
        if isinstance(event, Delivered) and event.delivery is not None
    )


def statement_of(store: Deliveries, keys: Keys, wanted: str) -> Delivery:
    """Return the delivery of a digest; raises ``IntegrityError`` where its statement is not there or does not hold."""
    where = f"deliveries/{short_id(wanted)}/{STATEMENT_FILE}"
    data = store.get(short_id(wanted), STATEMENT_FILE)
    try:
        found = None if data is None else open_delivery(data, keys.public_key())
    except (InputError, IntegrityError):
        found = None
    if found is None or found.digest != wanted:
        what = "the statement of this delivery is missing, or is not the one that the log names"
        raise IntegrityError(Problem("bad-delivery", what, Place(where), "restore it from a copy"))
    return found


def rows_of(store: Deliveries, delivery: Delivery) -> pa.Table:
    """Return the delivered rows as the house keeps them; raises ``IntegrityError`` where they are not, to the bit, those."""
    data = store.get(delivery.id, ROWS)
    if data is None or digest(data) != delivery.rows:
        what = "the table of delivered rows is missing, or not the one that was written"
        raise IntegrityError(
            Problem("bad-rows", what, Place(f"deliveries/{delivery.id}/{ROWS}"), "restore it from a copy")
        )
    return table_of(data)


def issued_of(store: Deliveries, delivery: Delivery) -> tuple[Item, ...]:
    """Return the items of a delivery's feed that were signed so far; raises ``IntegrityError`` where they cannot be read."""
    data = store.get(delivery.id, ITEMS)
    try:
        return () if data is None else tuple(read_item(one) for one in json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError):
        where = Place(f"deliveries/{delivery.id}/{ITEMS}")
        raise IntegrityError(
            Problem("bad-feed", "the feed of this delivery cannot be read", where, "restore it from a copy")
        ) from None


def keep_issued(store: Deliveries, delivery: Delivery, items: tuple[Item, ...]) -> None:
    """Keep the items of a delivery's feed, in the place of those before."""
    store.put(delivery.id, ITEMS, canonical([item_json(one) for one in items]))


def acknowledgement_file(items: int) -> str:
    """Return the name of the file of an acknowledgement of so many items.

    >>> acknowledgement_file(3)
    'acknowledged-000003.dsse.json'
    """
    return f"acknowledged-{items:06d}.dsse.json"


def acknowledged(log: LogStore, wanted: str) -> Iterator[RemovalAcknowledged]:
    """Yield what the log says was acknowledged of the delivery of a digest, in its order."""
    for entry in log.entries_of_kinds((RemovalAcknowledged,)):
        if isinstance(entry.event, RemovalAcknowledged) and entry.event.delivery == wanted:
            yield entry.event


def has_nothing(log: LogStore, store: Deliveries, delivery: Delivery) -> bool:
    """Tell whether a licensee has acknowledged that nothing at all of a delivery is left; raises like ``acknowledgement_of``."""
    items = max((one.items for one in acknowledged(log, delivery.digest)), default=0)
    data = store.get(delivery.id, acknowledgement_file(items)) if items else None
    return data is not None and not any(one.rows for one in acknowledgement_of(data, delivery).remaining)


def acknowledgement_of(data: bytes, delivery: Delivery) -> Acknowledgement:
    """Return what a licensee signed, with the key that the agreement names; raises like ``statements.opened``."""
    return open_acknowledgement(data, parse_vkey(delivery.terms.key).public_key)
