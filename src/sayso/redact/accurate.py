"""The accurate tagger: a larger network, asked only about the words of which the light one is not sure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sayso.redact.lexicon import Lexicon
from sayso.redact.network import Floats, Network
from sayso.redact.reading import Page, Reader, ahead, gathered
from sayso.redact.shapes import LABELLED, Ints
from sayso.redact.spans import Span
from sayso.redact.tagger import digest_of, lexicon_of, network_of, weights

UNSURE = -5.0
"""The light network is sure of a word where no class comes closer than this to that of none (odds of about 1 in 150)."""
LEAD = -2.0
"""By how much a class must lead that of none, in the mean of the two networks."""


class AccurateTagger:
    """Finds persons, places and organisations with two networks.

    A word that the light network surely leaves alone is left alone. Every other word gets the mean of the two networks' scores;
    of the larger network only what it sees around such words is computed, which gives the same bits as computing all.

    >>> tagger = load_accurate()
    >>> text = "My name is Maria Jensen and I live in Madrid."
    >>> [(text[start:end], str(label)) for start, end, label in tagger.find([text])[0]]
    [('Maria Jensen', 'PERSON'), ('Madrid', 'LOC')]
    """

    def __init__(self, lexicon: Lexicon, light: Network, large: Network, digest: str) -> None:
        self._reader = Reader(lexicon, [light, large])
        self._reach = large.reach
        self._version = f"accurate/1 {digest}"

    @property
    def version(self) -> str:
        """Return the version of the code and the digest of the weights."""
        return self._version

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the persons, places and organisations found in each text, in rising order."""
        found: list[list[Span]] = [[] for _ in texts]
        for page in self._reader.pages(texts):
            gathered(page, self._scores(page), LEAD, found)
        return found

    def _scores(self, page: Page) -> Floats:
        """Return the mean of both networks' scores where the light one is not sure, and elsewhere that there is surely nothing."""
        scores = self._reader.scores(0, page)
        asked = np.flatnonzero((ahead(scores) > UNSURE) & (page.case > LABELLED))
        mean = np.zeros_like(scores)
        mean[:, 0] = -2 * UNSURE
        if len(asked):
            mean[asked] = (scores[asked] + self._second(page, asked)) * np.float32(0.5)
        return mean

    def _second(self, page: Page, asked: Ints) -> Floats:
        """Return the large network's scores for some places, of which it sees no more than lies within its reach."""
        near = _near(len(page.kind), asked, self._reach)
        rows = np.flatnonzero(near)
        return self._reader.scores(1, page, rows)[np.searchsorted(rows, asked)]


def _near(count: int, places: Ints, reach: int) -> NDArray[np.bool_]:
    """Return which of ``count`` places lie within ``reach`` of one of ``places``."""
    steps = np.zeros(count + 1, dtype=np.int64)
    np.add.at(steps, np.maximum(places - reach, 0), 1)
    np.add.at(steps, np.minimum(places + reach + 1, count), -1)
    return np.cumsum(steps)[:count] > 0


def load_accurate() -> AccurateTagger:
    """Return the accurate tagger with the weights that come with the package."""
    names, light, large = weights("lexicon"), weights("light"), weights("accurate")
    return AccurateTagger(
        lexicon_of(names), network_of(light), network_of(large), digest_of(names, light, large)
    )
