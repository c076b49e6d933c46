"""The client and the guard against the real service, over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from receivers import receiving
from sayso.client import Client
from sayso.client.problems import Invalid, NotAllowed, NotFound, NotSignedIn
from sayso.guard import Stopped, guard
from sayso.values.uses import Use
from sayso.web.teller import Teller
from sayso.wiring import random_bytes
from sayso.workflows.webhooks import add_webhook
from web.loopback import running
from web.worlds_served import World, fresh

USE = Use("content-generation", "platform")


@pytest.fixture(scope="module")
def served(served_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    place = tmp_path_factory.mktemp("called") / "forum"
    with fresh(served_root, place) as world, running(world.app) as address:
        yield world, address


@pytest.fixture(autouse=True)
def network(socket_enabled: None) -> None:
    """Let tests use loopback."""


@pytest.fixture
def client(served: tuple[World, str]) -> Iterator[Client]:
    world, address = served
    with Client(address, world.service()) as found:
        yield found


def test_every_reading_call_is_understood(client: Client, served: tuple[World, str]) -> None:
    world, address = served
    member = world.pair()[0]
    record = world.records_of(member)[0]
    made = client.choose(member, "ai-training", "no")
    assert [one.entry for one in client.choices(member)][-1] == made.entry
    assert "ai-training" in {one.id for one in client.controls(member).controls if one.state == "no"}
    objected = client.object_to(member).entry
    assert objected in {one.entry for one in client.objections(member)}
    assert client.take_step(objected, "answered").stage == "answered"
    assert (objected, "answered") in {(one.entry, one.stage) for one in client.all_objections()}
    assert client.decide(USE, record).verdict == "deny"
    assert client.decide_all(USE, [record, "nothing"]).decisions.reason[1] == "unknown-record"
    (writers,) = client.datasets()
    assert client.dataset(writers.name).versions
    assert list(client.models()) == []
    assert client.policy().version is not None
    assert client.uses_of(member).items is not None
    assert list(client.notices_to(member)) is not None
    told = client.notify(client.policy().versions[0].id, regions=["US"])
    assert told.entry in {one.entry for one in client.notices()}
    signed = client.checkpoint()
    assert client.consistency(signed.size - 1).size >= signed.size - 1
    assert client.entry(made.entry).event["control"] == "ai-training"
    assert client.inclusion(made.entry).entry == made.entry
    assert client.receipt(made.entry)["header"] == (made.receipt or {})["header"]
    with Client(address, world.member(member)) as own:
        assert own.choose(None, "ai-training", "yes").member == member
        assert list(own.records_in(member, writers.name)) is not None


def test_what_is_refused_has_its_kind(client: Client, served: tuple[World, str]) -> None:
    world, address = served
    with Client(address, world.service("log:read")) as other, pytest.raises(NotAllowed):
        other.withdrawals()
    with Client(address, "sayso_wrong") as nobody, pytest.raises(NotSignedIn):
        nobody.checkpoint()
    with pytest.raises(NotFound):
        client.dataset("nothing")
    with pytest.raises((Invalid, NotFound)):
        client.choose("nobody at all", "ai-training", "no")


def test_the_guard_follows_the_real_feed(client: Client, served: tuple[World, str]) -> None:
    world, _ = served
    first, second = world.pair()
    rows = [{"author": who, "id": record} for who in (first, second) for record in world.records_of(who)]
    client.choose(first, "ai-training", "yes")
    since = client.choose(second, "ai-training", "yes").entry
    given = []
    for batch in guard([rows] * 3, client, USE, since=since, member_of="author", record_of="id"):
        given.append({row["author"] for row in batch})
        if len(given) == 1:
            client.choose(first, "ai-training", "no")
    assert given == [{first, second}, {second}, {second}]
    with guard([rows] * 3, client, USE, since=since, member_of="author", seconds=6) as loop:
        assert [{row["author"] for row in batch} for batch in loop] == [{second}] * 3
    stop = client.suspend(["ai-training"], "the office")
    with pytest.raises(Stopped):
        list(guard([rows], client, USE, since=since, member_of="author"))
    assert client.lift(stop.id).entry == stop.entry + 1
    (again,) = [one for one in client.suspensions() if one.id == stop.id]
    assert again.lifted_at is not None


def test_a_server_tells_webhooks_by_itself(client: Client, served: tuple[World, str]) -> None:
    world, _ = served
    with receiving() as receiver:
        house = world.house
        hook = add_webhook(house.project.yard, house.service, random_bytes, receiver.url)
        teller = Teller(house)
        teller.start()
        client.choose(world.pair()[0], "ai-training", "no")
        until = monotonic() + 20
        while not receiver.got and monotonic() < until:
            sleep(0.02)
        teller.stop()
        house.service.remove_webhook(hook.id)
    assert b'"kind":"said-no"' in receiver.got[0].body
