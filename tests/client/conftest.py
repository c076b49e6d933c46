"""A small service over a community, for tests of the client and of the guard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sayso.client import Client
from sayso.intake.community import Community
from sayso.wiring import random_bytes
from sayso.workflows.tokens import SCOPES, issue
from shell import SetClock
from small_service import Service, serving
from workflows.worlds_on_disk import LATE, community, copied, make, opened


@pytest.fixture(scope="session")
def made() -> Community:
    return community(20)


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory, made: Community) -> Path:
    """A project with a community in it."""
    return make(tmp_path_factory.mktemp("served") / "forum", made)


@pytest.fixture
def service(plain: Path, tmp_path: Path, socket_enabled: None) -> Iterator[Service]:
    """A service over a copy of the project."""
    folder, clock = copied(plain, tmp_path / "forum"), SetClock(LATE)
    with opened(folder, clock) as project, project.service() as store, serving(project, store) as found:
        yield found


@pytest.fixture
def token(service: Service) -> str:
    """A token that opens everything."""
    return issue(service.store, service.project.clock, random_bytes, "tests", SCOPES).text or ""


@pytest.fixture
def client(service: Service, token: str) -> Iterator[Client]:
    """A client of the service."""
    with Client(service.address, token) as found:
        yield found


@pytest.fixture
def somebody(made: Community) -> str:
    """A member with records."""
    return next(each.author for each in made.records if each.author) or ""
