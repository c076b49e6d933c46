"""``sayso policy check-terms`` and ``gaps``: what an auditor and a journalist read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from goldens import GOLDEN, check_golden
from sayso.intake.policies import load_policy
from sayso.policy.terms import Outcome
from shell import Shell
from terms_archives import TermsRepository

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "check-terms.md"
POLICY = (GOLDEN / "cli" / "forum_evidence.yaml").read_text(encoding="utf-8")
TERMS = "The Forum/Terms of Service"
FIRST = "We [may](https://forum.example/may) use **your posts**, in part, to train\nour models. We sell your posts."
SECOND = "We may use your posts, in part, to train our models. We rank your posts."


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> TermsRepository:
    made = TermsRepository(tmp_path_factory.mktemp("terms") / "forum-versions")
    made.record(TERMS, "2024-12-01T00:00:00Z", "Nothing of the kind.")
    made.record(TERMS, "2025-02-02T05:30:00Z", FIRST)
    made.record(TERMS, "2025-06-01T00:00:00Z", SECOND)
    return made


def steady(text: str) -> str:
    """Return a text with its commits named alike: they depend on nothing but the version of git."""
    return re.sub(r"\b[0-9a-f]{12}\b", "COMMIT", text)


def test_quotations_that_do_not_stand_are_named_and_end_with_1(
    empty: Shell, archive: TermsRepository
) -> None:
    empty.write("forum.yaml", POLICY)
    said = empty("policy", "check-terms", "forum.yaml", "--archive", archive.folder, status=1)
    check_golden("cli/check_terms.txt", steady(said.out))
    found = empty.json("policy", "check-terms", "forum.yaml", "--archive", archive.folder, status=1)
    assert {one["rule"]: one["outcome"] for one in found["held"]} == {
        "writing": "stands",
        "ranking": "not-yet-there",
        "selling": "gone-since",
        "unsaid": "nowhere",
        "private": "not-archived",
    }
    assert (found["quotations"], found["standing"], found["failed"]) == (5, 1, 4)
    assert found["rules_without_quotation"] == 1
    writing = found["held"][0]
    assert writing["first"]["at"] == "2025-02-02T05:30:00Z"
    assert writing["first"]["commit"] == archive.git("rev-parse", "HEAD~1")


def test_another_archive_may_hold_what_one_does_not(empty: Shell, archive: TermsRepository) -> None:
    other = TermsRepository(empty.folder / "other")
    other.record("The Forum/Privacy Policy", "2025-01-30T00:00:00Z", "*Never* to buyers.")
    other.record(TERMS, "2025-01-30T00:00:00Z", "We sell your posts. We sell yours, too. We rank your posts.")
    empty.write("forum.yaml", POLICY)
    both = ("--archive", archive.folder, "--archive", other.folder)
    found = empty.json("policy", "check-terms", "forum.yaml", *both)
    assert {one["first"]["archive"] for one in found["held"]} == {"forum-versions", "other"}
    assert found["failed"] == 0


def test_how_late_an_archive_may_be_can_be_said(empty: Shell, archive: TermsRepository) -> None:
    empty.write("forum.yaml", POLICY)
    strict = empty.json(
        "policy", "check-terms", "forum.yaml", "--archive", archive.folder, "--grace", "0", status=1
    )
    assert strict["held"][0]["outcome"] == "not-yet-there"


def test_without_an_archive_or_with_none_it_says_so(empty: Shell) -> None:
    assert "--archive" in empty("policy", "check-terms", "linkedin", status=2).err
    said = empty("policy", "check-terms", "linkedin", "--archive", ".", "--json", status=2)
    assert said.codes == ["no-archive"]


def test_days_before_disclosure_are_a_table(empty: Shell) -> None:
    empty.write("forum.yaml", POLICY)
    check_golden("cli/gaps.txt", empty("policy", "gaps", "forum.yaml", "--at", "2025-04-01").out)
    found = empty.json("policy", "gaps", "forum.yaml", "--at", "2025-04-01")
    first = found["gaps"][0]
    assert (first["days"], first["regions"]) == ({"at_least": 12, "at_most": 22}, ["FR", "GB"])
    assert (first["terms"], first["version"], first["disclosed_by"]) == ("silent", "1", "2")
    elsewhere = [one for one in found["gaps"] if one["regions"] == "everywhere"]
    assert [one["except"] for one in elsewhere] == [["GB", "US"]] * len(elsewhere)


def test_the_gap_of_linkedin_is_what_the_dated_facts_say(empty: Shell) -> None:
    (gap,) = empty.json("policy", "gaps", "linkedin")["gaps"]
    assert (gap["shows"], gap["days"]) == ("sign", {"at_least": 18, "at_most": 48})
    assert gap["until"] == "2024-09-18T00:00:00Z"
    assert {"IE", "CH"} <= set(gap["except"])


def test_a_policy_without_sightings_says_that_nothing_is_recorded(empty: Shell) -> None:
    assert "nothing is recorded" in empty("policy", "gaps", "opt-in").out
    assert empty.json("policy", "gaps", "opt-in")["gaps"] == []


def test_the_page_tells_of_every_outcome_and_shows_the_sighting_of_the_pack() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [one.value for one in Outcome if f"`{one.value}`" not in page] == []
    sighting = next(one for one in load_policy("linkedin").sightings)
    assert all(word in page for word in (sighting.id, *sighting.evidence[:2], "18 to 48 days"))
