"""One Spark for all tests of a process: small, on loopback, quick to start; skipped with a plain word where it cannot be."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from sayso.engines.spark_session import Cluster, check_java
from sayso.errors import EdgeError

SMALL = (
    # Compiling what runs once costs more than it saves: half of the time of these tests.
    ("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"),
    ("spark.sql.shuffle.partitions", "2"),
)


def why_not() -> str:
    """Return why there is no Spark here, and what to install; nothing where there is."""
    if find_spec("pyspark") is None or find_spec("pandas") is None:
        return "PySpark is not installed: pip install 'sayso[spark]'"
    try:
        check_java()
    except EdgeError as error:
        return str(error)
    return ""


def small_cluster(shared: Path) -> Cluster:
    """Return a cluster of two threads of this machine."""
    return Cluster("local[2]", SMALL, shared)


def for_spark() -> list[pytest.MarkDecorator]:
    """Return the marks of a module that needs Spark."""
    reason = why_not()
    # PySpark leaves the sockets of its answers to the collector.
    leaves = ("ignore:unclosed:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
    return [
        pytest.mark.skipif(bool(reason), reason=reason),
        pytest.mark.allow_hosts(["127.0.0.1"]),
        *map(pytest.mark.filterwarnings, leaves),
    ]


def search_path() -> str:
    """Return where a process of ours finds the modules of these tests."""
    return ":".join(filter(None, sys.path))
