"""Whole builds side by side, on DuckDB and on Spark: the same records with their texts, the same digests, and what each took.

    python benchmarks/bench_scale.py [--folder build/bench-scale] [--size 10000000] [--members 1000000] [--master local[*]]

Tables are those of the gate's benchmark (``generate.py``) under the LinkedIn pack, with texts of 128 characters, redacted by the mode
``structured``. A second source of the same size has one member who wrote a twentieth of all: Spark must not take much longer for it.
Nothing is published; every build begins from nothing, in a process of its own. CPU time is that of all its processes, looked at every
fifth of a second: Spark's Java machine and its workers are waited for by nobody.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from bench_answers import AT_ONCE, events
from session_time import taken

from sayso.config import Settings, settings_text
from sayso.config_spark import Spark
from sayso.engines.spark_session import stop
from sayso.intake.policies import read_policy_text
from sayso.redact.plan import Mode, Plan
from sayso.stores.sources import DESCRIPTION, MEMBERS, RECORDS
from sayso.values.uses import Use
from sayso.wiring import SystemClock, create_project, open_project, policy_of
from sayso.workflows.build import Request, build
from sayso.workflows.init import lay_out

USE = Use("content-generation", "linkedin")
HEAVY = "m0000000"
SENTENCES = "2"
SHARDS = 64


class Took(NamedTuple):
    """What a build took: seconds by the clock, of all processors, MiB of its largest process; and its shards' digests."""

    wall: float
    cpu: float
    memory: float
    records: int
    digest: str


def made(folder: Path, members: int, records: int, heavy: bool) -> Path:
    """Make the project in a folder, unless it is there; with ``heavy``, one member wrote a twentieth of all."""
    root, tables = folder / "project", folder / "tables"
    if (root / "sayso.yaml").exists():
        return root
    print(f"generating {records:,} records by {members:,} members in {folder}", flush=True)
    script = str(Path(__file__).with_name("generate.py"))
    sizes = ("--members", str(members), "--records", str(records), "--sentences", SENTENCES)
    subprocess.run([sys.executable, script, str(tables), *sizes], check=True)
    text = read_policy_text("linkedin")
    settings = Settings("bench", "example.org/bench", shards=SHARDS, redaction=Plan(Mode.STRUCTURED))
    laid = lay_out(root, settings_text(settings), text[0])
    create_project(root, settings, policy_of(*text), laid, SystemClock())
    with open_project(root) as project:
        place = project.sources.folder("bench")
        place.mkdir(parents=True)
        (tables / MEMBERS).rename(place / MEMBERS)
        _records(tables / RECORDS, place / RECORDS, heavy)
        name = sha256(f"{members} {records} {heavy}".encode()).hexdigest()
        (place / DESCRIPTION).write_text(json.dumps({"digest": f"sha256:{name}"}))
        project.tags.give(project.sources.members(place))
        said = events(project, tables)
        for first in range(0, len(said), AT_ONCE):
            project.log.append(said[first : first + AT_ONCE], project.clock.now())
    return root


def _records(file: Path, place: Path, heavy: bool) -> None:
    if not heavy:
        file.rename(place)
        return
    one = "hash(record) % 20 = 0"
    author = f"CASE WHEN {one} THEN '{HEAVY}' ELSE author END AS author"
    number = f"CASE WHEN {one} THEN 0 ELSE author_number END AS author_number"
    rows = f"SELECT * REPLACE ({author}, {number}) FROM read_parquet('{file}')"
    with duckdb.connect(":memory:") as db:
        db.execute("SET memory_limit = '1500MB'")
        db.execute(f"COPY ({rows}) TO '{place}' (FORMAT parquet, COMPRESSION zstd)")
    file.unlink()


def built(root: Path) -> None:
    """Build in this process, and print what came of it."""
    with open_project(root) as project:
        request = Request("bench", USE, SHARDS, whole=True, dry=True)
        manifest = build(project.yard, project.datasets, request, lambda rows: None).manifest
        logical = "".join(shard.logical for shard in manifest.shards)
        print(json.dumps({"records": manifest.rows, "digest": sha256(logical.encode()).hexdigest()}))
        if project.settings.engine == "spark":
            stop()


def timed(root: Path, engine: str, settings: Sequence[str]) -> Took:
    """Return what a build on an engine takes, in a process of its own."""
    file = root / "sayso.yaml"
    plain = file.read_text("utf-8").partition("\nengine:")[0]
    block = "".join(f"\n    {one}" for one in settings)
    file.write_text(f"{plain}\nengine: {engine}\nspark:{block}\n" if engine == "spark" else plain, "utf-8")
    done = taken([sys.executable, __file__, "--built", str(root)])
    if done.status:
        raise SystemExit(f"the build on {engine} ended with {done.status}")
    found: dict[str, Any] = json.loads(done.said)
    return Took(done.wall, done.cpu, done.memory, found["records"], found["digest"])


def shown(name: str, took: Took) -> None:
    """Print a row."""
    rate = took.records / took.wall
    print(
        f"{name:28} {took.wall:9.1f} {took.cpu:9.1f} {took.memory:8.0f} {rate:12,.0f}  {took.digest[:12]}",
        flush=True,
    )


def bench(folder: Path, size: int, members: int, settings: Sequence[str], only_even: bool) -> None:
    """Build on both engines, then with a member who wrote a twentieth of all, and hold the digests together."""
    even = made(folder / "even", members, size, heavy=False)
    print(f"{size:,} records by {members:,} members, {SHARDS} shards, {os.cpu_count()} cores")
    print(f"{'build':28} {'wall s':>9} {'CPU s':>9} {'MiB':>8} {'published/s':>12}  digest")
    near, far = timed(even, "duckdb", ()), timed(even, "spark", settings)
    shown("DuckDB", near)
    shown("Spark", far)
    print(f"Spark took {far.wall / near.wall:.2f} times as long as DuckDB", flush=True)
    alike = near.digest == far.digest
    if not only_even:
        alike &= with_one_heavy(made(folder / "heavy", members, size, heavy=True), far, settings)
    print(f"digests {'equal' if alike else 'DIFFER'}")
    if not alike:
        raise SystemExit(1)


def with_one_heavy(heavy: Path, far: Took, settings: Sequence[str]) -> bool:
    """Build on both engines what one member wrote a twentieth of; return whether the digests are equal. ``far`` is Spark's without."""
    skewed_near, skewed = timed(heavy, "duckdb", ()), timed(heavy, "spark", settings)
    shown("DuckDB, one wrote 5 %", skewed_near)
    shown("Spark, one wrote 5 %", skewed)
    each = skewed.wall / skewed.records / (far.wall / far.records)
    print(f"Spark took {each:.2f} times as long a record where one member wrote 5 % of all")
    return skewed_near.digest == skewed.digest


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description="Whole builds on DuckDB and on Spark, side by side.")
    parser.add_argument("--folder", type=Path, default=Path("build/bench-scale"))
    parser.add_argument("--size", type=int, default=10_000_000)
    parser.add_argument("--members", type=int)
    parser.add_argument("--master", default=Spark().master)
    parser.add_argument("--driver-memory", default="4g")
    parser.add_argument(
        "--even", action="store_true", help="leave out the source of which one member wrote a twentieth"
    )
    parser.add_argument("--built", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.built is not None:
        built(given.built)
        return
    settings = (f"master: '{given.master}'", f"settings: {{spark.driver.memory: {given.driver_memory}}}")
    folder = given.folder / str(given.size)
    bench(folder, given.size, given.members or max(1, given.size // 10), settings, given.even)


if __name__ == "__main__":
    main()
