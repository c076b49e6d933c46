"""Cutting: the tokens of many pieces of text at once, as ``tokens.tokens`` cuts them one by one, with array operations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sayso.redact.tokens import LABEL, LONGEST

GAP = 0x110000
"""What stands at the empty places between pieces: a number beyond every code point."""
_WORD, _SIGN, _BLANK, _EMPTY = range(4)  # signs and empty places are odd: each is a token of its own
_LABEL = re.compile(LABEL)


class Cut(NamedTuple):
    """Pieces put together: ``text``, with line ends at the empty places; ``codes``, its code points (uint32), ``GAP`` at the empty
    places; ``bounds``, where tokens start, and behind them the length (each empty place is one token); ``pieces``, where pieces start.
    """

    text: str
    codes: NDArray[np.uint32]
    bounds: NDArray[np.int64]
    pieces: NDArray[np.int64]


def cut(pieces: Sequence[str], pad: int) -> Cut:
    """Return the tokens of pieces, with ``pad`` (at least 1) empty places before the first and behind each.

    >>> got = cut(["Ada, see", "you!"], 1)
    >>> [got.text[start:end] for start, end in zip(got.bounds[:-1], got.bounds[1:])]
    ['\\n', 'Ada', ',', ' see', '\\n', 'you', '!', '\\n']
    """
    between = "\n" * pad  # a label holds no line end: none reaches from piece to piece
    text = between.join(("", *pieces, "")) if pieces else between
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).copy()
    lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
    ends = np.cumsum(lengths + pad)
    for place in range(pad):
        codes[place] = GAP
        codes[ends + place] = GAP
    return Cut(text, codes, _bounds(text, codes), ends - lengths)


def _bounds(text: str, codes: NDArray[np.uint32]) -> NDArray[np.int64]:
    kind = np.take(_kinds(), codes)
    starts = np.empty(len(kind) + 1, dtype=np.bool_)
    starts[0] = starts[-1] = True
    np.not_equal(kind[1:], kind[:-1], out=starts[1:-1])
    starts[:-1] |= (kind & 1).view(np.bool_)
    _cut_long(starts)
    # One space that starts a run and ends it belongs to the token behind it.
    spaces = np.flatnonzero((codes[:-1] == ord(" ")) & starts[:-2] & (kind[1:] < _BLANK))
    starts[spaces + 1] = False
    if "[" in text:
        for label in _LABEL.finditer(text):
            starts[label.start() + 1 : label.end()] = False
    return np.flatnonzero(starts)


def _cut_long(starts: NDArray[np.bool_]) -> None:
    """Mark a start after each ``LONGEST`` characters of a run."""
    runs = np.flatnonzero(starts)
    for run in np.flatnonzero(np.diff(runs) > LONGEST):
        starts[runs[run] : runs[run + 1] : LONGEST] = True


@cache
def _kinds() -> NDArray[np.uint8]:
    """Return for each code point, and for ``GAP``, what it is in a token."""
    kinds = np.full(GAP + 1, _SIGN, dtype=np.uint8)
    kinds[GAP] = _EMPTY
    every = np.arange(GAP, dtype=np.uint32).tobytes().decode("utf-32-le", "surrogatepass")
    for pattern, kind in ((r"\w+", _WORD), (r"\s+", _BLANK)):
        for run in re.finditer(pattern, every):
            kinds[run.start() : run.end()] = kind
    return kinds
