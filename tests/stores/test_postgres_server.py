"""The tests' own server: what other tests lean on."""

from __future__ import annotations

import psycopg

from postgres_server import PostgresServer, running_server


def test_a_database_is_empty_and_a_copy_of_it_is_not_it(postgres_server: PostgresServer) -> None:
    first = postgres_server.create()
    with psycopg.connect(postgres_server.url(first)) as db:
        db.execute("CREATE TABLE one (a int)")
    second = postgres_server.create(first)
    with psycopg.connect(postgres_server.url(second)) as db:
        db.execute("INSERT INTO one VALUES (1)")
    with psycopg.connect(postgres_server.url(first, "pass")) as db:
        assert db.execute("SELECT count(*) FROM one").fetchone() == (0,)
    postgres_server.drop(first)
    postgres_server.drop(second)


def test_what_was_committed_outlives_a_server_that_is_killed() -> None:
    with running_server() as server:
        for end in (server.kill, server.stop):
            with psycopg.connect(server.url()) as db:
                db.execute("CREATE TABLE IF NOT EXISTS kept (a int)")
                db.execute("INSERT INTO kept VALUES (1)")
                db.commit()
                end()
                server.start()
        with psycopg.connect(server.url()) as db:
            assert db.execute("SELECT count(*) FROM kept").fetchone() == (2,)
