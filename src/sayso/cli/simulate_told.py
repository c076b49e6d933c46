"""What a simulation found, as a table for people and as fields for programs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from sayso.cli.answer import PIPED_WIDTH, Field
from sayso.policy.kin import Family
from sayso.reports.simulated import ALL_CODES, Line, Platform, Simulation, code_words
from sayso.reports.simulation_words import (
    PERMIT_NOTE,
    UNKNOWN_NOTE,
    about,
    day,
    granted,
    main_reason,
    percent,
)
from sayso.values.moments import Moment, format_day

_COLUMNS = 2
_FAMILIES = {
    Family.GENERATIVE: "generative",
    Family.OTHER_AI: "other AI",
    Family.PASSED_ON: "passed on",
    Family.OTHER: "other uses",
}


def lines_of(found: Simulation, at: Moment, written: str | None) -> Iterator[str]:
    """Yield the table of a day: by platform and question, how much would have been used, everywhere and in some places."""
    moment = found.place_at(at)
    yield about(found)
    yield f"Share of what was there on {day(at)} that each platform’s stated policy would use:"
    yield from _table(found, moment)
    yield f"{PERMIT_NOTE} {UNKNOWN_NOTE}"
    yield f"{granted(found)}"
    missing = _without_counterpart(found)
    if missing:
        yield "No counterpart, so not decided: " + "; ".join(missing) + "."
    if written is not None:
        yield f"The page is in {written}."


def _table(found: Simulation, moment: int) -> list[str]:
    shown = _places(found, moment)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("platform", no_wrap=True, min_width=8)
    table.add_column("", no_wrap=True)
    for name in ("members", "records", "unknown"):
        table.add_column(name, justify="right")
    for place in shown:
        table.add_column(found.places[place].name, justify="right")
    table.add_column("else mostly", no_wrap=True)
    for platform in found.platforms:
        for number, line in enumerate(platform.families):
            table.add_row(
                "" if number else platform.policy.id,
                _FAMILIES[line.family],
                *_cells(found, line, moment, shown),
            )
    console = Console(width=PIPED_WIDTH, color_system=None, highlight=False, legacy_windows=False)
    with console.capture() as said:
        console.print(table)
    return [row.rstrip() for row in said.get().rstrip("\n").split("\n")]


def _places(found: Simulation, moment: int) -> list[int]:
    order = np.argsort(-found.records[:-1, moment], kind="stable")
    return sorted(order[:_COLUMNS].tolist())


def _cells(found: Simulation, line: Line, moment: int, shown: list[int]) -> Iterator[str]:
    permitted, unknown, there = (
        line.permitted()[:, moment],
        line.unknown()[:, moment],
        found.records[:, moment],
    )
    yield percent(int(line.members[:, moment].sum()), int(found.members[:, moment].sum()))
    yield percent(int(permitted.sum()), int(there.sum()))
    yield percent(int(unknown.sum()), int(there.sum()))
    for place in shown:
        yield percent(int(permitted[place]), int(there[place]))
    code = main_reason(line, moment)
    verdict, reason = ("", "") if code is None else code_words(code)
    yield f"unknown: {reason}" if verdict == "unknown" else reason


def _without_counterpart(found: Simulation) -> list[str]:
    rows = []
    for platform in found.platforms:
        kinds = [name for name, counterpart in platform.mapped.items() if counterpart is None]
        if kinds:
            rows.append(f"{platform.policy.id}: {', '.join(kinds)}")
    return rows


def fields_of(found: Simulation, at: Moment, written: str | None) -> dict[str, Field]:
    """Return all counts: for each use its numbers from each moment on at which any of them changes, by place."""
    return {
        "community": found.community,
        "members": found.total_members,
        "records": found.total_records,
        "from": format_day(found.moments[0]),
        "to": format_day(found.moments[-1]),
        "on": format_day(at),
        "said_no": found.no_share,
        "permit": PERMIT_NOTE,
        "html": written,
        "moments": [format_day(one) for one in found.moments],
        "places": [{"name": place.name, "regions": list(place.codes)} for place in found.places],
        "there": [
            {"place": n, "members": _runs(found.members[n]), "records": _runs(found.records[n])}
            for n in range(len(found.places))
        ],
        "platforms": [_platform(found, platform, found.place_at(at)) for platform in found.platforms],
    }


def _platform(found: Simulation, platform: Platform, moment: int) -> dict[str, Field]:
    return {
        "policy": platform.policy.id,
        "title": platform.policy.title,
        "digest": platform.policy.digest,
        "categories": dict(platform.mapped),
        "families": [_line(found, line, moment) for line in platform.families],
        "uses": [_line(found, line, moment) for line in platform.uses],
    }


def _line(found: Simulation, line: Line, moment: int) -> dict[str, Field]:
    permitted, unknown = line.permitted(), line.unknown()
    return {
        "family": line.family.value,
        "purpose": None if line.use is None else line.use.purpose,
        "recipient": None if line.use is None else line.use.recipient,
        "places": [
            {
                "place": n,
                "members_permitted": _runs(line.members[n]),
                "records_permitted": _runs(permitted[n]),
                "records_unknown": _runs(unknown[n]),
                "reasons": {
                    "/".join(code_words(ALL_CODES[c])).strip("/"): int(number)
                    for c, number in enumerate(line.records[n, moment])
                    if number
                },
            }
            for n in range(len(found.places))
        ],
    }


def _runs(series: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> list[Field]:
    """Return (number of the moment, value) where a series begins and wherever it changes."""
    values = series.tolist()
    return [[n, value] for n, value in enumerate(values) if n == 0 or value != values[n - 1]]
