"""The accurate tagger: a larger network, asked only about the words of which the light one is not sure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sayso.redact.lexicon import Lexicon
from sayso.redact.network import Network
from sayso.redact.reading import Reader
from sayso.redact.runs import ahead, but_kinds, gathered
from sayso.redact.sieve import Sieve
from sayso.redact.spans import Span
from sayso.redact.tagger import digest_of, lexicon_of, network_of, weights

UNSURE = -5.0
"""The light network is sure of a word where no class comes closer than this to that of none (odds of about 1 in 150)."""
LEAD = -3.0
"""By how much a class must lead that of none, in the mean of the two networks (decision 0011)."""


class AccurateTagger:
    """Finds persons, places and organisations with two networks.

    A word that the light network surely leaves alone is left alone. Every other word gets the mean of the two networks' scores;
    of the larger network only what it sees around such words is computed, which gives the same bits as computing all.

    >>> tagger = load_accurate()
    >>> text = "My name is Maria Jensen and I live in Madrid."
    >>> [(text[start:end], str(label)) for start, end, label in tagger.find([text])[0]]
    [('Maria Jensen', 'PERSON'), ('Madrid', 'LOC')]
    """

    def __init__(
        self, lexicon: Lexicon, light: Network, sieve: Sieve | None, large: Network, digest: str
    ) -> None:
        """Tag with two networks; the sieve is that of the light one."""
        self._reader = Reader(lexicon, [light, large], sieve)
        self._version = f"accurate/3 {UNSURE:g} {LEAD:g} {digest}"

    @property
    def version(self) -> str:
        """Return the version of the code, the thresholds and the digest of the weights."""
        return self._version

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the persons, places and organisations found in each text, in rising order."""
        found: list[list[Span]] = [[] for _ in texts]
        for page in self._reader.pages(texts):
            asked = self._reader.asked(page)
            scores = self._reader.scores(0, page, asked)
            unsure = ahead(scores) > UNSURE
            asked = asked[unsure]
            mean = (scores[unsure] + self._reader.scores(1, page, asked)) * np.float32(0.5)
            gathered(page, asked, mean, LEAD, found)
        return but_kinds(texts, found)


def load_accurate() -> AccurateTagger:
    """Return the accurate tagger with the weights that come with the package."""
    names, light, large = weights("lexicon"), weights("light"), weights("accurate")
    return AccurateTagger(
        lexicon_of(names), *network_of(light), network_of(large)[0], digest_of(names, light, large)
    )
