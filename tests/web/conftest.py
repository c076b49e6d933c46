"""One served project for all tests here that do not care what others wrote in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from web.worlds_served import World, served_project, world


@pytest.fixture(scope="session")
def served_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return served_project(tmp_path_factory.mktemp("served") / "forum")


@pytest.fixture(scope="module")
def here(served_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world of a module's own."""
    from workflows.worlds_on_disk import copied

    with world(copied(served_root, tmp_path_factory.mktemp("world") / "forum")) as found:
        yield found
