"""``kill -9`` at random moments of withdrawing and forgetting: a served model is one that the log knows, whole, old or new."""

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
from sayso.ledger.events import ModelForgot, ModelTrained
from sayso.ledger.standing import StandingIndex
from sayso.models.kind import arrays_digest
from sayso.models.manifest import model_digest, open_model
from sayso.wiring import Project, SystemClock
from sayso.workflows.forget import forget
from sayso.workflows.shelf import SERVED
from sayso.workflows.verify_models import verify_models
from sayso.workflows.withdraw import withdraw
from workflows.test_models import DATASETS, KINDS, from_nothing, prepare
from workflows.worlds_on_disk import copied, opened, quiet

WORKER = """
import os, random, sys
from pathlib import Path
from sayso.wiring import open_project
from sayso.workflows.choose import Wish, choose
from sayso.workflows.forget_member import forget_member

root, rng = Path(sys.argv[1]), random.Random(int(sys.argv[2]))

def tell(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

with open_project(root) as project:
    members = sorted(project.tags.table().column("member").to_pylist())
    while True:
        member = rng.choice(members)
        said = choose(project.book, project.tags, Wish(member, "ai-training", rng.random() < 0.3))
        if not said.event.yes:
            done = forget_member(project.shelf, member, lambda rows: None, now=rng.random() < 0.3)
            tell("forgot", said.event.tag, *done.entries)
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project by this machine's clock, with two data sets and a model on each."""
    return prepare(tmp_path_factory.mktemp("prepared") / "forum", SystemClock())


def told_until_killed(folder: Path, seed: int, seconds: float) -> list[list[str]]:
    """Return what a worker had acknowledged when it was killed, so many seconds after its first forgetting."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", WORKER, str(folder), str(seed)]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    assert worker.stdout is not None
    first = worker.stdout.readline()
    assert first, "the worker ended before it was killed"
    time.sleep(seconds)
    worker.send_signal(signal.SIGKILL)
    rest = first + worker.stdout.read()
    worker.stdout.close()
    assert worker.wait() == -signal.SIGKILL
    return [line.split() for line in rest.decode().splitlines(keepends=True) if line.endswith("\n")]


def check_what_is_served(project: Project) -> None:
    """Hold each model that readers see against the log, and its files against its manifest."""
    known = {
        (entry.event.name, entry.event.version): entry.event.manifest
        for entry in project.log.entries()
        if isinstance(entry.event, ModelTrained)
    }
    models = project.shelf.models
    for kind in KINDS:
        version = models.current(kind) or 0
        manifest = open_model(models.manifest(kind, version) or b"", project.keys.public_key())
        assert known[kind, version] == model_digest(manifest)
        assert arrays_digest(models.shards(kind, version).arrays(SERVED)) == manifest.served
        assert max(each for name, each in known if name == kind) - version in (0, 1)


def check_what_was_acknowledged(project: Project, told: list[list[str]]) -> None:
    """Hold the data sets that readers see against the forgettings that were acknowledged before the kill."""
    entries = {entry.number: entry.event for entry in project.log.entries()}
    for _, tag, *numbers in told:
        certified = [entries[int(number)] for number in numbers]
        assert all(
            type(event).__name__ in ("DatasetPublished", "ModelTrained", "ModelForgot") for event in certified
        )
        forgot = [event for event in certified if isinstance(event, ModelForgot)]
        assert all(tag in event.tags for event in forgot if event.tags)


def finish(project: Project) -> None:
    """Do again what the kill stopped, and hold everything to a model that was trained from nothing."""
    for kind in KINDS:
        withdraw(project.yard, project.datasets, DATASETS[kind][0], quiet)
        done = forget(project.shelf, kind, quiet)
        assert (done.manifest.state, done.manifest.served) == from_nothing(project, kind)
        assert project.shelf.models.current(kind) == done.manifest.version
        place = project.paths.state / "models" / kind
        versions = {f"v{number:04d}" for number in range(1, done.manifest.version + 1)}
        assert {path.name for path in place.iterdir()} == {"lock", "current", *versions}


def nobody_who_said_no_is_left(project: Project, told: list[list[str]]) -> None:
    for kind in KINDS:
        name = DATASETS[kind][0]
        key, store = (
            dataset_key(project.keys.secret(), name),
            project.datasets.shards(name, project.datasets.current(name) or 0),
        )
        held = {
            m
            for file in store.names()
            if file.startswith("shards")
            for m in store.read(file).column("member").to_pylist()
        }
        last = {tag: index for index, (_, tag, *_) in enumerate(told)}
        standing = StandingIndex.of(project.log.entries())
        gone = [tag for tag in last if not standing.choices(tag)[-1].yes]
        assert held.isdisjoint(member_pseudonym(key, tag) for tag in gone)


def kill_again_and_again(prepared: Path, place: Path, kills: int, seed: int) -> None:
    """Kill a forgetting worker; each time, what was left must hold, and the next calls must finish the work."""
    rng = random.Random(seed)
    for turn in range(kills):
        folder = copied(prepared, place / str(turn))
        told = told_until_killed(folder, seed * 1000 + turn, rng.uniform(0.0, 1.6))
        with opened(folder, SystemClock()) as project:
            check_what_is_served(project)
            check_what_was_acknowledged(project, told)
            finish(project)
            nobody_who_said_no_is_left(project, told)
            assert [p for each in verify_models(project.shelf) for p in each.problems] == []


def test_kills_leave_every_model_old_or_new_and_the_next_call_finishes(
    prepared: Path, tmp_path: Path
) -> None:
    kill_again_and_again(prepared, tmp_path, kills=3, seed=1)


@pytest.mark.deep
def test_a_hundred_kills_leave_every_model_old_or_new(prepared: Path, tmp_path: Path) -> None:
    kill_again_and_again(prepared, tmp_path, kills=100, seed=2)
