"""Fitting a sieve: a cheap first look that passes nearly every word that a network would take out, with NumPy alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sayso.redact.finding import Finder
from sayso.redact.lexicon import Lexicon
from sayso.redact.network import GRID, LINES, TOP, Floats, Network
from sayso.redact.reading import Reader
from sayso.redact.runs import ahead
from sayso.redact.shapes import Ints
from sayso.redact.sieve import ALL, PLACES, Sieve
from sayso.redact.tagger import LEAD, LightTagger

HIDDEN = 16
LOST = 0.0005
"""The part of the held-out words that are to pass and that the sieve may lose."""
_NEAR = 1.0
"""A word that the network leaves, but only by so much, is to pass too: a larger network may take it out."""
_NAME = 20.0
"""What a word that is to pass weighs against another."""
_OTHERS = 0.35
"""The part of the others that is learnt from."""
_STEPS, _RATE, _MOMENTS = 200, 0.05, (0.9, 0.98)

Weights = dict[str, Floats]


class Words(NamedTuple):
    """Words of texts: the types of the tokens around each (n, places), the kind of line, whether it is to pass."""

    types: Ints
    line: Ints
    name: NDArray[np.bool_]


def fitted(
    lexicon: Lexicon, network: Network, learnt: Sequence[str], held: Sequence[str], seed: int = 1
) -> Sieve:
    """Return a sieve learnt from texts, which passes all but ``LOST`` of what the network takes out of those held out, or nearly.

    Where there are no such words, every word passes. The same texts give the same sieve on one machine.
    """
    reader = Reader(lexicon, [network], None, kept=1 << 62)
    tagger = LightTagger(lexicon, network, None, "")
    words, names = (
        _words(reader, [*texts, *half_redacted(tagger, texts, Random(seed))]) for texts in (learnt, held)
    )
    chance = np.random.default_rng(seed)
    some = words.name | (chance.random(len(words.name)) < _OTHERS)
    vectors = reader.vectors(0)
    weights = _learnt(vectors * np.float32(1 / GRID), _part(words, some), chance)
    return _limited(weights, vectors, _part(names, names.name))


def half_redacted(finder: Finder, texts: Sequence[str], chance: Random) -> Iterator[str]:
    """Yield the texts in which something is found with labels in place of a random half of it: a redacted text is searched again."""
    for text, spans in zip(texts, finder.find(texts), strict=True):
        if spans:
            out, done = "", 0
            for start, end, label in spans:
                if chance.random() < 0.5:
                    out, done = f"{out}{text[done:start]}[{label}]", end
            yield out + text[done:]


def _part(words: Words, chosen: NDArray[np.bool_]) -> Words:
    return Words(words.types[chosen], words.line[chosen], words.name[chosen])


def lost(sieve: Sieve, lexicon: Lexicon, network: Network, texts: Sequence[str]) -> tuple[int, int, int, int]:
    """Return how many words a network takes out of texts, how many of these a sieve loses, how many it passes, and of how many."""
    reader = Reader(lexicon, [network], sieve, kept=1 << 62)
    counts = np.zeros(4, dtype=np.int64)
    for page in reader.pages(texts):
        every, asked = page.words(), reader.asked(page)
        names = every[ahead(reader.scores(0, page, every)) > LEAD]
        missed = np.setdiff1d(names, asked)
        counts += np.array([len(names), len(missed), len(asked), np.count_nonzero(page.kind)])
    out, gone, passed, read = counts.tolist()
    return out, gone, passed, read


def _words(reader: Reader, texts: Sequence[str]) -> Words:
    around = np.array(PLACES)
    parts = [Words(np.zeros((0, len(PLACES)), np.int64), np.zeros(0, np.int64), np.zeros(0, np.bool_))]
    for page in reader.pages(texts):
        places = page.words()
        names = ahead(reader.scores(0, page, places)) > LEAD - _NEAR
        parts.append(Words(page.kind[places[:, None] + around], page.line[places], names))
    return Words(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _learnt(vectors: Floats, words: Words, chance: np.random.Generator) -> Weights:
    """Return weights fitted by logistic regression behind one hidden layer: all words at each step, Adam, a rate that falls to zero.

    Adam: Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
    """
    used, types = np.unique(words.types, return_inverse=True)
    weights: Weights = {
        "weight": chance.normal(0, 0.3, (vectors.shape[1], HIDDEN)).astype(np.float32),
        "bias": np.zeros(HIDDEN, dtype=np.float32),
        "out": chance.normal(0, 0.3, (HIDDEN, len(PLACES))).astype(np.float32),
        "line": np.full(LINES, -2, dtype=np.float32),
    }
    batch = words._replace(types=types.reshape(words.types.shape))
    mean, square = ({name: np.zeros_like(values) for name, values in weights.items()} for _ in range(2))
    for step in range(1, _STEPS + 1):
        rate = _RATE * min(1.0, step / 10) * 0.5 * (1 + np.cos(np.pi * step / _STEPS))
        for name, slope in _slopes(weights, vectors[used], (used > 0)[:, None], batch).items():
            mean[name] += (slope - mean[name]) * (1 - _MOMENTS[0])
            square[name] += (slope**2 - square[name]) * (1 - _MOMENTS[1])
            size = np.sqrt(square[name] / (1 - _MOMENTS[1] ** step)) + 1e-8
            weights[name] -= (rate / (1 - _MOMENTS[0] ** step) * mean[name] / size).astype(np.float32)
    return weights


def _slopes(weights: Weights, vectors: Floats, real: NDArray[np.bool_], words: Words) -> Weights:
    """Return the gradient of the weighted mean of -log of the probability that the network decides as it does."""
    raw = vectors @ weights["weight"] + weights["bias"]
    hidden = np.clip(raw, 0, TOP / GRID)
    said = hidden @ weights["out"] * real
    odds = weights["line"][words.line]
    for place in range(len(PLACES)):
        odds = odds + said[words.types[:, place], place]
    share = np.where(words.name, _NAME, 1 / _OTHERS)
    wrong = (0.5 * (1 + np.tanh(odds / 2)) - words.name) * share / max(1.0, share.sum())
    by_type = np.stack([np.bincount(types, wrong, len(vectors)) for types in words.types.T], axis=1) * real
    back = by_type @ weights["out"].T * ((raw > 0) & (raw < TOP / GRID))
    slopes = {
        "weight": vectors.T @ back,
        "bias": back.sum(axis=0),
        "out": hidden.T @ by_type,
        "line": np.bincount(words.line, wrong, LINES),
    }
    return {name: slope.astype(np.float32) for name, slope in slopes.items()}


def _whole(weights: Weights) -> tuple[Sieve, float]:
    """Return the sieve in whole numbers, through which every word passes, and what one of what types say counts in odds."""
    step = np.maximum(np.abs(weights["weight"]).max(axis=0), 1e-6) / TOP
    unit = max(float(np.abs(weights["out"]).max()), 1e-6) / TOP
    sieve = Sieve(
        weight=np.rint(weights["weight"] / step),
        scale=step,
        bias=weights["bias"] * GRID,
        out=np.rint(weights["out"] / np.float32(unit)),
        limit=np.full(LINES, ALL, dtype=np.int32),
    )
    return sieve, unit / GRID


def _limited(weights: Weights, vectors: NDArray[np.int8], names: Words) -> Sieve:
    """Return the sieve with the highest limits at which no more than ``LOST`` of the words that must pass are lost."""
    sieve, unit = _whole(weights)
    if not len(names.name):
        return sieve
    said = sieve.says(vectors)
    said[0] = 0
    odds = np.sort(said[names.types, np.arange(len(PLACES))].sum(axis=1) * unit + weights["line"][names.line])
    limit = np.floor((odds[int(LOST * len(odds))] - weights["line"]) / unit) - 1
    return replace(sieve, limit=np.maximum(limit, ALL).astype(np.int32))
