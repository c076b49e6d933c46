"""Objections and their clock: which there are, when an answer is due, and what the office did (decision 0021).

An objection is a no through an objection form. It takes effect when it is filed, and nothing that is done here changes that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sayso.errors import InputError, Problem, Refused
from sayso.ledger.events import ChoiceMade, ObjectionStep
from sayso.ledger.index import LogIndex
from sayso.ledger.objections import AnswerClock, after, started
from sayso.policy.model import ControlKind, Policy
from sayso.policy.overtaken import overtaken
from sayso.ports import HeldLog, TagStore
from sayso.values.moments import Moment
from sayso.values.objections import Step, regime_of
from sayso.values.standing import Choice
from sayso.workflows.facts import Yard
from sayso.workflows.logbook import Logbook, Written, entry, past, pending_adoption
from sayso.workflows.logstate import stood
from sayso.workflows.office.people import regions_of


class Stage(StrEnum):
    """Where an objection stands, the most urgent first."""

    OVERDUE = "overdue"
    OPEN = "open"
    STOPPED = "stopped"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Filed:
    """An objection: the entry that filed it, the member's tag, id and region (``None``: not known, or erased), through which
    control, its clock, and whether the member has said yes to all that it covers since, and before they objected anew.
    """

    entry: int
    tag: str
    member: str | None
    region: str | None
    control: str
    version: str
    clock: AnswerClock
    taken_back: bool = False

    def stage(self, at: Moment) -> Stage:
        """Return where the objection stands at a moment."""
        return stage_of(self.clock, at)


def stage_of(clock: AnswerClock, at: Moment) -> Stage:
    """Return where an objection stands at a moment, by its clock."""
    if clock.answered is not None:
        return Stage.ANSWERED
    if clock.stopped:
        return Stage.STOPPED
    return Stage.OVERDUE if clock.is_overdue(at) else Stage.OPEN


@dataclass(frozen=True, slots=True)
class Handled:
    """A step of the office, the clock from then on, and what was written."""

    event: ObjectionStep
    clock: AnswerClock
    written: Written


def objection_forms(policy: Policy) -> tuple[tuple[str, str], ...]:
    """Return the (version, control) pairs that are objection forms, in the order of the versions."""
    return tuple(
        (version.id, control.id)
        for version in policy.versions
        for control in version.controls
        if control.kind is ControlKind.OBJECTION_FORM
    )


def objections(yard: Yard) -> tuple[Filed, ...]:
    """Return all objections that the log holds, in the order of their entries."""
    index = stood(yard).index
    words = _through_forms(yard.book.policy, index)
    noes = words.filter(pc.invert(words.column("yes"))).to_pylist()
    if not noes:
        return ()
    members = {row["tag"]: yard.tags.member_of(row["tag"]) for row in noes}
    regions = regions_of(yard, frozenset(one for one in members.values() if one is not None))
    steps = steps_by_objection(index)
    policy, now, said = yard.book.policy, yard.book.clock.now(), _choices_of(index, tuple(members))
    return tuple(
        _filed(row, members[row["tag"]], regions, steps, _is_taken_back(policy, row, said[row["tag"]], now))
        for row in noes
    )


def _choices_of(index: LogIndex, tags: tuple[str, ...]) -> dict[str, tuple[Choice, ...]]:
    """Return all that some tags said."""
    found: dict[str, tuple[Choice, ...]] = {}
    for row in index.words.filter(pc.is_in(index.words.column("tag"), pa.array(tags))).to_pylist():
        word = Choice(row["control"], row["yes"], Moment(row["said_at"]), row["version"], row["entry"])
        found[row["tag"]] = (*found.get(row["tag"], ()), word)
    return found


def _is_taken_back(policy: Policy, row: Mapping[str, Any], said: tuple[Choice, ...], now: Moment) -> bool:
    """Tell whether yeses overtook an objection, and did so before the next one through the same form."""
    filed = (row["said_at"], row["entry"])
    again = [(one.at, one.entry) for one in said if one.control == row["control"] and not one.yes]
    end = min((one for one in again if one > filed), default=(now + 1, 0))
    return overtaken(policy, row["control"], (one for one in said if (one.at, one.entry) < end), now)


def _through_forms(policy: Policy, index: LogIndex) -> pa.Table:
    """Return the words that were said through an objection form, as the version shown had it."""
    wanted: pa.Array | None = None
    for version, control in objection_forms(policy):
        words = index.words
        one = pc.and_(pc.equal(words.column("version"), version), pc.equal(words.column("control"), control))
        wanted = one if wanted is None else pc.or_(wanted, one)
    return index.words.slice(0, 0) if wanted is None else index.words.filter(wanted)


def steps_by_objection(index: LogIndex) -> dict[int, tuple[ObjectionStep, ...]]:
    """Return the office's steps in the order of their entries, by the entry that filed the objection."""
    found: dict[int, tuple[ObjectionStep, ...]] = {}
    for row in index.steps.to_pylist():
        step = ObjectionStep(row["objection"], row["tag"], row["step"], row["at"], row["reason"])
        found[step.entry] = (*found.get(step.entry, ()), step)
    return found


def _filed(
    row: Mapping[str, object],
    member: str | None,
    regions: Mapping[str, str | None],
    steps: Mapping[int, tuple[ObjectionStep, ...]],
    taken_back: bool,
) -> Filed:
    number, tag, control = int(str(row["entry"])), str(row["tag"]), str(row["control"])
    filed, region = Moment(int(str(row["said_at"]))), regions.get(member or "")
    clock = clock_of(region, filed, steps.get(number, ()))
    return Filed(number, tag, member, region, control, str(row["version"]), clock, taken_back)


def clock_of(region: str | None, filed: Moment, steps: Iterable[ObjectionStep]) -> AnswerClock:
    """Return the clock of an objection after the steps that are in the log; one that does not hold changes nothing.

    So a member who has moved to where the clock cannot be stopped is answered as if it had never been.
    """
    regime = regime_of(region)
    clock = started(regime, filed)
    for step in steps:
        found = after(clock, step)
        clock = clock if isinstance(found, Problem) else found
    return clock


def handle(
    yard: Yard,
    number: int,
    step: Step,
    reason: str | None = None,
    at: Moment | None = None,
    dry_run: bool = False,
) -> Handled:
    """Return a step of the office, which is in the log from then on, unless ``dry_run``.

    Raises ``InputError`` where that entry is no objection; ``Refused`` for a step that the clock does not allow (answered already,
    too late, out of order, a stop where the law has none) and for a moment in the future.
    """
    book = yard.book
    event, filed = _objection(book, number), past(at, book.clock.now(), "the step")
    wanted = ObjectionStep(number, event.tag, step.value, filed, reason)
    region = _region(yard, yard.tags, event.tag)
    if dry_run:
        return Handled(wanted, _allowed(book, event, wanted, region), Written())
    with book.log.hold() as held:  # nobody answers the same objection in between
        clock = _allowed(book, event, wanted, region)
        written = _append(book, held, wanted)
    return Handled(wanted, clock, written)


def _append(book: Logbook, held: HeldLog, event: ObjectionStep) -> Written:
    adoption = pending_adoption(book)
    entries = held.append((*adoption, event), book.clock.now())
    return Written(entries[1:], entries[0]) if adoption else Written(entries)


def _objection(book: Logbook, number: int) -> ChoiceMade:
    event = entry(book.log, number).event
    if not is_objection(book.policy, event):
        what = f"entry {number} is not an objection: a no through an objection form"
        raise InputError(Problem("not-an-objection", what, advice="see the list of objections"))
    assert isinstance(event, ChoiceMade)
    return event


def is_objection(policy: Policy, event: object) -> bool:
    """Tell whether an event files an objection: a no through a control that was an objection form in the version shown."""
    if not isinstance(event, ChoiceMade) or event.yes:
        return False
    return (event.version, event.control) in objection_forms(policy)


def _region(yard: Yard, tags: TagStore, tag: str) -> str | None:
    member = tags.member_of(tag)
    return None if member is None else regions_of(yard, frozenset({member})).get(member)


def _allowed(book: Logbook, filed: ChoiceMade, wanted: ObjectionStep, region: str | None) -> AnswerClock:
    """Return the clock after the step; raises ``Refused`` where it does not allow it."""
    earlier = [one.event for one in book.log.entries_of(wanted.tag)]
    steps = [one for one in earlier if isinstance(one, ObjectionStep) and one.entry == wanted.entry]
    found = after(clock_of(region, filed.at, steps), wanted)
    if isinstance(found, Problem):
        raise Refused(found)
    return found
