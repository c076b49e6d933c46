"""Standing: what a member said, was told and is protected by, as the log knows it."""

from __future__ import annotations

from dataclasses import dataclass

from sayso.values.moments import Moment

NO_ENTRY = -1
"""The entry number of a fact that comes from a policy file, not from the log."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A member's yes or no through a control, and the policy version that they were shown.

    A filed objection is a no. ``entry`` is its number in the log, ``at`` the moment from which it holds.
    """

    control: str
    yes: bool
    at: Moment
    version: str
    entry: int = NO_ENTRY
    channel: str = "settings"


@dataclass(frozen=True, slots=True)
class Notice:
    """That a policy version was brought to an audience's attention.

    ``regions`` is the audience: ``None`` for everyone, else ISO codes (a country holds its subdivisions). A notice to
    one member has ``personal`` true and stands in that member's standing alone.
    """

    version: str
    at: Moment
    regions: frozenset[str] | None = None
    personal: bool = False
    entry: int = NO_ENTRY
    channel: str = "e-mail"


@dataclass(frozen=True, slots=True)
class Suspension:
    """A stop by a regulator or the office: regions × uses, from, until.

    ``regions`` and ``recipients`` are ``None`` for all. The start is known to lie in the closed interval from
    ``starts_earliest`` to ``starts_latest`` (the same moment where it is known); ``until`` is ``None`` while it lasts.
    """

    id: str
    purposes: frozenset[str]
    starts_earliest: Moment
    starts_latest: Moment
    until: Moment | None = None
    regions: frozenset[str] | None = None
    recipients: frozenset[str] | None = None
    authority: str = ""
    reference: str = ""
    entry: int = NO_ENTRY


@dataclass(frozen=True, slots=True)
class Standing:
    """All of that for one member: a fold over the log.

    ``notices`` holds those to everyone, those to regions, and those to this member; ``suspensions`` all of the log's
    (a policy's own are in the policy); ``deletions`` the records of this member that the log says were deleted, and when;
    ``closed_at`` when the log says the account was closed.
    """

    choices: tuple[Choice, ...] = ()
    notices: tuple[Notice, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    deletions: tuple[tuple[str, Moment], ...] = ()
    closed_at: Moment | None = None
