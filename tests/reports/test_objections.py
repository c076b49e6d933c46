"""The report on objections: what is due, what is late, and that it names entries alone."""

from __future__ import annotations

import pytest

from goldens import check_golden
from reports.makings import ground
from sayso.ledger.events import ObjectionStep
from sayso.ledger.objections import AnswerClock, after, started
from sayso.reports.as_json import as_json
from sayso.reports.as_markdown import as_markdown
from sayso.reports.document import Document, Note, State, Table
from sayso.reports.keeping import ObjectionIn
from sayso.reports.objections import STAGES, objections
from sayso.values.moments import Moment, parse_moment
from sayso.values.objections import EU, UK, Regime, Step

NOW = parse_moment("2026-11-23T08:00:00Z")


def clock(filed: str, *steps: tuple[Step, str, str | None], regime: Regime = EU) -> AnswerClock:
    found = started(regime, parse_moment(filed))
    for step, day, reason in steps:
        taken = after(found, ObjectionStep(7, "5f", step.value, parse_moment(day), reason))
        assert isinstance(taken, AnswerClock), taken
        found = taken
    return found


def filed(entry: int, stage: str, of: AnswerClock, **parts: object) -> ObjectionIn:
    whole = {"taken_back": False, "still_in": ()} | parts
    return ObjectionIn(entry, "Object to it", "2024-02-01", of, stage, **whole)  # type: ignore[arg-type]


FOUND = (
    filed(7, "open", clock("2026-11-01"), still_in=("writers v0003",)),
    filed(8, "overdue", clock("2026-09-30"), still_in=("writers v0003",), taken_back=True),
    filed(9, "answered", clock("2026-10-01", (Step.ANSWERED, "2026-10-15", None))),
    filed(10, "answered", clock("2026-08-01", (Step.ANSWERED, "2026-10-15", None))),
    filed(
        11,
        "stopped",
        clock("2026-11-02", (Step.STOPPED, "2026-11-05", "identity"), regime=UK),
    ),
    filed(
        12,
        "open",
        clock("2026-10-23", (Step.EXTENDED, "2026-11-20", "complexity")),
    ),
    filed(13, "open", clock("2026-10-23")),
)


def rows(document: Document) -> dict[int, tuple[str, ...]]:
    """Return the row of each objection by its entry."""
    tables = [part for one in document.all_sections() for part in one.parts if isinstance(part, Table)]
    return {int(row[0]): row for table in tables if table.id.endswith("_objections") for row in table.rows}


@pytest.mark.parametrize(
    ("entry", "due", "left", "done"),
    [
        (7, "2026-12-01", "8 days", "nothing yet"),
        (8, "2026-10-30", "24 days over", "the member has said yes through this form since"),
        (9, "2026-11-01", "answered in time", "answered on 2026-10-15"),
        (10, "2026-09-01", "answered too late", "answered on 2026-10-15"),
        (11, "stopped", "not running", "clock stopped 2026-11-05 still (identity)"),
        (12, "2027-01-23", "61 days", "extended on 2026-11-20 (complexity)"),
        (13, "2026-11-23", "today", "nothing yet"),
    ],
)
def test_each_objection_has_its_day_what_is_left_and_what_was_done(
    entry: int, due: str, left: str, done: str
) -> None:
    row = rows(objections(ground(NOW), FOUND))[entry]
    assert (row[4], row[5], row[6]) == (due, left, done)


def test_what_is_due_first_stands_first_and_what_is_overdue_before_all() -> None:
    document = objections(ground(NOW), FOUND)
    assert [one.id for one in document.sections][1:5] == list(STAGES)
    opened = next(one for one in document.sections if one.id == "open").parts[0]
    assert isinstance(opened, Table)
    assert [row[0] for row in opened.rows] == ["13", "7", "12"]


def test_counts_add_up_and_what_is_late_is_said() -> None:
    document = objections(ground(NOW), FOUND)
    found = {one.id: one.answer for one in document.fields()}
    assert found["filed"] == ("7",)
    assert found["standing"] == ("overdue: 1", "open: 3", "stopped: 1", "answered: 2")
    assert found["late"] == ("1 of 2",)
    assert all(one.state is State.KNOWN for one in document.fields())


def test_who_still_is_in_a_data_set_is_counted_unless_they_said_yes_again() -> None:
    section = objections(ground(NOW), FOUND).sections[-1]
    note, table = section.parts
    assert isinstance(note, Note)
    assert isinstance(table, Table)
    assert note.warning
    assert table.rows == (("7", "writers v0003"),)


def test_without_any_it_says_so() -> None:
    note = objections(ground(Moment(0)), ()).sections[-1].parts[0]
    assert isinstance(note, Note)
    assert note.text == "Nobody has objected."


def test_it_is_the_one_that_was_approved() -> None:
    document = objections(ground(NOW), FOUND)
    check_golden("reports/objections.md", as_markdown(document))
    check_golden("reports/objections.json", as_json(document))
