"""What a member's words come to in the states of DPV, one after the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sayso.intake.policies import load_policy
from sayso.policy.model import Default, Rule
from sayso.reports.consent_states import by_consent, states
from sayso.values.moments import Moment
from sayso.values.standing import Choice, Notice

ASKED = Moment(100)
NOTICE = Notice("v", Moment(5), "e-mail", personal=True)


def rule(basis: str, default: Default) -> Rule:
    """Return a rule of that basis and default."""
    return replace(load_policy("opt-in").versions[0].rules[0], basis=basis, default=default)


def words(text: str) -> tuple[Choice, ...]:
    """Return choices from letters, y for yes and n for no, one after the other."""
    return tuple(Choice("c", letter == "y", Moment(10 + n), "v") for n, letter in enumerate(text))


CONSENT = rule("consent", Default.OFF)
INTEREST = rule("legitimate-interests", Default.ON)
SILENT = rule("", Default.ON)


@pytest.mark.parametrize(
    ("said", "told", "expected"),
    [
        ("", (), ["ConsentUnknown"]),
        ("", (NOTICE,), ["ConsentRequested"]),
        ("y", (), ["ConsentGiven"]),
        ("yy", (), ["ConsentGiven", "RenewedConsentGiven"]),
        ("yn", (), ["ConsentGiven", "ConsentWithdrawn"]),
        ("n", (NOTICE,), ["ConsentRequested", "ConsentRefused"]),
        ("ynny", (), ["ConsentGiven", "ConsentWithdrawn", "ConsentRefused", "ConsentGiven"]),
    ],
)
def test_words_about_consent(said: str, told: tuple[Notice, ...], expected: list[str]) -> None:
    found = states(CONSENT, words(said), told, ASKED)
    assert [one.status for one in found] == [f"dpv:{name}" for name in expected]
    assert [one.by_member for one in found] == [
        name not in ("ConsentUnknown", "ConsentRequested") for name in expected
    ]


@pytest.mark.parametrize(
    ("said", "told", "expected"),
    [
        ("", (), ["Uninformed"]),
        ("", (NOTICE,), ["Informed"]),
        ("n", (NOTICE,), ["Informed", "Objected"]),
        ("ny", (NOTICE,), ["Informed", "Objected", "NotObjected"]),
        ("n", (), ["Objected", "Uninformed"]),
    ],
)
def test_words_about_an_interest(said: str, told: tuple[Notice, ...], expected: list[str]) -> None:
    found = states(INTEREST, words(said), told, ASKED)
    assert [one.status for one in found] == [f"dpv:LegitimateInterest{name}" for name in expected]


def test_a_policy_that_claims_no_basis_gets_none() -> None:
    assert [one.status for one in states(SILENT, words("n"), (), ASKED)] == [None]
    assert [(one.status, one.at) for one in states(SILENT, (), (), ASKED)] == [(None, ASKED)]


@pytest.mark.parametrize(
    ("basis", "default", "consent"),
    [
        ("consent", Default.ON, True),
        ("", Default.OFF, True),
        ("", Default.ON, False),
        ("legitimate-interests", Default.OFF, False),
    ],
)
def test_who_asks_first_and_claims_nothing_else_is_told_of_as_consent(
    basis: str, default: Default, consent: bool
) -> None:
    assert by_consent(rule(basis, default)) is consent
