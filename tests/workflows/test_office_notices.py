"""Who has not got a notice is who is not decided on for want of one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from sayso.intake.community.model import NoticeFact
from sayso.intake.policies import load_policy
from sayso.ledger.standing import StandingIndex
from sayso.policy.decide import _notice_in_time
from sayso.policy.question import question_at
from sayso.values.moments import DAY, Moment, parse_moment
from sayso.wiring import Project
from sayso.workflows.delete import close_account
from sayso.workflows.notify import Audience, notify
from sayso.workflows.office.notices import Asking, Told, draft, notices
from workflows.worlds_on_disk import USE, community, copied, make, opened

SOME = community(40)
MADE = replace(
    SOME, history=tuple(one for one in SOME.history if not isinstance(one, NoticeFact) or one.regions)
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make(tmp_path_factory.mktemp("notices") / "forum", MADE)
    with opened(folder) as project:
        close_account(project.book, project.tags, MADE.people[2].member.id)
        notify(project.book, project.tags, "2024-02-01", Audience(member=MADE.people[7].member.id))
        for regions, day in ((("US", "BR"), "2024-01-05"), (("IN", "AU", "CA"), "2024-11-20")):
            notify(project.book, project.tags, "2024-02-01", Audience(regions=regions), parse_moment(day))
    return folder


def slowly(project: Project, asking: Asking, at: Moment) -> dict[str | None, Counter[str]]:
    """Ask of each member by themselves, as ``decide`` would."""
    asked = question_at(project.policy, USE, at)
    assert asked is not None
    standings = StandingIndex.of(project.log.entries())
    found: dict[str | None, Counter[str]] = {}
    for person in MADE.people:
        member, standing = person.member, standings.standing(project.tags.tag_of(person.member.id))
        gone = min((one for one in (member.closed_at, standing.closed_at) if one is not None), default=None)
        if (member.joined_at or at) > at or (gone is not None and gone <= at):
            continue
        if asked.rule_for(member.region, "post", "public") is not asking.rule:
            continue
        told = asked.told_of(asking.rule)
        early = _notice_in_time(told, asking.days, member, standing.notices, at)
        ever = _notice_in_time(told, 0, member, standing.notices, at)
        found.setdefault(member.region, Counter())["told" if early else "waiting" if ever else "untold"] += 1
    return found


@pytest.mark.parametrize("day", ["2024-01-20", "2024-02-10", "2024-12-01", "2026-11-02"])
def test_members_are_told_or_wait_or_were_never_told_as_deciding_says(prepared: Path, day: str) -> None:
    with opened(prepared) as project:
        at = parse_moment(day)
        found = notices(project.yard, at)
        if found.version is None:
            assert found.asking == ()
            return
        (asking,) = found.asking
        assert {
            one.region: Counter(
                {k: n for k, n in (("told", one.told), ("waiting", one.waiting), ("untold", one.untold)) if n}
            )
            for one in asking.regions
        } == slowly(project, asking, at)


def test_a_notice_to_a_region_lets_its_members_wait_and_then_counts(prepared: Path, tmp_path: Path) -> None:
    with opened(copied(prepared, tmp_path / "forum")) as project:
        before = notices(project.yard, project.clock.now()).asking[0]
        region = next(one.region for one in before.regions if one.untold and one.region)
        given = notify(project.book, project.tags, "2024-02-01", Audience(regions=(region,)))
        later = notices(project.yard, project.clock.now())
        told = {one.region: one for one in later.asking[0].regions}
        was = next(one for one in before.regions if one.region == region)
        assert told[region] == Told(region, was.members, was.told, was.waiting + was.untold)
        assert (later.sent[0].entry, later.sent[0].regions) == (given.written.number, (region,))
        after = notices(project.yard, Moment(given.event.at + 30 * DAY)).asking[0]
        assert next(one for one in after.regions if one.region == region).told >= was.members
        assert later.personal[0].members >= 1


def test_a_draft_tells_a_region_what_applies_there_and_how_to_answer() -> None:
    policy = load_policy("opt-out-with-notice")
    version = policy.versions[0]
    text = "\n".join(line.text for line in draft(policy, version, ("BR",)).lines)
    assert "unless you say no" in text
    assert "Settings > Privacy > AI" in text
    assert "Where you live we ask first" not in text
    french = "\n".join(line.text for line in draft(policy, version, ("FR",)).lines)
    assert "Where you live we ask first" in french
    assert "unless you say no" not in french  # that rule holds elsewhere
    assert len(draft(policy, version).lines) > len(draft(policy, version, ("BR",)).lines)
