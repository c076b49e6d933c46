"""The gate's cost against the floor: what it takes to decide on 20 M records, over a plain copy of the same selected rows.

    python benchmarks/bench_gate.py [--folder build/bench] [--members N] [--records N] [--sentences 1] [--rounds 5]

The floor copies the rows that the gate permits to a Parquet file, told apart by a flag that was worked out before: no decision,
the same output. Ours reads members, words and notices, works out every member's standing, decides on every record, and copies
what it permits. The funnel (how many records for each reason) is a second pass and measured apart, as is the copy without
writing: the rows handed over as Arrow batches. The tables are as an import writes them, with members numbered. Each runs in a
process of its own; CPU seconds are user and system time of it. Gate and floor run right after one another, round for round, and the
ratio is the median of the rounds': what else the machine does comes and goes, and mostly meets both.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from generate import MEMBERS, RECORDS

from sayso.engines.duckdb import DuckEngine
from sayso.intake.policies import load_policy
from sayso.policy.codes import PERMIT_FROM, outcome_of
from sayso.policy.compile import Wide, compile_gate
from sayso.ports import GateTables
from sayso.values.moments import parse_moment
from sayso.values.uses import Use

AT = parse_moment("2026-09-01")
USE = Use("content-generation", "linkedin")
PROMISED_MB = 4_096
"""The most memory that the gate may take, whatever there is to decide on: ``--members 5000000 --records 100000000 --rounds 1``."""
CARRIED = ("author", "category", "visibility", "created_at", "language", "text")


def tables(folder: Path) -> GateTables:
    """Return the benchmark's tables as a gate reads them: members are their own tags."""
    words = pq.read_table(folder / "words.parquet").rename_columns(
        ["tag", "control", "yes", "said_at", "version", "entry"]
    )
    notices = pq.read_table(folder / "notices.parquet").rename_columns(
        ["tag", "version", "given_at", "entry"]
    )
    member = pq.read_table(folder / "members.parquet", columns=["member"]).column("member")
    return GateTables(
        (folder / "members.parquet",),
        (folder / "records.parquet",),
        pa.table({"member": member, "tag": member}),
        words,
        notices,
        pa.table({"tag": pa.array([], pa.string()), "closed_at": pa.array([], pa.int64())}),
        pa.table({"record": pa.array([], pa.string()), "deleted_at": pa.array([], pa.int64())}),
    )


COPY = "COPY ({query}) TO '{folder}/copied.parquet' (FORMAT parquet)"


def standing(folder: Path) -> DuckEngine:
    """Return an engine with every member's standing worked out: the first of the gate's two steps."""
    engine = DuckEngine(tables(folder), memory="400MB", spill=folder / "spill")
    engine.stand(compile_gate(load_policy("linkedin"), USE, AT, Wide()))
    return engine


def gate_copy(folder: Path) -> dict[str, object]:
    """Decide on everything and copy what is permitted."""
    with standing(folder) as engine:
        query = f"SELECT * EXCLUDE (code) FROM ({engine._permitted(CARRIED)})"
        return {"rows": engine._db.execute(COPY.format(query=query, folder=folder)).fetchone()[0]}


def gate_batches(folder: Path) -> dict[str, object]:
    """Decide on everything and hand over what is permitted."""
    with standing(folder) as engine:
        return {"rows": sum(batch.num_rows for batch in engine.permitted(CARRIED))}


def gate_funnel(folder: Path) -> dict[str, object]:
    """Decide on everything and count it by reason."""
    with standing(folder) as engine:
        counts = engine.counts()
    named = {f"{outcome_of(code).verdict} {outcome_of(code).reason}": count for code, count in counts}
    return {"rows": sum(count for _, count in counts), "counts": named}


def flagged(folder: Path) -> tuple[duckdb.DuckDBPyConnection, str]:
    """Return a database and the query of the same rows, told apart by a flag."""
    database = duckdb.connect(config={"memory_limit": "400MB", "temp_directory": str(folder / "spill")})
    database.execute("SET preserve_insertion_order = false")
    columns = ", ".join(("record", *CARRIED))
    return database, f"SELECT {columns} FROM '{folder / 'flagged.parquet'}' WHERE permitted"


def floor_copy(folder: Path) -> dict[str, object]:
    """Copy the same rows."""
    database, query = flagged(folder)
    return {"rows": database.execute(COPY.format(query=query, folder=folder)).fetchone()[0]}


def floor_batches(folder: Path) -> dict[str, object]:
    """Hand over the same rows."""
    database, query = flagged(folder)
    return {"rows": sum(batch.num_rows for batch in database.sql(query).to_arrow_reader(10_000))}


RUNS = {
    "gate copy": gate_copy,
    "floor copy": floor_copy,
    "gate batches": gate_batches,
    "floor batches": floor_batches,
}
RUNS |= {"gate funnel": gate_funnel}
FLAG = "flag"


def flag(folder: Path) -> None:
    """Write the floor's table once: the same rows in the same order, with a flag for what the gate permits."""
    if (folder / "flagged.parquet").exists():
        return
    with DuckEngine(tables(folder), memory="4GB", spill=folder / "spill") as engine:
        engine.stand(compile_gate(load_policy("linkedin"), USE, AT, Wide()))
        sql = f"SELECT * EXCLUDE (code), code >= {PERMIT_FROM} AS permitted FROM ({engine._decided(CARRIED)})"
        engine._db.execute(f"COPY ({sql}) TO '{folder / 'flagged.parquet'}' (COMPRESSION zstd)")


def measure(name: str, folder: Path) -> dict[str, object]:
    """Run one of them in a process of its own and return what it printed."""
    command = [sys.executable, __file__, "--only", name, "--folder", str(folder)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def report(name: str, folder: Path) -> None:
    """Run one of them here and print its rows, seconds and peak memory."""
    started = time.perf_counter()
    found = RUNS[name](folder)
    used = resource.getrusage(resource.RUSAGE_SELF)
    found |= {
        "cpu": used.ru_utime + used.ru_stime,
        "wall": time.perf_counter() - started,
        "peak_mb": used.ru_maxrss / 1024,
    }
    print(json.dumps(found))


def compared(turns: list[dict[str, dict[str, object]]], way: str) -> str:
    """Return the median of the rounds' ratios of CPU time, and all of them."""
    ratios = [turn[f"gate {way}"]["cpu"] / turn[f"floor {way}"]["cpu"] for turn in turns]
    return f"{statistics.median(ratios):.2f}, round by round {' '.join(f'{one:.2f}' for one in ratios)}"


def main() -> None:
    """Compare the two, turn about, and print the ratio."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--folder", type=Path, default=Path("build/bench"))
    options.add_argument("--members", type=int, default=MEMBERS)
    options.add_argument("--records", type=int, default=RECORDS)
    options.add_argument("--sentences", type=int, default=1, help="64 characters of text each")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--only", choices=(*RUNS, FLAG))
    given = options.parse_args()
    if given.only == FLAG:
        flag(given.folder)
        return
    if given.only:
        report(given.only, given.folder)
        return
    if not (given.folder / "records.parquet").exists():
        print(f"generating {given.records:,} records by {given.members:,} members in {given.folder}")
        command = [sys.executable, str(Path(__file__).with_name("generate.py")), str(given.folder)]
        sizes = (("members", given.members), ("records", given.records), ("sentences", given.sentences))
        # In a process of its own: peak memory is inherited by the processes that are measured.
        subprocess.run(
            command + [part for name, size in sizes for part in (f"--{name}", str(size))], check=True
        )
    subprocess.run([sys.executable, __file__, "--only", FLAG, "--folder", str(given.folder)], check=True)
    turns = [{name: measure(name, given.folder) for name in RUNS} for _ in range(given.rounds)]
    cpu = {name: statistics.median(turn[name]["cpu"] for turn in turns) for name in RUNS}
    for name in RUNS:
        runs = [turn[name] for turn in turns]
        wall, peak = statistics.median(run["wall"] for run in runs), max(run["peak_mb"] for run in runs)
        print(
            f"{name:<14} {cpu[name]:6.2f} CPU-s  {wall:6.2f} s  peak {peak:4.0f} MB  {runs[0]['rows']:>12,} rows"
        )
    if len({turns[0][name]["rows"] for name in RUNS if name != "gate funnel"}) != 1:
        raise SystemExit("the gate and the floor hand over different rows")
    held = max(float(turn[name]["peak_mb"]) for turn in turns for name in RUNS if name.startswith("gate"))
    print(
        f"most memory of the gate: {held:,.0f} MB (target: at most {PROMISED_MB:,} MB)   {'PASS' if held <= PROMISED_MB else 'SHORT'}"
    )
    print(f"texts of {64 * given.sentences} characters, the same rows:")
    print(f"gate / floor, copied: {compared(turns, 'copy')} (target: at most 1.6)")
    print(f"gate / floor, handed over: {compared(turns, 'batches')}")
    for outcome, count in turns[0]["gate funnel"]["counts"].items():
        print(f"  {outcome:<28} {count:>12,}")


if __name__ == "__main__":
    main()
