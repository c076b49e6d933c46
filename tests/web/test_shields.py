"""What stands before every request: headers, sizes, rates, hosts, sessions and the tokens of forms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.web.principals import Principal, Role
from sayso.web.sessions import Session, Sessions
from sayso.web.shields import MAX_BODY, POLICY, Pace, Paces
from sayso.wiring import open_project
from web.browsing import SITE, Visitor, another, visiting

SECRET = bytes(range(32))


@pytest.fixture
def visitor(own_forum: Path) -> Iterator[Visitor]:
    with visiting(own_forum) as visitor:
        yield visitor


@pytest.fixture
def member(visitor: Visitor, writers: list[str]) -> Visitor:
    return visitor.sign_in(member=writers[0])


def size(folder: Path) -> int:
    with open_project(folder) as project:
        return project.log.size()


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/static/style.css", "/"])
def test_every_answer_carries_the_headers_that_browsers_obey(visitor: Visitor, path: str) -> None:
    found = visitor.client.get(path).headers
    assert found["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert found["x-content-type-options"] == "nosniff"
    assert found["cross-origin-opener-policy"] == "same-origin"


def test_pages_are_not_kept_and_files_of_the_site_are(visitor: Visitor) -> None:
    assert visitor.get("/sign-in").headers["cache-control"] == "no-store"
    assert "max-age" in visitor.get("/static/style.css").headers["cache-control"]


def test_no_page_has_a_script_or_a_style_of_its_own(member: Visitor) -> None:
    for path in ("/privacy", "/objection", "/uses", "/history", "/my-data", "/try", "/sign-in"):
        page = member.get(path).text
        assert "style=" not in page
        assert "<style" not in page
        assert page.count("<script") == 1
        assert " onclick" not in page


def test_a_host_that_is_not_the_sites_is_refused(visitor: Visitor) -> None:
    assert visitor.client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400


def test_a_body_that_is_too_long_is_refused_whether_it_says_so_or_not(
    member: Visitor, own_forum: Path
) -> None:
    before = size(own_forum)
    long = b"x" * (MAX_BODY + 1)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    found = member.client.post("/privacy/choices", content=long, headers=form)
    assert found.status_code == 413
    assert "send less at once" in found.text
    assert "<h1>" in found.text
    pieces = (long[at : at + 65_536] for at in range(0, len(long), 65_536))
    assert member.client.post("/privacy/choices", content=pieces, headers=form).status_code == 413
    assert size(own_forum) == before


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ({}, {}),
        ({"form_token": "0" * 64}, {}),
        ({"form_token": ""}, {"Origin": SITE}),
        ({"form_token": None}, {"Origin": "http://evil.example"}),
        ({"form_token": None}, {"Sec-Fetch-Site": "cross-site"}),
        ({"form_token": None}, {"Sec-Fetch-Site": "same-site"}),
        ({"form_token": None}, {"Origin": "null"}),
    ],
)
def test_a_form_that_is_not_of_this_session_and_site_changes_nothing(
    member: Visitor, own_forum: Path, fields: dict[str, str | None], headers: dict[str, str]
) -> None:
    """``None`` stands for the right token: the other site alone is reason enough."""
    before = size(own_forum)
    page = member.get("/privacy").text
    token = page.split('name="form_token" value="')[1].split('"')[0]
    data = {key: token if value is None else value for key, value in fields.items()}
    choice = {"control": "ai-training", "value": "no", "version": "2024-02-01"}
    found = member.client.post("/privacy/choices", data=data | choice, headers=headers)
    assert found.status_code == 403
    assert size(own_forum) == before


def test_the_form_token_of_one_session_is_no_use_in_another(member: Visitor, writers: list[str]) -> None:
    token = member.get("/privacy").text.split('name="form_token" value="')[1].split('"')[0]
    other = another(member).sign_in(member=writers[1])
    data = {"form_token": token, "control": "ai-training", "value": "no", "version": "2024-02-01"}
    assert other.client.post("/privacy/choices", data=data, headers={"Origin": SITE}).status_code == 403


def test_signing_in_again_and_again_is_slowed_down(visitor: Visitor) -> None:
    found = [visitor.client.post("/sign-in/demo").status_code for _ in range(30)]
    assert found[0] == 403
    assert found[-1] == 429
    late = visitor.client.post("/sign-in/demo")
    assert int(late.headers["retry-after"]) >= 1
    assert "Too Many Requests</h1>" in late.text
    assert "too-often" in late.text


def test_outside_a_demonstration_nobody_signs_in_from_the_list(own_forum: Path) -> None:
    with visiting(own_forum, demo=False) as visitor:
        assert "button" not in visitor.get("/sign-in").text.split("<main")[1]
        page = visitor.get("/sign-in").text
        assert "form_token" not in page
        assert visitor.client.post("/sign-in/demo", data={"role": "office"}).status_code == 403


def test_an_unexpected_error_shows_a_number_and_the_log_its_place_and_neither_any_words(
    member: Visitor, own_forum: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = next(own_forum.glob(".sayso/sources/*/records.parquet"))
    file.write_bytes(b"PAR1 the words of somebody PAR1")
    page = member.get("/try", 500).text
    number = page.split("error ")[1][:8]
    assert f"error {number}: " in caplog.text
    assert "words of somebody" not in page + caplog.text
    assert str(own_forum) not in page + caplog.text


class Ticking:
    """A clock that a test sets, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.integers(1, 20), st.floats(0.1, 50), st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_nobody_gets_more_than_the_burst_and_what_time_adds(
    burst: int, rate: float, waits: list[float]
) -> None:
    clock = Ticking()
    paces = Paces(Pace(rate, burst), clock)
    passed = 0
    for wait in waits:
        clock.now += wait
        passed += paces.wait("somebody") == 0
    assert passed <= burst + rate * clock.now + 1e-6


@given(st.floats(0.1, 50))
def test_whoever_waits_as_long_as_they_are_told_gets_in(rate: float) -> None:
    clock = Ticking()
    paces = Paces(Pace(rate, 1), clock)
    assert paces.wait("somebody") == 0
    seconds = paces.wait("somebody")
    assert seconds > 0
    clock.now += seconds * 1.000001
    assert paces.wait("somebody") == 0


def test_the_paces_of_many_are_kept_up_to_a_number() -> None:
    paces = Paces(Pace(1, 1), Ticking(), most=10)
    for number in range(1_000):
        assert paces.wait(str(number)) == 0
    assert len(paces._buckets) == 10


@given(st.text(max_size=40), st.sampled_from(Role))
def test_a_cookie_says_who_it_was_given_to_and_nobody_else_can_make_one(subject: str, role: Role) -> None:
    ours, theirs = Sessions(SECRET, False), Sessions(bytes(32), False)
    session = ours.begin(Principal(role, subject))
    assert cookie_of(ours, ours, session) == session
    assert cookie_of(theirs, ours, session) is None


def cookie_of(giver: Sessions, reader: Sessions, session: Session) -> Session | None:
    """Return what one server reads of another's cookie."""
    from starlette.requests import Request
    from starlette.responses import Response

    answer = Response()
    giver.keep(answer, session)
    cookie = answer.headers["set-cookie"].split(";")[0]
    assert "HttpOnly" in answer.headers["set-cookie"]
    scope = {"type": "http", "headers": [(b"cookie", cookie.encode())]}
    return reader.of(Request(scope))


def test_a_secure_cookie_is_bound_to_the_host(own_forum: Path) -> None:
    from starlette.responses import Response

    sessions, answer = Sessions(SECRET, True), Response()
    sessions.keep(answer, sessions.begin())
    given_cookie = answer.headers["set-cookie"]
    assert given_cookie.startswith("__Host-")
    assert "Secure" in given_cookie
    assert "Path=/" in given_cookie
    assert "Domain" not in given_cookie
