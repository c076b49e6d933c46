"""The demo community as frozen values: its people, their records, and what is known to be true of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from sayso.values.members import Member
from sayso.values.moments import Moment
from sayso.values.records import Record


class Person(NamedTuple):
    """A member with what the platform shows of them: name, handle (without ``@``) and first language (BCP 47)."""

    member: Member
    name: str
    handle: str
    language: str


class Planted(NamedTuple):
    """Personal data that was put into a record's text on purpose: code points ``start`` up to, not including, ``end``.

    ``kind`` is ``EMAIL``, ``PHONE``, ``URL``, ``CARD``, ``IBAN``, ``IP``, ``HANDLE``, ``NAME`` or ``QUOTE`` (the redaction's
    labels, and names); ``member`` is the one whom a handle or a name means or whose words a quote repeats, ``None`` where
    the span means nobody or a number stands for itself. Spans lie apart, or one inside a ``QUOTE``.
    """

    record: str
    start: int
    end: int
    kind: str
    member: str | None = None


class Reaction(NamedTuple):
    """A member's ``kind`` of applause (``like``, ``celebrate``, ``insightful``, ``support``, ``curious``) for a record."""

    member: str
    record: str
    kind: str
    at: Moment


@dataclass(frozen=True, slots=True)
class ChoiceFact:
    """A member said yes or no through a control at a moment, having been shown a policy version."""

    at: Moment
    member: str
    control: str
    yes: bool
    version: str
    channel: str


@dataclass(frozen=True, slots=True)
class NoticeFact:
    """A policy version was brought to everyone (both ``None``), to regions, or to one member."""

    at: Moment
    version: str
    channel: str
    regions: tuple[str, ...] | None = None
    member: str | None = None


@dataclass(frozen=True, slots=True)
class SuspensionFact:
    """Regions × purposes × recipients were stopped from ``at`` until ``until``; ``None`` stands for all, or for still."""

    at: Moment
    purposes: tuple[str, ...]
    authority: str
    reference: str
    regions: tuple[str, ...] | None = None
    recipients: tuple[str, ...] | None = None
    until: Moment | None = None


@dataclass(frozen=True, slots=True)
class DeletionFact:
    """A record's author removed it at a moment; the records table does not know of it yet."""

    at: Moment
    member: str
    record: str


Fact: TypeAlias = ChoiceFact | NoticeFact | SuspensionFact | DeletionFact


@dataclass(frozen=True, slots=True)
class Community:
    """People, records, planted personal data, reactions, and a dated history in the order of its moments."""

    people: tuple[Person, ...]
    records: tuple[Record, ...]
    truth: tuple[Planted, ...]
    reactions: tuple[Reaction, ...]
    history: tuple[Fact, ...]
