"""A served project whose files change, or say nonsense for a while, and the threads that go on beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest

from receivers import receiving
from sayso.errors import EdgeError, Problem
from sayso.ports import Clock
from sayso.web import house as houses
from sayso.web.house import House
from sayso.web.rounds import Rounds
from sayso.web.teller import Teller
from sayso.wiring import Project, open_project, random_bytes
from sayso.workflows.webhooks import add_webhook
from shell import SetClock
from web.worlds_served import World, world
from workflows.worlds_on_disk import LATE, copied

NO = {"control": "ai-training", "value": "no"}


@pytest.fixture
def own(served_root: Path, tmp_path: Path) -> Iterator[World]:
    with world(copied(served_root, tmp_path / "forum")) as found:
        yield found


def policy_file(root: Path) -> Path:
    with open_project(root) as project:
        return root / project.settings.policy


def changed(file: Path, text: str) -> None:
    """Write a file so that it is another by its state, however coarse the clock of the file system is."""
    fresh = file.with_suffix(".new")
    fresh.write_text(text, "utf-8")
    os.replace(fresh, file)


def test_while_the_policy_says_nonsense_nobody_is_answered_and_everybody_may_come_again(own: World) -> None:
    member, file = own.pair()[0], policy_file(own.root)
    good = file.read_text("utf-8")
    changed(file, "nonsense")
    with own.client(own.member(member)) as client:
        refused = client.post("/v1/choices", json=NO)
        assert (refused.status_code, refused.json()["code"]) == (503, "bad-settings")
        assert refused.headers["retry-after"] == "1"
        page = client.get("/sign-in/office")
        assert page.status_code == 503
        assert "</html>" in page.text  # what tells of a problem needs no policy
        changed(file, good)
        assert client.post("/v1/choices", json=NO).status_code == 201


def test_what_is_written_while_the_project_is_opened_is_not_missed(
    served_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copied(served_root, tmp_path / "forum")
    file = policy_file(root)
    good, times = file.read_text("utf-8"), 0

    def opened(place: Path, clock: Clock | None = None) -> Project:
        nonlocal times
        times += 1
        found = open_project(place, clock)
        changed(file, f"{good}# {times}\n") if times < 3 else None
        return found

    monkeypatch.setattr(houses, "open_project", opened)
    with House(root, SetClock(LATE)) as house:
        held = [house.project for _ in range(4)]
    assert times == 3
    assert held[-1] is held[-2]


class _Failing(Rounds):
    def __init__(self) -> None:
        super().__init__("failing", "it failed")
        self.errors: list[Exception] = [ValueError("a secret"), EdgeError(Problem("a-code", "a secret"))]
        self.worked = Event()

    def round(self) -> None:
        if self.errors:
            raise self.errors.pop()
        self.worked.set()


def test_a_round_that_fails_is_not_the_last_and_is_told_without_its_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sayso.web.rounds.LOOKS", 0.01)
    thread = _Failing()
    thread.start()
    assert thread.worked.wait(10)
    thread.stop()
    assert "it failed: a-code" in caplog.text
    assert "it failed: ValueError" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.usefixtures("socket_enabled")
def test_webhooks_are_told_again_when_the_policy_makes_sense_again(own: World) -> None:
    member, file = own.pair()[0], policy_file(own.root)
    good = file.read_text("utf-8")
    with receiving() as receiver:
        add_webhook(own.house.project.yard, own.house.service, random_bytes, receiver.url)
        teller = Teller(own.house)
        changed(file, "nonsense")
        teller.start()
        sleep(1.5)
        changed(file, good)
        with own.all_scopes() as client:
            assert client.post("/v1/choices", json=NO | {"member": member}).status_code == 201
        until = monotonic() + 20
        while not receiver.got and monotonic() < until:
            sleep(0.02)
        teller.stop()
    assert b'"kind":"said-no"' in receiver.got[0].body


def test_whom_the_settings_let_in_no_longer_is_refused_from_then_on(own: World) -> None:
    member, settings = own.pair()[0], own.root / "sayso.yaml"
    good = settings.read_text("utf-8")
    with own.client(own.member(member)) as client:
        assert client.get("/v1/policy").status_code == 200
        held = own.app.state.gateway.now.doors
        changed(policy_file(own.root), policy_file(own.root).read_text("utf-8") + "# changed\n")
        assert client.get("/v1/policy").status_code == 200
        assert own.app.state.gateway.now.doors is held  # with the keys that were fetched
        changed(settings, good.replace("issuer: https://forum.example", "issuer: https://other.example"))
        assert client.get("/v1/policy").status_code == 401
        changed(settings, good)
        assert client.get("/v1/policy").status_code == 200
