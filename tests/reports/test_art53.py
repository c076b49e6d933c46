"""The public summary of training content: every field of the template, what fills it, and when it is to be updated."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from reports.makings import at, dataset, everything, given, manifest, of_datasets, of_model, versions
from sayso.reports.answers import Given, Summary
from sayso.reports.art53 import art53, clock_of
from sayso.reports.document import Document, Field, Note, State
from sayso.reports.facts import Contents
from sayso.reports.training import PUBLIC_BASE, SIZES, size_bin
from sayso.reports.update_clock import update_clock
from sayso.values.moments import DAY, Moment, format_day, parse_moment
from sayso.values.uses import Use

TEMPLATE = {
    "summary": ["summary_version", "previous_summaries", "last_update"],
    "1.1": ["provider_name", "provider_contact", "authorised_representative"],
    "1.2": ["model_name", "model_dependencies", "market_date"],
    "1.3": [
        "modality_text", "size_text", "content_text", "modality_image", "modality_audio", "modality_video", "modality_other",
        "latest_acquisition", "continuously_trained", "languages", "other_characteristics", "comments_general",
    ],
    "2.1": [
        "public_datasets", "public_datasets_modalities", "public_datasets_list", "public_datasets_other", "comments_public",
    ],
    "2.2.1": ["licensed_datasets", "licensed_modalities"],
    "2.2.2": [
        "third_party_datasets", "third_party_modalities", "third_party_list", "third_party_description", "comments_third_party",
    ],
    "2.3": [
        "crawlers", "crawler_names", "crawler_purposes", "crawler_behaviour", "crawler_period", "crawler_content",
        "crawler_modalities", "crawler_domains", "comments_crawlers",
    ],
    "2.4": [
        "user_data_model", "user_data_services", "services_description", "user_modalities", "comments_user_data",
    ],
    "2.5": [
        "synthetic", "synthetic_modalities", "synthetic_models", "synthetic_other_models", "comments_synthetic",
    ],
    "2.6": ["other_sources", "other_sources_description", "comments_other_sources"],
    "3.1": ["code_of_practice", "reservation_measures", "comments_reservations"],
    "3.2": ["illegal_content_measures"],
    "3.3": ["other_information"],
}  # fmt: skip
"""The sections and fields of the Commission's template, C(2025) 8311, in its order."""


def fields_of(document: Document) -> dict[str, Field]:
    return {field.id: field for field in document.fields()}


@pytest.mark.parametrize("subject", [of_model(), of_datasets()], ids=["model", "data set"])
@pytest.mark.parametrize("number", TEMPLATE)
def test_every_field_of_the_template_is_in_its_section_in_its_order(subject, number: str) -> None:  # type: ignore[no-untyped-def]
    document = art53(subject, given())
    sections = {one.number or one.id: one for one in document.all_sections()}
    found = [part.id for part in sections[number].parts if isinstance(part, Field)]
    assert [one for one in found if one in TEMPLATE[number]] == TEMPLATE[number]


def test_what_only_a_person_knows_is_missing_until_it_is_given() -> None:
    before, after = (fields_of(art53(of_model(), answers)) for answers in (given(), everything()))
    unknown = (State.MISSING, State.WAITING, State.LEFT_OUT)
    assert {one for one, field in before.items() if field.state in unknown} == {
        one for one, field in after.items() if field.state is State.GIVEN
    }
    assert not [field.id for field in after.values() if field.state in unknown]
    assert before["provider_name"].state is State.MISSING
    assert before["crawler_names"].state is State.WAITING
    assert before["other_information"].state is State.LEFT_OUT


def test_nothing_that_the_project_knows_is_asked_for() -> None:
    document = art53(of_model(), given())
    assert not [field.id for field in document.fields() if field.state is State.KNOWN and field.question]


def test_the_texts_of_a_data_set_give_sizes_kinds_languages_and_dates() -> None:
    found = fields_of(art53(of_model(), given()))
    assert found["size_text"].answer[0] == "Less than 1 billion tokens"
    assert found["content_text"].answer == (
        "comments: 58.7 % (300 records)",
        "posts: 41.3 % (211 records)",
    )
    assert found["languages"].answer[-1] == "not known: 2.2 % (11 records)"
    assert found["latest_acquisition"].answer == (
        "02/2026",
        "The records themselves were written in: 01/2023 to 02/2026.",
    )


def test_a_no_makes_what_hangs_on_it_moot_and_a_yes_asks_for_it() -> None:
    no, yes = (fields_of(art53(of_model(), given(crawlers=word))) for word in ("no", "yes"))
    assert no["crawler_names"].state is State.NOT_APPLICABLE
    assert yes["crawler_names"].state is State.MISSING


def test_one_yes_answers_where_else_a_models_data_is_from() -> None:
    found = fields_of(art53(of_model(), given(own_services_only="yes")))
    for key in ("licensed_datasets", "third_party_datasets", "crawlers", "synthetic", "other_sources"):
        assert (found[key].state, found[key].answer) == (State.KNOWN, ("No.",)), key
    assert found["public_datasets"].answer[0].startswith("Yes")


def test_of_a_data_set_alone_it_takes_two_since_no_manifest_says_what_else_went_into_a_model() -> None:
    one = fields_of(art53(of_datasets(), given(own_services_only="yes")))
    both = fields_of(art53(of_datasets(), given(own_services_only="yes", nothing_else="yes")))
    assert (one["crawlers"].state, both["crawlers"].state) == (State.MISSING, State.KNOWN)


def test_what_somebody_said_stands_before_what_follows_from_another_answer() -> None:
    found = fields_of(art53(of_model(), given(own_services_only="yes", synthetic="yes")))
    assert found["synthetic"].state is State.GIVEN
    assert found["synthetic_models"].state is State.MISSING


def test_the_public_texts_under_a_model_are_named_and_a_language_model_is_a_dependency() -> None:
    own = fields_of(art53(of_model(), given()))
    over = fields_of(art53(of_model(base="ab" * 32, model="sha256:12"), given()))
    strange = fields_of(art53(of_model(base="ab" * 32), given(own_services_only="yes")))
    assert "documentation of Python 3.11.7 (PSF-2.0)" in own["public_datasets_list"].answer
    assert own["model_dependencies"].state is State.KNOWN
    assert over["model_dependencies"].state is State.MISSING
    assert "sha256:12" in over["model_dependencies"].findings[0]
    assert strange["crawlers"].state is State.MISSING, "nobody knows what the base was made of"


def test_the_base_that_is_named_is_the_one_that_comes_with_the_package() -> None:
    from sayso.models.suggest.base import load_base

    assert load_base().digest == PUBLIC_BASE


def test_a_recipient_that_is_not_the_platform_got_private_data_of_a_third_party() -> None:
    found = fields_of(art53(of_datasets(Use("ai-training", "affiliate")), given()))
    assert found["third_party_datasets"].answer[0].startswith("Yes")
    assert found["user_data_services"].state is State.NOT_APPLICABLE


def test_user_data_comes_with_purpose_basis_and_notice() -> None:
    section = next(one for one in art53(of_model(), given()).all_sections() if one.number == "2.4")
    tables = {part.id: part for part in section.parts if hasattr(part, "columns")}
    rules = tables["user_data_rules"]
    assert ("our-ai", "legitimate interests", "30 days before") in [
        (row[0], row[5], row[6]) for row in rules.rows
    ]
    assert tables["user_data_notices"].rows == (
        ("2024-02-01", "2024-02-01", "everyone", "e-mail", "log entry 116"),
    )


@drawn(st.integers(0, 10**15))
def test_the_range_of_a_size_holds_the_size(size: int) -> None:
    words = size_bin(size)
    ends = [0, *(end for end, _ in SIZES if end is not None), 10**16]
    place = [one for _, one in SIZES].index(words)
    assert ends[place] <= size < ends[place + 1]


# The clock


def summary(day: str) -> Given:
    return Given(summaries=(Summary(parse_moment(day), ""),))


def test_without_a_published_summary_the_clock_runs_from_the_first_version() -> None:
    clock = clock_of(of_model(), given())
    assert (format_day(clock.since), format_day(clock.last_day), clock.published) == (
        "2026-03-02",
        "2026-09-02",
        False,
    )


def test_a_version_after_the_last_summary_calls_for_another() -> None:
    before, after = clock_of(of_model(), summary("2026-03-03")), clock_of(of_model(), summary("2026-03-06"))
    assert before.newer is not None
    assert (before.newer.version, after.newer) == (2, None)
    notes = [
        part.text
        for one in art53(of_model(), summary("2026-03-03")).all_sections()
        for part in one.parts
        if isinstance(part, Note) and part.warning
    ]
    assert any("to replace it" in text for text in notes)


def test_the_last_day_is_in_time_and_the_day_after_it_is_not() -> None:
    answers = summary("2026-08-31")
    clock = clock_of(of_model(), answers)
    assert format_day(clock.last_day) == "2027-02-28"
    assert not clock.is_overdue(parse_moment("2027-02-28T23:59:59Z"))
    assert clock.is_overdue(parse_moment("2027-03-01"))
    late = art53(at(of_model(), "2027-03-01"), answers)
    assert "Overdue: an update was due by 2027-02-28." in [
        part.text for one in late.all_sections() for part in one.parts if isinstance(part, Note)
    ]


@drawn(st.integers(0, 40_000))
def test_six_months_are_never_more_than_184_days_nor_less_than_181(day: int) -> None:
    since = Moment(day * DAY)
    clock = update_clock((Summary(since, ""),), versions("m", "2026-01-01"))
    assert 181 <= (clock.last_day - since) // DAY <= 184


def test_of_a_version_whose_bytes_are_deleted_what_only_the_shards_knew_is_not_known() -> None:
    gone = replace(of_model(), datasets=(replace(dataset(), contents=None),))
    found = fields_of(art53(gone, given()))
    for key in ("size_text", "content_text", "languages", "user_data_model"):
        assert found[key].answer[0].startswith("Not known any more"), key
    assert found["modality_text"].answer == ("Yes: 511 records of 82 members.",)


def test_an_empty_data_set_is_said_to_be_empty() -> None:
    nothing = Contents((), (), (), None, None, 0)
    empty = replace(dataset(), manifest=manifest(rows=0), contents=nothing)
    found = fields_of(art53(replace(of_datasets(), datasets=(empty,)), given()))
    assert found["languages"].answer == ("Nothing: no record is in it.",)
    assert found["user_data_services"].answer == ("No.",)
    assert found["latest_acquisition"].answer[1].endswith("not known.")
