"""Requests that come twice: carried out once, answered the same, and nothing readable kept of the answer."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sayso.errors import InputError, Refused
from sayso.stores.sqlite_service import SqliteService
from sayso.values.moments import DAY, SECOND, Moment
from sayso.workflows.repeats import Repeats, Reply, Turn
from shell import SetClock

REPLY = Reply(201, (("Location", "/v1/entries/3"), ("Sayso-Entry", "3")), b'{"member": "ada-lovelace"}')
BODY = b'POST /v1/choices {"member": "ada-lovelace"}'


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def repeats(tmp_path: Path, clock: SetClock) -> Iterator[Repeats]:
    with SqliteService.at(tmp_path / "service.sqlite") as store:
        yield Repeats(store, clock, bytes(32))


def turn(repeats: Repeats, principal: str = "token:web", key: str = "k", request: bytes = BODY) -> Turn:
    found = repeats.begin(principal, key, request)
    assert isinstance(found, Turn)
    return found


def test_the_same_request_gets_the_same_answer_for_a_day(repeats: Repeats, clock: SetClock) -> None:
    repeats.finish(turn(repeats), REPLY)
    assert repeats.begin("token:web", "k", BODY) == REPLY
    clock.at = Moment(clock.at + DAY - 5 * SECOND)
    assert repeats.begin("token:web", "k", BODY) == REPLY
    clock.at = Moment(clock.at + 5 * SECOND)
    turn(repeats)


def test_another_request_with_the_same_key_is_an_error(repeats: Repeats) -> None:
    begun = turn(repeats)
    with pytest.raises(InputError, match="idempotency-key-reused"):
        repeats.begin("token:web", "k", b"another")
    repeats.finish(begun, REPLY)
    with pytest.raises(InputError, match="idempotency-key-reused"):
        repeats.begin("token:web", "k", b"another")


def test_while_the_first_is_carried_out_the_second_is_refused(repeats: Repeats) -> None:
    begun = turn(repeats)
    with pytest.raises(Refused, match="idempotency-in-flight"):
        repeats.begin("token:web", "k", BODY)
    repeats.abandon(begun)
    turn(repeats)


def test_of_two_at_once_one_is_carried_out(repeats: Repeats) -> None:
    def asked(_: int) -> bool:
        try:
            return isinstance(repeats.begin("token:web", "k", BODY), Turn)
        except Refused:
            return False

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(asked, range(32))) == 1


def test_others_with_the_same_key_are_others(repeats: Repeats) -> None:
    repeats.finish(turn(repeats), REPLY)
    turn(repeats, principal="token:other")
    turn(repeats, principal="token:we", key="bk")


def test_a_request_whose_server_was_killed_can_be_made_again_after_two_minutes(
    repeats: Repeats, clock: SetClock
) -> None:
    lost = turn(repeats)
    clock.at = Moment(clock.at + 121 * SECOND)
    begun = turn(repeats)
    repeats.finish(lost, Reply(500, (), b""))
    repeats.finish(begun, REPLY)
    assert repeats.begin("token:web", "k", BODY) == REPLY


def test_who_asks_again_after_a_kill_learns_when_the_request_came_first(
    tmp_path: Path, clock: SetClock
) -> None:
    with SqliteService.at(tmp_path / "service.sqlite") as store:
        first = turn(Repeats(store, clock, bytes(32)))
        for restarts in range(1, 4):
            store.lose_unfinished()
            clock.at = Moment(clock.at + SECOND)
            repeats = Repeats(store, clock, bytes(32))
            begun = turn(repeats)
            assert (begun.place, begun.at, begun.again is not None) == (first.place, first.at, True), restarts
            with pytest.raises(Refused, match="idempotency-in-flight"):
                repeats.begin("token:web", "k", BODY)
            with pytest.raises(InputError, match="idempotency-key-reused"):
                repeats.begin("token:web", "k", b"another")
        repeats.finish(first, Reply(500, (), b"of the one that was killed"))
        repeats.abandon(begun)
        repeats.finish(turn(repeats), REPLY)
        assert repeats.begin("token:web", "k", BODY) == REPLY


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256, "a\n"])
def test_what_cannot_be_a_key_is_said(repeats: Repeats, key: str) -> None:
    with pytest.raises(InputError, match="bad-idempotency-key"):
        repeats.begin("token:web", key, BODY)


def test_nothing_of_the_answer_or_the_request_or_the_key_can_be_read_in_the_files(
    repeats: Repeats, tmp_path: Path
) -> None:
    repeats.finish(turn(repeats, key="0f8fad5b-d9cb-469f-a165-70867728950e"), REPLY)
    data = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert len(data) > 4096
    for secret in (b"ada-lovelace", b"0f8fad5b", b"token:web"):
        assert secret not in data
