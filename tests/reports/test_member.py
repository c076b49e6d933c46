"""The answer to a member: every point of Article 15, and what it says where nothing is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from goldens import check_golden
from reports.makings import NOW, USE, everything, given, ground, source
from reports.test_objections import clock
from sayso.reports.art15 import art15
from sayso.reports.as_json import as_json
from sayso.reports.as_markdown import as_markdown
from sayso.reports.document import Document, Note, Table
from sayso.reports.facts import Handed
from sayso.reports.keeping import Happened, HeldIn, MayBe, MemberIn, ObjectionIn, OwnRecord
from sayso.values.moments import parse_moment

POINTS = {
    "(1)(a)": "purposes",
    "(1)(b)": "categories",
    "(1)(c)": "recipients",
    "(1)(d)": "retention",
    "(1)(e)": "rights",
    "(1)(f)": "complaint",
    "(1)(g)": "source",
    "(1)(h)": "decisions",
    "(2)": "transfers",
    "(3)": "copy",
}
"""GDPR, Article 15, paragraphs 1 to 3, and the section that answers each."""

DAY = parse_moment("2026-03-04")


def member(**parts: object) -> MemberIn:
    whole = MemberIn(
        ground(),
        "1204",
        "5f" * 16,
        (("forum", "id", "1204"), ("forum", "name", "Ada Example")),
        (source(),),
        (
            MayBe(
                "Training AI, by us",
                ("Posts",),
                False,
                "you said no",
                "our-ai",
                "consent",
                "Use what I write",
            ),
        ),
        (Happened(382, DAY, "You said no", "“Use what I write”"),),
        (
            HeldIn("writers", 2, USE, DAY, 386, True, 0, None, ()),
            HeldIn("writers", 1, USE, DAY, 380, False, None, DAY, ()),
        ),
        (("writers-suggestions", 2, 388),),
        (("writers", Handed(1, "licensee", DAY, 381)),),
        (ObjectionIn(390, "Object to it", "2024-02-01", clock("2026-11-01"), "open", False, ()),),
        (
            OwnRecord("forum", "p1", "post", "public", "en", DAY, None, "Write to me at [EMAIL]."),
            OwnRecord("forum", "p2", "comment", "private", None, None, NOW, "Agreed."),
        ),
        3,
        True,
    )
    return replace(whole, **parts)  # type: ignore[arg-type]


def tables(document: Document) -> dict[str, Table]:
    return {part.id: part for one in document.all_sections() for part in one.parts if isinstance(part, Table)}


@pytest.mark.parametrize("number", POINTS)
def test_every_point_of_the_article_is_answered(number: str) -> None:
    found = next(one for one in art15(member(), given()).sections if one.number == number)
    assert found.id == POINTS[number]
    assert found.parts


def test_the_answer_is_the_one_that_was_approved() -> None:
    document = art15(member(), everything())
    assert document.personal
    check_golden("reports/art15.md", as_markdown(document))
    check_golden("reports/art15.json", as_json(document))


def test_texts_stand_in_it_only_where_they_were_handed_over_and_are_said_to_be_redacted() -> None:
    def said(document: Document) -> bool:
        return any("replaced by its kind" in one.text for one in _notes(document))

    records = member().records
    none = art15(member(records=tuple(replace(one, text=None) for one in records)), given())
    assert tables(none)["record_data"].columns[-1] == "Deleted"
    assert not said(none)
    assert said(art15(member(), given()))
    assert not said(art15(member(redacted=False), given()))


def _notes(document: Document) -> list[Note]:
    return [part for one in document.all_sections() for part in one.parts if isinstance(part, Note)]


def test_of_whom_nothing_is_held_it_says_so() -> None:
    empty = art15(member(records=(), held=(), forgotten=(), handed=(), edited=0, sources=()), given())
    found = {one.id: one.answer for one in empty.fields()}
    assert (found["records"], found["handed"], found["source"]) == (
        ("Nothing.",),
        ("None.",),
        ("Not known.",),
    )
    assert "forgotten" not in found


def test_a_purged_version_and_one_in_use_are_told_apart() -> None:
    rows = tables(art15(member(), given()))["data_sets"].rows
    assert rows[0][0] == "writers v0002 (the one in use)"
    assert rows[1][3] == "none: its bytes were deleted on 2026-03-04"
