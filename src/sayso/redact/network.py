"""The network of the taggers: whole numbers in single-precision matrices, so that the same text gives the same bits everywhere.

Weights and activations are whole numbers of at most 127 in absolute value, held as float32. A sum of up to 1,040 of their
products stays below 2^24, where float32 holds every whole number: each partial sum is exact, and so neither the order of
the additions nor the size of the batch, the processor or the library that multiplies can change a result. (IEEE 754-2019,
clause 5: one multiplication, one addition and rounding to a whole number are exactly defined, and are all that comes after.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sayso.redact.lexicon import Lexicon
from sayso.redact.shapes import (
    CASES,
    FLAGS,
    LETTER,
    LOWER,
    MIXED,
    TITLE,
    UPPER,
    Ints,
    Shapes,
)

Floats = NDArray[np.float32]
Matrix = NDArray[np.int8] | Floats
GRID = 32
"""One, in units of an activation: activations are whole multiples of 1/32, from 0 (words: -127/32) to 127/32."""
TOP = 127
LINES = 6
"""How many kinds of line there are, by their capitals."""
PAD = 4
"""Empty places between two texts: at least the reach of any one layer."""
_BLOCK = 2048


@dataclass(frozen=True, slots=True)
class Layer:
    """A convolution over tokens: ``weight`` (places * inputs, outputs) of whole numbers, ``scale`` and ``bias``
    (outputs; by kind of line where it has rows for it), the tokens' places seen from each (``places``), and whether what
    comes in is added to what goes out.
    """

    weight: Floats
    scale: Floats
    bias: Floats
    places: tuple[int, ...]
    residual: bool


@dataclass(frozen=True, slots=True)
class Network:
    """Tables of the tokens' features (rows, width) of whole numbers, the layers, and the last layer's weights."""

    group: NDArray[np.int8]
    word: NDArray[np.int8]
    gram: NDArray[np.int8]
    shape: NDArray[np.int8]
    flag: NDArray[np.int8]
    layers: tuple[Layer, ...]
    out: Layer

    @property
    def width(self) -> int:
        """Return how many numbers stand for a token."""
        return int(self.group.shape[1])

    def vectors(self, seen: Shapes, lexicon: Lexicon) -> NDArray[np.int8]:
        """Return the vectors of tokens (n, width), whole numbers from -127 to 127."""
        group, flags = lexicon.look_up(seen.key)
        total = np.take(self.group, group, axis=0).astype(np.int16)
        total += np.take(self.word, seen.word, axis=0)
        total += np.take(self.shape, seen.shape, axis=0)
        bits = np.unpackbits(flags[:, None], axis=1, count=FLAGS, bitorder="little")
        total += bits.astype(np.int16) @ self.flag.astype(np.int16)
        for grams in seen.grams.T:  # most words are short: row 0, where there is none, is left out
            some = np.flatnonzero(grams)
            total[some] += np.take(self.gram, grams[some], axis=0)
        return np.clip(total, -TOP, TOP).astype(np.int8)

    def scores(self, vectors: NDArray[np.int8], kind: Ints, line: Ints, asked: Ints) -> Floats:
        """Return the score of each class (n, classes) for the ``asked`` places: rising, of none of them is the kind 0.

        ``kind`` is each place's row of ``vectors``; 0 is an empty place, row 0 is zero, and at least ``PAD`` of them stand at both
        ends and between two texts. Of each layer only what the asked places see is computed.
        """
        seen = _seen(self.layers, kind, asked)
        values: Matrix = vectors
        at = kind
        for layer, rows in zip(self.layers, seen, strict=True):
            total = _layer_at(layer, values, at, line, rows)
            at = np.zeros(len(kind), dtype=np.int64)
            at[rows] = np.arange(1, len(rows) + 1)
            values = total
        result: Floats = values[1:] @ self.out.weight
        result *= self.out.scale
        result += self.out.bias
        return result


def _seen(layers: Sequence[Layer], kind: Ints, asked: Ints) -> list[Ints]:
    """Return for each layer the places where its values are needed, in rising order."""
    rows = [asked]
    for layer in layers[:0:-1]:
        near = np.zeros(len(kind), dtype=np.bool_)
        for place in layer.places:
            near[rows[0] + place] = True
        rows.insert(0, np.flatnonzero(near & (kind > 0)))
    return rows


def _layer_at(layer: Layer, values: Matrix, at: Ints, line: Ints, rows: Ints) -> Floats:
    """Return a layer's values at some places (row 0 is zero, for the empty places); ``at`` tells each place's row in ``values``."""
    width = values.shape[1]
    result = np.zeros((len(rows) + 1, layer.weight.shape[1]), dtype=np.float32)
    window = np.empty((min(len(rows), _BLOCK), width * len(layer.places)), dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        size = len(block)
        for number, place in enumerate(layer.places):
            window[:size, number * width : (number + 1) * width] = np.take(values, at[block + place], axis=0)
        total = np.matmul(window[:size], layer.weight, out=result[start + 1 : start + 1 + size])
        total *= layer.scale
        total += layer.bias[line[block]] if layer.bias.ndim == 2 else layer.bias
        np.rint(total, out=total)
        np.maximum(total, 0, out=total)
        if layer.residual:
            total += np.take(values, at[block], axis=0)
        np.minimum(total, TOP, out=total)
    return result


_SHIFTS, _MOST = (0, 21, 42), (1 << 21) - 1
_COUNTED = np.zeros(CASES, dtype=np.int64)
"""One word of each case, in three counts of one number: words in small letters, in capitals, with capitals. It holds two million."""
_COUNTED[[LOWER, UPPER]] = 1 << _SHIFTS[0], 1 << _SHIFTS[1]
_COUNTED[[TITLE, LETTER, MIXED]] = 1 << _SHIFTS[2]


def lines(case: NDArray[np.integer], ends: NDArray[np.bool_]) -> Ints:
    """Return the kind of the line that each token stands in: how many of its words start with capitals, or are in capitals.

    ``ends`` is true where a line ends. 0: no words; 1: no capitals; 2: under two fifths of the words; 3: more;
    4: four fifths or more of at least four; 5: four fifths or more in capitals throughout.
    """
    if not len(case):
        return np.zeros(0, dtype=np.int64)
    starts = np.concatenate(([0], np.flatnonzero(ends[:-1]) + 1))
    counts = np.add.reduceat(np.take(_COUNTED, case), starts)
    small, upper, title = (counts >> shift & _MOST for shift in _SHIFTS)
    large, count = upper + title, small + upper + title
    kind = np.select(
        [
            count == 0,
            large == 0,
            (upper * 5 >= count * 4) & (count > 2),
            (large * 5 >= count * 4) & (count > 3),
            large * 5 < count * 2,
        ],
        [0, 1, 5, 4, 2],
        3,
    )
    return np.repeat(kind, np.diff(np.append(starts, len(case))))


def loaded(arrays: Mapping[str, NDArray[np.generic]]) -> Network:
    """Return the network that named arrays hold (``stored`` wrote them).

    Weights beyond 127, or sums that float32 could not hold exactly, are a ``ValueError``.
    """
    table = {name: arrays[name].astype(np.int8) for name in ("group", "word", "gram", "shape", "flag")}
    count = sum(name.startswith("weight") for name in arrays) - 1
    layers = [_layer(arrays, str(number)) for number in range(count)]
    return Network(**table, layers=tuple(layers), out=_layer(arrays, "out"))


def _layer(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Layer:
    weight = np.ascontiguousarray(arrays[f"weight_{name}"].astype(np.float32))
    if np.abs(weight).max() > TOP or weight.shape[0] * TOP * TOP >= 1 << 24:
        raise ValueError("these weights cannot be summed exactly")
    places = tuple(int(place) for place in arrays[f"places_{name}"])
    scale, bias = arrays[f"scale_{name}"].astype(np.float32), arrays[f"bias_{name}"].astype(np.float32)
    return Layer(weight, scale, bias, places, bool(arrays[f"residual_{name}"][0]))
