"""The client over real sockets: what it sends, what it reads, what it tries again, and that both kinds say the same."""

from __future__ import annotations

import asyncio
import inspect
import json
from datetime import UTC, datetime
from threading import Timer
from typing import Any

import httpx2
import pytest
from starlette.responses import Response

from sayso.client import AsyncClient, Client, calls
from sayso.client.clients import Asks, Lists, Methods
from sayso.client.exchange import Lost, Pause, Session
from sayso.client.exchange import Request as Sent
from sayso.client.exchange import Response as Got
from sayso.client.problems import (
    BadAnswer,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    NotThereYet,
    ServiceFault,
    TooMany,
    Unreachable,
    error_of,
)
from sayso.errors import EdgeError, InputError, Refused
from sayso.intake.community import Community
from sayso.values.uses import Use
from small_service import Service

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
WRITING = Use("content-generation", "platform")


def test_a_choice_is_made_with_its_meaning_and_its_receipt(
    client: Client, service: Service, somebody: str
) -> None:
    made = client.choose(somebody, "ai-training", "no", channel="tests")
    assert (made.member, made.control, made.value, made.channel) == (somebody, "ai-training", "no", "tests")
    assert made.entry == service.project.log.size() - 1
    assert made.at.tzinfo is not None
    assert made.meaning[0].startswith("No to")
    assert made.receipt == client.receipt(made.entry)


def test_a_list_is_read_page_after_page(client: Client, somebody: str) -> None:
    before = [choice.entry for choice in client.choices(somebody)]
    made = [client.choose(somebody, "ai-training", value).entry for value in ("no", "yes", "no", "yes", "no")]
    assert [choice.entry for choice in client.choices(somebody)] == before + made


def test_decisions_come_one_by_one_or_in_a_batch_in_the_order_asked(
    client: Client, made: Community, somebody: str
) -> None:
    client.choose(somebody, "ai-training", "no")
    records = [each.id for each in made.records][:30]
    batch = client.decide_all(WRITING, [*records, "nothing"])
    assert len(batch.decisions.verdict) == 31
    assert (batch.decisions.verdict[-1], batch.decisions.reason[-1]) == ("unknown", "unknown-record")
    for place in (0, 7, 29):
        one = client.decide(WRITING, records[place])
        assert (one.verdict, one.reason) == (batch.decisions.verdict[place], batch.decisions.reason[place])
        assert one.permitted == (one.verdict == "permit")
        assert one.use == batch.use == WRITING
    assert batch.permitted == batch.decisions.verdict.count("permit")


def test_what_follows_a_write_asks_for_a_state_that_has_it(
    client: Client, service: Service, somebody: str
) -> None:
    client.checkpoint()
    assert "sayso-at-least" not in service.asked[-1][2]
    made = client.choose(somebody, "ai-training", "no")
    size = client.checkpoint().size
    assert service.asked[-1][2]["sayso-at-least"] == str(made.entry)
    assert size > made.entry


def test_the_office_stops_and_resumes_and_members_leave(
    client: Client, somebody: str, made: Community
) -> None:
    stop = client.suspend(["ai-training"], "the office", regions=["GB"])
    lifted = client.lift(stop.id)
    record = next(each.id for each in made.records if each.author == somebody)
    gone = [client.delete_record(record), client.close_account(somebody)]
    assert [stop.entry + 1, stop.entry + 2, stop.entry + 3] == [lifted.entry, *(each.entry for each in gone)]
    kinds = [item.kind for item in client.withdrawals(stop.entry - 1).items]
    assert kinds == ["suspended", "resumed", "record-deleted", "account-closed"]


def test_the_feed_waits_for_something_new_and_no_longer(
    client: Client, service: Service, somebody: str
) -> None:
    last = client.checkpoint().size - 1
    assert client.withdrawals(last, wait=1).items == ()
    Timer(0.1, service.say, (somebody, "ai-training", False)).start()
    page = client.withdrawals(last, wait=20)
    assert [(item.kind, item.member) for item in page.items] == [("said-no", somebody)]
    assert WRITING in page.items[0].uses
    assert page.next == page.log_size - 1 == last + 1


def test_following_the_feed_goes_on_with_what_is_written_meanwhile(
    client: Client, service: Service, somebody: str
) -> None:
    following = client.follow(client.checkpoint().size - 2)
    next(following)
    for yes in (False, True, False):
        entry = service.say(somebody, "ai-training", yes)
        assert next(following).entry == entry


# What goes wrong


class Flaky(httpx2.BaseTransport):
    """Loses the answers to the first few requests, after the service has carried them out."""

    def __init__(self, losses: int) -> None:
        self._losses, self._under = losses, httpx2.HTTPTransport()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = self._under.handle_request(request)
        if self._losses:
            self._losses -= 1
            answer.read()
            raise httpx2.ReadError("lost")
        return answer

    def close(self) -> None:
        self._under.close()


def test_a_write_whose_answer_was_lost_is_tried_again_and_carried_out_once(
    service: Service, token: str, somebody: str
) -> None:
    size = service.project.log.size()
    with Client(service.address, token, transport=Flaky(2)) as client:
        made = client.choose(somebody, "ai-training", "no")
    assert service.project.log.size() == size + 1
    assert made.entry == size
    keys = {headers["idempotency-key"] for _, _, headers in service.asked}
    assert (len(service.asked), len(keys)) == (3, 1)


def test_two_writes_have_two_keys(client: Client, service: Service, somebody: str) -> None:
    for _ in range(2):
        client.choose(somebody, "ai-training", "no")
    assert len({headers["idempotency-key"] for _, _, headers in service.asked}) == 2


def test_a_service_that_is_busy_is_asked_again_when_it_says(client: Client, service: Service) -> None:
    answers = [Response("", 503, {"Retry-After": "0"}), Response("", 429, {"Retry-After": "0"})]
    service.before = lambda request: answers.pop() if answers else None
    assert client.checkpoint().size > 0
    assert len(service.asked) == 3


def test_a_service_that_is_not_there_is_said_to_be(
    socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso.client.clients.time.sleep", lambda seconds: None)
    with Client("http://127.0.0.1:1") as client, pytest.raises(Unreachable, match="ConnectError") as raised:
        client.checkpoint()
    assert isinstance(raised.value, EdgeError)
    assert (raised.value.status, raised.value.code) == (0, "unreachable")


def test_what_is_refused_is_told_with_its_code_and_advice(
    client: Client, service: Service, somebody: str
) -> None:
    with pytest.raises(Conflict) as refused:
        client.choose(somebody, "no-such-control", "no")
    assert (refused.value.status, refused.value.code) == (409, "unknown-control")
    assert "its controls: ai-training" in str(refused.value)
    with pytest.raises(Invalid) as invalid:
        client.choose("nobody", "ai-training", "no")
    assert (invalid.value.status, invalid.value.code) == (422, "unknown-member")
    with Client(service.address, "sayso_wrong") as other, pytest.raises(NotSignedIn):
        other.checkpoint()


@pytest.mark.parametrize(
    ("status", "kind", "family"),
    [
        (400, Invalid, InputError),
        (401, NotSignedIn, Refused),
        (403, NotAllowed, Refused),
        (404, NotFound, InputError),
        (409, Conflict, Refused),
        (412, NotThereYet, EdgeError),
        (413, Invalid, InputError),
        (422, Invalid, InputError),
        (429, TooMany, EdgeError),
        (500, ServiceFault, EdgeError),
        (503, ServiceFault, EdgeError),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"detail": "so it is", "code": "why"}'])
def test_every_status_is_an_error_of_a_family_whatever_its_body(
    status: int, kind: type[Any], family: type[Any], body: bytes
) -> None:
    error = error_of(status, body)
    assert type(error) is kind
    assert isinstance(error, family)
    assert str(status) in str(error) or "so it is [why]" in str(error)


def test_several_problems_are_all_told_and_the_number_of_an_unknown_error_is_kept() -> None:
    several = {
        "problems": [{"code": "one", "what": "first"}, {"code": "two", "what": "second", "advice": "do"}]
    }
    assert str(error_of(422, json.dumps(several).encode())) == "first [one]\nsecond; do [two]"
    assert "/errors/17" in str(error_of(500, b'{"title": "unexpected", "instance": "/errors/17"}'))


@pytest.mark.parametrize(
    "answer",
    [b"", b"[]", b"{}", b'{"size": true, "origin": "o", "root": "r", "note": "n"}', b'{"size": "3"}'],
)
def test_an_answer_that_is_not_understood_is_said_to_be(
    client: Client, service: Service, answer: bytes
) -> None:
    service.before = lambda request: Response(answer)
    with pytest.raises(BadAnswer):
        client.checkpoint()


def test_fields_that_this_client_does_not_know_are_passed_over(client: Client, service: Service) -> None:
    told = {"size": 1, "origin": "o", "root": "r", "note": "n", "more": [1]}
    service.before = lambda request: Response(json.dumps(told))
    assert client.checkpoint().size == 1


# The talk, without a network


def talked(answers: list[Got | Lost], call: Any = None) -> tuple[list[Any], Any]:
    """Return what a talk asked for, and its end: the answer or the error."""
    steps: list[Any] = []
    talk = Session("t", lambda: 1.0, iter("abc").__next__).talk(call or calls.lift("S1"))
    try:
        step = next(talk)
        while True:
            steps.append(step)
            step = talk.send(None if isinstance(step, Pause) else answers.pop(0))
    except StopIteration as done:
        return steps, done.value
    except (EdgeError, Refused, InputError) as error:
        return steps, error


def test_pauses_grow_and_end_and_every_try_is_the_same_request() -> None:
    steps, end = talked([Lost("ReadError")] * 10)
    assert [step.seconds for step in steps if isinstance(step, Pause)] == [0.2, 0.4, 0.8, 1.6, 3.2]
    sent = [step for step in steps if isinstance(step, Sent)]
    assert len(sent) == 6
    assert all(each == sent[0] for each in sent)
    assert isinstance(end, Unreachable)


def test_a_request_that_is_still_carried_out_is_waited_for_and_a_refusal_is_not_tried_again() -> None:
    flying = Got(409, {}, b'{"code": "idempotency-in-flight"}')
    steps, end = talked([flying, Got(201, {}, b'{"entry": 4}')])
    assert (len(steps), end.entry) == (3, 4)
    steps, end = talked([Got(409, {}, b'{"code": "future"}')])
    assert (len(steps), type(end)) == (1, Conflict)
    steps, end = talked([Got(500, {}, b"")])
    assert (len(steps), type(end)) == (1, ServiceFault)


def test_ids_are_escaped_and_moments_are_sent_in_utc() -> None:
    assert calls.choices("a/b?c é").path == "/v1/members/a%2Fb%3Fc%20%C3%A9/choices"
    call = calls.choose("ada", "genai", "no", at=datetime(2025, 6, 1, 14, tzinfo=UTC))
    assert call.body == {"member": "ada", "control": "genai", "value": "no", "at": "2025-06-01T14:00:00Z"}
    with pytest.raises(ValueError, match="time zone"):
        calls.choose("ada", "genai", "no", at=datetime(2025, 6, 1, 14))  # noqa: DTZ001  that is the point


def test_nothing_that_is_logged_of_a_request_shows_the_token() -> None:
    (step, *_), _ = talked([Lost("x")] * 6)
    assert "Bearer" not in repr(step)
    assert step.headers["authorization"] == "Bearer t"


# Both kinds


def test_the_async_client_says_the_same(service: Service, token: str, somebody: str, client: Client) -> None:
    async def ask() -> None:
        async with AsyncClient(service.address, token) as other:
            made = await other.choose(somebody, "ai-training", "no")
            assert [one async for one in other.choices(somebody)] == list(client.choices(somebody))
            assert await other.checkpoint() == client.checkpoint()
            following = other.follow(made.entry - 1)
            assert (await anext(following)).entry == made.entry
            with pytest.raises(Conflict):
                await other.choose(somebody, "no-such-control", "no")

    asyncio.run(ask())


def test_every_call_that_is_described_is_a_method() -> None:
    described = {
        name
        for name, each in inspect.getmembers(calls, inspect.isfunction)
        if each.__module__ == calls.__name__ and not name.startswith("_")
    }
    methods = {name for name, each in vars(Methods).items() if isinstance(each, (Asks, Lists))}
    assert methods == described
    for name in methods:
        assert vars(Methods)[name].__doc__
