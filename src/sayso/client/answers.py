"""What the service answers, as frozen values; moments are aware datetimes in UTC, ids the platform's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sayso.values.uses import Use

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list, and the cursor of what follows, ``None`` where nothing does."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """A write that only has its entry to tell."""

    entry: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A yes or no through a control; ``meaning`` and ``receipt`` come with one that was just made."""

    entry: int
    control: str
    value: str
    at: datetime
    version: str
    channel: str
    member: str | None = None
    meaning: tuple[str, ...] = ()
    receipt: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection that was filed; ``stands`` while it is the member's last word through that form."""

    entry: int
    control: str
    at: datetime
    version: str
    channel: str
    stands: bool = True


@dataclass(frozen=True, slots=True)
class FiledObjection:
    """An objection as the office sees it; ``due`` is ``None`` while its clock stands still, ``member`` where nobody may be named."""

    entry: int
    control: str
    version: str
    at: datetime
    law: str
    stage: str
    member: str | None = None
    region: str | None = None
    due: datetime | None = None
    answered_at: datetime | None = None
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What the office did about an objection, and its clock from then on."""

    entry: int
    objection: int
    step: str
    at: datetime
    stage: str
    reason: str | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """A control as a member sees it: ``state`` is yes, no or silent, ``default`` what holds while they are silent.

    ``overruled`` tells whether a no through another control stands over it, ``in_use`` whether anything it decides on may be used.
    """

    id: str
    kind: str
    label: str
    purposes: tuple[str, ...]
    recipients: tuple[str, ...]
    reach: str
    state: str
    path: str = ""
    covers: tuple[str, ...] = ()
    not_covered: str | None = None
    default: str | None = None
    since: datetime | None = None
    entry: int | None = None
    overruled: bool = False
    in_use: bool = False


@dataclass(frozen=True, slots=True)
class Controls:
    """The controls of the version in force (``None``: none is), in a member's region (``None``: not known)."""

    version: str | None
    controls: tuple[Control, ...]
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A policy version was brought to an audience: everyone, regions, or one member."""

    entry: int
    version: str
    at: datetime
    channel: str
    regions: tuple[str, ...] | None = None
    member: str | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Suspension:
    """A stop: purposes × regions × recipients (``None``: all), from, until; ``lifted_at`` is from when it was lifted."""

    entry: int
    id: str
    purposes: tuple[str, ...] = ()
    regions: tuple[str, ...] | None = None
    recipients: tuple[str, ...] | None = None
    authority: str = ""
    reference: str = ""
    starts_at: datetime | None = None
    until: datetime | None = None
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one record, one use and one moment."""

    verdict: str
    reason: str
    use: Use
    at: datetime
    log_size: int
    rule: str | None = None
    version: str | None = None
    entries: tuple[int, ...] = ()
    facts: tuple[str, ...] = ()
    whose: str = "author"
    sentences: tuple[str, ...] = ()

    @property
    def permitted(self) -> bool:
        """Tell whether the record may be used: an unknown may not."""
        return self.verdict == "permit"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Verdict and reason of each record of a batch, in the order in which they were asked for."""

    verdict: tuple[str, ...]
    reason: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """The answers for a batch of records; ``permitted`` is how many may be used."""

    use: Use
    at: datetime
    log_size: int
    decisions: Verdicts
    permitted: int


@dataclass(frozen=True, slots=True)
class Dataset:
    """A published version of a data set; ``entry`` published it. What follows ``published_at`` comes with one alone."""

    name: str
    version: int
    use: Use
    decided_at: datetime
    records: int
    manifest: str
    entry: int
    published_at: datetime | None = None
    funnel: tuple[Mapping[str, Any], ...] | None = None
    log_size: int | None = None
    models: tuple[str, ...] = ()
    versions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """The data set version that a model was trained on."""

    name: str
    version: int


@dataclass(frozen=True, slots=True)
class Model:
    """A model: ``served`` is the digest of what answers are given from, ``forgot`` how many members this version forgot.

    ``kind`` is ``None`` where the manifest does not hold; ``behind`` tells whether the data set has gone on without the model.
    """

    name: str
    version: int
    kind: str | None
    dataset: Origin
    manifest: str
    entry: int
    served: str | None = None
    forgot: int = 0
    behind: bool = False
    versions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The entry that took a member out again, and when."""

    entry: int
    at: datetime


@dataclass(frozen=True, slots=True)
class UseOfMember:
    """A data set or a model that a member's records went into; ``records`` is ``None`` where it cannot be said any more."""

    kind: str
    name: str
    version: int
    use: Use
    at: datetime
    entry: int
    records: int | None = None
    forgotten: Forgotten | None = None


@dataclass(frozen=True, slots=True)
class UsesOfMember:
    """Everything that a member's records went into."""

    items: tuple[UseOfMember, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out of a record, and how often."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class SeenRecord:
    """A record as the model saw it; ``seen`` is ``None`` for services, which get no texts."""

    record: str
    seen: str | None = None
    removed: tuple[Removed, ...] | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The signed state of the log: ``note`` is a C2SP signed note."""

    size: int
    origin: str
    root: str
    note: str


@dataclass(frozen=True, slots=True)
class Consistency:
    """The RFC 6962 proof that the log of ``size`` entries goes on from that of ``old``: hashes in base64."""

    old: int
    size: int
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log: its leaf in base64, and the event that it says."""

    entry: int
    leaf: str
    event: Mapping[str, Any]
    logged_at: datetime


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The RFC 6962 proof that an entry is in the log of ``size`` entries: hashes in base64, and the signed note if one was kept."""

    entry: int
    size: int
    proof: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the withdrawals feed (docs/reference/feed.md)."""

    entry: int
    at: datetime
    kind: str
    uses: tuple[Use, ...]
    member: str | None = None
    record: str | None = None
    everyone: bool = False
    regions: tuple[str, ...] | None = None
    suspension: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """Some items, the entry to ask after next, and the size of the log when they were read."""

    items: tuple[Item, ...]
    next: int
    log_size: int


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of the policy, by its dates."""

    id: str
    published_at: datetime
    effective_at: datetime
    until: datetime | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy that is enforced; ``version`` is the one in force, ``None`` where none is."""

    id: str
    digest: str
    versions: tuple[PolicyVersion, ...]
    version: str | None = None
