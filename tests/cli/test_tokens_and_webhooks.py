"""``sayso token`` and ``sayso webhook`` as somebody uses them, and that a dry run changes no byte."""

from __future__ import annotations

import json

import pytest

from receivers import receiving
from sayso.stores.sqlite_service import SqliteService
from sayso.workflows.tokens import holder
from shell import Shell


def test_a_token_is_made_shown_once_listed_and_taken_back(forum: Shell) -> None:
    made = forum.json("token", "create", "trainer", "--scope", "feed:read", "--scope", "decisions:read")
    assert made["token"].startswith("sayso_")
    assert made["scopes"] == ["decisions:read", "feed:read"]
    with forum.project() as project, project.service() as service:
        assert holder(service, forum.clock, made["token"]) is not None
    listed = forum("token", "list").out
    assert "1 token." in listed
    assert "trainer  since 2025-06-01 12:00:" in listed
    assert "used 2025-06-01  decisions:read feed:read" in listed
    assert made["token"] not in listed + json.dumps(forum.json("token", "list"))
    forum("token", "revoke", "trainer")
    with forum.project() as project, project.service() as service:
        assert holder(service, forum.clock, made["token"]) is None
    assert "revoked 2025-06-01" in forum("token", "list").out
    assert forum("token", "revoke", "trainer", "--json", status=3).codes == ["revoked"]


def test_what_is_wrong_with_a_token_is_said_with_what_there_is(forum: Shell) -> None:
    said = forum("token", "create", "Trainer", "--scope", "everything", status=2)
    assert "bad-name" in said.err
    assert "it has: choices:read, choices:write" in said.err
    assert forum("token", "revoke", "nobody", "--json", status=2).codes == ["unknown-token"]


def test_a_dry_run_of_tokens_and_webhooks_changes_no_byte(forum: Shell) -> None:
    forum("token", "create", "web", "--scope", "choices:write")
    hook = forum.json("webhook", "add", "https://example.org/", "--after", "-1")["id"]
    before = forum.snapshot()
    assert "Dry run" in forum("token", "create", "trainer", "--scope", "feed:read", "--dry-run").out
    assert "Dry run" in forum("token", "revoke", "web", "--dry-run").out
    assert "Dry run" in forum("webhook", "add", "https://example.org/", "--dry-run").out
    assert "Dry run" in forum("webhook", "remove", hook, "--dry-run").out
    assert "https://example.org/ would be sent 3 messages." in forum("webhook", "deliver", "--dry-run").out
    assert forum.snapshot() == before


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_webhook_is_added_told_listed_and_removed(forum: Shell, socket_enabled: None) -> None:
    with receiving() as receiver:
        added = forum("webhook", "add", receiver.url, "--event", "said-no").out
        assert f"{receiver.url} is told of said-no from entry 3 on." in added
        assert "secret: whsec_" in added
        assert forum("webhook", "deliver").out == "Nothing waits.\n"
        forum("choose", "ada", "ai-training", "no")
        assert "said-no  1 message waits" in forum("webhook", "list").out
        assert forum("webhook", "deliver").out == f"{receiver.url} took 1 message.\n"
        listed = forum("webhook", "list")
        assert "told of all" in listed.out
        assert "whsec_" not in listed.out
        receiver.answer = lambda got: (500, {})
        forum("choose", "bob", "ai-training", "no")
        assert "took 0 messages, and not the next: it is tried again" in forum("webhook", "deliver").out
        assert "1 message waits; 1 attempt in vain, next 2025-06-01" in forum("webhook", "list").out
        hook = forum.json("webhook", "list")["webhooks"][0]
        assert (hook["cursor"], hook["attempts"], hook["waiting"]) == (4, 1, 1)
        forum("webhook", "remove", hook["id"])
    assert forum("webhook", "list").out == "No webhook yet: `sayso webhook add` adds one.\n"
    assert forum("webhook", "remove", hook["id"], "--json", status=2).codes == ["unknown-webhook"]


def test_a_receiver_that_is_gone_is_said_to_be(forum: Shell, socket_enabled: None) -> None:
    with receiving() as receiver:
        receiver.answer = lambda got: (410, {})
        forum("webhook", "add", receiver.url, "--after", "-1")
        assert "is gone: it is told nothing more." in forum("webhook", "deliver").out
    assert "ended by its receiver" in forum("webhook", "list").out


def test_a_project_that_was_made_before_there_was_a_service_gets_its_file(forum: Shell) -> None:
    (forum.folder / ".sayso" / "service.sqlite").unlink()
    assert forum("token", "list").out == "No token yet: `sayso token create` makes one.\n"
    with SqliteService.at(forum.folder / ".sayso" / "service.sqlite") as service:
        assert service.damage() == ()
