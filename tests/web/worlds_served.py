"""A served project: a small made-up community with a data set, members with tokens, services with scopes, an office."""

from __future__ import annotations

import json
import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from fastapi import FastAPI
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey
from starlette.responses import Response
from starlette.testclient import TestClient

from sayso.values.moments import SECOND
from sayso.web.app import create_app
from sayso.web.house import House
from sayso.web.principals import Principal, Role
from sayso.wiring import open_project
from sayso.workflows.facts import MEMBERS_FILE, RECORDS_FILE
from sayso.workflows.tokens import SCOPES, issue
from shell import SetClock
from workflows.worlds_on_disk import LATE, SOURCE, community, copied, published

ISSUER, AUDIENCE = "https://forum.example", "sayso"
KEYS = {
    "EdDSA": OKPKey.generate_key("Ed25519", parameters={"kid": "ed"}),
    "RS256": RSAKey.generate_key(2048, parameters={"kid": "rsa"}),
    "ES256": ECKey.generate_key("P-256", parameters={"kid": "ec"}),
}
"""The platform's keys, by the algorithm that each signs with."""
SERVICE = f"""\
service:
  members:
    issuer: {ISSUER}
    audience: {AUDIENCE}
    jwks: platform-keys.json
"""


def key_set() -> str:
    """Return the platform's public keys as a JWK set."""
    return json.dumps({"keys": [key.as_dict(private=False) for key in KEYS.values()]})


def served_project(root: Path) -> Path:
    """Make a project with a data set, and members who get in by the platform's tokens."""
    folder = published(root, community(60))
    settings = folder / "sayso.yaml"
    settings.write_text(settings.read_text("utf-8") + SERVICE, "utf-8")
    (folder / "platform-keys.json").write_text(key_set(), "utf-8")
    with open_project(folder, SetClock(LATE)) as project:
        project.service().close()
    return folder


@dataclass
class World:
    """An application over a house, and who may come."""

    house: House
    app: FastAPI
    clock: SetClock
    tokens: dict[tuple[str, ...], str] = field(default_factory=dict)
    clients: int = 0

    @property
    def root(self) -> Path:
        """Return the project's folder."""
        return self.house.root

    def service(self, *scopes: str) -> str:
        """Return a service token with some scopes, all where none is named."""
        wanted = scopes or SCOPES
        if wanted not in self.tokens:
            name = f"service-{len(self.tokens)}-{secrets.token_hex(4)}"
            made = issue(self.house.service, self.clock, secrets.token_bytes, name, wanted).text
            assert made is not None
            self.tokens[wanted] = made
        return self.tokens[wanted]

    def member(self, member: str, alg: str = "EdDSA", **claims: Any) -> str:
        """Return a member's token, signed by the platform; claims that are ``None`` are left out."""
        now = self.clock.at // SECOND
        said = {"iss": ISSUER, "aud": AUDIENCE, "sub": member, "iat": now, "exp": now + 3600} | claims
        held = {key: value for key, value in said.items() if value is not None}
        return signed(held, alg)

    def cookie(self, principal: Principal) -> dict[str, str]:
        """Return the cookie of somebody who is signed in."""
        sessions = self.app.state.site.sessions
        answer = Response()
        sessions.keep(answer, sessions.begin(principal))
        held = SimpleCookie(answer.headers["set-cookie"])
        return {name: morsel.value for name, morsel in held.items()}

    def staff(self, role: Role = Role.OFFICE) -> dict[str, str]:
        """Return the cookie of somebody of the office."""
        return self.cookie(Principal(role, str(role)))

    def client(self, token: str | None = None) -> TestClient:
        """Return a client; ``token`` is its bearer token."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self.clients += 1  # each from another network address, for paces are held by that
        return TestClient(
            self.app,
            headers=headers,
            follow_redirects=False,
            raise_server_exceptions=False,
            client=(f"10.0.{self.clients // 250}.{self.clients % 250}", 50_000),
        )

    def all_scopes(self) -> TestClient:
        """Return the client of a service that may do everything a service may."""
        return self.client(self.service())

    # Who and what there is

    def people(self) -> list[str]:
        """Return the ids of members who have records in the data set's source and whose region is known, sorted."""
        table = pq.read_table(self.house.project.sources.folder(SOURCE) / MEMBERS_FILE)
        return sorted(
            row["member"] for row in table.to_pylist() if row["region"] and row["closed_at"] is None
        )

    def records_of(self, member: str) -> list[str]:
        """Return the ids of a member's records, sorted."""
        table = pq.read_table(
            self.house.project.sources.folder(SOURCE) / RECORDS_FILE, columns=["record", "author"]
        )
        return sorted(row["record"] for row in table.to_pylist() if row["author"] == member)

    def pair(self) -> tuple[str, str]:
        """Return two members who have records."""
        found = [one for one in self.people() if self.records_of(one)]
        return found[0], found[1]


def signed(claims: dict[str, Any], alg: str) -> str:
    """Return a token over claims, with one of the platform's keys."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)  # RFC 9864 calls EdDSA Ed25519 from now on
        return jwt.encode({"alg": alg, "kid": KEYS[alg].kid}, claims, KEYS[alg], algorithms=[alg])


@contextmanager
def world(root: Path, at: str = LATE) -> Iterator[World]:
    """Serve a project."""
    clock = SetClock(at)
    with House(root, clock) as house:
        yield World(house, create_app(house, ("testserver", "localhost", "127.0.0.1")), clock)


@contextmanager
def fresh(root: Path, place: Path) -> Iterator[World]:
    """Serve a copy of a project."""
    with world(copied(root, place)) as found:
        yield found
