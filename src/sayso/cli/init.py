"""``sayso init``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, Line
from sayso.cli.desk import Desk, desk_of, reply
from sayso.cli.options import DryRun, JsonFlag
from sayso.config import DEFAULT_POLICY, DEFAULT_SHARDS, MAX_SHARDS, Settings, settings_text
from sayso.config_service import named_place
from sayso.errors import InputError, Problem
from sayso.intake.policies import read_policy_text
from sayso.ledger.checkpoints import is_key_name
from sayso.policy.model import Policy
from sayso.policy.parse_report import shown
from sayso.wiring import create_project, policy_of
from sayso.workflows.init import POLICY, NewFile, lay_out, project_name
from sayso.workflows.logbook import Written

DEFAULT_PACK = "opt-in"


def init_command(
    ctx: typer.Context,
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy",
            metavar="PACK|FILE",
            help="The policy to start from: opt-in, opt-out-with-notice, linkedin, or a file. "
            "Left out: the policy/house.yaml that is there, else opt-in.",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="The project's name; left out, the folder's.")
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option(
            "--origin",
            metavar="NAME",
            help="The log's name for others, example.org/forum say. It cannot change.",
        ),
    ] = None,
    shards: Annotated[
        int, typer.Option("--shards", min=1, max=MAX_SHARDS, metavar="N", help="Shards of a new data set.")
    ] = DEFAULT_SHARDS,
    log_url_in: Annotated[
        str | None,
        typer.Option(
            "--log-url-in",
            metavar="VARIABLE|FILE",
            help="Keep the log and the tags in the PostgreSQL database whose address this variable or file holds.",
        ),
    ] = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Start a project here, or in the folder that --project names.

    It writes sayso.yaml and policy/house.yaml for version control, and .sayso/ beside them: a log, its keys, and all state.

    Examples:

    \b
      sayso init --policy opt-out-with-notice
      sayso --project forum init --policy my-policy.yaml --origin example.org/forum
    """
    desk = desk_of(ctx)
    root = Path.cwd() if desk.project is None else desk.project
    text = _policy_text(root, policy)
    parsed = policy_of(*text)
    settings = replace(
        _settings(root, name, origin, shards), log=None if log_url_in is None else named_place(log_url_in)
    )
    files = lay_out(root, settings_text(settings), None if text[1] == POLICY else text[0])
    written = Written() if dry_run else _create(root, settings, parsed, files, desk)
    reply(ctx, _started(settings, parsed, files, written, dry_run), json)


def _policy_text(root: Path, wanted: str | None) -> tuple[str, str]:
    if wanted is None and (root / POLICY).is_file():
        return read_policy_text(root / POLICY)[0], POLICY
    return read_policy_text(wanted or DEFAULT_PACK)


def _settings(root: Path, name: str | None, origin: str | None, shards: int) -> Settings:
    known = project_name(root.resolve().name) if name is None else name
    log = f"sayso/{known}" if origin is None else origin
    if project_name(known) != known:
        advice = "use lower-case letters, digits and single hyphens, at most 64"
        raise InputError(Problem("bad-id", f"--name: {shown(known)} is not a name", advice=advice))
    if not is_key_name(log):
        advice = "use a name such as example.org/forum, without spaces and plus signs"
        raise InputError(Problem("bad-id", f"--origin: {shown(log)} cannot name a log", advice=advice))
    return Settings(known, log, DEFAULT_POLICY, shards)


def _create(
    root: Path, settings: Settings, policy: Policy, files: tuple[NewFile, ...], desk: Desk
) -> Written:
    return create_project(root, settings, policy, files, desk.clock)


def _started(
    settings: Settings, policy: Policy, files: tuple[NewFile, ...], written: Written, dry_run: bool
) -> Answer:
    entry = None if written.adopted is None else written.adopted.number
    names = [file.path for file in files]
    first = (
        f"Dry run, nothing is written. It would start the project {settings.name}: {', '.join(names)}, .sayso/"
        if dry_run
        else f"The project {settings.name} is there: {', '.join(names)}, .sayso/"
    )
    lines: list[Line] = [first, f"  Policy {policy.id} ({policy.kind}): {policy.title}."]
    if entry is not None:
        lines.append(f"  Log {settings.origin}: entry {entry} adopts the policy.")
    if not dry_run:
        lines.append(
            "Next: `sayso policy show`, then `sayso import --help`; to try things, `sayso import community`."
        )
    fields: dict[str, Field] = {
        "dry_run": dry_run,
        "name": settings.name,
        "origin": settings.origin,
        "policy": policy.id,
        "kind": policy.kind.value,
        "files": list(names),
        "adopted": entry,
    }
    return Answer(fields, tuple(lines))
