"""How each delivery stands: delivered, with removals pending, overdue, acknowledged, or over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sayso.deliveries.feed import Item
from sayso.errors import IntegrityError, Place, Problem, SaysoError
from sayso.ledger.events import Delivered, RemovalAcknowledged
from sayso.ports import Artefacts
from sayso.values.moments import Moment, format_day
from sayso.workflows.delivering.kept import (
    HANDED,
    Deliveries,
    Kept,
    acknowledged,
    deliveries_of,
    has_nothing,
    issued_of,
    rows_of,
    statement_of,
)
from sayso.workflows.delivering.revoked import new_items
from sayso.workflows.delivering.taking import kept_problem
from sayso.workflows.facts import Yard


class State(StrEnum):
    """Where a delivery stands."""

    UNFINISHED = "unfinished"
    DELIVERED = "delivered"
    PENDING = "pending"
    OVERDUE = "overdue"
    ACKNOWLEDGED = "acknowledged"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Standing:
    """A delivery, its state, how many rows are to be removed and not acknowledged as gone, by when the first, how many are gone.

    ``unsent`` rows are asked for in no signed feed yet.
    """

    kept: Kept
    state: State
    pending: int
    unsent: int
    due: Moment | None
    removed: int


def standings(
    yard: Yard, artefacts: Artefacts, store: Deliveries, name: str | None = None
) -> tuple[Standing, ...]:
    """Return how each delivery stands at this moment, or each of one data set, in the order of the log; nothing is written.

    Raises ``IntegrityError`` where what is kept does not hold.
    """
    found = deliveries_of(yard.book.log, yard.book.keys, store)
    wanted = (one for one in found if name in (None, one.delivery.name))
    return tuple(_standing(yard, artefacts, store, one) for one in wanted)


def _standing(yard: Yard, artefacts: Artefacts, store: Deliveries, kept: Kept) -> Standing:
    delivery, now = kept.delivery, yard.book.clock.now()
    issued = issued_of(store, delivery)
    taken = max((one.items for one in acknowledged(yard.book.log, delivery.digest)), default=0)
    unsent = new_items(yard, artefacts, kept, rows_of(store, delivery), issued)
    if has_nothing(yard.book.log, store, delivery):
        unsent, taken = (), len(issued)
    waiting = (*issued[taken:], *unsent)
    due = min((one.due for one in waiting), default=None)
    state = _state(due, now, taken, delivery.terms.ends)
    if store.get(delivery.id, HANDED) is None:
        state = State.UNFINISHED
    return Standing(kept, state, _rows(waiting), _rows(unsent), due, _rows(issued[:taken]))


def _rows(items: tuple[Item, ...]) -> int:
    return sum(one.count for one in items)


def _state(due: Moment | None, now: Moment, taken: int, ends: Moment) -> State:
    if due is not None:
        return State.OVERDUE if due < now else State.PENDING
    if now >= ends:
        return State.ENDED
    return State.ACKNOWLEDGED if taken else State.DELIVERED


def delivery_problems(yard: Yard, artefacts: Artefacts, store: Deliveries) -> tuple[Problem, ...]:
    """Return what does not hold of the deliveries that the log knows, and which of their removals are overdue."""
    try:
        return tuple(_problems(yard, artefacts, store))
    except SaysoError as error:
        return error.problems


def _problems(yard: Yard, artefacts: Artefacts, store: Deliveries) -> Iterator[Problem]:
    found: dict[str, Kept] = {}
    for entry in yard.book.log.entries_of_kinds((Delivered,)):
        if isinstance(entry.event, Delivered) and entry.event.delivery is not None:
            try:
                kept = found[entry.event.delivery] = Kept(
                    statement_of(store, yard.book.keys, entry.event.delivery), entry
                )
                yield from _event_problems(kept, entry.event)
                yield from _unfinished(store, kept)
                yield from _late(_standing(yard, artefacts, store, kept), yard.book.clock.now())
            except IntegrityError as error:
                yield from error.problems
    for entry in yard.book.log.entries_of_kinds((RemovalAcknowledged,)):
        if isinstance(entry.event, RemovalAcknowledged):
            what = kept_problem(yard, store, entry.event, found.get(entry.event.delivery))
            if what is not None:
                yield Problem(
                    "bad-acknowledgement",
                    f"entry {entry.number} is an acknowledgement of removal, and {what}",
                    advice="restore it from a copy",
                )


def _event_problems(kept: Kept, event: Delivered) -> Iterator[Problem]:
    one = kept.delivery
    if (one.name, one.version, one.licensee, one.terms.digest) != (
        event.name,
        event.version,
        event.recipient,
        event.agreement,
    ):
        yield Problem(
            "bad-delivery",
            f"entry {kept.entry.number} contradicts the statement of the delivery",
            _place(kept),
            "restore it from a copy",
        )


def _unfinished(store: Deliveries, kept: Kept) -> Iterator[Problem]:
    if store.get(kept.delivery.id, HANDED) is None:
        what = f"entry {kept.entry.number} is a delivery whose handing over was interrupted"
        yield Problem(
            "unfinished",
            what,
            _place(kept),
            "run `sayso deliver feed` for its licensee: that finishes it, too",
        )


def _late(standing: Standing, now: Moment) -> Iterator[Problem]:
    if standing.state is State.OVERDUE and standing.due is not None:
        one = standing.kept.delivery
        rows = f"{standing.pending:,} {'row' if standing.pending == 1 else 'rows'}"
        asked = f"{rows} of {one.name} v{one.version:04d} by {format_day(standing.due)}"
        what = f"{one.licensee} was to remove {asked}, and has not acknowledged it"
        yield Problem(
            "overdue",
            what,
            _place(standing.kept),
            "send the feed (`sayso deliver feed`), and ask for the acknowledgement",
        )


def _place(kept: Kept) -> Place:
    return Place(f"deliveries/{kept.delivery.id}")
