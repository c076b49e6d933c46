"""The light tagger: persons, places and organisations in free text, at a megabyte a second and more."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from importlib import resources

import numpy as np

from sayso.redact.lexicon import Lexicon
from sayso.redact.network import Network, loaded
from sayso.redact.reading import Reader
from sayso.redact.runs import but_kinds, gathered
from sayso.redact.sieve import Sieve, sieve_of
from sayso.redact.spans import Span

LEAD = -3.0
"""By how much a class must lead that of none (natural logarithm of odds): below zero, because leaving a name in is worse than taking
a word out. At -3 (odds of 1 in 20) more of the words of every marked set go than with Presidio (decision 0011)."""


class LightTagger:
    """Finds persons, places and organisations with a small network.

    >>> tagger = load_light()
    >>> text = "My name is Maria Jensen and I live in Madrid."
    >>> [(text[start:end], str(label)) for start, end, label in tagger.find([text])[0]]
    [('Maria Jensen', 'PERSON'), ('Madrid', 'LOC')]
    """

    def __init__(self, lexicon: Lexicon, network: Network, sieve: Sieve | None, digest: str) -> None:
        """Tag with a network; without a sieve it is asked about every word."""
        self._reader = Reader(lexicon, [network], sieve)
        self._version = f"light/3 {LEAD:g} {digest}"

    @property
    def version(self) -> str:
        """Return the version of the code, the threshold and the digest of the weights."""
        return self._version

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the persons, places and organisations found in each text, in rising order."""
        found: list[list[Span]] = [[] for _ in texts]
        for page in self._reader.pages(texts):
            asked = self._reader.asked(page)
            gathered(page, asked, self._reader.scores(0, page, asked), LEAD, found)
        return but_kinds(texts, found)


def load_light() -> LightTagger:
    """Return the light tagger with the weights that come with the package."""
    return light_of(weights("light"))


def light_of(file: bytes) -> LightTagger:
    """Return the light tagger with other weights, as ``sayso redact train`` writes them, and the lexicon of the package.

    ``ValueError`` where the file holds no network that can be computed exactly.
    """
    names = weights("lexicon")
    return LightTagger(lexicon_of(names), *network_of(file), digest_of(names, file))


def weights(name: str) -> bytes:
    """Return a file of weights that comes with the package."""
    return (resources.files("sayso.redact") / "weights" / f"{name}.npz").read_bytes()


def lexicon_of(file: bytes) -> Lexicon:
    """Return the lexicon that a file of weights holds: the steps between its keys, their groups and their flags."""
    with np.load(io.BytesIO(file), allow_pickle=False) as arrays:
        return Lexicon(np.cumsum(arrays["key"], dtype=np.uint32), arrays["group"], arrays["flags"])


def network_of(file: bytes) -> tuple[Network, Sieve | None]:
    """Return the network that a file of weights holds, and the sieve where it holds one; ``ValueError`` where it could not be
    computed exactly.
    """
    with np.load(io.BytesIO(file), allow_pickle=False) as arrays:
        return loaded(arrays), sieve_of(arrays)


def digest_of(*files: bytes) -> str:
    """Return what names the files together: the first 16 hexadecimal digits of the SHA-256 of their SHA-256s.

    >>> digest_of(b"a", b"b") == digest_of(b"b", b"a")
    False
    """
    return hashlib.sha256(b"".join(hashlib.sha256(file).digest() for file in files)).hexdigest()[:16]
