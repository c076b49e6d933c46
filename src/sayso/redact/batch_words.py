"""The words of a batch as arrays: their hashes, and what is seen of many at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sayso.redact.common_names import CALLS, PARTICLES, SAYS
from sayso.redact.evidence import ENDINGS
from sayso.redact.folding import Batch
from sayso.redact.name_parts import letter_bits
from sayso.redact.word_hashes import EIGHT, Hashes, Letters, Numbers, hashes_of, whole

Truths = NDArray[np.bool_]

_A_LETTER = 4
_LAST_ASCII = 127
_BEYOND = 0x80


def _sorted_hashes(words: frozenset[str]) -> Hashes:
    return np.sort(hashes_of(sorted(words)))


_CALLS, _SAYS, _PARTICLES = map(_sorted_hashes, (CALLS, SAYS | {"s"}, PARTICLES))
_LONGEST_PARTICLE = max(len(particle.encode()) for particle in PARTICLES)
_ENDINGS = np.sort(np.array([int.from_bytes(word.encode(), "little") for word in ENDINGS], np.uint64))


class BatchWords:
    """The words of a batch: where each starts in ``plain``, its size in bytes.

    Whatever asks by words (their numbers) answers for each; a word that is none, before the first or behind the last, is no
    matter as long as ``bounds`` keeps what is said of it out. ``longest`` is the size up to which hashes tell words apart.
    """

    def __init__(self, batch: Batch, longest: int) -> None:
        self.batch = batch
        self.letters = Letters(batch.plain)
        self.starts: Numbers = batch.starts
        self.sizes: Numbers = batch.ends - batch.starts
        self._longest = longest
        self._begins = np.append(0, batch.marks[:-1] + 1)

    def hashes(self, words: Numbers) -> Hashes:
        """Return the hashes of words."""
        return whole(self.letters, self.starts[words], self.sizes[words], self._longest)

    def bounds(self, words: Numbers) -> tuple[Numbers, Numbers]:
        """Return the first word of the text of each, and the one behind its last."""
        number = np.searchsorted(self.batch.marks, words)
        return self._begins[number], self.batch.marks[number]

    def written(self, first: int, count: int) -> str:
        """Return so many folded words with a space between them."""
        return " ".join(
            self.batch.plain[self.starts[first] : self.batch.ends[first + count - 1]].decode().split()
        )

    def start_codes(self, words: Numbers, most: int) -> Hashes:
        """Return up to so many first bytes, as one number."""
        return self.letters.first(self.starts[words], np.minimum(self.sizes[words], most))

    def ends_so(self, words: Numbers, cut: Numbers) -> Truths:
        """Return whether the last ``cut`` bytes of words are an ending."""
        tried = (cut > 0) & (cut <= EIGHT)
        ends = self.starts[words] + self.sizes[words]
        codes = self.letters.last(ends, np.clip(cut, 1, EIGHT))
        return tried & _among(codes, _ENDINGS)

    def is_capital(self, words: Numbers) -> Truths:
        """Return whether words may start with a capital."""
        codes = self.batch.first_codes(words)
        capital: Truths = (codes >= ord("A")) & (codes <= ord("Z")) | (codes > _LAST_ASCII)
        return capital

    def is_small(self, words: Numbers) -> Truths:
        """Return whether words may start with a small letter."""
        codes = self.batch.first_codes(words)
        small: Truths = (codes >= ord("a")) & (codes <= ord("z")) | (codes > _LAST_ASCII)
        return small

    def is_initial(self, words: Numbers, bits: NDArray[np.uint32]) -> Truths:
        """Return whether words may be of one letter, and one of those that bits stand for.

        One letter may fold to several (``Æ``): of such a one no bits tell. A small letter of ASCII has a dot or a join behind it
        (``evidence.is_initial``).
        """
        initial: Truths = (self.sizes[words] == 1) | (self.batch.first_codes(words) > _LAST_ASCII)
        some = np.flatnonzero(initial)
        initial[some] = self._is_initial(words[some], bits[some])
        return initial

    def _is_initial(self, words: Numbers, bits: NDArray[np.uint32]) -> Truths:
        sizes, first = self.sizes[words], self.start_codes(words, 1)
        code = self.batch.first_codes(words)
        several = (first < _BEYOND) & (code > _LAST_ASCII)
        single = (sizes == 1) & (first > ord("9")) | (sizes <= _A_LETTER) & (first >= _BEYOND)
        initial: Truths = several | single & (letter_bits(first.astype(np.uint8)) & bits != 0)
        small = np.flatnonzero(initial & (code >= ord("a")) & (code <= ord("z")))
        initial[small] = _is_in(_JOINS, self.batch.codes_behind(words[small])[0])
        return initial

    def is_bridge(self, words: Numbers) -> Truths:
        """Return whether words may stand between two parts of one name."""
        bridge: Truths = (self.sizes[words] == 1) | self.is_capital(words)
        other = np.flatnonzero(~bridge & (self.sizes[words] <= _LONGEST_PARTICLE))
        bridge[other] = _among(self.hashes(words[other]), _PARTICLES)
        return bridge

    def is_called(self, words: Numbers, capital: Truths, before: Truths, behind: Truths) -> Truths:
        """Return whether words may be addressed (``evidence.is_called``); before and behind some stands a word of the text."""
        at, farther = self.batch.codes_before(words)
        closed = self._is_closed(words)
        comma = (at == ord(",")) | (_is_blank(at) & ((farther == ord(",")) | _is_blank(farther)))
        called: Truths = (at == ord("@")) | (capital & comma & closed)
        greeted = np.flatnonzero(before & ~called & (capital | closed))
        called[greeted] = _among(self.hashes(words[greeted] - 1), _CALLS)
        said = np.flatnonzero(behind & ~called & capital)
        called[said] = _among(self.hashes(words[said] + 1), _SAYS)
        return called

    def _is_closed(self, words: Numbers) -> Truths:
        """Return whether a mark or the end of a line or text may follow words, with a blank between at most."""
        at, farther = self.batch.codes_behind(words)
        return _is_in(_CLOSERS, at) | (_is_blank(at) & (_is_in(_CLOSERS, farther) | _is_blank(farther)))

    def is_inside(self, words: Numbers, before: Truths, behind: Truths) -> Truths:
        """Return whether words in capitals may stand inside a sentence (``evidence.is_inside_sentence``)."""
        at, farther = self.batch.codes_before(words)
        following = np.minimum(words + 1, len(self.sizes) - 1)
        return (
            before
            & _is_in(_GAPS, at)
            & (_is_in(_GAPS, farther) | _is_in(_LETTERS, farther))
            & self.is_small(np.maximum(words - 1, 0))
            & (~behind | self.is_small(following))
        )


def _is_in(kind: Truths, codes: Numbers) -> Truths:
    """Return whether code points are of a kind of ASCII's, or beyond ASCII."""
    found: Truths = kind.take(codes, mode="clip")
    return found


def _kind(letters: str) -> Truths:
    kind = np.zeros(_LAST_ASCII + 2, np.bool_)
    kind[[*letters.encode(), _LAST_ASCII + 1]] = True
    return kind


_JOINS, _CLOSERS = _kind("._-"), _kind(",.!?:;\r\n")
_GAPS = _kind("".join(letter for letter in map(chr, range(ord(" ") + 1)) if letter != "\n"))
_LETTERS = _kind("".join(letter for letter in map(chr, range(_LAST_ASCII)) if letter.isalnum()))


def _is_blank(codes: Numbers) -> Truths:
    blank: Truths = (codes == ord(" ")) | (codes == ord("\t"))
    return blank


def _among(codes: Hashes, held: Hashes) -> Truths:
    places = np.minimum(np.searchsorted(held, codes), len(held) - 1)
    found: Truths = held[places] == codes
    return found
