"""Agreements: what a file says, every problem of it with its place, and when one does not let a data set be delivered."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from agreements import agreement_text, key_at
from goldens import check_golden
from sayso.deliveries.agreement import Agreement, parse_agreement, standing_problems
from sayso.deliveries.agreement_fields import AGREEMENT_TABLES, PAYMENTS, USAGES, USERS
from sayso.deliveries.rsl import NAMESPACE, rsl_document
from sayso.errors import Problem
from sayso.intake.policies import load_policy
from sayso.values.canonical import digest
from sayso.values.moments import parse_moment
from sayso.values.uses import Use

POLICY = load_policy("opt-in")
USE, NOW = Use("licensing", "licensee"), parse_moment("2025-06-01")
FACTS = {"usage": "all ai-all ai-train ai-input ai-index search", "user": "commercial non-commercial education government personal",
         "payment": "purchase subscription training crawl use contribution attribution free"}  # fmt: skip


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> str:
    return key_at(tmp_path_factory.mktemp("key") / "acme.pem")


def parsed(text: str) -> Agreement:
    found = parse_agreement(text, "agreements/licensee.yaml", POLICY)
    assert isinstance(found, Agreement), found
    return found


def problems(text: str) -> list[str]:
    found = parse_agreement(text, "a.yaml", POLICY)
    assert not isinstance(found, Agreement)
    return [str(one) for one in found]


def test_an_agreement_says_who_gets_what_for_what_where_and_how_long(key: str) -> None:
    text = agreement_text(key)
    found = parsed(text)
    assert (found.id, found.licensee, found.uses, found.territory) == (
        "acme-2025",
        "licensee",
        ("licensing",),
        ("GB", "IE"),
    )
    assert (found.starts, found.ends, found.days) == (
        parse_moment("2025-01-01"),
        parse_moment("2026-01-01"),
        14,
    )
    assert (str(found.key), found.digest) == (key, digest(text.encode()))
    assert standing_problems(found, POLICY, USE, NOW) == ()
    assert parsed(agreement_text(key, ("[GB, IE]", "everywhere"))).territory is None


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        (("licensee: licensee", "licensee: platform"), "3:11", "bad-value"),
        (("licensee: licensee", "licensee: acme"), "3:11", "unknown-recipient"),
        (("[licensing]", "[licensing, selling]"), "4:19", "unknown-purpose"),
        (("[GB, IE]", "[UK, IE]"), "5:13", "bad-region"),
        (("from: 2025-01-01", "from: 2026-02-01"), "7:8", "bad-interval"),
        (("until: 2026-01-01", "until: 1-2-3"), "7:8", "bad-date"),
        (("days: 14", "days: 0"), "8:21", "bad-number"),
        (("acknowledgement_key: ", "acknowledgement_key: x"), "9:22", "bad-value"),
        (("[ai-train]", "[train-ai]"), "11:13", "bad-value"),
        (('"1200.00"', "about-1200"), "14:91", "bad-value"),
        (("EUR", "euro"), "14:113", "bad-value"),
        ((", currency: EUR", ""), "14:12", "bad-value"),
        (("mailto:data@forum.example", "the data desk"), "15:10", "bad-value"),
        (("agreement: acme-2025\n", ""), "1:1", "missing-key"),
        (("territory:", "teritory:"), "5:1", "unknown-key"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(
    key: str, change: tuple[str, str], place: str, code: str
) -> None:
    found = problems(agreement_text(key, change))
    assert any(f"[{code}]" in one for one in found), found
    assert any(one.startswith(f"a.yaml:{place.split(':')[0]}:") for one in found), found


def standing(text: str, use: Use = USE, at: str = "2025-06-01") -> list[Problem]:
    return list(standing_problems(parsed(text), POLICY, use, parse_moment(at)))


@pytest.mark.parametrize(
    ("change", "use", "at", "code", "line"),
    [
        (("", ""), Use("licensing", "affiliate"), "2025-06-01", "other-recipient", 3),
        (("", ""), Use("ai-training", "licensee"), "2025-06-01", "other-use", 4),
        (("[licensing]", "[licensing, ai-training]"), USE, "2025-06-01", "other-use", 4),
        (("", ""), USE, "2024-12-31", "no-term", 7),
        (("", ""), USE, "2026-01-01", "no-term", 7),
        (("days: 14", "days: 31"), USE, "2025-06-01", "too-late", 8),
    ],
)
def test_an_agreement_holds_for_its_licensee_its_uses_its_term_and_the_promise_to_members(
    key: str, change: tuple[str, str], use: Use, at: str, code: str, line: int
) -> None:
    text = agreement_text(key) if change == ("", "") else agreement_text(key, change)
    (found,) = standing(text, use, at)
    assert (found.code, found.place.line if found.place else None) == (code, line)
    assert found.advice


def test_the_days_to_remove_may_be_all_that_the_policy_promises(key: str) -> None:
    assert standing(agreement_text(key, ("days: 14", "days: 30"))) == []


def test_the_rsl_document_says_what_was_agreed_in_the_words_of_rsl(key: str) -> None:
    document = rsl_document(parsed(agreement_text(key)))
    check_golden("deliveries/licence.rsl.xml", document.decode())
    root = ElementTree.fromstring(document)
    said = [(one.tag.removeprefix(f"{{{NAMESPACE}}}"), one.get("type"), one.text) for one in root.iter()]
    assert ("permits", "usage", "ai-train") in said
    assert ("permits", "geo", "GB IE") in said
    assert ("prohibits", "usage", "search") in said


def test_where_only_parts_of_countries_were_agreed_no_whole_country_is_permitted(key: str) -> None:
    document = rsl_document(parsed(agreement_text(key, ("[GB, IE]", "[US-CA]")))).decode()
    assert '<prohibits type="geo">US</prohibits>' in document
    assert '<permits type="geo">' not in document
    mixed = rsl_document(parsed(agreement_text(key, ("[GB, IE]", "[GB, US-CA]")))).decode()
    assert '<permits type="geo">GB</permits>' in mixed
    assert "US" not in mixed


def test_what_is_written_by_people_cannot_break_out_of_the_document(key: str) -> None:
    text = agreement_text(key, ("https://forum.example/contracts/acme", "https://forum.example/?a=1&b=2"))
    root = ElementTree.fromstring(rsl_document(parsed(text)))
    assert [one.text for one in root.iter(f"{{{NAMESPACE}}}terms")] == ["https://forum.example/?a=1&b=2"]


def test_the_words_of_rsl_are_those_of_its_recommendation() -> None:
    assert {"usage": " ".join(USAGES), "user": " ".join(USERS), "payment": " ".join(PAYMENTS)} == FACTS


def test_the_reference_names_every_key() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/reference/delivery.md").read_text("utf-8")
    for table in AGREEMENT_TABLES:
        for one in table.fields:
            assert f"`{one.key}`" in page
