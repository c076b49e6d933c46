"""Counts by region are those of deciding on every record, and what another gate changes is what deciding twice shows."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from engines.test_compare import codes, gate, tables
from engines.test_three_tellings_agree import pairs
from sayso.engines.compare import ComparingDuckEngine
from sayso.policy.codes import PERMIT_FROM
from sayso.ports import Census, Pile, Share, Shift
from spec.gate_tables import numbered
from spec.worlds import World, worlds

Region = str | None


def order(row: tuple[object, ...]) -> tuple[object, ...]:
    return (row[0] is not None, *row)


def homes(world: World) -> dict[str, Region]:
    return {person.member.id: person.member.region for person in world.people if person.member is not None}


def authors(world: World) -> dict[str, str | None]:
    return {name: person.member.id if person.member else None for name, person, _ in pairs(world)}


def slow_census(world: World, found: dict[str, int]) -> Census:
    lives, wrote = homes(world), authors(world)
    may = {wrote[record] for record, code in found.items() if code >= PERMIT_FROM}
    here, open_here = Counter(lives.values()), Counter(lives[one] for one in may if one in lives)
    piles = Counter((lives.get(wrote[record] or ""), code) for record, code in found.items())
    return Census(
        tuple(sorted((Share(region, n, open_here[region]) for region, n in here.items()), key=order)),
        tuple(sorted((Pile(region, code, n) for (region, code), n in piles.items()), key=order)),
    )


def slow_shifts(world: World, one: dict[str, int], other: dict[str, int]) -> tuple[Shift, ...]:
    lives, wrote = homes(world), authors(world)
    rows: dict[Region, list[set[str]]] = {}
    for record in one:
        was, now = one[record] >= PERMIT_FROM, other[record] >= PERMIT_FROM
        if was != now:
            rows.setdefault(lives.get(wrote[record] or ""), [set(), set()])[was].add(record)
    found = [
        Shift(region, len(new), len(gone), len({wrote[r] for r in new}), len({wrote[r] for r in gone}))
        for region, (new, gone) in rows.items()
    ]
    return tuple(sorted(found, key=order))


@settings(max_examples=12, deadline=None)
@given(worlds(), st.integers(0, 2))
def test_a_census_and_its_shifts_are_what_deciding_on_every_record_says(world: World, sources: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        given_tables = tables(world)
        if sources:
            given_tables = numbered(given_tables, Path(folder), sources)
        with ComparingDuckEngine(given_tables, threads=1) as engine:
            (use, at), (_, other) = world.questions[0], world.questions[-1]
            engine.stand(gate(world, use, at))
            before = codes(engine)
            assert engine.census() == slow_census(world, before)
            shifts = engine.shifts(gate(world, use, other))
            assert shifts == slow_shifts(world, before, codes(engine))
            assert engine.shifts(gate(world, use, other)) == ()
