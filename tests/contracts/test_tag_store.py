"""What every tag table must do: held against SQLite, PostgreSQL and against a table in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from memory_tags import MemoryTags
from sayso.ports import TagStore
from sayso.stores.postgres_tags import PostgresTags
from sayso.stores.sqlite_tags import SqliteTags

SECRET = bytes(32)


def counting() -> Callable[[int], str]:
    """A source of tags that a test can foresee."""
    numbers = count(1)
    return lambda size: f"{next(numbers):0{2 * size}x}"


@pytest.fixture(params=["sqlite", "postgres", "memory"])
def tags(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TagStore]:
    if request.param == "memory":
        yield MemoryTags(SECRET, counting())
    elif request.param == "postgres":
        with PostgresTags.create(request.getfixturevalue("postgres_database"), SECRET, counting()) as made:
            yield made
    else:
        with SqliteTags.create(tmp_path / "tags.sqlite", SECRET, counting()) as made:
            yield made


def test_a_member_without_a_tag_has_none(tags: TagStore) -> None:
    assert tags.tag_of("ada") is None
    assert tags.member_of("00") is None
    assert not tags.is_erased("ada")
    assert tags.table().to_pylist() == []
    assert tags.table().schema.names == ["member", "tag"]


def test_a_tag_is_32_hexadecimal_digits_and_leads_back_to_its_member(tags: TagStore) -> None:
    tags.give(["ada", "Ölaf 😀"])
    for member in ("ada", "Ölaf 😀"):
        tag = tags.tag_of(member)
        assert tag is not None
        assert len(bytes.fromhex(tag)) == 16
        assert tags.member_of(tag) == member


def test_a_tag_once_given_stays(tags: TagStore) -> None:
    tags.give(["ada"])
    before = tags.tag_of("ada")
    tags.give(["ada", "bob", "ada", "bob"])
    assert tags.tag_of("ada") == before
    assert tags.table().num_rows == 2


def test_the_table_holds_every_row_by_member(tags: TagStore) -> None:
    tags.give(["cem", "ada", "bob"])
    expected = [{"member": member, "tag": tags.tag_of(member)} for member in ("ada", "bob", "cem")]
    assert tags.table().to_pylist() == expected


def test_an_erased_member_has_no_row_and_is_never_given_one_again(tags: TagStore) -> None:
    tags.give(["ada", "bob"])
    tag = tags.tag_of("ada")
    assert tags.erase("ada") == tag
    tags.give(["ada", "cem"])
    assert tags.tag_of("ada") is None
    assert tag is not None
    assert tags.member_of(tag) is None
    assert tags.is_erased("ada")
    assert not tags.is_erased("bob")
    assert tags.table()["member"].to_pylist() == ["bob", "cem"]


def test_erasing_twice_or_erasing_a_stranger_is_remembered_all_the_same(tags: TagStore) -> None:
    tags.give(["ada"])
    tags.erase("ada")
    assert tags.erase("ada") is None
    assert tags.erase("never seen") is None
    tags.give(["never seen"])
    assert tags.is_erased("never seen")
    assert tags.tag_of("never seen") is None
