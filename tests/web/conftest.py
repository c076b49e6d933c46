"""The project that the tests of the service look at, made once, and copied for whoever writes in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from web.browsing import make_forum


@pytest.fixture(scope="session")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with data sets and models, to be read only."""
    return make_forum(tmp_path_factory.mktemp("web"))


@pytest.fixture
def own_forum(forum: Path, tmp_path: Path) -> Path:
    """Return a copy of it to write in."""
    return Path(shutil.copytree(forum, tmp_path / "forum"))
