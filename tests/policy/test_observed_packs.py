"""The packs of what platforms have published: each answers as its table of cases says, and each row cites."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from sayso.intake.policies import load_policy, pack_ids
from sayso.policy.case_run import render_results, run_cases
from sayso.policy.cases import CaseFile, CaseTable, bind_cases, parse_cases
from sayso.policy.decide import decide
from sayso.policy.model import ControlKind, Default, Kind, Policy
from sayso.policy.quotes import quoted_in, quotes_of

PACKS = Path(__file__).resolve().parents[2] / "src" / "sayso" / "policy" / "packs"
OBSERVED = [pack for pack in pack_ids() if load_policy(pack).kind is Kind.OBSERVED]


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


def has_a_switch(policy: Policy) -> bool:
    """Tell whether the latest version offers a switch: to a member, or to an administrator for them."""
    kinds = {control.kind for control in policy.versions[-1].controls}
    return not kinds.isdisjoint({ControlKind.TOGGLE, ControlKind.OBJECTION_FORM, ControlKind.ADMIN_SETTING})


def test_the_platforms_are_there() -> None:
    wanted = {"linkedin", "slack", "zoom", "adobe", "dropbox", "github", "google", "pinterest", "spotify"}
    assert wanted <= set(OBSERVED)


@pytest.mark.parametrize("name", OBSERVED)
def test_every_case_comes_out_as_the_table_says(name: str) -> None:
    results = run_cases(table(name), pack(name), decide)
    assert all(result.passed for result in results), render_results(results)


@pytest.mark.parametrize("name", OBSERVED)
def test_there_are_enough_rows_and_each_cites_a_source(name: str) -> None:
    cases = table(name).cases
    assert len(cases) >= (10 if has_a_switch(pack(name)) else 5)
    assert [case.name for case in cases if not case.cites] == []
    assert len({case.name for case in cases}) == len(cases)


@pytest.mark.parametrize("name", OBSERVED)
def test_every_rule_that_can_decide_is_met_by_a_case(name: str) -> None:
    met = {result.decision.rule for result in run_cases(table(name), pack(name), decide)}
    rules = {rule.id for version in pack(name).versions for rule in version.rules}
    assert rules - met == set()


@pytest.mark.parametrize("name", OBSERVED)
def test_every_source_says_how_sure_it_is_and_from_when(name: str) -> None:
    assert [source.id for source in pack(name).sources if not (source.confidence and source.date)] == []


@pytest.mark.parametrize("name", OBSERVED)
def test_every_rule_quotes_an_archived_document_or_says_that_it_does_not_quote(name: str) -> None:
    for version in pack(name).versions:
        for rule in version.rules:
            assert quoted_in(rule.disclosed) or rule.disclosed.startswith("(paraphrase)"), rule.id
    assert [quote.rule for quote in quotes_of(pack(name)) if not quote.documents] == []


@pytest.mark.parametrize("name", OBSERVED)
def test_what_was_seen_and_disclosed_elsewhere_is_no_rule(name: str) -> None:
    """A contradicted claim is one side of a conflict that says what is taken."""
    contradicted = {claim.id for claim in pack(name).claims if claim.status == "contradicted"}
    assert contradicted <= {conflict.id for conflict in pack(name).conflicts}


def test_one_site_against_the_terms_of_github_decides_nothing() -> None:
    conflict = next(one for one in pack("github").conflicts if one.id == "business-plans")
    assert conflict.says[0].evidence == ("botspot",)
    rule = next(rule for rule in pack("github").versions[-1].rules if rule.default is Default.ON)
    assert not any("business" in condition.values for condition in rule.member.conditions)
