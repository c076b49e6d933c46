"""The decision for one record (DESIGN section 3): twelve checks in order, the first that does not pass gives the reason."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from sayso.policy.model import Condition, Default, MemberPredicate, Policy, RecordPredicate, Window
from sayso.policy.question import Question, Ruling, question_at
from sayso.values.decisions import Decision, Reason, Verdict
from sayso.values.members import UNKNOWN, Attributes, Member, attribute
from sayso.values.moments import DAY, Moment, latest_birthday
from sayso.values.records import Record
from sayso.values.regions import lies_in
from sayso.values.standing import NO_ENTRY, Choice, Notice, Standing, Suspension
from sayso.values.uses import Use


class Fit(Enum):
    """Whether a predicate holds: it does, it does not, or the fact that decides is missing."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


# Members of enumerations are looked up anew each time they are named; these are asked for at every record.
_YES, _NO = Fit.YES, Fit.NO
_REFUSAL = {Fit.NO: Verdict.DENY, Fit.UNKNOWN: Verdict.UNKNOWN}
_NOT_YET = Decision(Verdict.DENY, Reason.NOT_YET)
_NOT_IN_FORCE = Decision(Verdict.DENY, Reason.NOT_IN_FORCE)


def decide(
    use: Use, policy: Policy, member: Member | None, record: Record, standing: Standing, at: Moment
) -> Decision:
    """Return whether the policy, the notices and the choices on record allow the use of the record at the moment.

    ``member`` is ``None`` where nobody knows the author (decision 0004). ``standing`` may hold later facts: those after
    ``at`` do not count. Nothing is raised: a refusal is a value with its reason.
    """
    created, collected = record.created_at, record.collected_at
    if (created is not None and created > at) or (collected is not None and collected > at):
        return _NOT_YET
    asked = question_at(policy, use, at)
    if asked is None:
        return _NOT_IN_FORCE
    region = None if member is None else member.region
    if region is None and record.category in asked.regional:
        return asked.region_unknown
    ruling = asked.ruling(region, record.category, record.visibility)
    if ruling is None:
        return asked.not_disclosed
    return _under_rule(asked, ruling, member, record, standing, at)


def _under_rule(
    asked: Question, ruling: Ruling, member: Member | None, record: Record, standing: Standing, at: Moment
) -> Decision:
    rule = ruling.rule
    if ruling.settled is not None:
        return ruling.settled
    if not rule.keeps_deleted and _is_deleted(member, record, standing, at):
        return ruling.deleted
    stops = _stops(asked, member, standing.suspensions)
    stopped = _suspended(asked, ruling, stops, member, at) if stops else None
    if stopped is not None:
        return stopped
    fit = member_fit(rule.member, member, at)
    if fit is not _YES:
        return Decision(_REFUSAL[fit], Reason.MEMBER_EXCLUDED, rule.id, asked.version.id)
    fit = record_fit(rule.record, record)
    if fit is not _YES:
        return Decision(_REFUSAL[fit], Reason.RECORD_EXCLUDED, rule.id, asked.version.id)
    return _by_word(asked, ruling, member, standing, at)


def _by_word(
    asked: Question, ruling: Ruling, member: Member | None, standing: Standing, at: Moment
) -> Decision:
    rule = ruling.rule
    notices: tuple[int, ...] = ()
    if rule.notice_days is not None:
        notice = _notice_in_time(ruling.told, rule.notice_days, member, standing.notices, at)
        if notice is None:
            return ruling.no_notice
        notices = _entries((notice,))
    if rule.default is Default.NO_CHOICE:
        return _resting_on(ruling.no_choice_offered, notices)
    word = last_word(asked, standing.choices, at) if standing.choices else None
    if word is None:
        return _resting_on(ruling.default_on if rule.default is Default.ON else ruling.not_opted_in, notices)
    entries = _entries((word,)) if not notices else tuple(sorted({*notices, *_entries((word,))}))
    if not word.yes:
        return Decision(Verdict.DENY, Reason.SAID_NO, rule.id, asked.version.id, entries)
    return Decision(Verdict.PERMIT, Reason.OPTED_IN, rule.id, asked.version.id, entries)


def _resting_on(decision: Decision, notices: tuple[int, ...]) -> Decision:
    return decision._replace(entries=notices) if notices else decision


def last_word(asked: Question, choices: Iterable[Choice], at: Moment) -> Choice | None:
    """Return the latest relevant word at or before the moment, the later entry at equal times; ``None`` where there is none.

    Relevant is every no on a control that now covers the use, an ancestor or a descendant of its purpose, and every yes on
    a control that covered the use in the version then shown (DESIGN section 3): a no is broad, a yes is narrow.
    """
    noes, yeses = asked.noes, asked.yeses
    best: Choice | None = None
    for word in choices:
        if word.at > at:
            continue
        relevant = (word.version, word.control) in yeses if word.yes else word.control in noes
        if relevant and (best is None or (word.at, word.entry) >= (best.at, best.entry)):
            best = word
    return best


def _is_deleted(member: Member | None, record: Record, standing: Standing, at: Moment) -> bool:
    gone = (record.deleted_at, standing.closed_at, None if member is None else member.closed_at)
    if gone != _NEVER_GONE and any(moment is not None and moment <= at for moment in gone):
        return True
    if not standing.deletions:
        return False
    return any(record_id == record.id and deleted <= at for record_id, deleted in standing.deletions)


_NEVER_GONE = (None, None, None)


def suspension_state(suspension: Suspension, region: str | None, at: Moment) -> Fit:
    """Return whether a suspension holds in a region at a moment.

    Unknown where its start is only known to lie in an interval that holds the moment, and where it is regional and the
    region is not known: doubts mean no (DESIGN section 1.3).
    """
    if at < suspension.starts_earliest or (suspension.until is not None and suspension.until <= at):
        return Fit.NO
    if suspension.regions is not None:
        if region is None:
            return Fit.UNKNOWN
        if not lies_in(region, suspension.regions):
            return Fit.NO
    return Fit.UNKNOWN if at < suspension.starts_latest else Fit.YES


def _stops(asked: Question, member: Member | None, logged: tuple[Suspension, ...]) -> tuple[Suspension, ...]:
    """Return the suspensions that cover the use: the policy's own for the member's region, and all of the log's."""
    own = asked.stops(None if member is None else member.region)
    return (*own, *asked.covering(logged)) if logged else own


def _suspended(
    asked: Question, ruling: Ruling, stops: tuple[Suspension, ...], member: Member | None, at: Moment
) -> Decision | None:
    region = None if member is None else member.region
    fits = [(one, suspension_state(one, region, at)) for one in stops]
    holding = tuple(one for one, fit in fits if fit is _YES)
    verdict = Verdict.DENY
    if not holding:
        holding = tuple(one for one, fit in fits if fit is Fit.UNKNOWN)
        verdict = Verdict.UNKNOWN
    if not holding:
        return None
    rule, version = ruling.rule.id, asked.version.id
    return Decision(verdict, Reason.SUSPENDED, rule, version, _entries(holding), _facts(holding))


def member_fit(predicate: MemberPredicate, member: Member | None, at: Moment) -> Fit:
    """Return whether the rule may touch the member; unknown for an author whom nobody knows (decision 0004)."""
    if member is None:
        return Fit.UNKNOWN
    fit = Fit.YES if predicate.min_age is None else _age_fit(predicate.min_age, member, at)
    return _conditions_fit(fit, predicate.conditions, member.attributes)


def _age_fit(years: int, member: Member, at: Moment) -> Fit:
    if member.born is not None and member.born > latest_birthday(at, years):
        return Fit.NO
    if member.age_max is not None and member.age_max < years:
        return Fit.NO
    if member.born is not None or (member.age_min is not None and member.age_min >= years):
        return Fit.YES
    return Fit.UNKNOWN


def record_fit(predicate: RecordPredicate, record: Record) -> Fit:
    """Return whether the rule may touch the record, by its windows and its attributes."""
    windows = predicate.created or predicate.collected or predicate.spared
    if windows is None and not predicate.conditions:
        return Fit.YES
    created = _window_fit(predicate.created, record.created_at)
    collected = _window_fit(predicate.collected, record.collected_at)
    kept = _outside_fit(predicate.spared, record.collected_at)
    fit = _worse(_worse(created, collected), kept)
    return _conditions_fit(fit, predicate.conditions, record.attributes)


def _window_fit(window: Window | None, moment: Moment | None) -> Fit:
    if window is None:
        return Fit.YES
    if moment is None:
        return Fit.UNKNOWN
    too_early = window.start is not None and moment < window.start
    too_late = window.end is not None and moment >= window.end
    return Fit.NO if too_early or too_late else Fit.YES


def _outside_fit(window: Window | None, moment: Moment | None) -> Fit:
    if window is None or moment is None:
        return Fit.YES if window is None else Fit.UNKNOWN
    return _NO if _window_fit(window, moment) is _YES else Fit.YES


def _conditions_fit(fit: Fit, conditions: tuple[Condition, ...], attributes: Attributes) -> Fit:
    for condition in conditions:
        if fit is _NO:
            return fit
        value = attribute(attributes, condition.attribute) if attributes else None
        if value == UNKNOWN or (value is None and condition.only):
            fit = Fit.UNKNOWN
        elif (value in condition.values) is not condition.only:
            fit = _NO
    return fit


def _worse(one: Fit, other: Fit) -> Fit:
    """Return what holds of both: a sure no outweighs a missing fact, which outweighs a yes."""
    if one is _NO or other is _YES:
        return one
    return other


def _notice_in_time(
    versions: frozenset[str], days: int, member: Member | None, notices: tuple[Notice, ...], at: Moment
) -> Notice | None:
    latest = at - days * DAY
    first: Notice | None = None
    for notice in notices:
        counts = notice.version in versions and notice.at <= latest and _reaches(notice, member)
        if counts and (first is None or (notice.at, notice.entry) < (first.at, first.entry)):
            first = notice
    return first


def _reaches(notice: Notice, member: Member | None) -> bool:
    if notice.personal:
        return True
    if member is None or (member.joined_at is not None and member.joined_at > notice.at):
        return False
    return notice.regions is None or (member.region is not None and lies_in(member.region, notice.regions))


def _entries(facts: Iterable[Choice | Notice | Suspension]) -> tuple[int, ...]:
    return tuple(sorted(fact.entry for fact in facts if fact.entry != NO_ENTRY))


def _facts(suspensions: tuple[Suspension, ...]) -> tuple[str, ...]:
    return tuple(sorted(s.id for s in suspensions if s.entry == NO_ENTRY))
