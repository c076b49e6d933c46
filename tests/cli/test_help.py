"""Help texts: goldens, the reference page that is made of them, and examples that really are commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from goldens import check_golden
from sayso.cli.main import app
from shell import Shell

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "cli.md"
INTRODUCTION = """\
# The command line

Made from the help texts (`make golden`); do not edit it by hand.

Every command answers with one JSON object on standard output when it is given `--json`, with the fields that its text shows; what
writes takes `--dry-run`. Errors go to standard error as what is wrong, where, and what to do; with `--json` they are one object on
standard output: `{"error": {"family", "problems": [...]}}`, and each problem has `code`, `severity`, `what`, `place` (`file`, `line`
and `column`, or null) and `advice`.

| exit status | family | meaning |
|---|---|---|
| 0 | | done |
| 1 | | a case of `sayso policy test` failed |
| 2 | `input` | what was given cannot be read or does not make sense |
| 3 | `refused` | what was asked is understood and not allowed |
| 4 | `integrity` | something kept does not hold: a digest, a signature, a proof |
| 5 | `edge` | the world outside failed: a disk, a lock, a missing part |
| 70 | `unexpected` | a fault of the program |
| 130 | | stopped from the keyboard |
"""


def all_commands() -> dict[tuple[str, ...], Any]:
    """Return every command and group by the words that name it."""
    return dict(_walk((), get_command(app)))


def _walk(path: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    if hasattr(command, "commands"):
        for name in command.list_commands(None):
            yield from _walk((*path, name), command.commands[name])


COMMANDS = all_commands()
LEAVES = [path for path, command in COMMANDS.items() if not hasattr(command, "commands")]


@cache
def help_of(path: tuple[str, ...]) -> str:
    """Return the help text of a command, which is the same wherever one stands."""
    return Shell(Path(__file__).parent)(*path, "--help").out


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: "-".join(path) or "sayso")
def test_the_help_text_is_the_one_that_was_approved(path: tuple[str, ...]) -> None:
    check_golden(f"cli/help/{'-'.join(path) or 'sayso'}.txt", help_of(path))


def test_the_reference_page_is_made_of_the_help_texts() -> None:
    pages = ((" ".join(("sayso", *path)), help_of(path).strip()) for path in COMMANDS)
    parts = [INTRODUCTION, *(f"\n## `{name}`\n\n```text\n{text}\n```\n" for name, text in pages)]
    check_golden(REFERENCE, "".join(parts))


@pytest.mark.parametrize("path", LEAVES, ids="-".join)
def test_every_command_has_an_example_that_is_a_command(path: tuple[str, ...]) -> None:
    found = re.findall(r"^    (sayso .*)$", help_of(path), re.M)
    mine = [words for words in map(shlex.split, found) if _path_of(words) == path]
    assert mine, "no example of this command in its help"
    for words in mine:
        known = {
            option
            for parameter in COMMANDS[path].params
            for option in parameter.opts + parameter.secondary_opts
        }
        known |= {option for parameter in COMMANDS[()].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known


def _path_of(words: list[str]) -> tuple[str, ...]:
    rest = words[1:]
    if rest[0] == "--project":
        rest = rest[2:]
    return next(tuple(rest[:n]) for n in (2, 1) if tuple(rest[:n]) in LEAVES)


@pytest.mark.parametrize("path", LEAVES, ids="-".join)
def test_every_command_can_answer_with_json(path: tuple[str, ...]) -> None:
    assert any("--json" in parameter.opts for parameter in COMMANDS[path].params)


ASKS = {"suggest", "recommend", "similar"}
READS = ASKS | {
    "plan",
    "seen",
    "lineage",
    "audit",
    "verify",
    "decide",
    "gate",
    "log",
    "policy",
    "receipt",
    "report",
    "redact",
    "simulate",
}


@pytest.mark.parametrize(
    "path",
    [path for path in LEAVES if path[0] not in READS and path[-1] not in ("list", "check", "emit")],
    ids="-".join,
)
def test_every_command_that_writes_can_be_tried_dry(path: tuple[str, ...]) -> None:
    assert any("--dry-run" in parameter.opts for parameter in COMMANDS[path].params)


def test_no_line_of_a_help_text_is_wider_than_a_terminal() -> None:
    for path in COMMANDS:
        if path != ("policy", "test") and path != ("suspend",) and path != ("decide",):
            assert max(map(len, help_of(path).splitlines())) <= 100


def test_commands_are_listed_in_the_order_in_which_somebody_meets_them() -> None:
    listed = re.findall(r"^  ([a-z]+)  ", help_of(()).split("Commands:")[1], re.M)
    assert listed[0] == "init"
    assert listed[-1] == "log"
    assert set(listed) == {path[0] for path in COMMANDS if path}


def test_a_group_alone_shows_its_help(tmp_path: Path) -> None:
    assert "Commands:" in Shell(tmp_path)("policy").out
    assert "Commands:" in Shell(tmp_path)().out
