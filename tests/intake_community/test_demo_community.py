"""The demo community: the same everywhere, true to what it says of itself, and as large as asked."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import phonenumbers
import pyarrow.parquet as pq
import pytest
from stdnum import iban, luhn

from sayso.errors import Refused
from sayso.intake.community import (
    LINKEDIN,
    OPT_IN,
    OPT_OUT_WITH_NOTICE,
    ChoiceFact,
    Community,
    DeletionFact,
    NoticeFact,
    SuspensionFact,
    Timeline,
    generate,
    house,
    write_community,
)
from sayso.intake.community.people import END
from sayso.intake.community.personal import CARDS, DOMAINS, IBANS
from sayso.intake.sink import read_digest
from sayso.intake.tablefiles import member_schema, record_schema
from sayso.redact.apply import redact
from sayso.values.moments import parse_moment
from sayso.values.records import VISIBILITIES
from sayso.values.regions import COUNTRIES, EEA, is_region, lies_in

LABELS = ("EMAIL", "PHONE", "URL", "CARD", "IBAN", "IP", "HANDLE", "NAME", "QUOTE")
CATEGORIES = {
    "post", "article", "comment", "poll-response", "private-message", "group-message", "profile", "resume",
    "screening-answer", "genai-conversation", "feedback", "usage",
}  # fmt: skip


@pytest.fixture(scope="module")
def community() -> Community:
    return generate(7)


def test_the_same_seed_gives_the_same_community(community: Community) -> None:
    assert generate(7) == community


def test_another_seed_gives_another_community(community: Community) -> None:
    other = generate(8)
    assert {one.text for one in other.records} != {one.text for one in community.records}


@pytest.mark.parametrize("members", [1, 39, 40, 41, 200, 401])
def test_a_larger_community_holds_a_smaller_one(community: Community, members: int) -> None:
    small = generate(7, members)
    assert small.people == community.people[:members]
    assert set(small.records) <= set(community.records)
    assert set(small.truth) <= set(community.truth)
    assert set(small.reactions) <= set(community.reactions)
    assert set(small.history) <= set(community.history)


def test_a_smaller_community_names_nobody_who_is_not_in_it() -> None:
    small = generate(7, 50)
    members = {person.member.id for person in small.people}
    records = {record.id for record in small.records}
    named = {one.member for one in small.truth} | {
        editor for one in small.records for editor in one.contributors
    }
    assert named - {None} <= members
    assert {one.author for one in small.records} - {None} <= members
    assert {one.reply_to for one in small.records} - {None} <= records
    assert all(one.member in members and one.record in records for one in small.reactions)
    assert all(one.record in records for one in small.history if isinstance(one, DeletionFact))


def test_a_community_made_in_parts_has_the_same_members_who_keep_to_their_part(community: Community) -> None:
    part = generate(7, 90, first=80)
    assert [one.member for one in part.people] == [one.member for one in community.people[80:170]]
    ids = {one.member.id for one in part.people}
    assert {record.author for record in part.records} <= {*ids, None}
    own = {record.id for record in part.records}
    assert {record.reply_to for record in part.records} <= {*own, None}
    assert not own & {record.id for record in generate(7, 80).records}


def test_a_large_community_has_many_names() -> None:
    names = [person.name for person in generate(7, 2_000, first=4_000).people]
    assert len(set(names)) > 0.98 * len(names)
    assert len({name.split(" ", 1)[1] for name in names}) > 0.9 * len(names)
    assert all(re.fullmatch(r"[^\W\d_]+ [^\W\d_]+", name) for name in names)


def test_a_community_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="multiples of 40"):
        generate(1, 10, first=7)
    with pytest.raises(ValueError, match="at least one member"):
        generate(7, 0)


def test_the_community_of_seed_one_is_what_it_has_always_been(tmp_path: Path) -> None:
    write_community(generate(1, 60), tmp_path / "demo")
    found = {
        "tables": read_digest(tmp_path / "demo"),
        "truth": _sha256(tmp_path / "demo" / "truth.jsonl"),
        "history": _sha256(tmp_path / "demo" / "history.jsonl"),
    }
    golden = Path(__file__).with_name("seed-1-of-60.json")
    assert found == json.loads(golden.read_text(encoding="utf-8"))


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_members_live_in_thirty_countries_and_some_are_unknown(community: Community) -> None:
    regions = [person.member.region for person in community.people]
    assert all(region is None or is_region(region) for region in regions)
    assert len({region[:2] for region in regions if region} & COUNTRIES) >= 30
    assert any(region is None for region in regions)
    assert any(region and "-" in region for region in regions)


def test_ages_are_known_in_bands_or_not_at_all(community: Community) -> None:
    members = [person.member for person in community.people]
    assert all(one.born is None or (one.age_min is None and one.age_max is None) for one in members)
    assert any(one.age_min is not None for one in members)
    assert any(one.born is None and one.age_min is None for one in members)
    assert any(one.born and one.born > 20081031 for one in members)


def test_plans_and_schools_are_carried_missing_or_unknown(community: Community) -> None:
    plans = Counter(dict(person.member.attributes).get("plan") for person in community.people)
    schools = Counter(dict(person.member.attributes).get("school") for person in community.people)
    assert set(plans) == {"free", "premium", "enterprise", "?", None}
    assert set(schools) == {"secondary", "?", None}


def test_handles_are_plain_and_belong_to_one_member(community: Community) -> None:
    handles = [person.handle for person in community.people]
    assert len(set(handles)) == len(handles)
    assert all(
        handle.isascii() and handle.replace("_", "").isalnum() and len(handle) > 2 for handle in handles
    )


def test_every_category_language_and_visibility_occurs(community: Community) -> None:
    assert {one.category for one in community.records} == CATEGORIES
    assert {one.language for one in community.records} == {"en", "de", "fr", "es", "pt", "nl", "it"}
    assert {one.visibility for one in community.records} == set(VISIBILITIES)


def test_private_categories_are_private(community: Community) -> None:
    private = ("private-message", "resume", "screening-answer", "genai-conversation", "usage", "feedback")
    assert {one.visibility for one in community.records if one.category in private} == {"private"}


def test_the_awkward_records_are_there(community: Community) -> None:
    records = community.records
    assert any(one.author is None for one in records)
    assert any(one.created_at is None for one in records)
    assert any(one.deleted_at is not None for one in records)
    assert any(one.contributors for one in records)
    assert {dict(one.attributes).get("sensitive-group") for one in records} == {"yes", "?", None}
    assert len({one.id for one in records}) == len(records)


def test_moments_follow_one_another_and_end_before_the_end(community: Community) -> None:
    members = {person.member.id: person.member for person in community.people}
    for one in community.records:
        moments = [at for at in (one.created_at, one.collected_at) if at is not None]
        assert all(parse_moment("2023-01-01") <= at < END for at in moments)
        assert all(before <= after for before, after in pairwise(moments))
        assert one.deleted_at is None or one.created_at is None or one.created_at < one.deleted_at < END
        writer = members.get(one.author or "")
        if writer and one.created_at:
            assert (writer.joined_at or 0) <= one.created_at < (writer.closed_at or END)
    assert all(fact.at < END for fact in community.history)
    assert all(one.at < END for one in community.reactions)


def test_a_reply_comes_after_what_it_answers(community: Community) -> None:
    made = {one.id: one for one in community.records}
    replies = [(one, made[one.reply_to]) for one in community.records if one.reply_to]
    assert {reply.category for reply, _ in replies} == {"comment"}
    assert all(one.reply_to for one in community.records if one.category == "comment")
    assert len(replies) > 1000
    for reply, parent in replies:
        assert reply.visibility == parent.visibility
        assert parent.created_at is not None
        assert reply.created_at is None or reply.created_at > parent.created_at
        assert reply.author != parent.author or reply.author is None


def test_the_truth_points_at_what_was_planted(community: Community) -> None:
    text = {one.id: one.text for one in community.records}
    people = {person.member.id: person for person in community.people}
    for one in community.truth:
        words = text[one.record][one.start : one.end]
        assert one.kind in LABELS
        assert words
        assert words == words.strip()
        if one.kind == "HANDLE":
            assert words == "@" + people[one.member or ""].handle
        if one.kind == "NAME":
            assert words == people[one.member or ""].name
        if one.kind == "QUOTE":
            assert words.startswith("> ")
            assert text[one.record][one.end :].startswith("\n\n")
    assert set(LABELS) == {one.kind for one in community.truth}


def test_a_quote_repeats_the_record_that_is_answered(community: Community) -> None:
    made = {one.id: one for one in community.records}
    quotes = [one for one in community.truth if one.kind == "QUOTE"]
    assert quotes
    for one in quotes:
        parent = made[made[one.record].reply_to or ""]
        assert parent.text.startswith(made[one.record].text[one.start + 2 : one.end])
        assert one.member == parent.author


def test_planted_spans_lie_apart_or_inside_a_quote(community: Community) -> None:
    spans: dict[str, list[tuple[int, int]]] = {}
    for one in community.truth:
        if one.kind != "QUOTE":
            spans.setdefault(one.record, []).append((one.start, one.end))
    for found in spans.values():
        assert all(before[1] <= after[0] for before, after in pairwise(sorted(found)))


def test_planted_numbers_are_valid_and_belong_to_nobody(community: Community) -> None:
    text = {one.id: one.text for one in community.records}
    for one in community.truth:
        words = text[one.record][one.start : one.end]
        if one.kind == "CARD":
            assert luhn.is_valid(words.replace(" ", "").replace("-", ""))
        elif one.kind == "IBAN":
            assert iban.is_valid(words, check_country=False)
        elif one.kind == "PHONE":
            home = {"(": "US", "030": "DE", "020": "GB", "01 ": "FR"}
            region = next((code for start, code in home.items() if words.startswith(start)), None)
            assert phonenumbers.is_possible_number(phonenumbers.parse(words, region)), words
        elif one.kind in ("EMAIL", "URL"):
            assert any(domain in words for domain in DOMAINS)


def test_every_card_and_iban_of_the_lists_is_valid() -> None:
    assert all(luhn.is_valid(number) for number in CARDS)
    assert all(iban.is_valid(number, check_country=False) for number in IBANS)


def test_nothing_but_the_planted_data_looks_like_personal_data(community: Community) -> None:
    planted: dict[str, list[tuple[int, int]]] = {}
    for one in community.truth:
        planted.setdefault(one.record, []).append((one.start, one.end))
    strangers = [
        (record.id, span.label)
        for record in community.records
        for span in redact(record.text).receipt
        if not any(start < span.end and span.start < end for start, end in planted.get(record.id, []))
    ]
    assert strangers == []


def test_no_slot_is_left_open(community: Community) -> None:
    assert not [one.id for one in community.records if "{" in one.text or "}" in one.text]


def test_members_react_mostly_to_their_subjects(community: Community) -> None:
    subject = {one.id: dict(one.attributes).get("topic") for one in community.records}
    liked: dict[str, Counter[str | None]] = {}
    for one in community.reactions:
        liked.setdefault(one.member, Counter())[subject[one.record]] += 1
    busy = [counts for counts in liked.values() if counts.total() >= 10]
    share = [sum(n for _, n in counts.most_common(2)) / counts.total() for counts in busy]
    assert sum(share) / len(share) > 0.6
    assert len({(one.member, one.record) for one in community.reactions}) == len(community.reactions)
    author = {one.id: one.author for one in community.records}
    assert all(author[one.record] != one.member for one in community.reactions)


def test_the_history_is_in_order_and_tells_the_linkedin_timeline(community: Community) -> None:
    facts = community.history
    assert all(before.at <= after.at for before, after in pairwise(facts))
    said = [fact for fact in facts if isinstance(fact, ChoiceFact)]
    assert {fact.control for fact in said} == {"genai-training", "processing-objection"}
    assert min(fact.at for fact in said) >= parse_moment("2024-09-18")
    noes = sum(not fact.yes for fact in said)
    assert noes > 2 * (len(said) - noes) > 0
    assert {fact.channel for fact in said if fact.control == "processing-objection"} == {"form"}
    british = [fact for fact in facts if isinstance(fact, SuspensionFact) and fact.regions == ("GB",)]
    assert [fact.at for fact in british] == [parse_moment("2024-09-20")]
    assert any(isinstance(fact, NoticeFact) and fact.member for fact in facts)


def test_a_choice_names_the_version_in_force_at_its_moment(community: Community) -> None:
    since = dict(LINKEDIN.versions)
    for fact in community.history:
        if isinstance(fact, ChoiceFact):
            assert since[fact.version] <= fact.at
            assert not [one for one in since.values() if since[fact.version] < one <= fact.at]


def test_europeans_are_first_asked_in_2025(community: Community) -> None:
    region = {person.member.id: person.member.region for person in community.people}
    early = [
        fact
        for fact in community.history
        if isinstance(fact, ChoiceFact) and fact.at < parse_moment("2025-01-01") and region[fact.member]
    ]
    assert early
    assert not [fact for fact in early if lies_in(region[fact.member] or "", EEA | {"CH"})]


def test_some_members_change_their_mind(community: Community) -> None:
    words: dict[tuple[str, str], set[bool]] = {}
    for fact in community.history:
        if isinstance(fact, ChoiceFact):
            words.setdefault((fact.member, fact.control), set()).add(fact.yes)
    assert any(len(found) == 2 for found in words.values())


def test_a_deletion_in_the_history_is_not_in_the_table(community: Community) -> None:
    made = {one.id: one for one in community.records}
    removed = [fact for fact in community.history if isinstance(fact, DeletionFact)]
    assert len(removed) > 50
    for fact in removed:
        assert made[fact.record].deleted_at is None
        assert made[fact.record].author == fact.member
        assert (made[fact.record].created_at or 0) < fact.at


def test_controls_can_have_other_names() -> None:
    renamed = LINKEDIN.renamed({"genai-training": "switch", "processing-objection": None})
    facts = generate(7, 200, renamed).history
    assert {fact.control for fact in facts if isinstance(fact, ChoiceFact)} == {"switch"}


def test_a_policy_that_asks_first_hears_mostly_yes() -> None:
    said = _said(generate(7, 400, OPT_IN))
    assert Counter(fact.yes for fact in said)[True] > len(said) / 2 > 25


def test_a_policy_that_does_not_ask_hears_mostly_no_where_it_does_not() -> None:
    found = generate(7, 400, OPT_OUT_WITH_NOTICE)
    region = {person.member.id: person.member.region or "" for person in found.people}
    asked = Counter(fact.yes for fact in _said(found) if lies_in(region[fact.member], EEA | {"CH", "GB"}))
    others = Counter(
        fact.yes for fact in _said(found) if not lies_in(region[fact.member], EEA | {"CH", "GB"})
    )
    assert asked[True] > asked[False]
    assert others[False] > 3 * others[True] > 0


def test_the_first_control_of_a_house_is_used_most() -> None:
    used = Counter(fact.control for fact in _said(generate(7, 400, OPT_IN)))
    assert used["ai-training"] > used["ai-training-affiliate"] > used["licensing"] > 0


def _said(found: Community) -> list[ChoiceFact]:
    return [fact for fact in found.history if isinstance(fact, ChoiceFact)]


@pytest.mark.parametrize(
    ("pack", "timeline"),
    [("linkedin", LINKEDIN), ("opt-in", OPT_IN), ("opt-out-with-notice", OPT_OUT_WITH_NOTICE)],
)
def test_timelines_use_versions_and_controls_of_their_packs(pack: str, timeline: Timeline) -> None:
    """Read as plain text, so that a change to a pack is noticed here without the parser."""
    text = (files("sayso") / "policy" / "packs" / f"{pack}.yaml").read_text(encoding="utf-8")
    versions = dict(re.findall(r'- version: "([^"]+)".*?effective_at: ([0-9-]+)', text, re.DOTALL))
    assert {version: parse_moment(day) for version, day in versions.items()} == dict(timeline.versions)
    controls = set(re.findall(r"- id: (\S+)\s+kind: (?:toggle|objection-form)", text))
    assert {wave.control for wave in timeline.waves} <= controls


def test_nothing_can_be_said_before_there_is_a_version() -> None:
    late = Timeline((("1", parse_moment("2026-01-01")),), LINKEDIN.waves)
    said = _said(generate(7, 200, late))
    assert said
    assert min(fact.at for fact in said) >= parse_moment("2026-01-01")


def test_a_house_without_a_version_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a version"):
        house(("training",), (), opt_in=True)


def test_the_folder_holds_the_community(tmp_path: Path) -> None:
    small = generate(7, 80)
    report = write_community(small, tmp_path / "demo")
    members = pq.read_table(tmp_path / "demo" / "members.parquet")
    records = pq.read_table(tmp_path / "demo" / "records.parquet")
    assert members.schema.equals(member_schema(("plan", "school")))
    assert records.schema.equals(record_schema(("sensitive-group", "topic")))
    assert members["member"].to_pylist() == [person.member.id for person in small.people]
    assert records["text"].to_pylist() == [one.text for one in small.records]
    assert records["reply_to"].to_pylist() == [one.reply_to for one in small.records]
    assert (report.members, report.records, report.refused) == (80, len(small.records), ())
    reactions = pq.read_table(tmp_path / "demo" / "reactions.parquet").to_pylist()
    assert [tuple(row.values()) for row in reactions] == list(small.reactions)
    truth = _lines(tmp_path / "demo" / "truth.jsonl")
    assert [tuple(row.values()) for row in truth] == list(small.truth)
    history = _lines(tmp_path / "demo" / "history.jsonl")
    assert len(history) == len(small.history)
    assert [parse_moment(str(row["at"])) for row in history] == [fact.at for fact in small.history]
    said = [row for row in history if row["what"] == "choice"]
    assert {row["value"] for row in said} == {"yes", "no"}
    assert {row["what"] for row in history} == {"choice", "notice", "suspension", "deletion"}


def _lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_the_same_community_is_written_in_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_community(generate(5, 80), tmp_path / name / "demo")
    files = sorted(file.name for file in (tmp_path / "one" / "demo").iterdir())
    assert len(files) == 7
    for file in files:
        assert _sha256(tmp_path / "one" / "demo" / file) == _sha256(tmp_path / "two" / "demo" / file)


def test_a_folder_that_is_there_is_replaced_only_when_asked(tmp_path: Path) -> None:
    write_community(generate(5, 3), tmp_path / "demo")
    with pytest.raises(Refused, match="is there already"):
        write_community(generate(5, 3), tmp_path / "demo")
    write_community(generate(6, 3), tmp_path / "demo", replace=True)
    assert pq.read_metadata(tmp_path / "demo" / "members.parquet").num_rows == 3


def test_even_one_member_alone_can_be_written(tmp_path: Path) -> None:
    alone = next(one for seed in range(50) if not (one := generate(seed, 1)).reactions)
    write_community(alone, tmp_path / "demo")
    assert pq.read_table(tmp_path / "demo" / "reactions.parquet").num_rows == 0
