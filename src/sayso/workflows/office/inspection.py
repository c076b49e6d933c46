"""Everything held against everything else, when the office asks for it; what was found last is kept."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sayso.errors import Place, Problem
from sayso.ledger.raw import RawLog
from sayso.slicing import Progress
from sayso.values.moments import Moment
from sayso.workflows.delivering.kept import Deliveries
from sayso.workflows.delivering.standing import delivery_problems
from sayso.workflows.keeping import keep, kept
from sayso.workflows.shelf import Shelf
from sayso.workflows.verify import verify
from sayso.workflows.verify_models import verify_models

KEPT = "office.inspection"


@dataclass(frozen=True, slots=True)
class Found:
    """A problem: its code, what does not hold, where, and what to do (empty where nothing is advised)."""

    code: str
    what: str
    place: str
    advice: str


@dataclass(frozen=True, slots=True)
class Left:
    """A version that could not be made again to compare, and why."""

    name: str
    version: int
    why: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found, begun at a moment, of so many entries, data set versions and model versions."""

    at: Moment
    entries: int
    datasets: int
    models: int
    problems: tuple[Found, ...]
    left: tuple[Left, ...]


def inspect(shelf: Shelf, raw: RawLog, store: Deliveries, progress: Progress) -> Inspection:
    """Return what holds of the whole project, as ``sayso verify`` says it; it is kept for ``last_inspection``.

    Problems are found, not raised. ``progress`` is told how many rows more were decided again.
    """
    yard = shelf.yard
    at = yard.book.clock.now()
    verified = verify(yard, shelf.datasets, raw, None, progress)
    models = verify_models(shelf)
    handed = delivery_problems(yard, shelf.datasets, store)
    problems = (*verified.problems, *(problem for one in models for problem in one.problems), *handed)
    left = tuple(
        Left(one.name, one.version, one.not_recomputed) for one in verified.versions if one.not_recomputed
    )
    found = Inspection(
        at, verified.log.entries, len(verified.versions), len(models), tuple(map(_found, problems)), left
    )
    keep(yard.book, yard.snapshots, KEPT, yard.book.log.size(), _to_bytes(found))
    return found


def last_inspection(shelf: Shelf) -> Inspection | None:
    """Return what was found last, ``None`` where nothing was looked at yet, or the log is not the one that was."""
    found = kept(shelf.yard.book, shelf.yard.snapshots, KEPT)
    return None if found is None else _from_bytes(found[1])


def _found(problem: Problem) -> Found:
    place = problem.place if isinstance(problem.place, Place) else None
    return Found(problem.code, problem.what, "" if place is None else str(place), problem.advice or "")


def _to_bytes(one: Inspection) -> bytes:
    problems = [[each.code, each.what, each.place, each.advice] for each in one.problems]
    left = [[each.name, each.version, each.why] for each in one.left]
    return json.dumps([one.at, one.entries, one.datasets, one.models, problems, left]).encode()


def _from_bytes(data: bytes) -> Inspection:
    at, entries, datasets, models, problems, left = json.loads(data)
    return Inspection(
        Moment(at),
        entries,
        datasets,
        models,
        tuple(Found(*one) for one in problems),
        tuple(Left(*one) for one in left),
    )
