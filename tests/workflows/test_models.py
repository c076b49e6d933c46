"""Models are trained on published data sets, follow them, and equal a model that was trained on what stayed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sayso.dataset.rows import dataset_key, member_pseudonym
from sayso.errors import InputError, IntegrityError, Refused
from sayso.ledger.events import ModelForgot, ModelTrained, VersionPurged
from sayso.models.kind import Kind, arrays_digest
from sayso.ports import Clock
from sayso.values.uses import Use
from sayso.wiring import Project
from sayso.workflows.delete import close_account, delete_record
from sayso.workflows.forget import Forgotten, forget
from sayso.workflows.kinds import kind_of
from sayso.workflows.shelf import SERVED, STATE, dataset_of, rows_of
from sayso.workflows.train import Trained, Wish, train
from sayso.workflows.verify_models import verify_models
from sayso.workflows.withdraw import withdraw
from shell import SetClock
from workflows.worlds_on_disk import (
    NAME,
    USE,
    built,
    community,
    copied,
    make,
    opened,
    quiet,
    say,
    without_a_model,
)

MADE = community(30, seed=3)
PEOPLE = [person.member.id for person in MADE.people]
ENGAGING = Use("post-recommendations", "platform")
DATASETS = {"suggestions": (NAME, USE), "recommendations": ("threads", ENGAGING)}
KINDS = sorted(DATASETS)


def prepare(place: Path, clock: Clock | None = None) -> Path:
    """Make a project with two published data sets, that redacts without a model, and a model on each."""
    folder = make(place, MADE, clock=clock)
    without_a_model(folder)
    with opened(folder, clock) as project:
        for kind, (name, use) in DATASETS.items():
            built(project, name=name, use=use)
            trained(project, kind)
    return folder


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two published data sets and a model on each."""
    return prepare(tmp_path_factory.mktemp("prepared") / "forum")


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared project."""
    return copied(prepared, tmp_path / "forum")


def trained(project: Project, kind: str, name: str | None = None) -> Trained:
    wish = Wish(name or kind, DATASETS[kind][0])
    return train(project.shelf, kind_of(kind), wish, quiet)


def forgotten(project: Project, kind: str, now: bool = False, dry_run: bool = False) -> Forgotten:
    return forget(project.shelf, kind, quiet, now, dry_run)


def withdrawn(project: Project, kind: str, now: bool = False) -> Any:
    return withdraw(project.yard, project.datasets, DATASETS[kind][0], quiet, now)


def from_nothing(project: Project, kind: str) -> tuple[str, str]:
    """Return the digests of state and of what is served that training on the published version gives."""
    made: Kind[Any] = kind_of(kind)
    dataset = project.shelf.log().published[DATASETS[kind][0]]
    one = built_manifest(project, dataset.name)
    state = made.train(rows_of(project.datasets.shards(dataset.name, dataset.version), one.shards, quiet))
    return made.digest(state), arrays_digest(made.served(state))


def built_manifest(project: Project, name: str) -> Any:
    return dataset_of(project.shelf, project.shelf.log(), name)


def digests(done: Forgotten | Trained) -> tuple[str, str]:
    return done.manifest.state, done.manifest.served


def somebody(project: Project, kind: str) -> str:
    """Return the id of a member with rows in the data set of a kind's model."""
    name = DATASETS[kind][0]
    version = project.datasets.current(name) or 0
    shards = built_manifest(project, name).shards
    held = {row.member for row in rows_of(project.datasets.shards(name, version), shards, quiet)}
    key = dataset_key(project.keys.secret(), name)
    return next(p for p in PEOPLE if member_pseudonym(key, project.tags.tag_of(p) or "") in held)


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_follows_its_data_set_and_equals_one_trained_from_nothing(folder: Path, kind: str) -> None:
    with opened(folder) as project:
        person = somebody(project, kind)
        tag = project.tags.tag_of(person)
        say(project, person, False)
        withdrawn(project, kind)
        done = forgotten(project, kind)
        assert digests(done) == from_nothing(project, kind)
        forgot = done.manifest.forgot
        assert forgot is not None
        assert (forgot.members_out, forgot.anew) == (1, "")
        assert (forgot.state, forgot.served) == (done.before.state, done.before.served)
        assert done.manifest.state != done.before.state
        assert [type(entry.event) for entry in done.entries] == [ModelTrained, ModelForgot]
        assert done.entries[1].event == ModelForgot(kind, 2, (tag,), done.digest)  # type: ignore[arg-type]


def test_a_dry_run_says_what_would_come_out_and_writes_nothing(folder: Path) -> None:
    with opened(folder) as project:
        say(project, somebody(project, "suggestions"), False)
        withdrawn(project, "suggestions")
        size, files = project.log.size(), sorted(path.name for path in (folder / ".sayso/models").rglob("*"))
        tried = forgotten(project, "suggestions", dry_run=True)
        assert (project.log.size(), tried.entries) == (size, ())
        assert files == sorted(path.name for path in (folder / ".sayso/models").rglob("*"))
        done = forgotten(project, "suggestions")
        assert (digests(tried), tried.manifest.forgot) == (digests(done), done.manifest.forgot)


def test_a_model_whose_data_set_did_not_move_is_left_as_it_is(folder: Path) -> None:
    with opened(folder) as project:
        done = forgotten(project, "suggestions")
        assert (done.changed, done.entries, done.manifest.version) == (False, (), 1)


@pytest.mark.parametrize("kind", KINDS)
def test_where_the_version_before_is_gone_the_model_is_trained_anew_to_the_same(
    folder: Path, kind: str
) -> None:
    with opened(folder) as project:
        say(project, somebody(project, kind), False)
        withdrawn(project, kind, now=True)
        done = forgotten(project, kind)
        forgot = done.manifest.forgot
        assert forgot is not None
        assert (forgot.members_out, bool(forgot.anew)) == (None, True)
        assert digests(done) == from_nothing(project, kind)


@pytest.mark.parametrize("damage", ["torn", "other"])
def test_a_model_whose_own_state_is_damaged_is_trained_anew(folder: Path, damage: str) -> None:
    with opened(folder) as project:
        say(project, somebody(project, "suggestions"), False)
        withdrawn(project, "suggestions")
        store = project.shelf.models.shards("suggestions", 1)
        arrays = dict(store.arrays(STATE))
        if damage == "torn":
            place = folder / ".sayso/models/suggestions/v0001" / STATE
            place.write_bytes(place.read_bytes()[:-100])
        else:
            arrays["members_5"] = arrays["members_5"][:-1]
            arrays["keys_5"] = arrays["keys_5"][:-1]
            store.put_arrays(STATE, arrays)
        done = forgotten(project, "suggestions")
        assert done.manifest.forgot is not None
        assert done.manifest.forgot.anew
        assert digests(done) == from_nothing(project, "suggestions")


def test_nobody_who_said_no_is_trained_on(folder: Path) -> None:
    with opened(folder) as project:
        say(project, somebody(project, "suggestions"), False)
        with pytest.raises(Refused, match="may not be used any more"):
            trained(project, "suggestions")
        withdrawn(project, "suggestions")
        done = trained(project, "suggestions")
        assert digests(done) == from_nothing(project, "suggestions")
        # Training again takes them out as well, and the log says so.
        assert done.manifest.forgot is not None
        assert (done.manifest.forgot.members_out, done.manifest.forgot.anew) == (1, "training was asked for")
        assert [e.event.version for e in project.log.entries() if isinstance(e.event, ModelForgot)] == [2]
        assert problems(project) == []


def test_who_says_no_while_a_model_is_trained_is_not_in_it(folder: Path) -> None:
    with opened(folder) as project:
        person = somebody(project, "suggestions")

        def and_now(rows: int) -> None:
            say(project, person, False)

        with pytest.raises(Refused, match="may not be used any more"):
            train(project.shelf, kind_of("suggestions"), Wish("late", NAME), and_now)
        assert project.shelf.models.current("late") is None
        assert "late" not in project.shelf.log().models


def test_a_model_follows_a_data_set_that_moves_on_while_it_forgets(folder: Path) -> None:
    with opened(folder) as project:
        people = [person for person in PEOPLE if project.tags.tag_of(person)]
        say(project, somebody(project, "suggestions"), False)
        withdrawn(project, "suggestions")
        waiting = people[:]

        def meanwhile(rows: int) -> None:
            if waiting:
                say(project, waiting.pop(), False)
                waiting.clear()
                withdrawn(project, "suggestions")

        done = forget(project.shelf, "suggestions", meanwhile)
        assert done.manifest.dataset.version == project.datasets.current(NAME)
        assert digests(done) == from_nothing(project, "suggestions")


def test_a_data_set_for_something_else_is_refused(folder: Path) -> None:
    with opened(folder) as project:
        for kind, dataset in (("suggestions", "threads"), ("recommendations", NAME)):
            with pytest.raises(Refused, match="was decided for"):
                train(project.shelf, kind_of(kind), Wish("other", dataset), quiet)
        built(project, name="broad", use=Use("ai-training", "platform"))
        with pytest.raises(Refused, match="was decided for ai-training"):
            train(project.shelf, kind_of("suggestions"), Wish("other", "broad"), quiet)


def test_a_name_belongs_to_one_model(folder: Path) -> None:
    with opened(folder) as project:
        built(project, name="second", use=USE)
        with pytest.raises(Refused, match="is one of suggestions on the data set training"):
            train(project.shelf, kind_of("suggestions"), Wish("suggestions", "second"), quiet)
        with pytest.raises(InputError, match="not a name"):
            train(project.shelf, kind_of("suggestions"), Wish("../up", NAME), quiet)
        with pytest.raises(InputError, match="no data set"):
            train(project.shelf, kind_of("suggestions"), Wish("one", "nothing"), quiet)
        with pytest.raises(InputError, match="no model"):
            forgotten(project, "nothing")


def test_old_models_go_when_the_days_of_the_policy_are_over_and_their_hashes_stay(folder: Path) -> None:
    with opened(folder) as project:
        say(project, somebody(project, "recommendations"), False)
        withdrawn(project, "recommendations")
        done = forgotten(project, "recommendations")
        assert (done.purged, done.kept_until is not None) == ((), True)
        done = forgotten(project, "recommendations", now=True)
        assert done.purged == (1,)
        assert project.shelf.models.shards("recommendations", 1).names() == ("manifest.dsse.json",)
        purged = [e.event for e in project.log.entries() if isinstance(e.event, VersionPurged)]
        assert [(one.kind, one.name, one.version) for one in purged] == [("model", "recommendations", 1)]
        assert problems(project) == []


def problems(project: Project) -> list[str]:
    return [problem.code for each in verify_models(project.shelf) for problem in each.problems]


def test_every_version_of_every_model_is_held_against_what_is_known_of_it(folder: Path) -> None:
    with opened(folder) as project:
        found = [
            (one.name, one.version, one.recomputed, one.problems) for one in verify_models(project.shelf)
        ]
        assert sorted(found) == [(kind, 1, True, ()) for kind in KINDS]


def test_a_model_that_stands_on_an_older_version_is_named_and_a_problem_when_it_is_late(folder: Path) -> None:
    with opened(folder) as project:
        say(project, somebody(project, "suggestions"), False)
        withdrawn(project, "suggestions")
        (report,) = verify_models(project.shelf, "suggestions")
        assert report.remark == "stands on v0001 of training, which is at v0002"
        assert report.problems == ()
    with opened(folder, SetClock("2026-12-15T00:00:00Z")) as project:
        assert problems(project) == ["overdue"]
        forgotten(project, "suggestions")
        assert problems(project) == []


FLIPS = ["manifest.dsse.json", STATE, SERVED]


@pytest.mark.parametrize("file", FLIPS)
def test_one_flipped_bit_is_found_and_named(folder: Path, file: str) -> None:
    place = folder / ".sayso/models/recommendations/v0001" / file
    whole = place.read_bytes()
    with opened(folder) as project:
        for at in range(0, len(whole), max(1, len(whole) // 12)):
            place.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
            found = [p for each in verify_models(project.shelf) for p in each.problems]
            assert found, at
            assert all(str(p.place).endswith(file) for p in found)
        place.write_bytes(whole)
        assert problems(project) == []


def test_files_that_are_missing_strange_or_back_are_named(folder: Path) -> None:
    place = folder / ".sayso/models/suggestions/v0001"
    with opened(folder) as project:
        (place / "notes.txt").write_text("?", "utf-8")
        assert problems(project) == ["extra-file"]
        (place / "notes.txt").unlink()
        kept = (place / SERVED).read_bytes()
        (place / SERVED).unlink()
        assert problems(project) == ["missing-file"]
        (place / SERVED).write_bytes(kept)
        (place.parent / "current").write_text("v0007\n", "ascii")
        assert problems(project) == ["stale-pointer"]
        forgotten(project, "suggestions")
        assert problems(project) == []
        (place / "manifest.dsse.json").unlink()
        assert problems(project) == ["missing-manifest"]


def test_another_models_manifest_in_the_place_of_one_is_found(folder: Path) -> None:
    models = folder / ".sayso/models"
    other = (models / "recommendations/v0001/manifest.dsse.json").read_bytes()
    (models / "suggestions/v0001/manifest.dsse.json").write_bytes(other)
    with opened(folder) as project:
        assert "other-manifest" in problems(project)
        with pytest.raises(IntegrityError):
            forgotten(project, "suggestions")


def test_what_a_kill_left_between_the_entry_and_the_pointer_is_finished_by_the_next_call(
    folder: Path,
) -> None:
    with opened(folder) as project:
        say(project, somebody(project, "suggestions"), False)
        withdrawn(project, "suggestions")
        assert forgotten(project, "suggestions").manifest.version == 2
        project.shelf.models.point("suggestions", 1)
        done = forgotten(project, "suggestions")
        assert (done.changed, project.shelf.models.current("suggestions")) == (False, 2)


def test_what_a_kill_left_before_the_entry_is_replaced(folder: Path) -> None:
    with opened(folder) as project:
        say(project, somebody(project, "suggestions"), False)
        withdrawn(project, "suggestions")
        models = folder / ".sayso/models/suggestions"
        shutil.copytree(models / "v0001", models / "v0002")
        assert problems(project) == []
        done = forgotten(project, "suggestions")
        assert (done.manifest.version, digests(done)) == (2, from_nothing(project, "suggestions"))
        assert problems(project) == []


ACTS: dict[str, Callable[[Project, str], Any]] = {
    "no": lambda project, person: say(project, person, False),
    "yes": lambda project, person: say(project, person, True),
    "close": lambda project, person: close_account(project.book, project.tags, person),
    "delete": lambda project, person: delete_record(
        project.book, project.tags, project.sources, next(r.id for r in MADE.records if r.author == person)
    ),
    "forget": lambda project, person: forgotten(project, "suggestions"),
    "withdraw": lambda project, person: withdrawn(project, "suggestions"),
    "follow": lambda project, person: forgotten(project, "recommendations"),
    "rebuild": lambda project, person: withdrawn(project, "recommendations"),
}
WRITERS = sorted({record.author for record in MADE.records if record.author})


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(WRITERS)), min_size=1, max_size=9)
)
def test_whatever_happened_on_the_way_both_models_equal_those_that_were_trained_once(
    prepared: Path, tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str]]
) -> None:
    folder = copied(prepared, tmp_path_factory.mktemp("any") / "forum")
    with opened(folder) as project:
        for act, person in acts:
            ACTS[act](project, person)
        for kind in KINDS:
            withdrawn(project, kind)
            assert digests(forgotten(project, kind)) == from_nothing(project, kind)
        assert problems(project) == []
