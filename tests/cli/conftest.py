"""Projects to try commands on: made once, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shell import Shell
from small_tables import MAPPING, MEMBERS, RECORDS, import_words


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project under the opt-in pack with four members and six records."""
    shell = Shell(tmp_path_factory.mktemp("template") / "forum")
    shell.folder.mkdir()
    for name, text in (("members.csv", MEMBERS), ("posts.jsonl", RECORDS), ("mapping.yaml", MAPPING)):
        shell.write(name, text)
    shell("init", "--policy", "opt-in")
    shell(*import_words())
    return shell.folder


@pytest.fixture
def forum(template: Path, tmp_path: Path) -> Shell:
    """A copy of the small project."""
    folder = tmp_path / "forum"
    shutil.copytree(template, folder)
    return Shell(folder)


@pytest.fixture
def empty(tmp_path: Path) -> Shell:
    """A folder with nothing in it."""
    folder = tmp_path / "new-forum"
    folder.mkdir()
    return Shell(folder)
