"""What redaction knows of a platform's members when it revises their texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.ledger.index import LogIndex
from sayso.ledger.standing import StandingIndex
from sayso.policy.model import Policy
from sayso.policy.question import question_at
from sayso.redaction_ports import Known
from sayso.values.moments import Moment
from sayso.values.uses import Use


def objectors(policy: Policy, use: Use, at: Moment, index: LogIndex | StandingIndex) -> frozenset[str]:
    """Return the tags of the members whose last word on a use, at a moment, is no."""
    asked = question_at(policy, use, at)
    if asked is None:
        return frozenset()
    return index.saying_no(asked.noes, asked.yeses, at)


def known_members(files: Iterable[str], tags: dict[str, str]) -> Iterator[Known]:
    """Yield the members of Parquet files who have or had a name or a handle; those without a tag are left out."""
    wanted = pa.array(tags, pa.string())
    for file in files:
        for member, name, handle, former_names, former_handles in _called(file, wanted):
            names, handles = _all(name, former_names), _all(handle, former_handles)
            if names or handles:
                yield Known(tags[member], names, handles)


_CALLED = ("member", "name", "handle", "former_names", "former_handles")


def _called(file: str, wanted: pa.Array) -> Iterator[tuple[Any, ...]]:
    """Yield what each of some members is and was called; a source of before there were former names has no column for them."""
    with pq.ParquetFile(file) as table:
        there = [name for name in _CALLED if name in table.schema_arrow.names]
        for every in table.iter_batches(columns=there):
            batch = every.filter(pc.is_in(every.column("member"), wanted))
            missing = [None] * batch.num_rows
            columns = (batch.column(name).to_pylist() if name in there else missing for name in _CALLED)
            yield from zip(*columns, strict=True)


def _all(now: str | None, before: list[str] | None) -> tuple[str, ...]:
    if not before:
        return (now,) if now else ()
    return tuple(dict.fromkeys(name for name in (now, *before) if name))
