"""A project whose log and tags are in PostgreSQL, through the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from postgres_server import PostgresServer
from sayso.errors import EdgeError
from shell import Shell

VARIABLE = "SAYSO_LOG_URL"


@pytest.fixture
def forum(tmp_path: Path, postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv(VARIABLE, postgres_database)
    (tmp_path / "forum").mkdir()
    return Shell(tmp_path / "forum")


def test_a_project_lives_in_postgresql_from_its_start_to_its_proofs(forum: Shell) -> None:
    forum("init", "--policy", "opt-out-with-notice", "--log-url-in", VARIABLE)
    assert not (forum.folder / ".sayso/log.sqlite").exists()
    assert not (forum.folder / ".sayso/tags.sqlite").exists()
    forum("import", "community", "--members", "60", "--seed", "1")
    build = ("build", "writers", "--purpose", "content-generation", "--recipient", "platform")
    first = forum.json(*build)
    with forum.project() as project:
        member = project.tags.table()["member"][0].as_py()
    forum("choose", member, "ai-training", "no", "--out", "receipt.json")
    forum("receipt", "verify", "receipt.json", "--key", ".sayso/keys/log.pub")
    second = forum.json(*build)
    assert second["version"] == first["version"] + 1
    forum("log", "checkpoint")
    said = forum.json("verify")
    assert said
    forum("erase", member)
    assert forum("verify").status == 0


def test_a_missing_address_and_a_database_without_a_log_are_named(
    forum: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    forum("init")
    settings = (forum.folder / "sayso.yaml").read_text()
    forum.write("sayso.yaml", f"{settings}log: {{postgres: {{url: {{env: {VARIABLE}}}}}}}\n")
    assert "this database has no log" in forum("log", "show", status=5).err
    monkeypatch.delenv(VARIABLE)
    assert "no secret in the variable SAYSO_LOG_URL" in forum("log", "show", status=5).err


def test_a_log_moves_into_postgresql_and_back_and_its_receipts_still_verify(
    forum: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    forum("init", "--policy", "opt-out-with-notice")
    with (forum.folder / "sayso.yaml").open("a") as settings:
        settings.write("# A word of the office's own.\n")
    forum("import", "community", "--members", "60", "--seed", "1")
    with forum.project() as project:
        member = project.tags.table()["member"][0].as_py()
    forum("choose", member, "ai-training", "no", "--out", "receipt.json")
    before = forum.json("log", "show", "--from", "0", "--limit", "1000")
    tried = forum.json("migrate", "postgres", "--url-in", VARIABLE, "--dry-run")
    assert "log:" not in (forum.folder / "sayso.yaml").read_text()
    there = forum.json("migrate", "postgres", "--url-in", VARIABLE)
    assert tried == there | {"dry_run": True}
    assert there["entries"] == before["size"]
    assert forum.json("log", "show", "--from", "0", "--limit", "1000") == before
    assert "A word of the office's own." in (forum.folder / "sayso.yaml").read_text()
    forum("receipt", "verify", "receipt.json", "--key", ".sayso/keys/log.pub")
    forum("choose", member, "ai-training", "yes")
    forum("verify")
    refused = forum("migrate", "postgres", "--url-in", VARIABLE, status=3)
    assert "there already" in refused.err
    back = forum.json("migrate", "sqlite")
    assert back["entries"] == before["size"] + 1
    assert "log:" not in (forum.folder / "sayso.yaml").read_text()
    monkeypatch.delenv(VARIABLE)
    forum("verify")
    forum("choose", member, "ai-training", "no")


def test_who_still_uses_the_log_that_was_left_is_told(forum: Shell) -> None:
    forum("init", "--policy", "opt-in")
    before = (forum.folder / "sayso.yaml").read_text()
    with forum.project() as opened:
        forum("migrate", "postgres", "--url-in", VARIABLE)
        with pytest.raises(EdgeError, match="this log is closed"):
            opened.log.size()
    (forum.folder / "sayso.yaml").write_text(before)
    assert "this log is closed" in forum("log", "show", status=5).err


def test_errors_of_the_database_never_say_its_address(
    forum: Shell, monkeypatch: pytest.MonkeyPatch, postgres_server: PostgresServer
) -> None:
    monkeypatch.setenv(VARIABLE, postgres_server.url("nowhere", "hunter2"))
    refused = forum("init", "--log-url-in", VARIABLE, status=5)
    monkeypatch.setenv(VARIABLE, "postgresql://sayso:hunter2@[::1/log")
    unread = forum("init", "--log-url-in", VARIABLE, status=2)
    for said in (refused, unread):
        assert "hunter2" not in said.out + said.err
        assert "nowhere" not in said.out + said.err
    assert "could not be reached" in refused.err


def test_an_address_in_a_file_of_the_project_is_read(
    forum: Shell, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    forum.write("secrets/log.url", postgres_database + "\n")
    forum("init", "--log-url-in", "secrets/log.url")
    assert "log: {postgres: {url: {file: " in (forum.folder / "sayso.yaml").read_text()
    forum("verify")


def test_the_log_of_another_project_is_not_taken_for_ones_own(forum: Shell) -> None:
    forum("init", "--log-url-in", VARIABLE, "--origin", "example.org/one")
    settings = (forum.folder / "sayso.yaml").read_text()
    forum.write("sayso.yaml", settings.replace("example.org/one", "example.org/two"))
    assert "the log of another project" in forum("log", "show", status=4).err
