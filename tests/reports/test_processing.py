"""The record of processing and the proof of an opt-out, as they are made of facts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from goldens import check_golden
from reports.makings import USE, dataset, everything, given, ground, source
from sayso.reports.art30 import art30
from sayso.reports.as_json import as_json
from sayso.reports.as_markdown import as_markdown
from sayso.reports.document import Note, State, Table
from sayso.reports.keeping import Processing
from sayso.reports.proof import proof
from sayso.reports.reaching import DONE, OldCopy, Reach, Reached, SetReach, Word, judged, last_word
from sayso.values.moments import Moment, parse_moment
from sayso.values.standing import Suspension
from sayso.values.uses import Use

ARTICLE_30 = {
    "controller": ["provider_name", "provider_contact", "joint_controllers", "authorised_representative", "data_protection_officer"],
    "subjects": ["data_subjects", "personal_data"],
    "recipients": ["recipients"],
    "transfers": ["third_countries"],
    "time-limits": ["forgetting", "retention"],
    "security": ["security", "security_measures"],
}  # fmt: skip
"""Article 30(1)(a) and (c) to (g); (b), the purposes, has a section for each activity."""

STOP = Suspension(
    "ico", frozenset({"ai-training"}), Moment(0), Moment(0), None, frozenset({"GB"}), None, "ICO", "a letter"
)


def processing() -> Processing:
    uses = (USE, Use("licensing", "platform"), Use("licensing", "licensee"))
    return Processing(ground(), uses, (dataset(),), (source(),), ("id", "region"), (STOP,))


@pytest.mark.parametrize("section", ARTICLE_30)
def test_every_point_of_the_article_has_its_fields(section: str) -> None:
    found = next(one for one in art30(processing(), given()).sections if one.id == section)
    assert [part.id for part in found.parts if hasattr(part, "state")] == ARTICLE_30[section]


def test_each_use_that_is_not_ruled_out_is_an_activity_with_its_purpose_bases_and_data_sets() -> None:
    document = art30(processing(), given())
    activities = [one for one in document.sections if one.number == "(b)"]
    assert [one.title for one in activities] == [
        "Activity 1: AI models that write, by this community",
        "Activity 2: licensing to others, by our licensee",
    ]
    fields = {one.id: one for one in document.fields()}
    assert fields["activity_1_basis"].answer == ("consent", "legitimate interests")
    made = activities[0].parts[-1]
    assert isinstance(made, Table)
    assert made.rows[0][:4] == ("writers v0003", "2026-03-04", "511", "82")


def test_stops_notices_and_hand_overs_come_from_the_log() -> None:
    tables = {
        part.id: part
        for one in art30(processing(), given()).all_sections()
        for part in one.parts
        if isinstance(part, Table)
    }
    assert tables["stops"].rows == (("training AI", "GB", "1970-01-01", "still", "ICO"),)
    assert tables["handed"].rows == (("writers v0002", "licensee", "2026-03-03", "385"),)
    assert len(tables["notices"].rows) == 1


def test_answers_fill_all_that_is_missing() -> None:
    assert art30(processing(), given()).missing
    assert not art30(processing(), everything()).missing


# How an opt-out is judged


NO = Word(100, Moment(5), Moment(6), "no", False)


@drawn(
    st.builds(
        Word,
        entry=st.integers(0, 20),
        at=st.integers(0, 20).map(Moment),
        logged_at=st.just(Moment(0)),
        what=st.just(""),
        yes=st.booleans(),
        whole=st.just(False),
        retroactive=st.booleans(),
    ),
    st.one_of(st.none(), st.integers(0, 3)),
    st.integers(0, 25),
)
def test_it_is_done_only_where_the_last_word_is_no_and_nothing_is_held(
    word: Word, rows: int | None, size: int
) -> None:
    state = judged(word, rows, size)
    assert (state in DONE) == (not word.yes and rows == 0)
    assert (state is Reached.REACHED) == (not word.yes and rows == 0 and size > word.entry)
    assert (state is Reached.WAITING) == (
        not word.yes and bool(rows) and size <= word.entry and word.retroactive
    )


def test_a_closed_account_counts_whatever_was_said_later_and_else_the_latest_does() -> None:
    later = Word(101, Moment(9), Moment(9), "yes", True)
    closed = Word(50, Moment(1), Moment(1), "closed", False, True)
    assert last_word([NO, later]) == later
    assert last_word([closed, NO, later]) == closed


def reach(*states: Reached) -> Reach:
    sets = tuple(
        SetReach(
            f"set{number}",
            1,
            200,
            USE,
            150,
            0,
            state,
            100,
            parse_moment("2026-12-23"),
            "shards/0000.parquet",
            "{}",
            (),
            True,
        )
        for number, state in enumerate(states)
    )
    old = (OldCopy("set0", 1, 4, None, parse_moment("2026-11-30"), 12),)
    return Reach(ground(), "5f", (NO,), sets, (), old, (), {})


@pytest.mark.parametrize("state", Reached)
def test_the_answer_is_yes_only_where_nothing_taken_back_is_held(state: Reached) -> None:
    found = reach(Reached.REACHED, state)
    answer = next(one for one in proof(found).fields() if one.id == "answer")
    beside = (Reached.ALLOWED, Reached.NOT_COVERED)
    assert answer.answer[0].startswith("Yes") == (state in DONE or state in beside) == found.is_complete


def test_what_waits_names_its_day_and_a_day_that_has_passed_is_a_warning() -> None:
    def warned(found: Reach) -> list[bool]:
        return [part.warning for part in proof(found).sections[0].parts if isinstance(part, Note)]

    waiting = reach(Reached.WAITING)
    assert warned(waiting) == [False]
    late = replace(waiting, ground=ground(parse_moment("2026-12-24")))
    assert warned(late) == [True]


def test_older_copies_are_named_with_the_day_on_which_they_go() -> None:
    found = {one.id: one for one in proof(reach(Reached.REACHED)).fields()}
    assert found["old_copies_kept"].answer == ("set0 v0001 is still kept; due to be deleted by 2026-11-30.",)
    assert found["answer"].state is State.KNOWN


def test_both_are_the_ones_that_were_approved() -> None:
    for name, document in (("art30", art30(processing(), given())), ("proof", proof(reach(*Reached)))):
        check_golden(f"reports/{name}.md", as_markdown(document))
        check_golden(f"reports/{name}.json", as_json(document))
