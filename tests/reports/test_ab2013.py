"""The documentation of training data for California: twelve items, each answered or marked."""

from __future__ import annotations

import pytest

from reports.makings import everything, given, of_datasets, of_model
from sayso.reports.ab2013 import ITEMS, ab2013
from sayso.reports.document import Field, State

ANSWERS_TO = {
    1: ["sources", "dataset_owners"],
    2: ["purposes", "intended_purpose"],
    3: ["data_points"],
    4: ["types", "languages", "labels"],
    5: ["intellectual_property"],
    6: ["purchased"],
    7: ["personal_information"],
    8: ["aggregate_information"],
    9: ["processing_writers"],
    10: ["written", "collected", "collection_ongoing"],
    11: ["first_used_writers"],
    12: ["synthetic"],
}
"""The items of Civil Code, section 3111(a), and the fields that answer each."""


@pytest.mark.parametrize("number", ANSWERS_TO)
def test_each_of_the_twelve_items_is_there_and_answered(number: int) -> None:
    section = ab2013(of_datasets(), given()).sections[number]
    assert (section.number, section.title) == (f"({number})", ITEMS[number - 1])
    assert [part.id for part in section.parts if isinstance(part, Field)] == ANSWERS_TO[number]


def test_there_are_twelve() -> None:
    assert len(ITEMS) == len(ANSWERS_TO) == 12


def test_what_nobody_said_is_missing_and_what_somebody_said_is_given() -> None:
    before, after = (ab2013(of_datasets(), answers) for answers in (given(), everything()))
    assert {one.id for one in before.missing} == {
        "provider_name", "provider_contact", "dataset_owners", "intellectual_property", "purchased", "collection_ongoing", "synthetic",
    }  # fmt: skip
    assert not after.missing


def test_a_yes_to_own_services_answers_the_purchase_and_of_a_model_the_synthetic_data() -> None:
    answers = given(own_services_only="yes")
    found = {one.id: one for one in ab2013(of_datasets(), answers).fields()}
    model = {one.id: one for one in ab2013(of_model(), answers).fields()}
    assert (found["purchased"].state, found["synthetic"].state) == (State.KNOWN, State.MISSING)
    assert model["synthetic"].answer == ("No: members made all records.",)


def test_dates_counts_and_licences_come_from_the_log_and_the_sources() -> None:
    found = {one.id: one for one in ab2013(of_datasets(), given()).fields()}
    assert found["data_points"].answer == ("writers v0003: 511 records of 82 members",)
    assert found["first_used_writers"].answer[0] == "2026-03-02, for writers-suggestions."
    assert found["collected"].answer == ("forum: 2026-01-02 to 2026-02-03",)
    assert found["intellectual_property"].findings[0].endswith("under the licence CC BY-SA 4.0: 2,700.")
