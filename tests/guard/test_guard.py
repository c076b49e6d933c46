"""The guard over a real service: nothing of whoever said no before a batch was asked for is ever in it."""

from __future__ import annotations

import random
import time
from collections import deque
from threading import Event, Thread
from typing import Any

import pytest
from starlette.responses import Response

from sayso.client import Client
from sayso.client.problems import NotAllowed
from sayso.errors import InputError
from sayso.guard import Guard, Stopped, Unanswered, guard
from sayso.intake.community import Community
from sayso.values.uses import Use
from sayso.workflows.feed import withdrawals
from small_service import Service
from workflows.worlds_on_disk import built, quiet, rows_of

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
USE = Use("content-generation", "platform")
CONTROL = "ai-training"


@pytest.fixture
def rows(made: Community) -> list[dict[str, str]]:
    """The records of the community as a training set of the platform's own."""
    return [{"author": each.author, "id": each.id} for each in made.records if each.author is not None]


@pytest.fixture
def since(service: Service) -> int:
    """The last entry of the log as the training set was made."""
    return service.project.log.size() - 1


def batches(rows: list[dict[str, str]], size: int = 4) -> list[list[dict[str, str]]]:
    return [rows[at : at + size] for at in range(0, len(rows), size)]


def guarded(rows: list[dict[str, str]], client: Client, since: int, **more: Any) -> Guard[Any]:
    more = {"member_of": "author", "record_of": "id", **more}
    return guard(batches(rows), client, USE, since=since, **more)


def authors(given: list[list[dict[str, str]]]) -> set[str]:
    return {row["author"] for batch in given for row in batch}


def test_where_nobody_takes_anything_back_every_batch_comes_as_it_is(
    client: Client, rows: list[dict[str, str]], since: int
) -> None:
    whole = batches(rows)
    given = list(guard(whole, client, USE, since=since, member_of="author"))
    assert all(one is other for one, other in zip(given, whole, strict=True))


def test_from_the_next_batch_on_nothing_of_a_member_who_said_no(
    client: Client, service: Service, rows: list[dict[str, str]], since: int
) -> None:
    loop = guarded(rows, client, since)
    given, gone = [], rows[0]["author"]
    for batch in loop:
        given.append(batch)
        if len(given) == 1:
            service.say(gone, CONTROL, False)
    assert gone in authors(given[:1])
    assert gone not in authors(given[1:])
    left = sum(row["author"] == gone for row in rows[4:])
    assert loop.left_out == left > 0
    assert sum(map(len, given)) == len(rows) - left


def test_a_no_before_the_loop_began_counts_from_the_entry_that_made_the_set(
    client: Client, service: Service, rows: list[dict[str, str]], since: int
) -> None:
    gone = rows[0]["author"]
    entry = service.say(gone, CONTROL, False)
    assert gone not in authors(list(guarded(rows, client, since)))
    assert gone in authors(list(guarded(rows, client, entry)))


def test_a_yes_brings_a_member_back_and_a_no_to_something_else_takes_nobody_out(
    client: Client, service: Service, rows: list[dict[str, str]], since: int
) -> None:
    gone = rows[0]["author"]
    service.say(gone, CONTROL, False)
    service.say(gone, CONTROL, True)
    service.say(gone, "licensing", False)
    assert list(guarded(rows, client, since)) == batches(rows)


def test_a_deleted_record_and_a_closed_account_are_left_out(
    client: Client, rows: list[dict[str, str]], since: int
) -> None:
    record, leaver = rows[0], next(row["author"] for row in rows if row["author"] != rows[0]["author"])
    client.delete_record(record["id"])
    client.close_account(leaver)
    given = [row for batch in guarded(rows, client, since) for row in batch]
    assert given == [row for row in rows if row != record and row["author"] != leaver]


def test_no_acknowledged_no_is_ever_in_a_batch_that_was_asked_for_after_it(
    client: Client, service: Service, token: str, rows: list[dict[str, str]], since: int
) -> None:
    said: dict[str, float] = {}
    over = Event()

    def members() -> None:
        dice = random.Random(3)
        people = sorted({row["author"] for row in rows})
        with Client(service.address, token) as theirs:
            while people and not over.is_set():
                member = people.pop(dice.randrange(len(people)))
                theirs.choose(member, CONTROL, "no")
                said[member] = time.monotonic()
                time.sleep(0.01)

    speaking = Thread(target=members)
    speaking.start()
    late = 0
    try:
        loop = iter(guarded(rows * 3, client, since))
        asked = time.monotonic()
        for batch in loop:
            before = {member for member, at in list(said.items()) if at < asked}
            assert not before & {row["author"] for row in batch}
            late += bool(before)
            asked = time.monotonic()
    finally:
        over.set()
        speaking.join()
    assert late > 5


def test_what_may_be_some_seconds_old_is_no_older(
    client: Client, service: Service, rows: list[dict[str, str]], since: int
) -> None:
    loop = guarded(rows * 500, client, since, seconds=0.3)
    gone = rows[0]["author"]
    with loop:
        given = iter(loop)
        next(given)
        service.say(gone, CONTROL, False)
        acknowledged = time.monotonic()
        asked, asked_after = acknowledged, 0
        while asked_after < 5:
            asked = time.monotonic()
            batch = next(given)
            if asked > acknowledged + 0.3:
                assert gone not in {row["author"] for row in batch}
                asked_after += 1


def test_a_thread_that_asks_ahead_spares_the_batches_the_asking(
    client: Client, service: Service, rows: list[dict[str, str]], since: int
) -> None:
    with guarded(rows * 50, client, since, seconds=30) as loop:
        given = sum(1 for _ in loop)
    assert given > 500
    assert len([path for _, path, _ in service.asked if path.endswith("withdrawals")]) < 10


def test_a_suspension_of_the_use_stops_the_loop_with_an_error_or_ends_it(
    client: Client, service: Service, rows: list[dict[str, str]], since: int
) -> None:
    loop = iter(guarded(rows, client, since))
    next(loop)
    done = client.suspend(["ai-training"], "the office")
    with pytest.raises(Stopped, match=rf"suspended \({done.id}\)"):
        next(loop)
    assert list(guarded(rows, client, since, on_stop="end")) == []
    client.lift(done.id)
    assert list(guarded(rows, client, since)) == batches(rows)


def test_a_suspension_of_another_use_stops_nothing(
    client: Client, rows: list[dict[str, str]], since: int
) -> None:
    client.suspend(["licensing"], "the office")
    assert list(guarded(rows, client, since)) == batches(rows)


def permitted(client: Client, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    verdicts = client.decide_all(USE, [row["id"] for row in rows]).decisions.verdict
    return [row for row, verdict in zip(rows, verdicts, strict=True) if verdict == "permit"]


def test_a_stop_in_some_regions_is_asked_about_record_by_record(
    client: Client, rows: list[dict[str, str]], since: int, made: Community
) -> None:
    mine = permitted(client, rows)
    where = {person.member.id: person.member.region for person in made.people}
    region = next(region for row in mine if (region := where[row["author"]]))[:2]
    client.suspend(["ai-training"], "a regulator", regions=[region])
    given = [row for batch in guarded(mine, client, since) for row in batch]
    assert given == permitted(client, mine) != mine
    assert given
    with pytest.raises(Stopped, match="unsure"):
        list(guarded(mine, client, since, record_of=None))


def test_after_an_erasure_each_batch_is_asked_for_and_what_is_gone_is_left_out(
    client: Client, service: Service, rows: list[dict[str, str]], since: int
) -> None:
    mine = permitted(client, rows)
    gone = mine[0]["author"]
    service.erase(gone)
    given = [row for batch in guarded(mine, client, since) for row in batch]
    assert given == [row for row in mine if row["author"] != gone]
    with pytest.raises(Stopped, match="member-erased"):
        list(guarded(mine, client, since, record_of=None))


def test_from_the_first_entry_on_every_batch_is_asked_for(client: Client, rows: list[dict[str, str]]) -> None:
    given = [row for batch in guarded(rows, client, since=-1) for row in batch]
    assert given == permitted(client, rows)


def test_a_data_set_of_sayso_is_guarded_by_its_pseudonyms_erased_members_too(
    client: Client, service: Service
) -> None:
    project = service.project
    one = built(project, quiet, "writers")
    since = project.log.size() - 1
    table = rows_of(project, one)
    tags = {member: project.tags.tag_of(member) for member in project.tags.table()["member"].to_pylist()}
    people = sorted(member for member in tags if member)
    service.say(people[0], CONTROL, False)
    service.erase(people[1])
    names = {item.member for item in withdrawals(project.yard, since, dataset="writers").items if item.member}
    assert len(names) == 2
    loop = guard(
        batches(table),
        client,
        USE,
        since=since,
        dataset="writers",
        member_of="member",
        record_of="record",
        let_pass=("records-imported",),
    )
    given = [row for batch in loop for row in batch]
    assert given == [row for row in table if row["member"] not in names]


def test_a_service_that_does_not_answer_holds_the_batch_back_and_then_ends_the_loop(
    client: Client, service: Service, rows: list[dict[str, str]], since: int
) -> None:
    loop = iter(guarded(rows, client, since, patience=0.5))
    next(loop)
    service.before = lambda request: Response("", 503)
    begun = time.monotonic()
    with pytest.raises(Unanswered):
        next(loop)
    assert 0.2 < time.monotonic() - begun < 1.5


def test_a_service_that_comes_back_in_time_is_waited_for(
    client: Client, service: Service, rows: list[dict[str, str]], since: int
) -> None:
    loop = iter(guarded(rows, client, since, patience=30))
    next(loop)
    answers = [Response("", 500) for _ in range(3)]
    service.before = lambda request: answers.pop() if answers else None
    gone = rows[4]["author"]
    service.say(gone, CONTROL, False)
    assert gone not in authors(list(loop))


def test_a_thread_that_cannot_reach_the_service_gives_no_batch_on_what_it_knew(
    client: Client, service: Service, rows: list[dict[str, str]], since: int
) -> None:
    with guarded(rows * 1000, client, since, seconds=0.2, patience=0.4) as loop:
        given = iter(loop)
        next(given)
        service.before = lambda request: Response("", 503)
        begun = time.monotonic()
        with pytest.raises(Unanswered):
            deque((time.sleep(0.001) for _ in given), maxlen=0)
        assert time.monotonic() - begun < 3


def test_what_the_service_refuses_is_told_at_once(
    client: Client, service: Service, rows: list[dict[str, str]], since: int
) -> None:
    loop = iter(guarded(rows, client, since))
    next(loop)
    service.before = lambda request: Response("", 403)
    with pytest.raises(NotAllowed):
        next(loop)


def test_a_use_that_the_policy_does_not_know_guards_nothing_and_is_refused(
    client: Client, rows: list[dict[str, str]]
) -> None:
    with pytest.raises(InputError, match="unknown-use"):
        guard(rows, client, Use("content-generaton", "platform"), member_of="author")


@pytest.mark.parametrize("times", [{"seconds": -1}, {"patience": 0}])
def test_times_that_are_none_are_refused(client: Client, times: dict[str, float]) -> None:
    with pytest.raises(InputError, match="bad-number"):
        guard([], client, USE, member_of="author", **times)  # type: ignore[arg-type]


def test_each_epoch_begins_with_what_is_known(
    client: Client, service: Service, rows: list[dict[str, str]], since: int
) -> None:
    loop = guarded(rows, client, since)
    assert list(loop) == batches(rows)
    gone = rows[0]["author"]
    service.say(gone, CONTROL, False)
    assert gone not in authors(list(loop))
    assert gone not in authors(list(loop))


def test_in_a_pytorch_loop_nothing_of_a_member_who_said_no_reaches_the_model(
    client: Client, service: Service, rows: list[dict[str, str]], since: int
) -> None:
    torch = pytest.importorskip("torch")
    data = [{**row, "x": torch.tensor([float(at), 1.0]), "y": float(at)} for at, row in enumerate(rows)]
    loader = torch.utils.data.DataLoader(data, batch_size=8, shuffle=False)
    model = torch.nn.Linear(2, 1)
    steps = torch.optim.SGD(model.parameters(), lr=1e-6)
    gone, learnt = rows[0]["author"], []
    for batch in guard(loader, client, USE, since=since, member_of="author", record_of="id"):
        loss = ((model(batch["x"]).squeeze(1) - batch["y"]) ** 2).mean()
        steps.zero_grad()
        loss.backward()
        steps.step()
        assert len(batch["x"]) == len(batch["y"]) == len(batch["author"])
        learnt.append(set(batch["author"]))
        if len(learnt) == 1:
            service.say(gone, CONTROL, False)
    assert gone in learnt[0]
    assert not [one for one in learnt[1:] if gone in one]
