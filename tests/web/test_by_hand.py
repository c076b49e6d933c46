"""What is answered by hand is answered as FastAPI's own route answers it, and is what the document says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from sayso.values.moments import SECOND, Moment
from sayso.web.api.schemas.choices import GivenChoice
from sayso.web.api.schemas.decisions import Decided, ManyDecided
from web.worlds_served import World

USE = {"purpose": "content-generation", "recipient": "platform"}
KEY = "Idempotency-Key"
NO = {"control": "ai-training", "value": "no"}


def written(body: object, full: bool) -> bytes:
    """Return a body that the short way reads, or one that FastAPI's route alone reads: JSON may be in UTF-16 for it."""
    return json.dumps(body).encode("utf-16" if full else "utf-8")


def post(client: TestClient, path: str, content: bytes, **headers: str) -> Any:
    return client.post(path, content=content, headers={"Content-Type": "application/json", **headers})


def both(here: World, ask: Callable[[bool], Any]) -> tuple[Any, Any]:
    """Return the answers to a question asked in short and in full at the same moment."""
    at, found = here.clock.at, []
    for full in (False, True):
        here.clock.at = at
        found.append(ask(full))
    return found[0], found[1]


def same(short: Any, full: Any) -> None:
    assert (short.status_code, short.content) == (full.status_code, full.content)
    assert dict(short.headers) == dict(full.headers)


words = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
fields = st.fixed_dictionaries(
    {
        "purpose": st.sampled_from(["content-generation", "licensing", ""]) | words,
        "recipient": st.just("platform") | words,
        "record": st.sampled_from(["r000000-002", "r000001-000", "nowhere", "a b", "a+b", "%"]) | words,
    },
    optional={
        "member": st.sampled_from(["m000000", "m000001"]) | words,
        "at": st.sampled_from(["2026-01-01", "2020-01-01T00:00:00+02:00", "9999-99-99", "soon"]),
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=fields)
def test_a_decision_by_hand_is_the_decision_of_the_route(here: World, asked: dict[str, str]) -> None:
    with here.all_scopes() as client:
        query = "/v1/decisions?" + urlencode(asked)
        # What is unknown FastAPI passes over.
        short, full = both(here, lambda full: client.get(query + "&unknown=1" * full))
    same(short, full)
    if short.status_code == 200:
        Decided.model_validate_json(short.content)


def test_a_parameter_that_is_missing_is_the_routes_business(here: World) -> None:
    with here.all_scopes() as client:
        assert client.get("/v1/decisions?" + urlencode(USE)).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"use": USE, "records": ["r000000-002", "r000001-000", "nowhere", "r000000-002"]},
        {"use": USE, "records": ["nowhere"], "at": "2025-05-05"},
        {"use": USE, "records": []},
        {"use": USE | {"purpose": "telepathy"}, "records": ["x"]},
        {"use": USE, "records": ["x"] * 10_001},
        {"use": USE, "records": [1]},
        {"use": USE, "records": ["x"], "more": 1},
        [],
    ],
)
def test_decisions_by_hand_are_those_of_the_route(here: World, body: object) -> None:
    with here.all_scopes() as client:
        short, full = both(here, lambda full: post(client, "/v1/decisions", written(body, full)))
    same(short, full)
    if short.status_code == 200:
        ManyDecided.model_validate_json(short.content)


def test_every_answer_of_a_batch_has_its_words(here: World) -> None:
    records = [record for member in here.people() for record in here.records_of(member)]
    with here.all_scopes() as client:
        columns = client.post("/v1/decisions", json={"use": USE, "records": records}).json()
        alone = [
            client.get("/v1/decisions", params={**USE, "record": record}).json() for record in records[:40]
        ]
    pairs = list(zip(columns["decisions"]["verdict"], columns["decisions"]["reason"], strict=True))
    assert pairs[:40] == [(one["verdict"], one["reason"]) for one in alone]
    assert columns["permitted"] == sum(verdict == "permit" for verdict, _ in pairs) > 0


def test_a_choice_by_hand_is_the_choice_of_the_route(here: World) -> None:
    body = {"member": here.pair()[0], "control": "ai-training", "value": "no", "channel": "café"}
    with here.all_scopes() as client:
        short, full = both(here, lambda full: post(client, "/v1/choices", written(body, full)))
        minimal = post(client, "/v1/choices", json.dumps(body).encode(), Prefer="return=minimal")
    assert (short.status_code, full.status_code, minimal.status_code) == (201, 201, 201)
    said = [GivenChoice.model_validate_json(each.content) for each in (short, full, minimal)]
    assert [one.entry for one in said] == list(range(said[0].entry, said[0].entry + 3))
    here_and_now = {"entry": 0, "receipt": None}
    assert said[0].model_copy(update=here_and_now) == said[1].model_copy(update=here_and_now)
    assert list(short.json()) == list(full.json())
    assert list(short.json()["receipt"]) == list(full.json()["receipt"])
    assert short.headers.keys() == full.headers.keys()
    assert (said[2].receipt, minimal.headers["Preference-Applied"]) == (None, "return=minimal")


WRONG: list[object] = [
    {},
    {"control": "ai-training"},
    {"control": "ai-training", "value": "maybe"},
    {"control": "ai-training", "value": "no"},
    {"control": 1, "value": "no", "member": "m000000"},
    {"control": "none", "value": "no", "member": "m000000"},
    {"control": "ai-training", "value": "no", "member": "nobody"},
    {"control": "ai-training", "value": "no", "member": "m000000", "at": "3000-01-01"},
    {"control": "ai-training", "value": "no", "member": "m000000", "at": "never"},
    {"control": "ai-training", "value": "no", "member": "m000000", "version": "none"},
    {"control": "ai-training", "value": "no", "member": "m000000", "channel": "\ud800"},
    {"control": "ai-training", "value": "no", "member": "m000000", "more": True},
    None,
]


@pytest.mark.parametrize("body", WRONG)
def test_what_is_wrong_with_a_choice_is_said_as_the_route_says_it(here: World, body: object) -> None:
    before = here.house.project.log.size()
    with here.all_scopes() as client:
        same(*both(here, lambda full: post(client, "/v1/choices", written(body, full))))
    assert here.house.project.log.size() == before


def test_who_may_not_is_told_so_before_anything_is_read(here: World) -> None:
    body = json.dumps({"control": "ai-training", "value": "no", "member": "m000000"}).encode()
    asked = "/v1/decisions?" + urlencode({**USE, "record": "nowhere"})
    for token, status in ((None, 401), ("sayso_forged", 401), (here.service("log:read"), 403)):
        with here.client(token) as client:
            assert client.get(asked).status_code == status
            assert post(client, "/v1/choices", body).status_code == status
            assert post(client, "/v1/decisions", b"{").status_code in (status, 400)
    with here.all_scopes() as client:
        plain = client.post("/v1/choices", content=body, headers={"Content-Type": "text/plain"})
        assert plain.status_code == 415


def test_a_body_that_is_no_json_is_refused_like_everywhere(here: World) -> None:
    with here.all_scopes() as client:
        for content in (b"", b"{", b"\xff", b"{} {}"):
            found = post(client, "/v1/choices", content)
            other = post(client, "/v1/objections", content)
            assert found.status_code == other.status_code
            assert found.json()["code"] == other.json()["code"]
        assert post(client, "/v1/choices", b" " * (1 << 20) + b"x").status_code == 413


# A server that was killed between the write and the answer


class Killed(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize(("path", "body"), [("/v1/choices", NO), ("/v1/objections", {})])
def test_what_was_written_before_a_kill_is_answered_and_not_written_again(
    here: World, monkeypatch: pytest.MonkeyPatch, path: str, body: dict[str, str]
) -> None:
    store, log = here.house.service, here.house.project.log
    body, headers = body | {"member": here.pair()[1]}, {KEY: f"killed{path}"}

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with here.all_scopes() as client:
        before = log.size()
        with monkeypatch.context() as patched:
            patched.setattr(store, "finish_answer", killed)
            assert client.post(path, json=body, headers=headers).status_code == 500
        assert log.size() == before + 1
        assert client.post(path, json=body, headers=headers).json()["code"] == "idempotency-in-flight"
        store.lose_unfinished()  # what a server does that starts
        here.clock.at = Moment(here.clock.at + SECOND)
        found = client.post(path, json=body, headers=headers)
        assert (found.status_code, found.json()["entry"], log.size()) == (201, before, before + 1)
        assert found.headers["Location"] == f"/v1/entries/{before}"
        again = client.post(path, json=body, headers=headers)
        assert (again.content, again.headers["Idempotency-Replayed"]) == (found.content, "true")
        other = client.post(path, json=body, headers={KEY: f"another{path}"})
        assert other.json()["entry"] == before + 1, "another request with the same words is another choice"


def test_what_was_not_written_before_a_kill_is_written_once(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway, log = here.app.state.gateway, here.house.project.log
    body, headers = NO | {"member": here.pair()[1]}, {KEY: "killed-early"}

    async def killed(_: object) -> None:
        raise Killed

    with here.all_scopes() as client:
        before = log.size()
        with monkeypatch.context() as patched:
            patched.setattr(type(gateway.now.saying), "__call__", lambda _, asked: killed(asked))
            assert client.post("/v1/choices", json=body, headers=headers).status_code == 500
        here.house.service.lose_unfinished()
        for _ in range(2):
            found = client.post("/v1/choices", json=body, headers=headers)
            assert (found.status_code, found.json()["entry"], log.size()) == (201, before, before + 1)


@pytest.mark.parametrize(
    "path", ["/v1/feed/withdrawals?after=1&after=2", "/v1/decisions?record=a&record=b&{use}"]
)
def test_a_parameter_that_comes_twice_is_refused_and_not_guessed_at(here: World, path: str) -> None:
    with here.all_scopes() as client:
        found = client.get(path.format(use=urlencode(USE)))
    assert found.status_code == 422
    assert found.json()["problems"][0]["code"] == "given-twice"
