"""The gate: which detectors a text need be shown to at all, from a few passes over the bytes of many texts at once.

A *mark* is a regular expression over UTF-8 bytes that matches in every text in which its detector finds something (and in others); a
*sign* is one that a few comparisons of whole arrays tell. RE2 looks for all marks at once, in time that grows with the text
(https://swtch.com/~rsc/regexp/regexp3.html), many times faster than a detector looks; a detector is run where its sign and its marks
are, and nowhere else. That they are necessary is tested, not assumed.

Texts are looked at joined: what is looked for in a megabyte costs few calls. A text with a mark is then looked at alone, so
that what a neighbour holds decides about speed only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Generic, NamedTuple, TypeAlias, TypeVar

import numpy as np
import re2

from sayso.redact.signs import EDGE, Bytes, Places, Sign
from sayso.redact.spans import Span

Detect: TypeAlias = Callable[[str], Iterator[Span]]
"""What finds spans in one text, on its own."""

Called = TypeVar("Called")
"""What marks call for: a detector, or a rule."""

Mark: TypeAlias = str
"""A pattern in RE2's syntax over bytes: non-ASCII letters stand for their bytes, and never stand in a class.

``\\xff`` stands before and behind each text, and in none: a pattern that goes on over other characters must stop there.
"""


@dataclass(frozen=True, slots=True)
class Detector(Generic[Called]):
    """A detector, or what else ``detect`` names, and its marks.

    It finds nothing in a text unless, for one of ``marks``, all patterns of that tuple match in it.
    Texts without the ``sign`` are not asked for the marks, nor are lines without it; with no marks the sign is enough. Detectors of a
    sign and ``group`` share an automaton: RE2 makes its states when it first needs them, and the fewer patterns meet in one automaton,
    the fewer there are.
    """

    detect: Called
    marks: tuple[tuple[Mark, ...], ...]
    sign: Sign | None = None
    group: int = 0


class Gate(Generic[Called]):
    """Tells which detectors can find something in a text.

    A value once made: it holds compiled patterns, and nothing that changes what it answers.
    """

    def __init__(self, detectors: Sequence[Detector[Called]]) -> None:
        """Compile the marks of the detectors, an automaton for each sign and group."""
        self._detects = tuple(dict.fromkeys(one.detect for one in detectors))
        bits = {detect: 1 << place for place, detect in enumerate(self._detects)}
        groups: dict[tuple[Sign | None, int], list[Detector[Called]]] = {}
        for one in detectors:
            if one.marks:
                groups.setdefault((one.sign, one.group), []).append(one)
        self._signs = tuple((one.sign, bits[one.detect]) for one in detectors if one.sign and not one.marks)
        self._marks = tuple(
            (kind, tuple(_Marks(group, bits) for (sign, _), group in groups.items() if sign is kind))
            for kind in dict.fromkeys(sign for sign, _ in groups)
        )
        self._known: dict[int, tuple[Called, ...]] = {}

    def called(self, texts: Sequence[str]) -> dict[Called, list[int]]:
        """Return the detectors that may find something, always in one order, and the rising places of the texts in which they may."""
        places: dict[Called, list[int]] = {detect: [] for detect in self._detects}
        first = 0
        for some in _batches(texts):
            for owner, bits in sorted(self._called(_Joined(some)).items()):
                for detect in self._known.get(bits) or self._remembered(bits):
                    places[detect].append(first + owner)
            first += len(some)
        return places

    def _called(self, joined: _Joined) -> dict[int, int]:
        """Return for texts with anything that calls for detectors the bits of those."""
        called: defaultdict[int, int] = defaultdict(int)
        for sign, bit in self._signs:
            for owner in joined.owners(sign):
                called[owner] |= bit
        for kind, of_kind in self._marks:
            pieces = joined.pieces(kind)
            for marks in of_kind:
                for owner, bits in marks.called(pieces):
                    if bits:
                        called[owner] |= bits
        return called

    def _remembered(self, called: int) -> tuple[Called, ...]:
        """Return the detectors of a set of bits, one of few in practice."""
        known = tuple(detect for place, detect in enumerate(self._detects) if called >> place & 1)
        if len(self._known) < _REMEMBERED:
            self._known[called] = known
        return known


class _Pieces(NamedTuple):
    """Pieces of texts, joined: where each starts, behind its edge, and the text that it is of."""

    letters: bytes
    starts: Sequence[int]
    owners: Sequence[int]

    def piece(self, number: int) -> bytes:
        """Return a piece with what stands before and behind it."""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.letters)
        return self.letters[self.starts[number] - 1 : end]


class _Joined:
    """Texts as bytes, joined."""

    def __init__(self, texts: Sequence[str]) -> None:
        parts = [text.encode("utf-8", "surrogatepass") for text in texts]
        self.size = len(parts)
        self._letters = EDGE + EDGE.join(parts) + EDGE
        self._starts = np.fromiter(accumulate((len(part) + 1 for part in parts[:-1]), initial=1), np.intp)
        self._bytes = Bytes(self._letters)

    def owners(self, sign: Sign) -> list[int]:
        """Return the texts that a sign stands in, each once."""
        owners: list[int] = np.flatnonzero(np.bincount(self._owners(sign(self._bytes)))).tolist()
        return owners

    def _owners(self, places: Places) -> Places:
        return np.searchsorted(self._starts, places, "right") - 1

    def pieces(self, sign: Sign | None) -> _Pieces:
        """Return the lines that a sign stands in; for no sign, all texts."""
        if sign is None:
            return _Pieces(self._letters, self._starts.tolist(), range(self.size))
        edges = self._bytes.edges
        lines = np.flatnonzero(np.bincount(np.searchsorted(edges, sign(self._bytes))))
        bounds = zip(edges[lines - 1].tolist(), (edges[lines] + 1).tolist(), strict=True)
        parts = [self._letters[start:end] for start, end in bounds]
        starts = list(accumulate(map(len, parts), initial=1))[:-1]
        return _Pieces(b"".join(parts), starts, self._owners(edges[lines]).tolist())


class _Marks(Generic[Called]):
    """One automaton that tells where a mark is, one that tells which marks are, and which detectors each set of marks calls for."""

    def __init__(self, detectors: Sequence[Detector[Called]], bits: dict[Called, int]) -> None:
        marks = sorted({mark for one in detectors for mark in chain.from_iterable(one.marks)})
        places = {mark: place for place, mark in enumerate(marks)}
        self._search = searching(marks)
        self._match = _compiled(marks).Match
        self._needs = tuple(
            (frozenset(places[mark] for mark in alternative), bits[one.detect])
            for one in detectors
            for alternative in one.marks
        )
        self._known: dict[tuple[int, ...], int] = {}

    def called(self, pieces: _Pieces) -> Iterator[tuple[int, int]]:
        """Yield which texts have marks, and the bits of the detectors that are called for.

        The search goes on behind the piece that the leftmost match starts in: a match that runs on into the next one calls for nothing
        there.
        """
        letters, starts, owners = pieces
        at = 0
        while found := self._search(letters, at) if at < len(letters) else None:
            number = bisect_right(starts, found.start() + 1) - 1  # the edge before a piece is its own
            yield owners[number], self._bits(pieces.piece(number))
            if number + 1 == len(starts):
                return
            at = starts[number + 1] - 1

    def _bits(self, letters: bytes) -> int:
        seen = tuple(self._match(letters) or ())
        called = self._known.get(seen)
        if called is None:
            called = 0
            for need, bit in self._needs:
                called |= bit if need.issubset(seen) else 0
            if len(self._known) < _REMEMBERED:
                self._known[seen] = called
        return called


_REMEMBERED = 10_000
_BATCH = 1 << 20


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the texts in runs of a mebi of characters or one text."""
    start = size = 0
    for place, text in enumerate(texts):
        if size and size + len(text) > _BATCH:
            yield texts[start:place]
            start, size = place, 0
        size += len(text) + 1
    if start < len(texts):
        yield texts[start:]


class Glance:
    """Tells fast that no word of a kind is in a short piece of text: ``re`` tries each of many alternatives at each character.

    >>> Glance("passport|visa").sees("my Visa no. 1"), Glance("passport|visa").sees("no. 1")
    (True, False)
    >>> Glance("passport|visa", "[^0-9]*").sees("my Visa no. 1, or ")
    False
    """

    def __init__(self, words: Mark, behind: Mark = "") -> None:
        """Compile the words, found in any case, and within others as well: the piece need not show what stands around them.

        With ``behind`` nothing but that stands behind the word, up to the end of the piece.
        """
        told = words.replace(r"\b", "")
        self._match = _compiled([f"(?i)(?:{told}){behind}\\z" if behind else f"(?i){told}"]).Match

    def sees(self, piece: str) -> bool:
        """Tell whether one of the words may be in the piece."""
        return bool(self._match(piece.encode("utf-8", "surrogatepass")))


def searching(marks: Iterable[Mark]) -> Callable[..., re2.Match | None]:
    """Return the search for the leftmost of the marks in bytes, from a place on."""
    search: Callable[..., re2.Match | None] = re2.compile(
        "|".join(f"(?:{mark})" for mark in marks).encode(), _options()
    ).search
    return search


def _compiled(marks: list[Mark]) -> re2.Set:
    """Return one automaton for all marks."""
    automaton = re2.Set.SearchSet(_options())
    for mark in marks:
        automaton.Add(mark)
    automaton.Compile()
    return automaton


def _options() -> re2.Options:
    """Return how marks are read. Bytes are their letters, so that any text will do, torn surrogates included."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = 256 << 20
    options.never_capture = True
    return options
