"""``sayso migrate``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, count
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import DryRun, JsonFlag
from sayso.cli.progress import progress_bar
from sayso.config_service import SecretPlace, named_place
from sayso.errors import InputError, Problem
from sayso.moves import move_project
from sayso.workflows.migrate import Moved


class Kind(StrEnum):
    """Where a log can be."""

    POSTGRES = "postgres"
    SQLITE = "sqlite"


def migrate_command(
    ctx: typer.Context,
    kind: Annotated[Kind, typer.Argument(metavar="postgres|sqlite", help="Where to.")],
    url_in: Annotated[
        str | None,
        typer.Option(
            "--url-in",
            metavar="VARIABLE|FILE",
            help="For postgres: the variable or the file that holds the address of the database.",
        ),
    ] = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Move the log and the tags into a PostgreSQL database, or from there into the project's files.

    Entries keep their numbers and bytes, so every receipt still verifies. All is copied and held against what was copied before the
    log here is closed, the one there opened and sayso.yaml changed. Others may write until the last entries are copied; they wait
    for that long. What is stopped in the middle is finished by running it again.

    Examples:

    \b
      sayso migrate postgres --url-in SAYSO_LOG_URL
      sayso migrate sqlite
    """
    desk = desk_of(ctx)
    place = _place(kind, url_in)
    with progress_bar("Copying", desk.quiet, counted=True) as tell:
        moved = move_project(desk.root(), place, tell, dry_run)
    reply(ctx, _moved(kind, moved, dry_run), json)


def _place(kind: Kind, url_in: str | None) -> SecretPlace | None:
    if (kind is Kind.POSTGRES) != (url_in is not None):
        what = "--url-in goes with postgres: it names where the address of the database lies"
        raise InputError(Problem("usage", what, advice="see sayso migrate --help"))
    return None if url_in is None else named_place(url_in)


def _moved(kind: Kind, moved: Moved, dry_run: bool) -> Answer:
    fields: dict[str, Field] = {
        "dry_run": dry_run,
        "to": kind.value,
        "entries": moved.entries,
        "checkpoints": moved.checkpoints,
        "members": moved.members,
        "root": moved.root.hex(),
    }
    what = (
        f"{count(moved.entries, 'entry', 'entries')}, {count(moved.checkpoints, 'checkpoint', 'checkpoints')} and "
        f"{count(moved.members, 'tag', 'tags')}"
    )
    where = "PostgreSQL" if kind is Kind.POSTGRES else "files"
    if dry_run:
        return Answer(fields, (f"Dry run, nothing is written. It would move {what} to {where}.",))
    told = (
        f"{what} are in {where} now.",
        f"  The root of the log's tree is the same: {moved.root.hex()[:16]}…",
        "  The log that was used before is closed; the table of tags there is empty.",
    )
    return Answer(fields, told)
