"""One meaning, told three times: ``decide``, the compiled SQL on DuckDB, and the slow specification."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sayso.engines.duckdb import DuckEngine
from sayso.engines.spark import SparkEngine
from sayso.policy.codes import PERMIT_FROM, outcome_of
from sayso.policy.compile import Wide, compile_gate
from sayso.policy.decide import decide
from sayso.ports import GateTables
from sayso.values.uses import Use
from spec.decide_spec import decide_slowly
from spec.gate_tables import numbered, record_row, tables_of
from spec.worlds import World, worlds

SEEN: Counter[tuple[str, str]] = Counter()


def told_by_decide(world: World, use: Use, at: int) -> dict[str, tuple[str, str]]:
    return {
        name: (str(answer.verdict), str(answer.reason))
        for name, person, record in pairs(world)
        for answer in [decide(use, world.policy, person.member, record, person.standing, at)]
    }


def told_slowly(world: World, use: Use, at: int) -> dict[str, tuple[str, str]]:
    return {
        name: decide_slowly(use, world.policy, person.member, record, person.standing, at)
        for name, person, record in pairs(world)
    }


def pairs(world: World):
    """Every record, as if each of the people had made it."""
    for place, person in enumerate(world.people):
        for record in world.records:
            name = f"{place}-{record.id}"
            deletions = tuple((f"{place}-{gone}", at) for gone, at in person.standing.deletions)
            whose = replace(person, standing=replace(person.standing, deletions=deletions))
            yield name, whose, replace(record, id=name)


def tables_in(world: World, folder: Path, sources: int) -> GateTables:
    """Return the tables of a world, in files of so many sources with the numbers that an import gives, or for none in memory."""
    rows, deletions = [], []
    for name, person, record in pairs(world):
        # An author whom nobody knows is sometimes missing and sometimes an id without a member.
        author = person.member.id if person.member else (None if len(rows) % 2 else "nobody")
        rows.append(record_row(record, name, author))
        deletions += [(gone, at) for gone, at in person.standing.deletions if gone == name]
    tables = tables_of(world.people, rows, deletions)
    return numbered(tables, folder, sources) if sources else tables


def opened(world: World, zone: str, folder: str = "", sources: int = 0) -> DuckEngine:
    """Return an engine over tables, or over files in a folder."""
    engine = DuckEngine(tables_in(world, Path(folder), sources), threads=1)
    engine._db.execute(f"SET TimeZone = '{zone}'")
    return engine


def told_by_sql(
    engine: DuckEngine | SparkEngine, world: World, use: Use, at: int
) -> dict[str, tuple[str, str]]:
    engine.stand(compile_gate(world.policy, use, at, Wide(world.notices, world.suspensions)))
    codes = engine.codes().to_pylist()
    assert dict(engine.counts()) == Counter(row["code"] for row in codes)
    permitted = [row for batch in engine.permitted(("author",)) for row in batch.to_pylist()]
    passed = {row["record"]: row["code"] for row in codes if row["code"] >= PERMIT_FROM}
    assert {row["record"]: row["code"] for row in permitted} == passed
    assert len(permitted) == len(passed)
    return {row["record"]: tuple(map(str, outcome_of(row["code"]))) for row in codes}  # type: ignore[misc]


def hold_together(world: World, zone: str) -> None:
    with opened(world, zone) as engine:
        for use, at in world.questions:
            slow = told_slowly(world, use, at)
            assert told_by_decide(world, use, at) == slow
            assert told_by_sql(engine, world, use, at) == slow
            SEEN.update(slow.values())


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_decide_the_compiled_gate_and_the_specification_give_the_same_verdict_and_reason(
    world: World,
) -> None:
    hold_together(world, "UTC")


@settings(max_examples=20, deadline=None)
@given(worlds())
def test_the_time_zone_of_the_session_changes_nothing(world: World) -> None:
    hold_together(world, "Pacific/Apia")


@settings(max_examples=20, deadline=None)
@given(worlds(), st.integers(1, 2))
def test_numbers_given_at_intake_join_members_as_their_ids_do(world: World, sources: int) -> None:
    with tempfile.TemporaryDirectory() as folder, opened(world, "UTC", folder, sources) as engine:
        for use, at in world.questions:
            assert told_by_sql(engine, world, use, at) == told_slowly(world, use, at)


@pytest.mark.deep
def test_the_three_tellings_agree_on_a_hundred_thousand_cases() -> None:
    """Nightly; ``SAYSO_DEEP_EXAMPLES`` asks for more worlds than it takes (each holds some sixty cases)."""
    before = SEEN.total()

    @settings(max_examples=int(os.environ.get("SAYSO_DEEP_EXAMPLES", "2000")), deadline=None)
    @given(worlds())
    def hold(world: World) -> None:
        hold_together(world, "Asia/Kathmandu")

    hold()
    assert SEEN.total() - before >= 100_000


class AllReached(Exception):
    """The draw has reached every verdict and reason."""


def test_the_draw_reaches_every_verdict_and_reason() -> None:
    """Without this, agreement could be agreement on nothing."""
    seen: set[tuple[str, str]] = set()

    # What is drawn depends on the constants of whatever modules are loaded, so the number of draws is a bound and not a plan.
    @settings(
        max_examples=1000, deadline=None, database=None, phases=[Phase.generate], report_multiple_bugs=False
    )
    @given(worlds())
    def draw(world: World) -> None:
        for use, at in world.questions:
            seen.update(told_slowly(world, use, at).values())
        if len({reason for _, reason in seen}) == 15 and doubts <= seen:
            raise AllReached

    doubts = {("unknown", "suspended"), ("unknown", "member-excluded"), ("unknown", "record-excluded")}
    with pytest.raises(AllReached):
        draw()
