"""One byte form for a ledger and for published weights: named arrays that a store keeps, and their digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sayso.errors import IntegrityError, Problem
from sayso.models.recommend.ledger import Ledger
from sayso.models.recommend.rows import Ints, Rows, starts
from sayso.models.recommend.settings import Settings

FORMAT = "sayso-recommend-v1"


class Named(NamedTuple):
    """An array and its name."""

    name: str
    array: NDArray[Any]


Archive: TypeAlias = tuple[Named, ...]

SHAPES = (
    ("settings", "<i8"),
    ("posts", "|u1"),
    ("posts_start", "<i8"),
    ("authors", "|u1"),
    ("authors_start", "<i8"),
    ("topics", "|u1"),
    ("topics_start", "<i8"),
    ("post_topics", "<i8"),
    ("text_start", "<i8"),
    ("text_column", "<i4"),
    ("text_value", "<i2"),
    ("members", "|u1"),
    ("members_start", "<i8"),
    ("taken_start", "<i8"),
    ("taken_column", "<i4"),
)
"""The arrays of a ledger, in this order, all of one dimension. Strings lie one after another in UTF-8, with where each begins."""


def _packed(strings: Iterable[str]) -> tuple[NDArray[np.uint8], Ints]:
    encoded = [one.encode() for one in strings]
    return np.frombuffer(b"".join(encoded), np.uint8), starts([len(one) for one in encoded])


def archived(ledger: Ledger) -> Archive:
    """Return a ledger as named arrays, always the same for the same ledger."""
    arrays: list[NDArray[Any]] = [np.array(ledger.settings.numbers(), np.int64)]
    arrays += [*_packed(ledger.posts), *_packed(ledger.authors)]
    arrays += [*_packed(topic for some in ledger.topics for topic in some)]
    arrays += [starts([len(some) for some in ledger.topics])]
    arrays += [ledger.text.start, ledger.text.column, ledger.text.value]
    arrays += [*_packed(ledger.members), ledger.taken.start, ledger.taken.column]
    return tuple(
        Named(name, np.ascontiguousarray(array, dtype=dtype))
        for (name, dtype), array in zip(SHAPES, arrays, strict=True)
    )


def digest_of(archive: Iterable[Named], kind: str) -> str:
    """Return the SHA-256 of named arrays, as ``sha256:`` and hexadecimal digits.

    Hashed are ``kind`` and then each array: name, type (little-endian) and shape as a line of ASCII, then its bytes in C order.
    """
    state = hashlib.sha256(f"{kind}\n".encode())
    for name, array in archive:
        shape = "x".join(map(str, array.shape))
        state.update(f"{name} {array.dtype.newbyteorder('<').str} {shape}\n".encode())
        state.update(
            np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).reshape(-1).view(np.uint8).data
        )
    return "sha256:" + state.hexdigest()


def ledger_digest(ledger: Ledger) -> str:
    """Return the digest of a ledger: the same for the same posts, members, pairs and settings, whatever happened on the way."""
    return digest_of(archived(ledger), FORMAT)


def ledger_from(archive: Sequence[Named], digest: str) -> Ledger:
    """Return the ledger that named arrays hold.

    Raises ``IntegrityError``: ``bad-archive`` where an array is missing, is of another type or shape, or points outside;
    ``wrong-digest`` where all is well but it is not the ledger of that digest.
    """
    by_name = dict(archive)
    for name, dtype in SHAPES:
        array = by_name.get(name)
        if array is None or array.ndim != 1 or array.dtype != np.dtype(dtype):
            raise _bad(name)
    if digest_of([Named(name, by_name[name]) for name, _ in SHAPES], FORMAT) != digest:
        raise IntegrityError(
            Problem(
                "wrong-digest", "a ledger is not the one it should be", advice="fetch it anew, or fit anew"
            )
        )
    return _unpacked(by_name)


def _bad(name: str) -> IntegrityError:
    what = f"the array {name!r} of a kept model is missing, or of another type, size or range"
    return IntegrityError(Problem("bad-archive", what, advice="fetch it anew, or fit anew"))


def _unpacked(arrays: dict[str, NDArray[Any]]) -> Ledger:
    posts, authors, members = (_strings(arrays, name) for name in ("posts", "authors", "members"))
    topics, parts = (
        _strings(arrays, "topics"),
        _starts(arrays, "post_topics", len(_strings(arrays, "topics"))),
    )
    settings = arrays["settings"].tolist()
    if len(settings) != len(Settings().numbers()):
        raise _bad("settings")
    kept = Settings(*settings)
    text = _rows(arrays, "text", arrays["text_value"], kept.buckets)
    taken = _rows(arrays, "taken", np.ones(len(arrays["taken_column"]), np.int16), len(posts))
    sizes = {"authors": len(authors), "post_topics": len(parts) - 1, "text_start": len(text)}
    for name, size in sizes.items():
        if size != len(posts):
            raise _bad(name)
    if len(taken) != len(members):
        raise _bad("taken_start")
    some = tuple(topics[begin:end] for begin, end in pairwise(parts))
    return Ledger(kept, posts, authors, some, text, members, taken)


def _starts(arrays: dict[str, NDArray[Any]], name: str, whole: int) -> list[int]:
    start = arrays[name]
    if not len(start) or start[0] != 0 or start[-1] != whole or (np.diff(start) < 0).any():
        raise _bad(name)
    return [int(one) for one in start]


def _strings(arrays: dict[str, NDArray[Any]], name: str) -> tuple[str, ...]:
    data = arrays[name].tobytes()
    start = _starts(arrays, f"{name}_start", len(data))
    try:
        return tuple(data[begin:end].decode() for begin, end in pairwise(start))
    except UnicodeDecodeError:
        raise _bad(name) from None


def _rows(arrays: dict[str, NDArray[Any]], name: str, value: NDArray[Any], width: int) -> Rows:
    column = arrays[f"{name}_column"]
    _starts(arrays, f"{name}_start", len(column))
    if len(value) != len(column) or (len(column) and (column.min() < 0 or column.max() >= width)):
        raise _bad(f"{name}_column")
    return Rows(arrays[f"{name}_start"], column, value)
