"""Standing from the log: a fold of entries into what each member said, was told and is protected by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Any, Self

from sayso.ledger.events import (
    AccountClosed,
    ChoiceMade,
    Entry,
    MemberErased,
    NoticeGiven,
    RecordDeleted,
    SuspensionLifted,
    SuspensionSet,
)
from sayso.values.canonical import keyed
from sayso.values.moments import Moment
from sayso.values.standing import Choice, Notice, Standing, Suspension

_in_time = attrgetter("at", "entry")


def record_tag(secret: bytes, record: str) -> str:
    """Return the tag of a record id in the log: 64 hexadecimal digits that only the secret's holder can make.

    >>> record_tag(bytes(32), "post-1")[:16]
    'afa133d7d528ae19'
    """
    return keyed(secret, "record", record.encode()).hex()


def suspension_id(entry: int) -> str:
    """Return the id of the suspension that an entry set.

    >>> suspension_id(12)
    'S12'
    """
    return f"S{entry}"


class StandingIndex:
    """Every member's standing, by tag, as the entries folded so far tell it.

    Fold a prefix of the log and it is the standing at that size; extend it with the tail and it is the
    standing now. Fold one tag's entries and the wide ones alone, and it is right for that tag.

    >>> from sayso.ledger.events import Entry
    >>> said = ChoiceMade("5f", "genai", False, Moment(7), "v1", "settings")
    >>> StandingIndex.of([Entry(0, Moment(9), said)]).standing("5f").choices
    (Choice(control='genai', yes=False, at=7, version='v1', entry=0, channel='settings'),)
    """

    def __init__(self) -> None:
        """Stand at the empty log."""
        self.size = 0
        """One more than the number of the last entry folded: the log's size, where its entries were folded
        whole.
        """
        self.closed: dict[str, Moment] = {}
        """When each tag's account was closed, the earliest where it was closed again."""
        self.erased: dict[str, Moment] = {}
        """When each tag's member was erased."""
        self._choices: dict[str, list[Choice]] = {}
        self._notices: list[Notice] = []
        self._personal: dict[str, list[Notice]] = {}
        self._suspensions: dict[int, Suspension] = {}
        self._deletions: dict[str, dict[str, Moment]] = {}
        self._folds: dict[type, Callable[[int, Any], None]] = {
            NoticeGiven: self._fold_notice,
            SuspensionSet: self._fold_suspension,
            SuspensionLifted: self._fold_lift,
            RecordDeleted: self._fold_deletion,
            AccountClosed: self._fold_closing,
            MemberErased: self._fold_erasure,
        }

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        """Return the index of entries in rising order."""
        index = cls()
        index.extend(entries)
        return index

    def extend(self, entries: Iterable[Entry]) -> None:
        """Fold later entries in; raises ``ValueError`` for one that does not come after those before it."""
        choices = self._choices
        for number, _, event in map(_parts, entries):
            if number < self.size:
                raise ValueError(f"entry {number} does not come after the {self.size} before it")
            self.size = number + 1
            if type(event) is ChoiceMade:  # nearly all entries of a log are choices
                said = Choice(event.control, event.yes, event.at, event.version, number, event.channel)
                choices.setdefault(event.tag, []).append(said)
            elif fold := self._folds.get(type(event)):
                fold(number, event)

    def standing(self, tag: str | None) -> Standing:
        """Return the standing of a tag; of ``None``, or a tag that the log does not know, what holds for
        everyone.

        Choices are in the order in which they count (moment, then entry); ``deletions`` names records by
        their tag.
        """
        own = tag or ""
        return Standing(
            choices=self.choices(own),
            notices=(*self._notices, *self._personal.get(own, ())),
            suspensions=self.suspensions(),
            deletions=tuple(sorted(self._deletions.get(own, {}).items())),
            closed_at=self.closed.get(own),
        )

    def choices(self, tag: str) -> tuple[Choice, ...]:
        """Return a tag's choices in the order in which they count: by moment, then by entry."""
        return tuple(sorted(self._choices.get(tag, ()), key=_in_time))

    def all_choices(self) -> Iterator[tuple[str, tuple[Choice, ...]]]:
        """Return every tag that chose, with its choices in the order in which they count."""
        return ((tag, self.choices(tag)) for tag in self._choices)

    def saying_no(
        self, noes: Collection[str], yeses: Collection[tuple[str, str]], at: Moment
    ) -> frozenset[str]:
        """Return the tags whose latest word at a moment, among the noes through some controls and the yeses through some pairs
        of version and control, is no; at equal times the later entry counts.
        """

        def heard(choice: Choice) -> bool:
            relevant = (choice.version, choice.control) in yeses if choice.yes else choice.control in noes
            return relevant and choice.at <= at

        last = ((tag, [c for c in choices if heard(c)][-1:]) for tag, choices in self.all_choices())
        return frozenset(tag for tag, word in last if word and not word[0].yes)

    def notices(self) -> tuple[Notice, ...]:
        """Return the notices to everyone and to regions, in the order of their entries."""
        return tuple(self._notices)

    def personal_notices(self) -> Iterator[tuple[str, tuple[Notice, ...]]]:
        """Return every tag that had notices of its own, with them in the order of their entries."""
        return ((tag, tuple(notices)) for tag, notices in self._personal.items())

    def suspensions(self) -> tuple[Suspension, ...]:
        """Return the suspensions in the order of their entries, each ended by the earliest of its end and
        its lifts.
        """
        return tuple(self._suspensions.values())

    def all_deletions(self) -> Iterator[tuple[str, str, Moment]]:
        """Return every deleted record: its author's tag, its own tag, and when, the earliest where deleted
        again.
        """
        return ((tag, record, at) for tag, found in self._deletions.items() for record, at in found.items())

    def _fold_notice(self, number: int, event: NoticeGiven) -> None:
        regions = None if event.regions is None else frozenset(event.regions)
        notice = Notice(event.version, event.at, regions, event.tag is not None, number, event.channel)
        (self._notices if event.tag is None else self._personal.setdefault(event.tag, [])).append(notice)

    def _fold_suspension(self, number: int, event: SuspensionSet) -> None:
        self._suspensions[number] = Suspension(
            id=suspension_id(number),
            purposes=frozenset(event.purposes),
            starts_earliest=event.starts_at,
            starts_latest=event.starts_at,
            until=event.until,
            regions=None if event.regions is None else frozenset(event.regions),
            recipients=None if event.recipients is None else frozenset(event.recipients),
            authority=event.authority,
            reference=event.reference,
            entry=number,
        )

    def _fold_lift(self, number: int, event: SuspensionLifted) -> None:
        found = self._suspensions.get(event.entry)
        if found is not None:  # a lift of anything else lifts nothing: a stop is never ended by mistake
            until = event.at if found.until is None else min(found.until, event.at)
            self._suspensions[event.entry] = replace(found, until=Moment(until))

    def _fold_deletion(self, number: int, event: RecordDeleted) -> None:
        _earliest(self._deletions.setdefault(event.tag, {}), event.record, event.at)

    def _fold_closing(self, number: int, event: AccountClosed) -> None:
        _earliest(self.closed, event.tag, event.at)

    def _fold_erasure(self, number: int, event: MemberErased) -> None:
        _earliest(self.erased, event.tag, event.at)


_parts = attrgetter("number", "logged_at", "event")


def _earliest(moments: dict[str, Moment], key: str, at: Moment) -> None:
    moments[key] = min(at, moments.get(key, at))
