"""The page of a simulation: one file that asks nothing of anybody, and works without script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from sayso.policy.kin import Family
from sayso.reports.simulated import AUTHORS, Posts, Simulation
from sayso.reports.simulation_charts import HATCH, Area, chart, name_of
from sayso.reports.simulation_style import SCRIPT, STYLE
from sayso.reports.simulation_tables import kinds_table, matrix, posts_data, posts_table, reasons, within
from sayso.reports.simulation_words import PERMIT_NOTE, UNKNOWN_NOTE, about, day, granted
from sayso.values.moments import Moment, format_day

TITLE = "Who would have trained on it, and when"
_OPEN = 4
"""Places whose charts are shown at once; the others unfold."""


_MATRICES = (
    (Family.GENERATIVE, "that the platform would use to train AI that creates content"),
    (Family.OTHER_AI, "that it would use to train other AI of its own: what to recommend, what to remove"),
    (Family.PASSED_ON, "that it would pass on, so that others may train AI"),
)


def page(simulation: Simulation, on: Moment, posts: Sequence[Posts]) -> str:
    """Return the page of a simulation as HTML: tables of the day ``on``, charts of the whole time.

    It holds nothing that a member wrote, and no identifier of any.
    """
    moment = simulation.place_at(on)
    body = "".join(
        (_head(simulation), "<main>", _where(simulation, moment, on), _steps(simulation), _posts(simulation, posts, on),
         _rest(simulation, moment, on), _made(simulation), "</main>", _foot(simulation))
    )  # fmt: skip
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">"
        f'<meta name="robots" content="noindex"><title>{TITLE}</title><style>{STYLE}</style></head>\n<body>{HATCH}{body}'
        f'<script type="application/json" id="posts-data">{posts_data(simulation, posts)}</script><script>{SCRIPT}</script></body></html>\n'
    )


def _head(simulation: Simulation) -> str:
    return (
        f'<header><p class="kicker">Stated policies, simulated</p><h1>{TITLE}</h1>'
        f'<p class="standfirst">One community, asked again under each platform’s own words: what would its published policy have used to train AI, '
        "of whom, and from which day on?</p>"
        f'<p class="dateline">{escape(about(simulation))}</p>'
        f'<div class="note"><p><strong>{escape(PERMIT_NOTE)}</strong></p><p>{escape(UNKNOWN_NOTE)} {escape(granted(simulation))}</p>{_ahead(simulation)}</div></header>'
    )


def _ahead(simulation: Simulation) -> str:
    if simulation.now >= simulation.moments[-1]:
        return ""
    return f"<p>After {day(simulation.now)}, the dashed line, the charts show what is announced; more may yet change.</p>"


def _where(simulation: Simulation, moment: int, on: Moment) -> str:
    tables = "".join(
        matrix(simulation, family, f"Share of the records there {what}", moment) for family, what in _MATRICES
    )
    return (
        f"<section><h2>Where you live decides</h2><p>On {day(on)}, under the policy that each platform had published. Regions that no policy "
        f"tells apart stand together. Where terms speak of training AI at large, that counts as AI that creates content. The darker, the more; hatched where it is not known.</p>{tables}</section>"
    )


def _steps(simulation: Simulation) -> str:
    key = (
        '<ul class="key"><li><svg viewBox="0 0 30 12" aria-hidden="true"><rect class="own" width="30" height="12"/></svg>trains AI that creates content</li>'
        '<li><svg viewBox="0 0 30 12" aria-hidden="true"><path class="other" d="M0,6H30"/></svg>trains other AI of its own</li>'
        '<li><svg viewBox="0 0 30 12" aria-hidden="true"><path class="pass" d="M0,6H30"/></svg>passes it on, so that others may train</li>'
        '<li><svg viewBox="0 0 30 12" aria-hidden="true"><rect fill="url(#hatch)" width="30" height="12"/></svg>not known (AI that creates content)</li></ul>'
    )
    turn = (
        '<input class="turn" type="radio" name="of" id="by-records" checked><input class="turn" type="radio" name="of" id="by-members">'
        '<div class="turns"><label for="by-records">Share of records</label><label for="by-members">Share of members</label></div>'
    )
    return (
        f"<section><h2>Step by step</h2><p>Each strip is one platform in one place: at the bottom nothing would be used, at the top everything "
        f"that was there that day. A share of members counts those of whom at least one record would be used. Numbers mark the days "
        f'on which a share steps.</p>{key}{turn}<div class="charts">{_charts(simulation)}</div></section>'
    )


def _charts(simulation: Simulation) -> str:
    return "".join(chart(simulation, area, n < _OPEN) for n, area in enumerate(areas_of(simulation)))


def areas_of(simulation: Simulation) -> list[Area]:
    """Return everywhere, and then the places, those with most records first; those whose region is not known last."""
    every = Area("Everywhere", tuple(range(len(simulation.places))), ())
    last = len(simulation.places) - 1
    order = np.argsort(-simulation.records[:last, -1], kind="stable").tolist()
    there = [n for n in [*order, last] if simulation.records[n].any()]
    return [every, *(Area(simulation.places[n].name, (n,), simulation.places[n].codes) for n in there)]


def _posts(simulation: Simulation, posts: Sequence[Posts], on: Moment) -> str:
    place = _busiest(simulation)
    adult = posts_table(simulation, posts, 0, place, on, "posts-table")
    young = posts_table(simulation, posts, 1, place, on, "posts-of-the-young")
    who = "".join(f'<option value="{n}">{escape(one.title)}</option>' for n, one in enumerate(AUTHORS))
    where = "".join(
        f'<option value="{n}"{" selected" if n == place else ""} data-inside="{escape(within(one))}">{escape(one.name)}</option>'
        for n, one in enumerate(simulation.places)
    )
    first, last = (format_day(simulation.moments[n])[:10] for n in (0, -1))
    form = (
        f'<form class="ask" id="ask" hidden><label>Written by<select name="who">{who}</select></label><label>who lives in<select name="place">{where}</select></label>'
        f'<label>asked on<input type="date" name="day" min="{first}" max="{last}" value="{format_day(on)[:10]}"></label></form>'
    )
    return (
        "<section><h2>What would each have done with this post?</h2><p>Nobody wrote these: each stands for a post of its kind that was there "
        f"from {day(simulation.moments[0])} on. A platform that has no such kind of record says nothing of it.</p>{form}{adult}{young}</section>"
    )


def _busiest(simulation: Simulation) -> int:
    last = len(simulation.places) - 1
    return int(np.argmax(simulation.records[:last, -1])) if last else 0


def _rest(simulation: Simulation, moment: int, on: Moment) -> str:
    return (
        f"<section><h2>And the rest?</h2><p>All records that were there on {day(on)}, by what would have become of them: used, not known, or not "
        f"used, and why not.</p>{reasons(simulation, moment)}</section>"
    )


def _made(simulation: Simulation) -> str:
    sources = "".join(
        f'<details><summary>{escape(name_of(platform))}: {len(platform.policy.sources)} sources</summary><ul class="sources">'
        + "".join(
            f"<li>{escape(one.title)} ({escape(', '.join(part for part in (one.reference, one.date, one.confidence and f'confidence {one.confidence}') if part))})</li>"
            for one in platform.policy.sources
        )
        + f'</ul><p class="small">Policy file {escape(platform.policy.id)}, digest {escape(platform.policy.digest)}</p></details>'
        for platform in simulation.platforms
    )
    return (
        "<section><h2>How this was made</h2><p>Each platform’s published terms and settings, and what regulators said, stand in a dated policy file. "
        "Members and records that no policy tells apart are one class; each class was decided once for each time between two changes of a "
        "policy, by the same function that decides single records, and then counted. Records count from when they were made.</p>"
        f"<p>The shares are looked at wherever a policy changes and on the first of each month, {len(simulation.moments)} days in all. Between these, "
        "only the community itself changes: what is written and deleted, and birthdays.</p>"
        f"<details><summary>What each platform calls this community’s kinds of record</summary><p>A dash: it has no such kind, and nothing was guessed.</p>{kinds_table(simulation)}</details>{sources}</section>"
    )


def _foot(simulation: Simulation) -> str:
    return f'<footer><p class="small">Made with Sayso. {escape(PERMIT_NOTE)} This page holds nothing that a member wrote, and no name or number of any.</p></footer>'
