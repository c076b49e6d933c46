"""Simulates ten policies over four years on a million members with ten million records, and holds it to ten minutes.

    python benchmarks/bench_simulate.py --folder bench-out/simulate

The tables are those of `generate.py`. Where fewer than ten observed packs come with Sayso, copies of them, each moved by some days,
fill up the number: every copy has moments of its own, which is what costs.
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from generate import generate

from sayso.engines.tally import DuckTally
from sayso.intake.policies import load_policy, pack_ids
from sayso.policy.model import Kind, Policy
from sayso.ports import Crowd
from sayso.values.moments import DAY, Moment, parse_moment
from sayso.workflows.simulation.running import Asked, simulate

SECONDS = 600.0


def moved(policy: Policy, number: int) -> Policy:
    """Return a policy all of whose dates are some days later."""
    by = number * 11 * DAY
    versions = tuple(
        replace(
            one,
            published_at=Moment(one.published_at + by),
            effective_at=Moment(one.effective_at + by),
            until=None if one.until is None else Moment(one.until + by),
        )
        for one in policy.versions
    )
    stops = tuple(
        replace(
            one,
            starts_earliest=Moment(one.starts_earliest + by),
            starts_latest=Moment(one.starts_latest + by),
            until=None if one.until is None else Moment(one.until + by),
        )
        for one in policy.suspensions
    )
    return replace(policy, id=f"{policy.id}-{number}", versions=versions, suspensions=stops)


def observed(number: int) -> tuple[Policy, ...]:
    """Return so many observed policies."""
    packs = [policy for name in pack_ids() if (policy := load_policy(name)).kind is Kind.OBSERVED]
    found = packs[:number]
    while len(found) < number:
        found.append(moved(packs[len(found) % len(packs)], len(found)))
    return tuple(found)


def crowd(folder: Path, members: int, records: int) -> Crowd:
    """Return the community, made where it is not there yet."""
    files = {name: folder / f"{name}.parquet" for name in ("members", "records")}
    if not all(file.is_file() for file in files.values()):
        generate(folder, members, records)
    nothing = {"closed_at": pa.array([], pa.int64())}
    closings = pa.table({"member": pa.array([], pa.string()), **nothing})
    deletions = pa.table({"record": pa.array([], pa.string()), "deleted_at": pa.array([], pa.int64())})
    return Crowd((files["members"],), (files["records"],), closings, deletions)


def main() -> None:
    """Simulate, and print what each part took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("bench-out/simulate"))
    parser.add_argument("--members", type=int, default=1_000_000)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--packs", type=int, default=10)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    community = crowd(given.folder, given.members, given.records)
    policies = observed(given.packs)
    since, until = parse_moment("2023-01-01"), parse_moment("2026-12-31")
    asked = Asked(policies, since, until, until, "a made-up community")
    cuts, began, last = asked.cuts(), time.perf_counter(), [""]
    steps: dict[str, float] = {}

    def tell(what: str, done: int, total: int) -> None:
        now = time.perf_counter()
        steps[last[0]] = steps.get(last[0], 0.0) + now - tell_began[0]
        last[0], tell_began[0] = what, now

    tell_began = [began]
    with DuckTally(community, cuts) as tally:
        found = simulate(asked, tally, cuts, str, tell)
    tell("", 0, 0)
    took = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak = used.ru_maxrss / 1024
    for what, seconds in steps.items():
        print(f"{what or 'Opening':24} {seconds:8.1f} s")
    print(f"{len(policies)} policies, {len(cuts.moments)} moments, {len(found.places)} places")
    print(f"{found.total_members:,} members, {found.total_records:,} records, peak {peak:,.0f} MB")
    print(f"{used.ru_utime + used.ru_stime:.1f} CPU seconds")
    print(f"{'PASS' if took <= SECONDS else 'MISS'}  {took:.1f} s of {SECONDS:.0f} s")


if __name__ == "__main__":
    main()
