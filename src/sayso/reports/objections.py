"""Objections and their clocks (GDPR, Articles 12(3) and 21; UK GDPR, Article 12A): what was filed, what is due, what was done.

An objection is named by the log entry that filed it, and by nothing of the member.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sayso.ledger.objections import Pause
from sayso.reports.answers import NOTHING
from sayso.reports.document import Document, Note, Part, Section, Table
from sayso.reports.facts import Ground
from sayso.reports.filling import Filler
from sayso.reports.keeping import ObjectionIn
from sayso.reports.wording import counted, day, listed
from sayso.values.moments import DAY, Moment

KIND = "objections"

STAGES = ("overdue", "open", "stopped", "answered")
"""Where an objection can stand, the most urgent first."""

_EFFECT = (
    "An objection is a no from the moment at which it is filed: no later build uses the member's records for what the form covers, "
    "whenever the office answers."
)
_CLOCKS = (
    "Periods end with the last hour of the same date a month later (Regulation (EEC, Euratom) No 1182/71, Article 3), in UTC; "
    "holidays do not move them. Complaints under the UK's Data Protection Act, section 164A, are not kept here."
)


def objections(ground: Ground, found: tuple[ObjectionIn, ...]) -> Document:
    """Return the report on all objections that a log holds, the most urgent first."""
    ordered = sorted(
        found, key=lambda one: (STAGES.index(one.stage), one.clock.due or one.clock.filed, one.entry)
    )
    sections = (
        Section("counts", "", "At a glance", tuple(_counts(ground.made_at, found))),
        *(_stage(stage, [one for one in ordered if one.stage == stage], ground.made_at) for stage in STAGES),
        Section("reach", "", "Whether they reached the data sets", tuple(_reach(ordered))),
    )
    return Document(
        KIND,
        "Objections and their clocks (GDPR, Articles 12(3) and 21)",
        (counted(len(found), "objection"),),
        ground.made_at,
        ground.grounds,
        sections,
        (_EFFECT,),
    )


def _counts(at: Moment, found: tuple[ObjectionIn, ...]) -> Iterator[Part]:
    stages = Counter(one.stage for one in found)
    fill = Filler(NOTHING)
    yield fill.known("filed", "Objections filed", f"{len(found):,}", basis=("the log",))
    yield fill.known("standing", "Where they stand", *(f"{stage}: {stages[stage]:,}" for stage in STAGES))
    answered = [one for one in found if one.clock.answered is not None]
    late = sum(one.clock.is_overdue(at) for one in answered)
    yield fill.known("late", "Answered too late", f"{late:,} of {len(answered):,}")
    regimes = Counter(one.clock.regime.name for one in found)
    if regimes:
        yield fill.known(
            "regimes", "By whose clock", *(f"{name}: {count:,}" for name, count in sorted(regimes.items()))
        )
    if stages["overdue"]:
        yield Note(
            f"{counted(stages['overdue'], 'objection')} should have been answered by now.", warning=True
        )
    yield Note(_CLOCKS)


_CAPTIONS = {
    "overdue": "Objections whose answer is overdue",
    "open": "Objections that wait for an answer",
    "stopped": "Objections whose clock is stopped",
    "answered": "Objections that were answered",
}
_TITLES = {"overdue": "Overdue", "open": "Open", "stopped": "Clock stopped", "answered": "Answered"}


def _stage(stage: str, found: list[ObjectionIn], at: Moment) -> Section:
    table = Table(
        f"{stage}_objections",
        _CAPTIONS[stage],
        ("Log entry", "Filed", "Through", "Clock", "Answer due by", "Left", "What was done"),
        tuple(_row(one, at) for one in found),
    )
    return Section(stage, "", _TITLES[stage], (table,))


def _row(one: ObjectionIn, at: Moment) -> tuple[str, ...]:
    clock = one.clock
    due = clock.due
    return (
        f"{one.entry}",
        day(clock.filed),
        f"{one.control}, version {one.version}",
        clock.regime.name,
        "stopped" if due is None else day(Moment(due - DAY)),
        _left(one, at),
        _done(one),
    )


def _left(one: ObjectionIn, at: Moment) -> str:
    due, answered = one.clock.due, one.clock.answered
    if answered is not None:
        return "answered too late" if one.clock.is_overdue(at) else "answered in time"
    if due is None:
        return "not running"
    days = (due - 1) // DAY - at // DAY
    if days < 0:
        return f"{counted(-days, 'day')} over"
    return "today" if days == 0 else counted(days, "day")


def _done(one: ObjectionIn) -> str:
    clock = one.clock
    steps = [_paused(pause) for pause in clock.pauses]
    if clock.extended is not None:
        steps.append(f"extended on {day(clock.extended)} ({clock.extended_for})")
    if clock.answered is not None:
        steps.append(f"answered on {day(clock.answered)}")
    if one.taken_back:
        steps.append("the member has said yes through this form since")
    return "; ".join(steps) or "nothing yet"


def _paused(pause: Pause) -> str:
    until = "still" if pause.until is None else f"to {day(pause.until)}"
    return f"clock stopped {day(pause.since)} {until} ({pause.reason})"


def _reach(found: list[ObjectionIn]) -> Iterator[Part]:
    held = [one for one in found if one.still_in and not one.taken_back]
    words = (
        "No published data set holds a record of anybody who objected." if found else "Nobody has objected."
    )
    if held:
        words = (
            f"{counted(len(held), 'objector has', 'objectors have')} records in a published data set. Either it was made before the "
            "objection and waits for “sayso withdraw”, or the form does not cover its use; “sayso report proof” says which."
        )
    yield Note(words, warning=bool(held))
    yield Table(
        "still_in",
        "Objections whose members have records in a published data set",
        ("Log entry", "Data sets"),
        tuple((f"{one.entry}", listed(list(one.still_in), "and")) for one in held),
    )
