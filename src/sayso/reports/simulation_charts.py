"""Step charts: for each place a row for each platform, with the dates at which its share steps and the sources that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sayso.policy.kin import Family
from sayso.reports.simulated import ASKED_FAMILIES, Line, Platform, Simulation, Turn
from sayso.reports.simulation_words import day, percent
from sayso.values.moments import Moment, to_datetime
from sayso.values.regions import lies_in

Shares = NDArray[np.float64]
WIDE, HIGH = 1000.0, 100.0
_JUMP = 0.03
"""The least step that is marked."""
_LONG = re.compile(r"\b([0-9a-f]{9})[0-9a-f]{8,}\b")
"""Digests of commits: nine digits name them."""
_CLOSE = 26.0
"""Marks that are nearer to one another than this share one, of ``WIDE``."""
HATCH = (
    '<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs><pattern id="hatch" width="9" height="9" '
    'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="9" height="9"/>'
    '<line class="hatch-line" x1="1" y1="0" x2="1" y2="9"/></pattern></defs></svg>'
)


LOOKS = {
    Family.GENERATIVE: ("own", "generative AI"),
    Family.OTHER_AI: ("other", "other AI"),
    Family.PASSED_ON: ("pass", "passed on"),
}
"""How each question is drawn, and named in two words."""


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """Some places taken together: what they are called, and their numbers."""

    name: str
    places: tuple[int, ...]
    codes: tuple[str, ...]


def name_of(platform: Platform) -> str:
    """Return what people call a platform."""
    own = (one.name for one in platform.policy.recipients if one.kind == "platform")
    return platform.policy.title.split(", as ")[0].split(" (")[0] or next(own, platform.policy.id)


def chart(simulation: Simulation, area: Area, opened: bool = True) -> str:
    """Return the charts of an area, a row for each platform that says anything of it; unfolded, or to be unfolded."""
    x = _Scale(simulation.moments)
    rows, quiet = [], []
    for platform in simulation.platforms:
        tracks = _tracks(simulation, platform, area)
        if any(track.says() for track in tracks):
            rows.append(_row(simulation, platform, area, tracks, x))
        else:
            quiet.append(name_of(platform))
    members = int(simulation.members[list(area.places), -1].sum())
    records = int(simulation.records[list(area.places), -1].sum())
    return (
        f'<details class="place"{" open" if opened else ""}><summary><h3>{escape(area.name)}</h3> <span class="small">{members:,} members, '
        f"{records:,} records{_codes(area)}</span></summary>"
        f'<div class="axis" aria-hidden="true"><div>{"".join(x.years())}</div></div>{"".join(rows)}{_quiet(quiet)}</details>'
    )


def _codes(area: Area) -> str:
    if not area.codes or len(area.codes) == 1:
        return ""
    shown = ", ".join(area.codes[:30]) + (f" and {len(area.codes) - 30} more" if len(area.codes) > 30 else "")
    return f" · {escape(shown)}"


def _quiet(names: Sequence[str]) -> str:
    if not names:
        return ""
    return f'<p class="quiet">Nothing here that their stated policies would use, at any time: {escape(", ".join(names))}.</p>'


class _Scale:
    """Where moments lie on the axis."""

    def __init__(self, moments: Sequence[Moment]) -> None:
        self.moments = moments
        self.first, self.span = moments[0], max(1, moments[-1] - moments[0])

    def at(self, moment: Moment) -> float:
        return round((moment - self.first) / self.span * WIDE, 1)

    def year_starts(self) -> Iterator[tuple[int, float]]:
        for place, moment in enumerate(self.moments):
            year = to_datetime(moment).year
            if place == 0 or to_datetime(self.moments[place - 1]).year < year:
                yield year, self.at(moment)

    def years(self) -> Iterator[str]:
        for year, x in self.year_starts():
            if x < WIDE * 0.96:
                yield f'<span style="left:{x / WIDE:.2%}">{year}</span>'


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """One question asked of a platform in an area, as shares over time; ``there`` is how many records there are."""

    family: Family
    records: Shares
    members: Shares
    unknown: Shares
    ends: tuple[str, str, str]

    def says(self) -> bool:
        return bool(self.records.any() or self.unknown.any())


def _tracks(simulation: Simulation, platform: Platform, area: Area) -> list[_Track]:
    lines = (platform.family(family) for family in ASKED_FAMILIES)
    return [_track(simulation, line, area) for line in lines if line is not None]


def _track(simulation: Simulation, line: Line, area: Area) -> _Track:
    some = list(area.places)
    records, members = simulation.records[some].sum(axis=0), simulation.members[some].sum(axis=0)
    permitted, unknown = line.permitted()[some].sum(axis=0), line.unknown()[some].sum(axis=0)
    writers = line.members[some].sum(axis=0)
    pairs = ((permitted, records), (writers, members), (unknown, records))
    shares = [np.divide(part, np.maximum(whole, 1)) for part, whole in pairs]
    ends = [percent(int(part[-1]), int(whole[-1])) for part, whole in pairs]
    return _Track(line.family, shares[0], shares[1], shares[2], (ends[0], ends[1], ends[2]))


def _row(simulation: Simulation, platform: Platform, area: Area, tracks: Sequence[_Track], x: _Scale) -> str:
    facts = _facts(simulation, platform, area, tracks)
    marks = _marks(facts, x)
    label = escape(f"{name_of(platform)}, {area.name}: share over time; the dates are below")
    plots = "".join(
        f'<svg class="of-{of}" viewBox="0 0 {WIDE:.0f} {HIGH:.0f}" preserveAspectRatio="none" role="img" aria-label="{label}">'
        f"{_drawing(tracks, of, x, simulation.now)}</svg>"
        for of in ("records", "members")
    )
    return (
        f'<div class="row"><div class="name">{escape(name_of(platform))}</div><div class="plot">{marks}{plots}</div>'
        f'<div class="ends">{"".join(_ends(tracks))}</div>{_listed(facts)}</div>'
    )


def _ends(tracks: Sequence[_Track]) -> Iterator[str]:
    for track in tracks:
        ink, words = LOOKS[track.family]
        if not track.says():
            continue
        for of, share in zip(("records", "members"), track.ends, strict=False):
            yield f'<span class="of-{of} {ink}-ink"><strong>{escape(share)}</strong> {words}</span>'
        if track.unknown[-1] > 0:
            yield f'<span class="of-records doubt">and {escape(track.ends[2])} not known</span>'


def _drawing(tracks: Sequence[_Track], of: str, x: _Scale, now: Moment) -> str:
    parts = [f'<line class="grid" x1="{at}" x2="{at}" y1="0" y2="{HIGH:.0f}"/>' for _, at in x.year_starts()]
    parts += [f'<line class="grid" x1="0" x2="{WIDE:.0f}" y1="{y}" y2="{y}"/>' for y in (0, 50)]
    for track in tracks:
        shares = track.records if of == "records" else track.members
        if track.family is Family.GENERATIVE:
            parts.append(f'<path class="own" d="{_band(np.zeros_like(shares), shares, x)}"/>')
            if of == "records" and track.unknown.any():
                above = shares + track.unknown
                parts.append(f'<path fill="url(#hatch)" d="{_band(shares, above, x)}"/>')
        elif shares.any():
            parts.append(f'<path class="{LOOKS[track.family][0]}" d="{_steps(shares, x)}"/>')
    if x.first < now < x.moments[-1]:
        at = x.at(now)
        parts.append(f'<line class="today" x1="{at}" x2="{at}" y1="-4" y2="{HIGH:.0f}"/>')
    parts.append(f'<line class="base" x1="0" x2="{WIDE:.0f}" y1="{HIGH:.0f}" y2="{HIGH:.0f}"/>')
    return "".join(parts)


def _runs(shares: Shares, x: _Scale) -> list[tuple[float, float, float]]:
    """Return the stretches of one height: from, to, and the height, as places in the drawing."""
    heights = np.round(HIGH * (1 - shares), 1)
    begins = [0, *(np.flatnonzero(np.diff(heights)) + 1).tolist(), len(heights)]
    found = []
    for first, after in pairwise(begins):
        end = x.at(x.moments[after]) if after < len(heights) else WIDE
        found.append((x.at(x.moments[first]), end, float(heights[first])))
    return found


def _steps(shares: Shares, x: _Scale) -> str:
    runs = _runs(shares, x)
    return f"M{runs[0][0]:g},{runs[0][2]:g}" + "".join(f"V{y:g}H{end:g}" for _, end, y in runs)


def _band(low: Shares, high: Shares, x: _Scale) -> str:
    """Return the area between two steps."""
    back = "".join(f"V{y:g}H{start:g}" for start, _, y in reversed(_runs(low, x)))
    return f"{_steps(high, x)}{back}Z"


@dataclass(frozen=True, slots=True)
class _Fact:
    at: Moment
    what: tuple[str, ...]
    moves: str
    sources: tuple[str, ...]


def _facts(simulation: Simulation, platform: Platform, area: Area, tracks: Sequence[_Track]) -> list[_Fact]:
    """Return the dated facts at which any of the shares steps, with how it steps."""
    found = []
    for at in sorted({turn.at for turn in platform.turns}):
        place = simulation.place_at(at)
        moves = _moves(tracks, place) if simulation.moments[place] == at and place else []
        if moves:
            turns = [turn for turn in platform.turns if turn.at == at and _touches(turn, area)]
            sources = tuple(dict.fromkeys(_reference(platform, turn) for turn in turns))
            found.append(_Fact(at, tuple(turn.what for turn in turns), "; ".join(moves), sources))
    return found


def _touches(turn: Turn, area: Area) -> bool:
    return turn.regions is None or not area.codes or any(lies_in(code, turn.regions) for code in area.codes)


def _moves(tracks: Sequence[_Track], place: int) -> list[str]:
    found = []
    for track in tracks:
        words = LOOKS[track.family][1]
        for shares, what in ((track.records, words), (track.unknown, f"{words}, not known")):
            before, after = shares[place - 1], shares[place]
            if abs(after - before) >= _JUMP:
                found.append(f"{what} {before:.0%} → {after:.0%}")
    return found


def _reference(platform: Platform, turn: Turn) -> str:
    if turn.kind != "version":
        return turn.sources[0] if turn.sources else ""
    known = {one.id: one for one in platform.policy.sources}
    first = next((known[one] for one in turn.sources if one in known), None)
    return "" if first is None else first.reference or first.title


def _marks(facts: Sequence[_Fact], x: _Scale) -> str:
    """Return the numbers over a drawing; those of facts that lie close together stand in one."""
    groups: list[list[int]] = []
    for number, fact in enumerate(facts):
        if groups and x.at(fact.at) - x.at(facts[groups[-1][0]].at) < _CLOSE:
            groups[-1].append(number)
        else:
            groups.append([number])
    return "".join(
        f'<span class="mark" aria-hidden="true" style="left:{x.at(facts[some[0]].at) / WIDE:.2%}">{_span(some)}</span>'
        for some in groups
    )


def _span(some: Sequence[int]) -> str:
    return f"{some[0] + 1}" if len(some) == 1 else f"{some[0] + 1}–{some[-1] + 1}"


def _listed(facts: Sequence[_Fact]) -> str:
    if not facts:
        return ""
    items = "".join(
        f'<li><span class="n">{number}</span><b>{day(fact.at)}</b> {escape("; ".join(fact.what))}: {escape(fact.moves)}.'
        f"{_source(fact)}</li>"
        for number, fact in enumerate(facts, 1)
    )
    return f'<ol class="facts">{items}</ol>'


def _source(fact: _Fact) -> str:
    told = "; ".join(_LONG.sub(r"\1…", one) for one in fact.sources if one)
    return f' <span class="src">Source: {escape(told)}.</span>' if told else ""
