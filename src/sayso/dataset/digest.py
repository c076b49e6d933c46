"""Logical digests: what a shard says, whatever engine wrote it and however its file is encoded (decision 0007).

The digest is the RFC 6962 tree hash over the RFC 8785 bytes of the shard's rows in their order. One row's place in it can be
proved with a few hashes, and without showing any other row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from json.encoder import encode_basestring as quoted

from sayso.dataset.rows import Row
from sayso.errors import InputError, Problem
from sayso.ledger.merkle import EMPTY_ROOT, leaf_hash, verify_inclusion

LOGICAL = "sayso-logical-v2"
"""The name of this digest in manifests."""

FIRST = "sayso-logical-v1"
"""Its name in those of versions whose rows do not say what they reply to."""


def row_bytes(row: Row, logical: str = LOGICAL) -> bytes:
    """Return the RFC 8785 bytes of a row as a JSON object of its fields, for ``FIRST`` without ``reply_to``.

    Written out by hand because it runs once a row; a test holds it equal to ``canonical``. Raises ``InputError`` for a lone
    surrogate, which has no UTF-8.

    >>> row_bytes(Row("0a", "1b", "post", "public", None, "2019-03", 'say "so"', ""))[:37]
    b'{"category":"post","created":"2019-03'
    """
    record, member, category, visibility, language, created, text, redacted, reply_to = row
    replies = "" if logical == FIRST else f',"reply_to":{_optional(reply_to)}'
    try:
        return (
            f'{{"category":{quoted(category)},"created":{_optional(created)},"language":{_optional(language)}'
            f',"member":{quoted(member)},"record":{quoted(record)},"redacted":{quoted(redacted)}'
            f'{replies},"text":{quoted(text)},"visibility":{quoted(visibility)}}}'
        ).encode()
    except UnicodeEncodeError:
        raise InputError(
            Problem(
                "lone-surrogate",
                "a row holds half a surrogate pair, which is no text",
                advice="mend it at intake",
            )
        ) from None


def _optional(text: str | None) -> str:
    return "null" if text is None else quoted(text)


def shard_digest(rows: Iterable[Row], logical: str = LOGICAL) -> str:
    """Return the logical digest, of that name, of rows in the order given, as 64 hexadecimal digits.

    Raises ``InputError`` like ``row_bytes``.

    >>> shard_digest([])[:16]
    'e3b0c44298fc1c14'
    """
    return digest_of_leaves([leaf_hash(row_bytes(row, logical)) for row in rows])


def digest_of_leaves(level: list[bytes]) -> str:
    """Return the logical digest of rows by their leaf hashes (``leaf_hash`` of ``row_bytes``), in their order."""
    while len(level) > 1:
        level = _level_above(level)
    return (level[0] if level else EMPTY_ROOT).hex()


def _level_above(level: list[bytes]) -> list[bytes]:
    # Pairs from the left, an odd last one carried up: for RFC 6962's splits at powers of two this is the same tree.
    above = [
        sha256(b"\1" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)
    ]
    return above + level[-1:] if len(level) % 2 else above


def row_proof(rows: Iterable[Row], number: int) -> tuple[bytes, ...]:
    """Return the RFC 6962 inclusion proof (32-byte hashes, from the leaf up) of the row of that number, counted from 0.

    Raises ``IndexError`` when there is no such row.
    """
    level = [leaf_hash(row_bytes(row)) for row in rows]
    if not 0 <= number < len(level):
        raise IndexError("no such row")
    path = []
    while len(level) > 1:
        beside = number ^ 1
        if beside < len(level):
            path.append(level[beside])
        level, number = _level_above(level), number >> 1
    return tuple(path)


def verify_row(row: Row, number: int, size: int, proof: Sequence[bytes], digest: str) -> bool:
    """Tell whether the proof shows that a row stands at ``number`` in the shard of ``size`` rows with this logical digest."""
    return verify_inclusion(leaf_hash(row_bytes(row)), number, size, proof, bytes.fromhex(digest))
