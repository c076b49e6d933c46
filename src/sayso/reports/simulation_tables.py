"""The tables of a simulation's page: platform by place, made-up posts, the reasons for the rest, and what was made of kinds of record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape

from sayso.policy.codes import code_of
from sayso.policy.comparing import inside
from sayso.policy.kin import Family
from sayso.reports.simulated import (
    ALL_CODES,
    ASKED_FAMILIES,
    AUTHORS,
    KINDS,
    NO_COUNTERPART,
    Line,
    Place,
    Platform,
    Posts,
    Simulation,
    code_words,
)
from sayso.reports.simulation_charts import name_of
from sayso.reports.simulation_words import (
    UNKNOWN_CODES,
    day,
    main_reason,
    percent,
    reason_words,
    reasons_at,
)
from sayso.values.decisions import Reason
from sayso.values.moments import Moment, format_day

NOT_NAMED = code_of(Reason.NOT_DISCLOSED)
_UNSAID = -1


def matrix(simulation: Simulation, family: Family, caption: str, moment: int) -> str:
    """Return a table of platforms by places: the share of the records there, or why none; what is nothing everywhere stands below."""
    heads = "".join(f'<th scope="col">{escape(place.name)}</th>' for place in simulation.places)
    rows, nothing = [], _Nothing()
    for platform in simulation.platforms:
        cells = _cells(simulation, platform.family(family), moment)
        if isinstance(cells, str):
            nothing.setdefault(cells, []).append(name_of(platform))
        else:
            rows.append(f'<tr><th scope="row">{escape(name_of(platform))}</th>{"".join(cells)}</tr>')
    told = "".join(
        f" {escape(why.capitalize())}: {escape(', '.join(some))}." for why, some in nothing.items()
    )
    below = f'<p class="quiet">Nothing anywhere.{told}</p>' if told else ""
    table = (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table class="matrix">'
        f'<thead><tr><th scope="col">Platform</th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )
    return f'<p class="cap">{escape(caption)}</p>{table if rows else ""}{below}'


_Nothing = dict[str, list[str]]


def _cells(simulation: Simulation, line: Line | None, moment: int) -> list[str] | str:
    """Return a platform's cells; where all of them say the same nothing, what they say."""
    if line is None:
        return reason_words(NOT_NAMED)
    codes = {
        main_reason(line, moment, (n,))
        for n in range(len(simulation.places))
        if simulation.records[n, moment]
    }
    if not line.permitted()[:, moment].any() and len(codes) == 1 and not codes & UNKNOWN_CODES:
        return reason_words(codes.pop() or NOT_NAMED)
    return [_cell(simulation, line, moment, place) for place in range(len(simulation.places))]


def _cell(simulation: Simulation, line: Line, moment: int, place: int) -> str:
    there = int(simulation.records[place, moment])
    permitted = int(line.permitted()[place, moment])
    if there == 0:
        return '<td class="s0">nobody</td>'
    code = main_reason(line, moment, (place,))
    if permitted:
        doubt = int(line.unknown()[place, moment])
        more = f"<span>{percent(doubt, there)} not known</span>" if doubt * 20 > there else ""
        return f'<td class="s{_shade(permitted / there)}"><strong>{percent(permitted, there)}</strong>{more}</td>'
    words = "" if code is None else reason_words(code)
    if code in UNKNOWN_CODES:
        return f'<td class="unknown"><strong>?</strong><span>{escape(words)}</span></td>'
    return f'<td class="s0"><strong>0</strong><span>{escape(words)}</span></td>'


def _shade(share: float) -> int:
    return next(step for step, limit in ((1, 0.25), (2, 0.5), (3, 0.75), (4, 2.0)) if share < limit)


def reasons(simulation: Simulation, moment: int) -> str:
    """Return a bar for each platform: what of all records would be used, what not, and why."""
    return f'<div class="bars">{"".join(_bars(simulation, moment))}</div>'


def _bars(simulation: Simulation, moment: int) -> Iterator[str]:
    for platform in simulation.platforms:
        line = platform.family(Family.GENERATIVE) or next(iter(platform.families), None)
        if line is not None:
            yield _bar(simulation, platform, line, moment)


def _bar(simulation: Simulation, platform: Platform, line: Line, moment: int) -> str:
    total = max(1, int(simulation.records[:, moment].sum()))
    counted = sorted(reasons_at(line, moment), key=lambda pair: (_order(pair[0]), -pair[1]))
    parts, x, rest = [], 0.0, 0
    for code, number in counted:
        wide = 1000 * number / total
        fill = _fill(code, rest)
        rest += fill.startswith('class="rest')
        parts.append(
            f'<rect {fill} x="{x:.1f}" width="{wide:.1f}" height="24"><title>{escape(reason_words(code))}</title></rect>'
            f'<rect class="gap" x="{x + wide - 1.5:.1f}" width="1.5" height="24"/>'
        )
        x += wide
    words = " · ".join(_share_words(code, number, total) for code, number in counted)
    return (
        f'<div class="bar"><h3>{escape(name_of(platform))} <span class="small">{escape(line.title)}</span></h3>'
        f'<svg viewBox="0 0 1000 24" preserveAspectRatio="none" aria-hidden="true">{"".join(parts)}</svg><p>{words}</p></div>'
    )


def _share_words(code: int, number: int, total: int) -> str:
    words = f"<b>{percent(number, total)}</b> {escape(reason_words(code))}"
    return f'<span class="own-ink">{words}</span>' if code_words(code)[0] == "permit" else words


def _order(code: int) -> int:
    return {"permit": 0, "unknown": 1}.get(code_words(code)[0], 2)


def _fill(code: int, rest: int) -> str:
    verdict = code_words(code)[0]
    if verdict == "permit":
        return 'class="own"'
    return 'fill="url(#hatch)"' if verdict == "unknown" else f'class="rest-{rest % 2}"'


def within(place: Place) -> str:
    """Return a place as it stands in a sentence after "in"."""
    if not place.codes:
        return "a region that is not known"
    return " and ".join(inside(part) for part in place.name.split(" and "))


def posts_table(
    simulation: Simulation, posts: Sequence[Posts], author: int, place: int, at: Moment, name: str
) -> str:
    """Return what each platform would have done with each kind of made-up post, of an author in a place at a moment."""
    heads = "".join(f'<th scope="col">{escape(kind.title)}</th>' for kind in KINDS)
    rows = []
    for number, (platform, made) in enumerate(zip(simulation.platforms, posts, strict=True)):
        cells = "".join(_post_cell(made, number, kind, author, place, at) for kind in range(len(KINDS)))
        rows.append(f'<tr><th scope="row">{escape(name_of(platform))}</th>{cells}</tr>')
    caption = f"By {AUTHORS[author].title} in {within(simulation.places[place])}, on {day(at)}"
    return (
        f'<p class="cap" id="{name}-cap">{escape(caption)}</p>'
        f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{name}-cap"><table class="posts" id="{name}">'
        f'<thead><tr><th scope="col">Platform</th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _post_cell(made: Posts, platform: int, kind: int, author: int, place: int, at: Moment) -> str:
    codes = [made.code(family, kind, author, place, at) for family in range(len(ASKED_FAMILIES))]
    told = [code for code in codes if code != _UNSAID]
    if NO_COUNTERPART in told:  # it has no such kind of record, whatever for: once is enough
        first = codes.index(NO_COUNTERPART)
        codes = [code if n == first else _UNSAID for n, code in enumerate(codes)]
    unknown = ' class="unknown"' if told and all(code in UNKNOWN_CODES for code in told) else ""
    said = "".join(_said(family, code) for family, code in enumerate(codes))
    return f'<td data-platform="{platform}" data-kind="{kind}"{unknown}>{said}</td>'


_LEADS = ("Generative AI: ", "Other AI: ", "Passed on: ")
_LOOKS = ("own-ai", "other-ai", "passed")


def _said(family: int, code: int) -> str:
    look, words = post_words(code) if code != _UNSAID else ("no", "")
    lead = "" if code == NO_COUNTERPART else _LEADS[family]
    hidden = " hidden" if code == _UNSAID else ""
    return (
        f'<p class="{_LOOKS[family]}" data-family="{family}"{hidden}><span class="lead">{lead}</span>'
        f'<span class="said {look}">{escape(words)}</span></p>'
    )


def post_words(code: int) -> tuple[str, str]:
    """Return how a code looks and reads of one post.

    >>> post_words(201), post_words(50), post_words(71)
    (('yes', 'used unless you say no'), ('no', 'no: says never'), ('maybe', 'not known whether paused'))
    """
    verdict, _ = code_words(code)
    words = reason_words(code)
    if verdict in ("permit", ""):
        return ("yes" if verdict else "no"), words
    return ("maybe", words) if verdict == "unknown" else ("no", f"no: {words}")


def posts_data(simulation: Simulation, posts: Sequence[Posts]) -> str:
    """Return what the page's script needs to answer for another author, place or day, as JSON that may stand in a page."""
    data = {
        "kinds": len(KINDS),
        "authors": len(AUTHORS),
        "places": len(simulation.places),
        "shape": [len(made.starts) for made in posts],
        "starts": [[format_day(at)[:10] for at in made.starts] for made in posts],
        "codes": [made.codes.ravel().tolist() for made in posts],
        "none": NO_COUNTERPART,
        "leads": _LEADS,
        "words": {str(code): post_words(code) for code in ALL_CODES},
    }
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def kinds_table(simulation: Simulation) -> str:
    """Return what each platform calls the community's kinds of record; a dash where it has no such kind."""
    kinds = sorted({kind for platform in simulation.platforms for kind in platform.mapped})
    heads = "".join(f'<th scope="col">{escape(kind)}</th>' for kind in kinds)
    rows = "".join(
        f'<tr><th scope="row">{escape(name_of(platform))}</th>{"".join(_kind(platform, kind) for kind in kinds)}</tr>'
        for platform in simulation.platforms
    )
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Kinds of record"><table><thead><tr><th scope="col">Platform</th>'
        f"{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _kind(platform: Platform, kind: str) -> str:
    name = platform.mapped.get(kind)
    if name is None:
        return '<td class="s0">–</td>'
    return f"<td>{'same' if name == kind else escape(name)}</td>"
