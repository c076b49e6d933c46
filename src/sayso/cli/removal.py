"""``sayso delete record``, ``sayso delete account`` and ``sayso erase``."""

from __future__ import annotations

from typing import Annotated

import typer

from sayso.cli.answer import Answer, Line
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import At, DryRun, JsonFlag, moment
from sayso.cli.written import written_fields, written_lines
from sayso.values.moments import format_day, format_moment
from sayso.workflows.delete import Deleted, close_account, delete_record
from sayso.workflows.erase import Erased, erase

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Record that an author removed something."
)

MemberId = Annotated[str, typer.Argument(metavar="MEMBER", help="The member's id in the imported source.")]


@app.command("record")
def record_command(
    ctx: typer.Context,
    record: Annotated[str, typer.Argument(metavar="RECORD", help="The record's id in the imported source.")],
    at: At = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Record that the author of a record deleted it.

    It stands: restoring the record does not make it usable.

    Example:

    \b
      sayso delete record post-4711 --at 2025-03-01
    """
    with desk_of(ctx).open() as project:
        done = delete_record(project.book, project.tags, project.sources, record, moment(at), dry_run)
    reply(ctx, _deleted(done, "a record was deleted by its author", dry_run), json)


@app.command("account")
def account_command(
    ctx: typer.Context, member: MemberId, at: At = None, json: JsonFlag = False, dry_run: DryRun = False
) -> None:
    """Record that a member closed their account: all their records count as deleted from then on.

    Example:

    \b
      sayso delete account 1204 --at 2025-03-01
    """
    with desk_of(ctx).open() as project:
        done = close_account(project.book, project.tags, member, moment(at), dry_run)
    reply(ctx, _deleted(done, "an account was closed, and its records count as deleted", dry_run), json)


def _deleted(done: Deleted, what: str, dry_run: bool) -> Answer:
    day = format_day(done.event.at)
    lines = written_lines(f"{what}, {day}.", f"It would record that {what}, {day}.", done.written, dry_run)
    return Answer({**written_fields(done.written, dry_run), "at": format_moment(done.event.at)}, lines)


def erase_command(
    ctx: typer.Context, member: MemberId, json: JsonFlag = False, dry_run: DryRun = False
) -> None:
    """Erase a member: their profile, their records, and their tie to the log.

    The log still verifies, and nobody can tell any more whom its entries were about. It cannot be undone, and later imports
    leave the member out. Data sets and models made before follow with `sayso work`. Later builds do not know the name any more
    and may leave it standing in the words of others: record a no and run `sayso work` first, then erase.

    Example:

    \b
      sayso erase 1204 --dry-run
    """
    with desk_of(ctx).open() as project:
        done = erase(project.book, project.tags, project.sources, project.yard.snapshots, member, dry_run)
    reply(ctx, _erased(done, dry_run), json)


def _erased(done: Erased, dry_run: bool) -> Answer:
    rows, records = "row" if done.members == 1 else "rows", "record" if done.records == 1 else "records"
    what = f"{done.members} member {rows} and {done.records} {records}"
    lines: list[Line] = [
        *written_lines(
            f"a member is erased: {what} are gone.", f"It would remove {what}.", done.written, dry_run
        )
    ]
    if done.published:
        lines.append(f"Published before: {', '.join(done.published)}. `sayso work` takes them out of it.")
    fields = {
        **written_fields(done.written, dry_run),
        "members": done.members,
        "records": done.records,
        "published_before": list(done.published),
    }
    return Answer(fields, tuple(lines))
