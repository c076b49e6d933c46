"""Training the light tagger on a platform's own texts, from the weights that come with the package."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Any, BinaryIO

import numpy as np
import torch

from sayso.redact.accurate import load_accurate
from sayso.redact.finding import Finder
from sayso.redact.lexicon import Lexicon
from sayso.redact.network import GRID, Network, loaded
from sayso.redact.sieve import Sieve, stored
from sayso.redact.tagger import lexicon_of, network_of, weights
from sayso.redact.training.corpus import Example, Marked, example, variants, written
from sayso.redact.training.learning import LIGHT, TABLES, Corpus, Learner, learn, saved
from sayso.redact.training.sentences import Maker
from sayso.redact.training.sieving import fitted
from sayso.redact.training.templates import LANGUAGES

EPOCHS = 6
RATE = 1e-3
_MADE = 400
_LEARNING = 0.9
"""The part of the time, by and large, that the network takes; the sieve takes the rest."""
_SIEVED = 4_000_000
"""The sieve is fitted to texts of about so many characters."""


def train_light(
    texts: Sequence[str],
    labelled: Sequence[Mapping[str, Any]],
    out: BinaryIO,
    progress: Callable[[float], None] = lambda part: None,
    teacher: Finder | None = None,
) -> None:
    """Write a file of weights for ``light_of``: the shipped ones, trained further on a platform's texts.

    ``texts`` are labelled by ``teacher`` (the accurate tagger where none is given); ``labelled`` are rows
    ``{"text": str, "spans": [[start, end, class]], "classes": [class]}`` that people labelled, and count twice.
    Made sentences are mixed in, so that what was learnt is not forgotten, and the sieve is fitted anew. The same texts give the same
    file on one machine; ``progress`` is told the part that is done, from 0 to 1. ``ValueError`` where there is no text at all.
    """
    if not texts and not labelled:
        raise ValueError("there is nothing to learn from: give texts, labelled or not")
    torch.set_num_threads(1)
    taught = (teacher or load_accurate()).find(texts)
    own = written(Example(text, tuple(spans)) for text, spans in zip(texts, taught, strict=True))
    gold = written(example(row) for row in labelled)
    rest = _rehearsal(own + gold)
    lexicon = lexicon_of(weights("lexicon"))
    learner = resumed(network_of(weights("light"))[0])
    every = [*own, *gold, *rest]
    counts = [1.0] * len(own) + [2.0] * len(gold) + [0.5] * len(rest)
    learn(
        learner,
        Corpus(every, lexicon),
        counts,
        EPOCHS,
        RATE,
        progress=lambda part: progress(part * _LEARNING),
    )
    saved(learner, out, stored(_sieve(learner, lexicon, every)))
    progress(1.0)


def _sieve(learner: Learner, lexicon: Lexicon, texts: Sequence[Marked]) -> Sieve:
    """Return the sieve of what was learnt; every fifth text sets its limit."""
    words = ["".join(one.tokens) for one in Random(1).sample(texts, len(texts))]
    some = words[: bisect(list(accumulate(map(len, words))), _SIEVED) + 1]
    learnt = [text for place, text in enumerate(some) if place % 5]
    return fitted(lexicon, loaded(learner.stored()), learnt, some[::5])


def _rehearsal(texts: Sequence[Marked]) -> list[Marked]:
    """Return made sentences of every language, and some of the texts in other letters."""
    made = written(
        maker.sentence()
        for maker in (Maker(language, 1) for language in (*LANGUAGES, "plain"))
        for _ in range(_MADE)
    )
    return made + list(variants(texts, Random(1), 0.3))


def resumed(network: Network) -> Learner:
    """Return a learner that computes what a light network computes."""
    learner = Learner(LIGHT, (network.group / GRID).astype(np.float32))
    with torch.no_grad():
        for name in TABLES:
            getattr(learner.words, name).copy_(
                torch.from_numpy(getattr(network, name).astype(np.float32) / GRID)
            )
        for number, layer in enumerate(network.layers):
            learner.weights[number].copy_(torch.from_numpy(layer.weight * layer.scale))
            learner.biases[number].copy_(torch.from_numpy(layer.bias / GRID))
        learner.last.copy_(torch.from_numpy(network.out.weight * network.out.scale * GRID))
        learner.last_bias.copy_(torch.from_numpy(network.out.bias))
    return learner
