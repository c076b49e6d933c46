"""Spark is started once for all tests of a process, and stopped after the last."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sayso.engines import spark_session
from sayso.engines.spark_session import Cluster
from spark.sessions import small_cluster


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster that is up."""
    found = small_cluster(tmp_path_factory.mktemp("shared"))
    found.session()
    yield found
    spark_session.stop()
