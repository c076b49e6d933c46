"""``kill -9`` at random moments of builds and choices: nothing acknowledged is lost, nothing half-published, no no passed over."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sayso.dataset.rows import dataset_key, member_pseudonym
from sayso.ledger.events import ChoiceMade
from sayso.wiring import Project, SystemClock
from workflows.worlds_on_disk import (
    NAME,
    built,
    community,
    copied,
    last_words,
    make,
    opened,
    publications,
    verified,
)

WORKER = """
import os, random, sys, threading
from pathlib import Path
from sayso.wiring import open_project
from sayso.workflows.build import Request, build
from sayso.workflows.choose import Wish, choose
from sayso.values.uses import Use

root, rng = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
with open_project(root) as project:
    members = sorted(project.tags.table().column("member").to_pylist())

def tell(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

def choose_on():
    with open_project(root) as desk:
        for _ in range(10**9):
            wish = Wish(rng.choice(members), "ai-training", rng.random() < 0.6)
            said = choose(desk.book, desk.tags, wish)
            tell("said", said.written.entries[-1].number, said.event.tag, said.event.yes)
            threading.Event().wait(rng.random() * 0.05)

threading.Thread(target=choose_on, daemon=True).start()
with open_project(root) as project:
    tell("ready")
    while True:
        one = build(project.yard, project.datasets, Request("training", Use("content-generation", "platform"), 8), lambda rows: None)
        tell("built", one.entry.number, one.manifest.version)
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project by this machine's clock, one version of the data set published."""
    folder = make(tmp_path_factory.mktemp("prepared") / "forum", community(30), clock=SystemClock())
    with opened(folder, SystemClock()) as project:
        built(project)
    return folder


def told_until_killed(folder: Path, seed: int, seconds: float) -> list[list[str]]:
    """Return what a worker had acknowledged when it was killed, so many seconds after it was ready."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", WORKER, str(folder), str(seed)]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    assert worker.stdout is not None
    first = b""
    while b"ready\n" not in first:
        line = worker.stdout.readline()
        assert line, "the worker ended before it was killed"
        first += line
    time.sleep(seconds)
    worker.send_signal(signal.SIGKILL)
    rest = worker.stdout.read()
    worker.stdout.close()
    assert worker.wait() == -signal.SIGKILL
    lines = (first + rest).decode().splitlines(keepends=True)
    return [line.split() for line in lines if line.endswith("\n")]


def check_after_a_kill(project: Project, told: list[list[str]]) -> None:
    """Hold the project against what had been acknowledged before the kill."""
    entries = {entry.number: entry.event for entry in project.log.entries()}
    for kind, *words in told:
        if kind == "said":
            event = entries[int(words[0])]
            assert isinstance(event, ChoiceMade)
            assert (event.tag, str(event.yes)) == (words[1], words[2])
    published = publications(project)
    versions = [event.version for _, event in published]
    assert versions == list(range(1, len(versions) + 1))
    for kind, *words in told:
        if kind == "built":
            assert (int(words[0]), int(words[1])) in [(number, event.version) for number, event in published]
    current = project.datasets.current(NAME)
    assert current in (versions[-1], versions[-1] - 1)
    problems = {problem.code for problem in verified(project).problems}
    assert problems <= ({"stale-pointer"} if current < versions[-1] else set())
    key = dataset_key(project.keys.secret(), NAME)
    for number, event in published[-3:]:
        no = {tag for tag, yes in last_words(project, "ai-training", number).items() if not yes}
        store = project.datasets.shards(NAME, event.version)
        rows = [
            row for name in store.names() if name.startswith("shards") for row in store.read(name).to_pylist()
        ]
        assert len(rows) == event.records
        assert {row["member"] for row in rows}.isdisjoint(member_pseudonym(key, tag) for tag in no)


def kill_again_and_again(prepared: Path, place: Path, kills: int, seed: int) -> None:
    """Kill builds that choices run into; each time, what was left must hold, and a next build must succeed."""
    rng = random.Random(seed)
    said = 0
    for turn in range(kills):
        folder = copied(prepared, place / str(turn))
        told = told_until_killed(folder, seed * 1000 + turn, rng.uniform(0.0, 0.9))
        said += sum(words[0] == "said" for words in told)
        with opened(folder, SystemClock()) as project:
            check_after_a_kill(project, told)
            one = built(project)
            assert project.datasets.current(NAME) == one.manifest.version
            assert verified(project, NAME).problems == ()
            left = {path.name for path in (folder / ".sayso/datasets" / NAME).iterdir()}
            assert left == {"lock", "current", *(f"v{n:04d}" for n in range(1, one.manifest.version + 1))}
    assert said > kills


def test_kills_leave_nothing_half_done_and_nothing_passed_over(prepared: Path, tmp_path: Path) -> None:
    kill_again_and_again(prepared, tmp_path, kills=4, seed=1)


@pytest.mark.deep
def test_a_hundred_kills_leave_nothing_half_done_and_nothing_passed_over(
    prepared: Path, tmp_path: Path
) -> None:
    kill_again_and_again(prepared, tmp_path, kills=100, seed=2)
