"""The light tagger told slowly: token by token and text by text, whole numbers throughout, every layer at every token."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sayso.redact.lexicon import Lexicon
from sayso.redact.network import TOP, Layer, Network
from sayso.redact.runs import KINDS
from sayso.redact.shapes import BLANK, FLAGS, LABELLED, LETTER, LOWER, MIXED, TITLE, UPPER, case_of, shapes
from sayso.redact.sieve import PLACES, Sieve
from sayso.redact.spans import Label, Span
from sayso.redact.tokens import pieces, tokens

Rows = NDArray[np.int64]
LABELS = (Label.PERSON, Label.LOC, Label.ORG)


def spans(text: str, lexicon: Lexicon, network: Network, sieve: Sieve | None, lead: float) -> list[Span]:
    """Return what the tagger finds in a text: a word that only says what kind of thing follows it is no name."""
    return [
        span
        for start, piece in pieces(text)
        for span in _spans(start, piece, lexicon, network, sieve, lead)
        if text[span.start : span.end] not in KINDS
    ]


def _spans(
    at: int, piece: str, lexicon: Lexicon, network: Network, sieve: Sieve | None, lead: float
) -> list[Span]:
    words = tokens(piece)
    if not words:
        return []
    case = [case_of(word[1:] if word[0] == " " and len(word) > 1 else word) for word in words]
    line = _lines(words, case)
    vectors = _vectors(words, lexicon, network)
    scores = _scores(network, vectors, line)
    passed = _passed(sieve, vectors, line) if sieve else [True] * len(words)
    tagged = [
        place
        for place in range(len(words))
        if passed[place]
        and case[place] > LABELLED
        and max(scores[place][1:]) - scores[place][0] > np.float32(lead)
    ]
    return _gathered(at, words, case, tagged, scores)


def _vectors(words: list[str], lexicon: Lexicon, network: Network) -> Rows:
    seen = shapes(words)
    group, flags = lexicon.look_up(seen.key)
    rows = []
    for place in range(len(words)):
        total = network.group[group[place]].astype(np.int64) + network.word[seen.word[place]]
        total = (
            total
            + network.shape[seen.shape[place]]
            + network.gram[seen.grams[place]].sum(axis=0, dtype=np.int64)
        )
        for bit in range(FLAGS):
            if flags[place] >> bit & 1:
                total = total + network.flag[bit]
        rows.append(np.clip(total, -TOP, TOP))
    return np.array(rows)


def _lines(words: list[str], case: list[int]) -> list[int]:
    kinds: list[int] = []
    first = 0
    for place, word in enumerate(words):
        if "\n" in word or place == len(words) - 1:
            kinds += [_kind(case[first : place + 1])] * (place + 1 - first)
            first = place + 1
    return kinds


def _kind(case: list[int]) -> int:
    upper = case.count(UPPER)
    large = upper + sum(case.count(one) for one in (TITLE, LETTER, MIXED))
    count = large + case.count(LOWER)
    if count == 0 or large == 0:
        return 1 if count else 0
    if upper * 5 >= count * 4 and count > 2:
        return 5
    if large * 5 >= count * 4 and count > 3:
        return 4
    return 2 if large * 5 < count * 2 else 3


def _scores(network: Network, vectors: Rows, line: list[int]) -> NDArray[np.float32]:
    values = vectors
    for layer in network.layers:
        bias = np.array([layer.bias[kind] for kind in line])
        total = np.maximum(np.rint(_sums(layer, values) * layer.scale + bias), 0)
        if layer.residual:
            total = total + values
        values = np.minimum(total, TOP).astype(np.int64)
    return _sums(network.out, values) * network.out.scale + network.out.bias


def _sums(layer: Layer, values: Rows) -> NDArray[np.float32]:
    width, weight = values.shape[1], layer.weight.astype(np.int64)
    total = np.zeros((len(values), weight.shape[1]), dtype=np.int64)
    for number, step in enumerate(layer.places):
        part = weight[number * width : (number + 1) * width]
        for place in range(len(values)):
            if 0 <= place + step < len(values):
                total[place] += values[place + step] @ part
    return total.astype(np.float32)


def _passed(sieve: Sieve, vectors: Rows, line: list[int]) -> list[bool]:
    hidden = (vectors @ sieve.weight.astype(np.int64)).astype(np.float32) * sieve.scale + sieve.bias
    said = np.clip(np.rint(hidden), 0, TOP).astype(np.int64) @ sieve.out.astype(np.int64)
    return [
        sum(said[place + step][number] for number, step in enumerate(PLACES) if 0 <= place + step < len(said))
        > sieve.limit[line[place]]
        for place in range(len(said))
    ]


def _gathered(
    at: int, words: list[str], case: list[int], tagged: list[int], scores: NDArray[np.float32]
) -> list[Span]:
    runs: list[list[int]] = []
    for place in tagged:
        blank = case[place - 1] == BLANK and "\n" not in words[place - 1]
        if runs and (place - runs[-1][-1] == 1 or (place - runs[-1][-1] == 2 and blank)):
            runs[-1].append(place)
        else:
            runs.append([place])
    ends = np.cumsum([len(word) for word in words])
    found = []
    for run in runs:
        named = [place for place in run if case[place] >= LOWER]
        if named:
            start = int(ends[named[0]]) - len(words[named[0]].removeprefix(" "))
            points = sum(np.rint(scores[place][1:] * 256).astype(np.int64) for place in run)
            found.append(Span(at + start, at + int(ends[named[-1]]), LABELS[int(np.argmax(points))]))
    return found
