"""The log as people use it: write in it, read it, have it signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sayso.errors import InputError, Problem, Refused
from sayso.ledger.checkpoints import Checkpoint, VerifierKey, sign_checkpoint
from sayso.ledger.events import Entry, Event, PolicyAdopted
from sayso.policy.model import Policy
from sayso.ports import Clock, Keys, LogStore
from sayso.values.moments import Moment, format_day


class Logbook:
    """The log, who signs for it, the clock, and the policy in whose name entries are written.

    It remembers how far it has read for adoptions of a policy, so that a long-lived one reads each entry once.
    """

    def __init__(self, log: LogStore, keys: Keys, clock: Clock, policy: Policy) -> None:
        """Join them; nothing is read yet."""
        self.log, self.keys, self.clock, self.policy = log, keys, clock, policy
        self._seen: tuple[int, PolicyAdopted | None] = (0, None)

    def adopted(self) -> PolicyAdopted | None:
        """Return the log's last ``PolicyAdopted``, ``None`` where there is none."""
        size = self.log.size()
        read, found = self._seen
        for entry in self.log.entries_of_kinds((PolicyAdopted,), size, read)[-1:]:
            if isinstance(entry.event, PolicyAdopted):
                found = entry.event
        self._seen = (size, found)  # as one, for many threads: what one of them knew earlier is as true
        return found


@dataclass(frozen=True, slots=True)
class Written:
    """What a write left in the log: its entries, and before them the entry that adopts a changed policy, if it had changed.

    A dry run leaves no entry.
    """

    entries: tuple[Entry, ...] = ()
    adopted: Entry | None = None

    @property
    def number(self) -> int | None:
        """Return the number of the first entry, ``None`` where nothing was written."""
        return self.entries[0].number if self.entries else None


def write(book: Logbook, events: Sequence[Event]) -> Written:
    """Return the entries of the events, which are in the log from then on.

    A policy file that has changed since the log's last ``PolicyAdopted`` is adopted in the same piece, before them.
    """
    adoption = pending_adoption(book)
    everything = (*adoption, *events)
    written = book.log.append(everything, book.clock.now()) if everything else ()
    if adoption:
        return Written(written[1:], written[0])
    return Written(written)


def pending_adoption(book: Logbook) -> tuple[PolicyAdopted, ...]:
    """Return the event that the next write puts first: none where the log's last adopted policy is the one at hand."""
    wanted = PolicyAdopted(book.policy.id, book.policy.digest)
    return () if book.adopted() == wanted else (wanted,)


BLOCK = 4096


def backwards(log: LogStore, first: int, end: int) -> Iterator[Entry]:
    """Return the entries from the one before ``end`` down to ``first``, reading a block at a time."""
    while end > first:
        start = max(first, end - BLOCK)
        yield from reversed(tuple(log.entries(start, end)))
        end = start


def page(log: LogStore, start: int, end: int | None) -> Iterator[Entry]:
    """Return the entries from ``start`` up to, not including, ``end``; a negative ``start`` counts from the end.

    Raises ``InputError`` for a start beyond the end of the log.
    """
    size = log.size()
    first = max(0, size + start) if start < 0 else start
    if first > size:
        raise InputError(no_entry(first, size))
    return log.entries(first, end)


def entry(log: LogStore, number: int) -> Entry:
    """Return one entry.

    Raises ``InputError`` where the log has no entry of that number.
    """
    size = log.size()
    if not 0 <= number < size:
        raise InputError(no_entry(number, size))
    return next(iter(log.entries(number, number + 1)))


def no_entry(number: int, size: int) -> Problem:
    """Return the problem of an entry that is asked for in a log of a size that has none of that number."""
    span = f"entries 0 to {size - 1}" if size else "no entries yet"
    return Problem(
        "unknown-entry", f"the log has no entry {number}: it has {span}", advice="see `sayso log show`"
    )


def checkpoint(log: LogStore, keys: Keys, keep: bool = True) -> Checkpoint:
    """Return a signed checkpoint of the log as it stands (C2SP tlog-checkpoint), kept in the log where ``keep``."""
    key = VerifierKey(keys.origin(), keys.public_key())

    def sign(size: int, root: bytes) -> Checkpoint:
        return sign_checkpoint(Checkpoint(key.name, size, root), key, keys.sign)

    return log.signed(sign, keep)


def past(at: Moment | None, now: Moment, what: str) -> Moment:
    """Return the moment of a fact: ``now`` where none is given.

    Raises ``Refused`` for a moment later than ``now``: what is recorded has happened (DESIGN section 4).
    """
    if at is None:
        return now
    if at > now:
        raise Refused(
            Problem(
                "future",
                f"{what} is dated {format_day(at)}, and it is {format_day(now)} now",
                advice="give the moment when it happened, or leave it out for now",
            )
        )
    return at
