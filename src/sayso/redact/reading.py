"""Reading: texts as the networks see them, a group of pieces at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sayso.redact.lexicon import Lexicon
from sayso.redact.network import PAD, Floats, Network, lines
from sayso.redact.shapes import BLANK, LABELLED, LOWER, Ints, shapes
from sayso.redact.spans import Label, Span
from sayso.redact.tokens import pieces, tokens

GROUP = 16_000
"""How many characters are read together at the least, so that what the layers hand on stays in the processor's cache."""
KEPT = 100_000
"""How many different tokens are remembered, with what they look like, before all are forgotten; it bounds the memory."""
POINTS = 256
"""One, in points: scores are added up as whole points, so that the order of the addends does not matter."""
ALL = slice(None)
LABELS = (Label.PERSON, Label.LOC, Label.ORG)

Piece = tuple[int, int, str]
"""The number of a text, where a piece of it starts, and the piece."""


@dataclass(frozen=True, slots=True)
class Page:
    """A group of pieces, token by token, with ``PAD`` empty places behind each piece.

    ``kind`` is the number of a token's type, 0 at the empty places; ``case``, ``line`` and ``breaks`` (it holds a line end)
    are the token's; ``starts`` and ``ends`` are its characters in its text, the space before it left out; ``text`` is the
    number of its text.
    """

    kind: Ints
    case: Ints
    line: Ints
    breaks: NDArray[np.bool_]
    starts: Ints
    ends: Ints
    text: Ints


class _Types(dict[str, int]):
    """The numbers of types of tokens from 1 up; a new one gets the next number and is listed in ``fresh``."""

    def __init__(self) -> None:
        super().__init__()
        self.fresh: list[str] = []

    def __missing__(self, token: str) -> int:
        number = self[token] = len(self) + 1
        self.fresh.append(token)
        return number


class Reader:
    """Reads texts for one or more networks that share a lexicon, and remembers the vectors of tokens it has seen.

    What is remembered is a pure function of the token, so that nothing found depends on what was read before.
    """

    def __init__(self, lexicon: Lexicon, networks: Sequence[Network]) -> None:
        self._lexicon = lexicon
        self._networks = tuple(networks)
        self._forget()

    def _forget(self) -> None:
        self._types = _Types()
        self._vectors = [np.zeros((1024, network.width), dtype=np.float32) for network in self._networks]
        self._case = np.zeros(1024, dtype=np.int64)
        self._spaced = np.zeros(1024, dtype=np.int64)
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
        split = [tokens(piece) for _, _, piece in group]
        words = [word for part in split for word in part]
        kind = self._kinds(words)
        count = np.array([len(part) for part in split], dtype=np.int64)
        place = np.arange(len(words)) + np.repeat(np.arange(len(group)) * PAD, count)
        ends = np.cumsum(np.fromiter(map(len, words), dtype=np.int64, count=len(words)))
        before = np.concatenate(([0], ends))[np.cumsum(count) - count]
        ends += np.repeat(np.array([start for _, start, _ in group], dtype=np.int64) - before, count)
        return self._spread(kind, place, ends, words, count, group)

    def _spread(
        self, kind: Ints, place: Ints, ends: Ints, words: list[str], count: Ints, group: Sequence[Piece]
    ) -> Page:
        """Return the page with the empty places between the pieces."""
        size = len(words) + PAD * len(group)
        lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        kinds, first, last, text = (np.zeros(size, dtype=np.int64) for _ in range(4))
        kinds[place] = kind
        first[place] = ends - lengths + self._spaced[kind]
        last[place] = ends
        text[place] = np.repeat(np.array([number for number, _, _ in group], dtype=np.int64), count)
        case, breaks = self._case[kinds], self._breaks[kinds]
        return Page(kinds, case, lines(case, breaks | (kinds == 0)), breaks, first, last, text)

    def _kinds(self, words: list[str]) -> Ints:
        """Return the numbers of the tokens' types, and remember the new ones."""
        if len(self._types) > KEPT:
            self._forget()
        known = len(self._types) + 1
        kind = np.fromiter(map(self._types.__getitem__, words), dtype=np.int64, count=len(words))
        fresh, self._types.fresh = self._types.fresh, []
        if fresh:
            self._remember(fresh, known)
        return kind

    def _remember(self, fresh: list[str], first: int) -> None:
        seen = shapes(fresh)
        last = first + len(fresh)
        self._case = _put(self._case, seen.case, first)
        self._spaced = _put(
            self._spaced, np.array([token[0] == " " and len(token) > 1 for token in fresh]), first
        )
        self._breaks = _put(self._breaks, np.array(["\n" in token for token in fresh]), first)
        for number, network in enumerate(self._networks):
            self._vectors[number] = _put(self._vectors[number], network.vectors(seen, self._lexicon), first)
        assert last == len(self._types) + 1

    def scores(self, number: int, page: Page, rows: Ints | slice = ALL) -> Floats:
        """Return the scores that a network gives to each place of a page (n, classes), or to some places put together."""
        kind = page.kind[rows]
        return self._networks[number].scores(
            np.take(self._vectors[number], kind, axis=0), page.line[rows], kind > 0
        )


def _put(array: NDArray[Any], values: NDArray[Any], first: int) -> NDArray[Any]:
    """Return the array with values from a row on, twice as long where they did not fit."""
    last = first + len(values)
    if last > len(array):
        longer = np.zeros((max(last, 2 * len(array)), *array.shape[1:]), dtype=array.dtype)
        longer[: len(array)] = array
        array = longer
    array[first:last] = values
    return array


def ahead(scores: Floats) -> Floats:
    """Return for each place by how much the best of the three classes leads that of none."""
    lead: Floats = scores[:, 1:].max(axis=1) - scores[:, 0]
    return lead


def gathered(page: Page, scores: Floats, lead: float, found: list[list[Span]]) -> None:
    """Add to each text's findings the runs of tokens that may be names: one of the three classes leads that of none by ``lead``.

    A run is of the class with the highest scores over the run; signs at its ends stay outside, blanks within a line may
    stand in it, and one without a letter is none. Labels of an earlier redaction are never part of one.
    """
    places = np.flatnonzero((ahead(scores) > lead) & (page.case > LABELLED) & (page.kind > 0))
    if not len(places):
        return
    between = places[:-1] + 1
    bridge = (page.case[between] == BLANK) & (page.kind[between] > 0) & ~page.breaks[between]
    gap = np.diff(places)
    points = np.rint(scores[:, 1:] * POINTS).astype(np.int64)
    for run in np.split(places, np.flatnonzero((gap > 1) & ~((gap == 2) & bridge)) + 1):
        words = run[page.case[run] >= LOWER]
        if len(words):
            label = LABELS[int(points[run].sum(axis=0).argmax())]
            found[int(page.text[run[0]])].append(
                Span(int(page.starts[words[0]]), int(page.ends[words[-1]]), label)
            )
