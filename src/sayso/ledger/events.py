"""The events of the log, as frozen values, and their canonical form (DESIGN section 4).

An event carries a member's random *tag*, never their id; a record's keyed tag, never its id. Each event
becomes one leaf: the RFC 8785 bytes of ``{"v": 1, "type": ..., "logged_at": ..., ...fields}``, moments as
RFC 3339 text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from sayso.values.moments import Moment


@dataclass(frozen=True, slots=True)
class PolicyAdopted:
    """The house put a policy file in force: its id and the digest of its meaning."""

    policy: str
    digest: str


@dataclass(frozen=True, slots=True)
class RecordsImported:
    """A source was brought in: its name, the digest of its tables, how many members and records, how many
    rows refused.
    """

    source: str
    digest: str
    members: int
    records: int
    refused: int


@dataclass(frozen=True, slots=True)
class ChoiceMade:
    """A member said yes or no through a control, having been shown a policy version."""

    tag: str
    control: str
    yes: bool
    at: Moment
    version: str
    channel: str


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """A policy version was brought to an audience: everyone (both ``None``), regions, or one member's tag."""

    version: str
    at: Moment
    channel: str
    regions: tuple[str, ...] | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class SuspensionSet:
    """Regions × uses were stopped from a moment on, until another or until lifted; ``None`` stands for all."""

    purposes: tuple[str, ...]
    starts_at: Moment
    authority: str
    reference: str
    regions: tuple[str, ...] | None = None
    recipients: tuple[str, ...] | None = None
    until: Moment | None = None


@dataclass(frozen=True, slots=True)
class SuspensionLifted:
    """The suspension set by an entry ends at a moment."""

    entry: int
    at: Moment


@dataclass(frozen=True, slots=True)
class RecordDeleted:
    """A record's author removed it; ``record`` is its keyed tag. It stands, whatever the platform restores."""

    tag: str
    record: str
    at: Moment


@dataclass(frozen=True, slots=True)
class AccountClosed:
    """A member closed their account: all their records count as deleted from then on."""

    tag: str
    at: Moment


@dataclass(frozen=True, slots=True)
class MemberErased:
    """The row that joined this tag to a member is gone."""

    tag: str
    at: Moment


@dataclass(frozen=True, slots=True)
class DatasetPublished:
    """A data set version was published: manifest digest, the use, the moment decided at, the log size it
    rests on.
    """

    name: str
    version: int
    manifest: str
    purpose: str
    recipient: str
    decided_at: Moment
    log_size: int
    records: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """A data set version was handed to a recipient: the digests of the delivery's statement and of the agreement (``None`` in what
    was written before there were any).
    """

    name: str
    version: int
    recipient: str
    at: Moment
    delivery: str | None = None
    agreement: str | None = None


@dataclass(frozen=True, slots=True)
class RemovalAcknowledged:
    """A licensee signed that the rows of the first ``items`` items of a delivery's revocation feed are gone from its copies.

    ``delivery`` is the digest of the delivery's statement, ``acknowledgement`` that of what the licensee signed.
    """

    name: str
    version: int
    recipient: str
    delivery: str
    items: int
    acknowledgement: str
    at: Moment


@dataclass(frozen=True, slots=True)
class VersionPurged:
    """The bytes of a version of a data set or a model (``kind``) were deleted; its hashes stay."""

    kind: str
    name: str
    version: int
    at: Moment


@dataclass(frozen=True, slots=True)
class ModelTrained:
    """A model was trained on a data set version."""

    name: str
    version: int
    dataset: str
    dataset_version: int
    manifest: str


@dataclass(frozen=True, slots=True)
class ModelForgot:
    """A model forgot the members of these tags; ``certificate`` is the digest of the proof."""

    name: str
    version: int
    tags: tuple[str, ...]
    certificate: str


@dataclass(frozen=True, slots=True)
class ObjectionStep:
    """What the office did about the objection that an entry of this tag filed: a ``values.objections.Step``, with a reason of its
    list where the step has one.
    """

    entry: int
    tag: str
    step: str
    at: Moment
    reason: str | None = None


Event: TypeAlias = (
    PolicyAdopted
    | RecordsImported
    | ChoiceMade
    | NoticeGiven
    | SuspensionSet
    | SuspensionLifted
    | RecordDeleted
    | AccountClosed
    | MemberErased
    | DatasetPublished
    | Delivered
    | RemovalAcknowledged
    | VersionPurged
    | ModelTrained
    | ModelForgot
    | ObjectionStep
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in the log: its number (from 0), when it was logged, and the event."""

    number: int
    logged_at: Moment
    event: Event


def tag_of(event: Event) -> str | None:
    """Return the tag of the one member that an event is about, ``None`` where it is about none or several.

    >>> tag_of(AccountClosed("5f", Moment(0))), tag_of(SuspensionLifted(3, Moment(0)))
    ('5f', None)
    """
    tag: str | None = getattr(event, "tag", None)
    return tag


WIDE = (NoticeGiven, SuspensionSet, SuspensionLifted)
"""The kinds of event that can touch every member's standing, where they carry no tag."""
