"""The pages about webhooks, the guard and the client: their commands print what they say, and their code runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from cli.test_tutorial import calls, is_as_told
from receivers import receiving
from sayso.client import Client, clients
from sayso.client.answers import Dataset
from sayso.guard import guard
from sayso.values.uses import Use
from sayso.wiring import Project, random_bytes
from sayso.workflows.tokens import SCOPES, issue
from shell import SetClock, Shell
from small_service import Service, serving

DOCS = Path(__file__).resolve().parents[2] / "docs"
HOW_TO = DOCS / "how-to"
ADDRESS = "https://sayso.example.org"


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", (HOW_TO / page).read_text("utf-8"), re.M | re.S)


@pytest.fixture
def service(forum: Shell, socket_enabled: None) -> Iterator[Service]:
    with forum.project() as project, project.service() as store, serving(project, store) as found:
        yield found


@pytest.fixture
def token(service: Service) -> str:
    return issue(service.store, service.project.clock, random_bytes, "tests", SCOPES).text or ""


def test_the_commands_of_the_page_about_webhooks_print_what_it_says(
    forum: Shell, socket_enabled: None
) -> None:
    with receiving() as receiver:
        for block in blocks("webhooks.md", "console"):
            for call in calls(block):
                words = shlex.split(call.command.replace("https://affiliate.example/sayso", receiver.url))[1:]
                out = forum(*words).out.replace(receiver.url, "https://affiliate.example/sayso")
                assert is_as_told(out, call.output), f"$ {call.command}\n{out}"
        assert len(receiver.got) == 1


def test_the_receiver_of_the_page_checks_and_follows_what_it_is_sent(
    forum: Shell, socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("standardwebhooks")
    (code,) = blocks("webhooks.md", "python")
    stopped: list[tuple[str, ...]] = []
    with receiving() as receiver:
        secret = forum.json("webhook", "add", receiver.url)["secret"]
        forum.clock.at = SetClock("2026-01-01").at
        monkeypatch.setattr("standardwebhooks.webhooks.datetime", _At(forum.clock))
        forum("choose", "bob", "ai-training", "no")
        forum("webhook", "deliver")
        names: dict[str, Any] = {"SECRET": secret, "stop_using": lambda *what: stopped.append(what)}
        exec(code, names)
        for _ in range(2):
            names["receive"](receiver.got[0].headers, receiver.got[0].body)
        assert ("bob", "ai-training", "platform") in stopped
        assert len(stopped) == len(set(stopped))
        with pytest.raises(Exception, match="No matching signature"):
            names["receive"](receiver.got[0].headers, receiver.got[0].body.replace(b"bob", b"ada"))


class _At:
    """The library's clock, set to the time of the test."""

    def __init__(self, clock: SetClock) -> None:
        self._clock = clock

    def now(self, tz: Any) -> Any:
        from datetime import datetime

        return datetime.fromtimestamp(self._clock.at / 1_000_000, tz)

    def fromtimestamp(self, seconds: float, tz: Any) -> Any:
        from datetime import datetime

        return datetime.fromtimestamp(seconds, tz)


def test_the_command_of_the_page_about_the_guard_prints_what_it_says(forum: Shell) -> None:
    (block,) = blocks("guard-a-training-loop.md", "console")
    (call,) = calls(block)
    out = forum(*shlex.split(call.command)[1:]).out
    assert is_as_told(out, call.output)


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_loops_of_the_page_about_the_guard_run(
    service: Service, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (
        code.replace(ADDRESS, service.address) for code in blocks("guard-a-training-loop.md", "python")
    )
    since = service.project.log.size() - 1
    trained: list[Any] = []
    loader = [{"author": ["ada", "bob"], "id": ["p1", "p2"]}] * 3

    def train(batch: Any) -> None:
        trained.append(batch)
        if len(trained) == 1:
            service.say("bob", "ai-training", False)

    names = {"TOKEN": token, "SINCE": since, "loader": loader, "train": train}
    exec(first, names)
    assert trained == [loader[0], {"author": ["ada"], "id": ["p1"]}, {"author": ["ada"], "id": ["p1"]}]
    trained.append(None)
    published = Dataset("writers", 1, Use("content-generation", "platform"), SetClock, 1, "", since)  # type: ignore[arg-type]
    monkeypatch.setattr(clients.Methods, "dataset", lambda client, name: published)
    page = service.project
    bob = _pseudonym(page, "bob")
    rows = pa.table({"member": ["someone", bob], "record": ["r1", "r2"]})
    exec(second, {**names, "guard": guard, "Client": Client, "rows": rows})
    assert trained[-1].to_pylist() == [{"member": "someone", "record": "r1"}]


def _pseudonym(project: Project, member: str) -> str:
    from sayso.dataset.rows import dataset_key, member_pseudonym

    return member_pseudonym(dataset_key(project.keys.secret(), "writers"), project.tags.tag_of(member) or "")


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_code_of_the_page_about_the_client_runs(
    service: Service, token: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = blocks("call-the-service.md", "python")
    exec(code.replace(ADDRESS, service.address), {"TOKEN": token})
    out = capsys.readouterr().out
    assert "No to" in out
    assert "ai-training no 2025-06-01" in out
    assert "409 unknown-control its controls:" in out


@pytest.mark.parametrize(
    "page",
    [
        "how-to/webhooks.md",
        "how-to/guard-a-training-loop.md",
        "how-to/call-the-service.md",
        "reference/feed.md",
        "reference/service-file.md",
        "decisions/0019-outbox.md",
    ],
)
def test_every_page_that_these_name_is_there(page: str) -> None:
    place = DOCS / page
    for link in re.findall(r"\]\(((?!https?:)[^)#]+)\)", place.read_text("utf-8")):
        assert (place.parent / link).is_file(), link
