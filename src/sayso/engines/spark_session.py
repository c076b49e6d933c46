"""Spark in this process: started once, when it is first needed, quiet, and on this machine unless a master is named.

The settings below hold in every session, whatever a cluster's own defaults are: with them Spark reads the gate's text as the
other engines do (decision 0023 names each difference, tests show them).
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sayso.errors import EdgeError, Problem

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OLDEST_JAVA = 17
HERE = "local[*]"
"""The master of a project that names none: this machine, all its cores."""

ALIKE = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "false",
    "spark.sql.variable.substitute": "false",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.legacy.consecutiveStringLiterals.enabled": "false",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
}
"""What makes Spark read SQL as DuckDB does."""

STEADY = {
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.adaptive.skewJoin.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "5000",
    "spark.sql.execution.arrow.maxBytesPerBatch": "64m",
}
"""What keeps a member with many records from holding up the others, and long texts from filling the memory."""

_LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}
_QUIET = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
}
_GIVEN_UP = 60
_TASKS_A_CORE = 3
_starting = Lock()


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where Spark works: its master, settings of its own, and the folder that driver and executors both see."""

    master: str
    settings: tuple[tuple[str, str], ...]
    shared: Path

    def session(self) -> SparkSession:
        """Return a session of its own, with no tables yet.

        Raises ``EdgeError`` where PySpark or Java is missing or too old, and where the master does not answer.
        """
        with _starting:
            session = _started(self).newSession()
        for key, value in (ALIKE | STEADY).items():
            session.conf.set(key, value)
        if "spark.sql.shuffle.partitions" not in dict(self.settings):
            # Spark's own 200 is slow for few records and too few for many.
            tasks = _TASKS_A_CORE * session.sparkContext.defaultParallelism
            session.conf.set("spark.sql.shuffle.partitions", str(tasks))
        return session


def _started(cluster: Cluster) -> SparkSession:
    """Return the session that all sessions of this process come from, started where it is not yet."""
    try:
        from pyspark.core.context import SparkContext
        from pyspark.sql import SparkSession
    except ImportError:
        advice = "pip install 'sayso[spark]', or write `engine: duckdb` in sayso.yaml"
        what = "the engine spark needs PySpark, which is not installed"
        raise EdgeError(Problem("missing-part", what, advice=advice)) from None
    found = SparkSession.getActiveSession() or SparkSession._instantiatedSession
    if found is not None and found._sc._jsc is not None:
        return found
    if SparkContext._gateway is None:
        check_java()
    # It writes queries and what they stumbled over to standard error.
    logging.getLogger("SQLQueryContextLogger").disabled = True
    with errors():
        return _launched(cluster)


def _launched(cluster: Cluster) -> SparkSession:
    from pyspark.conf import SparkConf
    from pyspark.core.context import SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    conf = SparkConf()
    for key, value in _conf(cluster).items():
        conf.set(key, value)
    if SparkContext._gateway is None:
        # What the JVM says on its way up is not for whoever reads our lines.
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        SparkContext._gateway = launch_gateway(conf, quiet)  # type: ignore[no-untyped-call]
        SparkContext._jvm = SparkContext._gateway.jvm
    return SparkSession(SparkContext(conf=conf))


def _conf(cluster: Cluster) -> dict[str, str]:
    given = dict(cluster.settings)
    conf = {"spark.master": cluster.master, "spark.app.name": "sayso", **_QUIET}
    if cluster.master.startswith("local"):
        conf |= _LOCAL | {
            "spark.pyspark.python": sys.executable,
            "spark.executorEnv.PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
    return conf | given


def check_java() -> None:
    """Return if there is a Java that Spark can run on; raises ``EdgeError`` with what to install."""
    advice = f"install it (Debian: apt install openjdk-{OLDEST_JAVA}-jre-headless), or write `engine: duckdb` in sayso.yaml"
    found = _java_version()
    if found is None:
        what = f"the engine spark needs Java {OLDEST_JAVA} or later, which is not installed"
        raise EdgeError(Problem("missing-part", what, advice=advice))
    if found < OLDEST_JAVA:
        what = f"the engine spark needs Java {OLDEST_JAVA} or later, this is Java {found}"
        raise EdgeError(Problem("missing-part", what, advice=advice))


def _java_version() -> int | None:
    """Return the number of the Java that Spark would run on, ``None`` where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None:
        return None
    try:
        said = subprocess.run([java, "-version"], capture_output=True, timeout=_GIVEN_UP, check=False).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(rb'version "(?:1\.)?(\d+)', said)
    return int(found.group(1)) if found else None


@contextmanager
def errors() -> Iterator[None]:
    """Turn Spark's errors into ours, and keep the name of their condition alone: their texts quote what they stumble over."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, pa.ArrowException, OSError) as error:
        what = f"Spark cannot do it ({_condition(error)})"
        advice = "look at the cluster's own pages and logs; run `sayso verify` where a table cannot be read"
        raise EdgeError(Problem("spark-failed", what, advice=advice)) from None


def _condition(error: Any) -> str:
    name = getattr(error, "getCondition", lambda: None)()
    return str(name or type(error).__name__)


def stop() -> None:
    """Stop Spark in this process, if it was started; the next session starts it anew."""
    from pyspark.core.context import SparkContext
    from pyspark.sql import SparkSession

    with _starting:
        found = SparkSession._instantiatedSession
        if found is not None:
            found.stop()
        gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None
        if gateway is not None:
            gateway.shutdown()
            gateway.proc.stdin.close()
            gateway.proc.wait(_GIVEN_UP)
