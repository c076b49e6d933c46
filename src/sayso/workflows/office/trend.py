"""The trend of choices: how many noes and yeses were said through each control, by day, week or month."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from sayso.ledger.index import LogIndex
from sayso.values.moments import DAY, Moment


class Span(StrEnum):
    """How long a step of a trend is; weeks begin on Mondays, all of them at midnight UTC."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Line:
    """What was said through one control: noes and yeses for each step of the trend."""

    control: str
    noes: tuple[int, ...]
    yeses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """The steps of a trend by the moment at which each begins, without gaps, and a line for each control, sorted."""

    span: Span
    starts: tuple[Moment, ...]
    lines: tuple[Line, ...]


LONGEST = 400
"""Steps that a trend has at most: the latest ones."""


def trend(index: LogIndex, span: Span, until: Moment, longest: int = LONGEST) -> Trend:
    """Return the trend of what was said up to a moment, that included; a word counts when it was said, not when it was logged."""
    words = index.words.filter(pc.less_equal(index.words.column("said_at"), until))
    if not words.num_rows:
        return Trend(span, (), ())
    steps = _steps(words.column("said_at").to_numpy(), span)
    last = int(_steps(np.array([until]), span)[0])
    first = max(int(steps.min()), last - longest + 1)
    shown = steps >= first
    controls = words.column("control").combine_chunks().dictionary_encode()
    whose, yes = controls.indices.to_numpy(zero_copy_only=False), words.column("yes").to_numpy()
    length, many = last - first + 1, len(controls.dictionary)
    cells = (whose.astype(np.int64) * 2 + yes) * length + (steps - first)
    counts = np.bincount(cells[shown], minlength=many * 2 * length).reshape(many, 2, length)
    lines = [
        Line(name, tuple(map(int, counts[place, 0])), tuple(map(int, counts[place, 1])))
        for place, name in enumerate(controls.dictionary.to_pylist())
    ]
    starts = tuple(_start(step, span) for step in range(first, last + 1))
    return Trend(span, starts, tuple(sorted(lines, key=lambda line: line.control)))


_TO_MONDAY = 3
"""1970-01-01 was a Thursday: the days since the Monday before it."""


def _steps(moments: NDArray[np.int64], span: Span) -> NDArray[np.int64]:
    """Return the number of the step that each moment lies in."""
    match span:
        case Span.DAY:
            return moments // DAY
        case Span.WEEK:
            return (moments // DAY + _TO_MONDAY) // 7
        case Span.MONTH:
            return moments.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)


def _start(step: int, span: Span) -> Moment:
    match span:
        case Span.DAY:
            return Moment(step * DAY)
        case Span.WEEK:
            return Moment((step * 7 - _TO_MONDAY) * DAY)
        case Span.MONTH:
            return Moment(int(np.datetime64(step, "M").astype("datetime64[us]").astype(np.int64)))
