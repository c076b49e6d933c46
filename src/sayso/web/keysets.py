"""Public keys of whoever signs tokens: a JWK set (RFC 7517) from a file or an address, kept and read anew when it has to be."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import GuestProtocol, Key, KeySet
from joserfc.jws import JWSRegistry

from sayso.errors import EdgeError, Problem

TIMEOUT, MAX_BYTES = 5.0, 1 << 20
"""Seconds that an address has to answer in, and bytes that it may answer with."""
AGAIN, KEPT = 60.0, 3600.0
"""Seconds: keys are not asked for again more often than this, and no longer kept than that."""
ALGORITHMS = ("EdDSA", "RS256", "ES256")
"""Signatures with a key pair alone (RFC 8725, section 3.1): `none` and those by a shared secret are no signatures here."""
_KINDS = ("RSA", "EC", "OKP")
MAX_TOKEN = 16 * 1024
"""Characters of a token."""


class BadToken(Exception):
    """A token that opens nothing: not one of ours, expired, forged or taken back."""


class _Signatures(JWSRegistry):
    """The algorithms that are taken: EdDSA without a warning at each token that RFC 9864 would name it Ed25519."""

    def get_alg(self, name: str) -> Any:
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


_SIGNATURES = _Signatures(strict_check_header=False)


class KeySource:
    """The keys at a place, for many threads at once."""

    def __init__(self, read: Callable[[], bytes], clock: Callable[[], float] = time.monotonic) -> None:
        """Read nothing yet; ``read`` returns a JWK set or raises ``EdgeError``, ``clock`` gives seconds."""
        self._read, self._clock, self._lock = read, clock, Lock()
        self._held: KeySet | None = None
        self._asked = self._got = -KEPT

    def keys(self, kid: str | None) -> KeySet:
        """Return the keys, asked for again where none has this id, once a minute at most.

        Raises ``EdgeError`` where they cannot be read and none are held.
        """
        held = self._held
        if held is not None and self._clock() - self._got < KEPT and _has(held, kid):
            return held
        with self._lock:
            if self._clock() - self._asked >= AGAIN:
                self._renew()
            if self._held is None:
                raise EdgeError(Problem("no-keys", "the keys that tokens are checked with cannot be had"))
            return self._held

    def opened(self, token: str) -> jwt.Token:
        """Return a token that one of the keys has signed; what it claims is not looked at.

        Raises ``BadToken`` for any other, ``EdgeError`` like ``keys``.
        """
        if len(token) > MAX_TOKEN:
            raise BadToken
        try:
            return jwt.decode(token, self._key, registry=_SIGNATURES)
        except (JoseError, ValueError, TypeError, RecursionError):
            raise BadToken from None

    def _key(self, token: GuestProtocol) -> Key:
        kid = token.headers().get("kid")
        if kid is not None and not isinstance(kid, str):
            raise BadToken
        keys = self.keys(kid)
        if kid is None and len(keys.keys) > 1:
            raise BadToken  # it does not say which
        return keys.get_by_kid(kid)

    def _renew(self) -> None:
        """Ask again; what is held stays where there is no answer, for as long as it is kept."""
        self._asked = self._clock()
        try:
            self._held, self._got = public_keys(self._read()), self._asked
        except EdgeError:
            if self._asked - self._got >= KEPT:
                self._held = None
                raise


def _has(keys: KeySet, kid: str | None) -> bool:
    return any(key.kid == kid for key in keys.keys)


def public_keys(data: bytes) -> KeySet:
    """Return the keys of a JWK set that verify signatures of three kinds: no secret ones, which everybody could sign with.

    Raises ``EdgeError`` where it is no JWK set, or none of its keys will do.
    """
    try:
        named = [one for one in json.loads(data)["keys"] if one.get("kty") in _KINDS]
        kept = KeySet.import_key_set({"keys": named}).keys
    except (JoseError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        what = f"what should be a JWK set is none ({type(error).__name__})"
        raise EdgeError(Problem("bad-keys", what, advice="see jwks in sayso.yaml")) from None
    return KeySet(list(kept))


def from_file(path: Path) -> Callable[[], bytes]:
    """Return what reads a file."""

    def read() -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            what = f"cannot read the keys in {path.name}: {(error.strerror or '').lower()}"
            raise EdgeError(Problem("no-keys", what, advice="see jwks in sayso.yaml")) from None

    return read


def from_address(url: str) -> Callable[[], bytes]:
    """Return what asks an address: the only call to elsewhere that a token can lead to. Redirects are not followed."""

    def read() -> bytes:
        try:
            with httpx2.Client(timeout=TIMEOUT) as client, client.stream("GET", url) as answer:
                answer.raise_for_status()
                return _some(answer)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            what = f"cannot fetch the keys that tokens are checked with ({type(error).__name__})"
            raise EdgeError(Problem("no-keys", what, advice="see jwks in sayso.yaml")) from None

    return read


def _some(answer: httpx2.Response) -> bytes:
    data = b""
    for part in answer.iter_bytes():
        data += part
        if len(data) > MAX_BYTES:
            raise EdgeError(Problem("bad-keys", "what should be a JWK set is longer than 1 MiB"))
    return data
