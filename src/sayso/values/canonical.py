"""One canonical byte form for every value that is hashed or signed: RFC 8785 JSON."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import rfc8785

Json: TypeAlias = "None | bool | int | str | Sequence[Json] | Mapping[str, Json]"
"""JSON without fractions: a float has no place in what is hashed."""


def canonical(value: Json) -> bytes:
    """Return the RFC 8785 bytes of a JSON value.

    Raises ``rfc8785.CanonicalizationError`` for what JSON cannot hold: integers beyond ±(2^53 - 1), lone surrogates.

    >>> canonical({"b": [1, True, None], "a": "é"})
    b'{"a":"\\xc3\\xa9","b":[1,true,null]}'
    """
    return bytes(rfc8785.dumps(value))


def digest(data: bytes) -> str:
    """Return the SHA-256 of some bytes as ``sha256:`` and 64 hexadecimal digits.

    >>> digest(b"")[:20]
    'sha256:e3b0c44298fc1'
    """
    return "sha256:" + hashlib.sha256(data).hexdigest()


def keyed(key: bytes, domain: str, data: bytes) -> bytes:
    """Return HMAC-SHA-256 (RFC 2104) of ``domain``, a zero byte and the data: 32 bytes that only the key's holder can make.

    The domain keeps one use of a key from answering for another.
    """
    return hmac.digest(key, domain.encode() + b"\0" + data, "sha256")
