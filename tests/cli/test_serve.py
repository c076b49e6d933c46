"""`sayso serve`: what it refuses, what it makes where there is nothing, and that it ends when it is told to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sayso.wiring import open_project
from shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org", "::"])
def test_a_demonstration_is_not_served_beyond_this_machine(shell: Shell, host: str) -> None:
    said = shell("serve", "--demo", "--host", host, "--json", status=3)
    assert said.codes == ["demo-beyond-loopback"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_a_demonstration_is_served_on_loopback(shell: Shell, host: str) -> None:
    assert shell.json("serve", "--demo", "--host", host, "--dry-run")["demo"]


def test_where_there_is_no_project_a_sample_would_be_made_and_nothing_is_written(shell: Shell) -> None:
    said = shell("serve", "--dry-run")
    assert "a sample community, which it would make in sample-community" in said.out
    assert not list(shell.folder.iterdir())


def test_without_a_project_nothing_is_served_beyond_this_machine_either(shell: Shell) -> None:
    assert shell("serve", "--host", "0.0.0.0", "--json", status=3).codes == ["demo-beyond-loopback"]


def test_a_project_that_was_named_and_is_not_there_is_an_error(shell: Shell) -> None:
    said = shell("--project", "nowhere", "serve", "--json", status=2)
    assert said.codes == ["no-project"]


def test_where_there_is_nothing_a_sample_is_made_and_served_until_it_is_stopped(tmp_path: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "sayso", "serve", "--port", "0"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    lines = []
    for line in server.stdout:
        lines.append(line)
        if "Serving at http://127.0.0.1:" in line:
            break
    server.terminate()
    server.communicate(timeout=30)
    assert "$ sayso train recommendations threads" in "".join(lines)
    assert "Serving at" in lines[-1]
    with open_project(tmp_path / "sample-community") as project:
        assert set(project.shelf.log().models) == {"writers-suggestions", "threads-recommendations"}
