"""``kill -9`` of an executor and of the driver in mid-build: what is lost is made again, and never a half is published."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sayso.wiring import Project
from spark.sessions import SMALL, for_spark, search_path
from workflows.worlds_on_disk import (
    NAME,
    built,
    community,
    copied,
    logicals,
    make,
    opened,
    publications,
    verified,
)  # fmt: skip

pytestmark = [*for_spark(), pytest.mark.deep]
PATIENCE = 900
DRIVER = """
import sys
from pathlib import Path
from shell import SetClock
from workflows.worlds_on_disk import LATE, built
from sayso.wiring import open_project

with open_project(Path(sys.argv[1]), SetClock(LATE)) as project:
    print("published", built(project, lambda rows: print("rows", rows, flush=True)).manifest.version, flush=True)
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project on a cluster of two executors, each a process of its own, with work for some seconds."""
    folder = make(tmp_path_factory.mktemp("prepared") / "forum", community(400))
    settings = "".join(f"    {key}: '{value}'\n" for key, value in SMALL)
    with (folder / "sayso.yaml").open("a") as file:
        file.write(f"\nengine: spark\nspark:\n  master: local-cluster[2,1,1024]\n  settings:\n{settings}")
    return folder


@pytest.fixture(scope="module")
def expected(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The logical digests of the same build on DuckDB."""
    folder = copied(prepared, tmp_path_factory.mktemp("expected") / "forum")
    file = folder / "sayso.yaml"
    file.write_text(file.read_text().replace("engine: spark", "engine: duckdb"))
    with opened(folder) as project:
        return logicals(built(project))


@contextmanager
def started(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Give a driver that builds; whatever becomes of the test, it is ended."""
    environment = {**os.environ, "PYTHONPATH": search_path()}
    command = [sys.executable, "-c", DRIVER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as driver:
        try:
            yield driver
        finally:
            driver.kill()


def descendants(pid: int) -> Iterator[tuple[int, str]]:
    """Yield the processes that a process started, and those that they did, with their command lines."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            yield child, Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            yield from descendants(child)


def executors(driver: subprocess.Popen[str]) -> list[int]:
    return [pid for pid, command in descendants(driver.pid) if "CoarseGrainedExecutorBackend" in command]


def wait_until_redacting(driver: subprocess.Popen[str]) -> None:
    """Wait until some records are redacted, and others not: the driver tells of each task that is done."""
    assert driver.stdout is not None
    for line in driver.stdout:
        if line.startswith("rows"):
            return
    raise AssertionError("the driver ended before it was killed")


def hold(project: Project, expected: list[str]) -> None:
    """Hold the only version to be whole, what DuckDB decides and redacts, and nothing left beside it."""
    assert project.datasets.current(NAME) == 1
    assert [event.version for _, event in publications(project)] == [1]
    assert {name.partition("/")[0] for name in project.datasets.shards(NAME, 1).names()} == {
        "card.md", "manifest.dsse.json", "private", "shards",
    }  # fmt: skip
    assert verified(project, NAME).problems == ()
    again = built(project)  # it takes over what is published, or finds that it is other
    assert again.unchanged
    assert logicals(again) == expected


def on_duckdb(folder: Path) -> Path:
    file = folder / "sayso.yaml"
    file.write_text(file.read_text().replace("engine: spark", "engine: duckdb"))
    return folder


def test_a_build_goes_on_when_an_executor_is_killed(
    prepared: Path, tmp_path: Path, expected: list[str]
) -> None:
    folder = copied(prepared, tmp_path / "forum")
    with started(folder) as driver:
        wait_until_redacting(driver)
        before = executors(driver)
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        out, _ = driver.communicate(timeout=PATIENCE)
    assert driver.returncode == 0
    assert "published 1" in out
    with opened(on_duckdb(folder)) as project:
        hold(project, expected)


def test_a_killed_driver_leaves_nothing_published_and_a_rerun_finishes(
    prepared: Path, tmp_path: Path, expected: list[str]
) -> None:
    folder = copied(prepared, tmp_path / "forum")
    with started(folder) as driver:
        wait_until_redacting(driver)
        driver.send_signal(signal.SIGKILL)
        driver.communicate()
    with opened(folder) as project:
        assert project.datasets.current(NAME) is None
        assert publications(project) == []
    with started(folder) as again:
        out, _ = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0
    assert "published 1" in out
    assert list((folder / ".sayso" / "spill").iterdir()) == []
    with opened(on_duckdb(folder)) as project:
        hold(project, expected)
