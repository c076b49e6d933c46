"""The ``spark`` block of ``sayso.yaml``: where Spark works, and the tables that hold data sets. Only ``config`` reads with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sayso.policy.parse_report import Report, shown
from sayso.policy.yamltext import Fields, Word

_KEYS = ("master", "settings", "tables")
_MASTER = re.compile(r"local(\[.+\]|-cluster\[.+\])?|yarn|(spark|k8s)://\S+")
_TABLE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)?", re.ASCII)
_SETTING = re.compile(r"spark\.[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Spark:
    """Where Spark works: ``master`` as Spark writes it (this machine, all cores), and ``settings`` of Spark's own.

    ``tables`` names, for data sets, the table of Spark's catalog that always holds the version that readers see.
    """

    master: str = "local[*]"
    settings: tuple[tuple[str, str], ...] = ()
    tables: tuple[tuple[str, str], ...] = ()


UNCLUSTERED = Spark()
ENGINES = ("duckdb", "spark")


def parse_spark(block: Fields, report: Report) -> Spark:
    """Return what a block says; what is wrong with it is in the report."""
    master = Spark().master
    found: dict[str, tuple[tuple[str, str], ...]] = {"settings": (), "tables": ()}
    for key, value in block.pairs:
        if key.text not in _KEYS:
            report.unknown("key", key.text, key.place, _KEYS)
        elif key.text == "master":
            master = _master(value, key, report)
        else:
            found[key.text] = tuple(sorted(_pairs(key, value, report)))
    return Spark(master, found["settings"], found["tables"])


def _master(value: object, key: Word, report: Report) -> str:
    if isinstance(value, Word) and _MASTER.fullmatch(value.text):
        return value.text
    advice = "write local[*], yarn, spark://HOST:PORT or k8s://HOST:PORT"
    report.add("bad-value", "master is not where Spark can work", key.place, advice)
    return Spark().master


def _pairs(key: Word, value: object, report: Report) -> Iterator[tuple[str, str]]:
    pattern, advice = _ADVICE[key.text]
    if not isinstance(value, Fields):
        report.add("bad-shape", f"{key.text} needs a mapping", key.place, advice)
        return
    for name, word in value.pairs:
        tested = name if key.text == "settings" else word
        if isinstance(tested, Word) and isinstance(word, Word) and pattern.fullmatch(tested.text):
            yield name.text, word.text
        else:
            report.add("bad-value", f"{shown(name.text)} is not for {key.text}", name.place, advice)


_ADVICE = {
    "settings": (_SETTING, "write Spark's own, such as `spark.executor.memory: 8g`"),
    "tables": (_TABLE, "write `DATA-SET: TABLE` or `DATA-SET: DATABASE.TABLE`"),
}


def spark_text(spark: Spark) -> str:
    """Return the block that says these settings, ``""`` where it would say nothing.

    >>> spark_text(Spark(tables=(("writers", "ai.writers"),)))
    'spark:\\n  master: "local[*]"\\n  tables:\\n    writers: "ai.writers"\\n'
    """
    if spark == Spark():
        return ""
    lines = ["spark:", f"  master: {json.dumps(spark.master)}"]
    for name, pairs in (("settings", spark.settings), ("tables", spark.tables)):
        lines += [f"  {name}:"] if pairs else []
        lines += [f"    {key}: {json.dumps(value)}" for key, value in pairs]
    return "\n".join(lines) + "\n"


def engine_text(engine: str, spark: Spark) -> str:
    """Return the lines of a settings file that say what makes data sets: none where it is this machine alone."""
    if engine == ENGINES[0] and spark == UNCLUSTERED:
        return ""
    return f"""\
# What makes data sets: duckdb, on one machine, or spark, on a cluster (docs/how-to/spark.md).
engine: {engine}
{spark_text(spark)}"""
