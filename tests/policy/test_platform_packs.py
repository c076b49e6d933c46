"""The packs of what platforms have published: told twice, held at every boundary, and the page about them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.engines.duckdb import DuckEngine
from sayso.intake.policies import load_policy, pack_ids, read_policy_text
from sayso.policy.case_run import CaseResult, render_results, run_cases
from sayso.policy.cases import CaseFile, CaseTable, bind_cases, parse_cases
from sayso.policy.codes import outcome_of
from sayso.policy.compile import Wide, compile_gate
from sayso.policy.decide import decide
from sayso.policy.describe import describe_policy, render
from sayso.policy.lint import lint_policy
from sayso.policy.model import Default, Kind, Policy
from sayso.values.decisions import Decision, Reason, Verdict
from sayso.values.members import Member
from sayso.values.moments import DAY, Moment, latest_birthday, parse_moment
from sayso.values.records import Record
from sayso.values.regions import COUNTRIES, EEA
from sayso.values.standing import Choice, Notice, Standing
from sayso.values.uses import Use
from spec.decide_spec import decide_slowly
from spec.gate_tables import record_row, tables_of
from spec.worlds import Person

ROOT = Path(__file__).resolve().parents[2]
PACKS = ROOT / "src" / "sayso" / "policy" / "packs"
PAGE = ROOT / "docs" / "explanation" / "platforms.md"
OBSERVED = [name for name in pack_ids() if load_policy(name).kind is Kind.OBSERVED]
OURS = ["meta", "photobucket", "reddit", "stack-overflow", "tumblr", "wordpress-com", "x"]


@cache
def pack(name: str) -> Policy:
    return load_policy(name)


@cache
def table(name: str) -> CaseTable:
    file = PACKS / f"{name}.cases.yaml"
    found = parse_cases(file.read_text(encoding="utf-8"), file.name)
    assert isinstance(found, CaseFile), found
    bound = bind_cases(found, pack(name))
    assert isinstance(bound, CaseTable), bound
    return bound


@cache
def results(name: str) -> tuple[CaseResult, ...]:
    return run_cases(table(name), pack(name), decide)


def slowly(
    use: Use, policy: Policy, member: Member | None, record: Record, standing: Standing, at: Moment
) -> Decision:
    verdict, reason = decide_slowly(use, policy, member, record, standing, at)
    return Decision(Verdict(verdict), Reason(reason))


# Every observed pack


@pytest.mark.parametrize("name", OBSERVED)
def test_both_tellings_answer_every_case_as_its_table_says(name: str) -> None:
    assert all(result.passed for result in results(name)), render_results(results(name))
    again = run_cases(table(name), pack(name), slowly)
    assert all(result.passed for result in again), render_results(again)


@pytest.mark.deep
@pytest.mark.parametrize("name", OBSERVED)
def test_the_compiled_gate_answers_every_case_alike(name: str) -> None:
    groups = defaultdict(list)
    for case in table(name).cases:
        wide = tuple(one for one in case.standing.notices if not one.personal), case.standing.suspensions
        groups[(case.use, case.at, wide)].append(case)
    for (use, at, wide), cases in groups.items():
        people, rows = [], []
        for number, case in enumerate(cases):
            member = None if case.member is None else replace(case.member, id=f"m{number}")
            people.append(Person(member, case.standing))
            rows.append(record_row(case.record, f"r{number}", member.id if member else None))
        with DuckEngine(tables_of(people, rows, []), threads=1) as engine:
            engine.stand(compile_gate(pack(name), use, at, Wide(*wide)))
            found = {row["record"]: outcome_of(row["code"]) for row in engine.codes().to_pylist()}
        told = [(found[f"r{n}"].verdict, found[f"r{n}"].reason) for n in range(len(cases))]
        assert told == [(case.verdict, case.reason) for case in cases]


@pytest.mark.parametrize("name", OBSERVED)
def test_a_pack_has_nothing_odd_in_it(name: str) -> None:
    assert lint_policy(*read_policy_text(name)) == ()


@pytest.mark.parametrize("name", OBSERVED)
def test_what_is_not_known_of_a_rule_is_told_to_whoever_reads_the_pack(name: str) -> None:
    text = render(describe_policy(pack(name)))
    rules = [rule for version in pack(name).versions for rule in version.rules]
    dark = [rule for rule in rules if rule.default is Default.UNKNOWN]
    assert all(rule.disclosed and rule.control is None for rule in dark)
    assert ("What is missing: " in text) is bool(dark)


# The packs of this page, at every date


@pytest.mark.parametrize("name", OURS)
def test_every_rule_that_a_version_brings_decides_some_case(name: str) -> None:
    used = {(one.decision.version, one.decision.rule) for one in results(name)}
    earlier: set[object] = set()
    for version in pack(name).versions:
        brought = [rule.id for rule in version.rules if rule not in earlier]
        assert [rule for rule in brought if (version.id, rule) not in used] == [], version.id
        earlier = set(version.rules)


@pytest.mark.parametrize("name", OURS)
def test_every_version_that_changes_a_rule_is_asked_on_both_sides_of_its_first_instant(name: str) -> None:
    asked = {case.at for case in table(name).cases}
    versions = pack(name).versions
    changing = [versions[0]] + [new for old, new in pairwise(versions) if old.rules != new.rules]
    starts = {version.id: version.effective_at for version in changing}
    assert [name for name, at in starts.items() if not {at, at - 1} <= asked] == []


@pytest.mark.parametrize("name", OURS)
def test_every_control_is_spoken_through_and_every_suspension_met(name: str) -> None:
    spoken = {word.control for case in table(name).cases for word in case.standing.choices}
    assert spoken == {control.id for version in pack(name).versions for control in version.controls}
    met = {fact for one in results(name) for fact in one.decision.facts}
    assert met == {stop.id for stop in pack(name).suspensions}


# What must hold anywhere and at any time


def ask(
    name: str,
    use: Use,
    at: int,
    region: str = "US",
    category: str = "post",
    born: int = 19800501,
    standing: Standing = Standing(),
    collected: Moment | None = None,
) -> Decision:
    member = Member("m", region, born=born)
    record = Record("r", "m", category, "public", collected_at=collected)
    return decide(use, pack(name), member, record, standing, Moment(at))


START = parse_moment("2025-05-27")
AFTER = parse_moment("2027-01-01")
AI = Use("generative-ai", "meta")
GROK = Use("grok-training", "x"), Use("grok-training", "xai")
LICENCE = Use("platform-models", "x")
SPAN = parse_moment("2024-05-07"), parse_moment("2024-08-02")
EUROPEANS = st.sampled_from(sorted(EEA))


@given(EUROPEANS, st.sampled_from(["post", "photo", "comment", "ai-chat"]), st.integers(0, START - 1))
def test_meta_uses_nothing_of_europeans_before_may_2025(region: str, category: str, at: int) -> None:
    assert ask("meta", AI, at, region, category).verdict is Verdict.DENY


@given(EUROPEANS, st.integers(START, AFTER), st.integers(13, 17))
def test_meta_leaves_minors_out_of_the_first_tier_alone(region: str, at: int, years: int) -> None:
    born = latest_birthday(Moment(at), years)
    assert ask("meta", AI, at, region, "post", born).reason is Reason.MEMBER_EXCLUDED
    assert ask("meta", AI, at, region, "ai-chat", born).reason is Reason.DEFAULT_ON


@given(EUROPEANS, st.integers(START, AFTER))
def test_an_objection_of_2024_is_a_no_for_ever(region: str, at: int) -> None:
    said = Standing((Choice("objection-form", False, parse_moment("2024-06-28"), "2024-06-26"),))
    assert ask("meta", AI, at, region, standing=said).reason is Reason.SAID_NO


@given(
    st.sampled_from(GROK),
    st.integers(SPAN[0] - 30 * DAY, SPAN[1] + 30 * DAY),
    st.integers(parse_moment("2024-10-01"), AFTER),
)
def test_x_keeps_its_undertaking_in_the_eea_and_nowhere_else(use: Use, when: int, at: int) -> None:
    for region in ("IE", "NO", "GB", "CH", "US"):
        spared = region in EEA and SPAN[0] <= when < SPAN[1]
        answer = ask("x", use, at, region, collected=Moment(when))
        assert answer.reason is (Reason.RECORD_EXCLUDED if spared else Reason.DEFAULT_ON)


@given(
    st.integers(START, AFTER),
    st.integers(START, AFTER),
    st.sampled_from(["grok-setting", "collaborator-settings"]),
)
def test_no_word_reaches_the_licence_of_x(spoken: int, at: int, control: str) -> None:
    said = Standing((Choice(control, False, Moment(spoken), "2024-11-15"),))
    assert ask("x", LICENCE, at, "DE", standing=said) == ask("x", LICENCE, at, "DE")


@given(st.integers(0, 90), st.integers(-1, 1))
def test_photobucket_waits_for_exactly_45_days(days: int, shift: int) -> None:
    told = parse_moment("2024-06-01")
    standing = Standing(notices=(Notice("2024-05", told, personal=True),))
    at = told + days * DAY + shift
    answer = ask("photobucket", Use("ai-training", "licensee"), at, category="photo", standing=standing)
    assert answer.permitted is (at >= told + 45 * DAY)


@pytest.mark.parametrize("name", ["reddit", "stack-overflow"])
def test_where_there_is_no_switch_nothing_differs_by_country(name: str) -> None:
    for version in pack(name).versions:
        assert version.controls == ()
        assert {rule.regions for rule in version.rules} == {("everywhere",)}


# The page about them

USES = {
    "LinkedIn: models that create content": ("linkedin", Use("content-generation", "linkedin"), "post"),
    "Meta: AI at Meta": ("meta", AI, "post"),
    "xAI: Grok": ("x", GROK[1], "post"),
    "X: its models, under the licence": ("x", LICENCE, "post"),
    "X: models of collaborators": ("x", Use("collaborator-models", "collaborator"), "post"),
    "Reddit: Google's models": ("reddit", Use("language-models", "google"), "post"),
    "Reddit: OpenAI's models": ("reddit", Use("language-models", "openai"), "post"),
    "Reddit: its own models": ("reddit", Use("ai-training", "reddit"), "post"),
    "Stack Overflow: OpenAI's models": ("stack-overflow", Use("licensed-models", "openai"), "answer"),
    "Tumblr: partners' models": ("tumblr", Use("partner-model-training", "partner"), "post"),
    "WordPress.com: partners' models": ("wordpress-com", Use("partner-model-training", "partner"), "post"),
    "Photobucket: licensees' models": ("photobucket", Use("ai-training", "licensee"), "photo"),
}
PLACES = {"Germany": "DE", "Switzerland": "CH", "UK": "GB", "Brazil": "BR", "US": "US"}
ANSWERS = {
    "used unless no": (Verdict.PERMIT, Reason.DEFAULT_ON),
    "used, not asked": (Verdict.PERMIT, Reason.NO_CHOICE_OFFERED),
    "never": (Verdict.DENY, Reason.NEVER),
    "paused": (Verdict.DENY, Reason.SUSPENDED),
    "not disclosed": (Verdict.DENY, Reason.NOT_DISCLOSED),
    "not known": (Verdict.UNKNOWN, Reason.NOT_DISCLOSED),
    "before the record": (Verdict.DENY, Reason.NOT_IN_FORCE),
    "no notice": (Verdict.DENY, Reason.NO_NOTICE),
}
assert set(PLACES.values()) <= COUNTRIES


def test_the_table_of_answers_is_what_the_packs_say() -> None:
    text = PAGE.read_text(encoding="utf-8").split("## One post, many answers")[1].split("\n\n")[2]
    (_, _, *days), _, *rows = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()
    )
    heading, seen = "", set()
    for use, place, *cells in rows:
        heading = use or heading
        seen.add(heading)
        name, asked, category = USES[heading]
        record = Record("r", "m", category, "public", parse_moment("2019-03-01"), parse_moment("2024-01-10"))
        for day, cell in zip(days, cells, strict=True):
            member = Member("m", PLACES[place], 19800501)
            answer = decide(asked, pack(name), member, record, Standing(), parse_moment(day))
            assert (answer.verdict, answer.reason) == ANSWERS[cell], (heading, place, day)
    assert seen == set(USES)


@pytest.mark.parametrize("name", [name for name in OBSERVED if name != "linkedin"])
def test_the_page_links_every_pack(name: str) -> None:
    assert f"(../../src/sayso/policy/packs/{name}.yaml)" in PAGE.read_text(encoding="utf-8")
