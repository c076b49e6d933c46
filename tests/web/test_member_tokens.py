"""Members' tokens: what is good opens, and nothing else does, whatever is tried."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OctKey, OKPKey

from sayso.errors import EdgeError, Problem
from sayso.values.moments import SECOND
from sayso.web.keysets import AGAIN, KEPT, BadToken, KeySource, from_address, public_keys
from sayso.workflows.tokens import revoke
from web.loopback import serving
from web.worlds_served import KEYS, World, key_set, signed


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _by_hand(header: dict[str, Any], claims: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    body = f"{_b64(json.dumps(header).encode())}.{_b64(json.dumps(claims).encode())}"
    return f"{body}.{_b64(sign(body.encode()))}"


def _status(here: World, token: str) -> int:
    with here.client(token) as client:
        found = client.get("/v1/policy")
    if found.status_code == 401:
        assert found.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        assert found.json()["code"] == "bad-token"
    return found.status_code


@pytest.mark.parametrize("alg", ["EdDSA", "RS256", "ES256"])
def test_a_token_by_each_kind_of_key_opens(here: World, alg: str) -> None:
    assert _status(here, here.member(here.pair()[0], alg)) == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None},
        {"exp": 0},
        {"exp": "soon"},
        {"nbf": 4_000_000_000},
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "others"},
        {"aud": ["others", "more"]},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 12},
        {"sub": ["m000000"]},
    ],
    ids=str,
)
def test_a_token_that_claims_what_is_not_so_opens_nothing(here: World, claims: dict[str, Any]) -> None:
    assert _status(here, here.member(here.pair()[0], **claims)) == 401


def test_a_token_is_good_until_its_time_and_no_longer(here: World) -> None:
    now = here.clock.at // SECOND
    assert _status(here, here.member(here.pair()[0], exp=now + 40)) == 200
    assert _status(here, here.member(here.pair()[0], exp=now - 60)) == 401


def _claims(here: World) -> dict[str, Any]:
    header, body, _ = here.member(here.pair()[0]).split(".")
    assert header
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=="))
    return found


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", ""])
def test_a_token_that_nobody_signed_opens_nothing(here: World, alg: str) -> None:
    for signature in (b"", b"x" * 64):
        token = _by_hand({"alg": alg, "kid": "ed"}, _claims(here), lambda _, held=signature: held)
        assert _status(here, token) == 401


@pytest.mark.parametrize("kid", ["rsa", "ec", "ed"])
def test_the_public_key_is_no_secret_to_sign_with(here: World, kid: str) -> None:
    key = next(one for one in KEYS.values() if one.kid == kid)
    for secret in (key.as_pem(private=False), json.dumps(key.as_dict(private=False)).encode()):
        token = _by_hand(
            {"alg": "HS256", "kid": kid},
            _claims(here),
            lambda body, held=secret: hmac.digest(held, body, hashlib.sha256),
        )
        assert _status(here, token) == 401


def test_another_key_under_a_known_name_opens_nothing(here: World) -> None:
    stranger = OKPKey.generate_key("Ed25519", parameters={"kid": "ed"})
    token = _by_hand(
        {"alg": "EdDSA", "kid": "ed"}, _claims(here), lambda body: stranger.private_key.sign(body)
    )
    assert _status(here, token) == 401


@pytest.mark.parametrize(
    "header",
    [{"kid": "nobody"}, {"kid": 5}, {}, {"kid": "rsa"}, {"kid": "ed", "crit": ["x"], "x": 1}],
    ids=str,
)
def test_a_token_that_names_no_key_of_the_platform_opens_nothing(here: World, header: dict[str, Any]) -> None:
    token = _by_hand(
        {"alg": "EdDSA"} | header, _claims(here), lambda body: KEYS["EdDSA"].private_key.sign(body)
    )
    assert _status(here, token) == 401


def test_a_token_with_its_own_key_along_opens_nothing(here: World) -> None:
    stranger = OKPKey.generate_key("Ed25519")
    header = {"alg": "EdDSA", "jwk": stranger.as_dict(private=False), "jku": "https://evil.example/keys"}
    assert _status(here, _by_hand(header, _claims(here), lambda body: stranger.private_key.sign(body))) == 401


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "a.b",
        "a.b.c",
        "....",
        "sayso_",
        "sayso_" + "A" * 43,
        "é.é.é",
        "eyJhbGciOiJFZERTQSJ9..",
        "a" * 20_000,
        '{"a":1}',
    ],
)
def test_what_is_no_token_opens_nothing(here: World, token: str) -> None:
    with here.client() as client:
        found = client.get("/v1/policy", headers={b"Authorization": b"Bearer " + token.encode()})
    assert found.status_code == 401


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Token abc", ""])
def test_another_scheme_is_no_token(here: World, header: str) -> None:
    with here.client() as client:
        found = client.get("/v1/policy", headers={"Authorization": header})
    assert found.status_code == 401


def test_one_changed_character_anywhere_spoils_a_token(here: World) -> None:
    token = here.member(here.pair()[0])
    for place in range(0, len(token) - 1, 7):
        if token[place] != ".":
            other = "A" if token[place] != "A" else "B"
            assert _status(here, token[:place] + other + token[place + 1 :]) == 401


def test_a_revoked_token_of_a_service_opens_nothing(here: World) -> None:
    token = here.service("log:read", "feed:read")
    assert _status(here, token) == 200
    names = [one.name for one in here.house.service.tokens() if one.scopes == ("feed:read", "log:read")]
    revoke(here.house.service, here.clock, names[0])
    assert _status(here, token) == 401


# Where the keys come from


class Platform:
    """What an address of keys answers, and how often it was asked."""

    def __init__(self) -> None:
        self.data, self.asked, self.seconds = key_set().encode(), 0, 0.0

    def read(self) -> bytes:
        self.asked += 1
        if not self.data:
            raise EdgeError(Problem("no-keys", "no answer"))
        return self.data

    def source(self) -> KeySource:
        return KeySource(self.read, lambda: self.seconds)


@pytest.fixture
def platform() -> Platform:
    return Platform()


def test_keys_are_asked_for_once_and_again_for_a_new_name_once_a_minute(platform: Platform) -> None:
    source = platform.source()
    for _ in range(3):
        source.keys("ed")
    assert platform.asked == 1
    for _ in range(3):
        source.keys("new")
    assert platform.asked == 1
    platform.seconds = AGAIN + 1
    for _ in range(3):
        source.keys("new")
    assert platform.asked == 2


def test_keys_that_are_taken_back_go_within_the_hour(platform: Platform) -> None:
    source = platform.source()
    token = signed({"sub": "m"}, "EdDSA")
    assert source.opened(token).claims == {"sub": "m"}
    kept = [key.as_dict(private=False) for alg, key in KEYS.items() if alg != "EdDSA"]
    platform.data = json.dumps({"keys": kept}).encode()
    platform.seconds = KEPT + 1
    with pytest.raises(BadToken):
        source.opened(token)


def test_keys_that_are_held_bridge_an_outage_but_not_for_ever(platform: Platform) -> None:
    source = platform.source()
    source.keys("ed")
    platform.data, platform.seconds = b"", AGAIN + 1
    assert source.keys("new").keys
    platform.seconds = AGAIN + KEPT + 2
    with pytest.raises(EdgeError):
        source.keys("ed")


def test_an_outage_is_not_asked_about_with_every_token(platform: Platform) -> None:
    platform.data = b""
    source = platform.source()
    for _ in range(5):
        with pytest.raises(EdgeError):
            source.keys("ed")
    assert platform.asked == 1
    platform.seconds = AGAIN + 1
    with pytest.raises(EdgeError):
        source.keys("ed")
    assert platform.asked == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b'{"keys": []}',
        b'{"keys": 1}',
        b"\xff",
        b'{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_set_of_public_keys_is_refused(data: bytes) -> None:
    with pytest.raises(EdgeError):
        public_keys(data)


def test_secret_keys_in_a_set_are_passed_over() -> None:
    held = json.loads(key_set())
    held["keys"].append(OctKey.import_key("a secret that is long enough").as_dict())
    assert len(public_keys(json.dumps(held).encode()).keys) == 3


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_keys_are_fetched_from_an_address_and_redirects_are_not_followed(tmp_path: Path) -> None:
    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        if path == "/keys":
            return 200, {}, key_set().encode()
        if path == "/away":
            return 302, {"Location": "/keys"}, b""
        return (200, {}, b"x" * (2 << 20)) if path == "/much" else (500, {}, b"")

    with serving(answer) as address:
        assert len(public_keys(from_address(address + "/keys")()).keys) == 3
        for path in ("/away", "/much", "/broken"):
            with pytest.raises(EdgeError):
                from_address(address + path)()
    with pytest.raises(EdgeError):
        from_address(address + "/keys")()
