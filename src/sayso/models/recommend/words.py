"""Text to whole numbers by a frozen rule: no word of a member changes what another member's words weigh."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from math import isqrt
from typing import NamedTuple
from zlib import crc32

from sayso.models.recommend.settings import UNIT

LABEL = re.compile(r"\[[A-Z][^\[\]\n]{0,60}\]")
"""What redaction left in the place of personal data: ``[PERSON 1]``. It says nothing of the subject."""
WORD = re.compile(r"[぀-ヿ㐀-䶿一-鿿]+|[^\W\d_぀-ヿ㐀-䶿一-鿿]{2,}")
"""A run of Chinese characters or kana, or of two letters or more of any other script."""
UNSPACED = re.compile(r"[぀-ヿ㐀-䶿一-鿿]")


class TextRow(NamedTuple):
    """A post's text: the buckets of its words, rising, and their weights (1 to 256; their squares add up to about 256²)."""

    buckets: tuple[int, ...]
    weights: tuple[int, ...]


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded (Unicode NFKC, then case); of scripts without spaces, pairs of characters.

    >>> words_of("[PERSON 1] measures Qubits, 3 at a time; 量子力")
    ['measures', 'qubits', 'at', 'time', '量子', '子力']
    """
    plain = unicodedata.normalize("NFKC", LABEL.sub(" ", text)).casefold()
    found: list[str] = []
    for word in WORD.findall(plain):
        if len(word) > 1 and UNSPACED.match(word):
            found += (word[place : place + 2] for place in range(len(word) - 1))
        else:
            found.append(word)
    return found


def text_row(text: str, buckets: int) -> TextRow:
    """Return the row of a text: the root of each word's count, all made 256 long, rounded; empty for a text without words.

    Every word counts alike, however rare: an inverse document frequency would change with each member who leaves, and is not
    missed, as the inverse of the Gram matrix itself plays down what most posts share (measured in decision 0012). Words share a
    bucket where their CRC-32 leave the same rest (Weinberger et al. 2009, without the sign). Only whole numbers are used: every
    machine gives the same row.

    >>> text_row("", 16384)
    TextRow(buckets=(), weights=())
    >>> sum(weight * weight for weight in text_row("qubits and measurement", 16384).weights)
    65712
    """
    weighed: Counter[int] = Counter()
    for word, count in Counter(words_of(text)).items():
        weighed[crc32(word.encode()) % buckets] += isqrt(count << 16)
    length = isqrt(sum(weight * weight for weight in weighed.values()))
    rounded = [(bucket, (2 * UNIT * weight + length) // (2 * length)) for bucket, weight in weighed.items()]
    kept = sorted((bucket, weight) for bucket, weight in rounded if weight)
    return TextRow(tuple(bucket for bucket, _ in kept), tuple(weight for _, weight in kept))
