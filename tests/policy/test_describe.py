"""A policy read aloud."""

from __future__ import annotations

import pytest

from goldens import GOLDEN, check_golden
from sayso.intake.policies import load_policy, pack_ids
from sayso.policy.describe import describe_policy, describe_version, render


@pytest.mark.parametrize("pack", [pack for pack in pack_ids() if pack != "linkedin"])
def test_a_pack_reads_well(pack: str) -> None:
    check_golden(f"policy/show/{pack}.txt", render(describe_policy(load_policy(pack))))


def test_every_turn_of_phrase_reads_well() -> None:
    policy = load_policy(GOLDEN / "policy" / "show" / "all-phrases.yaml")
    check_golden("policy/show/all-phrases.txt", render(describe_policy(policy)))


def test_one_version_is_described_whole() -> None:
    policy = load_policy(GOLDEN / "policy" / "show" / "all-phrases.yaml")
    text = render(describe_version(policy, policy.versions[1]))
    assert "As before" not in text
    assert text.count("The Platform may use this") > 1


def test_the_linkedin_pack_says_what_is_as_before() -> None:
    text = render(describe_policy(load_policy("linkedin")))
    assert "As before:" in text
    assert "This is what was published." in text
