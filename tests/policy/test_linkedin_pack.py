"""The LinkedIn pack: its table of cases, what must hold of it anywhere and at any time, and the page about it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.intake.policies import load_policy
from sayso.policy.case_run import render_results, run_cases
from sayso.policy.cases import CaseFile, CaseTable, bind_cases, parse_cases
from sayso.policy.decide import decide
from sayso.policy.model import Default, Policy
from sayso.values.decisions import Decision, Reason, Verdict
from sayso.values.members import Member
from sayso.values.moments import DAY, Moment, latest_birthday, parse_moment
from sayso.values.records import VISIBILITIES, Record
from sayso.values.regions import COUNTRIES, EEA
from sayso.values.standing import Choice, Standing
from sayso.values.uses import Use
from spec.decide_spec import decide_slowly

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "src" / "sayso" / "policy" / "packs" / "linkedin.cases.yaml"
PAGE = ROOT / "docs" / "explanation" / "linkedin.md"

LINKEDIN: Policy = load_policy("linkedin")
EUROPEAN = sorted(EEA | {"CH"})
AI = [
    Use(purpose, recipient)
    for purpose in ("content-generation", "writing-suggestions", "other-ai", "post-recommendations")
    for recipient in ("linkedin", "microsoft")
]
CONTENT = Use("content-generation", "linkedin")
OTHER = Use("other-ai", "linkedin")
CATEGORIES = [category.id for category in LINKEDIN.categories]
DISCLOSED, NOTICE, START = (parse_moment(day) for day in ("2024-09-18", "2025-02-27", "2025-11-03"))
BEFORE, AFTER = parse_moment("2024-01-01"), parse_moment("2027-01-01")

moments = st.integers(BEFORE, AFTER).map(Moment)
regions = st.one_of(
    st.none(), st.sampled_from(sorted(COUNTRIES)), st.sampled_from(["GB", "IE", "CA", "HK", "US-CA", "CA-QC"])
)
members = st.builds(
    Member,
    id=st.just("m"),
    region=regions,
    born=st.sampled_from([None, 19800501, 20080229, 20120101]),
    attributes=st.sampled_from([(), (("school", "secondary"),), (("school", "?"),)]),
)
records = st.builds(
    Record,
    id=st.just("r"),
    author=st.just("m"),
    category=st.sampled_from(CATEGORIES),
    visibility=st.sampled_from(VISIBILITIES),
)
words = st.lists(
    st.builds(
        Choice,
        control=st.sampled_from(["genai-training", "processing-objection", "ads-setting"]),
        yes=st.booleans(),
        at=moments,
        version=st.sampled_from([version.id for version in LINKEDIN.versions]),
        entry=st.integers(0, 9),
    ),
    max_size=4,
)
standings = st.builds(Standing, choices=words.map(tuple))


def ask(
    use: Use, at: Moment, region: str | None = "US", standing: Standing = Standing(), **record: str
) -> Decision:
    member = Member("m", region, born=19800501)
    asked = Record("r", "m", record.get("category", "post"), record.get("visibility", "public"))
    return decide(use, LINKEDIN, member, asked, standing, at)


def said(control: str, value: str, day: str) -> Choice:
    at = parse_moment(day)
    version = LINKEDIN.in_force(at)
    return Choice(control, value == "yes", at, version.id if version else "")


@cache
def read_cases() -> CaseTable:
    found = parse_cases(CASES.read_text(encoding="utf-8"), CASES.name)
    assert isinstance(found, CaseFile), found
    table = bind_cases(found, LINKEDIN)
    assert isinstance(table, CaseTable), table
    return table


# The table of cases


def test_every_case_comes_out_as_the_table_says() -> None:
    results = run_cases(read_cases(), LINKEDIN, decide)
    assert all(result.passed for result in results), render_results(results)


def test_the_slow_telling_gives_the_same_answers() -> None:
    def slowly(
        use: Use, policy: Policy, member: Member | None, record: Record, standing: Standing, at: Moment
    ) -> Decision:
        verdict, reason = decide_slowly(use, policy, member, record, standing, at)
        return Decision(Verdict(verdict), Reason(reason))

    results = run_cases(read_cases(), LINKEDIN, slowly)
    assert all(result.passed for result in results), render_results(results)


def test_the_table_names_a_reason_in_every_case() -> None:
    cases = read_cases().cases
    assert len(cases) >= 60
    assert [case.name for case in cases if case.reason is None] == []


def test_every_rule_that_a_version_brings_decides_some_case() -> None:
    results = run_cases(read_cases(), LINKEDIN, decide)
    used = {(one.decision.version, one.decision.rule) for one in results}
    earlier: set[tuple[str, object]] = set()
    for version in LINKEDIN.versions:
        brought = [rule for rule in version.rules if (rule.id, rule) not in earlier]
        assert [rule.id for rule in brought if (version.id, rule.id) not in used] == [], version.id
        earlier = {(rule.id, rule) for rule in version.rules}


def test_every_suspension_decides_some_case_on_both_sides_of_its_ends() -> None:
    results = run_cases(read_cases(), LINKEDIN, decide)
    for suspension in LINKEDIN.suspensions:
        region = next(iter(suspension.regions or ()))
        there = {
            one.case.at: one.decision.facts
            for one in results
            if one.case.use == CONTENT and one.case.member and (one.case.member.region or "")[:2] == region
        }
        assert there[suspension.starts_latest] == (suspension.id,)
        assert there[suspension.starts_earliest - 1] == ()
        assert there[suspension.until - 1] == (suspension.id,)
        assert there[suspension.until] == ()


def test_the_choices_of_the_cases_use_every_control() -> None:
    spoken = {word.control for case in read_cases().cases for word in case.standing.choices}
    assert spoken == {control.id for version in LINKEDIN.versions for control in version.controls}


# What the pack holds


def test_the_versions_and_their_dates_are_those_of_the_record() -> None:
    assert [(version.id, version.effective_at) for version in LINKEDIN.versions] == [
        (day, parse_moment(day))
        for day in (
            "2024-03-06", "2024-07-31", "2024-09-18", "2024-11-20", "2025-02-27", "2025-11-03", "2026-08-21",
        )
    ]  # fmt: skip
    assert LINKEDIN.version("2025-11-03").published_at == parse_moment("2025-09-18")


@pytest.mark.parametrize("day", ["2024-03-06", "2024-07-31"])
def test_before_the_disclosure_there_is_neither_rule_nor_control(day: str) -> None:
    version = LINKEDIN.version(day)
    assert (version.rules, version.controls) == ((), ())


@pytest.mark.parametrize(("later", "earlier"), [("2024-11-20", "2024-09-18"), ("2026-08-21", "2025-11-03")])
def test_a_version_that_changed_nothing_on_training_has_the_same_rules(later: str, earlier: str) -> None:
    new, old = LINKEDIN.version(later), LINKEDIN.version(earlier)
    assert (new.rules, new.controls) == (old.rules, old.controls)


def test_every_rule_control_claim_suspension_and_version_has_evidence() -> None:
    for version in LINKEDIN.versions:
        for held in (version, *version.rules, *version.controls):
            assert held.evidence, held.id
    assert all(claim.evidence for claim in LINKEDIN.claims)
    assert suspensions_without_evidence() == []


def suspensions_without_evidence() -> list[str]:
    text = CASES.with_name("linkedin.yaml").read_text(encoding="utf-8")
    block = text.split("\nsuspensions:\n")[1].split("\nversions:\n")[0]
    return [one.splitlines()[0] for one in block.split("  - id: ")[1:] if "evidence: [" not in one]


def test_every_source_is_used_dated_and_says_how_sure_it_is() -> None:
    text = CASES.with_name("linkedin.yaml").read_text(encoding="utf-8")
    cited = set(re.findall(r"[a-z0-9-]+", " ".join(re.findall(r"evidence: \[([^]]*)\]", text))))
    assert {source.id for source in LINKEDIN.sources} == cited
    assert all(source.date and source.reference and source.confidence in "HML" for source in LINKEDIN.sources)


def test_every_rule_quotes_the_published_words_or_says_that_it_does_not() -> None:
    for version in LINKEDIN.versions:
        for rule in version.rules:
            quoted, own = rule.disclosed.startswith('"'), rule.disclosed.startswith("(paraphrase)")
            assert quoted or own, rule.id
            if quoted:
                archived = [one for one in rule.evidence if one.startswith("ota-")]
                assert archived, f"{version.id} {rule.id}: a quotation needs the archived text"


def test_what_rests_on_press_alone_is_not_marked_as_sure() -> None:
    sure = {source.id for source in LINKEDIN.sources if source.confidence == "H"}
    assert all(one.startswith(("ota-", "ico-", "pcpd-", "opc-", "dpc-")) for one in sure)


def test_no_rule_asks_for_notice_and_every_no_works_forward_only() -> None:
    for version in LINKEDIN.versions:
        assert all(rule.notice_days is None for rule in version.rules)
        assert all(control.reach == "prospective" for control in version.controls)


def test_what_the_archive_contradicts_is_a_claim_and_no_rule() -> None:
    claims = {claim.id: claim.status for claim in LINKEDIN.claims}
    assert claims["january-2026-change"] == "contradicted"
    assert LINKEDIN.in_force(parse_moment("2026-01-14")) is LINKEDIN.version("2025-11-03")
    named = {region for version in LINKEDIN.versions for rule in version.rules for region in rule.regions}
    assert named == {"everywhere", "european", "GB", "CA", "HK"}


def test_what_nobody_published_is_a_claim_of_unknown_status_and_no_window() -> None:
    claims = {claim.id: claim.status for claim in LINKEDIN.claims}
    assert claims["look-back"] == "unknown"
    assert {claims["redaction"], claims["no-private-messages"]} == {"claimed"}
    for version in LINKEDIN.versions:
        assert all(rule.record.created is None and rule.record.collected is None for rule in version.rules)


def test_the_toggle_covers_microsoft_and_the_form_does_not() -> None:
    for day in ("2024-09-18", "2025-11-03"):
        controls = {control.id: control for control in LINKEDIN.version(day).controls}
        assert set(controls["genai-training"].recipients) == {"linkedin", "microsoft"}
        assert controls["processing-objection"].recipients == ("linkedin",)
        assert all(control.not_covered for control in controls.values())


# What must hold anywhere and at any time


@given(st.sampled_from(AI), members, records, standings, moments)
def test_nothing_is_trained_on_before_it_was_disclosed(
    use: Use, member: Member, record: Record, standing: Standing, at: Moment
) -> None:
    if at < DISCLOSED:
        assert not decide(use, LINKEDIN, member, record, standing, at).permitted


@given(st.sampled_from(EUROPEAN), records, standings, st.integers(DISCLOSED, START - 1).map(Moment))
def test_no_content_model_is_trained_on_europeans_before_the_start(
    region: str, record: Record, standing: Standing, at: Moment
) -> None:
    member = Member("m", region, born=19800501)
    for use in AI[:4]:
        assert decide(use, LINKEDIN, member, record, standing, at).verdict is Verdict.DENY


@given(st.sampled_from(AI), members, st.sampled_from(VISIBILITIES), standings, moments)
def test_private_messages_are_never_trained_on(
    use: Use, member: Member, visibility: str, standing: Standing, at: Moment
) -> None:
    for category in ("private-message", "credential", "payment", "salary", "job-application"):
        answer = decide(use, LINKEDIN, member, Record("r", "m", category, visibility), standing, at)
        assert not answer.permitted
        assert at < START or answer.reason is Reason.NEVER


@given(st.sampled_from(AI), regions, records, standings, st.integers(START, AFTER).map(Moment), st.booleans())
def test_since_november_2025_no_model_is_trained_on_minors_or_secondary_schools(
    use: Use, region: str | None, record: Record, standing: Standing, at: Moment, young: bool
) -> None:
    member = (
        Member("m", region, born=20120101)
        if young
        else Member("m", region, attributes=(("school", "secondary"),))
    )
    assert not decide(use, LINKEDIN, member, record, standing, at).permitted


@given(st.sampled_from(AI), members, records, standings, moments)
def test_microsoft_gets_nothing_from_europeans(
    use: Use, member: Member, record: Record, standing: Standing, at: Moment
) -> None:
    if member.region in EUROPEAN and use.recipient == "microsoft":
        assert not decide(use, LINKEDIN, member, record, standing, at).permitted


@given(members, records, moments, moments)
def test_neither_switch_speaks_for_the_other(
    member: Member, record: Record, spoken: Moment, at: Moment
) -> None:
    for use, other_control in ((OTHER, "genai-training"), (CONTENT, "processing-objection")):
        no = Standing((Choice(other_control, False, spoken, LINKEDIN.versions[-1].id),))
        silent = decide(use, LINKEDIN, member, record, Standing(), at)
        assert decide(use, LINKEDIN, member, record, no, at) == silent


@pytest.mark.parametrize(
    ("at", "verdict"), [("2024-09-17T23:59:59.999999Z", "deny"), ("2024-09-18", "permit")]
)
def test_the_disclosure_starts_everywhere_but_in_europe_and_canada(at: str, verdict: str) -> None:
    moment = parse_moment(at)
    for region in sorted(COUNTRIES - set(EUROPEAN) - {"CA"}):
        assert ask(CONTENT, moment, region).verdict == verdict, region


def test_in_november_2025_the_toggle_is_on_in_every_country_of_the_world() -> None:
    assert {ask(CONTENT, START, region).reason for region in COUNTRIES} == {Reason.DEFAULT_ON}


def test_a_no_of_the_silent_summer_of_2024_still_counts_in_2026() -> None:
    early = Standing((said("genai-training", "no", "2024-08-15"),))
    for day, region in product(("2024-09-18", "2025-11-03", "2026-08-21"), ("US", "BR")):
        assert ask(CONTENT, parse_moment(day), region, early).reason is Reason.SAID_NO


def test_feedback_outlives_a_no_since_november_2025_and_did_not_before() -> None:
    no = Standing((said("genai-training", "no", "2024-10-01"),))
    answers = [ask(CONTENT, Moment(START + offset), "US", no, category="feedback") for offset in (-1, 0)]
    assert [answer.reason for answer in answers] == [Reason.SAID_NO, Reason.NO_CHOICE_OFFERED]
    rule = next(rule for rule in LINKEDIN.version("2025-11-03").rules if rule.id == answers[1].rule)
    assert rule.default is Default.NO_CHOICE


def test_canada_is_unknown_for_just_as_long_as_the_start_of_its_pause_is() -> None:
    days = range(DISCLOSED, parse_moment("2024-12-12"), DAY)
    answers = [ask(CONTENT, Moment(day), "CA") for day in days]
    unknown = [day for day, answer in zip(days, answers, strict=True) if answer.verdict is Verdict.UNKNOWN]
    assert unknown == list(range(DISCLOSED, parse_moment("2024-12-10"), DAY))
    assert {answer.facts for answer in answers} == {("canada-2024",)}


# The kinds of record, told again from the published lists

LISTS = {
    "2024": "post article profile usage feedback genai-conversation",
    "european notice 2025-02": "profile resume post article comment genai-conversation usage connection feedback",
    "toggle 2025": "profile genai-conversation group-activity group-message post article poll-response comment "
    "screening-answer resume feedback",
    "form 2025": "profile genai-conversation usage connection group-activity group-message post article "
    "poll-response comment screening-answer resume feedback support-request inference",
    "microsoft uk": "post comment article video job-posting learning-video company-page",
    "public content": "post article",
    "advertising": "profile usage connection inference",
    "none": "",
}
MICROSOFT = Use("content-generation", "microsoft")
AFFILIATES, ADS = Use("affiliate-services", "microsoft"), Use("advertising", "microsoft")
PERMITTED = [
    ("2024-09-18", CONTENT, "US BR GB HK", "2024"),
    ("2024-09-18", OTHER, "US BR GB HK CA", "2024"),
    ("2024-09-18", MICROSOFT, "US BR GB HK", "public content"),
    ("2024-09-18", AFFILIATES, "US BR GB HK CA", "public content"),
    ("2024-09-18", ADS, "US GB IE CA HK", "none"),
    ("2024-09-18", CONTENT, "IE NO CH", "none"),
    ("2024-09-18", OTHER, "IE NO CH", "none"),
    ("2024-09-18", AFFILIATES, "IE NO CH", "none"),
    ("2025-02-27", CONTENT, "IE NO CH GB CA HK", "none"),
    ("2025-02-27", OTHER, "IE NO CH GB", "european notice 2025-02"),
    ("2025-02-27", OTHER, "US CA HK", "2024"),
    ("2025-11-03", CONTENT, "IE NO CH GB CA HK", "toggle 2025"),
    ("2025-11-03", CONTENT, "US BR", "2024"),
    ("2025-11-03", OTHER, "IE NO CH GB", "form 2025"),
    ("2025-11-03", OTHER, "US BR CA HK", "2024"),
    ("2025-11-03", MICROSOFT, "IE NO CH", "none"),
    ("2025-11-03", MICROSOFT, "GB", "microsoft uk"),
    ("2025-11-03", MICROSOFT, "US BR CA HK", "public content"),
    ("2025-11-03", AFFILIATES, "US BR CA HK", "public content"),
    ("2025-11-03", AFFILIATES, "IE NO CH GB", "none"),
    ("2025-11-03", ADS, "US BR CA HK", "advertising"),
    ("2025-11-03", ADS, "IE NO CH GB", "none"),
]


def permitted(use: Use, day: str, region: str, visibility: str, member: Member) -> set[str]:
    at, there = parse_moment(day), replace(member, region=region)
    records = [Record("r", "m", category, visibility) for category in CATEGORIES]
    return {one.category for one in records if decide(use, LINKEDIN, there, one, Standing(), at).permitted}


@pytest.mark.parametrize(("day", "use", "where", "which"), PERMITTED, ids=lambda value: str(value))
def test_the_kinds_of_record_are_those_that_were_published(
    day: str, use: Use, where: str, which: str
) -> None:
    born = latest_birthday(parse_moment(day), 18)  # eighteen on that very day
    for region in where.split():
        answer = permitted(use, day, region, "public", Member("m", born=born))
        assert answer == set(LISTS[which].split()), region


@pytest.mark.parametrize(("day", "use", "where", "which"), PERMITTED, ids=lambda value: str(value))
def test_public_content_alone_is_shared_outside_the_notice_for_the_uk(
    day: str, use: Use, where: str, which: str
) -> None:
    expected = set() if which == "public content" else set(LISTS[which].split())
    for region, visibility in product(where.split(), ("network", "private")):
        assert permitted(use, day, region, visibility, Member("m", born=19800501)) == expected, region


@pytest.mark.parametrize("use", [CONTENT, OTHER, MICROSOFT], ids=str)
def test_a_day_too_young_or_at_a_secondary_school_is_left_out_whatever_the_kind(use: Use) -> None:
    adult = Member("m", born=19800501)
    for region in ("US", "IE", "GB", "CA", "HK"):
        for member in (Member("m", born=20071104), replace(adult, attributes=(("school", "secondary"),))):
            assert permitted(use, "2025-11-03", region, "public", member) == set(), region


@pytest.mark.parametrize("region", ["IE", "NO", "CH"])
def test_in_europe_every_kind_is_never_and_not_merely_unnamed_before_the_start(region: str) -> None:
    listed = CATEGORIES[: CATEGORIES.index("job-posting") + 1]
    for day, use in product(("2024-09-18", "2025-11-02"), (CONTENT, MICROSOFT)):
        reasons = {ask(use, parse_moment(day), region, category=category).reason for category in listed}
        assert reasons == {Reason.NEVER}


# The page about it

PLACES = {
    "US and the rest of the world": ["US", "BR", "IN", "ID"],
    "EU, EEA, Switzerland": EUROPEAN,
    "UK": ["GB"],
    "Hong Kong": ["HK"],
    "Canada": ["CA"],
}
ANSWERS = {
    "not disclosed": (Verdict.DENY, Reason.NOT_DISCLOSED),
    "never": (Verdict.DENY, Reason.NEVER),
    "paused": (Verdict.DENY, Reason.SUSPENDED),
    "unclear": (Verdict.UNKNOWN, Reason.SUSPENDED),
    "on": (Verdict.PERMIT, Reason.DEFAULT_ON),
}
TABLES = {
    "Models that create content, trained by LinkedIn": CONTENT,
    "Other AI, trained by LinkedIn": OTHER,
    "Models that create content, trained by Microsoft": Use("content-generation", "microsoft"),
}


def table_under(heading: str) -> list[list[str]]:
    after = PAGE.read_text(encoding="utf-8").split(f"**{heading}**")[1].split("\n\n")[1]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in after.splitlines()]


@pytest.mark.parametrize("heading", TABLES)
def test_the_tables_of_the_page_are_what_the_pack_answers(heading: str) -> None:
    (_, *days), _, *rows = table_under(heading)
    assert [row[0] for row in rows] == list(PLACES)
    for place, *cells in rows:
        for day, cell, region in ((d, c, r) for d, c in zip(days, cells, strict=True) for r in PLACES[place]):
            answer = ask(TABLES[heading], parse_moment(day), region)
            assert (answer.verdict, answer.reason) == ANSWERS[cell], (place, day, region)


def test_the_page_counts_the_cases_right_and_quotes_the_pack() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"({len(read_cases().cases)} questions" in page
    pack = " ".join(CASES.with_name("linkedin.yaml").read_text(encoding="utf-8").split())
    quotes = re.findall(r'"([^"]*)"', page)
    assert len(quotes) > 5
    assert [quote for quote in quotes if quote.lower() not in pack.lower()] == []
