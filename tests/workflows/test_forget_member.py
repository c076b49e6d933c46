"""A member is forgotten by every data set and model, with a receipt; whatever stopped it before, the next call finishes."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from sayso.dataset.rows import dataset_key, member_pseudonym
from sayso.errors import InputError, Refused
from sayso.ledger.events import Delivered, ModelForgot
from sayso.wiring import Project
from sayso.workflows.delete import close_account
from sayso.workflows.erase import erase
from sayso.workflows.farewell import check_farewell, is_farewell, receipt_fields
from sayso.workflows.forget_member import Farewell, forget_member
from sayso.workflows.logbook import write
from sayso.workflows.shelf import rows_of
from sayso.workflows.withdraw import withdraw
from workflows.test_models import (
    DATASETS,
    KINDS,
    PEOPLE,
    built_manifest,
    from_nothing,
    prepare,
    problems,
    somebody,
)
from workflows.test_models import forgotten as followed
from workflows.worlds_on_disk import copied, opened, quiet, say, verified

NAMES = sorted(name for name, _ in DATASETS.values())


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two data sets and a model on each."""
    return prepare(tmp_path_factory.mktemp("prepared") / "forum")


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared project."""
    return copied(prepared, tmp_path / "forum")


def forgotten(project: Project, person: str, now: bool = False, dry_run: bool = False) -> Farewell:
    return forget_member(project.shelf, person, quiet, now, dry_run)


def held(project: Project, person: str) -> int:
    """Return how many published rows of all data sets are of a member."""
    found = 0
    for name in NAMES:
        key = dataset_key(project.keys.secret(), name)
        own = member_pseudonym(key, project.tags.tag_of(person) or "")
        manifest = built_manifest(project, name)
        store = project.datasets.shards(name, manifest.version)
        found += sum(row.member == own for row in rows_of(store, manifest.shards, quiet))
    return found


def all_as_from_nothing(project: Project) -> bool:
    models = project.shelf.models
    found = {}
    for kind in KINDS:
        version = models.current(kind) or 0
        says = json.loads(_payload(models.manifest(kind, version) or b""))["predicate"]
        found[kind] = (says["state"], says["served"])
    return found == {kind: from_nothing(project, kind) for kind in KINDS}


def _payload(envelope: bytes) -> bytes:
    return base64.b64decode(json.loads(envelope)["payload"])


def test_a_member_is_in_nothing_afterwards_and_a_receipt_proves_it(folder: Path) -> None:
    with opened(folder) as project:
        person = somebody(project, "suggestions")
        say(project, person, False)
        done = forgotten(project, person)
        assert held(project, person) == 0
        assert [each.after.name for each in done.datasets] == NAMES
        assert sorted(each.manifest.name for each in done.models) == KINDS
        assert all_as_from_nothing(project)
        assert [*problems(project), *verified(project).problems] == []
        events = [entry.event for each in done.models for entry in each.entries]
        tags = {tag for event in events if isinstance(event, ModelForgot) for tag in event.tags}
        assert tags == {project.tags.tag_of(person)}
        text = json.dumps(receipt_fields(project.shelf, done))
        assert is_farewell(text)
        check = check_farewell(text, None)
        assert (check.problems, check.datasets, check.models, check.entries) == ((), 2, 2, done.entries)
        assert person not in text


def test_who_has_not_said_no_is_not_forgotten_and_nothing_is_touched(folder: Path) -> None:
    with opened(folder) as project:
        person, size = somebody(project, "suggestions"), project.log.size()
        with pytest.raises(Refused, match=r"(?s)may still be used.*sayso choose MEMBER ai-training no"):
            forgotten(project, person)
        assert project.log.size() == size
        with pytest.raises(InputError, match="no imported source"):
            forgotten(project, "nobody")


def test_a_dry_run_names_what_would_be_touched_and_touches_nothing(folder: Path) -> None:
    with opened(folder) as project:
        person = somebody(project, "suggestions")
        say(project, person, False)
        size = project.log.size()
        plan = forgotten(project, person, dry_run=True)
        assert project.log.size() == size
        assert ([each.before.name for each in plan.datasets], sorted(plan.waiting)) == (NAMES, KINDS)


def test_what_was_stopped_after_the_data_sets_is_finished(folder: Path) -> None:
    with opened(folder) as project:
        person = somebody(project, "suggestions")
        close_account(project.book, project.tags, person)
        for name in NAMES:
            withdraw(project.yard, project.datasets, name, quiet)
        done = forgotten(project, person)
        assert sorted(each.manifest.name for each in done.models) == KINDS
        assert all_as_from_nothing(project)
        assert check_farewell(json.dumps(receipt_fields(project.shelf, done)), None).problems == ()
        assert forgotten(project, person).datasets == ()


def test_who_is_not_in_a_version_that_a_model_stands_on_has_nothing_forgotten(folder: Path) -> None:
    with opened(folder) as project:
        gone = somebody(project, "suggestions")
        say(project, gone, False)
        for name in NAMES:
            withdraw(project.yard, project.datasets, name, quiet)
        stranger = next(person for person in PEOPLE if not held(project, person) and person != gone)
        say(project, stranger, False)
        done = forgotten(project, stranger)
        assert all(each.rows == 0 for each in done.datasets)
        assert not any(project.tags.tag_of(stranger) in event.tags for event in _forgettings(project))


def _forgettings(project: Project) -> list[ModelForgot]:
    return [entry.event for entry in project.log.entries() if isinstance(entry.event, ModelForgot)]


def test_now_deletes_old_bytes_of_data_sets_and_models_after_the_models_have_followed(folder: Path) -> None:
    with opened(folder) as project:
        person = somebody(project, "suggestions")
        say(project, person, False)
        done = forgotten(project, person, now=True)
        assert sorted(done.purged) == sorted(f"{name} v0001" for name in (*NAMES, *KINDS))
        assert all(each.manifest.forgot and not each.manifest.forgot.anew for each in done.models)
        assert done.kept_until is None
        assert [*problems(project), *verified(project).problems] == []


def test_a_receipt_says_to_whom_copies_were_handed(folder: Path) -> None:
    with opened(folder) as project:
        person = somebody(project, "suggestions")
        write(project.book, [Delivered(NAMES[0], 1, "affiliate", project.clock.now())])
        say(project, person, False)
        fields = receipt_fields(project.shelf, forgotten(project, person))
        assert fields["not_covered"][1].startswith(f"{NAMES[0]} v0001, handed to affiliate on 2026-")


def test_an_erased_member_is_refused_and_their_rows_leave_models_with_the_data_set(folder: Path) -> None:
    with opened(folder) as project:
        person = somebody(project, "suggestions")
        tag = project.tags.tag_of(person)
        erase(project.book, project.tags, project.sources, project.yard.snapshots, person)
        with pytest.raises(Refused, match="erased"):
            forgotten(project, person)
        withdraw(project.yard, project.datasets, DATASETS["suggestions"][0], quiet)
        done = followed(project, "suggestions")
        assert done.manifest.forgot is not None
        assert [event.tags for event in _forgettings(project)] == [(tag,)]
        assert (done.manifest.state, done.manifest.served) == from_nothing(project, "suggestions")
