"""Members' tokens: JWTs (RFC 7519) that the platform signs, checked as RFC 8725 asks."""

from __future__ import annotations

from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry

from sayso.config_service import MembersEntry
from sayso.ports import Clock
from sayso.values.moments import SECOND
from sayso.web.keysets import BadToken, KeySource, from_address, from_file
from sayso.web.principals import Principal, Role

LEEWAY = 30
"""Seconds that clocks may differ by."""


class MemberTokens:
    """Tells members by their tokens."""

    def __init__(self, entry: MembersEntry, root: Path, clock: Clock) -> None:
        """Stand ready; ``root`` is the project's folder. No key is read yet."""
        read = from_address(entry.jwks) if "://" in entry.jwks else from_file(root / entry.jwks)
        self._keys, self._clock = KeySource(read), clock
        self._entry = entry

    def member(self, token: str) -> Principal:
        """Return the member whom a token names.

        Raises ``BadToken`` for one that is not good now, ``EdgeError`` where the keys to check it cannot be had.
        """
        claims = self._keys.opened(token).claims
        try:
            self._asked().validate(claims)
        except (JoseError, ValueError, TypeError):
            raise BadToken from None
        if not claims["sub"]:
            raise BadToken
        return Principal(Role.MEMBER, claims["sub"])

    def _asked(self) -> JWTClaimsRegistry:
        return JWTClaimsRegistry(
            now=self._clock.now() // SECOND,
            leeway=LEEWAY,
            iss={"essential": True, "value": self._entry.issuer},
            aud={"essential": True, "value": self._entry.audience},
            sub={"essential": True},
            exp={"essential": True},
        )
