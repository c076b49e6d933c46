"""What a second build costs over the first, after a few new records and changed choices: cost that follows the change.

    python benchmarks/bench_incremental.py [--members 20000] [--mode light] [--no-check] [--folder FOLDER]

A made-up community in a project of its own: one build; then one record in a hundred is new (texts of others, by those who wrote one
already), the sources are imported again whole, as a platform's nightly export is, and one member in a thousand changes their word; a
second build; and a build from nothing of the same moment, whose shards have to be the same (``--no-check`` leaves that out). CPU
seconds are user and system time of all processes. The promise: the second build costs a twentieth of the first, or less. What the
import costs besides, to find what changed, is printed, too. ``--members 770000`` makes ten million records.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from bench_withdraw import LEAST_SHARDS, MEMBERS_A_SHARD, NAME, USE, authors_of, prepare, timed

from sayso.intake.sink import read_digest
from sayso.ledger.events import RecordsImported
from sayso.redact.plan import Mode
from sayso.values.canonical import canonical
from sayso.wiring import Project, open_project
from sayso.workflows.bring import Arrived, bring
from sayso.workflows.build import Built, Request, build
from sayso.workflows.choose import Wish, choose
from sayso.workflows.facts import MEMBERS_FILE, RECORDS_FILE

NEW, CHANGED = 100, 1_000
"""One record in so many is new, one member in so many says otherwise."""
PROMISED = 20


def grown(records: pa.Table) -> Iterator[pa.Table]:
    """Yield the records there were, and new ones: each by the author of one of them, with the text of another."""
    yield records
    mine = records.take(pa.array(range(0, records.num_rows, NEW)))
    texts = records.column("text").take(
        pa.array([(n * NEW + 51) % records.num_rows for n in range(mine.num_rows)])
    )
    ids = pc.binary_join_element_wise(mine.column("record"), f"new{records.num_rows}", "-")
    for name, column in (("record", ids), ("text", texts)):
        at = mine.schema.get_field_index(name)
        mine = mine.set_column(at, mine.schema.field(at), column.cast(mine.schema.field(at).type))
    yield mine


def import_again(project: Project, name: str) -> None:
    """Import a source again, with new records in it."""
    old = project.sources.folder(name)

    def fill(place: Path) -> Arrived:
        place.mkdir()
        shutil.copy(old / MEMBERS_FILE, place / MEMBERS_FILE)
        table = pa.concat_tables(grown(pq.read_table(old / RECORDS_FILE)))
        pq.write_table(table, place / RECORDS_FILE, compression="zstd", row_group_size=100_000)
        digest = read_digest(place)
        members = pq.read_metadata(place / MEMBERS_FILE).num_rows
        (place / "source.json").write_bytes(canonical({"digest": digest}))
        return Arrived(RecordsImported(name, digest, members, table.num_rows, 0))

    bring(project.book, project.tags, project.sources, project.yard.snapshots, name, fill)


def change_words(project: Project, version: int) -> None:
    """Let one member in so many say no, or yes where they had said no before; others after each version."""
    authors = authors_of(project)
    for number, member in enumerate(authors[version % CHANGED :: CHANGED]):
        choose(project.book, project.tags, Wish(member, "ai-training", bool(number % 3 == 0)))


def measure(project: Project, shards: int, check: bool) -> None:
    """Build, change a little, build again, and say what that cost."""

    def built(whole: bool = False) -> Built:
        return build(
            project.yard, project.datasets, Request(NAME, USE, shards, whole=whole), lambda rows: None
        )

    first = timed("build", lambda: built(whole=True))
    timed("importing again", lambda: [import_again(project, name) for name in project.sources.names()])
    change_words(project, first.found.manifest.version)
    second = timed("second build", built)
    change = second.found.change
    assert change is not None, "nothing was taken over"
    rows = second.found.manifest.rows
    print(
        f"{rows:,} rows, {second.found.carried:,} taken over; {len(change.new):,} new, {change.gone:,} out, "
        f"{change.redone:,} redacted again"
    )
    if check:
        again = timed("build from nothing", lambda: built(whole=True)).found.manifest
        same = [one.logical for one in second.found.manifest.shards] == [one.logical for one in again.shards]
        print(f"the shards are those of a build from nothing: {'yes' if same else 'NO'}")
    verdict = "PASS" if second.cpu * PROMISED <= first.cpu else "SHORT"
    print(
        f"second build / first: 1/{first.cpu / second.cpu:.1f}, {100 * second.cpu / first.cpu:.1f} % (promised: 5 %)   {verdict}"
    )


def main() -> None:
    """Measure in a folder that is gone afterwards, or in one that stays."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--members", type=int, default=20_000)
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
            measure(project, shards, given.check)


if __name__ == "__main__":
    main()
