"""Signing in: members whom the platform sends over, and the office by its provider, over real sockets on this machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from sayso.web.principals import Role
from web.provider_served import CLIENT, SECRET, OpenIdProvider, provided
from web.worlds_served import ISSUER, World, world
from workflows.worlds_on_disk import copied

# Members


def _arrive(here: World, token: str, **headers: str) -> tuple[httpx2.Response, TestClient]:
    client = here.client()
    return client.post("/sign-in/member", data={"token": token}, headers=headers), client


def test_a_member_whom_the_platform_sends_over_is_signed_in(here: World) -> None:
    member = here.pair()[0]
    found, client = _arrive(here, here.member(member), Origin=ISSUER)
    assert (found.status_code, found.headers["location"]) == (303, "/privacy")
    assert client.get("/privacy").status_code == 200
    assert client.get("/v1/members/me/choices").status_code == 200


def test_a_page_of_somebody_else_signs_nobody_in(here: World) -> None:
    token = here.member(here.pair()[0])
    for origin in (
        "https://evil.example",
        "null",
        "https://forum.example.evil.example",
        "http://forum.example",
    ):
        found, client = _arrive(here, token, Origin=origin)
        assert found.status_code == 403
        assert not client.cookies


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_a_token_that_is_not_good_signs_nobody_in(here: World, token: str) -> None:
    found, client = _arrive(here, token, Origin=ISSUER)
    assert found.status_code == 401
    assert not client.cookies


def test_somebody_who_is_no_member_here_is_not_signed_in(here: World) -> None:
    found, client = _arrive(here, here.member("somebody-else"))
    assert found.status_code == 403
    assert not client.cookies


def test_a_session_reads_the_api_and_does_not_write(here: World) -> None:
    member = here.pair()[0]
    _, client = _arrive(here, here.member(member))
    size = here.house.project.log.size()
    found = client.post("/v1/choices", json={"control": "ai-training", "value": "yes"})
    assert found.status_code == 401
    assert here.house.project.log.size() == size


@pytest.mark.parametrize("value", ["x", "", "eyJ.x.y", "WyJhIiwib2ZmaWNlIiwieCJd.aaaaaa.bbbbbb"])
def test_a_cookie_that_was_not_given_here_is_nobody(here: World, value: str) -> None:
    with here.client() as client:
        client.cookies.set(here.app.state.site.sessions.cookie, value)
        assert client.get("/privacy").status_code == 303
        assert client.get("/v1/policy").status_code == 401


# The office


@dataclass
class Office:
    """A world whose office signs in at a provider."""

    world: World
    provider: OpenIdProvider

    def leave(self) -> tuple[TestClient, str]:
        """Begin to sign in; return the browser and where it is sent."""
        client = self.world.client()
        found = client.get("/sign-in/office")
        assert found.status_code == 303, found.text
        return client, found.headers["location"]

    def sign_in(self, **changed: str) -> tuple[httpx2.Response, TestClient]:
        """Sign in at the provider and come back, with some of what it sends along changed."""
        client, address = self.leave()
        with httpx2.Client() as browser:
            back = browser.get(address).headers["location"]
        query = {key: held[0] for key, held in parse_qs(urlsplit(back).query).items()} | changed
        return client.get(urlsplit(back).path, params=query), client


SETTINGS = """\
  office:
    issuer: {issuer}
    client_id: {client}
    client_secret: {{file: secret.txt}}
    roles:
      privacy-team: office
      data-team: engineer
      audit: auditor
  url: http://localhost
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    with provided() as found:
        yield found


@pytest.fixture
def office(provider: OpenIdProvider, office_world: World) -> Office:
    provider.claims, provider.wrong, provider.sign_with = {"roles": ["privacy-team"]}, {}, None
    office_world.clock.at = int(time.time() * 1_000_000)
    return Office(office_world, provider)


@pytest.fixture(scope="module")
def office_world(
    served_root: Path, tmp_path_factory: pytest.TempPathFactory, provider: OpenIdProvider
) -> Iterator[World]:
    folder = copied(served_root, tmp_path_factory.mktemp("office") / "forum")
    settings = folder / "sayso.yaml"
    text = settings.read_text("utf-8") + SETTINGS.format(issuer=provider.address, client=CLIENT)
    settings.write_text(text, "utf-8")
    (folder / "secret.txt").write_text(SECRET + "\n", "utf-8")
    with world(folder) as found:
        yield found


pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        (["privacy-team"], Role.OFFICE),
        (["data-team", "others"], Role.ENGINEER),
        ("audit", Role.AUDITOR),
        (["audit", "privacy-team"], Role.OFFICE),
    ],
)
def test_somebody_of_the_office_signs_in_with_their_role(office: Office, roles: Any, role: Role) -> None:
    office.provider.claims = {"roles": roles}
    found, client = office.sign_in()
    assert (found.status_code, found.headers["location"]) == (303, "/office")
    assert client.get("/v1/datasets").status_code == 200
    assert client.get("/privacy").status_code == 403
    session = client.cookies[office.world.app.state.site.sessions.cookie]
    held = office.world.app.state.site.sessions._signer.loads(session)
    assert (held[1], held[2]) == (role, "ada")


@pytest.mark.parametrize(
    "claims", [{}, {"roles": []}, {"roles": ["others"]}, {"roles": {"privacy-team": 1}}, {"roles": 5}]
)
def test_without_a_role_nobody_gets_in(office: Office, claims: dict[str, Any]) -> None:
    office.provider.claims = claims
    found, client = office.sign_in()
    assert found.status_code == 403
    assert client.get("/v1/datasets").status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"},
        {"aud": "others"},
        {"aud": ["others", "more"]},
        {"nonce": "another"},
        {"life": -3600},
        {"ahead": 86_400},
        {"unsigned": True},
    ],
    ids=str,
)
def test_an_identity_that_does_not_hold_lets_nobody_in(office: Office, wrong: dict[str, Any]) -> None:
    office.provider.wrong = wrong
    found, client = office.sign_in()
    assert found.status_code == 401
    assert client.get("/v1/datasets").status_code == 401


def test_an_identity_signed_by_somebody_else_lets_nobody_in(office: Office) -> None:
    office.provider.sign_with = RSAKey.generate_key(2048, parameters={"kid": "one"})
    assert office.sign_in()[0].status_code == 401


@pytest.mark.parametrize("changed", [{"state": "another"}, {"state": ""}, {"code": ""}, {"code": "made-up"}])
def test_a_return_that_does_not_fit_lets_nobody_in(office: Office, changed: dict[str, str]) -> None:
    found, client = office.sign_in(**changed)
    assert found.status_code == 403
    assert client.get("/v1/datasets").status_code == 401


def test_a_return_in_another_browser_lets_nobody_in(office: Office) -> None:
    _, address = office.leave()
    with httpx2.Client() as browser:
        back = urlsplit(browser.get(address).headers["location"])
    with office.world.client() as victim:
        assert victim.get(f"{back.path}?{back.query}").status_code == 403
    other, _ = office.leave()
    assert other.get(f"{back.path}?{back.query}").status_code == 403


def test_a_code_without_its_verifier_is_worth_nothing(office: Office) -> None:
    """Somebody who steals a code on its way back has not the verifier: the provider refuses them, and so do we."""
    _, address = office.leave()
    with httpx2.Client() as browser:
        back = urlsplit(browser.get(address).headers["location"])
    code = parse_qs(back.query)["code"][0]
    thief, own = office.leave()
    state = parse_qs(urlsplit(own).query)["state"][0]
    found = thief.get(back.path, params={"code": code, "state": state})
    assert found.status_code == 403
    assert thief.get("/v1/datasets").status_code == 401


def test_a_return_is_good_once(office: Office) -> None:
    found, client = office.sign_in()
    assert found.status_code == 303
    assert client.get("/sign-in/office/return", params={"code": "1", "state": "2"}).status_code == 403


def test_a_provider_that_is_not_the_issuer_is_not_believed(
    served_root: Path, tmp_path: Path, provider: OpenIdProvider
) -> None:
    provider.wrong = {"issuer": "https://evil.example"}
    folder = copied(served_root, tmp_path / "forum")
    settings = folder / "sayso.yaml"
    text = settings.read_text("utf-8") + SETTINGS.format(issuer=provider.address, client=CLIENT)
    settings.write_text(text, "utf-8")
    (folder / "secret.txt").write_text(SECRET, "utf-8")
    with world(folder) as found, found.client() as client:
        answer = client.get("/sign-in/office")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        provider.wrong = {}


def test_the_page_offers_the_provider_where_there_is_one(office: Office, here: World) -> None:
    with office.world.client() as client:
        assert "/sign-in/office" in client.get("/sign-in").text
    with here.client() as client:
        assert "/sign-in/office" not in client.get("/sign-in").text
