"""Patterns of paths as robots.txt writes them (RFC 9309, section 2.2.2), which TDMRep and RSL took over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
Thing = TypeVar("Thing")


def normal(path: str) -> bytes:
    """Return a path in the one form in which paths are compared: octets, escaped where they are no plain letters.

    >>> normal("/caf\u00e9"), normal("/caf%c3%a9"), normal("/%7Eada/")
    (b'/caf%C3%A9', b'/caf%C3%A9', b'/~ada/')
    """
    escaped = b"".join(
        bytes((octet,)) if 0x20 < octet < 0x7F else b"%%%02X" % octet
        for octet in path.encode(errors="replace")
    )
    return _ESCAPE.sub(_unescaped, escaped)


def _unescaped(found: re.Match[bytes]) -> bytes:
    octet = int(found[1], 16)
    return bytes((octet,)) if octet in _UNRESERVED else found[0].upper()


def matches(pattern: str, path: str) -> bool:
    """Tell whether a pattern matches a path: at its start, with ``*`` for anything and ``$`` for the end; case counts.

    Looks at each octet a few times at most, whatever the pattern: strangers write patterns.

    >>> matches("/blog/", "/blog/1"), matches("/*.pdf$", "/a/b.pdf"), matches("/Blog", "/blog"), matches("", "/")
    (True, True, False, False)
    """
    if not pattern:
        return False
    wanted, whole = normal(pattern), normal(path)
    ends = wanted.endswith(b"$")
    first, *rest = wanted.removesuffix(b"$").split(b"*")
    if not whole.startswith(first):
        return False
    at = len(first)
    for number, piece in enumerate(rest, 1):
        if ends and number == len(rest):
            return len(whole) - len(piece) >= at and whole.endswith(piece)
        found = whole.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return not ends or at == len(whole)


def longest(rules: Iterable[tuple[str, Thing]], path: str) -> tuple[Thing, ...]:
    """Return what the longest pattern that matches leads to: all of it, where several are as long.

    >>> longest([("/", 1), ("/blog/", 2), ("/blog/", 3)], "/blog/1")
    (2, 3)
    """
    found = [(len(normal(pattern)), thing) for pattern, thing in rules if matches(pattern, path)]
    most = max((length for length, _ in found), default=0)
    return tuple(thing for length, thing in found if length == most)


def below(patterns: Sequence[str], path: str) -> tuple[str, ...]:
    """Return a path for each pattern that speaks of something below a path, without its wildcards.

    >>> below(["/", "/blog/*/draft$", "/shop/"], "/blog/")
    ('/blog//draft',)
    """
    plain = (pattern.removesuffix("$").replace("*", "") for pattern in patterns)
    return tuple(dict.fromkeys(one for one in plain if one.startswith(path) and one != path))
