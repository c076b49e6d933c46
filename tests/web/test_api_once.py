"""Requests that come twice, answers that are known already, reading what was written, and waiting for what comes."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sayso.ledger.receipts import parse_receipt, verify_receipt
from sayso.web.api import served
from sayso.workflows.choose import Wish, choose
from web.worlds_served import World, fresh

NO = {"control": "ai-training", "value": "no"}
KEY = "Idempotency-Key"


def _size(here: World) -> int:
    return here.house.project.log.size()


def test_a_request_that_comes_twice_is_carried_out_once(here: World) -> None:
    with here.client(here.member(here.pair()[0])) as client:
        before = _size(here)
        first = client.post("/v1/choices", json=NO, headers={KEY: "once"})
        again = client.post("/v1/choices", json=NO, headers={KEY: "once"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first.headers["location"] == again.headers["location"]
    assert first.headers["sayso-entry"] == again.headers["sayso-entry"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert _size(here) == before + 1


def test_a_request_that_came_too_often_may_be_repeated_with_its_key(here: World) -> None:
    with here.client(here.member(here.pair()[0])) as client:
        for number in range(100):
            found = client.post("/v1/choices", json=NO, headers={KEY: f"often-{number}"})
            if found.status_code == 429:
                break
        else:
            pytest.fail("nobody was held to a pace")
        time.sleep(int(found.headers["retry-after"]))
        again = client.post("/v1/choices", json=NO, headers={KEY: f"often-{number}"})
    assert again.status_code == 201


def test_a_key_is_its_holders_own_and_fits_one_request(here: World) -> None:
    own, other = here.pair()
    with here.client(here.member(own)) as client, here.client(here.member(other)) as stranger:
        first = client.post("/v1/choices", json=NO, headers={KEY: "shared"})
        theirs = stranger.post("/v1/choices", json=NO, headers={KEY: "shared"})
        assert theirs.json()["member"] == other
        assert theirs.json()["entry"] != first.json()["entry"]
        changed = client.post("/v1/choices", json=NO | {"value": "yes"}, headers={KEY: "shared"})
        assert (changed.status_code, changed.json()["code"]) == (422, "idempotency-key-reused")
        elsewhere = client.post("/v1/objections", json=NO, headers={KEY: "shared"})
        assert elsewhere.status_code == 422


def test_a_request_that_was_refused_may_be_repeated_with_its_key(here: World) -> None:
    with here.client(here.member(here.pair()[0])) as client:
        for _ in range(2):
            found = client.post("/v1/choices", json=NO | {"control": "none"}, headers={KEY: "refused"})
            assert found.status_code == 409
        assert client.post("/v1/choices", json=NO, headers={KEY: "refused"}).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "\x7f"])
def test_what_cannot_be_a_key_is_refused(here: World, key: str) -> None:
    with here.client(here.member(here.pair()[0])) as client:
        before = _size(here)
        found = client.post("/v1/choices", json=NO, headers={KEY: key})
        assert found.status_code == 422
        assert _size(here) == before


def test_of_many_at_once_with_one_key_one_is_carried_out(served_root: Path, tmp_path: Path) -> None:
    with fresh(served_root, tmp_path / "forum") as here, here.all_scopes() as client:
        before = _size(here)
        body = NO | {"member": here.pair()[0]}

        def ask(_: int) -> tuple[int, bytes]:
            found = client.post("/v1/choices", json=body, headers={KEY: "at once"[:2]})
            return found.status_code, found.content if found.status_code == 201 else b""

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(ask, range(24)))
        assert _size(here) == before + 1
    assert {status for status, _ in found} <= {201, 409}
    assert len({content for status, content in found if status == 201}) == 1


def test_many_choices_at_once_are_all_there_each_with_a_receipt_that_holds(
    served_root: Path, tmp_path: Path
) -> None:
    with fresh(served_root, tmp_path / "forum") as here, here.all_scopes() as client:
        before = _size(here)
        members = here.people()[:20]

        def ask(member: str) -> dict[str, object]:
            found: dict[str, object] = client.post("/v1/choices", json=NO | {"member": member}).json()
            return found

        with ThreadPoolExecutor(8) as pool:
            said = list(pool.map(ask, members))
        assert sorted(one["entry"] for one in said) == list(range(before, before + len(members)))
    for one in said:
        assert verify_receipt(
            parse_receipt(json.dumps(one["receipt"], ensure_ascii=False, indent=2) + "\n")
        ).holds


# What the caller has already


def test_an_answer_that_the_caller_has_is_not_sent_again(here: World) -> None:
    member = here.pair()[0]
    with here.client(here.member(member)) as client:
        path = "/v1/members/me/choices"
        first = client.get(path)
        tag = first.headers["etag"]
        assert tag.startswith('"')
        for held in (tag, f'"other", {tag}', f"W/{tag}", "*"):
            again = client.get(path, headers={"If-None-Match": held})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
        client.post("/v1/choices", json=NO)
        changed = client.get(path, headers={"If-None-Match": tag})
        assert changed.status_code == 200
        assert changed.headers["etag"] != tag


# Reading what was written


def test_who_writes_may_ask_to_read_it(here: World) -> None:
    with here.client(here.member(here.pair()[0])) as client:
        written = client.post("/v1/choices", json=NO)
        entry = int(written.headers["sayso-entry"])
        found = client.get("/v1/members/me/choices?limit=1000", headers={"Sayso-At-Least": str(entry)})
        assert found.json()["items"][-1]["entry"] == entry
        assert int(found.headers["sayso-log-size"]) > entry


def test_an_entry_that_comes_within_seconds_is_waited_for(here: World) -> None:
    member = here.pair()[0]
    project = here.house.project
    size = _size(here)

    def write() -> None:
        time.sleep(0.2)
        choose(project.book, project.tags, Wish(member, "ai-training", False))

    thread = threading.Thread(target=write)
    with here.all_scopes() as client:
        thread.start()
        found = client.get("/v1/policy", headers={"Sayso-At-Least": str(size)})
        thread.join()
    assert found.status_code == 200


def test_an_entry_that_does_not_come_is_refused(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "PATIENCE", 0.1)
    with here.all_scopes() as client:
        found = client.get("/v1/policy", headers={"Sayso-At-Least": str(_size(here) + 5)})
        assert (found.status_code, found.json()["code"]) == (412, "not-there-yet")
        for header in ("-1", "x", "1.5", "9" * 30, ""):
            assert client.get("/v1/policy", headers={"Sayso-At-Least": header}).status_code == 422


# Waiting for what comes


def test_the_feed_answers_as_soon_as_there_is_something(here: World) -> None:
    member = here.pair()[1]
    project = here.house.project
    after = _size(here) - 1

    def write() -> None:
        time.sleep(0.3)
        choose(project.book, project.tags, Wish(member, "ai-training", False))

    thread = threading.Thread(target=write)
    with here.all_scopes() as client:
        thread.start()
        begun = time.monotonic()
        found = client.get(f"/v1/feed/withdrawals?after={after}&wait=30").json()
        took = time.monotonic() - begun
        thread.join()
    assert [(one["kind"], one["member"]) for one in found["items"]] == [("said-no", member)]
    assert found["next"] == after + 1
    assert took < 15


def test_the_feed_answers_empty_when_the_time_is_over(here: World) -> None:
    after = _size(here) - 1
    with here.all_scopes() as client:
        begun = time.monotonic()
        found = client.get(f"/v1/feed/withdrawals?after={after}&wait=1").json()
        took = time.monotonic() - begun
    assert (found["items"], found["next"]) == ([], after)
    assert took >= 1


def test_who_waits_is_answered_when_the_server_stops(here: World) -> None:
    after = _size(here) - 1
    here.app.state.gateway.stopping = True
    with here.all_scopes() as client:
        begun = time.monotonic()
        assert client.get(f"/v1/feed/withdrawals?after={after}&wait=60").json()["items"] == []
        assert time.monotonic() - begun < 30
    here.app.state.gateway.stopping = False


def test_the_feed_gives_all_of_the_log_page_by_page(here: World) -> None:
    with here.all_scopes() as client:
        whole = client.get("/v1/feed/withdrawals?limit=1000").json()["items"]
        found, after = [], -1
        while True:
            page = client.get(f"/v1/feed/withdrawals?after={after}&limit=7").json()
            found += page["items"]
            if not page["items"]:
                break
            after = page["next"]
    assert found == whole
    assert len(found) > 20


def test_pages_hold_everything_once(here: World) -> None:
    with here.all_scopes() as client:
        whole = client.get("/v1/notices?limit=1000").json()
        found, cursor = [], ""
        while True:
            page = client.get(f"/v1/notices?limit=3{cursor}").json()
            found += page["items"]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert whole["next"] is None
        assert found == whole["items"]
        assert len(found) > 3
        for wrong in ("x", "MTI", "4oCm", "LTE", "=", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA"):
            assert client.get(f"/v1/notices?cursor={wrong}").status_code in (200, 422)
        assert client.get("/v1/notices?cursor=eA").json()["code"] == "bad-cursor"
        for limit in ("0", "1001", "x", "-1"):
            assert client.get(f"/v1/notices?limit={limit}").status_code == 422
