"""Members first, then their records: what is found to be decided otherwise is all that a decision on every record finds."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines.test_three_tellings_agree import pairs
from sayso.engines import compare
from sayso.engines.compare import ComparingDuckEngine
from sayso.policy.codes import PERMIT_FROM
from sayso.policy.compile import Wide, compile_gate
from sayso.policy.gate import Gate
from sayso.ports import GateTables
from sayso.values.moments import DAY, Moment
from sayso.values.uses import Use
from sayso.workflows.carry import is_same_rules
from spec.gate_tables import numbered, record_row, tables_of
from spec.worlds import Person, World, worlds


def tables(world: World) -> GateTables:
    """Return every record, as if each of the people had made it, with what is said of them."""
    rows, deletions = [], []
    for name, person, record in pairs(world):
        rows.append(record_row(record, name, person.member.id if person.member else None))
        deletions += [(gone, at) for gone, at in person.standing.deletions if gone == name]
    return tables_of(world.people, rows, deletions)


@st.composite
def earlier(draw: st.DrawFn, world: World) -> World:
    """Return a world before some of what is known in it was said, told, stopped or deleted."""

    def some(what: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(one for one in what if draw(st.integers(0, 3)))

    def before(person: Person) -> Person:
        was = person.standing
        closed = was.closed_at if draw(st.booleans()) else None
        return replace(
            person,
            standing=replace(
                was,
                choices=some(was.choices),
                notices=tuple(one for one in was.notices if not one.personal or draw(st.booleans())),
                deletions=some(was.deletions),
                closed_at=closed,
            ),
        )

    people = tuple(before(person) for person in world.people)
    return replace(world, people=people, notices=some(world.notices), suspensions=some(world.suspensions))


def codes(engine: ComparingDuckEngine) -> dict[str, int]:
    return {row["record"]: row["code"] for row in engine.codes().to_pylist()}


def gate(world: World, use: Use, at: int) -> Gate:
    return compile_gate(world.policy, use, Moment(at), Wide(world.notices, world.suspensions))


def compared(
    here: ComparingDuckEngine,
    before: ComparingDuckEngine,
    gates: tuple[Gate, Gate],
    span: tuple[int, int],
    deleted: pa.Array,
) -> tuple[set[str], set[str]]:
    """Return the records that are found, and those whose permission differs, or whose code, where these are all found."""
    before.stand(gates[0])
    here.stand(gates[1])
    found = here.touched(
        before.standings(), Moment(span[0]), Moment(span[1]), deleted, pa.array([], pa.string())
    )
    one, other = codes(before), codes(here)
    names = found.records.column("record").to_pylist()
    with before.over(found.records), here.over(found.records):
        assert codes(before) == {name: one[name] for name in names}
        assert codes(here) == {name: other[name] for name in names}
        assert dict(here.counts()) == Counter(other[name] for name in names)
    assert codes(here) == other
    differ = {name for name in one if (one[name] >= PERMIT_FROM) != (other[name] >= PERMIT_FROM)}
    if found.whole:
        differ = {name for name in one if one[name] != other[name]}
    return set(names), differ


def comparisons(now: World, then: World, sources: int) -> Iterator[tuple[set[str], set[str]]]:
    """Yield what is found for every question of a world, against the same use at other moments of an earlier one."""
    with tempfile.TemporaryDirectory() as folder:
        is_now, was = tables(now), tables(then)
        deleted = _differ(was, is_now)
        if sources:
            is_now = numbered(is_now, Path(folder), sources)
            was = replace(was, members=is_now.members, records=is_now.records)
        with ComparingDuckEngine(was, threads=1) as before, ComparingDuckEngine(is_now, threads=1) as here:
            for use, at in now.questions:
                for since in (at, at - 40 * DAY):
                    gates = gate(then, use, since), gate(now, use, at)
                    if is_same_rules(*gates):
                        yield compared(here, before, gates, (since, at), deleted)


def _differ(before: GateTables, here: GateTables) -> pa.Array:
    """Return the records of whose deletion two tables know differently."""
    rows = [
        {(row["record"], row["deleted_at"]) for row in one.deletions.to_pylist()} for one in (before, here)
    ]
    return pa.array(sorted(record for record, _ in rows[0] ^ rows[1]), pa.string())


@pytest.mark.parametrize("few", [1_000, 0])
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), worlds(), st.integers(0, 2))
def test_no_record_whose_permission_differs_is_missed(
    few: int, monkeypatch: pytest.MonkeyPatch, data: st.DataObject, now: World, sources: int
) -> None:
    monkeypatch.setattr(compare, "_FEW", few)  # beyond so many members it is not asked who has another reason
    for found, differ in comparisons(now, data.draw(earlier(now)), sources):
        assert differ <= found
