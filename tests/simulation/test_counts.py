"""What a simulation counts by class is what deciding on every record, one by one, comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.engines.tally import DuckTally
from sayso.policy.codes import PERMIT_FROM, code_of
from sayso.policy.decide import decide
from sayso.policy.kin import counterpart, family_of, stated_uses
from sayso.policy.model import Policy
from sayso.ports import Crowd
from sayso.reports.simulated import ALL_CODES, NO_COUNTERPART, Line, Simulation, rank
from sayso.values.members import Member
from sayso.values.moments import DAY
from sayso.values.records import Record
from sayso.values.uses import Use
from sayso.workflows.simulation.judging import taken_for_granted
from sayso.workflows.simulation.running import Asked, simulate
from spec.gate_tables import CLOSINGS, DELETIONS, MEMBERS, RECORDS, member_row, record_row, table
from spec.worlds import START, late, members, policies, records


@dataclass(frozen=True)
class Town:
    """A small community, and the policies that it is simulated under."""

    members: tuple[Member, ...]
    records: tuple[Record, ...]
    closings: tuple[tuple[str, int], ...]
    deletions: tuple[tuple[str, int], ...]
    policies: tuple[Policy, ...]
    moments: tuple[int, ...]


people = st.sampled_from(("m0", "m1", "m2", "m3", None, "nobody"))
drawn_records = st.builds(
    lambda record, author, others: replace(record, author=author, contributors=tuple(others)),
    records,
    people,
    st.just([]) | st.just([]) | st.lists(st.sampled_from(("m0", "m1", "m3", "?")), max_size=3),
)
some_members = st.lists(members, min_size=1, max_size=4)
some_records = st.lists(drawn_records, min_size=4, max_size=14)
goings = st.lists(st.tuples(st.sampled_from(("m0", "m1")), late), max_size=1)
removals = st.lists(st.tuples(st.sampled_from(("r0", "r1", "r2")), late), max_size=2)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    drawn = draw(st.lists(policies(), min_size=1, max_size=2))
    known = tuple(replace(one, id=f"m{n}") for n, one in enumerate(draw(some_members)))
    made = tuple(replace(one, id=f"r{n}") for n, one in enumerate(draw(some_records)))
    named = tuple(replace(policy, id=f"p{n}") for n, policy in enumerate(drawn))
    moments = tuple(draw(st.lists(late, min_size=1, max_size=3)))
    return Town(known, made, tuple(draw(goings)), tuple(draw(removals)), named, moments)


def crowd_of(town: Town) -> Crowd:
    closings = table(CLOSINGS, [{"tag": member, "closed_at": at} for member, at in town.closings])
    return Crowd(
        table(MEMBERS, [member_row(one) for one in town.members]),
        table(RECORDS, [{**record_row(one, one.id, one.author)} for one in town.records]),
        closings.rename_columns(["member", "closed_at"]),
        table(DELETIONS, [{"record": record, "deleted_at": at} for record, at in town.deletions]),
    )


def simulated(town: Town, no_share: float = 0.0) -> Simulation:
    asked = Asked(
        town.policies, START - 40 * DAY, START + 130 * DAY, START, also=town.moments, no_share=no_share
    )
    cuts = asked.cuts()
    with DuckTally(crowd_of(town), cuts, no_share) as tally:
        return simulate(asked, tally, cuts, str)


def code_one_by_one(town: Town, policy: Policy, use: Use, record: Record, at: int) -> int:
    """Return the code of one record, from `decide` alone: the author's, or of the first other who does not permit it."""
    category = counterpart(record.category, (one.id for one in policy.categories))
    if category is None:
        return NO_COUNTERPART
    closed, gone = dict(town.closings), [when for name, when in town.deletions if name == record.id]
    standing = taken_for_granted(policy)
    codes = []
    for name in (record.author, *record.contributors):
        member = next((one for one in town.members if one.id == name), None)
        stood = replace(
            standing,
            closed_at=closed.get(name or "") if member else None,
            deletions=tuple((record.id, when) for when in gone),
        )
        found = decide(use, policy, member, replace(record, category=category), stood, at)
        codes.append(code_of(found.reason, found.verdict))
    return next((code for code in codes if code < PERMIT_FROM), codes[0])


def is_there(record: Record, at: int) -> bool:
    return max(record.created_at or at, record.collected_at or at) <= at


def home(town: Town, found: Simulation, author: str | None) -> int:
    region = next((one.region for one in town.members if one.id == author), None)
    return next((n for n, place in enumerate(found.places) if region in place.codes), len(found.places) - 1)


def slowly(
    town: Town, found: Simulation, codes: dict[str, int], at: int
) -> tuple[Counter[tuple[int, int]], Counter[int]]:
    """Return how many records there are by place and code, and how many members with a permitted one by place."""
    counted: Counter[tuple[int, int]] = Counter()
    writers: dict[int, set[str]] = {}
    for record in town.records:
        if is_there(record, at):
            place = home(town, found, record.author)
            counted[place, codes[record.id]] += 1
            if codes[record.id] >= PERMIT_FROM and any(one.id == record.author for one in town.members):
                writers.setdefault(place, set()).add(record.author or "")
    return counted, Counter({place: len(some) for place, some in writers.items()})


def told(line: Line, moment: int) -> tuple[Counter[tuple[int, int]], Counter[int]]:
    """Return what a simulation says in the same form."""
    rows = np.argwhere(line.records[:, moment, :])
    counted = Counter({(p, ALL_CODES[c]): int(line.records[p, moment, c]) for p, c in rows.tolist()})
    return counted, Counter({p: int(n) for p, n in enumerate(line.members[:, moment]) if n})


def lines(found: Simulation) -> Iterator[tuple[Policy, Line]]:
    for platform in found.platforms:
        for line in (*platform.families, *platform.uses):
            yield platform.policy, line


@settings(max_examples=12, deadline=None)
@given(towns())
def test_counts_by_class_are_those_of_deciding_one_by_one(town: Town) -> None:
    held(town)


@pytest.mark.deep
@settings(max_examples=1500, deadline=None)
@given(towns())
def test_counts_by_class_are_those_of_deciding_one_by_one_many_times(town: Town) -> None:
    held(town)


def held(town: Town) -> None:
    """Hold a simulation's counts to deciding every record at every moment."""
    found = simulated(town)
    for number, at in enumerate(found.moments):
        for policy, line in lines(found):
            uses = [line.use] if line.use else [
                use for use in stated_uses(policy) if family_of(policy, use) is line.family
            ]  # fmt: skip
            codes = {
                record.id: max((code_one_by_one(town, policy, use, record, at) for use in uses), key=rank)
                for record in town.records
            }
            assert told(line, number) == slowly(town, found, codes, at), (policy.id, line.title, at)


@settings(max_examples=4, deadline=None)
@given(towns())
def test_members_and_records_that_are_there_are_counted_once(town: Town) -> None:
    found = simulated(town)
    for number, at in enumerate(found.moments):
        there = [record for record in town.records if is_there(record, at)]
        assert int(found.records[:, number].sum()) == len(there)
        known = {one.id for one in town.members}
        assert int(found.members[:, number].sum()) == len({one.author for one in there} & known)
        for _, line in lines(found):
            assert (line.records.sum(axis=2) == found.records).all()


@settings(max_examples=4, deadline=None)
@given(towns())
def test_whoever_says_no_to_everything_is_used_only_where_nobody_is_asked(town: Town) -> None:
    found = simulated(town, no_share=1.0)
    opted = [ALL_CODES.index(code_of(reason)) for reason in ("default-on", "opted-in")]  # type: ignore[arg-type]
    for _, line in lines(found):
        known = line.records[:-1]
        assert not known[:, :, opted].any()


def test_no_records_at_all_count_as_nothing() -> None:
    town = Town((), (), (), (), (), (START,))
    found = simulated(town)
    assert found.records.sum() == 0
    assert pa.table({"n": found.members.ravel()}).num_rows == len(found.moments)
