"""Reading: texts as the networks see them, a group of pieces at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sayso.redact.cutting import Cut, cut
from sayso.redact.lexicon import Lexicon
from sayso.redact.network import PAD, Floats, Network, lines
from sayso.redact.shapes import LABELLED, Ints, shapes
from sayso.redact.sieve import NEVER, PLACES, Sieve
from sayso.redact.tokens import pieces
from sayso.redact.vocabulary import Vocabulary, put

GROUP = 64_000
"""How many characters are read together at the least, so that what the layers hand on stays in the processor's cache."""
KEPT = 100_000
"""How many different tokens are remembered, with what they look like, before all are forgotten; it bounds the memory."""

Piece = tuple[int, int, str]
"""The number of a text, where a piece of it starts, and the piece."""


@dataclass(frozen=True, slots=True)
class Page:
    """A group of pieces, token by token, with ``PAD`` empty places before the first and behind each.

    ``kind`` is the number of a token's type, 0 at the empty places; ``case``, ``line`` and ``breaks`` (it holds a line end) are the
    token's; ``cut`` tells where it stands, and ``pieces`` which piece that is of which text.
    """

    kind: Ints
    case: NDArray[np.int8]
    line: Ints
    breaks: NDArray[np.bool_]
    cut: Cut
    pieces: Sequence[Piece]

    def words(self) -> Ints:
        """Return the places of tokens that may be part of a name: not empty ones, blanks and labels of earlier redactions."""
        return np.flatnonzero((self.case > LABELLED) & (self.kind > 0))

    def ends(self, first: Ints, last: Ints) -> Iterator[tuple[int, int, int]]:
        """Yield for each pair of a first and a last token the number of their text, and where in it the first starts, the space
        before it left out, and the last ends.
        """
        starts, behind = self.cut.bounds[first], self.cut.bounds[last + 1]
        spaced = (self.cut.codes[starts] == ord(" ")) & (self.cut.bounds[first + 1] > starts + 1)
        number = np.searchsorted(self.cut.pieces, starts, side="right") - 1
        for piece, start, end in zip(
            number.tolist(), (starts + spaced).tolist(), behind.tolist(), strict=True
        ):
            text, at, _ = self.pieces[piece]
            shift = at - int(self.cut.pieces[piece])
            yield text, start + shift, end + shift


class Reader:
    """Reads texts for one or more networks that share a lexicon, and remembers what tokens look like that it has seen.

    What is remembered is a pure function of the token, so that nothing found depends on what was read before.
    """

    def __init__(
        self, lexicon: Lexicon, networks: Sequence[Network], sieve: Sieve | None, kept: int = KEPT
    ) -> None:
        """Read for the networks; the sieve reads the first one's vectors, and without one every word passes.

        ``kept`` is how many different tokens are remembered.
        """
        self._kept = kept
        self._lexicon = lexicon
        self._networks = tuple(networks)
        self._sieve = sieve
        self._forget()

    def _forget(self) -> None:
        self._types = Vocabulary()
        self._vectors = [np.zeros((1024, network.width), dtype=np.int8) for network in self._networks]
        self._says = np.zeros((1024, len(PLACES)), dtype=np.int32)
        self._says[0, PLACES.index(0)] = NEVER
        self._case = np.zeros(1024, dtype=np.int8)
        self._breaks = np.zeros(1024, dtype=np.bool_)

    def pages(self, texts: Sequence[str]) -> Iterator[Page]:
        """Yield the texts page by page."""
        group: list[Piece] = []
        size = 0
        for number, text in enumerate(texts):
            for start, piece in pieces(text):
                group.append((number, start, piece))
                size += len(piece)
                if size >= GROUP or len(group) >= GROUP // 50:
                    yield self._page(group)
                    group, size = [], 0
        if group:
            yield self._page(group)

    def _page(self, group: Sequence[Piece]) -> Page:
        if len(self._types) > self._kept:
            self._forget()
        page = cut([piece for _, _, piece in group], PAD)
        kind, fresh = self._types.number(page)
        if fresh:
            self._remember(fresh)
        case, breaks = np.take(self._case, kind), np.take(self._breaks, kind)
        return Page(kind, case, lines(case, breaks | (kind == 0)), breaks, page, group)

    def _remember(self, fresh: list[str]) -> None:
        first = len(self._types) - len(fresh) + 1
        seen = shapes(fresh)
        self._case = put(self._case, seen.case, first)
        self._breaks = put(self._breaks, np.array(["\n" in token for token in fresh]), first)
        for number, network in enumerate(self._networks):
            vectors = network.vectors(seen, self._lexicon)
            self._vectors[number] = put(self._vectors[number], vectors, first)
        says = np.zeros((len(fresh), len(PLACES)), dtype=np.int32)
        if self._sieve is not None:
            says = self._sieve.says(self._vectors[0][first : first + len(fresh)])
        says[seen.case <= LABELLED, PLACES.index(0)] = NEVER
        self._says = put(self._says, says, first)

    def asked(self, page: Page) -> Ints:
        """Return the places of a page that may be part of a name, as far as the sieve can tell."""
        if self._sieve is None:
            return page.words()
        return np.flatnonzero(self._sieve.passed(np.take(self._says, page.kind, axis=0), page.line))

    def scores(self, number: int, page: Page, asked: Ints) -> Floats:
        """Return the scores that a network gives to some places of a page (n, classes)."""
        return self._networks[number].scores(self._vectors[number], page.kind, page.line, asked)

    def vectors(self, number: int) -> NDArray[np.int8]:
        """Return a network's vectors of the types that are remembered, by their numbers; row 0 is zero."""
        return self._vectors[number][: len(self._types) + 1]
