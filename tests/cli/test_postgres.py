"""A project whose log and tags are in PostgreSQL, through the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

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


def test_a_missing_address_and_an_address_without_a_log_are_named(
    forum: Shell, monkeypatch: pytest.MonkeyPatch, postgres_database: str
) -> None:
    monkeypatch.delenv(VARIABLE)
    assert "no secret in the variable SAYSO_LOG_URL" in forum("init", "--log-url-in", VARIABLE, status=5).err
