"""Folding: the form in which names are compared, whatever their letter case, diacritics, width and hidden characters.

A folded text holds letters and digits of any script, in lower case and without marks, and single spaces; each word of it
is one run of letters and digits of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import compress
from operator import add
from unicodedata import category, combining, normalize

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
_UNSEEN = frozenset(("Mn", "Mc", "Me", "Cf"))
_BLANK = "\u115f\u1160\u3164\uffa0"  # Hangul fillers: letters by category, nothing to see
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_RUN = re.compile(r"[^ ]+")
_MOST_FOLDS = 20_000

TEXT_END = b"\xff"  # never a byte of UTF-8
_PLAIN = bytes(code if code > 127 or chr(code).isalnum() else 32 for code in range(256)).lower()


# One for each letter or digit, and for what stands in for letters beyond ASCII.
_MARKS = bytes(chr(code).isalnum() or code == ord("?") for code in range(128)).ljust(256, b"\0")


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
    return "".join(part if part.isalnum() else " " for part in "".join(kept)) or " "


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


def joined(texts: Iterable[str]) -> bytes:
    """Return the folded texts as UTF-8, ``TEXT_END`` between them; spaces around each word and around that mark.

    >>> joined(["Ada  Lovelace!", "", "ok"])
    b' ada lovelace \\xff \\xff ok '
    """
    whole = b" \xff ".join(map(_encoded, texts)).translate(_PLAIN)
    return b" " + b" ".join(whole.split()) + b" "


class Words:
    """The words of a text: folded, and where they stand.

    ``folded[i]`` is a word; in the text it reaches from ``starts[i]`` up to, not including, ``ends[i]`` (code points).
    """

    __slots__ = ("_firsts", "_places", "ends", "folded", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._firsts: list[int] = []
        self._places: list[int] = []
        if text.isascii():
            self._find_in_place(text)
        elif all(len(_FOLDS[ord(letter)]) == 1 for letter in set(text)):
            self._find_in_place(_BEYOND.sub(_beyond, text))
        else:
            self._find_beyond_ascii()

    def _find_in_place(self, plain: str) -> None:
        """Find the words of a text that folds letter by letter; letters beyond ASCII are folded already.

        A word starts where a mark stands and none before it: one subtraction on whole numbers instead of a step per word.
        """
        self.folded = plain.encode().translate(_PLAIN).decode().split(" ")
        self.folded = list(filter(None, self.folded))
        marks = plain.replace("?", " ").encode("ascii", "replace").translate(_MARKS)
        number = int.from_bytes(marks, "little")
        first = (number & ~(number << 8)).to_bytes(len(marks), "little")
        self.starts = list(compress(range(len(marks)), first))
        self.ends = list(map(add, self.starts, map(len, self.folded)))

    def _find_beyond_ascii(self) -> None:
        pieces: list[str] = []
        places: list[int] = []
        for place, piece in enumerate(map(_FOLDS.__getitem__, map(ord, self.text))):
            if piece:
                pieces.append(piece)
                places += [place] * len(piece)
        runs = list(_RUN.finditer("".join(pieces)))
        self.folded = [run[0] for run in runs]
        self.starts = [places[run.start()] for run in runs]
        self.ends = [self._with_marks(places[run.end() - 1] + 1) for run in runs]
        self._firsts = [run.start() for run in runs]
        self._places = places

    def stretch(self, word: int, start: int, end: int) -> tuple[int, int]:
        """Return where the letters from ``start`` up to ``end`` of a folded word stand in the text.

        >>> Words("das Weißbrot").stretch(1, 0, 5)
        (4, 8)
        """
        if not self._firsts:
            return self.starts[word] + start, self.starts[word] + end
        first = self._firsts[word]
        return self._places[first + start], self._with_marks(self._places[first + end - 1] + 1)

    def _with_marks(self, end: int) -> int:
        """Return the end of a word with the marks on its last letter."""
        while end < len(self.text) and not _FOLDS[ord(self.text[end])]:
            end += 1
        return end
