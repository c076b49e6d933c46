"""What a command answers, told twice from the same fields: as text for people, as one JSON object for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rich.console import Console
from rich.text import Text

Field: TypeAlias = "bool | int | float | str | Sequence[Field] | Mapping[str, Field] | None"
Line: TypeAlias = str | Text

PIPED_WIDTH = 100
"""Columns where nobody is at a terminal: the same text on every machine."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found or did: ``fields`` for ``--json``, ``lines`` for people, and the exit status."""

    fields: Mapping[str, Field]
    lines: tuple[Line, ...]
    status: int = 0


def give(answer: Answer, as_json: bool, quiet: bool) -> None:
    """Print the answer to standard output, in one of its two forms; ``quiet`` leaves the text out."""
    if as_json:
        sys.stdout.write(as_object(answer.fields))
    elif not quiet:
        console = console_for(sys.stdout.isatty())
        for line in answer.lines:
            console.print(line)
    sys.stdout.flush()


def as_object(fields: Mapping[str, Field]) -> str:
    """Return the JSON text of one object, with a line end.

    >>> as_object({"entry": 3})
    '{\\n  "entry": 3\\n}\\n'
    """
    return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"


def console_for(terminal: bool, stderr: bool = False) -> Console:
    """Return a console that colours on a terminal alone, and never breaks a line itself."""
    return Console(
        stderr=stderr,
        width=None if terminal else PIPED_WIDTH,
        soft_wrap=True,
        highlight=False,
        markup=False,
        emoji=False,
    )


def count(number: int, one: str, many: str) -> str:
    """Return a number with the noun that it takes.

    >>> count(1, "entry", "entries"), count(1204, "entry", "entries")
    ('1 entry', '1,204 entries')
    """
    return f"{number:,} {one if number == 1 else many}"


def columns(rows: Iterable[Sequence[str]], indent: str = "  ") -> tuple[str, ...]:
    """Return the rows as lines with their columns aligned; a column of numbers stands to the right.

    >>> columns([("permitted", "1,204"), ("said-no", "3")])
    ('  permitted  1,204', '  said-no        3')
    """
    table = [tuple(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    numeric = [all(_is_number(cell) for cell in column) for column in zip(*table, strict=True)]
    return tuple(
        indent
        + "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in table
    )


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").replace("%", "").replace(".", "").strip().isdigit() or cell in ("", "-")
