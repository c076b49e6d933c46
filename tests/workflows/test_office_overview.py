"""The matrix says what deciding record by record says, and its states are true of what lies behind them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from engines.test_three_tellings_agree import pairs
from sayso.policy.decide import decide
from sayso.values.moments import DAY, Moment, parse_moment
from sayso.values.uses import Use
from sayso.wiring import Project
from sayso.workflows.decide import decide_one
from sayso.workflows.logstate import stood
from sayso.workflows.office.overview import (
    Overview,
    Row,
    State,
    count,
    funnel_at,
    is_fresh,
    last_counted,
    overview,
    standing_of,
)
from sayso.workflows.office.uses import uses_of
from sayso.workflows.plan import plan
from sayso.workflows.suspend import Stop, suspend
from spec.worlds import World, worlds
from workflows.worlds_on_disk import community, copied, make, opened, say

SOME = community(24)
NOWHERE = SOME.people[4].member.id
MADE = replace(
    SOME,
    people=tuple(
        one._replace(member=replace(one.member, region=None)) if one.member.id == NOWHERE else one
        for one in SOME.people
    ),
)
TRAIN, LICENSING = Use("ai-training", "platform"), Use("licensing", "licensee")
OPEN = (State.NO_CHOICE, State.OPT_OUT, State.OPT_IN)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("overview") / "forum", MADE)


def seen(project: Project, at: Moment | None = None) -> Overview:
    counts = count(project.yard, project.clock.now() if at is None else at)
    return overview(project.policy, counts, stood(project.yard).index)


def state(found: Overview, region: str | None, use: Use, rows: str = "regions") -> State:
    row: Row = next(row for row in getattr(found, rows) if row.region == region)
    return next(cell.state for cell in row.cells if cell.use == use)


def test_counts_are_those_of_deciding_one_by_one(prepared: Path) -> None:
    with opened(prepared) as project:
        at = project.clock.now()
        homes = {person.member.id: person.member.region for person in MADE.people}
        considered: Counter[str | None] = Counter()
        permitted: Counter[str | None] = Counter()
        may: dict[str | None, set[str | None]] = {}
        for record in MADE.records:
            answer = decide_one(project.yard, project.sources, TRAIN, record.id, at)
            region = homes.get(record.author or "")
            considered[region] += 1
            if answer.decision.permitted:
                permitted[region] += 1
                may.setdefault(region, set()).add(record.author)
        found = seen(project, at)
        cells = {row.region: row.cells[found.uses.index(TRAIN)] for row in found.regions}
        assert {region: cell.records for region, cell in cells.items()} == dict(considered)
        assert {r: cell.permitted for r, cell in cells.items() if cell.permitted} == dict(permitted)
        assert {r: cell.members_permitted for r, cell in cells.items() if cell.permitted} == {
            region: len(some) for region, some in may.items()
        }
        assert {region: cell.members for region, cell in cells.items()} == dict(Counter(homes.values()))
        assert found.regions[0].members == max(row.members for row in found.regions)


def test_a_group_is_the_sum_of_its_regions_and_the_funnels_add_up_to_the_plan(prepared: Path) -> None:
    with opened(prepared) as project:
        at = project.clock.now()
        found, counts = seen(project, at), count(project.yard, at)
        europe = next(row for row in found.groups if row.region == "europe")
        inside = [row for row in found.regions if row.region and row.region[:2] in (europe.group or ())]
        assert inside
        assert [cell.permitted for cell in europe.cells] == [
            sum(row.cells[place].permitted for row in inside) for place in range(len(found.uses))
        ]
        funnels = [funnel_at(counts.of(TRAIN), row.region) for row in found.regions]
        assert sum(one.permitted for one in funnels) == plan(project.yard, TRAIN, at).funnel.permitted
        assert {row.region for row in found.groups} == {"EEA", "EU", "europe"}


def test_states_follow_the_policy_the_notices_and_the_suspensions(prepared: Path, tmp_path: Path) -> None:
    with opened(copied(prepared, tmp_path / "forum")) as project:
        regions = {row.region for row in seen(project).regions}
        germany = next(region for region in regions if region in ("DE", "FR", "NL", "IT", "ES"))
        far = next(region for region in regions if region and region[:2] in ("US", "BR", "CA", "AU", "IN"))
        before = seen(project, parse_moment("2024-02-02"))
        assert state(before, far, TRAIN) is State.NO_NOTICE
        assert seen(project, parse_moment("2023-12-01")).version is None
        now = seen(project)
        assert (state(now, far, TRAIN), state(now, germany, TRAIN)) == (State.OPT_OUT, State.OPT_IN)
        assert state(now, far, Use("ai-training", "licensee")) is State.NEVER
        assert state(now, germany, TRAIN, "regions") is state(now, "EEA", TRAIN, "groups")
        suspend(project.book, Stop(("content-generation",), "the office", regions=(far,)))
        stopped = seen(project)
        writing = Use("content-generation", "platform")
        assert writing not in now.uses
        assert writing in stopped.uses  # it says something of its own from then on
        assert state(stopped, far, writing) is State.SUSPENDED
        assert state(stopped, far, TRAIN) is State.OPT_OUT
        assert state(stopped, germany, writing) is State.OPT_IN


def test_somebody_of_an_unknown_region_is_not_used_where_rules_name_regions(prepared: Path) -> None:
    with opened(prepared) as project:
        found = seen(project)
        unknown = [row for row in found.regions if row.region is None]
        assert unknown
        assert state(found, None, TRAIN) is State.REGION_UNKNOWN
        assert unknown[0].cells[found.uses.index(TRAIN)].permitted == 0
        # What is about them rather than by them has the same rule everywhere.
        assert state(found, None, Use("recommendation", "platform")) is State.OPT_IN


def test_what_was_counted_is_kept_until_something_changes(prepared: Path, tmp_path: Path) -> None:
    with opened(copied(prepared, tmp_path / "forum")) as project:
        yard, now = project.yard, project.clock.now()
        counts = count(yard, now)
        assert last_counted(yard) == counts
        assert is_fresh(yard, counts, Moment(now + 1), DAY)
        assert not is_fresh(yard, counts, Moment(now + DAY), DAY)
        say(project, MADE.people[0].member.id, yes=False)
        kept = last_counted(yard)
        assert kept == counts
        assert not is_fresh(yard, counts, Moment(now + 1), DAY)
        assert (
            overview(project.policy, counts, stood(yard, counts.log_size).index).log_size == counts.log_size
        )


@settings(max_examples=30)
@given(worlds())
def test_nothing_is_permitted_where_the_state_says_so(world: World) -> None:
    for _, at in world.questions:
        moment = Moment(at)
        version = world.policy.in_force(moment)
        if version is None:
            continue
        for use in uses_of(world.policy, version, world.suspensions):
            for _, person, record in pairs(world):
                if person.member is None:
                    continue
                told_alone = any(notice.personal for notice in person.standing.notices)
                found, rules = standing_of(
                    world.policy,
                    version,
                    use,
                    person.member.region,
                    moment,
                    world.notices,
                    world.suspensions,
                    told_alone,
                )
                decision = decide(use, world.policy, person.member, record, person.standing, moment)
                if decision.permitted:
                    assert found in OPEN
                    assert decision.rule in rules


@settings(max_examples=30)
@given(worlds())
def test_a_use_that_is_not_listed_is_decided_like_the_nearest_listed_above(world: World) -> None:
    for _, at in world.questions:
        moment = Moment(at)
        version = world.policy.in_force(moment)
        if version is None:
            continue
        listed = uses_of(world.policy, version, world.suspensions)
        for recipient in world.policy.recipients:
            for purpose in world.policy.purposes.names():
                use = Use(purpose, recipient.id)
                above = [Use(one, recipient.id) for one in world.policy.purposes.lineage(purpose)]
                nearest = next((one for one in above if one in listed), None)
                for _, person, record in pairs(world):
                    found = decide(use, world.policy, person.member, record, person.standing, moment)
                    if nearest is None:
                        assert not found.permitted
                    else:
                        like = decide(nearest, world.policy, person.member, record, person.standing, moment)
                        assert (found.verdict, found.reason) == (like.verdict, like.reason)
