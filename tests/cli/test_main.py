"""What holds for every command: how errors are told, exit statuses, quiet, colours, the process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sayso
from sayso.cli.main import main
from sayso.values.moments import Moment
from shell import Shell

PLAN = ("plan", "w", "--purpose", "ai-training", "--recipient", "platform")


def process(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own."""
    source = Path(sayso.__file__).parents[1]
    return subprocess.run(
        [sys.executable, "-m", "sayso", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(source), **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class BrokenClock:
    """A clock that fails with a member's words in its mouth."""

    def now(self) -> Moment:
        raise KeyError("what ada wrote in private")


class StoppedClock:
    """A clock during which somebody presses Ctrl-C."""

    def now(self) -> Moment:
        raise KeyboardInterrupt


def test_a_fault_of_the_program_says_where_and_nothing_of_what_members_wrote(
    forum: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(forum.folder)
    assert main(["choose", "ada", "ai-training", "no"], BrokenClock()) == 70
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("unexpected: KeyError at choose.py:")
    assert "ada" not in said.err
    assert "Traceback" not in said.err
    assert main(["choose", "ada", "ai-training", "no", "--json"], BrokenClock()) == 70
    assert json.loads(capsys.readouterr().out)["error"]["family"] == "unexpected"


def test_stopping_from_the_keyboard_ends_with_130(
    forum: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(forum.folder)
    assert main(["choose", "ada", "ai-training", "no"], StoppedClock()) == 130
    assert "stopped" in capsys.readouterr().err


def test_quiet_prints_errors_and_json_alone(forum: Shell) -> None:
    assert forum("--quiet", *PLAN).out == ""
    assert forum("-q", *PLAN, "--json").fields["name"] == "w"
    assert forum("--quiet", "plan", "w", "--purpose", "x", "--recipient", "platform", status=2).err


def test_an_unknown_command_or_option_is_bad_input(empty: Shell) -> None:
    assert "No such command" in empty("bild", status=2).err
    assert empty("plan", "w", "--porpoise", "x", "--json", status=2).codes == ["usage"]
    assert "sayso choose --help" in empty("choose", status=2).err


def test_the_project_is_found_upward_named_or_taken_from_the_environment(
    forum: Shell, empty: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = forum.folder / "notes" / "2025"
    below.mkdir(parents=True)
    assert Shell(below)("log", "show").status == 0
    elsewhere = Shell(forum.folder.parent)
    assert elsewhere("--project", "forum", "log", "show").status == 0
    assert elsewhere("log", "show", "--json", status=2).codes == ["no-project"]
    monkeypatch.setenv("SAYSO_PROJECT", str(forum.folder))
    assert elsewhere("log", "show").status == 0


def test_the_version_is_printed(empty: Shell) -> None:
    assert empty("--version").out == f"sayso {sayso.__version__}\n"


def test_an_error_with_json_is_one_object_on_standard_output(forum: Shell) -> None:
    said = forum("plan", "w", "--purpose", "x", "--recipient", "y", "--json", status=2)
    assert said.err == ""
    problem = said.fields["error"]["problems"][0]
    assert set(problem) == {"code", "severity", "what", "place", "advice"}
    assert said.codes == ["unknown-purpose", "unknown-recipient"]


def test_a_full_disk_or_a_missing_right_is_an_outside_failure(forum: Shell, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    said = forum("log", "prove", "0", "--out", tmp_path / "folder", status=5)
    assert said.err.startswith("outside failure: ")


def test_the_program_runs_as_a_process_and_its_pipes_hold_no_colours(forum: Shell) -> None:
    said = process(forum.folder, *PLAN)
    assert (said.returncode, said.stderr) == (0, "")
    assert "\x1b" not in said.stdout
    assert "considered" in said.stdout


def test_the_process_ends_with_the_exit_status_of_the_family(forum: Shell) -> None:
    assert process(forum.folder, "choose", "ada", "nothing", "no").returncode == 3
    assert process(forum.folder.parent, "verify").returncode == 2


def test_a_reader_that_leaves_early_is_no_error(forum: Shell) -> None:
    source = Path(sayso.__file__).parents[1]
    command = f"{sys.executable} -m sayso policy show linkedin | head -1"
    said = subprocess.run(
        ["bash", "-c", command + "; echo ${PIPESTATUS[0]}"],
        cwd=forum.folder,
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert said.stderr == ""
    assert said.stdout.endswith("\n0\n")


def test_lines_are_not_broken_however_narrow_the_terminal_is_said_to_be(
    forum: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = forum("policy", "show").out
    monkeypatch.setenv("COLUMNS", "20")
    assert forum("policy", "show").out == wide
