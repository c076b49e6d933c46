"""A small OpenID Connect provider on this machine: it signs ID tokens, checks PKCE and the client, and gives a code once."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from web.loopback import running

CLIENT, SECRET = "sayso-office", "a secret of the client's"


@dataclass
class OpenIdProvider:
    """What a provider is and does; a test changes what it says of people, and how it misbehaves."""

    claims: dict[str, Any] = field(default_factory=lambda: {"roles": ["privacy-team"]})
    wrong: dict[str, Any] = field(default_factory=dict)
    address: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, parameters={"kid": "one"}))
    sign_with: RSAKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> Starlette:
        """Return the provider's application."""
        routes = [
            Route("/.well-known/openid-configuration", self.discovery),
            Route("/keys", self.keys),
            Route("/authorize", self.authorize),
            Route("/token", self.token, methods=["POST"]),
        ]
        return Starlette(routes=routes)

    async def discovery(self, _: Request) -> Response:
        """Say where everything is (OpenID Connect Discovery 1.0, section 3)."""
        found = {
            "issuer": self.wrong.get("issuer", self.address),
            "authorization_endpoint": self.address + "/authorize",
            "token_endpoint": self.address + "/token",
            "jwks_uri": self.address + "/keys",
        }
        return JSONResponse(found)

    async def keys(self, _: Request) -> Response:
        """Give the public key."""
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        """Let whoever asks in at once, and send the browser back with a code."""
        asked = dict(request.query_params)
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["state"]) >= 32
        assert len(asked["nonce"]) >= 32
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    async def token(self, request: Request) -> Response:
        """Give an ID token for a code, to the client that it was made for, with the verifier of its challenge (RFC 7636)."""
        form = await request.form()
        asked = self.codes.pop(str(form.get("code")), None)
        if (
            asked is None
            or not self._is_client(request)
            or not self._is_verified(asked, str(form.get("code_verifier")))
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        if form.get("redirect_uri") != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(
            {"access_token": "opaque", "token_type": "Bearer", "id_token": self.identity(asked["nonce"])}
        )

    def _is_client(self, request: Request) -> bool:
        kind, _, held = request.headers.get("authorization", "").partition(" ")
        return kind == "Basic" and base64.b64decode(held).decode() == f"{CLIENT}:{SECRET}"

    def _is_verified(self, asked: dict[str, str], verifier: str) -> bool:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        return challenge == asked["code_challenge"]

    def identity(self, nonce: str) -> str:
        """Return an ID token (OpenID Connect Core 1.0, section 2)."""
        now = int(time.time()) + int(self.wrong.get("ahead", 0))
        said = {
            "iss": self.wrong.get("iss", self.address),
            "aud": self.wrong.get("aud", CLIENT),
            "sub": "4711",
            "preferred_username": "ada",
            "nonce": self.wrong.get("nonce", nonce),
            "iat": now,
            "exp": now + int(self.wrong.get("life", 300)),
            **self.claims,
        }
        if "unsigned" in self.wrong:
            parts = (json.dumps({"alg": "none"}), json.dumps(said))
            return (
                ".".join(base64.urlsafe_b64encode(one.encode()).rstrip(b"=").decode() for one in parts) + "."
            )
        key = self.sign_with or self.key
        return jwt.encode({"alg": "RS256", "kid": "one"}, said, key)


@contextmanager
def provided() -> Iterator[OpenIdProvider]:
    """Run a provider on a free port of this machine."""
    found = OpenIdProvider()
    with running(found.app()) as found.address:
        yield found
