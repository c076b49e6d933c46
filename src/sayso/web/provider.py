"""The office's sign-in: OpenID Connect's code flow with PKCE, state and nonce, at the provider that the settings name.

Sources: OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3; Discovery 1.0, section 4; PKCE, RFC 7636; RFC 9700, section 2.1.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool

from sayso.config_service import OfficeEntry
from sayso.errors import EdgeError, Problem
from sayso.ports import Clock
from sayso.values.moments import SECOND
from sayso.web.faults import Forbidden
from sayso.web.keysets import KEPT, TIMEOUT, BadToken, KeySource, from_address
from sayso.web.principals import Principal, Role

RETURN = "/sign-in/office/return"
SCOPE = "openid profile"
LEEWAY = 30
"""Seconds that clocks may differ by."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Begun:
    """What a browser keeps between leaving for the provider and coming back."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """The provider of the office's accounts."""

    def __init__(self, entry: OfficeEntry, secret: str, url: str, clock: Clock) -> None:
        """Stand ready; ``url`` is where browsers reach this service. Nobody is asked yet."""
        self._entry, self._secret, self._clock = entry, secret, clock
        self._back = url + RETURN
        self._found: dict[str, str] = {}
        self._found_at = -KEPT
        self._keys: KeySource | None = None

    async def begin(self) -> tuple[str, Begun]:
        """Return where to send a browser, and what it is to keep; raises ``EdgeError`` where the provider cannot be asked."""
        found = await self._discovered()
        begun = Begun(token_urlsafe(32), token_urlsafe(32), token_urlsafe(48))
        async with self._client() as client:
            address, _ = client.create_authorization_url(
                found["authorization_endpoint"],
                state=begun.state,
                nonce=begun.nonce,
                code_verifier=begun.verifier,
            )
        return str(address), begun

    async def finish(self, query: Mapping[str, str], begun: Begun) -> Principal:
        """Return who came back from the provider, with what it sent along.

        Raises ``Forbidden`` where the provider let them not in or they have no role here, ``BadToken`` for an identity that does
        not hold, ``EdgeError`` where the provider cannot be asked.
        """
        code, state = query.get("code", ""), query.get("state", "")
        if not code or state != begun.state:
            raise Forbidden
        found = await self._discovered()
        token = await self._token(found["token_endpoint"], code, begun)
        claims = await run_in_threadpool(self._claims, token, begun.nonce)
        return self._principal(claims)

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._entry.client_id,
            self._secret,
            scope=SCOPE,
            redirect_uri=self._back,
            code_challenge_method="S256",
            timeout=TIMEOUT,
        )

    async def _token(self, endpoint: str, code: str, begun: Begun) -> Mapping[str, Any]:
        try:
            async with self._client() as client:
                found: Mapping[str, Any] = await client.fetch_token(
                    endpoint, grant_type="authorization_code", code=code, code_verifier=begun.verifier
                )
        except OAuthError:
            raise Forbidden from None
        except (httpx2.HTTPError, ValueError) as error:
            raise _no_answer(error) from None
        return found

    def _claims(self, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        assert self._keys is not None  # it was discovered before
        opened = self._keys.opened(str(token.get("id_token", "")))
        claims = CodeIDToken(
            opened.claims,
            opened.header,
            {
                "iss": {"essential": True, "value": self._entry.issuer},
                "aud": {"essential": True, "value": self._entry.client_id},
                "nonce": {"essential": True, "value": nonce},
            },
            {"nonce": nonce, "client_id": self._entry.client_id, "access_token": token.get("access_token")},
        )
        try:
            claims.validate(now=self._clock.now() // SECOND, leeway=LEEWAY)
        except (JoseError, ValueError, TypeError):
            raise BadToken from None
        found: Mapping[str, Any] = claims
        return found

    def _principal(self, claims: Mapping[str, Any]) -> Principal:
        held = _values(claims, self._entry.claim)
        role = next((role for value, role in self._entry.roles if value in held), None)
        if role is None:
            raise Forbidden
        name = next((claims[key] for key in ("preferred_username", "email", "sub") if claims.get(key)), "")
        return Principal(Role(role), str(name))

    async def _discovered(self) -> dict[str, str]:
        """Return the provider's endpoints, asked for once an hour."""
        if time.monotonic() - self._found_at < KEPT:
            return self._found
        try:
            async with httpx2.AsyncClient(timeout=TIMEOUT) as client:
                answer = await client.get(
                    self._entry.issuer.rstrip("/") + "/.well-known/openid-configuration"
                )
                found = answer.raise_for_status().json()
            endpoints = {key: str(found[key]) for key in _ENDPOINTS}
            _check(found["issuer"] == self._entry.issuer, *map(self._is_safe, endpoints.values()))
        except (httpx2.HTTPError, ValueError, LookupError, TypeError) as error:
            raise _no_answer(error) from None
        if endpoints != self._found:
            self._keys = KeySource(from_address(endpoints["jwks_uri"]))
        self._found, self._found_at = endpoints, time.monotonic()
        return endpoints

    def _is_safe(self, address: str) -> bool:
        """Tell whether an endpoint is reached over HTTPS, or as the issuer is (a test's provider on this machine)."""
        return urlsplit(address).scheme in ("https", urlsplit(self._entry.issuer).scheme)


def _check(*held: bool) -> None:
    if not all(held):
        raise ValueError("this is not what the issuer says of itself")


def _values(claims: Mapping[str, Any], claim: str) -> frozenset[str]:
    """Return the texts in a claim, which may lie in others: ``realm_access.roles``.

    >>> sorted(_values({"realm_access": {"roles": ["a", 1]}}, "realm_access.roles")), _values({"r": "a"}, "r")
    (['a'], frozenset({'a'}))
    """
    found: Any = claims
    for step in (claim,) if claim in claims else claim.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    listed = found if isinstance(found, list) else [found]
    return frozenset(one for one in listed if isinstance(one, str))


def _no_answer(error: Exception) -> EdgeError:
    what = f"the provider of the office's accounts did not answer as it should ({type(error).__name__})"
    return EdgeError(Problem("no-provider", what, advice="try again; see office in sayso.yaml"))
