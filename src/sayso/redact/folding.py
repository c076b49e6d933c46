"""Folding: the form in which names are compared, whatever their letter case, diacritics, width and hidden characters.

A folded text holds letters and digits of any script, in lower case and without marks, and single spaces; each word of it
is one run of letters and digits of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any
from unicodedata import category, combining, normalize

import numpy as np
from numpy.typing import NDArray

# Letters that Unicode does not decompose (UnicodeData.txt has no mapping for them), as people write them without the stroke.
_STROKES = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "ħ": "h",
    "ŧ": "t",
    "ŋ": "n",
}
Numbers = NDArray[np.int64]

_UNSEEN = frozenset(("Mn", "Mc", "Me", "Cf"))
_BLANK = "\u115f\u1160\u3164\uffa0"  # Hangul fillers: letters by category, nothing to see
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_MOST_FOLDS = 20_000

TEXT_END = b"\xff"  # never a byte of UTF-8
_APART = "   "  # stands between two texts; its middle becomes the mark
_SPACE = 32
_LAST_ASCII = 127
_PLAIN = bytes(code if code > 127 or chr(code).isalnum() else _SPACE for code in range(256)).lower()


class _Folds(dict[int, str]):
    """What each character folds to: filled as characters are met, started anew before it grows large."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _MOST_FOLDS:
            self.clear()
        self[code] = _fold(chr(code))
        return self[code]


def _fold(letter: str) -> str:
    if "가" <= letter <= "힣":  # a syllable decomposes into letters, of which a prefix is another syllable
        return letter
    if letter in _BLANK or category(letter) in _UNSEEN:
        return ""
    parts = normalize("NFKD", normalize("NFKD", letter).casefold())
    kept = (
        _STROKES.get(part, part) for part in parts if not combining(part) and category(part) not in _UNSEEN
    )
    plain = "".join(part if part.isalnum() else " " for part in "".join(kept))
    return " " if plain.isspace() else plain or " "


_FOLDS = _Folds()


def _beyond(found: re.Match[str]) -> str:
    run = found[0]
    return _FOLDS[ord(run)] if len(run) == 1 else run.translate(_FOLDS)


def folded(text: str) -> str:
    """Return the folded words of a text with one space between them.

    >>> folded("  José-María  MÜLLER, Łukasz Ｗ\u200bＵ "), folded("Straße")
    ('jose maria muller lukasz wu', 'strasse')
    """
    return " ".join(_encoded(text).translate(_PLAIN).decode().split())


def _encoded(text: str) -> bytes:
    return text.encode() if text.isascii() else _BEYOND.sub(_beyond, text).encode()


class Batch:
    """The folded texts of a batch, and where each of their words stands.

    ``plain`` is the folded texts as UTF-8, ``TEXT_END`` between them; at least one space around each word and around that mark, which
    counts as a word. Word ``i`` stands there from ``starts[i]`` up to, not including, ``ends[i]``.

    >>> batch = Batch(["Ada  Lovelace!", "", "ok"])
    >>> batch.plain
    b' ada  lovelace  \\xff  \\xff ok '
    >>> batch.starts.tolist(), batch.ends.tolist(), batch.marks.tolist()
    ([1, 6, 16, 19, 21], [4, 14, 17, 20, 23], [2, 3, 5])
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        lengths = np.array([len(text) + len(_APART) for text in texts], np.int64)
        self._offsets = np.cumsum(lengths) - lengths + 1
        plain, self._codes, self._origin = _plain(f" {_APART.join(texts)} ")
        letters = np.frombuffer(bytearray(plain), np.uint8)
        middles = self._offsets[1:] - 2
        letters[middles if self._origin is None else np.searchsorted(self._origin, middles)] = TEXT_END[0]
        self.plain = letters.tobytes()
        blank = letters == _SPACE
        edges = np.flatnonzero(blank[1:] != blank[:-1]) + 1
        self.starts, self.ends = edges[0::2], edges[1::2]
        self.marks = np.append(np.flatnonzero(letters[self.starts] == TEXT_END[0]), len(self.starts))

    def whole(self, number: int) -> Words:
        """Return all words of a text."""
        first = self.marks[number - 1] + 1 if number else 0
        return next(self.windows(*(np.array([one]) for one in (number, first, self.marks[number]))))

    def windows(self, number: Numbers, first: Numbers, last: Numbers) -> Iterator[Words]:
        """Yield some words of texts: those of each text from one up to, not including, another, by their numbers in the batch."""
        ends = np.cumsum(last - first)
        begins = ends - (last - first)
        word = np.arange(ends[-1]) + np.repeat(first - begins, last - first)
        offset = np.repeat(self._offsets[number], last - first)
        starts, stops = ((place - offset).tolist() for place in self._stand(word))
        rows = (number, first, begins, ends, np.append(0, self.ends)[first], np.append(0, self.ends)[last])
        for text, at, begin, end, before, behind in zip(*(row.tolist() for row in rows), strict=True):
            folded = self.plain[before:behind].decode().split()
            yield Words(self, text, at, folded, starts[begin:end], stops[begin:end])

    def _stand(self, word: Numbers) -> tuple[Numbers, Numbers]:
        """Return where words start and end (code points of the batch)."""
        starts, ends = self.starts[word], self.ends[word]
        if self._origin is None:
            return starts, ends
        last = self._origin[ends - 1]
        return self._origin[starts], self._origin[np.searchsorted(self._origin, last, "right")]

    def first_codes(self, words: Numbers) -> Numbers:
        """Return the code points with which words start in their texts."""
        return self._codes[self._first(words)].astype(np.int64)

    def codes_before(self, words: Numbers) -> tuple[Numbers, Numbers]:
        """Return the code point before each word, and the one before that; a space where there is none in the text."""
        first = self._first(words)
        return self._codes[first - 1].astype(np.int64), self._codes[first - 2].astype(np.int64)

    def codes_behind(self, words: Numbers) -> tuple[Numbers, Numbers]:
        """Return the code point behind each word, and the one behind that; a space where there is none in the text."""
        ends = self.ends[words]
        behind = ends if self._origin is None else self._origin[ends - 1] + 1
        last = len(self._codes) - 1
        return (
            self._codes[np.minimum(behind, last)].astype(np.int64),
            self._codes[np.minimum(behind + 1, last)].astype(np.int64),
        )

    def _first(self, words: Numbers) -> Numbers:
        places = self.starts[words]
        return places if self._origin is None else self._origin[places]

    def inside(self, place: Numbers, word: Numbers) -> Numbers:
        """Return how many letters of words stand before places in ``plain``; the space before a word counts as its start."""
        first: Numbers = self.starts[word]
        before: Numbers = np.maximum(place - first, 0)
        return np.searchsorted(self._letters, first + before) - np.searchsorted(self._letters, first)

    @cached_property
    def _letters(self) -> Numbers:
        """Where in ``plain`` a letter starts: every byte that continues none."""
        return np.flatnonzero(np.frombuffer(self.plain, np.uint8) & 0xC0 != 0x80)

    def stretch(self, number: int, word: int, start: int, end: int) -> tuple[int, int]:
        """Return where the letters from ``start`` up to ``end`` of a word stand in the text, with the marks on the last."""
        letters, offset = self._letters, int(self._offsets[number])
        first = int(np.searchsorted(letters, self.starts[word]))
        from_, last = letters[first + start], letters[first + end - 1]
        if self._origin is None:
            return int(from_) - offset, int(last) + 1 - offset
        behind = np.searchsorted(self._origin, self._origin[last], "right")
        return int(self._origin[from_]) - offset, int(self._origin[behind]) - offset


def _plain(whole: str) -> tuple[bytes, NDArray[Any], Numbers | None]:
    """Return texts letter by letter in folded form, their code points, and of which of these each byte is, where not one of each."""
    if whole.isascii():
        plain = whole.encode()
        return plain.translate(_PLAIN), np.frombuffer(plain, np.uint8), None
    codes = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), np.uint32)
    beyond = np.flatnonzero(codes > _LAST_ASCII)
    forms, kind = _forms(codes[beyond])
    letters = codes.astype(np.uint8)
    sizes = np.array([len(form) for form in forms])
    origin = None
    if sizes.max() > 1 or sizes.min() < 1:
        counts = np.ones(len(codes), np.int64)
        counts[beyond] = sizes[kind]
        origin = np.repeat(np.arange(len(codes)), counts)
        letters, beyond = letters[origin], (np.cumsum(counts) - counts)[beyond]
    for place in range(int(sizes.max())):
        held = np.array([form[place] if place < len(form) else 0 for form in forms], np.uint8)
        there = sizes[kind] > place
        letters[beyond[there] + place] = held[kind[there]]
    return letters.tobytes().translate(_PLAIN), codes, origin


def _forms(codes: NDArray[np.uint32]) -> tuple[list[bytes], Numbers]:
    """Return what the different ones of some code points fold to, and which of these each has."""
    met = np.zeros(codes.max() + 1, np.bool_)
    met[codes] = True
    kinds = np.flatnonzero(met)
    number = np.empty(len(met), np.int64)
    number[kinds] = np.arange(len(kinds))
    return [_FOLDS[code].encode() for code in kinds.tolist()], number[codes]


class Words:
    """Words of a text that follow one another: folded, and where they stand.

    ``folded[i]`` is a word; in the text it reaches from ``starts[i]`` up to, not including, ``ends[i]`` (code points).
    """

    __slots__ = ("_batch", "_first", "_number", "ends", "folded", "starts", "text")

    def __init__(
        self, batch: Batch, number: int, first: int, folded: list[str], starts: list[int], ends: list[int]
    ) -> None:
        self._batch, self._number, self._first = batch, number, first
        self.text = batch.texts[number]
        self.folded, self.starts, self.ends = folded, starts, ends

    @classmethod
    def of(cls, text: str) -> Words:
        """Return all words of a text."""
        return Batch([text]).whole(0)

    def stretch(self, word: int, start: int, end: int) -> tuple[int, int]:
        """Return where the letters from ``start`` up to ``end`` of a folded word stand in the text.

        >>> Words.of("das Weißbrot").stretch(1, 0, 5)
        (4, 8)
        """
        return self._batch.stretch(self._number, self._first + word, start, end)
