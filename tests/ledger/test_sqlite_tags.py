"""What is special to the tag table in SQLite: an erased id is not in the file any more."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from sayso.errors import EdgeError, IntegrityError
from sayso.stores.sqlite_tags import SqliteTags

SECRET = bytes(range(32))


def bytes_beside(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


def test_no_byte_of_an_erased_id_or_its_tag_stays_in_any_file(tmp_path: Path) -> None:
    path = tmp_path / "tags.sqlite"
    with SqliteTags.create(path, SECRET) as tags:
        members = [f"member-{number:05d}-of-the-community" for number in range(3_000)]
        for start in range(0, 3_000, 100):  # page splits leave copies behind
            tags.give(members[start : start + 100][::-1])
        for member in members[7::500]:
            tag = tags.erase(member)
            assert tag is not None
            assert member.encode() not in bytes_beside(path)
            assert tag.encode() not in bytes_beside(path)
        assert members[8].encode() in bytes_beside(path)
    assert members[7].encode() not in bytes_beside(path)


def test_tags_are_random_unless_told_otherwise(tmp_path: Path) -> None:
    with SqliteTags.create(tmp_path / "tags.sqlite", SECRET) as tags:
        tags.give(str(number) for number in range(1_000))
        given = set(tags.table()["tag"].to_pylist())
    assert len(given) == 1_000
    assert {len(tag) for tag in given} == {32}


def test_a_random_source_that_repeats_itself_is_an_error_and_changes_nothing(tmp_path: Path) -> None:
    with SqliteTags.create(tmp_path / "tags.sqlite", SECRET, random=lambda size: "00" * size) as tags:
        tags.give(["ada"])
        with pytest.raises(IntegrityError):
            tags.give(["bob", "cem"])
        assert tags.table()["member"].to_pylist() == ["ada"]


def test_a_list_that_breaks_off_gives_nobody_a_tag(tmp_path: Path) -> None:
    def members():  # type: ignore[no-untyped-def]
        yield "ada"
        raise RuntimeError("the source broke off")

    with SqliteTags.create(tmp_path / "tags.sqlite", SECRET) as tags:
        with pytest.raises(RuntimeError, match="broke off"):
            tags.give(members())
        assert tags.table().num_rows == 0
        tags.give(["bob"])
        assert tags.table().num_rows == 1


def test_tags_are_on_disk_when_they_are_given(tmp_path: Path) -> None:
    path = tmp_path / "tags.sqlite"
    with SqliteTags.create(path, SECRET) as one:
        one.give(["ada"])
        with SqliteTags(path, SECRET) as other:
            assert other.tag_of("ada") == one.tag_of("ada")
            other.erase("ada")
        assert one.is_erased("ada")


def test_a_missing_table_and_one_that_is_held_are_named(tmp_path: Path) -> None:
    path = tmp_path / "tags.sqlite"
    with pytest.raises(EdgeError, match=r"tags\.sqlite: this file is not there"):
        SqliteTags(path, SECRET)
    SqliteTags.create(path, SECRET).close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(EdgeError, match="SQLITE_BUSY"):
        SqliteTags(path, SECRET, busy_seconds=0.05)
    holder.execute("COMMIT")
    with SqliteTags(path, SECRET, busy_seconds=0.05) as tags:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(EdgeError, match="SQLITE_BUSY"):
            tags.give(["ada"])
        assert tags.tag_of("ada") is None
        holder.execute("COMMIT")
        tags.give(["ada"])
        assert tags.tag_of("ada") is not None
    holder.close()
