"""The office's steps about objections are held against the objections that they name."""

from __future__ import annotations

from sayso.errors import Problem, SaysoError
from sayso.ledger.events import ChoiceMade, Entry, ObjectionStep
from sayso.ledger.objections import AnswerClock, after, started
from sayso.values.objections import UK
from sayso.workflows.logbook import Logbook, entry


def stray_steps(book: Logbook) -> tuple[Problem, ...]:
    """Return what does not hold of the steps in the log: about no objection, or not possible then by any law's clock.

    A log that cannot be read has no steps here: its own check names what is wrong.
    """
    clocks: dict[int, AnswerClock] = {}
    try:
        steps = book.log.entries_of_kinds((ObjectionStep,))
        found = [
            _problem(book, one, one.event, clocks) for one in steps if isinstance(one.event, ObjectionStep)
        ]
    except SaysoError:
        return ()
    return tuple(problem for problem in found if problem is not None)


def _problem(book: Logbook, at: Entry, step: ObjectionStep, clocks: dict[int, AnswerClock]) -> Problem | None:
    filed = entry(book.log, step.entry).event if 0 <= step.entry < at.number else None
    if not isinstance(filed, ChoiceMade) or filed.yes or filed.tag != step.tag:
        return Problem(
            "stray-step",
            f"entry {at.number} is a step about entry {step.entry}, which is no objection of theirs",
        )
    clock = clocks.get(step.entry) or started(
        UK, filed.at
    )  # the laxest: where the member lived then is not in the log
    found = after(clock, step)
    if isinstance(found, Problem):
        return Problem("stray-step", f"entry {at.number} is a step that could not be taken: {found.what}")
    clocks[step.entry] = found
    return None
