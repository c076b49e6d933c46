"""Mappings: what they say, and all of their mistakes at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldens import check_golden
from sayso.errors import InputError
from sayso.intake.mapping import FileFormat, parse_mapping, read_mapping

GOOD = """
mapping: 1
licence: internal
members:
  file: {delimiter: ";", encoding: cp1252}
  unknown: [N/A, "-"]
  columns:
    member: user id
    region: {column: country, as: name}
    born: {column: birthday, format: "%d.%m.%Y"}
  attributes:
    plan: plan
    school: {column: student, values: {"yes": secondary}, otherwise: "?"}
"""
BAD = """
mapping: 2
licens: x
members:
  file: {format: xls, encoding: klingon, delimiter: "::"}
  columns:
    name: full name
    region: {column: country, as: guess}
    joined_at: {column: when, format: day-month-year}
  attributes:
    Plan: plan
    tier: {column: a, constant: b}
records:
  columns:
    record: id
    author: [a, b]
    category:
    visibility: {constant: public, format: "%d"}
    created: when
    text: body
    text: words
"""


def test_a_mapping_says_where_every_field_comes_from() -> None:
    found = parse_mapping(GOOD, "m.yaml")
    assert found.records is None
    assert found.members is not None
    assert found.members.file == FileFormat(None, ";", "cp1252")
    assert found.members.unknown == {"", "N/A", "-"}
    assert found.members.columns() == ("user id", "country", "birthday", "plan", "student")
    fields = {entry.field: entry for entry in (*found.members.fields, *found.members.attributes)}
    assert (fields["region"].reading, fields["born"].time_format) == ("name", "%d.%m.%Y")
    assert (fields["school"].values, fields["school"].otherwise) == ((("yes", "secondary"),), "?")


def refusal(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_mapping(text, "mapping.yaml")
    return str(caught.value)


def test_all_mistakes_are_named_at_once_with_their_places() -> None:
    texts = {
        "many": BAD,
        "nothing mapped": "mapping: 1\n",
        "not a mapping": "- a\n",
        "not YAML": "mapping: [1\n",
        "an alias": "mapping: 1\nmembers: &a {columns: {member: id}}\nrecords: *a\n",
    }
    check_golden(
        "intake/mapping_errors.txt", "".join(f"{name}:\n{refusal(text)}\n\n" for name, text in texts.items())
    )


def test_a_mapping_that_is_not_there_or_not_utf_8_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no-file"):
        read_mapping(tmp_path / "m.yaml")
    (tmp_path / "m.yaml").write_bytes(b"mapping: 1\nlicence: caf\xe9\n")
    with pytest.raises(InputError, match=r"m\.yaml:2: .*wrong-encoding"):
        read_mapping(tmp_path / "m.yaml")


def test_the_mapping_of_the_reference_page_is_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "import.md").read_text(encoding="utf-8")
    found = parse_mapping(page.split("```yaml\n")[1].split("```")[0], "import.md")
    assert found.members is not None
    assert found.records is not None
