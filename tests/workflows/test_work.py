"""The worker: what members' words call for is carried out, in order, and what was stopped is gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest

from sayso.values.moments import DAY
from sayso.values.uses import Use
from sayso.wiring import Project
from sayso.workflows.kinds import kind_of
from sayso.workflows.train import Wish, train
from sayso.workflows.withdraw import rewrite
from sayso.workflows.work import waiting, work
from shell import SetClock
from workflows.worlds_on_disk import (
    NAME,
    built,
    community,
    copied,
    make,
    member_of,
    opened,
    quiet,
    rows_of,
    say,
    verified,
    without_a_model,
)

MADE = community(30, seed=3)
PEOPLE = [person.member.id for person in MADE.people]
USE = Use("writing-suggestions", "platform")
LATER = "2027-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a published data set and a model of it, and one member of the set who says no."""
    folder = make(tmp_path_factory.mktemp("prepared") / "forum", MADE)
    without_a_model(folder)
    with opened(folder) as project:
        first = built(project, use=USE)
        train(project.shelf, kind_of("suggestions"), Wish("drafts", NAME, False), quiet)
        held = {row["member"] for row in rows_of(project, first)}
        say(project, next(p for p in PEOPLE if member_of(project, first, p) in held), False)
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared project."""
    return copied(prepared, tmp_path / "forum")


def told(project: Project) -> list[tuple[str, str]]:
    return [(one.task.what, one.task.name) for one in work(project.shelf, quiet)]


def test_what_waits_is_shown_with_its_deadline_and_nothing_is_done(folder: Path) -> None:
    with opened(folder) as project:
        size = project.log.size()
        (task,) = waiting(project.shelf)
        assert (task.what, task.name, task.words) == ("withdraw", NAME, 1)
        assert task.due is not None
        assert 29 * DAY < task.due - project.clock.now() < 31 * DAY
        assert project.log.size() == size


def test_a_no_leaves_the_data_set_and_then_the_model_and_once_is_enough(folder: Path) -> None:
    with opened(folder) as project:
        assert told(project) == [("withdraw", NAME), ("forget", "drafts")]
        assert told(project) == []
        assert (project.datasets.current(NAME), project.shelf.models.current("drafts")) == (2, 2)
        assert verified(project).problems == ()


def test_old_bytes_of_both_go_when_their_days_are_over(folder: Path) -> None:
    with opened(folder) as project:
        work(project.shelf, quiet)
    with opened(folder, SetClock(LATER)) as project:
        assert told(project) == [("purge dataset", NAME), ("purge model", "drafts")]
        assert not [name for name in project.datasets.shards(NAME, 1).names() if name.startswith("shards/")]
        assert told(project) == []
        assert verified(project).problems == ()


def test_a_worker_that_was_stopped_between_two_tasks_goes_on(folder: Path) -> None:
    with opened(folder) as project:
        rewrite(project.yard, project.datasets, NAME, quiet, False)
        assert told(project) == [("forget", "drafts")]
