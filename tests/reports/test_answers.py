"""What only a person knows: the file that asks, and how it is read."""

from __future__ import annotations

import re

import pytest

from reports.makings import given
from sayso.errors import InputError
from sayso.reports.answers import read_answers
from sayso.reports.questions import BY_KEY, QUESTIONS, REPORTS, Answers, asked_for, form
from sayso.values.moments import format_day


def filled_in(text: str) -> str:
    """Return a file of questions as somebody who takes every # away leaves it."""
    return re.sub(r"^#(\w+: )", r"\1", text, flags=re.M)


@pytest.mark.parametrize("report", REPORTS)
def test_a_file_with_every_example_taken_over_is_read(report: str) -> None:
    found = read_answers(filled_in(form((report,))), "answers.yaml")
    asked = {one.key for one in asked_for(report)} - {"published_summaries"}
    assert set(found.texts) - {"published_summaries"} == asked
    assert bool(found.summaries) == (report == "art53")


def test_a_file_in_which_nothing_is_answered_answers_nothing() -> None:
    assert not read_answers(form(REPORTS), "answers.yaml").texts


def test_every_question_is_asked_once_and_says_what_it_is_for() -> None:
    assert len(BY_KEY) == len(QUESTIONS)
    assert all(set(one.reports) <= set(REPORTS) and one.reports for one in QUESTIONS)
    assert all(one.asks.endswith((".", "?", ")")) for one in QUESTIONS)
    text = form(REPORTS)
    assert all(text.count(f"\n#{one.key}: ") == 1 for one in QUESTIONS)


def test_one_file_serves_several_reports() -> None:
    both = form(("art53", "ab2013"))
    assert both.count("provider_name:") == 1
    assert "dataset_owners" in both
    assert "dataset_owners" not in form(("art53",))


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("provider_name: x", "missing-key", "answers.yaml:1:1"),
        ("sayso_answers: 2", "unknown-format", "answers.yaml:1:16"),
        ("sayso_answers: 1\nprovider: x", "unknown-key", "answers.yaml:2:1"),
        ("sayso_answers: 1\ncrawlers: perhaps", "bad-value", "answers.yaml:2:11"),
        ("sayso_answers: 1\nmarket_date: 1-2-3", "bad-date", "answers.yaml:2:14"),
        ("sayso_answers: 1\ncrawler_names: GoodBot", "bad-shape", "answers.yaml:2:16"),
        ("sayso_answers: 1\npublished_summaries: [soon]", "bad-date", "answers.yaml:2:23"),
        ("sayso_answers: 1\nprovider_name: a\nprovider_name: b", "duplicate-key", "answers.yaml:3:1"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, code: str, place: str) -> None:
    with pytest.raises(InputError) as refused:
        read_answers(text, "answers.yaml")
    assert (code, place) in [(one.code, str(one.place)) for one in refused.value.problems]


def test_answers_come_as_they_were_meant() -> None:
    found = given(
        crawlers="no",
        crawler_names="[A, B]",
        market_date="2026-03-01",
        published_summaries="[2026-06-01 https://b.example, 2026-03-01]",
        provider_name="  Two   words ",
    )
    assert (found.said("crawlers"), found.said("synthetic")) == (False, None)
    assert found.text("crawler_names") == ("A", "B")
    assert found.text("market_date") == ("2026-03-01",)
    assert found.text("provider_name") == ("Two words",)
    assert [(format_day(one.at), one.address) for one in found.summaries] == [
        ("2026-03-01", ""),
        ("2026-06-01", "https://b.example"),
    ]


def test_every_kind_of_answer_is_asked_for() -> None:
    assert {one.kind for one in QUESTIONS} == set(Answers)
