"""``sayso token create``, ``list`` and ``revoke``."""

from __future__ import annotations

from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, Line, columns, count
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import DryRun, JsonFlag
from sayso.service_ports import ServiceToken
from sayso.values.moments import format_day, format_moment
from sayso.wiring import random_bytes
from sayso.workflows.tokens import SCOPES, Issued, issue, revoke

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Tokens by which services use the API (`sayso serve`)."
)


@app.command()
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the token is for: trainer, say.")],
    scope: Annotated[
        list[str],
        typer.Option(
            "--scope",
            metavar="S",
            help=f"What it opens, repeatable: {', '.join(SCOPES)}; licensee:ID, what is one licensee's.",
        ),
    ],
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Make a token, and print it: once, for only a digest of it is kept.

    A service sends it as `Authorization: Bearer sayso_...`. Give each service one of its own, with the scopes that it needs.

    Examples:

    \b
      sayso token create trainer --scope feed:read --scope decisions:read
      sayso token create website --scope choices:read --scope choices:write
    """
    with desk_of(ctx).open() as project, project.service() as service:
        issued = issue(service, project.clock, random_bytes, name, tuple(scope), dry_run)
    reply(ctx, _issued(issued), json)


def _issued(issued: Issued) -> Answer:
    token, scopes = issued.token, ", ".join(issued.token.scopes)
    fields: dict[str, Field] = {"dry_run": issued.text is None, **_fields(token), "token": issued.text}
    if issued.text is None:
        return Answer(
            fields, (f"Dry run, nothing is written. It would make the token {token.name} for {scopes}.",)
        )
    return Answer(
        fields, (f"The token {token.name} opens {scopes}. Keep it: it is not shown again.", issued.text)
    )


@app.command("list")
def list_command(ctx: typer.Context, json: JsonFlag = False) -> None:
    """List the tokens: what each opens, since when, when it was last used, and whether it was revoked.

    Example:

    \b
      sayso token list
    """
    with desk_of(ctx).open() as project, project.service() as service:
        tokens = service.tokens()
    head = (
        f"{count(len(tokens), 'token', 'tokens')}."
        if tokens
        else "No token yet: `sayso token create` makes one."
    )
    lines: tuple[Line, ...] = (head, *columns([_row(token) for token in tokens])) if tokens else (head,)
    reply(ctx, Answer({"tokens": [_fields(token) for token in tokens]}, lines), json)


def _row(token: ServiceToken) -> tuple[str, ...]:
    used = "never used" if token.used_on is None else f"used {format_day(token.used_on)}"
    state = used if token.revoked_at is None else f"revoked {format_day(token.revoked_at)}"
    return token.name, f"since {format_day(token.created_at)}", state, " ".join(token.scopes)


def _fields(token: ServiceToken) -> dict[str, Field]:
    return {
        "name": token.name,
        "scopes": list(token.scopes),
        "created_at": format_moment(token.created_at),
        "used_on": None if token.used_on is None else format_day(token.used_on),
        "revoked_at": None if token.revoked_at is None else format_moment(token.revoked_at),
    }


@app.command("revoke")
def revoke_command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The token's name.")],
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Take a token back: from the next request on it opens nothing.

    Example:

    \b
      sayso token revoke trainer
    """
    with desk_of(ctx).open() as project, project.service() as service:
        token = revoke(service, project.clock, name, dry_run)
    would = f"Dry run, nothing is written. It would revoke the token {name}."
    lines = (would if dry_run else f"The token {name} opens nothing any more.",)
    reply(ctx, Answer({"dry_run": dry_run, **_fields(token)}, lines), json)
