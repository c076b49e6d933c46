"""Whom redaction knows: names and handles as they are and as they were, of members who have a tag."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sayso.intake.tablefiles import NamedMember, member_cells, member_schema
from sayso.redact.directory import Directory, Entry
from sayso.redaction_ports import Known
from sayso.values.members import Member
from sayso.workflows.revise import known_members

PEOPLE = [
    NamedMember(Member("1"), "Ada Lovelace", "ada", ("Ada Byron", "Ada Lovelace"), ("countess_b",)),
    NamedMember(Member("2"), None, None, (), ("bobby77",)),
    NamedMember(Member("3")),
    NamedMember(Member("4"), "Untagged Person"),
]
TAGS = {"1": "t1", "2": "t2", "3": "t3"}


def stored(file: Path, *without: str) -> str:
    schema = member_schema(())
    cells = [(*member_cells(one, ()), number) for number, one in enumerate(PEOPLE)]
    rows = [dict(zip(schema.names, row, strict=True)) for row in cells]
    pq.write_table(pa.Table.from_pylist(rows, schema).drop_columns(list(without)), file)
    return str(file)


def test_former_names_and_handles_are_known_once_each_and_nameless_or_untagged_members_are_not(
    tmp_path: Path,
) -> None:
    known = list(known_members([stored(tmp_path / "members.parquet")], TAGS))
    assert known == [
        Known("t1", ("Ada Lovelace", "Ada Byron"), ("ada", "countess_b")),
        Known("t2", (), ("bobby77",)),
    ]
    directory = Directory.of((Entry(*one) for one in known), frozenset({"t1", "t2"}), b"key")
    text = "Thanks to Ada Byron and @bobby77."
    found = [text[one.start : one.end] for one in directory.mentions([text])[0]]
    assert found == ["Ada Byron", "bobby77"]


def test_a_source_of_before_there_were_former_names_is_read_as_ever(tmp_path: Path) -> None:
    old = stored(tmp_path / "members.parquet", "former_names", "former_handles")
    assert list(known_members([old], TAGS)) == [Known("t1", ("Ada Lovelace",), ("ada",))]
