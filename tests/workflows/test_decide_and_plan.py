"""Single decisions, plans and builds are one meaning: what they say of the same records is the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from sayso.errors import InputError
from sayso.values.decisions import Outcome, Reason, Verdict
from sayso.values.moments import Moment, parse_moment
from sayso.values.uses import Use
from sayso.wiring import Project
from sayso.workflows.decide import decide_one
from sayso.workflows.delete import close_account, delete_record
from sayso.workflows.plan import plan
from sayso.workflows.suspend import Stop, suspend
from workflows.worlds_on_disk import USE, community, copied, make, opened, say

MADE = community(24)
DAYS = [parse_moment(day) for day in ("2023-06-01", "2024-03-10", "2024-12-01", "2026-10-31")]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which some records have the hands of others in them."""
    people = [person.member.id for person in MADE.people]
    hands = {r.id: (people[n % len(people)],) for n, r in enumerate(MADE.records) if n % 5 == 0}
    records = tuple(replace(r, contributors=hands.get(r.id, ())) for r in MADE.records)
    folder = make(tmp_path_factory.mktemp("prepared") / "forum", replace(MADE, records=records))
    with opened(folder) as project:
        say(project, people[3], yes=False)
        delete_record(project.book, project.tags, project.sources, MADE.records[0].id)
        close_account(project.book, project.tags, people[5])
        suspend(project.book, Stop(("content-generation",), "the office", regions=("US",)))
    return folder


def test_single_decisions_add_up_to_the_plan(prepared: Path) -> None:
    with opened(prepared) as project:
        at = project.clock.now()
        single = Counter(
            Outcome(answer.decision.verdict, answer.decision.reason)
            for answer in (decide_one(project.yard, project.sources, USE, r.id, at) for r in MADE.records)
        )
        assert dict(plan(project.yard, USE, at).funnel.outcomes) == dict(single)
        assert len(single) >= 6


def test_a_plan_of_the_past_knows_what_was_dated_before_and_publishes_nothing(prepared: Path) -> None:
    with opened(prepared) as project:
        size = project.log.size()
        plans = [plan(project.yard, USE, at) for at in DAYS]
        assert [each.version for each in plans] == [None, "2024-02-01", "2024-02-01", "2024-02-01"]
        reasons = {outcome.reason for outcome, _ in plans[0].funnel.outcomes}
        assert reasons <= {Reason.NOT_IN_FORCE, Reason.NOT_YET}
        assert plans[0].funnel.permitted == 0
        assert plans[-1].funnel.permitted > 0
        assert (project.log.size(), project.datasets.names()) == (size, ())


def test_a_plan_at_an_earlier_size_of_the_log_does_not_know_what_came_later(
    prepared: Path, tmp_path: Path
) -> None:
    with opened(copied(prepared, tmp_path / "forum")) as project:
        at, size = project.clock.now(), project.log.size()
        before = plan(project.yard, USE, at)
        for person in MADE.people:
            say(project, person.member.id, yes=False)
        assert plan(project.yard, USE, at, size).funnel == before.funnel
        now = plan(project.yard, USE).funnel
        assert (before.funnel.permitted > 0, now.permitted) == (True, 0)


@dataclass(frozen=True)
class Wrong:
    """What is asked for and is not there, and the code of the answer."""

    code: str
    use: Use = USE
    record: str = MADE.records[0].id
    member: str | None = None


@pytest.mark.parametrize(
    "wrong",
    [
        Wrong("unknown-record", record="nowhere"),
        Wrong("not-the-author", member="somebody-else"),
        Wrong("unknown-purpose", use=Use("telepathy", "platform")),
        Wrong("unknown-recipient", use=Use("licensing", "nobody")),
    ],
    ids=lambda wrong: wrong.code,
)
def test_what_is_not_there_cannot_be_decided(prepared: Path, wrong: Wrong) -> None:
    with opened(prepared) as project, pytest.raises(InputError) as error:
        decide_one(project.yard, project.sources, wrong.use, wrong.record, member=wrong.member)
    assert [problem.code for problem in error.value.problems] == [wrong.code]


def answer_of(project: Project, record: str, at: Moment | None = None) -> tuple[str, str]:
    """Return the verdict, and everything that was said."""
    found = decide_one(project.yard, project.sources, USE, record, at)
    return str(found.decision.verdict), "\n".join(found.sentences)


def test_the_sentences_say_what_why_under_which_rule_and_on_what(prepared: Path) -> None:
    with opened(prepared) as project:
        said = [answer_of(project, record.id) for record in MADE.records]
        early = answer_of(project, MADE.records[0].id, parse_moment("2023-12-31"))
    everything = "\n".join(text for _, text in said)
    for words in (
        "Permitted (",
        "Denied (said-no)",
        "Rule our-ai of version 2024-02-01",
        "log entry ",
        "What was disclosed: ",
    ):
        assert words in everything
    assert "another member's words are in it, and for them: " in everything
    assert {verdict for verdict, _ in said} == {str(verdict) for verdict in Verdict}
    assert "not-in-force" in early[1] or "not-yet" in early[1]
    for person in MADE.people:
        assert person.member.id not in everything
