"""A stage for a story in the terminal: headings, sentences, and commands that are really run, with what they answered."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, chdir, nullcontext, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from json import loads
from pathlib import Path
from textwrap import wrap
from typing import Any

from rich.text import Text

from sayso.cli.answer import PIPED_WIDTH, console_for
from sayso.cli.faults import INTERRUPTED
from sayso.cli.progress import progress_bar
from sayso.errors import IntegrityError, Problem
from sayso.ports import Clock
from sayso.wiring import Project, open_project

COMMAND = "bold green"
_STYLES = (
    ("Permitted", "green"),
    ("Denied", "red"),
    ("Everything holds", "green"),
    ("It holds", "green"),
    ("does not hold", "red"),
)

Shorten = Callable[[list[str]], Sequence[str]]


def hold(holds: bool, otherwise: str) -> None:
    """Raise ``IntegrityError`` where what the story says does not hold."""
    if not holds:
        raise IntegrityError(Problem("story", otherwise, advice="report this to the project"))


@dataclass(slots=True)
class Stage:
    """Prints, unless ``silent``, and runs commands of ``program`` (the group of them all) in the projects below ``folder``."""

    program: Any
    clock: Clock
    folder: Path
    silent: bool
    part: int = 0
    place: str = ""

    def print(self, line: str = "", style: str = "", indent: str = "", hanging: str = "") -> None:
        """Print a line, broken where it is wider than the terminal; what goes on starts with ``hanging``, or else ``indent``."""
        width = self._width()
        whole = f"{indent}{line}"
        parts = wrap(line, width, initial_indent=indent, subsequent_indent=hanging or indent)
        for part in [whole] if len(whole) <= width else parts:
            self.draw(part, style)

    def _width(self) -> int:
        return min(PIPED_WIDTH, console_for(sys.stdout.isatty()).width)

    def draw(self, line: str, style: str = "") -> None:
        """Print a line as it is."""
        if not self.silent:
            console_for(sys.stdout.isatty()).print(Text(line, style))
            sys.stdout.flush()

    def say(self, *sentences: str) -> None:
        """Print sentences as one paragraph."""
        self.print(" ".join(sentences))

    def heading(self, words: str) -> None:
        """Begin a part of the story, with its number."""
        self.part += 1
        self.print()
        self.print(f"{self.part}. {words}", "bold cyan")
        self.print()

    def enter(self, place: str) -> None:
        """Show the way into a project's folder, from the one before."""
        way = Path("..") / place if self.place else self.folder / place
        self.print(f"$ cd {shlex.quote(str(way))}", COMMAND, "  ")
        self.place = place

    def picture(self, rows: Sequence[str]) -> None:
        """Print rows, indented; a terminal that is too narrow shows their beginnings."""
        for row in rows:
            self.draw(f"    {row}"[: self._width()])

    def run(
        self, place: str, *words: str, shorten: Shorten = list, project: str = ".", status: int = 0
    ) -> str:
        """Run a command in a project's folder, show it and what it answered, and return that.

        Raises ``IntegrityError`` where it ends with another exit status, and whatever the command raises.
        """
        shown = words if project == "." else ("--project", project, *words)
        self.print(f"$ sayso {shlex.join(shown)}", COMMAND, "  ", "      ")
        out = self._answer(place, ("--project", project, *words), status)
        self.quote(shorten(out.splitlines()))
        return out

    def quote(self, said: Sequence[str]) -> None:
        """Show what a command answered; a line that goes on hangs below its start."""
        for line in said:
            style = next((style for start, style in _STYLES if line.startswith(start)), "")
            margin = " " * (4 + len(line) - len(line.lstrip()))
            self.print(line.strip(), style, margin, f"{margin}  ")

    def ask(self, place: str, *words: str) -> Any:
        """Run a command, show it, and return the fields of its answer; a picture of them follows."""
        self.print(f"$ sayso {shlex.join(words)}", COMMAND, "  ", "      ")
        return loads(self._answer(place, ("--project", ".", *words, "--json"), 0))

    def _answer(self, place: str, words: Sequence[str], status: int) -> str:
        heard = StringIO()
        with self._waiting(words), chdir(self.folder / place), redirect_stdout(heard):
            found = self.program.main(
                args=list(words), prog_name="sayso", standalone_mode=False, obj=self.clock
            )
        if found == INTERRUPTED:
            raise KeyboardInterrupt
        if (found or 0) != status:
            what = f"`sayso {words[2]}` ended with {found or 0} instead of {status}"
            raise IntegrityError(Problem("story", what, advice="run the command alone to see more"))
        return heard.getvalue()

    def _waiting(self, words: Sequence[str]) -> AbstractContextManager[object]:
        # Building and verifying show their own progress.
        return progress_bar("Making up a community", self.silent) if "import" in words else nullcontext()

    def open(self, place: str) -> Project:
        """Return a project of the story, open."""
        return open_project(self.folder / place, self.clock)
