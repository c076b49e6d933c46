"""What a withdrawal costs over a build, and how soon it is known whom the log's tail touches.

    python benchmarks/bench_withdraw.py [--members 20000] [--leave 1000] [--mode light] [--no-check] [--folder FOLDER]

A made-up community in a project of its own, in a temporary folder, or in one that stays and is used again: one build, then one
member in ``--leave`` says no, then a withdrawal, then a build from nothing of the same moment, whose shards have to be the same
files (``--no-check`` leaves that out).
CPU seconds are user and system time of all processes. The promise: a withdrawal of one member in a thousand costs a twentieth of
the build, and whom it touches is known within a second. A member writes some 13 records, of which 2 or 3 are permitted here, and the
log has two entries for each: ``--members 100000`` makes 1.3 million records and a log of 200,000 entries, in a quarter of an hour;
``--members 770000`` ten million records, in an hour, with ``--no-check``. A shard is for a thousand members.
``--mode structured`` is the harder case: deciding and writing weigh more where redaction is cheap.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.cli.community import events_of, timeline_for
from sayso.config import Settings, settings_text
from sayso.intake.community import Community, generate, write_community
from sayso.intake.policies import read_policy_text
from sayso.ledger.events import RecordsImported
from sayso.redact.plan import Mode, Plan
from sayso.values.uses import Use
from sayso.wiring import Project, SystemClock, create_project, open_project, policy_of
from sayso.workflows.bring import Arrived, bring
from sayso.workflows.build import Request, build
from sayso.workflows.choose import Wish, choose
from sayso.workflows.facts import RECORDS_FILE
from sayso.workflows.init import lay_out
from sayso.workflows.logbook import write
from sayso.workflows.pending import pending
from sayso.workflows.withdraw import withdraw

USE = Use("content-generation", "platform")
NAME, POLICY = "training", "opt-out-with-notice"
LEAST_SHARDS, MEMBERS_A_SHARD = 64, 1_000
PART = 100_000
"""Members who are made at a time."""


def cpu() -> float:
    """Return the CPU seconds of this process and of its children that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def prepare(folder: Path, members: int, mode: Mode, shards: int) -> None:
    """Make a project with a community in it.

    It comes in parts, a source each: a million members at once are more than the memory of many a machine.
    """
    policy = policy_of(*read_policy_text(POLICY))
    settings = Settings("bench", "example.org/bench", shards=shards, redaction=Plan(mode))
    files = lay_out(folder, settings_text(settings), read_policy_text(POLICY)[0])
    create_project(folder, settings, policy, files, SystemClock())
    with open_project(folder) as project:
        for first in range(0, members, PART):
            community = generate(1, min(PART, members - first), timeline_for(policy), first)
            _bring(project, f"community-{first // PART + 1}", community, alone=not first)


def _bring(project: Project, name: str, community: Community, alone: bool) -> None:
    """Import a part, and log what its members said, and (``alone``: nothing is there yet) what everybody was told."""

    def fill(place: Path) -> Arrived:
        report = write_community(community, place)
        return Arrived(RecordsImported(name, report.digest, report.members, report.records, 0))

    bring(project.book, project.tags, project.sources, project.yard.snapshots, name, fill)
    history = tuple(fact for fact in community.history if alone or getattr(fact, "member", None) is not None)
    write(
        project.book,
        list(events_of(history, project.tags, project.keys.secret(), project.clock.now())),
    )


class Timed(NamedTuple):
    """What came of something, and what it took in CPU seconds and in seconds."""

    found: Any
    cpu: float
    wall: float


def timed(what: str, act: Callable[[], Any]) -> Timed:
    """Do something, print what it took, and return what came of it."""
    began, started = cpu(), time.perf_counter()
    found = act()
    done = Timed(found, cpu() - began, time.perf_counter() - started)
    print(f"{what:<28} {done.cpu:8.2f} CPU-s  {done.wall:8.2f} s", flush=True)
    return done


def compare(project: Project, shards: int, leave: int, authors: list[str], check: bool) -> None:
    """Build, let members say no, withdraw, and build from nothing."""

    def built(**how: bool) -> object:
        return build(project.yard, project.datasets, Request(NAME, USE, shards, **how), lambda rows: None)

    first = timed("build", lambda: built(whole=True))
    step = max(1, leave)
    # Others each time: whoever left in a folder that was used before has nothing to take back.
    for member in authors[(first.found.manifest.version - 1) % step :: step]:
        choose(project.book, project.tags, Wish(member, "ai-training", False))
    waiting = timed("finding whom it touches", lambda: pending(project.yard, project.datasets, NAME))
    out = timed("withdrawal", lambda: withdraw(project.yard, project.datasets, NAME, lambda rows: None))
    manifest, done = first.found.manifest, out.found
    print(
        f"{manifest.rows:,} rows of {manifest.members:,} members, {project.log.size():,} entries in the log;"
    )
    if done.dropped is None:
        sys.exit("nothing was taken over: the code changed while this ran")
    print(f"{len(waiting.found):,} words pending, {done.dropped:,} rows out, {done.redone:,} redacted again,")
    print(f"{len(done.shards)} of {shards} shards are others")
    if check:
        again = timed("build from nothing", lambda: built(whole=True)).found
        same = [shard.logical for shard in done.built.manifest.shards] == [
            shard.logical for shard in again.manifest.shards
        ]
        print(f"the shards are those of a build from nothing: {'yes' if same else 'NO'}")
    print(f"finding whom it touches: {waiting.wall:.2f} s (promised: at most 1 s)")
    print(f"withdrawal / build: 1/{first.cpu / out.cpu:.1f} (promised: at most 1/20)")


def main() -> None:
    """Compare in a folder that is gone afterwards."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--members", type=int, default=20_000)
    options.add_argument("--leave", type=int, default=1_000)
    options.add_argument("--mode", choices=tuple(Mode), default=Mode.LIGHT)
    options.add_argument(
        "--no-check", dest="check", action="store_false", help="build nothing from nothing at the end"
    )
    options.add_argument(
        "--folder", type=Path, help="where the project is left; one that is there is used again"
    )
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = given.folder or Path(place) / "project"
        shards = max(LEAST_SHARDS, given.members // MEMBERS_A_SHARD)
        if not folder.exists():
            prepare(folder, given.members, Mode(given.mode), shards)
        with open_project(folder) as project:
            compare(project, shards, given.leave, authors_of(project), given.check)


def authors_of(project: Project) -> list[str]:
    """Return the ids of the members who wrote something."""
    found: set[str] = set()
    for name in project.sources.names():
        records = pq.read_table(project.sources.folder(name) / RECORDS_FILE, columns=["author"])
        found.update(one for one in pc.unique(records.column("author")).to_pylist() if one is not None)
    return sorted(found)


if __name__ == "__main__":
    main()
