"""What every command is given: where the project is, which clock, and how much to say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

from sayso.cli.answer import Answer, give
from sayso.config import find_project, read_settings, read_text
from sayso.intake.policies import read_policy_text
from sayso.policy.model import Policy
from sayso.ports import Clock
from sayso.wiring import Project, open_project, policy_of


@dataclass(frozen=True, slots=True)
class Desk:
    """One call of the command line: the folder asked for (``None``: look upward), the clock, and whether to keep quiet."""

    clock: Clock
    project: Path | None = None
    quiet: bool = False

    def root(self) -> Path:
        """Return the project's folder.

        Raises ``InputError`` where none was asked for and none is found upward.
        """
        return find_project(Path.cwd()) if self.project is None else self.project

    def policy(self, name: str | None) -> Policy:
        """Return the policy of a pack id or a file, ``None``: the project's; raises ``InputError`` with every problem."""
        return policy_of(*self.policy_text(name))

    def policy_text(self, name: str | None) -> tuple[str, str]:
        """Return a policy's text like ``policy``, and the name that places in it carry."""
        if name is not None:
            return read_policy_text(name)
        root = self.root()
        file = read_settings(root).policy
        return read_text(root / file), file

    def open(self) -> Project:
        """Return the project, open; raises like ``wiring.open_project``."""
        return open_project(self.root(), self.clock)


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
