"""Identifiers that anyone can work out again: UUIDs made from names, and from moments and names (RFC 9562)."""

from __future__ import annotations

import hashlib

from sayso.values.moments import Moment

_URL_NAMESPACE = bytes.fromhex("6ba7b8119dad11d180b400c04fd430c8")
"""The namespace of URLs and URNs, RFC 9562, section 6.6."""


def urn(*parts: str) -> str:
    """Return a name in Sayso's own space, whatever signs are in its parts.

    >>> urn("example.org/forum", "dataset", "writers")
    'urn:sayso:example.org/forum:dataset:writers'
    """
    return ":".join(("urn:sayso", *map(_quoted, parts)))


def _quoted(part: str) -> str:
    return "".join(letter if letter in _PLAIN else _hexed(letter) for letter in part)


_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def _hexed(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogatepass"))


def name_uuid(name: str) -> str:
    """Return the UUID of version 5 of a URN in the namespace of URLs.

    >>> name_uuid("urn:sayso:x")
    '93cc8e7c-b505-5271-a8f3-e2f33d6ac741'
    """
    made = hashlib.sha1(_URL_NAMESPACE + name.encode(), usedforsecurity=False).digest()[:16]
    return _text(int.from_bytes(made), 5)


def timed_uuid(moment: Moment, name: str) -> str:
    """Return a UUID of version 7 whose time is a moment, in milliseconds, and whose random bits are hashed from a name.

    >>> timed_uuid(Moment(0), "urn:sayso:x")[:15]
    '00000000-0000-7'
    """
    bits = int.from_bytes(hashlib.sha256(name.encode()).digest()[:10])
    return _text(((moment // 1000) & ((1 << 48) - 1)) << 80 | bits, 7)


def _text(bits: int, version: int) -> str:
    bits = bits & ~(0xF << 76) | version << 76
    bits = bits & ~(0x3 << 62) | 0x2 << 62
    digits = f"{bits:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
