"""Facts for the reports of the GDPR, as frozen values: processing, objections, and what is held of one member."""

from __future__ import annotations

from dataclasses import dataclass

from sayso.ledger.objections import AnswerClock
from sayso.reports.facts import DatasetIn, Ground, Handed, SourceIn
from sayso.values.moments import Moment
from sayso.values.standing import Suspension
from sayso.values.uses import Use


@dataclass(frozen=True, slots=True)
class Processing:
    """What is done with members' data: the uses of which the policy in force says something, what was published for them, the
    sources, and the stops that stand or stood.
    """

    ground: Ground
    uses: tuple[Use, ...]
    datasets: tuple[DatasetIn, ...]
    sources: tuple[SourceIn, ...]
    fields: tuple[str, ...]
    suspensions: tuple[Suspension, ...]


@dataclass(frozen=True, slots=True)
class ObjectionIn:
    """An objection: its entry, the control and the version shown, its clock, where it stands, whether the member said yes through
    that control since, and the published data sets that still hold records of theirs.
    """

    entry: int
    control: str
    version: str
    clock: AnswerClock
    stage: str
    taken_back: bool
    still_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldIn:
    """What a version of a data set holds of a member: how many records (``None``: not known any more), when its bytes were deleted,
    and the models made of it, by name and version.
    """

    name: str
    version: int
    use: Use
    at: Moment
    entry: int
    latest: bool
    records: int | None
    purged: Moment | None
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """A record of a member: its source and id, what it is, who sees it, when it was written and deleted (``None``: not known, not so),
    its language, and its text as it may be handed out (``None``: left out).
    """

    source: str
    id: str
    category: str
    visibility: str
    language: str | None
    created: Moment | None
    deleted: Moment | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Happened:
    """Something in the log about a member: the entry, when it held, what it was, and in which words."""

    entry: int
    at: Moment
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class MayBe:
    """What comes of a member's words for a use and some kinds of record: the rule, whether it is permitted, and why."""

    use: str
    kinds: tuple[str, ...]
    permitted: bool
    why: str
    rule: str
    basis: str
    control: str


@dataclass(frozen=True, slots=True)
class MemberIn:
    """All that is held of a member: their id and tag, the rows of the sources about them, the log, the data sets, the records, and how
    many records of others they edited.
    """

    ground: Ground
    member: str
    tag: str
    account: tuple[tuple[str, str, str], ...]
    sources: tuple[SourceIn, ...]
    may_be: tuple[MayBe, ...]
    happened: tuple[Happened, ...]
    held: tuple[HeldIn, ...]
    forgotten: tuple[tuple[str, int, int], ...]
    handed: tuple[tuple[str, Handed], ...]
    objections: tuple[ObjectionIn, ...]
    records: tuple[OwnRecord, ...]
    edited: int
    redacted: bool
