"""One record, one use, one moment: the verdict, the reason, the rule and the evidence, in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeAlias

from sayso.errors import InputError, Problem
from sayso.ledger.standing import StandingIndex, record_tag
from sayso.policy.decide import decide
from sayso.policy.model import Policy, Rule
from sayso.policy.reasons import sentence
from sayso.values.decisions import Decision, Verdict
from sayso.values.members import Member
from sayso.values.moments import Moment, format_day
from sayso.values.records import Record
from sayso.values.standing import Standing
from sayso.values.uses import Use
from sayso.workflows.facts import Yard
from sayso.workflows.plan import check_use

StandingOf: TypeAlias = "Callable[[str | None, Record], Standing]"
"""Returns the standing of a person, with the deletion of a record by them or by its author."""


class Finder(Protocol):
    """Finds single members and records in the sources."""

    def member(self, member: str) -> Member | None:
        """Return the member of an id, ``None`` where no source has them."""
        ...

    def record(self, record: str) -> Record | None:
        """Return the record of an id, without its text, ``None`` where no source has it."""
        ...


@dataclass(frozen=True, slots=True)
class Answered:
    """A decision and what it was about; ``whose`` is ``author``, or ``contributor`` where another's word decided."""

    use: Use
    at: Moment
    decision: Decision
    whose: str
    sentences: tuple[str, ...]


def decide_one(
    yard: Yard, finder: Finder, use: Use, record: str, at: Moment | None = None, member: str | None = None
) -> Answered:
    """Return the decision on a record, by the same rules as a build: every contributor must permit it as well.

    ``member``, where given, must be the record's author. Raises ``InputError`` for a use, a record or a member that is not
    known, and for a member who is not the author.
    """
    check_use(yard.book.policy, use)
    found = find(finder, record, member)
    moment = yard.book.clock.now() if at is None else at
    return answered(yard.book.policy, finder, partial(_standing, yard), use, found, moment)


def find(finder: Finder, record: str, member: str | None = None) -> Record:
    """Return the record of an id.

    Raises ``InputError`` where no source has it, and where a member is given who is not its author.
    """
    found = finder.record(record)
    if found is None:
        raise InputError(
            Problem("unknown-record", "no imported source has a record of this id", advice="check the id")
        )
    if member is not None and member != found.author:
        raise InputError(
            Problem(
                "not-the-author", "this member is not the author of this record", advice="leave --member out"
            )
        )
    return found


def answered(
    policy: Policy, finder: Finder, standing_of: StandingOf, use: Use, record: Record, at: Moment
) -> Answered:
    """Return the decision on a record at a moment: the author's, or that of the first contributor who does not permit it."""
    answers = [
        (whose, decide_for(policy, finder, standing_of, use, person, record, at))
        for whose, person in _people(record)
    ]
    whose, decision = next((pair for pair in answers if not pair[1].permitted), answers[0])
    return Answered(use, at, decision, whose, sentences(policy, use, at, decision, whose))


def decide_for(
    policy: Policy,
    finder: Finder,
    standing_of: StandingOf,
    use: Use,
    person: str | None,
    record: Record,
    at: Moment,
) -> Decision:
    """Return the decision on a record as if one person alone had a hand in it."""
    member = None if person is None else finder.member(person)
    return decide(use, policy, member, record, standing_of(person, record), at)


def _people(record: Record) -> list[tuple[str, str | None]]:
    return [("author", record.author), *(("contributor", each) for each in record.contributors)]


def _standing(yard: Yard, person: str | None, record: Record) -> Standing:
    """Return the standing of one person, with the deletion of this record by its author, whoever is asked about."""
    log = yard.book.log
    tags = [tag for tag in {_tag(yard, person), _tag(yard, record.author)} if tag is not None]
    entries = {entry.number: entry for entry in log.wide_entries()}
    for tag in tags:
        entries.update((entry.number, entry) for entry in log.entries_of(tag))
    index = StandingIndex.of(entries[number] for number in sorted(entries))
    wanted = record_tag(yard.book.keys.secret(), record.id)
    deletions = tuple((record.id, at) for _, tag, at in index.all_deletions() if tag == wanted)
    return replace(index.standing(_tag(yard, person)), deletions=deletions)


def _tag(yard: Yard, person: str | None) -> str | None:
    return None if person is None else yard.tags.tag_of(person)


_OPENINGS = {Verdict.PERMIT: "Permitted", Verdict.DENY: "Denied", Verdict.UNKNOWN: "Unknown, so not used"}


def sentences(policy: Policy, use: Use, at: Moment, decision: Decision, whose: str) -> tuple[str, ...]:
    """Return a decision in plain sentences: what, why, under which rule, resting on what."""
    why = sentence(decision)
    if whose == "contributor":
        why = f"another member's words are in it, and for them: {why}"
    lines = [f"{_OPENINGS[decision.verdict]} ({decision.reason}): {use} on {format_day(at)}; {why}."]
    rule = _rule(policy, decision)
    if rule is not None:
        lines.append(f"Rule {rule.id} of version {decision.version} of the policy {policy.id}.")
        if rule.disclosed:
            lines.append(f"What was disclosed: {rule.disclosed}")
    elif decision.version is not None:
        lines.append(f"Version {decision.version} of the policy {policy.id}.")
    rests = [f"log entry {number}" for number in decision.entries] + [
        f"the dated fact {fact}" for fact in decision.facts
    ]
    if rests:
        lines.append(f"It rests on {' and '.join(rests)}.")
    return tuple(lines)


def _rule(policy: Policy, decision: Decision) -> Rule | None:
    version = policy.version(decision.version) if decision.version else None
    return next((rule for rule in version.rules if rule.id == decision.rule), None) if version else None
