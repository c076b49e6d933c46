"""What somebody may try: each is refused with the right status, and nothing is lost or written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from starlette.types import Message

from sayso.web.principals import Principal, Role
from web.worlds_served import World

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"&{{7*7}}"
SQL = [
    "'; DROP TABLE entries; --",
    "' OR '1'='1",
    "m' UNION SELECT tag FROM tags --",
    '") OR 1=1 --',
    "%27",
    "\\",
]
PATHS = [
    "../../sayso.yaml",
    "..%2f..%2f.sayso/keys/secret",
    "%2e%2e/%2e%2e/etc/passwd",
    "..\\..\\sayso.yaml",
    "....//....//etc/passwd",
    "%00",
    "/etc/passwd",
    "..%252f..%252fetc/passwd",
]


@pytest.fixture(autouse=True)
def _unharmed(here: World) -> Iterator[None]:
    """Whatever was tried, the log and the tags are whole afterwards."""
    before = here.house.project.log.root(here.house.project.log.size())
    size = here.house.project.log.size()
    tags = here.house.project.tags.table().num_rows
    yield
    log = here.house.project.log
    assert log.size() >= size
    assert log.root(size) == before
    assert here.house.project.tags.table().num_rows == tags
    assert log.damage() == ()


def _session(here: World, member: str) -> Any:
    client = here.client()
    client.cookies.update(here.cookie(Principal(Role.MEMBER, member)))
    return client


def test_script_in_every_field_comes_back_as_text(here: World) -> None:
    member = here.pair()[0]
    body = {"member": member, "control": "ai-training", "value": "no", "channel": SCRIPT}
    with here.all_scopes() as client:
        assert client.post("/v1/choices", json=body).status_code == 201
        notice = {"version": "2024-02-01", "member": member, "channel": SCRIPT}
        assert client.post("/v1/notices", json=notice).status_code == 201
        stop = {"purposes": ["licensing"], "authority": SCRIPT, "reference": SCRIPT}
        assert client.post("/v1/suspensions", json=stop).status_code == 201
        found = client.get("/v1/suspensions").json()["items"][-1]
        assert (found["authority"], found["reference"]) == (SCRIPT, SCRIPT)
    with _session(here, member) as browser:
        shown = 0
        for path in ("/privacy", "/objection", "/uses", "/history", "/my-data", f"/uses/{SCRIPT}"):
            text = browser.get(path).text
            assert "<script>alert" not in text
            assert "<img src=x" not in text
            shown += "&lt;script&gt;alert(1)" in text
        assert shown, "no page shows the channel: this test looks at nothing"
        answer = browser.get("/my-data/file")
        assert answer.headers["content-type"].startswith("application/json")
        assert answer.headers["x-content-type-options"] == "nosniff"
    with here.client() as office:
        office.cookies.update(here.staff())
        last = here.house.project.log.size() - 1
        of_office = (
            "overview",
            "choices",
            "notices",
            "suspensions",
            "log",
            f"log/{last}",
            f"log/{last - 1}",
            f"log/{last - 2}",
        )
        shown = 0
        for path in (
            *of_office,
            f"datasets/{SCRIPT}",
            f"models/{SCRIPT}",
            f"objections/{SCRIPT}",
            f"policies/{SCRIPT}",
        ):
            text = office.get(f"/office/{path}").text
            assert "<script>alert" not in text
            assert "<img src=x" not in text
            shown += "&lt;script&gt;alert(1)" in text
        assert shown >= 3, "hardly a page shows what was written: this test looks at nothing"
    with here.client() as nobody:
        cookie = nobody.get(f"/sign-in/{SCRIPT}").text
        assert "<script>alert" not in cookie


@pytest.mark.parametrize("text", [*SQL, SCRIPT])
def test_what_looks_like_a_command_is_a_text(here: World, text: str) -> None:
    with here.all_scopes() as client:
        assert client.get("/v1/members/x/choices", params={"cursor": text}).status_code in (404, 422)
        for path in ("choices", "controls", "uses", "notices"):
            found = client.get(f"/v1/members/{_quoted(text)}/{path}")
            assert found.status_code in (404, 422), found.text
        asked = {"purpose": text, "recipient": "platform", "record": text}
        assert client.get("/v1/decisions", params=asked).status_code == 422
        use = {"purpose": "content-generation", "recipient": "platform"}
        many = client.post("/v1/decisions", json={"use": use, "records": [text]})
        assert many.json()["decisions"] == {"verdict": ["unknown"], "reason": ["unknown-record"]}
        for body in (
            {"member": text, "control": "ai-training", "value": "no"},
            {"member": here.pair()[0], "control": text, "value": "no"},
            {"member": here.pair()[0], "control": "ai-training", "value": "no", "version": text},
        ):
            assert client.post("/v1/choices", json=body).status_code in (404, 409, 422)
        assert client.post("/v1/deletions", json={"record": text}).status_code == 404


def _quoted(text: str) -> str:
    return quote(text, safe="")


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_out(here: World, path: str) -> None:
    with here.all_scopes() as client:
        for base in ("/static/", "/v1/datasets/", "/v1/models/", "/v1/entries/", "/receipts/", "/uses/"):
            found = client.get(base + path)
            assert found.status_code in (303, 400, 401, 403, 404, 405, 422), (base, found.status_code)
            assert "sayso: 1" not in found.text
            assert "root:" not in found.text


# Forms of others


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "path", ["/privacy/choices", "/objection", "/my-data/deletions", "/my-data/closing", "/sign-out"]
)
def test_a_form_of_another_site_changes_nothing(here: World, path: str, headers: dict[str, str]) -> None:
    member = here.pair()[0]
    before = here.house.project.log.size()
    form = {"control": "ai-training", "value": "yes", "version": "2024-02-01", "sure": "yes"}
    with _session(here, member) as browser:
        for token in ({}, {"form_token": "x"}, {"form_token": ""}):
            assert browser.post(path, data=form | token, headers=headers).status_code == 403
    assert here.house.project.log.size() == before


def test_a_form_token_of_another_session_changes_nothing(here: World) -> None:
    sessions = here.app.state.site.sessions
    token = sessions.form_token(sessions.begin(Principal(Role.MEMBER, here.pair()[1])))
    before = here.house.project.log.size()
    form = {"control": "ai-training", "value": "yes", "version": "2024-02-01", "form_token": token}
    with _session(here, here.pair()[0]) as browser:
        assert browser.post("/privacy/choices", data=form).status_code == 403
    assert here.house.project.log.size() == before


# Bodies


def test_a_body_that_is_too_long_is_refused(here: World) -> None:
    before = here.house.project.log.size()
    body = b'{"member": "' + b"m" * (2 << 20) + b'"}'
    kind = {"Content-Type": "application/json"}
    with here.all_scopes() as client:
        assert client.post("/v1/choices", content=body, headers=kind).status_code == 413
        assert (
            client.post("/v1/choices", content=iter([body[: 1 << 19]] * 4), headers=kind).status_code == 413
        )
        for said in ("-1", "x", b"\xb2", "99999999999999999999"):  # the third is a digit to Python alone
            found = client.post("/v1/choices", content=b"{}", headers=kind | {"Content-Length": said})
            assert found.status_code in (400, 413)
    assert here.house.project.log.size() == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"member": "m',
        b"\xff\xfe",
        b"nul",
        b"[" * 100_000,
        b'{"value": "\xed\xa0\x80"}',
        b'{"control": 1e999}',
        b"9" * 10_000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_a_torn_body_is_refused(here: World, body: bytes) -> None:
    before = here.house.project.log.size()
    with here.all_scopes() as client:
        found = client.post("/v1/choices", content=body, headers={"Content-Type": "application/json"})
    assert found.status_code in (400, 422), found.text
    assert found.headers["content-type"] == "application/problem+json"
    assert here.house.project.log.size() == before


@pytest.mark.parametrize(
    "body",
    [
        "null",
        "[]",
        '"x"',
        "1",
        "{}",
        '{"control": "ai-training", "value": "no", "member": "\\ud800"}',
        '{"control": "ai-training", "value": "no", "member": "a\\u0000b"}',
        '{"control": "ai-training", "value": "maybe", "member": "m000000"}',
        '{"control": "ai-training", "value": true, "member": "m000000"}',
        '{"control": "ai-training", "value": "no", "member": "m000000", "more": 1}',
        '{"control": "ai-training", "value": "no", "member": ""}',
        '{"control": "ai-training", "value": "no", "member": "m000000", "at": "yesterday"}',
        '{"control": "ai-training", "value": "no", "member": "m000000", "at": "0001-01-01T00:00:00+23:00"}',
        '{"control": "ai-training", "value": "no", "member": "m000000", "at": 5}',
    ],
)
def test_a_body_of_another_form_is_refused_without_repeating_it(here: World, body: str) -> None:
    before = here.house.project.log.size()
    with here.all_scopes() as client:
        found = client.post("/v1/choices", content=body, headers={"Content-Type": "application/json"})
    assert found.status_code == 422
    assert "m000000" not in found.text
    assert here.house.project.log.size() == before


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json", ""]
)
def test_what_a_form_of_a_browser_could_send_is_no_request_of_the_api(here: World, kind: str) -> None:
    body = json.dumps({"member": here.pair()[0], "control": "ai-training", "value": "no"})
    with here.all_scopes() as client:
        assert client.post("/v1/choices", content=body, headers={"Content-Type": kind}).status_code == 415


def test_a_body_that_breaks_off_is_refused(here: World) -> None:
    """The connection ends in the middle of what was announced."""
    before = here.house.project.log.size()
    messages: list[Message] = [
        {"type": "http.request", "body": b'{"control": "ai-tra', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [
        (b"host", b"localhost"),
        (b"content-type", b"application/json"),
        (b"content-length", b"100"),
        (b"authorization", f"Bearer {here.service()}".encode()),
    ]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/v1/choices",
        "raw_path": b"/v1/choices",
        "query_string": b"",
        "headers": headers,
        "client": ("10.9.9.9", 1),
        "scheme": "http",
        "server": ("localhost", 80),
        "root_path": "",
        "state": {},
    }
    asyncio.run(here.app(scope, receive, send))
    assert [one["status"] for one in sent if one["type"] == "http.response.start"] in ([], [400])
    assert here.house.project.log.size() == before


def test_another_host_name_is_not_answered(here: World) -> None:
    with here.client() as client:
        assert client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400


def test_a_member_who_writes_too_often_is_asked_to_wait(here: World) -> None:
    member = here.people()[5]
    with here.client(here.member(member)) as client:
        found = [client.post("/v1/deletions", json={"record": "none"}) for _ in range(60)]
    late = [one for one in found if one.status_code == 429]
    assert late
    assert int(late[0].headers["Retry-After"]) >= 1
    with here.client(here.member(here.people()[6])) as other:
        assert other.post("/v1/deletions", json={"record": "none"}).status_code == 404
