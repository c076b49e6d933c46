"""A Spark session for tests: local, on loopback, one for the whole session of tests."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

ADVICE = "Spark needs `pip install 'sayso[spark]'` and Java 17: apt-get install openjdk-17-jre-headless"


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A local session with an empty catalog, which keeps its tables below a folder of its own."""
    if shutil.which("java") is None:
        pytest.skip(ADVICE)
    sql = pytest.importorskip("pyspark.sql", reason=ADVICE)
    folder = tempfile.mkdtemp(prefix="sayso-spark-")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.warehouse.dir": f"{folder}/warehouse",
        "spark.local.dir": folder,
        "spark.log.level": "ERROR",
        "spark.ui.showConsoleProgress": "false",
        # Compiling well what runs once costs more than it saves.
        "spark.driver.extraJavaOptions": f"-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.io.tmpdir={folder}",
    }
    builder = sql.SparkSession.builder.master("local[1]").appName("sayso-tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = builder.getOrCreate()
    try:
        yield session.newSession()
    finally:
        _end(session)
        shutil.rmtree(folder, ignore_errors=True)


def _end(session: Any) -> None:
    """Stop Spark, and the Java process under it."""
    from pyspark.core.context import SparkContext

    if SparkContext._gateway is None:
        return  # somebody else in this process has
    session.stop()
    gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(60)
