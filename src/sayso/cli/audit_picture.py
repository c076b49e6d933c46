"""The picture of an audit: how the scores lie, and how well they tell members from others, as self-contained SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from sayso.models.audit import curve
from sayso.models.manifest import ModelManifest
from sayso.workflows.trial import Trial, Tried

WIDTH, LEFT, PANEL = 760, 190, 540
"""Of the picture, in pixels: its width, where a panel begins, and how wide it is."""
ROW, ROWS_TOP, BINS = 46, 96, 48
SIDE = 360
"""The height of the curves."""
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#222}.t{font-weight:600;font-size:15px}.q{fill:#666}"
    ".g{stroke:#ccc}.b{fill:#fff}.c{stroke:#888;stroke-dasharray:2 4}"
    "@media(prefers-color-scheme:dark){text{fill:#eee}.q{fill:#aaa}.g{stroke:#444}.b{fill:#161616}.c{stroke:#999}}"
)
_COLOURS = ("#ff725c", "#4269d0", "#efb118", "#6cc5b0")


class _Series(NamedTuple):
    """Scores with a name and a colour."""

    name: str
    scores: Sequence[float]
    colour: str


def picture(manifest: ModelManifest, trial: Trial) -> str:
    """Return the picture of a trial's first attack: four rows of scores on one axis, then three curves on logarithmic axes.

    Nothing in it is fetched from elsewhere, and it holds no name and no id: a bar counts members.
    """
    tried = trial.tried[0]
    curves_top = ROWS_TOP + 4 * ROW + 84
    height = curves_top + SIDE + 64
    title = f"What {manifest.name} v{manifest.version:04d} knows of who left"
    who = f"{trial.left} who left" if trial.before else f"{trial.left} taken out for a drill"
    note = f"{who}, {trial.unseen} whom no model has seen; {tried.attack.how}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label={quoteattr(title)}>',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<rect class="b" width="{WIDTH}" height="{height}"/>',
        f'<text class="t" x="12" y="24">{escape(title)}</text>',
        *_wrapped(note, 12, 44),
        *_distributions(tried),
        *_curves(tried, curves_top),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _wrapped(text: str, x: int, y: int) -> Iterator[str]:
    """Yield a text as lines of at most 105 letters."""
    line, number = "", 0
    for word in [*text.split(), ""]:
        if line and (not word or len(line) + len(word) > 105):
            yield f'<text class="q" x="{x}" y="{y + 17 * number}">{escape(line)}</text>'
            line, number = "", number + 1
        line = f"{line} {word}".strip()


def _series(tried: Tried) -> tuple[_Series, ...]:
    return (
        _Series("left: before", tried.before.left, _COLOURS[0]),
        _Series("left: as it is", tried.now.left, _COLOURS[1]),
        _Series("left: trained anew", tried.retrained.left, _COLOURS[2]),
        _Series("never seen", tried.now.unseen, _COLOURS[3]),
    )


def _distributions(tried: Tried) -> Iterator[str]:
    """Yield a row of bars for each series, all on one axis; the tallest bar of a row is as high as the row."""
    series = _series(tried)
    low, high = _range([score for one in series for score in one.scores])
    bottom = ROWS_TOP + len(series) * ROW
    for number, one in enumerate(series):
        base = ROWS_TOP + (number + 1) * ROW - 6
        counts, _ = np.histogram(one.scores, BINS, (low, high))
        yield f'<text x="{LEFT - 10}" y="{base - 12}" text-anchor="end">{escape(one.name)}</text>'
        yield f'<line class="g" x1="{LEFT}" x2="{LEFT + PANEL}" y1="{base}" y2="{base}"/>'
        yield from _bars(counts.tolist(), base, one.colour)
    for value in _ticks(low, high):
        x = LEFT + (value - low) / (high - low) * PANEL
        yield f'<line class="g" x1="{x:.1f}" x2="{x:.1f}" y1="{bottom - 6}" y2="{bottom}"/>'
        yield f'<text class="q" x="{x:.1f}" y="{bottom + 14}" text-anchor="middle">{value:g}</text>'
    yield f'<text class="q" x="{LEFT + PANEL}" y="{bottom + 32}" text-anchor="end">score →</text>'


def _bars(counts: Sequence[int], base: int, colour: str) -> Iterator[str]:
    step = PANEL / len(counts)
    for place, number in enumerate(counts):
        if number:
            tall = max(2.0, number / max(counts) * (ROW - 12))
            yield (
                f'<rect x="{LEFT + place * step:.1f}" y="{base - tall:.1f}" width="{step - 1:.1f}" '
                f'height="{tall:.1f}" fill="{colour}"/>'
            )


def _range(scores: Iterable[float]) -> tuple[float, float]:
    found = list(scores)
    low, high = min(found), max(found)
    return (low, high) if high > low else (low - 1, high + 1)


def _ticks(low: float, high: float) -> list[float]:
    """Return some round numbers between two."""
    step = 10 ** math.floor(math.log10((high - low) / 2))
    for times in (1, 2, 5, 10):
        if (high - low) / (step * times) <= 7:
            break
    first, last = math.ceil(low / (step * times)), math.floor(high / (step * times))
    return [round(step * times * number, 9) for number in range(first, last + 1)]


def _curves(tried: Tried, top: int) -> Iterator[str]:
    """Yield the true- over the false-positive rate, both on logarithmic axes down to one member in the greater group."""
    whole = max(len(tried.now.left), len(tried.now.unseen))
    decades = max(1, math.ceil(math.log10(whole)))
    yield from _grid(decades, top)
    chance = " ".join(_point(rate, rate, decades, top) for rate in (10.0**-decades, 1.0))
    yield f'<polyline class="c" fill="none" points="{chance}"/>'
    *three, _ = _series(tried)
    for one, dash, wide in zip(three, ("", "", "7 5"), (2.5, 5, 2.5), strict=True):
        unseen = tried.before.unseen if one is three[0] else tried.now.unseen
        found = curve(one.scores, unseen)
        points = " ".join(
            _point(false, true, decades, top) for false, true in zip(found.false, found.true, strict=True)
        )
        yield (
            f'<polyline fill="none" stroke="{one.colour}" stroke-width="{wide}" stroke-dasharray="{dash}" '
            f'stroke-linejoin="round" points="{points}"/>'
        )
    yield from _legend([*((one.name, one.colour) for one in three), ("chance", "#888")], top)


def _point(false: float, true: float, decades: int, top: int) -> str:
    x, y = (1 + max(math.log10(rate), -decades) / decades if rate else 0.0 for rate in (false, true))
    return f"{LEFT + x * SIDE:.1f},{top + SIDE - y * SIDE:.1f}"


def _grid(decades: int, top: int) -> Iterator[str]:
    for decade in range(decades + 1):
        x, y = LEFT + SIDE * decade / decades, top + SIDE - SIDE * decade / decades
        rate = f"{10.0 ** (decade - decades):.{decades}f}".rstrip("0").rstrip(".")
        yield f'<line class="g" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{top + SIDE}"/>'
        yield f'<line class="g" x1="{LEFT}" x2="{LEFT + SIDE}" y1="{y:.1f}" y2="{y:.1f}"/>'
        least = "" if decade else "≤ "
        yield f'<text class="q" x="{x:.1f}" y="{top + SIDE + 18}" text-anchor="middle">{least}{rate}</text>'
        yield f'<text class="q" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{least}{rate}</text>'
    yield f'<text class="q" x="{LEFT + SIDE / 2}" y="{top + SIDE + 40}" text-anchor="middle">false-positive rate</text>'
    yield f'<text class="q" x="{LEFT - 60}" y="{top - 12}">true-positive rate</text>'


def _legend(names: Iterable[tuple[str, str]], top: int) -> Iterator[str]:
    for number, (name, colour) in enumerate(names):
        y = top + 20 + number * 22
        yield f'<rect x="{LEFT + SIDE + 24}" y="{y - 4}" width="18" height="4" fill="{colour}"/>'
        yield f'<text x="{LEFT + SIDE + 50}" y="{y + 3}">{escape(name)}</text>'
