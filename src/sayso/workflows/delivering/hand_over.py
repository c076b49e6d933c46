"""A data set version is handed to a licensee: checked as of this moment, signed, logged, and there whole or not at all.

The bytes are staged first, where nobody takes them for a delivery; then the house keeps the signed statement; then the log has the
entry, only if it is still what was checked; then the statement makes a delivery of what was staged. Whatever is killed in between
is finished by the next call where the log knows it, and removed where it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.dataset.digest import LOGICAL
from sayso.dataset.manifest import LogUsed, Manifest, manifest_digest
from sayso.dataset.rows import dataset_key, record_pseudonym
from sayso.deliveries.agreement import Agreement, standing_problems
from sayso.deliveries.delivery import STATEMENT_FILE, Delivery, Terms, seal_delivery
from sayso.deliveries.instructions import instructions
from sayso.deliveries.rowtable import row_table, table_bytes
from sayso.deliveries.rsl import rsl_document
from sayso.errors import EdgeError, IntegrityError, Problem, Refused
from sayso.ledger.checkpoints import VerifierKey, format_vkey
from sayso.ledger.events import Delivered, Entry, Event
from sayso.ledger.receipts import format_receipt
from sayso.ledger.standing import record_tag
from sayso.ports import Artefacts, ShardStore
from sayso.slicing import Progress
from sayso.values.canonical import digest
from sayso.values.moments import Moment
from sayso.workflows.build import CARD, MANIFEST, PATIENCE
from sayso.workflows.delivering.kept import (
    AGREEMENT,
    DELIVERIES,
    HANDED,
    PLACE,
    ROWS,
    Deliveries,
    HandingPlace,
)
from sayso.workflows.facts import Yard, record_files
from sayso.workflows.logbook import pending_adoption
from sayso.workflows.logstate import stood
from sayso.workflows.reading import manifest_of, open_published
from sayso.workflows.receipts import receipt_of

RSL, INSTRUCTIONS, HOUSE_KEY, LICENSEE_KEY, RECEIPT = (
    "licence.rsl.xml",
    "INSTRUCTIONS.md",
    "house.pub",
    "licensee.pub",
    "receipt.json",
)
OpenPlace = Callable[[str], HandingPlace]


@dataclass(frozen=True, slots=True)
class Order:
    """What to deliver: a data set, under an agreement, whose text goes along, at a place."""

    name: str
    agreement: Agreement
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Handed:
    """A delivery and its entry in the log, ``None`` where nothing was delivered: a dry run."""

    delivery: Delivery
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class _Checked:
    """What was found at a size of the log: nothing of the version was taken back by then."""

    manifest: Manifest
    log: LogUsed
    at: Moment


def hand_over(
    yard: Yard,
    artefacts: Artefacts,
    store: Deliveries,
    open_place: OpenPlace,
    order: Order,
    progress: Progress,
    dry_run: bool = False,
) -> Handed:
    """Return the delivery, which is in the log and at its place from then on, unless ``dry_run``.

    Raises ``InputError`` where no data set of that name is published; ``Refused`` where the agreement does not let it be delivered,
    where the version is behind, where there is something at the place, and while another process delivers.
    """
    making = _Making(yard, artefacts, order, progress)
    if dry_run:
        return Handed(making.statement(making.checked()), None)
    place = open_place(order.place)
    with store.writing(DELIVERIES):
        settle(yard, store, open_place)
        place.check_free()
        making.checked()
        store.note(order.place)
        try:
            making.stage(place)
            delivery, entry = making.logged(store)
        finally:
            # What the log knows is finished, even where the writing of it was interrupted; the rest is cleared away.
            settle(yard, store, open_place)
    if store.get(delivery.id, HANDED) is None:
        what = f"entry {entry.number} has the delivery, and its place could not be reached to finish it"
        advice = f"run `sayso deliver feed {delivery.licensee}` when it can: that finishes it, too"
        raise EdgeError(Problem("unfinished", what, advice=advice))
    return Handed(delivery, entry)


def finish(yard: Yard, store: Deliveries, open_place: OpenPlace) -> None:
    """Finish what a killed process left of a delivery, like ``settle``; raises ``Refused`` while another process delivers."""
    with store.writing(DELIVERIES):
        settle(yard, store, open_place)


def settle(yard: Yard, store: Deliveries, open_place: OpenPlace) -> None:
    """Finish the deliveries that the log knows and whose bytes are not handed over yet; remove what it does not know."""
    known = {
        (entry.event.delivery or "").removeprefix("sha256:")[:16]: entry
        for entry in yard.book.log.entries_of_kinds((Delivered,))
        if isinstance(entry.event, Delivered)
    }
    for one in store.ids():
        with suppress(EdgeError):  # a place that cannot be reached now is for the next call
            if store.get(one, HANDED) is None:
                _settle(yard, store, open_place((store.get(one, PLACE) or b"").decode()), one, known.get(one))
    if store.noted() and not _is_open(store, store.noted()):
        with suppress(EdgeError):
            open_place(store.noted()).discard()
            store.note("")


def _is_open(store: Deliveries, place: str) -> bool:
    """Tell whether a delivery that is not handed over yet waits for a place."""
    waiting = (one for one in store.ids() if store.get(one, HANDED) is None)
    return any(store.get(one, PLACE) == place.encode() for one in waiting)


def _settle(yard: Yard, store: Deliveries, place: HandingPlace, delivery: str, entry: Entry | None) -> None:
    if entry is not None:
        _finish(yard, store, place, delivery, entry)
    else:
        place.discard()
        store.drop(delivery)


def _finish(yard: Yard, store: Deliveries, place: HandingPlace, delivery: str, entry: Entry) -> None:
    if place.is_staged():
        place.put(RECEIPT, format_receipt(receipt_of(yard.book.log, yard.book.keys, entry.number)).encode())
        place.finish(STATEMENT_FILE, store.get(delivery, STATEMENT_FILE) or b"")
    store.put(delivery, HANDED, b"")


class _Making:
    """One delivery in the making."""

    def __init__(self, yard: Yard, artefacts: Artefacts, order: Order, progress: Progress) -> None:
        self.yard, self.artefacts, self.order, self.progress = yard, artefacts, order, progress
        self.manifest = manifest_of(yard, artefacts, order.name)
        self.shards = artefacts.shards(order.name, self.manifest.version)
        self.files = self._files()
        self.rows = b""

    # Whether it may be delivered now

    def checked(self) -> _Checked:
        """Return what holds at this moment; raises ``Refused`` where the version may not be delivered."""
        yard, size = self.yard, self.yard.book.log.size()
        opened = open_published(yard, self.artefacts, self.order.name)
        at = max(yard.book.clock.now(), stood(yard).latest)
        problems = standing_problems(self.order.agreement, yard.book.policy, opened.manifest.use, at)
        if opened.left_out:
            what = f"{opened.left_out:,} of its {opened.manifest.rows:,} rows may not be used any more: they were taken back since"
            advice = f"run `sayso withdraw {self.order.name}`, then deliver"
            problems = (*problems, Problem("behind", what, advice=advice))
        if manifest_digest(opened.manifest) != manifest_digest(self.manifest):
            problems = (
                *problems,
                Problem("superseded", "a newer version was published meanwhile", advice="deliver again"),
            )
        if opened.manifest.logical != LOGICAL:
            problems = (
                *problems,
                Problem(
                    "first-rows",
                    "its rows do not say what they reply to",
                    advice="run `sayso build`, then deliver",
                ),
            )
        if problems:
            raise Refused(*problems)
        return _Checked(opened.manifest, LogUsed(yard.book.keys.origin(), size, yard.book.log.root(size)), at)

    # What is handed over

    def _files(self) -> dict[str, bytes]:
        order, keys = self.order, self.yard.book.keys
        house = VerifierKey(keys.origin(), keys.public_key())
        manifest = self.artefacts.manifest(order.name, self.manifest.version) or b""
        return {
            AGREEMENT: order.text.encode(),
            CARD: self.shards.get(CARD) or b"",
            HOUSE_KEY: f"{format_vkey(house)}\n".encode(),
            INSTRUCTIONS: instructions(order.agreement, self.manifest).encode(),
            RSL: rsl_document(order.agreement),
            LICENSEE_KEY: f"{format_vkey(order.agreement.key)}\n".encode(),
            MANIFEST: manifest,
        }

    def stage(self, place: HandingPlace) -> None:
        """Write everything but the statement; raises ``IntegrityError`` where a shard is not what was published."""
        place.discard()
        for name, small in self.files.items():
            place.put(name, small)
        for shard in self.manifest.shards:
            data = self.shards.get(shard.name)
            if data is None or sha256(data).hexdigest() != shard.file_sha256:
                what = f"the shard {shard.name} is not, to the bit, what was published"
                raise IntegrityError(
                    Problem("changed-shard", what, advice="run `sayso verify`, then `sayso build`")
                )
            place.put(shard.name, data)
        self.rows = table_bytes(house_rows(self.yard, self.manifest, self.shards, self.progress))

    def statement(self, found: _Checked) -> Delivery:
        """Return what is signed."""
        agreement = self.order.agreement
        bound = (agreement.starts, agreement.ends, agreement.territory, agreement.days)
        terms = Terms(agreement.id, agreement.digest, format_vkey(agreement.key), *bound)
        return Delivery(
            licensee=agreement.licensee,
            name=found.manifest.name,
            version=found.manifest.version,
            use=found.manifest.use,
            manifest=manifest_digest(found.manifest),
            terms=terms,
            at=found.at,
            log=found.log,
            shards=found.manifest.shards,
            files=tuple((name, sha256(data).hexdigest()) for name, data in sorted(self.files.items())),
            rows=digest(self.rows),
        )

    # The log

    def logged(self, store: Deliveries) -> tuple[Delivery, Entry]:
        """Return the delivery and its entry: in the log that was checked, and no other."""
        log = self.yard.book.log
        for _ in range(PATIENCE):
            delivery, found = self._kept(store)
            entries = log.append_if(found.log.size, self._events(delivery), found.at)
            if entries is not None:
                return delivery, entries[-1]
            store.drop(delivery.id)
        with log.hold() as held:
            delivery, found = self._kept(store)
            entries = held.append(self._events(delivery), found.at)
        return delivery, entries[-1]

    def _kept(self, store: Deliveries) -> tuple[Delivery, _Checked]:
        found, keys = self.checked(), self.yard.book.keys
        delivery = self.statement(found)
        statement = seal_delivery(delivery, keys.public_key(), keys.sign)
        files = {STATEMENT_FILE: statement, ROWS: self.rows, AGREEMENT: self.files[AGREEMENT]}
        store.keep(delivery.id, {**files, PLACE: self.order.place.encode()})
        return delivery, found

    def _events(self, delivery: Delivery) -> tuple[Event, ...]:
        said = (
            delivery.name,
            delivery.version,
            delivery.licensee,
            delivery.at,
            delivery.digest,
            delivery.terms.digest,
        )
        return (*pending_adoption(self.yard.book), Delivered(*said))


def house_rows(yard: Yard, manifest: Manifest, shards: ShardStore, progress: Progress) -> pa.Table:
    """Return the rows of a version as the house keeps them for a delivery: with the records' tags in the log, and without words."""
    tables = []
    for number, shard in enumerate(manifest.shards):
        tables.append(row_table(number, shards.read(shard.name)))
        progress(shard.rows)
    rows = pa.concat_tables(tables).combine_chunks()
    places, tags = zip(*_tags(yard, manifest, rows), strict=True) if rows.num_rows else ((), ())
    found = pa.table({"place": pa.array(places, pa.int64()), "tag": pa.array(tags, pa.string())})
    at = pc.index_in(pa.array(range(rows.num_rows), pa.int64()), found.column("place").combine_chunks())
    return rows.set_column(
        rows.column_names.index("tag"), "tag", found.column("tag").combine_chunks().take(at)
    )


def _tags(yard: Yard, manifest: Manifest, rows: pa.Table) -> Iterator[tuple[int, str]]:
    """Yield the place of each row among the delivered ones whose record a source has, and the record's tag in the log."""
    secret = yard.book.keys.secret()
    key, wanted = dataset_key(secret, manifest.name), rows.column("record").combine_chunks()
    for path in record_files(yard.sources):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(columns=["record"]):
                ids = batch.column("record").to_pylist()
                names = pa.array([record_pseudonym(key, one) for one in ids], pa.string())
                for record, place in zip(ids, pc.index_in(names, wanted).to_pylist(), strict=True):
                    if place is not None:
                        yield place, record_tag(secret, record)
