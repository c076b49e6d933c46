"""Folding: the form in which names are compared, whatever their letter case, diacritics, width and hidden characters.

A folded text holds letters and digits of any script, in lower case and without marks, and single spaces; each word of it
is one run of letters and digits of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
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

    ``joined`` is the folded texts as UTF-8, ``TEXT_END`` between them; spaces around each word and around that mark, which
    counts as a word. Word ``i`` stands behind the space at ``spaces[i]``.

    >>> batch = Batch(["Ada  Lovelace!", "", "ok"])
    >>> batch.joined, batch.spaces.tolist(), batch.marks.tolist()
    (b' ada lovelace \\xff \\xff ok ', [0, 4, 13, 15, 17, 20], [2, 3, 5])
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        lengths = np.array([len(text) + len(_APART) for text in texts], np.int64)
        self._offsets = np.cumsum(lengths) - lengths + 1
        plain, self._origin = _plain(f" {_APART.join(texts)} ")
        letters = np.frombuffer(bytearray(plain), np.uint8)
        middles = self._offsets[1:] - 2
        letters[middles if self._origin is None else np.searchsorted(self._origin, middles)] = TEXT_END[0]
        blank = letters == _SPACE
        kept = ~blank
        kept[1:] |= blank[1:] & ~blank[:-1]
        kept[0] = True
        self._places = np.flatnonzero(kept)
        letters = letters[self._places]
        self.joined = letters.tobytes()
        self.spaces = np.flatnonzero(letters == _SPACE)
        ends = np.flatnonzero(letters[self.spaces[:-1] + 1] == TEXT_END[0])
        self.marks = np.append(ends, len(self.spaces) - 1)

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
        rows = (number, first, begins, ends, self.spaces[first], self.spaces[last])
        for text, at, begin, end, before, behind in zip(*(row.tolist() for row in rows), strict=True):
            folded = self.joined[before:behind].decode().split()
            yield Words(self, text, at, folded, starts[begin:end], stops[begin:end])

    def _stand(self, word: Numbers) -> tuple[Numbers, Numbers]:
        """Return where words start and end (code points of the batch)."""
        before, behind = self.spaces[word], self.spaces[word + 1]
        starts, ends = self._places[before + 1], self._places[behind]
        if self._origin is None:
            return starts, ends
        last = self._origin[self._places[behind - 1]]
        return self._origin[starts], self._origin[np.searchsorted(self._origin, last, "right")]

    def inside(self, place: Numbers, word: Numbers) -> Numbers:
        """Return how many letters of words stand before places in ``joined``; the space before a word counts as its start."""
        first: Numbers = self.spaces[word] + 1
        before: Numbers = np.maximum(place - first, 0)
        if before.any() and not self.joined.isascii():
            return np.searchsorted(self._letters, first + before) - np.searchsorted(self._letters, first)
        return before

    @cached_property
    def _letters(self) -> Numbers:
        """Where in ``joined`` a letter starts: every byte that continues none."""
        return np.flatnonzero(np.frombuffer(self.joined, np.uint8) & 0xC0 != 0x80)

    def stretch(self, number: int, word: int, start: int, end: int) -> tuple[int, int]:
        """Return where the letters from ``start`` up to ``end`` of a word stand in the text, with the marks on the last."""
        letters, offset = self._letters, int(self._offsets[number])
        first = int(np.searchsorted(letters, self.spaces[word] + 1))
        from_, last = self._places[letters[first + start]], self._places[letters[first + end - 1]]
        if self._origin is None:
            return int(from_) - offset, int(last) + 1 - offset
        behind = np.searchsorted(self._origin, self._origin[last], "right")
        return int(self._origin[from_]) - offset, int(self._origin[behind]) - offset


def _plain(whole: str) -> tuple[bytes, Numbers | None]:
    """Return texts letter by letter in folded form, and of which code point each byte is, where not simply of its own."""
    if whole.isascii():
        return whole.encode().translate(_PLAIN), None
    plain = _BEYOND.sub(_beyond, whole).encode().translate(_PLAIN)
    codes = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), np.uint32)
    beyond = np.flatnonzero(codes > 127)
    kinds, kind = np.unique(codes[beyond], return_inverse=True)
    sizes = np.array([len(_FOLDS[code].encode()) for code in kinds.tolist()])
    if sizes.max() == sizes.min() == 1:
        return plain, None
    counts = np.ones(len(codes), np.int64)
    counts[beyond] = sizes[kind]
    return plain, np.repeat(np.arange(len(codes)), counts)


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
