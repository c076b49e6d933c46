"""Withdrawing from published data sets, purging what was superseded, and what verification says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sayso.errors import InputError
from sayso.ledger.events import VersionPurged
from sayso.values.moments import DAY
from sayso.wiring import Project
from sayso.workflows.pending import pending
from sayso.workflows.withdraw import Withdrawn, purge, superseded, withdraw
from shell import SetClock
from workflows.worlds_on_disk import (
    LATE,
    NAME,
    built,
    community,
    copied,
    member_of,
    opened,
    published,
    quiet,
    rows_of,
    say,
    verified,
)

MADE = community(30, seed=3)
PEOPLE = [person.member.id for person in MADE.people]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a published data set, that redacts without a model."""
    return published(tmp_path_factory.mktemp("prepared") / "forum", MADE)


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared project."""
    return copied(prepared, tmp_path / "forum")


def withdrawn(project: Project, now: bool = False, dry_run: bool = False) -> Withdrawn:
    return withdraw(project.yard, project.datasets, NAME, quiet, now, dry_run)


def somebody(project: Project) -> tuple[str, str]:
    """Return the id and the pseudonym of a member with records in the published version."""
    first = built(project)
    held = {row["member"] for row in rows_of(project, first)}
    names = {person: member_of(project, first, person) for person in PEOPLE}
    return next((person, name) for person, name in names.items() if name in held)


def test_nothing_is_published_where_nothing_changed(folder: Path) -> None:
    with opened(folder) as project:
        done = withdrawn(project)
        assert (done.built.entry, done.shards, project.datasets.current(NAME)) == (None, (), 1)


def test_who_says_no_is_out_of_the_next_version_and_a_dry_run_says_so_and_publishes_nothing(
    folder: Path,
) -> None:
    with opened(folder) as project:
        person, name = somebody(project)
        say(project, person, False)
        size = project.log.size()
        tried = withdrawn(project, dry_run=True)
        assert (project.log.size(), project.datasets.current(NAME), tried.built.entry) == (size, 2, None)
        done = withdrawn(project)
        assert (done.shards, done.dropped) == (tried.shards, tried.dropped)
        assert done.shards
        assert name not in {row["member"] for row in rows_of(project, done.built)}
        assert project.datasets.current(NAME) == 3
        assert verified(project).problems == ()


def test_old_bytes_go_when_the_days_that_the_policy_keeps_them_are_over_and_hashes_stay(folder: Path) -> None:
    with opened(folder) as project:
        person, _ = somebody(project)
        say(project, person, False)
        done = withdrawn(project)
        assert done.purged == ()
        days = project.policy.forgetting(project.clock.now())
        assert days is not None
        due = dict(superseded(project.yard, project.datasets, NAME))
        assert sorted(due) == [1, 2]
    later = SetClock("2026-11-20T00:00:00Z")
    assert all(when is not None and when <= later.now() + 30 * DAY for when in due.values())
    with opened(folder, later) as project:
        assert purge(project.yard, project.datasets, NAME) == (1, 2)
        assert project.datasets.shards(NAME, 1).names() == ("card.md", "manifest.dsse.json")
        assert project.datasets.shards(NAME, 3).names() != project.datasets.shards(NAME, 1).names()
        found = [e.event for e in project.log.entries() if isinstance(e.event, VersionPurged)]
        assert [(one.kind, one.name, one.version) for one in found] == [
            ("dataset", NAME, 1),
            ("dataset", NAME, 2),
        ]
        assert purge(project.yard, project.datasets, NAME) == ()
        assert verified(project).problems == ()


def test_now_purges_at_once_and_what_comes_back_is_named(folder: Path) -> None:
    with opened(folder) as project:
        person, _ = somebody(project)
        kept = {
            name: project.datasets.shards(NAME, 1).get(name)
            for name in project.datasets.shards(NAME, 1).names()
        }
        say(project, person, False)
        assert withdrawn(project, now=True).purged == (1, 2)
        assert verified(project).problems == ()
        name = next(name for name in kept if name.startswith("shards/"))
        place = project.datasets.folder(NAME, 1) / name
        place.parent.mkdir()
        place.write_bytes(kept[name] or b"")
        assert [problem.code for problem in verified(project).problems] == ["not-purged"]


def test_a_purge_that_was_killed_before_its_entry_is_made_up_for(folder: Path) -> None:
    with opened(folder) as project:
        built(project)
        project.datasets.purge(NAME, 1)
        assert {problem.code for problem in verified(project).problems} == {"missing-shard", "other-mentions"}
        assert purge(project.yard, project.datasets, NAME, now=True) == (1,)
        assert verified(project).problems == ()


def test_what_was_never_published_cannot_be_withdrawn_from(folder: Path) -> None:
    with opened(folder, SetClock(LATE)) as project, pytest.raises(InputError, match="no data set"):
        withdraw(project.yard, project.datasets, "other", quiet)


def test_what_the_policy_promised_to_have_out_by_now_is_named(folder: Path) -> None:
    with opened(folder) as project:
        person, _ = somebody(project)
        say(project, person, False)
        (waiting,) = pending(project.yard, project.datasets, NAME)
        assert waiting.entry == project.log.size() - 1
        assert waiting.due == waiting.since + 30 * DAY
        assert verified(project).problems == ()
    with opened(folder, SetClock("2027-01-01T00:00:00Z")) as project:
        assert [problem.code for problem in verified(project).problems] == ["overdue"]
        withdrawn(project)
        assert pending(project.yard, project.datasets, NAME) == ()
        assert verified(project).problems == ()


def test_a_no_that_reaches_nothing_published_is_not_pending(folder: Path) -> None:
    with opened(folder) as project:
        first = built(project)
        held = {row["member"] for row in rows_of(project, first)}
        other = next(person for person in PEOPLE if member_of(project, first, person) not in held)
        say(project, other, False)
        assert pending(project.yard, project.datasets, NAME) == ()
