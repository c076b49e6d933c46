"""Charts as self-contained SVG: bars beside each other, with their numbers, readable in light and dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

_BAR, _GAP, _LEFT, _WIDTH, _TOP = 14, 14, 110, 420, 64
_COLOURS = ("#4269d0", "#efb118", "#ff725c", "#6cc5b0")
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#222}.t{font-weight:600;font-size:15px}.q{fill:#666}"
    ".g{stroke:#ccc}.b{fill:#fff}@media(prefers-color-scheme:dark){text{fill:#eee}.q{fill:#aaa}.g{stroke:#444}.b{fill:#161616}}"
)


def bars_svg(title: str, note: str, series: Sequence[str], rows: Mapping[str, Sequence[float | None]]) -> str:
    """Return an SVG of one group of bars for each row, a bar for each series; values are 0 to 1, ``None`` is "none".

    Nothing in it is fetched from elsewhere, and every value stands beside its bar as text.

    >>> picture = bars_svg("Found", "dev set", ["recall"], {"EMAIL": [0.5], "URL": [None]})
    >>> picture.startswith("<svg "), "0.500" in picture, "none" in picture
    (True, True, True)
    """
    group = len(series) * _BAR + _GAP
    height = _TOP + group * len(rows) + 24
    width = _LEFT + _WIDTH + 70
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label={quoteattr(title)}>',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<rect class="b" width="{width}" height="{height}"/>',
        f'<text class="t" x="12" y="22">{escape(title)}</text><text class="q" x="12" y="41">{escape(note)}</text>',
        *_legend(series),
        *_grid(height),
    ]
    for number, (name, values) in enumerate(rows.items()):
        parts += _group(name, values, _TOP + number * group)
    return "\n".join((*parts, "</svg>")) + "\n"


def page(title: str, svg: str) -> str:
    """Return an HTML page that holds a picture and nothing else."""
    return f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>\n<body>\n{svg}</body></html>\n'


def _legend(series: Sequence[str]) -> list[str]:
    left, parts = _LEFT, []
    for number, name in enumerate(series):
        parts.append(
            f'<rect x="{left}" y="49" width="10" height="10" fill="{_COLOURS[number % len(_COLOURS)]}"/>'
        )
        parts.append(f'<text class="q" x="{left + 14}" y="58">{escape(name)}</text>')
        left += 34 + 8 * len(name)
    return parts


def _grid(height: int) -> list[str]:
    lines = []
    for tenth in range(0, 11, 2):
        x = _LEFT + _WIDTH * tenth // 10
        lines.append(f'<line class="g" x1="{x}" x2="{x}" y1="{_TOP}" y2="{height - 20}"/>')
        lines.append(f'<text class="q" x="{x}" y="{height - 6}" text-anchor="middle">{tenth / 10:.1f}</text>')
    return lines


def _group(name: str, values: Sequence[float | None], top: int) -> list[str]:
    middle = top + len(values) * _BAR // 2 + 5
    parts = [f'<text x="{_LEFT - 8}" y="{middle}" text-anchor="end">{escape(name)}</text>']
    for number, value in enumerate(values):
        y, length = top + number * _BAR, round(_WIDTH * (value or 0))
        colour, shown = _COLOURS[number % len(_COLOURS)], "none" if value is None else f"{value:.3f}"
        parts.append(f'<rect x="{_LEFT}" y="{y}" width="{length}" height="{_BAR - 2}" fill="{colour}"/>')
        parts.append(f'<text class="q" x="{_LEFT + length + 6}" y="{y + _BAR - 4}">{shown}</text>')
    return parts
