"""What is special to the tag table in PostgreSQL: what an erasure leaves where, and many who change it at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from postgres_server import PostgresServer
from sayso.errors import EdgeError, IntegrityError
from sayso.stores.postgres_tags import PostgresTags

SECRET = bytes(range(32))


@pytest.fixture
def tags(postgres_database: str) -> Iterator[PostgresTags]:
    with PostgresTags.create(postgres_database, SECRET) as made:
        yield made


def files_of(server: PostgresServer, url: str) -> bytes:
    """Return every byte of a database's tables and indexes as they lie on the server's disk."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CHECKPOINT")
        (number,) = db.execute(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).fetchone() or (0,)
    folder: Path = server.folder / "data" / "base" / str(number)
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


def test_no_byte_of_an_erased_id_or_its_tag_stays_in_a_table_or_an_index(
    tags: PostgresTags, postgres_server: PostgresServer, postgres_database: str
) -> None:
    members = [f"member-{number:05d}-of-the-community" for number in range(2_000)]
    for start in range(0, 2_000, 200):
        tags.give(members[start : start + 200][::-1])
    tag = tags.tag_of(members[7])
    assert tag is not None
    assert members[7].encode() in files_of(postgres_server, postgres_database)
    assert tags.erase(members[7]) == tag
    left = files_of(postgres_server, postgres_database)
    assert members[7].encode() not in left
    assert tag.encode() not in left
    assert members[8].encode() in left


def test_a_random_source_that_repeats_itself_is_an_error_and_changes_nothing(postgres_database: str) -> None:
    with PostgresTags.create(postgres_database, SECRET, random=lambda size: "00" * size) as tags:
        tags.give(["ada"])
        with pytest.raises(IntegrityError):
            tags.give(["bob", "cem"])
        assert tags.table()["member"].to_pylist() == ["ada"]


def test_a_list_that_breaks_off_gives_nobody_a_tag(tags: PostgresTags) -> None:
    def members() -> Iterator[str]:
        yield "ada"
        raise RuntimeError("the source broke off")

    with pytest.raises(RuntimeError, match="broke off"):
        tags.give(members())
    assert tags.table().num_rows == 0
    tags.give(["bob"])
    assert tags.table().num_rows == 1


def test_many_who_give_and_erase_at_once_bring_nobody_back(
    tags: PostgresTags, postgres_database: str
) -> None:
    members = [f"m{number}" for number in range(40)]

    def give(turn: int) -> None:
        with PostgresTags(postgres_database, SECRET) as other:
            other.give(members[turn % 7 :: -1] + members[turn % 5 :])

    with ThreadPoolExecutor(6) as pool:
        giving = [pool.submit(give, turn) for turn in range(12)]
        erasing = [pool.submit(tags.erase, member) for member in members[:6]]
        for each in (*giving, *erasing):
            each.result()
    assert sorted(tags.table()["member"].to_pylist()) == sorted(members[6:])
    assert len(set(tags.table()["tag"].to_pylist())) == 34
    assert tags.damage() == ()


def test_a_database_without_the_table_and_a_table_that_was_touched_are_named(postgres_database: str) -> None:
    with pytest.raises(EdgeError, match="no table of tags"):
        PostgresTags(postgres_database, SECRET)
    with PostgresTags.create(postgres_database, SECRET) as tags, psycopg.connect(postgres_database) as db:
        assert tags.damage() == ()
        db.execute("ALTER TABLE sayso_tags.tags DROP CONSTRAINT tags_by_tag")
        db.commit()
        assert [each.code for each in tags.damage()] == ["bad-database"]


def test_a_large_table_is_read_in_pieces(tags: PostgresTags) -> None:
    tags.give(f"m{number:06d}" for number in range(25_000))
    table = tags.table()
    assert table["member"].to_pylist() == [f"m{number:06d}" for number in range(25_000)]
    assert table.schema.names == ["member", "tag"]
