"""What a token looks like: a few whole numbers that stand for its spelling, its capitals and what lexicons say of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sayso.redact.tokens import is_label

Ints = NDArray[np.int64]

WIDTH = 20
"""How many of a token's first characters are looked at one by one."""
GRAMS = WIDTH + 4
"""How many hashed features a token has: its trigrams, two prefixes, two suffixes (with the length of the rest: its case)."""
WORD_ROWS = 1 << 13
GRAM_ROWS = 1 << 14
CASES = 10
SHAPE_ROWS = 2 * CASES * 4
FLAGS = 8

# Odd constants of 64-bit multiplicative hashing (splitmix64, Steele et al. 2014, "Fast splittable pseudorandom generators").
_MIX = np.uint64(0x9E3779B97F4A7C15)
_FINAL = np.uint64(0xBF58476D1CE4E5B9)
_POWERS = np.array([pow(0x100000001B3, place, 1 << 64) for place in range(WIDTH + 2)], dtype=np.uint64)


class Shapes(NamedTuple):
    """The features of ``n`` tokens.

    ``key`` (n, uint32) names the word without case; ``word`` (n) is its row among the hashed words; ``grams``
    (n, ``GRAMS``) are rows of hashed parts, row 0 where there is none; ``shape`` (n) is the row of its case, kind and
    length; ``case`` (n) is the case alone.
    """

    key: NDArray[np.uint32]
    word: Ints
    grams: Ints
    shape: Ints
    case: Ints


BLANK, LABELLED, SIGN, NUMBER, LOWER, TITLE, UPPER, LETTER, MIXED, CODE = range(CASES)


def case_of(word: str) -> int:
    """Return the kind of a token without the space before it.

    >>> [case_of(word) for word in ("Ada", "ADA", "A", "ada", "adaX", "a_1", "7", "!", "")] == [
    ...     TITLE, UPPER, LETTER, LOWER, MIXED, CODE, NUMBER, SIGN, BLANK]
    True
    """
    if word.isalpha():
        return _case_of_letters(word)
    if not word or word.isspace():
        return BLANK
    if word.isdigit():
        return NUMBER
    if word[0] == "[" and is_label(word):
        return LABELLED
    return CODE if word[0].isalnum() or word[0] == "_" else SIGN


def _case_of_letters(word: str) -> int:
    if word.islower():
        return LOWER
    if word.isupper():
        return LETTER if len(word) == 1 else UPPER
    if word[0].isupper() and word[1:].islower():
        return TITLE
    return MIXED if word != word.lower() else LOWER


def keys(words: Sequence[str]) -> NDArray[np.uint32]:
    """Return the 32-bit names of words without case, of which the first ``WIDTH`` characters count.

    >>> keys(["Ada"]) == keys(["ADA"])
    array([ True])
    """
    return (_hashes(_letters(words)) >> np.uint64(32)).astype(np.uint32)


def _letters(words: Sequence[str]) -> NDArray[np.uint64]:
    """Return the code points of words in lower case, zero behind the end (n, ``WIDTH``)."""
    folded = np.array([word.lower() for word in words], dtype=f"U{WIDTH}")
    return folded.view(np.uint32).reshape(len(words), WIDTH).astype(np.uint64)


def _hashes(letters: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return _mixed((letters * _POWERS[: letters.shape[1]]).sum(axis=1, dtype=np.uint64))


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ (values >> np.uint64(30))) * _FINAL
    return (values ^ (values >> np.uint64(27))) * _MIX


def _rows(hashes: NDArray[np.uint64], count: int) -> Ints:
    """Return rows 1 to ``count`` - 1 for hashes: row 0 stands for none."""
    return ((hashes >> np.uint64(33)) % np.uint64(count - 1)).astype(np.int64) + 1


def shapes(tokens: Sequence[str]) -> Shapes:
    """Return the features of tokens, each a function of that token alone.

    >>> shapes(["Ada", " Ada"]).word.tolist() == shapes([" Ada", "Ada"]).word.tolist()
    True
    """
    words = [token[1:] if token[:1] == " " and len(token) > 1 else token for token in tokens]
    letters = _letters(words)
    hashes = _hashes(letters)
    case = np.array([case_of(word) for word in words], dtype=np.int64)
    spaced = np.array([token[:1] == " " for token in tokens], dtype=np.int64)
    length = np.array([len(word) for word in words], dtype=np.int64)
    size = np.searchsorted(np.array([3, 6, 11]), length, side="left")
    shape = (case * 4 + size) * 2 + spaced
    wordlike = case > LABELLED
    line = np.array(["\n" in word for word in words], dtype=np.int64)
    word = np.where(wordlike, _rows(hashes, WORD_ROWS), line)
    grams = np.where(wordlike[:, None], _grams(letters, length), 0)
    return Shapes((hashes >> np.uint64(32)).astype(np.uint32), word, grams, shape, case)


def _grams(letters: NDArray[np.uint64], length: Ints) -> Ints:
    """Return the rows of the parts of words (n, ``GRAMS``): trigrams with marked ends, prefixes and suffixes of 2 and 4."""
    count = len(letters)
    edged = np.zeros((count, WIDTH + 2), dtype=np.uint64)
    edged[:, 1:-1] = letters
    edged[:, 0] = 1
    seen = np.minimum(length, WIDTH)
    edged[np.arange(count), seen + 1] = 2
    triples = edged[:, :-2] + edged[:, 1:-1] * _POWERS[1] + edged[:, 2:] * _POWERS[2]
    rows = np.zeros((count, GRAMS), dtype=np.int64)
    rows[:, :WIDTH] = np.where(np.arange(WIDTH) < seen[:, None], _rows(_mixed(triples), GRAM_ROWS), 0)
    for place, size in ((WIDTH, 2), (WIDTH + 1, 4)):
        rows[:, place] = _part(letters[:, :size], seen, size, salt=size)
        tail = np.take_along_axis(letters, np.maximum(seen[:, None] - size + np.arange(size), 0), axis=1)
        rows[:, place + 2] = _part(tail, seen, size, salt=size + 10)
    return rows


def _part(letters: NDArray[np.uint64], seen: Ints, size: int, salt: int) -> Ints:
    hashes = _mixed((letters * _POWERS[:size]).sum(axis=1, dtype=np.uint64) + np.uint64(salt))
    return np.where(seen >= size, _rows(hashes, GRAM_ROWS), 0)
