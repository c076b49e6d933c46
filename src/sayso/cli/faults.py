"""Errors as the user meets them: what is wrong, where, and what to do; an exit status for each family."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable
from pathlib import Path

from rich.text import Text
from typer.exceptions import TyperException

import sayso
from sayso.cli.answer import Field, as_object, console_for
from sayso.errors import EdgeError, InputError, Problem, SaysoError

UNEXPECTED = 70
"""EX_SOFTWARE of BSD sysexits: a fault of the program, not of what was asked."""

INTERRUPTED = 130
"""128 + SIGINT, as shells count it."""

FAMILIES = {
    "input": "input error",
    "refused": "refused",
    "integrity": "does not hold",
    "edge": "outside failure",
    "unexpected": "unexpected",
}


def tell(family: str, problems: Iterable[Problem], as_json: bool) -> None:
    """Say what went wrong: as text on standard error, or as one JSON object on standard output."""
    if as_json:
        fields: Field = [problem_fields(problem) for problem in problems]
        sys.stdout.write(as_object({"error": {"family": family, "problems": fields}}))
        sys.stdout.flush()
        return
    console = console_for(sys.stderr.isatty(), stderr=True)
    for line in problem_lines(FAMILIES.get(family, family), problems):
        text = Text(line)
        text.stylize("dim" if line.startswith(" ") else "bold red", 0, line.index(":") + 1)
        console.print(text)


def problem_lines(label: str, problems: Iterable[Problem]) -> tuple[str, ...]:
    """Return the problems as lines: label, place, what is wrong, its code; then what to do.

    >>> problem_lines("refused", [Problem("future", "that is in the future", advice="leave out --at")])
    ('refused: that is in the future [future]', '  what to do: leave out --at')
    """
    lines: list[str] = []
    for problem in problems:
        where = f"{problem.place}: " if problem.place else ""
        word = "warning" if problem.severity == "warning" else label
        lines.append(f"{word}: {where}{problem.what} [{problem.code}]")
        if problem.advice:
            lines.append(f"  what to do: {problem.advice}")
    return tuple(lines)


def problem_fields(problem: Problem) -> dict[str, Field]:
    """Return a problem as the fields of ``--json``; ``place`` is ``None`` where it has none."""
    place = problem.place
    return {
        "code": problem.code,
        "severity": problem.severity,
        "what": problem.what,
        "place": None if place is None else {"file": place.file, "line": place.line, "column": place.column},
        "advice": problem.advice,
    }


def known(error: BaseException) -> SaysoError | None:
    """Return the error in one of the four families, ``None`` for what nobody foresaw."""
    if isinstance(error, SaysoError):
        return error
    if isinstance(error, TyperException):
        return InputError(Problem("usage", _plain(error.format_message()), advice=_usage_advice(error)))
    if isinstance(error, OSError):
        return EdgeError(_system_problem(error))
    return None


def _plain(message: str) -> str:
    return " ".join(message.split()).rstrip(".")


def _usage_advice(error: TyperException) -> str:
    path = getattr(getattr(error, "ctx", None), "command_path", "sayso")
    return f"see {path} --help"


def _system_problem(error: OSError) -> Problem:
    name = f": {error.filename}" if error.filename else ""
    what = f"{(error.strerror or type(error).__name__).lower()}{name}"
    return Problem(
        "system", what, advice="check the path, its permissions and the space left, then try again"
    )


def unexpected(error: BaseException) -> Problem:
    """Return what to say of a fault of the program: its kind and place, and none of its message, which may hold data."""
    frames = traceback.extract_tb(error.__traceback__)
    package = Path(sayso.__file__).parent
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(package)]
    last = (own or list(frames))[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    what = (
        f"{type(error).__name__} at {place} in sayso {sayso.__version__}: a fault of the program, not yours"
    )
    return Problem(
        "unexpected", what, advice="report this line to the project; it holds nothing of what members wrote"
    )
