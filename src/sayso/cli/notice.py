"""``sayso notice give``."""

from __future__ import annotations

from typing import Annotated

import typer

from sayso.cli.answer import Answer
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import At, Channel, DryRun, JsonFlag, moment
from sayso.cli.written import written_fields, written_lines
from sayso.errors import InputError, Problem
from sayso.values.moments import format_day, format_moment
from sayso.workflows.notify import Audience, Noticed, notify

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Tell members of a policy version.")


@app.callback()
def notices() -> None:
    """Keep ``give`` a command of its own: others will stand beside it."""


@app.command()
def give(
    ctx: typer.Context,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="The policy version they were told of.")],
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="AUDIENCE", help="everyone, region:GB, region:GB,FR, region:GROUP, or member:ID."
        ),
    ],
    at: At = None,
    channel: Channel = "e-mail",
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Record that a policy version was brought to people's attention.

    A rule that asks for notice uses nothing of a member whom no notice of that rule has reached, early enough.

    Examples:

    \b
      sayso notice give 2025-11-03 --to everyone --at 2025-09-18
      sayso notice give 2025-11-03 --to region:EEA
      sayso notice give 2025-11-03 --to member:1204
    """
    with desk_of(ctx).open() as project:
        done = notify(project.book, project.tags, version, audience(to), moment(at), channel, dry_run)
    reply(ctx, _noticed(done, dry_run), json)


def audience(text: str) -> Audience:
    """Return whom ``everyone``, ``region:...`` or ``member:...`` names.

    Raises ``InputError`` for anything else.
    """
    kind, _, names = text.partition(":")
    if text == "everyone":
        return Audience()
    if kind == "region" and names.strip():
        return Audience(regions=tuple(name.strip() for name in names.split(",") if name.strip()))
    if kind == "member" and names:
        return Audience(member=names)
    advice = "write everyone, region:GB or member:ID"
    raise InputError(Problem("bad-audience", "--to does not say whom the notice reached", advice=advice))


def _noticed(done: Noticed, dry_run: bool) -> Answer:
    event = done.event
    whom = _whom(event.tag, event.regions)
    what = f"notice of version {event.version} to {whom} by {event.channel}, {format_day(event.at)}"
    lines = written_lines(f"{what}.", f"It would record a {what}.", done.written, dry_run)
    fields = {
        **written_fields(done.written, dry_run),
        "version": event.version,
        "to": "member" if event.tag else "everyone" if event.regions is None else "regions",
        "regions": None if event.regions is None else list(event.regions),
        "at": format_moment(event.at),
        "channel": event.channel,
    }
    return Answer(fields, lines)


def _whom(tag: str | None, regions: tuple[str, ...] | None) -> str:
    if tag is not None:
        return "one member"
    if regions is None:
        return "everyone"
    return ", ".join(regions[:8]) + (f" and {len(regions) - 8} more regions" if len(regions) > 8 else "")
