"""A member is erased: their rows go, then the row that joins them to their tag; the log keeps its proofs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sayso.errors import Problem, Refused
from sayso.ledger.events import AccountClosed, DatasetPublished, MemberErased
from sayso.ports import LogStore, TagStore
from sayso.workflows.bring import Sources
from sayso.workflows.choose import known_tag
from sayso.workflows.keeping import Snapshots
from sayso.workflows.logbook import Logbook, Written, write
from sayso.workflows.roll import drop_roll


@dataclass(frozen=True, slots=True)
class Erased:
    """How many members and records were removed, which data sets had been published before, and what was written."""

    event: MemberErased
    members: int
    records: int
    published: tuple[str, ...]
    written: Written


def erase(
    book: Logbook,
    tags: TagStore,
    sources: Sources,
    snapshots: Snapshots | None,
    member: str,
    dry_run: bool = False,
) -> Erased:
    """Return what was erased; from then on nothing of the project joins the member to the log, unless ``dry_run``.

    ``snapshots`` is where names may be kept to save time: all of them go. The tag goes last: whatever stops the work before
    that, doing it again finishes it, and writes the entry once.
    Raises ``InputError`` for an unknown member, ``Refused`` for one who is erased already.
    """
    if tags.is_erased(member):
        advice = "nothing to do: an import leaves their rows out, too"
        raise Refused(Problem("erased-member", "this member is erased already", advice=advice))
    event = MemberErased(known_tag(tags, member), book.clock.now())
    members, records = _count(sources, member)
    plan = Erased(event, members, records, published(book.log), Written())
    if dry_run:
        return plan
    done = _carry_out(book, tags, sources, member, plan)
    drop_roll(snapshots)
    tags.erase(member)
    return done


def _count(sources: Sources, member: str) -> tuple[int, int]:
    counts = [sources.count(name, frozenset((member,))) for name in sources.names()]
    return sum(members for members, _ in counts), sum(records for _, records in counts)


def _carry_out(book: Logbook, tags: TagStore, sources: Sources, member: str, plan: Erased) -> Erased:
    before = _said_before(book, plan.event.tag)
    # The closing takes their records out of whatever is decided from now on, a build that has begun included.
    closing = AccountClosed(plan.event.tag, plan.event.at)
    written = before if before.entries else write(book, [plan.event, closing])
    changed = [sources.remove(name, frozenset((member,))) for name in sources.names()]
    events = [event for event in changed if event is not None]
    if events:
        written = replace(written, entries=(*written.entries, *write(book, events).entries))
    return replace(plan, written=written)


def _said_before(book: Logbook, tag: str) -> Written:
    """Return the entry of an erasure that was stopped after it was logged."""
    return Written(
        tuple(entry for entry in book.log.entries_of(tag) if isinstance(entry.event, MemberErased))[:1]
    )


def published(log: LogStore) -> tuple[str, ...]:
    """Return the names of the data sets that the log says were published, sorted."""
    names = {
        entry.event.name
        for entry in log.entries_of_kinds((DatasetPublished,))
        if isinstance(entry.event, DatasetPublished)
    }
    return tuple(sorted(names))
