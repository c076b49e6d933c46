"""Everything the log says of a member: what they chose, what they were told, what they took back; and their whole file."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow.dataset as ds

from sayso.ledger.codec import encode
from sayso.ledger.events import (
    AccountClosed,
    ChoiceMade,
    Entry,
    NoticeGiven,
    ObjectionStep,
    RecordDeleted,
    tag_of,
)
from sayso.ledger.standing import record_tag
from sayso.policy.model import ControlKind, Policy
from sayso.ports import Artefacts
from sayso.values.members import Member
from sayso.values.moments import Moment, format_moment
from sayso.values.objections import Step
from sayso.values.regions import lies_in
from sayso.workflows.choose import known_tag
from sayso.workflows.decide import Finder
from sayso.workflows.facts import MEMBERS_FILE, RECORDS_FILE, Yard
from sayso.workflows.signals import SIGNAL, by_channel
from sayso.workflows.uses import UsedFor, uses

SCHEMA = "sayso-member-file-v1"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something the log says of a member: its entry, when it held, in a few words what it was, and whether they did it themselves."""

    entry: int
    at: Moment
    logged_at: Moment
    what: str
    detail: str
    own: bool


def history(yard: Yard, finder: Finder, member: str) -> tuple[Happening, ...]:
    """Return what the log says of a member, the newest first; notices to everyone and to their region are among it.

    Raises ``Refused`` for an erased member, ``InputError`` for one that no source has brought.
    """
    tag = known_tag(yard.tags, member)
    told = notices_to(yard, finder, member)
    entries = {entry.number: entry for entry in (*told, *yard.book.log.entries_of(tag))}
    happened = (_happening(yard.book.policy, entry) for entry in entries.values())
    known = [one for one in happened if one is not None]
    return tuple(sorted(known, key=lambda one: (one.at, one.entry), reverse=True))


def notices_to(yard: Yard, finder: Finder, member: str) -> tuple[Entry, ...]:
    """Return the entries of the notices that reached a member, in their order: to them, to their region, to everyone.

    Raises like ``history``.
    """
    tag = known_tag(yard.tags, member)
    found = finder.member(member) or Member(member)
    log = yard.book.log
    own = [entry for entry in log.entries_of(tag) if isinstance(entry.event, NoticeGiven)]
    told = [*(entry for entry in log.wide_entries() if _reaches(entry, found)), *own]
    return tuple(sorted(told, key=lambda entry: entry.number))


def is_own_entry(yard: Yard, member: str, number: int) -> bool:
    """Tell whether an entry of the log is about this member and nobody else."""
    tag = yard.tags.tag_of(member)
    log = yard.book.log
    if tag is None or not 0 <= number < log.size():
        return False
    return tag_of(next(iter(log.entries(number, number + 1))).event) == tag


def _reaches(entry: Entry, member: Member) -> bool:
    event = entry.event
    if not isinstance(event, NoticeGiven) or event.tag is not None:
        return False
    if member.joined_at is not None and member.joined_at > event.at:
        return False
    return event.regions is None or (
        member.region is not None and lies_in(member.region, frozenset(event.regions))
    )


def _happening(policy: Policy, entry: Entry) -> Happening | None:
    words = _words(policy, entry)
    if words is None:
        return None
    at = getattr(entry.event, "at", entry.logged_at)
    own = tag_of(entry.event) is not None and not isinstance(entry.event, (NoticeGiven, ObjectionStep))
    return Happening(entry.number, at, entry.logged_at, *words, own)


def _words(policy: Policy, entry: Entry) -> tuple[str, str] | None:
    event = entry.event
    if isinstance(event, ChoiceMade):
        return _choice_words(policy, event)
    if isinstance(event, NoticeGiven):
        version = policy.version(event.version)
        title = version.title if version and version.title else event.version
        return "You were told", f"“{title}”, version {event.version}, by {event.channel}"
    if isinstance(event, RecordDeleted):
        return "You deleted a record", "it counts as deleted everywhere, for good"
    if isinstance(event, AccountClosed):
        return "You closed your account", "all your records count as deleted"
    if isinstance(event, ObjectionStep):
        return _STEPS.get(event.step, "The office noted something"), f"your objection is entry {event.entry}"
    return None


_STEPS = {
    Step.ANSWERED.value: "The office answered your objection",
    Step.EXTENDED.value: "The office takes two further months to answer your objection",
    Step.STOPPED.value: "The office waits for you before it answers your objection",
    Step.STARTED.value: "The office goes on answering your objection",
}


def _choice_words(policy: Policy, event: ChoiceMade) -> tuple[str, str]:
    version = policy.version(event.version)
    control = next((one for one in version.controls if one.id == event.control), None) if version else None
    label = control.label if control and control.label else event.control
    if control and control.kind is ControlKind.OBJECTION_FORM and not event.yes:
        what = "You objected"
    else:
        what = "You said yes" if event.yes else "You said no"
    seen = "in force" if event.channel == SIGNAL else "shown"  # a signal is sent without reading any version
    return what, f"“{label}”, by {by_channel(event.channel)}; version {event.version} was {seen}"


# The whole file


def member_file(yard: Yard, datasets: Artefacts, finder: Finder, member: str) -> dict[str, Any]:
    """Return all that is held of a member, as JSON of the schema ``sayso-member-file-v1``: a copy of their data and what they are
    to be told of its use (GDPR, Articles 15(1), 15(3) and 20(1)).

    Raises ``Refused`` for an erased member, ``InputError`` for one that no source has brought.
    """
    tag = known_tag(yard.tags, member)
    said = history(yard, finder, member)
    log = yard.book.log
    own = log.entries_of(tag)
    gone = {one.event.record: one.event.at for one in own if isinstance(one.event, RecordDeleted)}
    return {
        "schema": SCHEMA,
        "made_at": format_moment(yard.book.clock.now()),
        "member": next(_rows(yard, MEMBERS_FILE, "member", member), {"member": member}),
        "log": {"name": yard.book.keys.origin(), "tag": tag, "size": log.size()},
        "history": [_happening_fields(one) for one in said],
        "entries": [json.loads(encode(each.event, each.logged_at)) for each in own],
        "uses": [_use_fields(one) for one in uses(yard, datasets, member)],
        "records": [_with_deletion(yard, gone, row) for row in _rows(yard, RECORDS_FILE, "author", member)],
    }


def _with_deletion(yard: Yard, gone: dict[str, Moment], row: dict[str, Any]) -> dict[str, Any]:
    """Return a record's row with when it was deleted, where the log says that it was."""
    at = gone.get(record_tag(yard.book.keys.secret(), row["record"]))
    return row if at is None else {**row, "deleted_at": format_moment(at)}


def _happening_fields(one: Happening) -> dict[str, Any]:
    return {
        "entry": one.entry,
        "at": format_moment(one.at),
        "logged_at": format_moment(one.logged_at),
        "what": one.what,
        "detail": one.detail,
    }


def _use_fields(found: UsedFor) -> dict[str, Any]:
    versions = [
        {
            "version": one.version,
            "purpose": one.use.purpose,
            "recipient": one.use.recipient,
            "published_at": format_moment(one.at),
            "entry": one.entry,
            "records_of_yours": one.records,
            "bytes_deleted_at": None if one.purged is None else format_moment(one.purged),
            "models": [
                {"name": model.name, "version": model.version, "entry": model.entry} for model in one.models
            ],
        }
        for one in found.versions
    ]
    return {"data_set": found.name, "versions": versions}


_MOMENTS = ("created_at", "collected_at", "deleted_at", "joined_at", "closed_at")


def _rows(yard: Yard, file: str, column: str, value: str) -> Iterator[dict[str, Any]]:
    for name in yard.sources.names():
        table = ds.dataset(yard.sources.folder(name) / file).to_table(filter=ds.field(column) == value)
        for row in table.to_pylist():
            yield {
                "source": name,
                **{key: _plain(key, held) for key, held in row.items() if held not in (None, [])},
            }


def _plain(key: str, held: Any) -> Any:
    if key in _MOMENTS:
        return format_moment(held)
    return base64.b64encode(held).decode("ascii") if isinstance(held, bytes) else held
