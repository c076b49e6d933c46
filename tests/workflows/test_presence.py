"""Whose rows a version has: what is kept says what the shards say, of the version's files and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from sayso.wiring import Project
from sayso.workflows.pending import pending
from sayso.workflows.presence import PRESENCE, has_rows, presence
from sayso.workflows.reading import manifest_of
from workflows.worlds_on_disk import NAME, built, community, copied, opened, published, rows_of, say

MADE = community(30, seed=5)
AUTHORS = sorted({record.author for record in MADE.records if record.author})


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a published data set, that redacts without a model."""
    return published(tmp_path_factory.mktemp("prepared") / "forum", MADE)


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared project."""
    return copied(prepared, tmp_path / "forum")


def kept(project: Project) -> Path:
    return project.paths.kept / f"{PRESENCE}.{NAME}"


def holds(project: Project) -> None:
    """Hold what is told of a version to its rows."""
    manifest = manifest_of(project.yard, project.datasets, NAME)
    store = project.datasets.shards(NAME, manifest.version)
    of = presence(project.yard, store, manifest)
    everybody = {
        (row["member"], number)
        for number, shard in enumerate(manifest.shards)
        for row in store.read(shard.name).to_pylist()
    }
    assert everybody
    for name, _ in everybody:
        for number, shard in enumerate(manifest.shards):
            assert has_rows(of, shard, name) is ((name, number) in everybody)
    assert len({name for name, _ in everybody}) == manifest.members


def test_what_is_told_of_a_version_is_what_its_shards_hold(folder: Path) -> None:
    with opened(folder) as project:
        holds(project)
        before = kept(project).read_bytes()
        held = {row["member"] for row in rows_of(project, built(project))}
        assert held
        for person in AUTHORS[:4]:
            say(project, person, False)
        built(project)  # keeps of the next version what it wrote
        assert kept(project).read_bytes() != before
        holds(project)


def test_whose_words_wait_is_the_same_from_what_is_kept_and_from_the_shards(folder: Path) -> None:
    with opened(folder) as project:
        for person in AUTHORS:
            say(project, person, False)
        waiting = pending(project.yard, project.datasets, NAME)
        assert waiting
        kept(project).unlink()
        assert pending(project.yard, project.datasets, NAME) == waiting
        kept(project).write_bytes(kept(project).read_bytes()[:-1] + b"\0")
        assert pending(project.yard, project.datasets, NAME) == waiting
        holds(project)


def test_a_pseudonym_across_the_border_of_two_is_nobody(folder: Path) -> None:
    with opened(folder) as project:
        manifest = manifest_of(project.yard, project.datasets, NAME)
        shard = max(manifest.shards, key=lambda one: one.members)
        names = presence(project.yard, project.datasets.shards(NAME, manifest.version), manifest)[
            shard.file_sha256
        ]
        assert len(names) >= 32
        assert has_rows({shard.file_sha256: names}, shard, names[8:24].hex()) is False
        assert has_rows({}, shard, names[:16].hex()) is None
