"""The public base text: a frozen tokenizer and counts of a text that no member wrote, as they come with the package.

``scripts/make_suggestion_base.py`` makes the file; ``weights/NOTICE`` beside it names sources and licences.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from sayso.models.suggest.bpe import Pair
from sayso.models.suggest.counts import Counts
from sayso.models.suggest.grams import Keys, Shape, Table, first_of, laid_out, longest_at, prefixes
from sayso.models.suggest.kneser_ney import Floats, Ints, View
from sayso.models.suggest.mixing import Frozen, Mask
from sayso.models.suggest.scoring import log_chances
from sayso.models.suggest.tokenizer import Cutter, Numbers, Tokenizer

Array = NDArray[np.generic]

HALF = 2_000
"""The pairs of neighbouring pieces at which both weigh the same: a constant, set once, never fitted on a platform's members."""


@dataclass(frozen=True)
class PublicText:
    """The forecasts of a text that no member wrote."""

    view: View

    def weight(self, pairs: int) -> float:
        """Return how much of a mixture is the text's, when members wrote so many different pairs of pieces.

        >>> text = load_base().frozen
        >>> [round(text.weight(pairs), 2) for pairs in (0, 2_000, 200_000)]
        [1.0, 0.5, 0.09]
        """
        return 1 / (1 + math.sqrt(pairs / HALF))

    def next_piece(self, context: Sequence[int]) -> Floats:
        """Return the chance of each piece to come next (float64, 1 in all)."""
        return self.view.next_piece(context)

    def gives(self, context: Sequence[int], path: Sequence[int], among: Mask) -> Ints:
        """Return the pieces ``among`` some that stand in the text after ``path``, the last piece of ``context`` before it."""
        after = self.view.pieces_after([*context[-1:], *path][1 - self.view.shape.order :])
        return after[among[after]]

    def settled(self, context: Sequence[int]) -> Frozen:
        """Return itself: each forecast is quick."""
        return self

    def log_chances(self, texts: Sequence[Numbers]) -> list[Floats]:
        """Return for each text the natural logarithms of the chances of its pieces, the end of the text the last."""
        return log_chances(self.view, texts)


@dataclass(frozen=True)
class Base:
    """What no member wrote: a tokenizer, and something frozen that knows what to expect next in its pieces."""

    tokenizer: Cutter
    frozen: Frozen
    digest: str
    """SHA-256, in hexadecimal digits, of the tokenizer and of what is frozen."""
    quicker: Base | None = None
    """Another base that texts are held against where all their chances are wanted; ``None``: this one is quick enough."""

    def totals(self, texts: Sequence[str]) -> list[float]:
        """Return the natural logarithm of each whole text's chance, to the quicker base where there is one."""
        base = self.quicker or self
        logs = base.frozen.log_chances(list(base.tokenizer.encode_all(texts)))
        return [float(one.sum()) for one in logs]


def base_of(arrays: Mapping[str, Array]) -> Base:
    """Return the base that named arrays hold (``stored`` wrote them)."""
    labels = arrays["labels"].tobytes().decode().split("\n") if arrays["labels"].size else []
    tokenizer = Tokenizer(labels, _pairs(arrays["merges"]))
    order, bits = (int(number) for number in arrays["shape"])
    shape = Shape(order, bits)
    counts = Counts(shape, _tables(_keys(arrays["keys"]), arrays["counts"].astype(np.int32), shape), 1)
    both = f"{tokenizer.digest}{counts.digest()}"
    return Base(
        tokenizer, PublicText(View(counts, tokenizer.size)), hashlib.sha256(both.encode()).hexdigest()
    )


def stored(tokenizer: Tokenizer, texts: Sequence[Numbers], shape: Shape) -> dict[str, Array]:
    """Return the named arrays of a base: the labels, the pairs, and how often each n-gram of full length stands in the texts.

    What is shorter follows from these. Of each key only how much greater it is than the one before is kept, a plane for each byte.
    """
    longest = longest_at(laid_out(texts), shape)
    longest.sort()
    starts = np.flatnonzero(first_of(longest))
    steps = np.diff(longest[starts], prepend=np.uint64(0)).astype("<u8")
    number = {piece: at for at, piece in enumerate(tokenizer.pieces[tokenizer.first :])}
    return {
        "shape": np.array([shape.order, shape.bits], np.uint8),
        "labels": np.frombuffer("\n".join(tokenizer.labels).encode(), np.uint8),
        "merges": np.array([[number[one], number[other]] for one, other in tokenizer.merges], np.uint16),
        "keys": np.ascontiguousarray(steps.view(np.uint8).reshape(-1, 8).T),
        "counts": np.diff(starts, append=len(longest)).astype(np.uint32),
    }


def _pairs(numbers: Array) -> list[Pair]:
    pieces = [bytes([value]) for value in range(256)]
    pairs: list[Pair] = []
    for one, other in numbers.tolist():
        pairs.append((pieces[one], pieces[other]))
        pieces.append(pieces[one] + pieces[other])
    return pairs


def _keys(planes: Array) -> Keys:
    steps = np.ascontiguousarray(planes.T.astype(np.uint8)).view("<u8").ravel().astype(np.uint64)
    return np.cumsum(steps, dtype=np.uint64)


def _tables(longest: Keys, counts: NDArray[np.int32], shape: Shape) -> list[Table]:
    tables = []
    for length in range(1, shape.order + 1):
        keys, real = prefixes(longest, length, shape)
        keys, own = keys[real], counts[real]
        starts = np.flatnonzero(first_of(keys))
        sums = np.add.reduceat(own, starts) if len(keys) else own
        tables.append(Table(keys[starts], sums.astype(np.int32)))
    return tables


@lru_cache(maxsize=1)
def load_base() -> Base:
    """Return the base that comes with the package.

    >>> base = load_base()
    >>> base.tokenizer.decode(base.tokenizer.encode("Grüße, [PERSON 2]!"))
    'Grüße, [PERSON 2]!'
    """
    data = (resources.files("sayso.models") / "weights" / "suggestions.npz").read_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return base_of({name: arrays[name] for name in arrays.files})
