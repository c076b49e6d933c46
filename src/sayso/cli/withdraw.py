"""``sayso withdraw``: what may not be used any more leaves a published data set."""

from __future__ import annotations

from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, Line, count
from sayso.cli.dataset import records_done
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import DryRun, JsonFlag
from sayso.values.moments import format_day, format_moment
from sayso.workflows.shelf import behind_of
from sayso.workflows.withdraw import Withdrawn, withdraw


def withdraw_command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The data set.")],
    now: Annotated[
        bool,
        typer.Option(
            "--now", help="Delete the bytes of superseded versions at once, not when their days are over."
        ),
    ] = False,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Take out of a data set what its members have taken back, and delete old copies that are due.

    The log is read from where the last version stopped; whoever said no since, every deletion, suspension and new policy
    version counts. Only the shards that it touches are written anew; what comes out is what a build from nothing would give.

    Example:

    \b
      sayso withdraw writers --dry-run
    """
    desk = desk_of(ctx)
    with desk.open() as project, records_done("Withdrawing", desk, None) as progress:
        done = withdraw(project.yard, project.datasets, name, progress, now, dry_run)
        behind = behind_of(project.shelf, name)
    reply(ctx, _answer(done, dry_run, behind), json)


def _answer(done: Withdrawn, dry_run: bool, behind: tuple[str, ...]) -> Answer:
    built, manifest = done.built, done.built.manifest
    fields: dict[str, Field] = {
        "dry_run": dry_run,
        "name": manifest.name,
        "entry": None if built.entry is None else built.entry.number,
        "version": manifest.version if built.entry else None,
        "changed": bool(done.shards),
        "shards": list(done.shards),
        "dropped": done.dropped,
        "redacted_again": done.redone,
        "carried": built.carried,
        "records": manifest.rows,
        "purged": list(done.purged),
        "kept_until": None if done.kept_until is None else format_moment(done.kept_until),
        "models_behind": list(behind),
    }
    lines = _lines(done, dry_run)
    if behind:
        lines.append(
            f"Models that still stand on an older version: {', '.join(behind)}; run `sayso forget MODEL`."
        )
    return Answer(fields, tuple(lines))


def _lines(done: Withdrawn, dry_run: bool) -> list[Line]:
    built, manifest = done.built, done.built.manifest
    lines: list[Line] = []
    if not done.shards:
        lines.append(f"Nothing to withdraw: {manifest.name} holds what may be used.")
    elif built.entry is None:
        lines.append(f"Dry run, nothing is published. {manifest.name} would change in {_shards(done)}.")
    else:
        version = f"{manifest.name} v{manifest.version:04d}"
        lines.append(f"Entry {built.entry.number}: {version} is published; {_shards(done)} changed.")
    if done.shards and done.dropped is not None and done.redone is not None:
        lines.append(
            f"{count(done.dropped, 'record is', 'records are')} out, {done.redone:,} redacted again for a name in them, "
            f"{built.carried:,} taken over as they were: {manifest.rows:,} in all."
        )
    if done.purged:
        versions = ", ".join(f"v{version:04d}" for version in done.purged)
        lines.append(f"Deleted for good: the bytes of {versions}. Their manifests stay.")
    if done.kept_until is not None:
        lines.append(f"Older bytes are kept until {format_day(done.kept_until)}; --now deletes them at once.")
    return lines


def _shards(done: Withdrawn) -> str:
    return f"{len(done.shards)} of {count(len(done.built.manifest.shards), 'shard', 'shards')}"
