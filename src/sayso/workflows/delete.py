"""A record's author removed it, or closed their account: it stands, whatever the platform restores."""

from __future__ import annotations

from dataclasses import dataclass

from sayso.errors import InputError, Problem, Refused
from sayso.ledger.events import AccountClosed, RecordDeleted
from sayso.ledger.standing import record_tag
from sayso.ports import TagStore
from sayso.values.moments import Moment
from sayso.workflows.choose import known_tag
from sayso.workflows.decide import Finder
from sayso.workflows.logbook import Logbook, Written, past, write


@dataclass(frozen=True, slots=True)
class Deleted:
    """A deletion, and what was written of it."""

    event: RecordDeleted | AccountClosed
    written: Written


def delete_record(
    book: Logbook,
    tags: TagStore,
    finder: Finder,
    record: str,
    at: Moment | None = None,
    dry_run: bool = False,
) -> Deleted:
    """Return the deletion of a record, which is in the log from then on, unless ``dry_run``.

    Raises ``InputError`` for a record that no source has; ``Refused`` for one whose author nobody knows, an erased author, and a
    moment in the future.
    """
    moment = past(at, book.clock.now(), "the deletion")
    tag = known_tag(tags, _author(finder, record))
    event = RecordDeleted(tag, record_tag(book.keys.secret(), record), moment)
    return Deleted(event, Written() if dry_run else write(book, [event]))


def _author(finder: Finder, record: str) -> str:
    found = finder.record(record)
    if found is None:
        advice = "import the source that has it"
        raise InputError(
            Problem("unknown-record", "no imported source has a record of this id", advice=advice)
        )
    if found.author is None:
        what = "nobody knows who wrote this record, so nobody can be said to have deleted it"
        raise Refused(
            Problem("no-author", what, advice="nothing to do: a record without a known author is never used")
        )
    return found.author


def close_account(
    book: Logbook, tags: TagStore, member: str, at: Moment | None = None, dry_run: bool = False
) -> Deleted:
    """Return the closing of an account, which is in the log from then on, unless ``dry_run``.

    Raises ``InputError`` for an unknown member; ``Refused`` for an erased one and a moment in the future.
    """
    moment = past(at, book.clock.now(), "the closing of the account")
    event = AccountClosed(known_tag(tags, member), moment)
    return Deleted(event, Written() if dry_run else write(book, [event]))
