"""``sayso gate``: the gate in a platform's own warehouse, as views and as the log's facts for them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sayso.addressed import files_in
from sayso.cli.answer import Answer, Field, columns, count
from sayso.cli.desk import Desk, desk_of, reply
from sayso.cli.options import JsonFlag, Purpose, Recipient, moment, use
from sayso.errors import InputError, Problem
from sayso.policy.compile import Wide
from sayso.policy.model import Policy
from sayso.policy.warehouse import Warehouse
from sayso.values.moments import SECOND, Moment, format_moment
from sayso.workflows.handover import Handover, handover
from sayso.workflows.views import PREFIX, Asked, Script, dialect_of, gate_script

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Decide in a warehouse, by views.")

Size = Annotated[
    int | None,
    typer.Option(
        "--log-size", metavar="N", min=0, help="Hear the log's first N entries; left out, all of them."
    ),
]


class Dialects(StrEnum):
    """The dialects of ``policy.dialects.DIALECTS``."""

    DUCKDB = "duckdb"
    SPARK = "spark"
    TRINO = "trino"
    POSTGRES = "postgres"
    BIGQUERY = "bigquery"
    SNOWFLAKE = "snowflake"


class Form(StrEnum):
    """How facts are written."""

    PARQUET = "parquet"
    CSV = "csv"


@app.command()
def sql(
    ctx: typer.Context,
    purpose: Purpose,
    recipient: Recipient,
    policy: Annotated[
        str | None,
        typer.Argument(
            metavar="[PACK|FILE]",
            help="A policy to try out, without a log; left out, the project's, with its log.",
        ),
    ] = None,
    dialect: Annotated[Dialects, typer.Option("--dialect", help="Whose SQL.")] = Dialects.DUCKDB,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--map",
            metavar="FILE",
            help="The platform's tables, as YAML; left out, tables like those an import writes.",
        ),
    ] = None,
    prefix: Annotated[
        str,
        typer.Option(
            "--prefix",
            metavar="TEXT",
            help="What the names of views and facts begin with; it may name a schema.",
        ),
    ] = PREFIX,
    hours: Annotated[
        int,
        typer.Option(
            "--hours",
            min=1,
            max=8784,
            help="How long the views may be read as the present's answer; then they deny.",
        ),
    ] = 24,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="MOMENT",
            help="Answer for this moment, whenever the views are read; left out, for the present.",
        ),
    ] = None,
    log_size: Size = None,
    json: JsonFlag = False,
) -> None:
    """Print views that decide a use over the platform's own tables, in a warehouse.

    The last of them has a row for each record: verdict, reason, rule. They are bound to a version of
    the policy, to a size of the log and to a time; outside of these, every record is denied.
    The facts that they read are written by `sayso gate facts`.

    Examples:

    \b
      sayso gate sql --purpose ai-training --recipient platform --dialect spark --map tables.yaml
      sayso gate sql linkedin --purpose content-generation --recipient microsoft --at 2025-11-03
    """
    desk, asked, when = desk_of(ctx), use(purpose, recipient), moment(at)
    found, told = (desk.policy(policy), None) if policy is not None else _with_log(desk, log_size)
    now = desk.clock.now()
    if told is not None:
        now = max(now, told.latest)  # what a faster clock has logged must count
    script = gate_script(
        found,
        Asked(
            asked,
            now if when is None else when,
            Moment(now + hours * 3600 * SECOND) if when is None else None,
            Wide() if told is None else told.wide,
            None if told is None else told.log,
            dialect_of(dialect.value),
            _tables(mapping, told),
            prefix,
        ),
    )
    reply(ctx, _printed(script), json)


def _tables(mapping: Path | None, told: Handover | None) -> Warehouse | None:
    if mapping is not None:
        from sayso.intake.warehouse import read_warehouse  # it knows of regions, and takes long to load

        return read_warehouse(mapping)
    return None if told is None else told.own


def _with_log(desk: Desk, size: int | None) -> tuple[Policy, Handover]:
    with desk.open() as project:
        return project.policy, handover(project.yard, _regions(), _checked(size, project.log.size()))


def _regions() -> tuple[str, ...]:
    from sayso.intake.cells import region_codes  # most commands need no regions

    return region_codes()


def _checked(size: int | None, there: int) -> int | None:
    if size is not None and size > there:
        what = f"the log has {count(there, 'entry', 'entries')}, not {size:,}"
        raise InputError(Problem("unknown-entry", what, advice="leave --log-size out for all of them"))
    return size


def _printed(script: Script) -> Answer:
    asked, version, text = script.asked, script.version, script.sql()
    fields: dict[str, Field] = {
        "policy": script.policy.id,
        "digest": script.policy.digest,
        "version": None if version is None else version.id,
        "purpose": asked.use.purpose,
        "recipient": asked.use.recipient,
        "at": format_moment(asked.at),
        "until": None if script.until is None else format_moment(script.until),
        "log_size": None if asked.log is None else asked.log.size,
        "log_root": None if asked.log is None else asked.log.root,
        "dialect": asked.dialect.id,
        "tables": list(script.tables()),
        "views": [asked.prefix + view.name for view in script.views],
        "sql": text,
    }
    return Answer(fields, tuple(text.rstrip("\n").split("\n")))


@app.command()
def facts(
    ctx: typer.Context,
    folder: Annotated[
        str,
        typer.Argument(
            metavar="FOLDER|ADDRESS", help="Where to write them; a folder is made if it is not there."
        ),
    ],
    form: Annotated[Form, typer.Option("--format", help="How.")] = Form.PARQUET,
    log_size: Size = None,
    json: JsonFlag = False,
) -> None:
    """Write what the log says of members as plain tables, to be loaded beside the views of `sayso gate sql`.

    They name members by their ids, and hold nothing of erased members: load them anew each time, whole, and delete the files.

    Examples:

    \b
      sayso gate facts facts/ --format csv
      sayso gate facts s3://governance/facts
    """
    desk = desk_of(ctx)
    with desk.open() as project:
        found = handover(project.yard, _regions(), _checked(log_size, project.log.size()))
    _write(folder, form, found)
    rows = {name: table.num_rows for name, table in found.tables.items()}
    fields: dict[str, Field] = {
        "folder": folder,
        "format": form.value,
        "log_size": found.log.size,
        "log_root": found.log.root,
        "rows": rows,
        "unnamed_deletions": found.unnamed,
    }
    head = f"What a log of {count(found.log.size, 'entry', 'entries')} says is in {folder}, as {form.value}."
    lines = [head, *columns([(f"{number:,}", name) for name, number in rows.items()])]
    if found.unnamed:
        what = count(found.unnamed, "deletion is", "deletions are")
        lines.append(f"  {what} of records that no source holds, and not among them.")
    reply(ctx, Answer(fields, tuple(lines)), json)


def _write(folder: str, form: Form, found: Handover) -> None:
    """Write the tables, the log's last: until it is there, they are not whole."""
    import pyarrow.csv
    import pyarrow.parquet as pq

    opened = files_in(folder)
    for name, table in found.tables.items():
        with opened(f"{name}.{form.value}") as file:
            if form is Form.CSV:
                pyarrow.csv.write_csv(table, file)
            else:
                pq.write_table(table, file, compression="zstd")
