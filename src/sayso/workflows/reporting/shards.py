"""Looking for a member in the shards that a proof names: for an auditor who has them, and has no key."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.errors import Problem
from sayso.reports.proof_check import ProofCheck, Shard, is_shard


def looked_for(check: ProofCheck, folder: Path) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Return the shards below a folder of data sets that hold no row of the member, and what does not hold of the others."""
    found = [(shard, _problem(shard, folder)) for shard in check.shards]
    clean = tuple(_called(shard) for shard, problem in found if problem is None)
    return clean, tuple(problem for _, problem in found if problem is not None)


def _problem(shard: Shard, folder: Path) -> Problem | None:
    file = folder / shard.dataset / f"v{shard.version:04d}" / shard.file
    if not file.is_file():
        advice = "name the folder that holds the data sets: FOLDER/NAME/v0001/shards"
        return Problem("no-shard", f"{_called(shard)} is not there", advice=advice)
    data = file.read_bytes()
    if not is_shard(data, shard):
        return Problem("changed-shard", f"{_called(shard)} is not, to the bit, what the manifest names")
    members = pq.read_table(io.BytesIO(data), columns=["member"]).column("member")
    if pc.any(pc.equal(members, shard.pseudonym)).as_py():
        return Problem("still-there", f"{_called(shard)} holds rows of this member")
    return None


def _called(shard: Shard) -> str:
    return f"{shard.dataset} v{shard.version:04d}, {shard.file}"


def none_to_look_for(check: ProofCheck) -> Iterator[Problem]:
    """Yield the problem of a proof that gives no pseudonym to look for."""
    if not check.shards:
        advice = "ask for one made with --with-pseudonyms"
        yield Problem("no-pseudonyms", "this proof does not say under which pseudonym to look", advice=advice)
