"""Case files: what they say, what is wrong in them, and what comes of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldens import GOLDEN, check_golden
from policy.writing import SMALL
from sayso.errors import Problem
from sayso.intake.policies import load_policy, pack_ids, read_text
from sayso.policy.case_run import render_results, run_case, run_cases
from sayso.policy.cases import Case, CaseFile, CaseTable, bind_cases, parse_cases
from sayso.policy.decide import decide
from sayso.policy.model import Kind, Policy
from sayso.policy.parse import parse_policy
from sayso.policy.reasons import sentence
from sayso.values.decisions import CHECKS, Decision, Reason, Verdict
from sayso.values.members import Member
from sayso.values.moments import parse_moment
from sayso.values.standing import Choice, Notice

CASES = GOLDEN / "policy" / "cases"


def small() -> Policy:
    found = parse_policy(SMALL, "p.yaml")
    assert isinstance(found, Policy)
    return found


ROW = """  - name: A row
    record: {{category: post}}
    use: {{purpose: ai-training, recipient: us}}
    at: 2025-06-01
    expect: {{verdict: deny}}
{more}"""


def case(more: str = "", old: str = "", new: str = "") -> Case:
    text = "policy: p\ncases:\n" + ROW.format(more=more).replace(old, new)
    found = parse_cases(text, "c.yaml")
    assert isinstance(found, CaseFile), "\n".join(map(str, found))
    table = bind_cases(found, small())
    assert isinstance(table, CaseTable), "\n".join(map(str, table))
    return table.cases[0]


def codes(more: str = "", old: str = "", new: str = "") -> list[str]:
    found = parse_cases("policy: p\ncases:\n" + ROW.format(more=more).replace(old, new), "c.yaml")
    problems = bind_cases(found, small()) if isinstance(found, CaseFile) else found
    assert isinstance(problems, tuple)
    return [problem.code for problem in problems]


def test_a_bare_case_is_a_member_of_whom_nothing_is_known() -> None:
    found = case()
    assert found.member == Member("member")
    assert (found.record.visibility, found.record.created_at) == ("public", None)
    assert (found.at, found.verdict, found.reason) == (parse_moment("2025-06-01"), Verdict.DENY, None)
    assert found.standing.choices == ()


def test_a_member_may_be_unknown() -> None:
    assert case("    member: unknown\n").member is None


def test_a_member_has_a_region_an_age_and_any_attribute() -> None:
    found = case(
        "    member: {region: GB-SCT, birth_date: 1980-05-01, age: 18-24, joined_at: 2020-01-01, plan: free, minor: no}\n"
    )
    assert found.member == Member(
        "member", "GB-SCT", 19800501, 18, 24, (("minor", "no"), ("plan", "free")), parse_moment("2020-01-01")
    )


@pytest.mark.parametrize(
    ("age", "band"), [("18-24", (18, 24)), ("65+", (65, None)), ("30", (30, 30)), ("0-17", (0, 17))]
)
def test_ages_are_bands(age: str, band: tuple[int, int | None]) -> None:
    member = case(f'    member: {{age: "{age}"}}\n').member
    assert member is not None
    assert (member.age_min, member.age_max) == band


def test_a_record_has_moments_and_any_attribute() -> None:
    record = case(
        old="{category: post}",
        new="{category: post, visibility: private, created_at: 2020-01-01, licence: open}",
    ).record
    assert (record.visibility, record.created_at) == ("private", parse_moment("2020-01-01"))
    assert record.attributes == (("licence", "open"),)


def test_a_choice_was_shown_the_version_in_force_unless_it_says_otherwise() -> None:
    found = case(
        "    choices:\n"
        "      - {control: training, value: no, at: 2025-03-01}\n"
        '      - {control: training, value: "yes", at: 2025-01-01, version: "1"}\n'
    )
    assert found.standing.choices == (
        Choice("training", False, parse_moment("2025-03-01"), "1", 0),
        Choice("training", True, parse_moment("2025-01-01"), "1", 1),
    )


def test_a_choice_before_every_version_is_a_problem() -> None:
    assert codes("    choices: [{control: training, value: no, at: 2020-01-01}]\n") == ["not-in-force"]


def test_a_notice_goes_to_everyone_a_region_or_the_member() -> None:
    found = case(
        "    notices:\n"
        '      - {version: "1", at: 2025-01-01}\n'
        '      - {version: "1", at: 2025-01-01, to: "region:GB"}\n'
        '      - {version: "1", at: 2025-01-01, to: member}\n'
    )
    at = parse_moment("2025-01-01")
    assert found.standing.notices == (
        Notice("1", at),
        Notice("1", at, frozenset({"GB"})),
        Notice("1", at, None, True),
    )


def test_a_suspension_names_a_use_or_purposes() -> None:
    found = case(
        "    suspensions:\n"
        "      - {use: {purpose: licensing, recipient: buyer}, from: 2025-01-01}\n"
        "      - {purposes: [licensing], regions: [GB], from: 2025-01-01, until: 2025-02-01}\n"
        "      - {use: licensing, from: 2025-01-01}\n"
    )
    by_use, by_purpose, by_word = found.standing.suspensions
    assert (by_word.purposes, by_word.recipients, by_word.regions) == ({"licensing"}, None, None)
    assert (by_use.purposes, by_use.recipients, by_use.regions) == ({"licensing"}, {"buyer"}, None)
    assert (by_purpose.recipients, by_purpose.regions) == (None, {"GB"})


@pytest.mark.parametrize(
    ("more", "old", "new", "expected"),
    [
        ("    member: {region: UK}\n", "", "", ["bad-region"]),
        ("    member: {region: EU}\n", "", "", ["bad-region"]),
        ("    member: {birth_date: 1/5/1980}\n", "", "", ["bad-date"]),
        ("    member: {brith_date: 1980-05-01}\n", "", "", ["unknown-key"]),
        ("    member: {age: 24-18}\n", "", "", ["bad-age"]),
        ("    member: {age: young}\n", "", "", ["bad-age"]),
        ("    member: someone\n", "", "", ["bad-shape"]),
        ("", "post", "posts", ["unknown-category"]),
        ("", "recipient: us", "recipient: uss", ["unknown-recipient"]),
        ("", "ai-training", "ai", ["unknown-purpose"]),
        ("", "verdict: deny", "verdict: permit, reason: never", ["bad-value"]),
        ("", "verdict: deny", "verdict: deny, reason: default-on", ["bad-value"]),
        ("", "verdict: deny", "verdict: denied", ["bad-value"]),
        ("    choices: [{control: trainin, value: no, at: 2025-03-01}]\n", "", "", ["unknown-control"]),
        (
            '    choices: [{control: training, value: no, at: 2025-03-01, version: "9"}]\n',
            "",
            "",
            ["unknown-version"],
        ),
        ('    notices: [{version: "9", at: 2025-03-01}]\n', "", "", ["unknown-version"]),
        ('    notices: [{version: "1", at: 2025-03-01, to: all}]\n', "", "", ["bad-value"]),
        ('    notices: [{version: "1", at: 2025-03-01, to: "region:XX"}]\n', "", "", ["bad-region"]),
        ("    suspensions: [{from: 2025-01-01}]\n", "", "", ["missing-key"]),
        ("", "    at: 2025-06-01\n", "", ["missing-key"]),
    ],
)
def test_what_does_not_fit_is_reported(more: str, old: str, new: str, expected: list[str]) -> None:
    assert codes(more, old, new) == expected


def test_all_problems_of_a_file_come_at_once() -> None:
    assert codes("    member: {region: UK}\n", "category: post", "category: posts") == [
        "unknown-category",
        "bad-region",
    ]


def test_a_file_that_is_no_case_file_is_refused() -> None:
    assert [problem.code for problem in _problems("")] == ["empty"]
    assert [problem.code for problem in _problems("- a\n")] == ["bad-shape"]
    assert [problem.code for problem in _problems("policy: p\ncases: []\n")] == ["empty"]


def _problems(text: str) -> tuple[object, ...]:
    found = parse_cases(text, "c.yaml")
    assert isinstance(found, tuple)
    return found


@given(st.text(max_size=200))
def test_no_text_makes_the_parser_raise(text: str) -> None:
    assert isinstance(parse_cases(text, "c.yaml"), (CaseFile, tuple))


def test_a_case_passes_if_verdict_and_given_reason_are_right() -> None:
    found = case()
    never = lambda *facts: Decision(Verdict.DENY, Reason.NEVER)  # noqa: E731
    assert run_case(found, small(), never).passed
    assert run_case(replace(found, reason=Reason.NEVER), small(), never).passed
    assert not run_case(replace(found, reason=Reason.SAID_NO), small(), never).passed
    assert not run_case(replace(found, verdict=Verdict.PERMIT), small(), never).passed


def test_every_reason_has_its_sentence() -> None:
    said = {sentence(Decision(Verdict.DENY, reason)) for reason in Reason}
    said |= {sentence(Decision(Verdict.UNKNOWN, reason)) for reason in CHECKS}
    assert len(said) == len(Reason) + 4


def _run(file: Path) -> str:
    found = parse_cases(read_text(file), file.name)
    assert isinstance(found, CaseFile), "\n".join(map(str, found))
    policy = load_policy(found.policy)
    table = bind_cases(found, policy)
    assert isinstance(table, CaseTable), "\n".join(map(str, table))
    return render_results(run_cases(table, policy, decide))


@pytest.mark.parametrize("file", sorted(CASES.glob("*.cases.yaml")), ids=lambda file: file.name)
def test_cases_run_and_their_results_read_well(file: Path) -> None:
    check_golden(file.with_suffix(".txt"), _run(file))


@pytest.mark.parametrize("pack", [pack for pack in pack_ids() if load_policy(pack).kind is Kind.HOUSE])
def test_the_house_packs_decide_as_their_cases_say(pack: str) -> None:
    assert _run(CASES / f"{pack}.cases.yaml").endswith("cases passed.\n")


def test_one_case_is_counted_in_the_singular() -> None:
    table = CaseTable((case(),))
    assert render_results(run_cases(table, small(), decide)) == "The case passed.\n"


CITING = SMALL.replace(
    "versions:", "sources:\n  page: {title: A page}\n  terms: {title: Terms}\nversions:", 1
)


def citing(cites: str) -> tuple[CaseTable | tuple[Problem, ...], Policy]:
    policy = parse_policy(CITING, "p.yaml")
    row = (
        "{name: One, record: {category: post}, use: {purpose: licensing, recipient: buyer}, at: 2025-01-01, "
    )
    found = parse_cases(f"policy: p\ncases:\n  - {row}expect: {{verdict: deny}}{cites}}}\n", "c.yaml")
    assert isinstance(policy, Policy)
    assert isinstance(found, CaseFile)
    return bind_cases(found, policy), policy


def test_a_case_cites_sources_that_are_there() -> None:
    table, policy = citing(", cites: [terms, page, terms]")
    assert isinstance(table, CaseTable)
    assert table.cases[0].cites == ("terms", "page")
    told = render_results(run_cases(table, policy, decide), whole=True)
    assert "  2025-01-01  deny: not-in-force\n  cites     terms, page\n" in told
    assert told.endswith("The case passed.\nCiting a source: all of them.\n")


def test_a_case_that_cites_what_is_not_there_is_refused() -> None:
    problems, _ = citing(", cites: [term]")
    assert isinstance(problems, tuple)
    assert [(problem.code, problem.advice) for problem in problems] == [
        ("unknown-source", "did you mean 'terms'?")
    ]


def test_a_case_that_cites_nothing_says_nothing_of_it() -> None:
    table, policy = citing("")
    assert isinstance(table, CaseTable)
    assert render_results(run_cases(table, policy, decide)) == "The case passed.\n"
