"""A model over a frozen language model is trained, asked, forgets, is audited and verified like any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from neural.tiny import tiny_model
from sayso.errors import Refused
from sayso.models.kind import arrays_digest
from sayso.wiring import Project
from sayso.workflows.audit import Asked, audit
from sayso.workflows.forget import forget
from sayso.workflows.serve import suggest
from sayso.workflows.shelf import dataset_of, rows_of
from sayso.workflows.train import Wish, train
from sayso.workflows.verify_models import verify_models
from sayso.workflows.withdraw import withdraw
from workflows.worlds_on_disk import NAME, built, community, copied, make, opened, quiet, say, without_a_model

HOW = "language models need more: pip install -c constraints.txt -e '.[neural]'"
pytest.importorskip("torch", reason=HOW)
pytest.importorskip("transformers", reason=HOW)

MADE = community(15, seed=5)
KINDS = ("neural-suggestions", "member-adapters")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a small language model, a data set, and a model of each kind over it."""
    folder = without_a_model(make(tmp_path_factory.mktemp("neural") / "forum", MADE))
    tiny_model(folder / "lm")
    with (folder / "sayso.yaml").open("a") as file:
        file.write("neural:\n  model: lm\n  groups: 3\n  slices: 2\n")
    with opened(folder) as project:
        built(project)
        for kind in KINDS:
            train(project.shelf, project.shelf.kind_of(kind), Wish(kind, NAME), quiet)
    return folder


@pytest.fixture
def folder(trained: Path, tmp_path: Path) -> Path:
    """A copy of the project."""
    return copied(trained, tmp_path / "forum")


def from_nothing(project: Project, name: str) -> tuple[str, str]:
    kind, dataset = project.shelf.kind_of(name), dataset_of(project.shelf, project.shelf.log(), NAME)
    state = kind.train(rows_of(project.datasets.shards(NAME, dataset.version), dataset.shards, quiet))
    return kind.digest(state), arrays_digest(kind.served(state))


def followed(project: Project) -> None:
    for person in MADE.people[::6]:
        say(project, person.member.id, False)
    withdraw(project.yard, project.datasets, NAME, quiet, False)


@pytest.mark.parametrize("kind", KINDS)
def test_it_follows_its_data_set_and_equals_one_trained_from_nothing(folder: Path, kind: str) -> None:
    with opened(folder) as project:
        followed(project)
        done = forget(project.shelf, kind, quiet)
        forgot = done.manifest.forgot
        assert forgot is not None
        assert forgot.anew == ""
        assert (done.manifest.state, done.manifest.served) == from_nothing(project, kind)
        assert done.manifest.state != done.before.state
        assert all(not one.problems and one.recomputed for one in verify_models(project.shelf))


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_asked_and_audited(folder: Path, kind: str) -> None:
    with opened(folder) as project:
        followed(project)
        forget(project.shelf, kind, quiet)
        manifest, found = suggest(project.shelf, kind, "Thank you for the", 3)
        assert manifest.kind.name == kind
        assert all(0 < one.chance <= 1 for one in found)
        told = audit(project.shelf, Asked(kind, members=3), quiet)
        assert told.holds
        assert told.trial is not None


def test_another_language_model_means_training_anew(folder: Path) -> None:
    settings = folder / "lm" / "config.json"
    settings.write_text(settings.read_text().replace("1e-06", "1e-05"))
    kind = "neural-suggestions"
    with opened(folder) as project:
        with pytest.raises(Refused, match="other rules or settings"):
            audit(project.shelf, Asked(kind), quiet)
        followed(project)
        done = forget(project.shelf, kind, quiet)
        assert done.manifest.forgot is not None
        assert done.manifest.forgot.anew == "it was trained by other rules or settings"
        assert (done.manifest.state, done.manifest.served) == from_nothing(project, kind)
