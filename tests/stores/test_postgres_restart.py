"""A server that is stopped and killed while many write: what was acknowledged is there, once, and what was not is said."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import pytest

from log_samples import KEY, NOW, choice, signed
from postgres_server import PostgresServer, running_server
from sayso.errors import EdgeError
from sayso.ledger import events as ev
from sayso.ledger.checkpoints import Checkpoint
from sayso.ledger.verify import verify_log
from sayso.stores.postgres_log import PostgresLog
from sayso.stores.postgres_tags import PostgresTags


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of these tests' own, which they leave running."""
    with running_server() as made:
        yield made


@pytest.fixture
def database(server: PostgresServer) -> str:
    """The name of an empty database on it."""
    return server.create()


@dataclass
class Load:
    """What writers were told: the number of each choice that was acknowledged, and what was said of each that was not."""

    acknowledged: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    signed: list[Checkpoint] = field(default_factory=list)
    stopping: Event = field(default_factory=Event)

    def write(self, log: PostgresLog, name: str) -> None:
        """Write until told to stop: choices alone, in twos, under a condition, while holding the log; and have it signed."""
        ways: tuple[Callable[[str], list[ev.Entry]], ...] = (
            lambda tag: list(log.append([choice(tag)], NOW)),
            lambda tag: list(log.append([choice(tag), choice(tag + "'")], NOW)),
            lambda tag: list(log.append_if(log.size(), [choice(tag)], NOW) or ()),
            lambda tag: self._held(log, tag),
        )
        turn = 0
        while not self.stopping.is_set():
            tag = f"{name}-{turn}"
            try:
                if turn % 20 == 7:
                    self.signed.append(log.signed(signed, keep=turn % 40 == 7))
                for entry in ways[turn % 29 % 4 if turn % 29 < 4 else 0](tag):
                    self.acknowledged[ev.tag_of(entry.event) or ""] = entry.number
            except EdgeError as error:
                self.refused[tag] = error.problems[0].code
            turn += 1

    @staticmethod
    def _held(log: PostgresLog, tag: str) -> list[ev.Entry]:
        with log.hold() as held:
            return list(held.append([choice(tag)], NOW))


def break_under_load(server: PostgresServer, url: str, breaks: int, patience: float) -> Load:
    """Have two clients with eight threads each write while the server is stopped at once or killed, time and again."""
    load = Load()
    PostgresLog.create(url, KEY.name).close()
    clients = [PostgresLog(url, KEY.name, patience=patience) for _ in range(2)]
    with ThreadPoolExecutor(16) as pool:
        writing = [
            pool.submit(load.write, log, f"{client}-{writer}")
            for client, log in enumerate(clients)
            for writer in range(8)
        ]
        for turn in range(breaks):
            before = len(load.acknowledged)
            until = time.monotonic() + 30
            while len(load.acknowledged) < before + 100 and time.monotonic() < until:
                time.sleep(0.01)
            (server.kill if turn % 2 else server.stop)()
            if patience < 1:
                time.sleep(3 * patience)
            server.start()
        time.sleep(0.3)
        load.stopping.set()
        for each in writing:
            each.result(60)
    for log in clients:
        log.close()
    return load


def check(load: Load, url: str) -> None:
    """Hold the log to what was said of it."""
    with PostgresLog(url, KEY.name) as log:
        kept = {ev.tag_of(entry.event) or "": entry.number for entry in log.entries()}
        assert len(kept) == log.size()  # nothing twice
        assert load.acknowledged.items() <= kept.items()
        unsaid = kept.keys() - load.acknowledged.keys()
        assert {load.refused[tag.rstrip("'")] for tag in unsaid} <= {"unknown-outcome"}
        assert verify_log(log, KEY, load.signed).holds
        assert log.damage() == ()


def test_whoever_waits_out_a_restart_loses_nothing_and_is_told_of_no_error(
    server: PostgresServer, database: str
) -> None:
    load = break_under_load(server, server.url(database), breaks=4, patience=60)
    # Who held the log when it broke is told, for others may have written since.
    assert set(load.refused.values()) <= {"postgres"}
    assert len(load.acknowledged) > 400
    check(load, server.url(database))


def test_whoever_does_not_wait_is_told_and_what_they_were_told_is_true(
    server: PostgresServer, database: str
) -> None:
    load = break_under_load(server, server.url(database), breaks=3, patience=0.05)
    assert set(load.refused.values()) <= {"postgres", "unknown-outcome"}
    assert load.refused
    check(load, server.url(database))


@pytest.mark.deep
def test_forty_restarts_under_load(server: PostgresServer, database: str) -> None:
    check(break_under_load(server, server.url(database), breaks=40, patience=60), server.url(database))


def test_tags_outlive_a_server_that_is_killed_and_are_asked_for_again(
    server: PostgresServer, database: str
) -> None:
    with PostgresTags.create(server.url(database), bytes(32)) as tags:
        tags.give(["ada", "bob"])
        before = tags.table()
        server.kill()
        server.start()
        assert tags.table().equals(before)
        server.stop()
        server.start()
        tags.give(["cem"])
        server.stop()
        server.start()
        assert tags.erase("bob") == before["tag"][1].as_py()
        assert tags.table()["member"].to_pylist() == ["ada", "cem"]


def test_a_server_that_does_not_come_back_is_named_and_nothing_of_its_address(
    server: PostgresServer, database: str
) -> None:
    url = server.url(database, "hunter2")
    with (
        PostgresLog.create(url, KEY.name, patience=0.1) as log,
        PostgresTags.create(url, bytes(32), patience=0.1) as tags,
    ):
        server.stop()
        for ask in (
            log.size,
            lambda: log.append([choice()], NOW),
            lambda: log.hold().__enter__(),
            lambda: log.signed(signed),
            lambda: tags.tag_of("ada"),
            lambda: tags.give(["ada"]),
            lambda: tags.erase("ada"),
            lambda: PostgresLog(url, KEY.name),
        ):
            with pytest.raises(EdgeError, match="could not be reached") as error:
                ask()
            assert "hunter2" not in str(error.value)
            assert str(server.folder) not in str(error.value)
    server.start()
