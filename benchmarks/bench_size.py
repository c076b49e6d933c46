"""What a build costs against how much there is: ``python benchmarks/bench_size.py [--members 10000] [--doublings 3] [--mode light]``.

Made-up communities of one size, twice that, four times that, and so on, each in a project of its own with a build from nothing; a
member writes some 13 records, of which 2 or 3 are permitted here. CPU seconds are user and system time of all processes, memory the
most that any of them held. The slope is the power of the records by which CPU seconds grow, by least squares over the logarithms: 1
is twice as much for twice as much. The promise: at most 1.05. ``--members 96250 --doublings 3`` goes from 1.3 to ten million
records, in two hours.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
from bench_withdraw import LEAST_SHARDS, MEMBERS_A_SHARD, NAME, USE, prepare, timed

from sayso.redact.plan import Mode
from sayso.wiring import open_project
from sayso.workflows.build import Request, build
from sayso.workflows.facts import record_files

PROMISED = 1.05


class Point(NamedTuple):
    """A size, in members and records, and what a build of it took: CPU seconds, seconds, and rows published."""

    members: int
    records: int
    rows: int
    cpu: float
    wall: float


def point(folder: Path, members: int, mode: Mode) -> Point:
    """Make a community and return what its build takes."""
    shards = max(LEAST_SHARDS, members // MEMBERS_A_SHARD)
    prepare(folder, members, mode, shards)
    with open_project(folder) as project:
        records = sum(pq.read_metadata(path).num_rows for path in record_files(project.sources))
        asked = Request(NAME, USE, shards, whole=True)
        took = timed(
            f"{records:,} records", lambda: build(project.yard, project.datasets, asked, lambda rows: None)
        )
    return Point(members, records, took.found.manifest.rows, took.cpu, took.wall)


def slope(points: list[Point]) -> float:
    """Return the exponent of growth.

    >>> slope([Point(0, 10, 0, 2.0, 0), Point(0, 20, 0, 4.0, 0), Point(0, 40, 0, 8.0, 0)])
    1.0
    """
    sizes, costs = (np.log2([one[at] for one in points]) for at in (1, 3))
    return round(float(np.polyfit(sizes, costs, 1)[0]), 3)


def main() -> None:
    """Measure in folders that are gone afterwards."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--members", type=int, default=10_000, help="the smallest size")
    options.add_argument("--doublings", type=int, default=3)
    options.add_argument("--mode", choices=tuple(Mode), default=Mode.LIGHT)
    given = options.parse_args()
    points = []
    for doubling in range(given.doublings + 1):
        with tempfile.TemporaryDirectory() as place:
            points.append(point(Path(place) / "project", given.members * 2**doubling, Mode(given.mode)))
    for one in points:
        each = 1e6 * one.cpu / one.records
        print(
            f"{one.records:>12,} records  {one.rows:>10,} rows  {one.cpu:9.1f} CPU-s  {each:6.1f} us a record"
        )
    held = (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        / 1024
    )
    found = slope(points)
    verdict = "PASS" if found <= PROMISED else "SHORT"
    print(
        f"slope {found:.3f} (promised: at most {PROMISED})   {held:,.0f} MiB at most in one process   {verdict}"
    )


if __name__ == "__main__":
    main()
