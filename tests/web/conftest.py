"""The projects that the tests of the service look at, made once, and copied for whoever writes in them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sayso.wiring import open_project
from web.browsing import make_forum, published_authors, serving
from web.worlds_served import World, served_project, world
from workflows.worlds_on_disk import copied


@pytest.fixture(scope="session")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with data sets and models, to be read only."""
    return make_forum(tmp_path_factory.mktemp("web"))


@pytest.fixture(scope="session")
def writers(forum: Path) -> list[str]:
    """Return the members with records in its data set, those with most of them first, which takes long to find out."""
    with open_project(forum) as project:
        return published_authors(project)


@pytest.fixture(scope="session")
def looked_at(forum: Path) -> Iterator[str]:
    """Serve it by a process of its own, to whoever only looks; return the address."""
    with serving(forum, "--demo", "--no-work") as address:
        yield address


@pytest.fixture
def own_forum(forum: Path, tmp_path: Path) -> Path:
    """Return a copy of it to write in."""
    return Path(shutil.copytree(forum, tmp_path / "forum"))


@pytest.fixture(scope="session")
def served_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project whose members come with the platform's tokens, to be read only."""
    return served_project(tmp_path_factory.mktemp("served") / "forum")


@pytest.fixture(scope="module")
def here(served_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a copy of it for a module."""
    with world(copied(served_root, tmp_path_factory.mktemp("world") / "forum")) as found:
        yield found
