"""The network of the taggers: whole numbers in single-precision matrices, so that the same text gives the same bits everywhere.

Weights and activations are whole numbers of at most 127 in absolute value, held as float32. A sum of up to 1,040 of their
products stays below 2^24, where float32 holds every whole number: each partial sum is exact, and so neither the order of
the additions nor the size of the batch, the processor or the library that multiplies can change a result. (IEEE 754-2019,
clause 5: one multiplication, one addition and rounding to a whole number are exactly defined, and are all that comes after.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sayso.redact.lexicon import Lexicon
from sayso.redact.shapes import (
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

    @property
    def reach(self) -> int:
        """Return how many places to each side the scores of a place depend on."""
        return sum(max(abs(place) for place in layer.places) for layer in self.layers)

    def vectors(self, seen: Shapes, lexicon: Lexicon) -> Floats:
        """Return the vectors of tokens (n, width), whole numbers from -127 to 127."""
        group, flags = lexicon.look_up(seen.key)
        total = self.group[group].astype(np.int32) + self.word[seen.word] + self.shape[seen.shape]
        total += self.gram[seen.grams].sum(axis=1, dtype=np.int32)
        total += np.unpackbits(flags[:, None], axis=1, count=FLAGS, bitorder="little").astype(
            np.int32
        ) @ self.flag.astype(np.int32)
        clipped: Floats = np.clip(total, -TOP, TOP).astype(np.float32)
        return clipped

    def scores(self, vectors: Floats, line: Ints, real: NDArray[np.bool_]) -> Floats:
        """Return the score of each class for each place (n, classes); ``real`` is false at the empty places between texts."""
        values = vectors
        for layer in self.layers:
            values = _convolved(layer, values, line, real)
        total = _multiplied(self.out, values)
        total *= self.out.scale
        total += self.out.bias
        return total


def _convolved(layer: Layer, values: Floats, line: Ints, real: NDArray[np.bool_]) -> Floats:
    total = _multiplied(layer, values)
    total *= layer.scale
    total += layer.bias[line] if layer.bias.ndim == 2 else layer.bias
    np.rint(total, out=total)
    np.maximum(total, 0, out=total)
    if layer.residual:
        total += values
    np.minimum(total, TOP, out=total)
    total *= real[:, None]
    return total


def _multiplied(layer: Layer, values: Floats) -> Floats:
    """Return the exact sums of products, block by block; beyond both ends everything is zero."""
    reach = max(abs(place) for place in layer.places)
    count, width = values.shape
    padded = np.zeros((count + 2 * reach, width), dtype=np.float32)
    padded[reach : reach + count] = values
    total = np.empty((count, layer.weight.shape[1]), dtype=np.float32)
    window = np.empty((min(count, _BLOCK), width * len(layer.places)), dtype=np.float32)
    for start in range(0, count, _BLOCK):
        size = min(_BLOCK, count - start)
        for number, place in enumerate(layer.places):
            at = start + reach + place
            window[:size, number * width : (number + 1) * width] = padded[at : at + size]
        np.matmul(window[:size], layer.weight, out=total[start : start + size])
    return total


def lines(case: Ints, ends: NDArray[np.bool_]) -> Ints:
    """Return the kind of the line that each token stands in: how many of its words start with capitals, or are in capitals.

    ``ends`` is true where a line ends. 0: no words; 1: no capitals; 2: under two fifths of the words; 3: more;
    4: four fifths or more of at least four; 5: four fifths or more in capitals throughout.
    """
    if not len(case):
        return case
    starts = np.concatenate(([0], np.flatnonzero(ends[:-1]) + 1))
    small = np.add.reduceat((case == LOWER).astype(np.int64), starts)
    upper = np.add.reduceat((case == UPPER).astype(np.int64), starts)
    title = np.add.reduceat(np.isin(case, (TITLE, LETTER, MIXED)).astype(np.int64), starts)
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
    return np.repeat(kind, np.diff(np.append(starts, len(case)))).astype(np.int64)


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
