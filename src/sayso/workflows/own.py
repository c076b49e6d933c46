"""A member's own records as they look through them: some at a time, the newest first, and which are deleted."""

from __future__ import annotations

from dataclasses import dataclass

from sayso.holdings import Catalogue
from sayso.ledger.standing import record_tag
from sayso.values.moments import Moment
from sayso.values.records import Record
from sayso.values.standing import Standing
from sayso.workflows.choose import known_tag
from sayso.workflows.facts import Yard
from sayso.workflows.privacy import standing_of


@dataclass(frozen=True, slots=True)
class Own:
    """A record of a member's, its text, and whether the source or the log says that it is deleted."""

    record: Record
    text: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class Belongings:
    """Some of a member's records, from place ``start`` on, how many there are, and when the log says the account was closed."""

    records: tuple[Own, ...]
    start: int
    of: int
    closed_at: Moment | None


def belongings(yard: Yard, catalogue: Catalogue, member: str, start: int, most: int) -> Belongings:
    """Return at most ``most`` records of a member from a place on, the newest first.

    Raises ``Refused`` for an erased member, ``InputError`` for one that no source has brought.
    """
    standing = standing_of(yard, known_tag(yard.tags, member))
    ids = catalogue.records_of(member, start, most)
    pairs = zip(map(catalogue.record, ids), catalogue.texts(ids), strict=True)
    shown = tuple(
        Own(record, text, _is_deleted(yard, standing, record))
        for record, text in pairs
        if record is not None and text is not None  # a source may have been replaced in between
    )
    return Belongings(shown, start, catalogue.count(member), standing.closed_at)


def _is_deleted(yard: Yard, standing: Standing, record: Record) -> bool:
    tag = record_tag(yard.book.keys.secret(), record.id)
    return record.deleted_at is not None or any(each == tag for each, _ in standing.deletions)
