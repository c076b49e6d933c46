"""The block ``service`` of sayso.yaml, and that a server that nobody could get into does not start."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sayso.config import parse_settings, read_secret
from sayso.config_service import MembersEntry, OfficeEntry, SecretPlace, Service
from sayso.errors import EdgeError, InputError, Refused
from sayso.web.house import House
from sayso.web.server import check_entry
from shell import SetClock
from web.worlds_served import World, fresh
from workflows.worlds_on_disk import LATE, copied

HEAD = "sayso: 1\nname: forum\norigin: example.org/forum\n"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "run-the-service.md"


def service(block: str) -> Service:
    """Return what a block says."""
    return parse_settings(HEAD + block, "sayso.yaml").service


def test_the_block_of_the_page_is_read() -> None:
    block = re.search(r"```yaml\n(service:.*?)```", PAGE.read_text("utf-8"), re.S)
    assert block is not None
    found = service(block.group(1))
    assert (found.url, found.is_secure, found.host) == (
        "https://privacy.example.org",
        True,
        "privacy.example.org",
    )
    assert found.members == MembersEntry(
        "https://forum.example.org",
        "sayso",
        "https://forum.example.org/.well-known/jwks.json",
        ("https://www.example.org",),
    )
    assert found.office == OfficeEntry(
        "https://sso.example.org/realms/staff",
        "sayso",
        SecretPlace("env", "SAYSO_OFFICE_SECRET"),
        (("privacy-office", "office"), ("data-platform", "engineer"), ("internal-audit", "auditor")),
        "roles",
    )


def test_a_project_that_says_nothing_lets_nobody_in() -> None:
    assert parse_settings(HEAD, "sayso.yaml").service == Service()


def test_the_pages_that_may_send_members_over_are_the_issuers_own() -> None:
    block = "service:\n  members: {issuer: 'https://a.example:8443/x', audience: s, jwks: keys.json}\n"
    assert service(block).members == MembersEntry(
        "https://a.example:8443/x", "s", "keys.json", ("https://a.example:8443",)
    )
    block = "service:\n  members: {issuer: forum, audience: s, jwks: keys.json}\n"
    found = service(block).members
    assert found is not None
    assert found.pages == ()


OFFICE = (
    "  office: {issuer: 'https://a.example', client_id: s, client_secret: {file: x}, roles: {a: office}}\n"
)


@pytest.mark.parametrize(
    ("block", "code", "place"),
    [
        ("service: yes\n", "bad-shape", 4),
        ("service:\n  uri: x\n", "unknown-key", 5),
        ("service:\n  url: http://privacy.example\n", "bad-value", 5),
        ("service:\n  url: https://privacy.example/path\n", "bad-value", 5),
        ("service:\n  url: privacy.example\n", "bad-value", 5),
        ("service:\n  url: https://user:word@privacy.example\n", "bad-value", 5),
        ("service:\n  url: 'https://[::1'\n", "bad-value", 5),
        ("service:\n  url: {a: b}\n", "bad-value", 5),
        ("service:\n  members: x\n", "bad-shape", 5),
        ("service:\n  members: {issuer: a, audience: b}\n", "missing-key", 5),
        ("service:\n  members: {issuer: a, audience: [b], jwks: c}\n", "bad-shape", 5),
        ("service:\n  members: {issuer: a, audience: b, jwks: 'http://evil.example/keys'}\n", "bad-value", 5),
        ("service:\n  members: {issuer: a, audience: b, jwks: c, pages: [x]}\n", "bad-value", 5),
        ("service:\n" + OFFICE, "missing-key", 5),
        ("service:\n  url: https://a.example\n" + OFFICE.replace("{file: x}", "secret"), "bad-value", 6),
        (
            "service:\n  url: https://a.example\n" + OFFICE.replace("{file: x}", "{env: 'a b'}"),
            "bad-value",
            6,
        ),
        ("service:\n  url: https://a.example\n" + OFFICE.replace("{a: office}", "{a: king}"), "bad-value", 6),
        ("service:\n  url: https://a.example\n" + OFFICE.replace("{a: office}", "{}"), "missing-key", 6),
        ("service:\n  url: https://a.example\n" + OFFICE.replace("https", "http"), "bad-value", 6),
    ],
)
def test_what_makes_no_sense_is_named_with_its_place(block: str, code: str, place: int) -> None:
    with pytest.raises(InputError) as caught:
        service(block)
    assert [(one.code, one.place.line) for one in caught.value.problems if one.place] == [(code, place)]


def test_a_secret_is_read_from_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("from a file\n", "utf-8")
    monkeypatch.setenv("SAYSO_TEST_SECRET", "from a variable")
    assert read_secret(tmp_path, SecretPlace("file", "secret")) == "from a file"
    assert read_secret(tmp_path, SecretPlace("env", "SAYSO_TEST_SECRET")) == "from a variable"
    for place in (SecretPlace("file", "none"), SecretPlace("env", "SAYSO_TEST_NONE")):
        with pytest.raises(EdgeError, match="no-secret"):
            read_secret(tmp_path, place)


def test_a_server_that_nobody_could_get_into_says_what_to_write(served_root: Path, tmp_path: Path) -> None:
    folder = copied(served_root, tmp_path / "forum")
    settings = folder / "sayso.yaml"
    settings.write_text(settings.read_text("utf-8").partition("service:")[0], "utf-8")
    with House(folder, SetClock(LATE)) as house:
        with pytest.raises(Refused) as caught:
            check_entry(house, "127.0.0.1")
        problem = caught.value.problems[0]
        assert problem.code == "no-entry"
        assert "service: {members:" in problem.advice
        assert "sayso token create" in problem.advice
    with House(folder, SetClock(LATE), demo=True) as house:
        check_entry(house, "127.0.0.1")


def test_beyond_this_machine_a_server_needs_its_name(here: World) -> None:
    check_entry(here.house, "127.0.0.1")
    with pytest.raises(Refused, match="no-url"):
        check_entry(here.house, "0.0.0.0")


def test_behind_https_cookies_are_bound_and_browsers_are_told(served_root: Path, tmp_path: Path) -> None:
    folder = copied(served_root, tmp_path / "first")
    settings = folder / "sayso.yaml"
    settings.write_text(settings.read_text("utf-8") + "  url: https://privacy.example\n", "utf-8")
    with fresh(folder, tmp_path / "second") as here, here.client() as client:
        found = client.get("/sign-in", headers={"Host": "privacy.example"})
        assert found.status_code == 200
        assert found.headers["Strict-Transport-Security"].startswith("max-age=")
        cookie = found.headers["Set-Cookie"]
        assert cookie.startswith("__Host-sayso-session=")
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400
