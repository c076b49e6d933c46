"""The program ``sayso``: its commands, and the one place where errors become words and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

import sayso
from sayso.cli import (
    adapter,
    archives,
    bring,
    choice,
    gate,
    logs,
    models,
    notice,
    policy,
    redact,
    removal,
    report_app,
    report_documents,
    report_members,
    report_proof,
    report_standards,
    signals,
    token,
    webhook,
)
from sayso.cli.audit import audit_command
from sayso.cli.dataset import build_command, decide_command, plan_command, verify_command
from sayso.cli.deliver_licensee import deliver_app
from sayso.cli.demo import demo_command
from sayso.cli.desk import Desk
from sayso.cli.faults import INTERRUPTED, UNEXPECTED, known, tell, unexpected
from sayso.cli.init import init_command
from sayso.cli.lineage import lineage_command
from sayso.cli.migrate import migrate_command
from sayso.cli.policy_diff import diff_command
from sayso.cli.policy_evidence import check_terms_command, gaps_command
from sayso.cli.redact_eval import eval_command
from sayso.cli.redact_train import train_command
from sayso.cli.seen import seen_command
from sayso.cli.serve import serve_command
from sayso.cli.simulate import simulate_command
from sayso.cli.suspension import resume_command, suspend_command
from sayso.cli.withdraw import withdraw_command
from sayso.cli.work import work_command
from sayso.errors import Problem
from sayso.ports import Clock
from sayso.wiring import SystemClock

HELP_WIDTH = 96

_STARTING = (
    "init",
    "demo",
    "import",
    "policy",
    "simulate",
    "notice",
    "choose",
    "receipt",
    "signals",
    "suspend",
    "resume",
    "delete",
    "erase",
)
_MODELS = ("adapter", "train", "suggest", "recommend", "similar", "forget", "audit")
JOURNEY = (
    *_STARTING,
    "decide",
    "gate",
    "plan",
    "build",
    "withdraw",
    "work",
    *_MODELS,
    "seen",
    "lineage",
    "deliver",
    "report",
    "verify",
    "redact",
    "token",
    "webhook",
    "serve",
    "migrate",
    "log",
)
"""The commands in the order in which somebody meets them."""

REPORTS = (report_documents, report_members, report_proof, report_standards)
"""The modules that add their commands to the group `sayso report`."""


class Journey(TyperGroup):
    """The group of all commands, listed in the order in which somebody meets them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands."""
        names = super().list_commands(ctx)
        return sorted(names, key=lambda name: JOURNEY.index(name) if name in JOURNEY else len(JOURNEY))


app = typer.Typer(
    name="sayso",
    cls=Journey,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "terminal_width": HELP_WIDTH,
        "max_content_width": HELP_WIDTH,
    },
)


app.command("init")(init_command)
app.command("demo")(demo_command)
bring.app.command("linkedin")(archives.linkedin)
bring.app.command("mastodon")(archives.mastodon)
bring.app.command("discourse")(archives.discourse)
app.add_typer(bring.app, name="import")
policy.app.command("check-terms")(check_terms_command)
policy.app.command("gaps")(gaps_command)
app.add_typer(policy.app, name="policy")
app.command("simulate")(simulate_command)
app.add_typer(notice.app, name="notice")
app.command("choose")(choice.choose_command)
app.add_typer(choice.app, name="receipt")
app.add_typer(signals.app, name="signals")
app.command("suspend")(suspend_command)
app.command("resume")(resume_command)
app.add_typer(removal.app, name="delete")
app.command("erase")(removal.erase_command)
app.command("decide")(decide_command)
app.add_typer(gate.app, name="gate")
app.command("build")(build_command)
app.command("withdraw")(withdraw_command)
app.command("work")(work_command)
app.command("seen")(seen_command)
app.command("lineage")(lineage_command)
app.add_typer(deliver_app, name="deliver")
app.add_typer(report_app.app, name="report")
app.command("adapter")(adapter.adapter_command)
app.command("train")(models.train_command)
app.command("suggest")(models.suggest_command)
app.command("recommend")(models.recommend_command)
app.command("similar")(models.similar_command)
app.command("forget")(models.forget_command)
app.command("audit")(audit_command)
app.command("plan")(plan_command)
app.command("verify")(verify_command)
policy.app.command("diff")(diff_command)
redact.app.command("eval")(eval_command)
redact.app.command("train")(train_command)
app.add_typer(redact.app, name="redact")
app.add_typer(token.app, name="token")
app.add_typer(webhook.app, name="webhook")
app.command("serve")(serve_command)
app.command("migrate")(migrate_command)
app.add_typer(logs.app, name="log")


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"sayso {sayso.__version__}\n")
        raise typer.Exit


@app.callback()
def start(
    ctx: typer.Context,
    project: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            envvar="SAYSO_PROJECT",
            help="The project folder; left out, the nearest one upward that holds sayso.yaml.",
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing but errors and --json.")
    ] = False,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Nobody's words train a model without their say-so.

    Sayso decides, record by record, whether a use is allowed; takes personal data out of what is;
    writes the training set; and proves it.

    Exit status: 0 done, 1 a test of a policy failed, 2 bad input, 3 refused, 4 something kept does not hold,
    5 the world outside failed, 70 a fault of the program.

    Example:

    \b
      sayso init --policy opt-in
      sayso import table --members members.csv --records posts.jsonl --map mapping.yaml
      sayso build writers --purpose content-generation --recipient platform
    """
    ctx.obj = Desk(ctx.obj, project, quiet)


@cache
def program() -> Callable[..., object]:
    """Return the program with all its commands, which is put together once in a process: that takes longer than most commands."""
    return get_command(app)


def main(arguments: Sequence[str] | None = None, clock: Clock | None = None) -> int:
    """Run one command and return its exit status; whatever goes wrong has been told to the user.

    ``arguments`` are those after the program's name, from the process where left out; ``clock`` is the system's where left out.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = program()(args=words, prog_name="sayso", standalone_mode=False, obj=clock or SystemClock())
    except (BrokenPipeError, SystemExit):
        return _reader_gone()  # Typer answers a closed pipe by leaving the process
    except Exception as error:
        return _told(error, "--json" in words)
    if status == INTERRUPTED:
        problem = Problem(
            "stopped", "stopped before it was done; nothing half-written stays", advice="run it again"
        )
        tell("refused", [problem], "--json" in words)
    return status if isinstance(status, int) else 0


def _told(error: Exception, as_json: bool) -> int:
    if type(error).__name__ == "NoArgsIsHelpError" and isinstance(error, TyperException):
        sys.stdout.write(error.format_message() + "\n")
        return 0
    found = known(error)
    if found is None:
        tell("unexpected", [unexpected(error)], as_json)
        return UNEXPECTED
    tell(found.family, found.problems, as_json)
    return found.exit_status


def _reader_gone() -> int:
    # `sayso log show | head`: the reader has what it wanted; keep the interpreter from complaining at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def run() -> None:
    """Run the command line of this process and end it with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    raise SystemExit(main())
