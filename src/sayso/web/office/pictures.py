"""Pictures as SVG, drawn on the server: classes give them their colours. Each has a table beside it that says the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from sayso.dataset.funnel import Funnel, stages
from sayso.web.office.worldmap import PLACES, together

TILE, GAP = 28, 3


@dataclass(frozen=True, slots=True)
class Tile:
    """A country on the map: its code, the state that colours it, and what is said when somebody points at it."""

    code: str
    state: str
    title: str
    href: str = ""


def svg(width: float, height: float, label: str, parts: Iterable[str], name: str = "picture") -> Markup:
    """Return a picture of that size in its own units, with a text for whoever does not see it."""
    inner = "".join(parts)
    stretch = ' preserveAspectRatio="none"' if name == "share" else ""
    return Markup(
        f'<svg class="{escape(name)}" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" '
        f'aria-label="{escape(label)}"{stretch}>{inner}</svg>'
    )


def _text(x: float, y: float, words: object, name: str = "", anchor: str = "start") -> str:
    kind = f' class="{escape(name)}"' if name else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{kind}>{escape(words)}</text>'


def _rect(
    x: float, y: float, width: float, height: float, name: str, title: str = "", round_: float = 3
) -> str:
    inner = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" rx="{round_:g}" '
        f'class="{escape(name)}">{inner}</rect>'
    )


HATCH = (
    '<defs><pattern id="{0}-stripes" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="7" height="7" class="hatch-paper"/><rect width="3" height="7" class="hatch-bad"/></pattern>'
    '<pattern id="{0}-dots" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" class="hatch-paper"/>'
    '<circle cx="3" cy="3" r="1.3" class="hatch-dot"/></pattern></defs>'
)
"""What tells states apart without colour: stripes where it is suspended, dots where nobody was told. ``{0}``: whose it is."""
_PATTERNED = {"suspended": "stripes", "no-notice": "dots"}


def world(tiles: Sequence[Tile], label: str) -> Markup:
    """Return the map of the world with some countries coloured and all others faint."""
    return _map(PLACES, tiles, label, "map whole", "w")


def small_world(tiles: Sequence[Tile], label: str) -> Markup:
    """Return the map without the rows and columns that none of these countries lies in: for a narrow screen."""
    return _map(together(tile.code for tile in tiles), tiles, label, "map small", "s")


def _map(
    places: Sequence[tuple[str, int, int]], tiles: Sequence[Tile], label: str, name: str, own: str
) -> Markup:
    known = {tile.code: tile for tile in tiles}
    step = TILE + GAP
    width = (max((column for _, column, _ in places), default=0) + 1) * step
    height = (max((row for _, _, row in places), default=0) + 1) * step
    parts = [HATCH.format(own)]
    for code, column, row in places:
        parts.append(_tile(known.get(code), code, column * step, row * step, own))
    return svg(width, height, label, parts, name)


def _tile(tile: Tile | None, code: str, x: float, y: float, own: str) -> str:
    if tile is None:
        return _rect(x, y, TILE, TILE, "tile empty") + _text(
            x + TILE / 2, y + TILE / 2 + 4, code, "code faint", "middle"
        )
    drawn = _swatch(x, y, TILE, TILE, tile.state, own)
    words = _text(x + TILE / 2, y + TILE / 2 + 4, code, f"code on-{tile.state}", "middle")
    return f"<g><title>{escape(tile.title)}</title>{drawn}{words}</g>"


def _swatch(x: float, y: float, width: float, height: float, state: str, own: str) -> str:
    pattern = _PATTERNED.get(state)
    fill = f' fill="url(#{own}-{pattern})"' if pattern else ""
    return (
        f'<rect x="{x + 1:.1f}" y="{y + 1:.1f}" width="{width - 2:.1f}" height="{height - 2:.1f}" rx="4" '
        f'class="tile is-{escape(state)}"{fill}/>'
    )


def swatch(state: str, number: int) -> Markup:
    """Return the mark of a state as the legend and the tables show it; ``number`` makes it the only one of its name on a page."""
    own = f"l{number}"
    inner = HATCH.format(own) + _swatch(0, 0, 18, 18, state, own)
    return Markup(
        f'<svg class="swatch" viewBox="0 0 18 18" width="18" height="18" aria-hidden="true">{inner}</svg>'
    )


# A funnel

_TOTALS = ("considered", "permitted", "published")
_ROW, _LABELS, _BARS = 30, 196, 300


def funnel(found: Funnel, label: str, reasons: dict[str, str]) -> Markup:
    """Return a funnel: what went in, what each check took out, what was left; checks that took out nothing are left out."""
    steps = [step for step in stages(found) if step.denied or step.unknown or step.name in _TOTALS]
    whole = max(found.considered, 1)
    parts = []
    for place, step in enumerate(steps):
        y = place * _ROW
        out = step.denied + step.unknown
        left = step.left / whole * _BARS
        parts.append(_text(_LABELS - 10, y + 19, reasons.get(step.name, step.name), "label", "end"))
        parts.append(_rect(_LABELS, y + 4, left, _ROW - 8, "beam total" if step.name in _TOTALS else "beam"))
        if out:
            parts.append(_rect(_LABELS + left, y + 4, max(out / whole * _BARS, 1.5), _ROW - 8, "beam taken"))
        number = f"{step.left:,}" if step.name in _TOTALS else f"−{out:,}"
        parts.append(_text(_LABELS + _BARS + 8, y + 19, number, "number"))
    return svg(_LABELS + _BARS + 80, len(steps) * _ROW, label, parts, "funnel")


# A trend

_WIDE, _HIGH, _SIDE = 760, 150, 64


def trend(starts: Sequence[str], noes: Sequence[int], yeses: Sequence[int], label: str) -> Markup:
    """Return bars for each step: yeses above the line, noes below it, both on one scale."""
    most = max((*noes, *yeses, 1))
    width = (_WIDE - _SIDE) / max(len(starts), 1)
    middle, half = _HIGH / 2 + 6, _HIGH / 2 - 12
    parts = [
        f'<line x1="{_SIDE}" x2="{_WIDE}" y1="{middle:g}" y2="{middle:g}" class="axis"/>',
        _text(_SIDE - 8, middle - half + 8, f"{most:,} yes", "number", "end"),
        _text(_SIDE - 8, middle + half, f"{most:,} no", "number", "end"),
    ]
    for place, (start, no, yes) in enumerate(zip(starts, noes, yeses, strict=True)):
        x, thick = _SIDE + place * width, max(width - 1.5, 0.8)
        up, down = yes / most * half, no / most * half
        if yes:
            parts.append(_rect(x, middle - up - 1, thick, up, "said-yes", f"{start}: {yes:,} yes", 1))
        if no:
            parts.append(_rect(x, middle + 1, thick, down, "said-no", f"{start}: {no:,} no", 1))
    if starts:
        parts.append(_text(_SIDE, _HIGH + 18, starts[0], "number"))
        parts.append(_text(_WIDE, _HIGH + 18, starts[-1], "number", "end"))
    return svg(_WIDE, _HIGH + 24, label, parts, "trend")


# A time line


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time on a line, from 0 (its left) to 1 (its right): what it is called, and what is said when somebody points at it."""

    start: float
    end: float
    name: str
    title: str
    kind: str = ""


def time_line(
    stretches: Sequence[Stretch], ticks: Sequence[tuple[float, str]], now: float, label: str
) -> Markup:
    """Return times side by side on one line, each in a row of its own below the one before, with years marked, and today."""
    row, top, width = 34, 26, 700
    height = top + len(stretches) * row + 4
    parts = []
    for at, word in ticks:
        parts.append(
            f'<line x1="{at * width:.1f}" x2="{at * width:.1f}" y1="{top - 6}" y2="{height}" class="tick"/>'
        )
        parts.append(_text(at * width + 4, 14, word, "number"))
    for place, one in enumerate(stretches):
        x, y = one.start * width, top + place * row
        parts.append(
            _rect(x, y, max((one.end - one.start) * width, 3), row - 8, f"stretch {one.kind}", one.title)
        )
        parts.append(_beside(one, x, y + row / 2 + 1, width))
    parts.append(
        f'<line x1="{now * width:.1f}" x2="{now * width:.1f}" y1="{top - 6}" y2="{height}" class="now"/>'
    )
    return svg(width, height, label, parts, "time-line")


def _beside(one: Stretch, x: float, y: float, width: float) -> str:
    """Return the name of a stretch: in it where there is room, else before or behind it."""
    needed = len(one.name) * 8.4 + 12
    if (one.end - one.start) * width > needed:
        return _text(x + 8, y, one.name, f"in {one.kind}")
    if one.end * width + needed < width:
        return _text(one.end * width + 6, y, one.name, "label")
    return _text(x - 6, y, one.name, "label", "end")


# A share


def share(part: int, whole: int, label: str) -> Markup:
    """Return a bar of which a part is filled."""
    filled = 100 * part / whole if whole else 0
    return svg(
        100,
        8,
        label,
        (_rect(0, 0, 100, 8, "beam rest", round_=4), _rect(0, 0, filled, 8, "beam", round_=4)),
        "share",
    )


# Lineage


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a tree: how deep, what kind of thing, its words."""

    depth: int
    kind: str
    words: str


def tree(steps: Sequence[Step], label: str) -> Markup:
    """Return a tree: a dot and a line of text for each thing, joined to what it follows from."""
    row, indent = 28, 22
    width = max(30 + one.depth * indent + len(one.words) * 7.6 for one in steps)
    return svg(width, len(steps) * row + 6, label, _branches(steps, row, indent), "tree")


def _branches(steps: Sequence[Step], row: int, indent: int) -> Iterator[str]:
    places: list[tuple[int, int]] = []
    for number, one in enumerate(steps):
        x, y = 10 + one.depth * indent, 16 + number * row
        places = [*places[: one.depth], (x, y)]
        if one.depth:
            above = places[one.depth - 1]
            yield f'<path d="M{above[0]} {above[1] + 6} V{y} H{x - 6}" class="branch"/>'
        yield f'<circle cx="{x}" cy="{y}" r="5" class="dot {escape(one.kind.replace(" ", "-"))}"/>'
        yield _text(x + 12, y + 5, one.words, "label")
