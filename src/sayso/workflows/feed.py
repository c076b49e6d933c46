"""The withdrawals feed: what of the log bears on what may be used, in the words of whoever has to act on it.

It says whom an entry is about by the platform's own ids, and which uses it speaks of; what that means for a record is for
``decide`` to say. Nobody has to understand the policy to take out the members that it names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from sayso.dataset.rows import dataset_key, member_pseudonym, record_pseudonym
from sayso.errors import InputError, Problem
from sayso.ledger.events import (
    AccountClosed,
    ChoiceMade,
    Entry,
    Event,
    MemberErased,
    NoticeGiven,
    PolicyAdopted,
    RecordDeleted,
    RecordsImported,
    SuspensionLifted,
    SuspensionSet,
    tag_of,
)
from sayso.ledger.standing import StandingIndex, suspension_id
from sayso.policy.model import Control, Policy, PolicyVersion
from sayso.policy.question import Question
from sayso.values.canonical import Json
from sayso.values.moments import Moment, format_moment
from sayso.values.uses import Use
from sayso.workflows.facts import Yard
from sayso.workflows.logbook import entry as entry_of
from sayso.workflows.record_names import RecordNames


class Kind(StrEnum):
    """What an entry that bears on use says."""

    SAID_NO = "said-no"
    SAID_YES = "said-yes"
    RECORD_DELETED = "record-deleted"
    ACCOUNT_CLOSED = "account-closed"
    MEMBER_ERASED = "member-erased"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    NOTICE = "notice"
    POLICY_ADOPTED = "policy-adopted"
    RECORDS_IMPORTED = "records-imported"


_KINDS = {
    RecordDeleted: Kind.RECORD_DELETED,
    AccountClosed: Kind.ACCOUNT_CLOSED,
    MemberErased: Kind.MEMBER_ERASED,
    SuspensionSet: Kind.SUSPENDED,
    SuspensionLifted: Kind.RESUMED,
    NoticeGiven: Kind.NOTICE,
    PolicyAdopted: Kind.POLICY_ADOPTED,
    RecordsImported: Kind.RECORDS_IMPORTED,
}


def kind_of(event: Event) -> Kind | None:
    """Return what an event says of use, ``None`` where it says nothing."""
    if isinstance(event, ChoiceMade):
        return Kind.SAID_YES if event.yes else Kind.SAID_NO
    return _KINDS.get(type(event))


@dataclass(frozen=True, slots=True)
class Item:
    """One entry that bears on use.

    ``at`` is the moment from which it holds; that of a suspension may lie ahead. ``member`` and ``record`` are the platform's ids,
    ``None`` where it is about none or where nobody is left to name. It is about ``everyone``, or members of ``regions`` (ISO
    codes, ``None``: not by region), or one member. ``uses`` are those of the policy that it speaks of. ``suspension`` is the id of
    what it sets or lifts, ``until`` when a suspension ends by itself.
    """

    entry: int
    at: Moment
    kind: Kind
    member: str | None
    record: str | None
    everyone: bool
    regions: tuple[str, ...] | None
    uses: tuple[Use, ...]
    suspension: str | None = None
    until: Moment | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Items in the order of the log, the entry to ask after next, and the size of the log when they were read."""

    items: tuple[Item, ...]
    next: int
    size: int


def withdrawals(
    yard: Yard,
    after: int = -1,
    limit: int = 100,
    dataset: str | None = None,
    names: RecordNames | None = None,
    kinds: Collection[str] = (),
) -> Page:
    """Return up to ``limit`` (1 and more) items of the entries after one, -1 for all from the first; of some ``kinds`` or of all.

    With ``dataset`` members and records are named by their pseudonyms in that data set, as its rows name them, erased members
    too. ``names`` remembers ids of deleted records between calls. Raises ``InputError`` for an ``after`` beyond the log's end.
    """
    size = yard.book.log.size()
    if not (after == -1 or 0 <= after < size):
        what = f"the log has no entry {after}: it has {size}"
        raise InputError(
            Problem("unknown-entry", what, advice="ask after an entry that you were given, or after -1")
        )
    bearing: list[Entry] = []
    last = after
    for one in yard.book.log.entries(after + 1, size):
        if len(bearing) == limit:
            break
        last = one.number
        kind = kind_of(one.event)
        if kind is not None and (not kinds or kind in kinds):
            bearing.append(one)
    return Page(tuple(_items(yard, bearing, dataset, names or RecordNames(yard))), last, size)


def _items(yard: Yard, entries: list[Entry], dataset: str | None, names: RecordNames) -> list[Item]:
    speaking, naming = Speaking(yard), _naming(yard, dataset)
    records = names.of([one.event for one in entries if isinstance(one.event, RecordDeleted)])
    return [_item(one, speaking, naming, records) for one in entries]


@dataclass(frozen=True, slots=True)
class _Naming:
    member: Callable[[str], str | None]
    record: Callable[[str], str]


def _naming(yard: Yard, dataset: str | None) -> _Naming:
    if dataset is None:
        return _Naming(yard.tags.member_of, str)
    key = dataset_key(yard.book.keys.secret(), dataset)
    return _Naming(lambda tag: member_pseudonym(key, tag), lambda record: record_pseudonym(key, record))


def _item(entry: Entry, speaking: Speaking, naming: _Naming, records: dict[str, str]) -> Item:
    event, tag = entry.event, tag_of(entry.event)
    kind = kind_of(event)
    assert kind is not None  # only what bears on use becomes an item
    stop = speaking.stop(entry)
    record = records.get(event.record) if isinstance(event, RecordDeleted) else None
    regions = event.regions if isinstance(event, NoticeGiven) else None if stop is None else stop.regions
    return Item(
        entry=entry.number,
        at=_moment(entry),
        kind=kind,
        member=None if tag is None else naming.member(tag),
        record=None if record is None else naming.record(record),
        everyone=tag is None and regions is None,
        regions=regions,
        uses=speaking.of(entry),
        suspension=None if stop is None else suspension_id(stop.entry),
        until=None if stop is None else stop.until,
    )


def _moment(entry: Entry) -> Moment:
    if isinstance(entry.event, SuspensionSet):
        return entry.event.starts_at
    moment: Moment = getattr(entry.event, "at", entry.logged_at)
    return moment


@dataclass(frozen=True, slots=True)
class _Stop:
    entry: int
    regions: tuple[str, ...] | None
    until: Moment | None


class Speaking:
    """Of which uses an entry speaks, under the policy versions that are in force now or will be."""

    def __init__(self, yard: Yard) -> None:
        """Stand in the present of the yard's clock."""
        self._log, self._policy = yard.book.log, yard.book.policy
        self._ahead = _ahead(self._policy, yard.book.clock.now())
        self._said: dict[tuple[str, str, bool], tuple[Use, ...]] = {}
        self._told: dict[str, tuple[Use, ...]] = {}

    def of(self, entry: Entry) -> tuple[Use, ...]:
        """Return the uses that an entry speaks of."""
        event = entry.event
        if isinstance(event, ChoiceMade):
            return self._of_choice(event)
        if isinstance(event, NoticeGiven):
            return self._of_notice(event.version)
        if isinstance(event, (SuspensionSet, SuspensionLifted)):
            return self._of_stop(entry)
        return self.uses

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Return every purpose of the policy for every recipient."""
        return tuple(
            Use(purpose, one.id)
            for purpose in self._policy.purposes.names()
            for one in self._policy.recipients
        )

    def stop(self, entry: Entry) -> _Stop | None:
        """Return the suspension that an entry sets or lifts, ``None`` for any other."""
        set_by = self._set_by(entry)
        if set_by is None or not isinstance(set_by.event, SuspensionSet):
            return None
        until = set_by.event.until if isinstance(entry.event, SuspensionSet) else None
        return _Stop(set_by.number, set_by.event.regions, until)

    def _of_choice(self, event: ChoiceMade) -> tuple[Use, ...]:
        # A no speaks through the control as it is or will be, a yes through the control as it was shown (DESIGN section 3).
        key = event.control, event.version if event.yes else "", event.yes
        if key not in self._said:
            shown = self._policy.version(event.version)
            versions = ((shown,) if shown else ()) if event.yes else self._ahead
            controls = [one for version in versions for one in version.controls if one.id == event.control]
            self._said[key] = self._where(controls, Control.covers if event.yes else Control.touches)
        return self._said[key]

    def _where(self, controls: Iterable[Control], speaks: Callable[..., bool]) -> tuple[Use, ...]:
        tree, controls = self._policy.purposes, tuple(controls)
        return tuple(use for use in self.uses if any(speaks(one, use, tree) for one in controls))

    def _of_notice(self, version: str) -> tuple[Use, ...]:
        if version not in self._told:
            questions = ((use, Question(self._policy, use, one)) for use in self.uses for one in self._ahead)
            told = {use for use, asked in questions if _tells(asked, version)}
            self._told[version] = tuple(use for use in self.uses if use in told)
        return self._told[version]

    def _of_stop(self, entry: Entry) -> tuple[Use, ...]:
        set_by = self._set_by(entry)
        stops = () if set_by is None else StandingIndex.of([set_by]).suspensions()
        version = self._policy.versions[
            0
        ]  # which version is asked makes no difference to what a suspension covers
        return tuple(use for use in self.uses if Question(self._policy, use, version).covering(stops))

    def _set_by(self, entry: Entry) -> Entry | None:
        if isinstance(entry.event, SuspensionLifted):
            return entry_of(self._log, entry.event.entry)
        return entry if isinstance(entry.event, SuspensionSet) else None


def _tells(asked: Question, version: str) -> bool:
    return any(rule.notice_days is not None and version in asked.told_of(rule) for rule in asked.rules)


def _ahead(policy: Policy, now: Moment) -> tuple[PolicyVersion, ...]:
    in_force = policy.in_force(now)
    later = (version for version in policy.versions if version.effective_at > now)
    return (*((in_force,) if in_force else ()), *later)


def item_fields(item: Item) -> dict[str, Json]:
    """Return an item as the API and webhooks give it (docs/reference/feed.md)."""
    return {
        "entry": item.entry,
        "at": format_moment(item.at),
        "kind": str(item.kind),
        "member": item.member,
        "record": item.record,
        "everyone": item.everyone,
        "regions": None if item.regions is None else list(item.regions),
        "uses": [{"purpose": use.purpose, "recipient": use.recipient} for use in item.uses],
        "suspension": item.suspension,
        "until": None if item.until is None else format_moment(item.until),
    }


def page_fields(page: Page) -> dict[str, Json]:
    """Return a page as the API gives it."""
    return {"items": [item_fields(item) for item in page.items], "next": page.next, "log_size": page.size}
