"""The sample community as an import: its tables, and its history as events that fit the project's policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sayso.errors import Problem, Refused
from sayso.intake.community.model import ChoiceFact, Community, DeletionFact, Fact, NoticeFact, SuspensionFact
from sayso.intake.community.timelines import LINKEDIN, Timeline, house
from sayso.ledger.events import ChoiceMade, Event, NoticeGiven, RecordDeleted, SuspensionSet
from sayso.ledger.standing import record_tag
from sayso.policy.model import ControlKind, Default, Policy
from sayso.ports import TagStore
from sayso.values.moments import Moment


def timeline_for(policy: Policy) -> Timeline:
    """Return what moved the members of a sample community under a policy: LinkedIn's story, or the same for a house policy.

    The LinkedIn pack holds its suspensions itself, as dated facts: the log is not to tell of them again. Raises ``Refused``
    where no toggle is in every version of the policy: there is nothing that members could use.
    """
    if policy.id == "linkedin":
        return replace(LINKEDIN, suspensions=())
    toggles = [
        {control.id for control in version.controls if control.kind is ControlKind.TOGGLE}
        for version in policy.versions
    ]
    lasting = [
        control.id for control in policy.versions[-1].controls if all(control.id in each for each in toggles)
    ]
    if not lasting:
        what = (
            f"no toggle is in every version of the policy {policy.id}, so members have nothing to choose with"
        )
        raise Refused(Problem("no-toggle", what, advice="bring the community in with --no-history"))
    versions = tuple((version.id, version.effective_at) for version in policy.versions)
    return house(lasting, versions, _asks_first(policy, lasting[0]))


def _asks_first(policy: Policy, control: str) -> bool:
    rules = [rule for version in policy.versions for rule in version.rules if rule.control == control]
    return any(rule.default is Default.OFF for rule in rules)


def without(community: Community, is_gone: Callable[[str], bool]) -> tuple[Community, int]:
    """Return the community without some of its members, and how many rows that left out."""
    gone = {person.member.id for person in community.people if is_gone(person.member.id)}
    if not gone:
        return community, 0
    people = tuple(person for person in community.people if person.member.id not in gone)
    records = tuple(record for record in community.records if record.author not in gone)
    kept = {record.id for record in records}
    fewer = replace(
        community,
        people=people,
        records=records,
        truth=tuple(mark for mark in community.truth if mark.record in kept and mark.member not in gone),
        reactions=tuple(
            each for each in community.reactions if each.record in kept and each.member not in gone
        ),
        history=tuple(fact for fact in community.history if getattr(fact, "member", None) not in gone),
    )
    return fewer, len(gone) + len(community.records) - len(records)


def events_of(history: tuple[Fact, ...], tags: TagStore, secret: bytes, now: Moment) -> Iterator[Event]:
    """Return the facts as events, those after ``now`` left out; every member has a tag already."""
    for fact in history:
        if fact.at <= now:
            yield _event(fact, tags, secret)


def _event(fact: Fact, tags: TagStore, secret: bytes) -> Event:
    match fact:
        case ChoiceFact(at, member, control, yes, version, channel):
            return ChoiceMade(_tag(tags, member), control, yes, at, version, channel)
        case NoticeFact(at, version, channel, regions, member):
            return NoticeGiven(version, at, channel, regions, None if member is None else _tag(tags, member))
        case SuspensionFact():
            return SuspensionSet(
                fact.purposes,
                fact.at,
                fact.authority,
                fact.reference,
                fact.regions,
                fact.recipients,
                fact.until,
            )
        case DeletionFact(at, member, record):
            return RecordDeleted(_tag(tags, member), record_tag(secret, record), at)


def _tag(tags: TagStore, member: str) -> str:
    tag = tags.tag_of(member)
    if tag is None:
        raise LookupError("a member of the community has no tag")
    return tag
