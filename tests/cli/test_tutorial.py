"""The tutorial is run as it stands: its files are written, its commands run, and they must print what the page says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from shell import Shell

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.M | re.S)


class Call(NamedTuple):
    """A command of the page, and the output that stands below it."""

    command: str
    output: str


def calls(console: str) -> Iterator[Call]:
    """Return the commands of a console block."""
    for part in re.split(r"^\$ ", console, flags=re.M)[1:]:
        command, _, output = part.partition("\n")
        yield Call(command, output)


def is_as_told(output: str, told: str) -> bool:
    """Tell whether an output is what the page says; ``…`` stands for anything."""
    pattern = ".*?".join(map(re.escape, told.rstrip("\n").split("…")))
    return re.fullmatch(pattern, output.rstrip("\n"), re.S) is not None


def test_every_command_of_the_tutorial_prints_what_the_page_says(empty: Shell) -> None:
    ran = 0
    for kind, title, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if title:
            empty.write(title, text)
        elif kind == "console":
            for call in calls(text):
                program, *words = shlex.split(call.command)
                assert program == "sayso"
                said = empty(*words)
                assert is_as_told(said.out, call.output), f"$ {call.command}\n{said.out}"
                ran += 1
    assert ran > 10


def test_every_page_that_the_tutorial_names_is_there() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", PAGE.read_text(encoding="utf-8")):
        assert (PAGE.parent / link).is_file(), link
