"""What every command is given: where the project is, which clock, and how much to say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

from sayso.cli.answer import Answer, give
from sayso.ports import Clock


@dataclass(frozen=True, slots=True)
class Desk:
    """One call of the command line: the folder asked for (``None``: look upward), the clock, and whether to keep quiet."""

    clock: Clock
    project: Path | None = None
    quiet: bool = False


def desk_of(ctx: typer.Context) -> Desk:
    """Return the desk that the call was started with."""
    desk = ctx.find_root().obj
    if not isinstance(desk, Desk):
        raise TypeError("the command line was started without a desk")
    return desk


def reply(ctx: typer.Context, answer: Answer, as_json: bool) -> None:
    """Print an answer, and end the call with its exit status where that is not zero."""
    give(answer, as_json, desk_of(ctx).quiet)
    if answer.status:
        raise typer.Exit(answer.status)
