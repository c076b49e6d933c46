"""What each platform's stated policy says of one post on a day: a record of the community, or one that is made up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sayso.policy.codes import code_of
from sayso.policy.decide import decide
from sayso.policy.kin import Family, counterpart, family_of, stated_uses
from sayso.policy.model import Policy
from sayso.policy.reasons import sentence
from sayso.reports.simulated import rank
from sayso.values.decisions import Decision
from sayso.values.members import Member
from sayso.values.moments import Moment
from sayso.values.records import Record
from sayso.values.standing import Standing
from sayso.values.uses import Use
from sayso.workflows.simulation.judging import taken_for_granted


class Finder(Protocol):
    """Finds single members and records."""

    def member(self, member: str) -> Member | None:
        """Return the member of an id, ``None`` where nobody knows them."""
        ...

    def record(self, record: str) -> Record | None:
        """Return the record of an id, ``None`` where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy says of a post for one use, and why; ``decision`` is ``None`` where it has no such kind of record."""

    family: Family
    use: Use
    decision: Decision | None
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform's stated policy says of a post: its kind there (``None``: it has none), and each use."""

    policy: Policy
    category: str | None
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """What the log says was removed: when each account was closed, and each record deleted."""

    closed: dict[str, Moment]
    deleted: dict[str, Moment]


NOTHING_REMOVED = Removed({}, {})


def answers(
    policies: Iterable[Policy],
    record: Record,
    people: Sequence[Member | None],
    at: Moment,
    removed: Removed = NOTHING_REMOVED,
) -> tuple[Answer, ...]:
    """Return what each policy says of a record at a moment; ``people`` are its author and the others whose words are in it."""
    return tuple(_answer(policy, record, people, at, removed) for policy in policies)


def people_of(finder: Finder, record: Record) -> tuple[Member | None, ...]:
    """Return the author of a record and the others whose words are in it, each ``None`` where nobody knows them."""
    return tuple(
        None if name is None else finder.member(name) for name in (record.author, *record.contributors)
    )


def _answer(
    policy: Policy, record: Record, people: Sequence[Member | None], at: Moment, removed: Removed
) -> Answer:
    category = counterpart(record.category, (one.id for one in policy.categories))
    return Answer(policy, category, tuple(_verdicts(policy, category, record, people, at, removed)))


def _verdicts(
    policy: Policy,
    category: str | None,
    record: Record,
    people: Sequence[Member | None],
    at: Moment,
    removed: Removed,
) -> Iterator[Verdict]:
    for use in stated_uses(policy):
        family = family_of(policy, use)
        if category is None:
            yield Verdict(family, use, None, "it has no such kind of record")
            continue
        there = replace(record, category=category)
        decision = decided(policy, use, there, people, at, removed)
        yield Verdict(family, use, decision, sentence(decision))


def decided(
    policy: Policy,
    use: Use,
    record: Record,
    people: Sequence[Member | None],
    at: Moment,
    removed: Removed = NOTHING_REMOVED,
) -> Decision:
    """Return the author's decision, or that of the first of the others who does not permit it (decision 0005)."""
    found = [decide(use, policy, one, record, _standing(policy, one, record, removed), at) for one in people]
    return next((one for one in found if not one.permitted), found[0])


def _standing(policy: Policy, member: Member | None, record: Record, removed: Removed) -> Standing:
    gone = removed.deleted.get(record.id)
    return replace(
        taken_for_granted(policy),
        closed_at=None if member is None else removed.closed.get(member.id),
        deletions=() if gone is None else ((record.id, gone),),
    )


def nearest(verdicts: Iterable[Verdict]) -> Verdict | None:
    """Return the verdict that a family comes to: a permit before what is not known, that before the denial that came nearest."""

    def near(one: Verdict) -> int:
        return 0 if one.decision is None else rank(code_of(one.decision.reason, one.decision.verdict))

    return max(verdicts, key=near, default=None)
