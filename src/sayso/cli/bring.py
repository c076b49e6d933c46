"""``sayso import``: one command for each format that comes in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer

from sayso.addressed import unchanged
from sayso.cli.answer import Answer, Field, Line, columns
from sayso.cli.desk import Desk, desk_of, reply
from sayso.cli.options import DryRun, JsonFlag, moment
from sayso.cli.progress import progress_bar
from sayso.cli.written import written_fields, written_lines
from sayso.clustered import TABLE
from sayso.errors import InputError, Problem, Refused
from sayso.intake.refusals import ImportReport
from sayso.wiring import Gatehouse, Project, filled, imported
from sayso.workflows.bring import Arrived, Brought, bring
from sayso.workflows.init import project_name
from sayso.workflows.logbook import Written, write

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Bring in members and records.")

Name = Annotated[
    str | None,
    typer.Option(
        "--name", metavar="NAME", help="What to call the source; left out, after its folder or file."
    ),
]
Prefix = Annotated[
    str, typer.Option("--prefix", metavar="TEXT", help="Put this before every id, where sources share ids.")
]
Replace = Annotated[bool, typer.Option("--replace", help="Take the place of the source of that name.")]
CollectedAt = Annotated[
    str | None,
    typer.Option(
        "--collected-at",
        metavar="MOMENT",
        help="When the records were collected; left out, the format's own.",
    ),
]
Pour = Callable[[Path, Callable[[str], bool]], tuple[Arrived, ImportReport]]


@app.command()
def stackexchange(
    ctx: typer.Context,
    dump: Annotated[
        Path, typer.Argument(metavar="DUMP_DIR", help="The folder that a site's archive unpacks to.")
    ],
    name: Name = None,
    prefix: Prefix = "",
    replace: Replace = False,
    collected_at: CollectedAt = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Bring in a Stack Exchange data dump.

    Users, their texts about themselves, posts and comments come in; tags and votes do not.
    Rows that cannot be used are written aside with the reason, in the source's refused.jsonl.

    Example:

    \b
      sayso import stackexchange dumps/quantumcomputing
    """
    from sayso.intake.stackexchange import import_stackexchange

    desk, collected = desk_of(ctx), moment(collected_at, "--collected-at")
    source = source_name(name, dump.resolve().name)

    def pour(folder: Path, is_erased: Callable[[str], bool]) -> tuple[Arrived, ImportReport]:
        with progress_bar("Reading", desk.quiet) as tell:
            sink = Gatehouse(folder, is_erased, prefix)
            return filled(sink, lambda sink: import_stackexchange(dump, sink, tell, collected))

    reply(ctx, import_source(desk, source, pour, replace, dry_run), json)


@app.command()
def table(
    ctx: typer.Context,
    mapping: Annotated[
        Path, typer.Option("--map", metavar="FILE", help="The mapping: which column is what, as YAML.")
    ],
    members: Annotated[
        str | None,
        typer.Option(
            "--members", metavar="FILE|ADDRESS", help="The members: CSV, JSONL, Parquet, or table:NAME."
        ),
    ] = None,
    records: Annotated[
        str | None,
        typer.Option(
            "--records", metavar="FILE|ADDRESS", help="The records: CSV, JSONL, Parquet, or table:NAME."
        ),
    ] = None,
    name: Name = None,
    prefix: Prefix = "",
    replace: Replace = False,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Bring in plain tables of members and records, by a mapping.

    The mapping says which column of a CSV, JSONL or Parquet file is what: see docs/reference/import.md.
    An address is s3://bucket/path, gs://bucket/path or file:///path: see docs/how-to/object-storage.md.
    Rows that cannot be used are written aside with the reason, in the source's refused.jsonl.
    table:NAME stands for a table of Spark's catalog, as sayso.yaml sets Spark up.

    Examples:

    \b
      sayso import table --members members.csv --records posts.jsonl --map mapping.yaml
      sayso import table --records s3://forum/posts.parquet --map mapping.yaml
      sayso import table --members table:forum.users --records table:forum.posts --map mapping.yaml
    """
    from sayso.intake.mapping import read_mapping
    from sayso.intake.tables import import_table

    desk, read = desk_of(ctx), read_mapping(mapping)
    source = source_name(name, _named_after(records or members or str(mapping)))

    def pour(folder: Path, is_erased: Callable[[str], bool]) -> tuple[Arrived, ImportReport]:
        with (
            desk.open() as project,
            project.table_file(members) as some,
            project.table_file(records) as others,
            progress_bar("Reading", desk.quiet) as tell,
        ):
            sink = Gatehouse(folder, is_erased, prefix)
            return filled(
                sink, lambda sink: unchanged((some, others), import_table(some, others, read, sink, tell))
            )

    reply(ctx, import_source(desk, source, pour, replace, dry_run), json)


def _named_after(given: str) -> str:
    """Return the name of a file without its ending, or that of a table without its database."""
    return given.rpartition(".")[2] if given.startswith(TABLE) else PurePosixPath(given).stem


def source_name(given: str | None, otherwise: str) -> str:
    """Return what to call a source: what was given, else a name made of something else.

    Raises ``InputError`` where what was given cannot be one.
    """
    name = project_name(otherwise) if given is None else given
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", name):
        advice = "use lower-case letters, digits and hyphens"
        raise InputError(Problem("bad-id", f"{name!r} cannot be the name of a source", advice=advice))
    return name


def import_source(desk: Desk, source: str, pour: Pour, replace: bool, dry_run: bool) -> Answer:
    """Return what came in as a source, poured into the desk's project; raises ``Refused`` where one of that name is there."""
    with desk.open() as project:
        _check_place(project, source, replace)
        done, report = _bring(project, source, pour, dry_run)
    return _brought(source, done, report, dry_run)


def _check_place(project: Project, source: str, replace: bool) -> None:
    if source in project.sources.names() and not replace:
        what = f"a source {source!r} is there already"
        raise Refused(
            Problem("source-exists", what, advice="give --replace to take its place, or another --name")
        )


def _bring(project: Project, source: str, pour: Pour, dry_run: bool) -> tuple[Brought, ImportReport]:
    reports: list[ImportReport] = []

    def fill(folder: Path) -> Arrived:
        arrived, report = pour(folder, project.tags.is_erased)
        reports.append(report)
        return arrived

    done = bring(project.book, project.tags, project.sources, project.yard.snapshots, source, fill, dry_run)
    return done, reports[0]


def _brought(source: str, done: Brought, report: ImportReport, dry_run: bool) -> Answer:
    what = f"{_number(report.members, 'member')} and {_number(report.records, 'record')}"
    lines: list[Line] = [
        *written_lines(
            f"{what} are in, as {source}.", f"It would bring in {what}, as {source}.", done.written, dry_run
        )
    ]
    lines += columns([(f"{count:,}", category) for category, count in report.categories])
    lines += [f"  {text}" for text in _notes(done, report)]
    return Answer(
        {**written_fields(done.written, dry_run), **_report_fields(source, done, report)}, tuple(lines)
    )


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _notes(done: Brought, report: ImportReport) -> list[str]:
    lines = [
        *_counted(
            report.orphans,
            "record has no author",
            "records have no author",
            "any more: nobody can say yes for them",
        ),
        *_counted(
            report.unlisted_authors, "record has", "records have", "an author who is not among the members"
        ),
        *_counted(
            report.unnamed_editors,
            "record was",
            "records were",
            "edited by somebody whom the source does not name",
        ),
        *_counted(report.members - report.regions, "member lives", "members live", "where nobody knows"),
        *_counted(done.deletions, "record came", "records came", "as deleted, which the log knows now"),
        *_counted(done.arrived.erased, "row was", "rows were", "left out: of somebody who was erased"),
    ]
    if report.left_out:
        lines.append(f"Left out: {', '.join(f'{what} ({count:,})' for what, count in report.left_out)}.")
    if report.refused_rows:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in report.refused)
        lines += _counted(
            report.refused_rows,
            "row was",
            "rows were",
            f"refused ({reasons}): see the source's refused.jsonl",
        )
    return [*lines, *(str(problem) for problem in report.warnings), f"Licence: {report.licence}."]


def _counted(count: int, one: str, many: str, rest: str) -> list[str]:
    return [f"{count:,} {one if count == 1 else many} {rest}."] if count else []


def _report_fields(source: str, done: Brought, report: ImportReport) -> dict[str, Field]:
    return {
        "source": source,
        "format": report.format,
        "members": report.members,
        "records": report.records,
        "categories": dict(report.categories),
        "refused": dict(report.refused),
        "orphans": report.orphans,
        "unlisted_authors": report.unlisted_authors,
        "unnamed_editors": report.unnamed_editors,
        "regions": report.regions,
        "deletions": done.deletions,
        "erased": done.arrived.erased,
        "digest": report.digest,
        "licence": report.licence,
        "left_out": dict(report.left_out),
        "warnings": [str(problem) for problem in report.warnings],
    }


@app.command()
def community(
    ctx: typer.Context,
    members: Annotated[int, typer.Option("--members", min=1, max=1_000_000, help="How many members.")] = 600,
    seed: Annotated[int, typer.Option("--seed", help="The same seed makes the same community.")] = 1,
    history: Annotated[
        bool,
        typer.Option("--history/--no-history", help="Bring in what its members said over two years, too."),
    ] = True,
    name: Name = None,
    replace: Replace = False,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Make up a community to try things on.

    It has members, what they wrote, and what they said about its use. Nobody in it exists. Personal data is planted in the texts,
    and where it stands is in the source's truth.jsonl.

    Example:

    \b
      sayso import community --seed 7 --members 600
    """
    # Imported here: the generator's phrase books take longer to load than most commands to run.
    from sayso.cli.community import events_of, timeline_for, without
    from sayso.intake.community.generate import generate
    from sayso.intake.community.store import write_community
    from sayso.intake.community.timelines import LINKEDIN

    desk, source = desk_of(ctx), source_name(name, "community")
    with desk.open() as project:
        _check_place(project, source, replace)
        with progress_bar("Making up a community", desk.quiet):
            timeline = timeline_for(project.policy) if history else LINKEDIN
            kept, left_out = without(generate(seed, members, timeline), project.tags.is_erased)

        def pour(folder: Path, _: Callable[[str], bool]) -> tuple[Arrived, ImportReport]:
            report = write_community(kept, folder)
            return Arrived(imported(report), left_out), report

        done, report = _bring(project, source, pour, dry_run)
        facts = kept.history if history and not dry_run else ()
        events = list(events_of(facts, project.tags, project.keys.secret(), project.clock.now()))
        told = write(project.book, events) if events else Written()
    answer = _brought(source, done, report, dry_run)
    line = f"  {len(told.entries):,} entries of history: what members said, were told and deleted."
    fields = {**answer.fields, "history": len(told.entries)}
    reply(ctx, Answer(fields, (*answer.lines, line) if told.entries else answer.lines), json)
