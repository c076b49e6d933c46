"""The overview: which use stands how in which region, with members and records behind it, and how choices go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sayso.errors import InputError, Problem
from sayso.policy.reasons import step_names
from sayso.values.moments import DAY, SECOND, Moment, format_day
from sayso.values.regions import is_region
from sayso.web.jobs import SHARE, Job, Report
from sayso.web.office.desk import (
    STATES,
    Reader,
    office_page,
    project_of,
    result_of,
    use_key,
    use_namer,
    use_of,
)
from sayso.web.office.pictures import Tile, funnel, small_world, swatch, trend, world
from sayso.web.pages import site_of
from sayso.web.words import region_name
from sayso.wiring import Project
from sayso.workflows.logstate import stood
from sayso.workflows.office.overview import (
    Cell,
    Counts,
    Overview,
    Row,
    State,
    count,
    funnel_at,
    is_fresh,
    is_overtaken,
    last_counted,
    overview,
)
from sayso.workflows.office.trend import Line, Span, Trend
from sayso.workflows.office.trend import trend as trend_of

router = APIRouter()
COUNTS, OLD = "counts", 3_600 * SECOND
"""The name of the work of counting, and how old counts may become where nothing is written: waiting times end."""


@router.get("/office")
def start(_: Reader) -> Response:
    """Lead to the overview."""
    return RedirectResponse("/office/overview", 303)


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts that are at hand (``None``: none yet), and the work that makes newer ones, where that goes on."""

    counts: Counts | None
    job: Job | None


def counted(request: Request, project: Project) -> Counted:
    """Return the counts of the log as it is where they can be had at once, else the last ones while newer ones are made."""
    yard, now, jobs = project.yard, project.clock.now(), site_of(request).jobs
    last, job = last_counted(yard), jobs.last(COUNTS)
    if last is not None and is_fresh(yard, last, now, OLD):
        return Counted(last, None)
    if last is not None and is_overtaken(last, stood(yard).index):
        last = None
    if job is None or job.runs or last is None or now - last.at > SHARE * job.seconds * SECOND:

        def work(report: Report) -> Counts:
            return count(yard, now, report)

        job = jobs.start(COUNTS, project.log.size(), work)
        found = result_of(job)
        return Counted(last if found is None else found, job if found is None else None)
    return Counted(last, None)


@router.get("/office/overview")
def overview_page(request: Request, _: Reader, use: str = "", show: str = "") -> Response:
    """Show the matrix, one use of it on a map."""
    project = project_of(request)
    if not project.sources.names():
        return office_page(request, "empty.html", title="Overview")
    found = counted(request, project)
    if found.counts is None:
        return _waiting(request, found, request.url.path)
    seen = overview(project.policy, found.counts, stood(project.yard, found.counts.log_size).index)
    chosen = use_of(use, seen.uses)
    place = seen.uses.index(chosen) if chosen else 0
    every = show == "all"
    columns = [
        number for number in range(len(seen.uses)) if every or number == place or _says_anything(seen, number)
    ]
    return office_page(
        request,
        "overview.html",
        found=seen,
        job=found.job,
        behind=project.log.size() - seen.log_size,
        chosen=chosen,
        place=place,
        every=every,
        shown=seen.regions if every else seen.regions[:MANY],
        key=use_key,
        columns=columns,
        left_out=[
            use_namer(project.policy)(one) for number, one in enumerate(seen.uses) if number not in columns
        ],
        swatches={state: swatch(state, number) for number, state in enumerate(STATES)},
        present=tuple(
            state for state in STATES if any(state is c.state for row in seen.regions for c in row.cells)
        ),
        maps=_maps(project, seen, place) if chosen else None,
        totals=_totals(seen, place) if chosen else None,
    )


def _waiting(request: Request, found: Counted, again: str) -> Response:
    what = "Members and records are being counted"
    return office_page(request, "waiting.html", title="Overview", job=found.job, what=what, again=again)


def _says_anything(seen: Overview, place: int) -> bool:
    """Tell whether a use is anywhere more than never and not disclosed."""
    return any(row.cells[place].state not in (State.NEVER, State.NOT_DISCLOSED) for row in seen.regions)


MANY = 14
"""Regions that a table shows before the others are asked for."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over all regions for one use."""

    members: int
    members_permitted: int
    records: int
    permitted: int


def _totals(seen: Overview, place: int) -> Totals:
    cells = [row.cells[place] for row in seen.regions]
    return Totals(
        sum(cell.members for cell in cells),
        sum(cell.members_permitted for cell in cells),
        sum(cell.records for cell in cells),
        sum(cell.permitted for cell in cells),
    )


def _maps(project: Project, seen: Overview, place: int) -> tuple[object, object]:
    tiles = tuple(_tiles(seen.regions, place))
    counts: dict[State, int] = {}
    for tile in tiles:
        counts[State(tile.state)] = counts.get(State(tile.state), 0) + 1
    said = ", ".join(f"{STATES[state][0]} in {number}" for state, number in counts.items())
    label = f"Map of {len(tiles)} countries where members live: {said}. The table below says the same."
    return world(tiles, label), small_world(tiles, label)


def _tiles(rows: Iterable[Row], place: int) -> Iterator[Tile]:
    """Yield a tile for each country; where its subdivisions differ, it says so."""
    by_country: dict[str, list[Cell]] = {}
    for row in rows:
        if row.region is not None:
            by_country.setdefault(row.region[:2], []).append(row.cells[place])
    for code, cells in by_country.items():
        states = {cell.state for cell in cells}
        state = states.pop() if len(states) == 1 else State.MIXED
        members, permitted = sum(c.members for c in cells), sum(c.permitted for c in cells)
        records = sum(cell.records for cell in cells)
        title = f"{region_name(code)}: {STATES[state][0]}; {members:,} members, {permitted:,} of {records:,} records permitted"
        yield Tile(code, state.value, title)


@router.get("/office/overview/cell")
def cell_page(request: Request, _: Reader, use: str = "", region: str = "") -> Response:
    """Show one cell: which rules apply there, and what becomes of its members' records."""
    project = project_of(request)
    wanted = None if region in ("", "unknown") else region
    if wanted is not None and not is_region(wanted):
        raise InputError(
            Problem("unknown-name", "there is no such region", advice="choose one on the overview")
        )
    at_hand = counted(request, project)
    if at_hand.counts is None:
        return _waiting(request, at_hand, f"{request.url.path}?{request.url.query}")
    counts = at_hand.counts
    seen = overview(project.policy, counts, stood(project.yard, counts.log_size).index)
    chosen = use_of(use, seen.uses)
    row = next((row for row in seen.regions if row.region == wanted), None)
    if chosen is None or row is None:
        raise InputError(
            Problem(
                "unknown-name",
                "nobody lives there, or nothing is in force",
                advice="choose a cell of the overview",
            )
        )
    cell = row.cells[seen.uses.index(chosen)]
    rules = tuple(rule for rule in (seen.version.rules if seen.version else ()) if rule.id in cell.rules)
    found = funnel_at(counts.of(chosen), wanted)
    names = step_names()
    return office_page(
        request,
        "cell.html",
        cell=cell,
        row=row,
        rules=rules,
        version=seen.version,
        at=seen.at,
        swatch=swatch(cell.state, 0),
        picture=funnel(found, _said(found.considered, found.permitted), names),
        outcomes=[
            (names.get(str(outcome.reason), str(outcome.reason)), outcome, n) for outcome, n in found.outcomes
        ],
        chosen=chosen,
    )


def _said(considered: int, permitted: int) -> str:
    return f"Funnel: of {considered:,} records, {permitted:,} are permitted. The table below says the same."


@dataclass(frozen=True, slots=True)
class Drawn:
    """One control's trend: its label, its sums, its picture, and its steps with anything in them, the latest first."""

    control: str
    label: str
    noes: int
    yeses: int
    picture: object
    steps: tuple[tuple[str, int, int], ...]


@router.get("/office/choices")
def choices_page(request: Request, _: Reader, by: Span = Span.MONTH) -> Response:
    """Show how many noes and yeses were said, step by step."""
    project = project_of(request)
    found = trend_of(stood(project.yard).index, by, project.clock.now(), LONGEST[by])
    labels = {
        control.id: control.label for version in project.policy.versions for control in version.controls
    }
    drawn = [_drawn(found, line, labels.get(line.control) or line.control) for line in found.lines]
    return office_page(request, "choices.html", by=by, spans=tuple(Span), drawn=drawn)


LONGEST = {Span.DAY: 92, Span.WEEK: 104, Span.MONTH: 60}
"""Steps on a page: three months of days, two years of weeks, five years of months."""


def _drawn(found: Trend, line: Line, label: str) -> Drawn:
    starts = tuple(_step(start, found.span) for start in found.starts)
    noes, yeses = sum(line.noes), sum(line.yeses)
    said = f"{label}: {noes:,} noes and {yeses:,} yeses. The table below says the same."
    steps = [
        (start, no, yes) for start, no, yes in zip(starts, line.noes, line.yeses, strict=True) if no or yes
    ]
    return Drawn(
        line.control, label, noes, yeses, trend(starts, line.noes, line.yeses, said), tuple(reversed(steps))
    )


def _step(start: Moment, span: Span) -> str:
    day = format_day(Moment(start - start % DAY))
    return day[:7] if span is Span.MONTH else day
