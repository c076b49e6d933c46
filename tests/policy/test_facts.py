"""What a policy says besides its rules: conflicts, sightings, and what its rules quote."""

from __future__ import annotations

import pytest

from policy.writing import SMALL
from sayso.policy.model import Between, Conflict, Policy, Side, Sighting
from sayso.policy.parse import parse_policy
from sayso.policy.quotes import Quote, quotes_of
from sayso.values.moments import parse_moment

SOURCES = "sources:\n  page: {title: A page, document: Us/Terms of Service}\n  paper: {title: A paper}\n"
CONFLICT = """conflicts:
  - id: who
    about: Who trains
    says: [{what: We do., evidence: [page]}, {what: They do., evidence: [paper]}]
    taken: Neither.
"""
SIGHTING = """sightings:
  - id: early
    what: A switch was there.
    purposes: [ai-training]
    from: {not_before: 2024-08-01, not_after: 2024-08-31}
    evidence: [paper]
"""


def with_facts(*facts: str) -> Policy:
    found = parse_policy(SMALL.replace("versions:", "".join(facts) + "versions:", 1), "p.yaml")
    assert isinstance(found, Policy), found
    return found


def test_a_conflict_keeps_all_sides_and_what_is_taken() -> None:
    found = with_facts(SOURCES, CONFLICT).conflicts
    sides = (Side("We do.", ("page",)), Side("They do.", ("paper",)))
    assert found == (Conflict("who", "Who trains", sides, "Neither."),)


def test_what_a_sighting_does_not_say_is_not_known() -> None:
    start = Between(parse_moment("2024-08-01"), parse_moment("2024-08-31"))
    expected = Sighting("early", "A switch was there.", "sign", ("ai-training",), start, evidence=("paper",))
    assert with_facts(SOURCES, SIGHTING).sightings == (expected,)
    assert (expected.end, expected.recipients, expected.regions, expected.categories) == (None,) * 4


def test_what_a_sighting_says_is_read_whole() -> None:
    more = "    shows: use\n    recipients: all\n    regions: everywhere\n    categories: [post]\n    until: 2024-10-01\n"
    found = with_facts(SOURCES, SIGHTING + more).sightings[0]
    assert (found.shows, found.recipients, found.regions) == ("use", ("us", "buyer"), ("everywhere",))
    moment = parse_moment("2024-10-01")
    assert (found.categories, found.end) == (("post",), Between(moment, moment))


@pytest.mark.parametrize("fact", [CONFLICT, SIGHTING])
def test_evidence_does_not_change_what_a_policy_means(fact: str) -> None:
    assert with_facts(SOURCES, fact).digest == with_facts(SOURCES).digest == with_facts().digest


def test_a_quotation_is_counted_once_where_later_versions_keep_it() -> None:
    text = SMALL.replace("versions:", SOURCES + "versions:", 1)
    text = text.replace(
        "We train if you say so.", '\'"We train" if "you say  so"\'\n        evidence: [paper, page]'
    )
    text += '  - {version: "2", based_on: "1", published_at: 2026-01-01, effective_at: 2026-01-01}\n'
    found = parse_policy(text, "p.yaml")
    assert isinstance(found, Policy)
    documents, since = ("Us/Terms of Service",), parse_moment("2025-02-01")
    assert quotes_of(found) == (
        Quote("1", "train", "We train", documents, since),
        Quote("1", "train", "you say so", documents, since),
    )


def test_a_quotation_ends_with_the_publication_of_a_version_without_it() -> None:
    text = SMALL.replace("We train if you say so.", "'\"We train\"'")
    text += '  - {version: "2", based_on: "1", drop: [train], published_at: 2025-12-01, effective_at: 2026-01-01}\n'
    found = parse_policy(text, "p.yaml")
    assert isinstance(found, Policy)
    assert [quote.until for quote in quotes_of(found)] == [parse_moment("2025-12-01")]


def test_how_early_may_be_left_open_and_places_excepted() -> None:
    open_start = SIGHTING.replace("not_before: 2024-08-01, ", "")
    found = with_facts(SOURCES, open_start + "    regions: everywhere\n    except: [EEA]\n").sightings[0]
    assert found.start == Between(None, parse_moment("2024-08-31"))
    assert (found.regions, found.excepted) == (("everywhere",), ("EEA",))
