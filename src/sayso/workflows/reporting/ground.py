"""What every report rests on: the policy, the log as it is signed for, and the notices in it."""

from __future__ import annotations

from collections.abc import Iterable

from sayso.ledger.events import Entry, NoticeGiven
from sayso.reports.document import Grounds
from sayso.reports.facts import Ground, NoticeSent
from sayso.values.moments import Moment
from sayso.workflows.facts import Yard
from sayso.workflows.grounds import CODE


def ground_of(yard: Yard) -> Ground:
    """Return what a report of this moment rests on."""
    book = yard.book
    at, size = book.clock.now(), book.log.size()
    version = book.policy.in_force(at)
    grounds = Grounds(
        book.keys.origin(),
        size,
        book.log.root(size).hex(),
        book.policy.id,
        book.policy.digest,
        None if version is None else version.id,
        CODE,
    )
    return Ground(book.policy, notices(book.log.entries_of_kinds((NoticeGiven,), size)), at, grounds)


def notices(entries: Iterable[Entry]) -> tuple[NoticeSent, ...]:
    """Return the notices among some entries, those to single members of a version and a channel as one."""
    wide: list[NoticeSent] = []
    personal: dict[tuple[str, str], list[tuple[Moment, int]]] = {}
    for entry in entries:
        event = entry.event
        if not isinstance(event, NoticeGiven):
            continue
        if event.tag is None:
            numbers = (entry.number,)
            wide.append(NoticeSent(event.version, event.at, event.at, event.channel, numbers, event.regions))
        else:
            personal.setdefault((event.version, event.channel), []).append((event.at, entry.number))
    single = (_personal(*key, sent) for key, sent in personal.items())
    return tuple(sorted((*wide, *single), key=lambda one: (one.at, one.entries)))


def _personal(version: str, channel: str, sent: list[tuple[Moment, int]]) -> NoticeSent:
    first, last = min(sent)[0], max(sent)[0]
    numbers = tuple(sorted(number for _, number in sent))
    return NoticeSent(version, first, last, channel, numbers, None, len(sent))
