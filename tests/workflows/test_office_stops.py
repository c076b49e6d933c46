"""A preview names what a suspension would stop, and it does; a version in another's place changes what two plans show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sayso.errors import InputError
from sayso.policy.model import Default
from sayso.values.moments import Moment, parse_moment
from sayso.values.uses import Use
from sayso.wiring import Project
from sayso.workflows.kinds import kind_of
from sayso.workflows.logbook import Logbook
from sayso.workflows.office.inspection import inspect, last_inspection
from sayso.workflows.office.published import catalogue, manifest_at
from sayso.workflows.office.stops import preview, suspensions
from sayso.workflows.office.versions import effect
from sayso.workflows.plan import plan
from sayso.workflows.suspend import Stop, resume, suspend
from sayso.workflows.train import Wish, train
from workflows.worlds_on_disk import NAME, community, copied, opened, published, quiet

MADE = community(24)
WRITING = Use("content-generation", "platform")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = published(tmp_path_factory.mktemp("stops") / "forum", MADE)
    with opened(folder) as project:
        train(project.shelf, kind_of("suggestions"), Wish("writer", NAME), quiet)
    return folder


def permitted(project: Project, use: Use) -> int:
    return plan(project.yard, use).funnel.permitted


def test_what_a_preview_names_is_what_the_suspension_stops(prepared: Path, tmp_path: Path) -> None:
    with opened(copied(prepared, tmp_path / "forum")) as project:
        size, before = project.log.size(), permitted(project, WRITING)
        stop = Stop(("content-generation",), "the office", "case 7", ("US", "europe"))
        found = preview(project.yard, stop)
        assert project.log.size() == size
        (one,) = (each for each in found.uses if each.use == WRITING)
        assert one.lost > 0
        assert one.gained == 0
        assert all(
            region and (region[:2] == "US" or region[:2] in found.event.regions) for region in found.regions
        )
        assert [(each.name, each.models) for each in found.datasets] == [(NAME, (("writer", 1),))]
        suspend(project.book, stop)
        assert before - permitted(project, WRITING) == one.lost
        assert preview(project.yard, stop).regions == ()  # nothing more to stop there


def test_a_stop_of_something_else_touches_no_data_set(prepared: Path) -> None:
    with opened(prepared) as project:
        assert preview(project.yard, Stop(("licensing",), "the office")).datasets == ()
        assert (
            preview(project.yard, Stop(("ai-training",), "the office", recipients=("licensee",))).datasets
            == ()
        )
        with pytest.raises(InputError, match="not a purpose"):
            preview(project.yard, Stop(("dreaming",), "the office"))


def test_suspensions_are_listed_with_what_can_be_done_about_them(prepared: Path, tmp_path: Path) -> None:
    with opened(copied(prepared, tmp_path / "forum")) as project:
        ended = suspend(project.book, Stop(("licensing",), "the office"))
        resume(project.book, ended.id or "")
        suspend(project.book, Stop(("ai-training",), "ICO", starts_at=parse_moment("2027-01-01")))
        holds = suspend(project.book, Stop(("recommendation",), "the office", regions=("FR",)))
        found = suspensions(project.yard, project.clock.now())
        assert [(one.stage, one.can_end) for one in found if one.suspension.authority != "regulator"][:1] == [
            ("holds", True)
        ]
        stages = {one.suspension.id: (one.stage, one.can_end) for one in found}
        assert stages[holds.id or ""] == ("holds", True)
        assert stages[ended.id or ""] == ("ended", False)
        assert [one.stage for one in found] == sorted(
            (one.stage for one in found), key=("holds", "to come", "ended").index
        )


def test_another_version_changes_what_the_two_plans_differ_in(prepared: Path) -> None:
    with opened(prepared) as project:
        at, (old,) = project.clock.now(), project.policy.versions
        asking = tuple(
            replace(rule, default=Default.OFF, notice_days=None) if rule.id == "our-ai" else rule
            for rule in old.rules
        )
        new = replace(old, id="2027", rules=asking)
        policy = replace(
            project.policy, versions=(old, replace(new, effective_at=parse_moment("2027-01-01")))
        )
        yard = replace(project.yard, book=Logbook(project.log, project.keys, project.clock, policy))
        found = effect(yard, old, new, at)
        moved = {one.use.purpose: one for one in found.uses if one.use.recipient == "platform"}
        assert moved["ai-training"].gained == 0
        assert moved["ai-training"].lost > 0
        there = replace(policy, versions=(old, replace(new, effective_at=Moment(at - 1))))
        other = replace(project.yard, book=Logbook(project.log, project.keys, project.clock, there))
        use = Use("ai-training", "platform")
        difference = plan(project.yard, use, at).funnel.permitted - plan(other, use, at).funnel.permitted
        assert moved["ai-training"].lost == difference
        assert {one.use for one in found.uses if one.shifts} <= {use, Use("recommendation", "platform")}


def test_the_catalogue_has_every_version_and_what_stands_on_it(prepared: Path) -> None:
    with opened(prepared) as project:
        found = catalogue(project.shelf.log().index)
        (dataset,), (model,) = found.datasets, found.models
        assert (dataset.name, dataset.models, dataset.last.use) == (NAME, ("writer",), WRITING)
        manifest = manifest_at(project.yard, project.datasets, dataset.last)
        assert manifest is not None
        assert manifest.rows == dataset.last.event.records
        assert (model.name, model.last.event.dataset_version, model.behind) == ("writer", 1, False)


def test_an_inspection_finds_what_is_damaged_and_is_kept(prepared: Path, tmp_path: Path) -> None:
    folder = copied(prepared, tmp_path / "forum")
    with opened(folder) as project:
        sound = inspect(project.shelf, project.log, project.deliveries, quiet)
        assert (sound.problems, sound.datasets, sound.models) == ((), 1, 1)
        assert last_inspection(project.shelf) == sound
    shards = folder / ".sayso/datasets" / NAME / "v0001/shards"
    shard = next(shards.iterdir())
    shard.write_bytes(shard.read_bytes()[:-1])
    with opened(folder) as project:
        found = inspect(project.shelf, project.log, project.deliveries, quiet)
        assert "changed-shard" in {one.code for one in found.problems}
        assert shard.name in "".join(one.place for one in found.problems)
        assert last_inspection(project.shelf) == found
