"""``sayso policy lint``, ``show`` and ``test``."""

from __future__ import annotations

import pytest

from goldens import check_golden
from sayso.intake.policies import pack_ids, read_policy_text
from shell import Shell

CASE = """\
policy: {policy}
cases:
  - name: Dublin before the European start
    member: {{region: IE, birth_date: 1980-05-01}}
    record: {{category: post, visibility: public, created_at: 2019-03-01T00:00:00Z}}
    choices: [{{control: genai-training, value: "no", at: 2025-01-05T09:00:00Z}}]
    use: {{purpose: content-generation, recipient: linkedin}}
    at: 2024-10-01T00:00:00Z
    expect: {{verdict: deny, reason: {reason}}}
"""


def test_cases_are_run_without_a_project_and_leave_nothing(empty: Shell) -> None:
    empty.write("cases.yaml", CASE.format(policy="linkedin", reason="never"))
    before = empty.snapshot()
    said = empty.json("policy", "test", "cases.yaml")
    assert (said["total"], said["passed"], said["failed"]) == (1, 1, 0)
    case = said["cases"][0]
    assert (case["name"], case["ok"]) == ("Dublin before the European start", True)
    assert (case["verdict"], case["reason"]) == ("deny", "never")
    assert set(case) >= {"name", "verdict", "reason", "rule", "ok"}
    assert empty.snapshot() == before


def test_a_case_that_fails_says_what_came_instead_and_ends_with_1(empty: Shell) -> None:
    empty.write("cases.yaml", CASE.format(policy="linkedin", reason="said-no"))
    said = empty("policy", "test", "cases.yaml", status=1)
    check_golden("cli/policy_test_fails.txt", said.out)
    found = empty.json("policy", "test", "cases.yaml", status=1)
    assert (found["failed"], found["cases"][0]["ok"]) == (1, False)
    assert found["cases"][0]["expected"] == {"verdict": "deny", "reason": "said-no"}


def test_a_policy_is_a_pack_or_a_path_seen_from_the_case_file(empty: Shell) -> None:
    empty.write("rules/house.yaml", read_policy_text("linkedin")[0])
    empty.write("rules/tests/cases.yaml", CASE.format(policy="../house.yaml", reason="never"))
    assert empty.json("policy", "test", "rules/tests/cases.yaml")["passed"] == 1
    empty.write("cases.yaml", CASE.format(policy="../house.yaml", reason="never"))
    assert empty("policy", "test", "cases.yaml", "--json", status=2).codes == ["unreadable"]


def test_cases_that_do_not_fit_the_policy_are_bad_input_with_their_places(empty: Shell) -> None:
    text = (
        CASE.format(policy="linkedin", reason="never")
        .replace("genai-training", "genai")
        .replace(": linkedin}", ": nobody}")
    )
    empty.write("cases.yaml", text)
    said = empty("policy", "test", "cases.yaml", status=2)
    check_golden("cli/policy_test_errors.txt", said.err)
    empty.write("torn.yaml", "policy: [")
    assert empty("policy", "test", "torn.yaml", "--json", status=2).codes == ["yaml"]
    assert empty("policy", "test", "nowhere.yaml", "--json", status=2).codes == ["unreadable"]


@pytest.mark.parametrize("pack", pack_ids())
def test_every_pack_is_clean_and_can_be_read(empty: Shell, pack: str) -> None:
    assert empty.json("policy", "lint", pack)["warnings"] == []
    assert empty.json("policy", "show", pack)["policy"] == pack


def test_lint_names_errors_with_line_and_column_and_ends_with_2(forum: Shell) -> None:
    policy = forum.folder / "policy/house.yaml"
    policy.write_text(policy.read_text().replace("recipients: [platform]", "recipients: [plattform]", 1))
    said = forum("policy", "lint", status=2)
    assert "policy/house.yaml:" in said.err
    assert "did you mean 'platform'?" in said.err
    # Whatever needs the policy says the same, and does not begin.
    assert forum("choose", "ada", "ai-training", "no", status=2).err == said.err


def test_warnings_are_advice_and_end_with_0(forum: Shell) -> None:
    policy = forum.folder / "policy/house.yaml"
    policy.write_text(policy.read_text().replace("sayso: 1", "sayso: 1\ngroups: {nordic: [DK, NO, SE]}", 1))
    said = forum("policy", "lint")
    assert "unused-group" in said.out
    assert said.out.endswith("1 warning.\n")


def test_a_policy_is_shown_whole_or_one_version_of_it(forum: Shell) -> None:
    whole = forum("policy", "show", "linkedin").out
    one = forum("policy", "show", "linkedin", "--version", "2025-11-03").out
    assert len(one) < len(whole)
    assert one.startswith("From 2025-11-03")
    assert forum("policy", "show", "--version", "x", "--json", status=2).codes == ["unknown-version"]
    assert forum.json("policy", "show")["versions"] == ["2024-02-01"]


def test_without_a_project_there_is_no_policy_to_lint(empty: Shell) -> None:
    assert empty("policy", "lint", "--json", status=2).codes == ["no-project"]
