"""``sayso suspend`` and ``sayso resume``."""

from __future__ import annotations

from typing import Annotated

import typer

from sayso.cli.answer import Answer
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import At, DryRun, JsonFlag, moment
from sayso.cli.written import written_fields, written_lines
from sayso.ledger.events import SuspensionSet
from sayso.values.moments import format_day, format_moment
from sayso.workflows.suspend import Resumed, Stop, Suspended, resume, suspend

Many = list[str]


def suspend_command(
    ctx: typer.Context,
    use: Annotated[
        Many,
        typer.Option("--use", metavar="PURPOSE", help="A purpose to stop, with all below it. Repeatable."),
    ],
    authority: Annotated[str, typer.Option("--authority", metavar="NAME", help="Who stopped it.")],
    region: Annotated[
        Many | None,
        typer.Option(
            "--region",
            metavar="CODE",
            help="Where: an ISO 3166 code or a group; left out, everywhere. Repeatable.",
        ),
    ] = None,
    recipient: Annotated[
        Many | None,
        typer.Option("--recipient", metavar="R", help="For whom; left out, for all recipients. Repeatable."),
    ] = None,
    reference: Annotated[
        str, typer.Option("--reference", metavar="TEXT", help="The document that says so.")
    ] = "",
    start: Annotated[
        str | None, typer.Option("--from", metavar="MOMENT", help="From when on; left out, from now on.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="MOMENT", help="Until when; left out, until resumed.")
    ] = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Stop a use: a regulator's order, or the office's own.

    It prints the id by which `sayso resume` ends it.

    Example:

    \b
      sayso suspend --region GB --use content-generation --authority ICO --reference "statement of 2024-09-20"
    """
    stop = Stop(
        purposes=tuple(use),
        authority=authority,
        reference=reference,
        regions=tuple(region or ()),
        recipients=tuple(recipient or ()),
        starts_at=moment(start, "--from"),
        until=moment(until, "--until"),
    )
    with desk_of(ctx).open() as project:
        done = suspend(project.book, stop, dry_run)
    reply(ctx, _suspended(done, dry_run), json)


def _suspended(done: Suspended, dry_run: bool) -> Answer:
    what = _describe(done.event)
    end = f" End it with `sayso resume {done.id}`." if done.id else ""
    lines = written_lines(
        f"suspension {done.id}: {what}.{end}", f"It would stop {what}.", done.written, dry_run
    )
    fields = {**written_fields(done.written, dry_run), "id": done.id, **_fields(done.event)}
    return Answer(fields, lines)


def _describe(event: SuspensionSet) -> str:
    regions = "everywhere" if event.regions is None else f"in {_some(event.regions)}"
    recipients = "for all recipients" if event.recipients is None else f"for {_some(event.recipients)}"
    span = f"from {format_day(event.starts_at)}"
    if event.until is not None:
        span += f" until {format_day(event.until)}"
    by = event.authority + (f", {event.reference}" if event.reference else "")
    return f"{', '.join(event.purposes)} {recipients}, {regions}, {span} ({by})"


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def _fields(event: SuspensionSet) -> dict[str, str | list[str] | None]:
    return {
        "purposes": list(event.purposes),
        "regions": None if event.regions is None else list(event.regions),
        "recipients": None if event.recipients is None else list(event.recipients),
        "from": format_moment(event.starts_at),
        "until": None if event.until is None else format_moment(event.until),
        "authority": event.authority,
        "reference": event.reference,
    }


def resume_command(
    ctx: typer.Context,
    suspension: Annotated[str, typer.Argument(metavar="ID", help="The suspension's id, S12 say.")],
    at: At = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """End a suspension that `sayso suspend` set.

    Example:

    \b
      sayso resume S12
    """
    with desk_of(ctx).open() as project:
        done = resume(project.book, suspension, moment(at), dry_run)
    reply(ctx, _resumed(done, dry_run), json)


def _resumed(done: Resumed, dry_run: bool) -> Answer:
    name, day = f"S{done.event.entry}", format_day(done.event.at)
    what = f"suspension {name} of {', '.join(done.suspension.purposes)}"
    lines = written_lines(f"{what} ends {day}.", f"It would end {what} {day}.", done.written, dry_run)
    fields = {**written_fields(done.written, dry_run), "id": name, "at": format_moment(done.event.at)}
    return Answer(fields, lines)
