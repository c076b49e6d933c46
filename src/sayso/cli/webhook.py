"""``sayso webhook add``, ``list``, ``remove`` and ``deliver``."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, Line, columns, count, give
from sayso.cli.desk import Desk, desk_of, reply
from sayso.cli.options import DryRun, JsonFlag
from sayso.service_ports import Webhook
from sayso.values.moments import format_day, format_moment
from sayso.wiring import random_bytes
from sayso.workflows.feed import Kind
from sayso.workflows.webhooks import Told, add_webhook, is_due, known_webhook, waiting_items

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Addresses that are told of what bears on use."
)
Id = Annotated[str, typer.Argument(metavar="ID", help="The webhook's id, as `sayso webhook list` shows it.")]


@app.command()
def add(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="Where to: https, or http on this machine.")],
    event: Annotated[
        list[str] | None,
        typer.Option(
            "--event",
            metavar="KIND",
            help=f"What it is told of, repeatable; left out, all: {', '.join(Kind)}.",
        ),
    ] = None,
    after: Annotated[
        int | None,
        typer.Option(
            "--after",
            metavar="ENTRY",
            min=-1,
            help="Begin after this entry; -1: with the first; left out, from now on.",
        ),
    ] = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Add a webhook, and print the secret by which its receiver checks that a message is yours.

    Messages are CloudEvents, signed by the scheme of Standard Webhooks, at least once and in the order of the log.

    Examples:

    \b
      sayso webhook add https://affiliate.example/sayso --event said-no --event record-deleted
      sayso webhook add http://127.0.0.1:9000/ --after -1
    """
    with desk_of(ctx).open() as project, project.service() as service:
        made = add_webhook(project.yard, service, random_bytes, url, tuple(event or ()), after, dry_run)
    reply(ctx, _added(made, dry_run), json)


def _added(made: Webhook, dry_run: bool) -> Answer:
    told = f"told of {_events(made)} from entry {made.cursor} on"
    fields: dict[str, Field] = {"dry_run": dry_run, **_fields(made)}
    if dry_run:
        return Answer(fields, (f"Dry run, nothing is written. {made.url} would be {told}.",))
    fields = {**fields, "secret": made.secret}
    secret = f"Its receiver checks messages by this secret: {made.secret}"
    return Answer(fields, (f"Webhook {made.id}: {made.url} is {told}.", secret))


def _events(webhook: Webhook) -> str:
    return ", ".join(webhook.kinds) or "everything"


@app.command("list")
def list_command(ctx: typer.Context, json: JsonFlag = False) -> None:
    """List the webhooks: how far each has been told, and when one that does not answer is tried again.

    Example:

    \b
      sayso webhook list
    """
    with desk_of(ctx).open() as project, project.service() as service:
        found = [(each, waiting_items(project.yard, each)) for each in service.webhooks()]
    head = (
        f"{count(len(found), 'webhook', 'webhooks')}."
        if found
        else "No webhook yet: `sayso webhook add` adds one."
    )
    rows = (
        columns([(one.id, one.url, _events(one), _state(one, waiting)) for one, waiting in found])
        if found
        else ()
    )
    lines: tuple[Line, ...] = (head, *rows)
    fields: Field = [{**_fields(one), "waiting": waiting} for one, waiting in found]
    reply(ctx, Answer({"webhooks": fields}, lines), json)


def _state(webhook: Webhook, waiting: int) -> str:
    if webhook.disabled_at is not None:
        return f"ended by its receiver {format_day(webhook.disabled_at)}"
    behind = f"{count(waiting, 'message waits', 'messages wait')}" if waiting else "told of all"
    if not webhook.attempts or webhook.next_at is None:
        return behind
    tried = count(webhook.attempts, "attempt", "attempts")
    return f"{behind}; {tried} in vain, next {format_day(webhook.next_at)}"


def _fields(webhook: Webhook) -> dict[str, Field]:
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": list(webhook.kinds),
        "created_at": format_moment(webhook.created_at),
        "cursor": webhook.cursor,
        "attempts": webhook.attempts,
        "next_at": None if webhook.next_at is None else format_moment(webhook.next_at),
        "disabled_at": None if webhook.disabled_at is None else format_moment(webhook.disabled_at),
    }


@app.command()
def remove(ctx: typer.Context, webhook: Id, json: JsonFlag = False, dry_run: DryRun = False) -> None:
    """Remove a webhook: it is told nothing more.

    Example:

    \b
      sayso webhook remove wh_0f1e2d3c4b5a6978
    """
    with desk_of(ctx).open() as project, project.service() as service:
        found = known_webhook(service, webhook)
        if not dry_run:
            service.remove_webhook(found.id)
    would = f"Dry run, nothing is written. It would remove the webhook to {found.url}."
    lines = (would if dry_run else f"The webhook to {found.url} is removed.",)
    reply(ctx, Answer({"dry_run": dry_run, **_fields(found)}, lines), json)


@app.command()
def deliver(
    ctx: typer.Context,
    follow: Annotated[
        int | None,
        typer.Option(
            "--follow", min=1, metavar="SECONDS", help="Look again after so many seconds, until you stop it."
        ),
    ] = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Tell every webhook what it has not been told yet. `sayso serve` does so by itself.

    It can be stopped at any time, and goes on where it was: each webhook has its place in the log.

    Examples:

    \b
      sayso webhook deliver
      sayso webhook deliver --follow 5
    """
    desk = desk_of(ctx)
    if dry_run:
        reply(ctx, _due(desk), json)
        return
    give(_delivered(_once(desk)), json, desk.quiet)
    while follow is not None:
        time.sleep(follow)
        told = _once(desk)
        if told:
            give(_delivered(told), json, desk.quiet)


def _once(desk: Desk) -> tuple[Told, ...] | None:
    with desk.open() as project, project.service() as service:
        return project.deliverer(service).deliver()


def _due(desk: Desk) -> Answer:
    with desk.open() as project, project.service() as service:
        due = [one for one in service.webhooks() if is_due(one, project.clock.now())]
        found = [(one, waiting) for one in due if (waiting := waiting_items(project.yard, one))]
    lines = [f"{one.url} would be sent {count(waiting, 'message', 'messages')}." for one, waiting in found]
    fields: Field = [{"id": one.id, "url": one.url, "waiting": waiting} for one, waiting in found]
    return Answer({"dry_run": True, "webhooks": fields}, tuple(lines) or ("Nothing waits.",))


def _delivered(told: tuple[Told, ...] | None) -> Answer:
    fields: Field = [{"delivered": each.delivered, **_fields(each.webhook)} for each in told or ()]
    if told is None:
        lines: tuple[str, ...] = ("Another process delivers already.",)
    else:
        lines = tuple(_told(each) for each in told) or ("Nothing waits.",)
    return Answer({"dry_run": False, "busy": told is None, "webhooks": fields}, lines)


def _told(told: Told) -> str:
    done = f"{told.webhook.url} took {count(told.delivered, 'message', 'messages')}"
    if told.webhook.disabled_at is not None:
        return f"{done}, and is gone: it is told nothing more."
    if told.webhook.next_at is not None:
        return f"{done}, and not the next: it is tried again {format_day(told.webhook.next_at)}."
    return f"{done}."
