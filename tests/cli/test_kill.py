"""``kill -9`` at random moments: what was begun is finished by doing it again, and everything holds."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import sayso
from sayso.values.moments import format_moment
from sayso.wiring import SystemClock
from shell import SetClock, Shell
from small_tables import import_words


def start(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start the program as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "sayso", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(sayso.__file__).parents[1])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_after(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Kill a process, unless it is done by then."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=seconds)
    process.kill()
    process.wait()


def usual_time(shell: Shell, *words: str) -> float:
    """Return how long a call that changes nothing takes as a process, in seconds."""
    begun = time.monotonic()
    start(shell.folder, *words).wait()
    return time.monotonic() - begun


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(12))
def test_an_erasure_or_import_killed_anywhere_is_finished_by_doing_it_again(forum: Shell, seed: int) -> None:
    rng = random.Random(seed)
    forum.clock.at = SetClock(format_moment(SystemClock().now())).at
    words = ("erase", "ada") if seed % 2 else (*import_words(), "--replace")
    usual = usual_time(forum, *words, "--dry-run")
    kill_after(start(forum.folder, *words), rng.uniform(0.3, 1.1) * usual)
    assert forum.json("verify")["holds"] is True
    again = forum(*words, status=None)
    assert again.status == 0 or "erased already" in again.err
    assert forum.json("verify")["holds"] is True
    with forum.project() as project:
        assert (project.sources.member("ada") is None) is (words[0] == "erase")
        assert project.sources.member("bob") is not None
    left = {path.name for path in (forum.folder / ".sayso").rglob("*") if path.name.endswith(".new")}
    assert left == set()
