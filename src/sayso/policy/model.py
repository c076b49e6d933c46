"""What a policy file says, as frozen values. The parser makes them, everything else reads them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from sayso.values.moments import DAY, Moment
from sayso.values.standing import Suspension
from sayso.values.uses import PurposeTree, Use


class Kind(StrEnum):
    """Whether a policy is enforced, or is what a platform has published."""

    HOUSE = "house"
    OBSERVED = "observed"


class Default(StrEnum):
    """What a rule says of a member who has said nothing; ``unknown`` where nobody knows what was published."""

    ON = "on"
    OFF = "off"
    NEVER = "never"
    NO_CHOICE = "no-choice"
    UNKNOWN = "unknown"


class ControlKind(StrEnum):
    """What a member sees."""

    TOGGLE = "toggle"
    OBJECTION_FORM = "objection-form"
    BROWSER_SIGNAL = "browser-signal"
    ADMIN_SETTING = "admin-setting"


class Reach(StrEnum):
    """Whether a no touches data sets and models that exist already."""

    PROSPECTIVE = "prospective"
    RETROACTIVE = "retroactive"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on one attribute.

    ``only``: its value is one of ``values``; not carried, or ``?``, is unknown. ``not`` (``only`` false): its value is none
    of them; not carried passes, ``?`` is unknown.
    """

    attribute: str
    values: frozenset[str]
    only: bool


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, closed at its start and open at its end; ``None`` is open."""

    start: Moment | None = None
    end: Moment | None = None


@dataclass(frozen=True, slots=True)
class MemberPredicate:
    """Whom a rule may touch: at least this old, and every condition."""

    min_age: int | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordPredicate:
    """Which records a rule may touch: created and collected in the windows, not collected in ``spared``, and every condition."""

    created: Window | None = None
    collected: Window | None = None
    conditions: tuple[Condition, ...] = ()
    spared: Window | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from: a title, a reference (a document, a commit, an address), its date, how sure it is (H, M or L).

    ``document`` is which one it is in an archive of terms, as ``SERVICE/TERMS TYPE``; empty where it is none of them.
    """

    id: str
    title: str
    reference: str = ""
    date: str = ""
    confidence: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """uses × regions × member predicate × record predicate → default, control, notice, basis.

    ``regions`` are ISO codes, names of groups, or ``everywhere``, as written; ``excepted`` likewise: there the rule does not
    apply. ``visibility`` is never empty. ``notice_days`` is ``None`` where no notice is asked for.
    ``keeps_deleted``: an observed policy that keeps records which their authors deleted.
    """

    id: str
    purposes: tuple[str, ...]
    recipients: tuple[str, ...]
    regions: tuple[str, ...]
    categories: tuple[str, ...]
    visibility: tuple[str, ...]
    default: Default
    excepted: tuple[str, ...] = ()
    control: str | None = None
    notice_days: int | None = None
    basis: str = ""
    disclosed: str = ""
    member: MemberPredicate = MemberPredicate()
    record: RecordPredicate = RecordPredicate()
    keeps_deleted: bool = False
    evidence: tuple[str, ...] = ()

    def content(self) -> Rule:
        """Return the rule without its name and its evidence: what a member who got a notice of it was told.

        Order inside the lists is not content.
        """
        return replace(
            self,
            id="",
            evidence=(),
            purposes=tuple(sorted(self.purposes)),
            recipients=tuple(sorted(self.recipients)),
            regions=tuple(sorted(self.regions)),
            excepted=tuple(sorted(self.excepted)),
            categories=tuple(sorted(self.categories)),
            visibility=tuple(sorted(self.visibility)),
            member=replace(self.member, conditions=_ordered(self.member.conditions)),
            record=replace(self.record, conditions=_ordered(self.record.conditions)),
        )


def _ordered(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    return tuple(sorted(conditions, key=lambda one: (one.attribute, one.only, sorted(one.values))))


@dataclass(frozen=True, slots=True)
class Control:
    """What a member sees: its kind, label, path in the settings, what it covers, and its reach."""

    id: str
    kind: ControlKind
    label: str
    purposes: tuple[str, ...]
    recipients: tuple[str, ...]
    path: str = ""
    reach: Reach = Reach.PROSPECTIVE
    not_covered: str = ""
    evidence: tuple[str, ...] = ()

    def covers(self, use: Use, tree: PurposeTree) -> bool:
        """Tell whether the control covers a use: it names the recipient and the purpose or an ancestor of it."""
        return use.recipient in self.recipients and any(tree.covers(p, use.purpose) for p in self.purposes)

    def touches(self, use: Use, tree: PurposeTree) -> bool:
        """Tell whether a no through this control speaks of a use: it covers the use, or a descendant of its purpose."""
        return use.recipient in self.recipients and any(tree.related(p, use.purpose) for p in self.purposes)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a platform says of its own practice (a measure, a use), kept apart from evidence.

    ``status`` is ``claimed``, ``reported``, ``contradicted`` or ``unknown``.
    """

    id: str
    what: str
    status: str
    since: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """What one side of a conflict says, and its sources, at least one."""

    what: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that differ: about what, the sides (at least two), and what the policy does about it."""

    id: str
    about: str
    says: tuple[Side, ...]
    taken: str


@dataclass(frozen=True, slots=True)
class Between:
    """A moment that lies from ``earliest`` to ``latest``, both included; the two are the same where it is known.

    ``earliest`` is ``None`` where nobody knows how early it can have been.
    """

    earliest: Moment | None
    latest: Moment


@dataclass(frozen=True, slots=True)
class Sighting:
    """A dated fact of what was done, whatever the terms said then.

    ``shows`` is ``use``, or ``sign`` for what only suggests it. ``recipients``, ``regions`` (as written) and ``categories``
    are ``None`` where nobody knows; ``end`` is ``None`` where nothing says that it ended.
    """

    id: str
    what: str
    shows: str
    purposes: tuple[str, ...]
    start: Between
    end: Between | None = None
    recipients: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    excepted: tuple[str, ...] = ()
    categories: tuple[str, ...] | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forgetting:
    """How soon what members take back is out of data sets and models, old bytes included, in whole days.

    ``within_days`` counts from what takes it back (a no that reaches back, a deletion, ...), ``keep_days`` from when it was
    carried out; ``keep_days`` ≤ ``within_days``, which the parser holds.
    """

    within_days: int
    keep_days: int = 0

    def deadline(self, since: Moment) -> Moment:
        """Return the moment by which all that was taken back at ``since`` is gone; what is left after it is overdue."""
        return Moment(since + self.within_days * DAY)

    def purge_at(self, since: Moment, done: Moment) -> Moment:
        """Return when the old bytes go, for what was taken back at ``since`` and carried out at ``done``.

        ``keep_days`` after it was carried out, and no later than the deadline; where that had passed, at once.
        """
        return max(done, min(Moment(done + self.keep_days * DAY), self.deadline(since)))


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A policy as it stood from ``effective_at`` until the next version, or until ``until``.

    ``forgetting`` is ``None`` where no deadline is promised: then nothing is overdue, and nothing is purged by itself.
    """

    id: str
    published_at: Moment
    effective_at: Moment
    rules: tuple[Rule, ...]
    controls: tuple[Control, ...]
    until: Moment | None = None
    title: str = ""
    summary: str = ""
    evidence: tuple[str, ...] = ()
    forgetting: Forgetting | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets it: ``kind`` is ``platform``, ``affiliate`` or ``licensee``."""

    id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of record, and what members call it."""

    id: str
    label: str = ""


@dataclass(frozen=True, eq=False)
class Policy:
    """A platform's dated series of policy versions, with the words they use.

    Two policies are the same object or they are different: comparing contents is the digest's work. ``versions`` are in the
    order of ``effective_at``; ``groups`` maps a group's name to ISO codes; ``digest`` is that of the file's meaning.
    """

    id: str
    title: str
    kind: Kind
    purposes: PurposeTree
    recipients: tuple[Recipient, ...]
    categories: tuple[Category, ...]
    groups: tuple[tuple[str, frozenset[str]], ...]
    versions: tuple[PolicyVersion, ...]
    suspensions: tuple[Suspension, ...] = ()
    sources: tuple[Source, ...] = ()
    claims: tuple[Claim, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    purpose_labels: tuple[tuple[str, str], ...] = ()
    digest: str = ""

    def version(self, version_id: str) -> PolicyVersion | None:
        """Return the version of that id, ``None`` where there is none."""
        return next((version for version in self.versions if version.id == version_id), None)

    def group(self, name: str) -> frozenset[str] | None:
        """Return the ISO codes of a named group, ``None`` where there is no such group."""
        return next((codes for key, codes in self.groups if key == name), None)

    def in_force(self, at: Moment) -> PolicyVersion | None:
        """Return the version with the greatest ``effective_at`` ≤ ``at``, unless its ``until`` has come (DESIGN section 3).

        ``None`` where no version is in force.
        """
        begun = [version for version in self.versions if version.effective_at <= at]
        latest = max(begun, key=lambda version: version.effective_at, default=None)
        if latest is None or (latest.until is not None and latest.until <= at):
            return None
        return latest

    def forgetting(self, at: Moment) -> Forgetting | None:
        """Return the terms of forgetting in force at a moment: those for what members take back at that moment.

        ``None`` where no version is in force, or the one that is promises no deadline.
        """
        version = self.in_force(at)
        return None if version is None else version.forgetting
