"""A licensee's acknowledgement is taken in: held against what was delivered and asked for, kept, and logged."""

from __future__ import annotations

from dataclasses import dataclass

from sayso.deliveries.acknowledgement import (
    Acknowledgement,
    acknowledgement_digest,
    contradictions,
)
from sayso.deliveries.delivery import short_id
from sayso.errors import IntegrityError, Problem, Refused, SaysoError
from sayso.ledger.events import Entry, RemovalAcknowledged
from sayso.workflows.delivering.feeding import remaining
from sayso.workflows.delivering.kept import (
    FEEDS,
    Deliveries,
    Kept,
    acknowledged,
    acknowledgement_file,
    acknowledgement_of,
    deliveries_of,
    issued_of,
    rows_of,
)
from sayso.workflows.facts import Yard
from sayso.workflows.logbook import write


@dataclass(frozen=True, slots=True)
class Taken:
    """What was acknowledged, of which delivery, of how many rows in all, and the log's entry (``None``: a dry run)."""

    said: Acknowledgement
    kept: Kept
    rows: int
    entry: Entry | None


def take_acknowledgement(
    yard: Yard,
    store: Deliveries,
    data: bytes,
    licensees: frozenset[str] | None = None,
    dry_run: bool = False,
) -> Taken:
    """Return what an envelope acknowledges, which is in the log from then on, unless ``dry_run``.

    It is one of some ``licensees``, where they are named.

    Raises ``InputError`` where the bytes are no envelope, ``Refused`` where no licensee of this house signed them, or where they
    contradict what was delivered, asked for or acknowledged before.
    """
    with store.writing(FEEDS):
        kept, said = _signed(yard, store, data, licensees)
        delivery, now = kept.delivery, yard.book.clock.now()
        issued, rows = issued_of(store, delivery), rows_of(store, delivery)
        taken = max((one.items for one in acknowledged(yard.book.log, delivery.digest)), default=0)
        asked = issued[: said.items]
        problems = contradictions(said, delivery, issued, taken, remaining(delivery, rows, asked), now)
        if problems:
            raise Refused(*problems)
        entry = None if dry_run else _logged(yard, store, kept, said, data)
    return Taken(said, kept, sum(one.count for one in asked), entry)


def _signed(
    yard: Yard, store: Deliveries, data: bytes, licensees: frozenset[str] | None
) -> tuple[Kept, Acknowledgement]:
    """Return the delivery whose licensee signed some bytes, and what they say."""
    for kept in deliveries_of(yard.book.log, yard.book.keys, store):
        if licensees is not None and kept.delivery.licensee not in licensees:
            continue
        try:
            said = acknowledgement_of(data, kept.delivery)
        except IntegrityError:
            continue  # not signed with the key of this agreement
        if said.delivery == kept.delivery.digest:
            return kept, said
    what = "no licensee signed this with the key of the agreement of the delivery that it names"
    raise Refused(
        Problem(
            "bad-signature",
            what,
            advice="ask the licensee which key it signed with; the agreement names the one that counts",
        )
    )


def _logged(yard: Yard, store: Deliveries, kept: Kept, said: Acknowledgement, data: bytes) -> Entry:
    # Kept first: an entry without what was signed would prove nothing, and what is kept without an entry is written over.
    delivery = kept.delivery
    store.put(delivery.id, acknowledgement_file(said.items), data)
    named = (delivery.name, delivery.version, delivery.licensee, delivery.digest)
    event = RemovalAcknowledged(*named, said.items, acknowledgement_digest(said), yard.book.clock.now())
    return write(yard.book, [event]).entries[-1]


def kept_problem(yard: Yard, store: Deliveries, event: RemovalAcknowledged, kept: Kept | None) -> str | None:
    """Return what does not hold of an acknowledgement that the log has, ``None`` where all does."""
    if kept is None:
        return "it is of a delivery that the log does not know, or whose statement does not hold"
    data = store.get(short_id(event.delivery), acknowledgement_file(event.items))
    if data is None:
        return "what the licensee signed is missing"
    try:
        said = acknowledgement_of(data, kept.delivery)
    except SaysoError:
        return "what is kept is not what the licensee signed"
    if (acknowledgement_digest(said), said.items) != (event.acknowledgement, event.items):
        return "what is kept is not what the log names"
    return None
