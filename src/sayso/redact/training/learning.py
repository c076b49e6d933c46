"""Learning: the same network as ``sayso.redact.network`` in PyTorch, with the rounding that it will meet at work."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Any, BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from sayso.redact.lexicon import Lexicon
from sayso.redact.network import GRID, LINES, PAD, TOP, lines
from sayso.redact.shapes import FLAGS, GRAM_ROWS, SHAPE_ROWS, WORD_ROWS, Shapes, shapes
from sayso.redact.training.corpus import Marked

Arrays = dict[str, NDArray[Any]]
CLASSES = 4
TABLES = ("word", "gram", "shape", "flag")


@dataclass(frozen=True, slots=True)
class Plan:
    """The form of a network: the width of a token's vector, and each layer's outputs and places."""

    width: int
    layers: tuple[tuple[int, tuple[int, ...]], ...]


LIGHT = Plan(48, ((96, (-2, -1, 0, 1, 2)), (96, (-1, 0, 1))))
ACCURATE = Plan(48, ((128, (-2, -1, 0, 1, 2)), (128, (-1, 0, 1)), (128, (-2, 0, 2))))


def _rounded(values: torch.Tensor, step: torch.Tensor | float, low: float, high: float) -> torch.Tensor:
    """Return values rounded to whole steps in a range; the gradient passes as if they were not (straight-through)."""
    exact = torch.clamp(values, low, high)
    return exact + (torch.round(exact / step) * step - exact).detach()


class Words(nn.Module):
    """Vectors of tokens from their features; ``group`` is fixed, and turned by a learnt matrix."""

    def __init__(self, plan: Plan, group: NDArray[np.float32]) -> None:
        super().__init__()
        self.group = torch.from_numpy(group)
        self.turn = nn.Parameter(torch.eye(group.shape[1], plan.width))
        self.word = nn.Parameter(torch.randn(WORD_ROWS, plan.width) * 0.1)
        self.gram = nn.Parameter(torch.randn(GRAM_ROWS, plan.width) * 0.1)
        self.shape = nn.Parameter(torch.randn(SHAPE_ROWS, plan.width) * 0.3)
        self.flag = nn.Parameter(torch.randn(FLAGS, plan.width) * 0.3)

    def tables(self) -> dict[str, torch.Tensor]:
        """Return the tables, rounded to the grid."""
        raw = {"group": self.group @ self.turn} | {name: getattr(self, name) for name in TABLES}
        return {name: _on_grid(table) for name, table in raw.items()}

    def forward(self, features: dict[str, torch.Tensor], rounding: bool, drop: float) -> torch.Tensor:
        grid = _on_grid if rounding else _as_is
        word, group, grams = features["word"], features["group"], features["grams"]
        if drop:
            word = torch.where(torch.rand(word.shape) < 2 * drop, 0, word)
            group = torch.where(torch.rand(group.shape) < drop, 0, group)
        flags = features["flags"] * (torch.rand(len(word), 1) >= drop)
        total = (
            grid(self.group[group] @ self.turn) + grid(self.word[word]) + grid(self.shape[features["shape"]])
        )
        total = total + flags @ grid(self.flag)
        known = nn.functional.embedding_bag(grams, grid(self.gram), mode="sum", padding_idx=0)
        return torch.clamp(total + known, -TOP / GRID, TOP / GRID)


def _on_grid(values: torch.Tensor) -> torch.Tensor:
    return _rounded(values, 1 / GRID, -TOP / GRID, TOP / GRID)


def _as_is(values: torch.Tensor) -> torch.Tensor:
    return values


class Learner(nn.Module):
    """The network as it learns."""

    def __init__(self, plan: Plan, group: NDArray[np.float32]) -> None:
        super().__init__()
        self.plan = plan
        self.words = Words(plan, group)
        sizes = [plan.width, *(outputs for outputs, _ in plan.layers)]
        self.weights = nn.ParameterList(
            torch.randn(before * len(places), outputs)
            * math.sqrt(2 / (before * len(places)))
            * (0.5 if number > 1 else 1)
            for number, (before, (outputs, places)) in enumerate(zip(sizes, plan.layers, strict=False))
        )
        self.biases = nn.ParameterList(torch.zeros(LINES, outputs) for outputs, _ in plan.layers)
        self.last = nn.Parameter(torch.randn(sizes[-1], CLASSES) * 0.05)
        self.last_bias = nn.Parameter(torch.tensor([1.0, 0.0, 0.0, 0.0]))

    def forward(self, batch: dict[str, torch.Tensor], rounding: bool, drop: float) -> torch.Tensor:
        types = self.words(batch, rounding, drop)
        real, line = batch["real"][:, None], batch["line"]
        values = types[batch["ids"]] * real
        for number, (_, places) in enumerate(self.plan.layers):
            total = (
                _window(values, places) @ _whole(self.weights[number], rounding) + self.biases[number][line]
            )
            total = torch.clamp(total, 0, None)
            total = _rounded(total, 1 / GRID, 0, 1e9) if rounding else total
            if self.residual(number):
                total = total + values
            values = torch.clamp(total, max=TOP / GRID) * real
            if drop:
                values = (
                    nn.functional.dropout(values, 2 * drop)
                    if not rounding
                    else values * (torch.rand_like(values) >= drop)
                )
        return values @ _whole(self.last, rounding) + self.last_bias

    def residual(self, number: int) -> bool:
        """Tell whether a layer adds what comes in to what goes out."""
        return number > 0 and self.plan.layers[number][0] == self.plan.layers[number - 1][0]

    def stored(self) -> Arrays:
        """Return the network in whole numbers, by the names that ``network.loaded`` reads."""
        with torch.no_grad():
            tables = self.words.tables()
            arrays: Arrays = {
                name: np.rint(table.numpy() * GRID).astype(np.int8) for name, table in tables.items()
            }
            arrays["gram"][0] = 0
            for number, (_, places) in enumerate(self.plan.layers):
                arrays |= _stored(
                    str(number),
                    self.weights[number],
                    self.biases[number] * GRID,
                    places,
                    self.residual(number),
                    1.0,
                )
            return arrays | _stored("out", self.last, self.last_bias, (0,), False, 1 / GRID)


def _window(values: torch.Tensor, places: Sequence[int]) -> torch.Tensor:
    reach = max(abs(place) for place in places)
    padded = nn.functional.pad(values, (0, 0, reach, reach))
    return torch.cat([padded[reach + place : reach + place + len(values)] for place in places], dim=1)


def _steps(weight: torch.Tensor) -> torch.Tensor:
    return weight.detach().abs().amax(dim=0, keepdim=True).clamp(min=1e-6) / TOP


def _whole(weight: torch.Tensor, rounding: bool) -> torch.Tensor:
    return _rounded(weight, _steps(weight), -1e9, 1e9) if rounding else weight


def _stored(
    name: str, weight: torch.Tensor, bias: torch.Tensor, places: tuple[int, ...], residual: bool, unit: float
) -> Arrays:
    step = _steps(weight)
    return {
        f"weight_{name}": torch.round(weight / step).numpy().astype(np.int8),
        f"scale_{name}": (step[0] * unit).numpy().astype(np.float32),
        f"bias_{name}": bias.numpy().astype(np.float32),
        f"places_{name}": np.array(places, dtype=np.int8),
        f"residual_{name}": np.array([residual]),
    }


class Corpus:
    """Marked examples as arrays: every token's type, and the features of the types."""

    def __init__(self, examples: Sequence[Marked], lexicon: Lexicon) -> None:
        types = dict.fromkeys(token for one in examples for token in one.tokens)
        self._number = {token: number + 1 for number, token in enumerate(types)}
        seen = shapes(["", *types])
        group, flags = lexicon.look_up(seen.key)
        bits = np.unpackbits(flags[:, None], axis=1, count=FLAGS, bitorder="little")
        self._features = {
            "word": torch.from_numpy(seen.word), "grams": torch.from_numpy(seen.grams), "shape": torch.from_numpy(seen.shape),
            "group": torch.from_numpy(group.astype(np.int64)), "flags": torch.from_numpy(bits.astype(np.float32)),
        }  # fmt: skip
        self._texts = [self._arrays(one, seen) for one in examples]

    def _arrays(self, one: Marked, seen: Shapes) -> tuple[NDArray[np.int64], ...]:
        ids = np.array([self._number[token] for token in one.tokens])
        ends = np.array(["\n" in token for token in one.tokens])
        return ids, np.array(one.allowed), lines(seen.case[ids], ends)

    def batches(self, order: Sequence[int], size: int) -> Iterator[tuple[dict[str, torch.Tensor], float]]:
        """Yield batches of about ``size`` tokens, the texts in the order given, and the part that is read with each (up to 1)."""
        taken: list[tuple[NDArray[np.int64], ...]] = []
        count = 0
        for place, number in enumerate(order, 1):
            taken.append(self._texts[number])
            count += len(self._texts[number][0]) + PAD
            if count >= size or place == len(order):
                yield self._batch(taken), place / len(order)
                taken, count = [], 0

    def _batch(self, texts: Sequence[tuple[NDArray[np.int64], ...]]) -> dict[str, torch.Tensor]:
        gap = np.zeros(PAD, dtype=np.int64)
        ids, allowed, line = (
            np.concatenate([part for text in texts for part in (text[field], gap)]) for field in range(3)
        )
        used, place = np.unique(ids, return_inverse=True)
        batch = {name: values[torch.from_numpy(used)] for name, values in self._features.items()}
        return batch | {
            "ids": torch.from_numpy(place), "allowed": torch.from_numpy(allowed), "line": torch.from_numpy(line),
            "real": torch.from_numpy((ids > 0).astype(np.float32)),
        }  # fmt: skip

    def __len__(self) -> int:
        return len(self._texts)


def loss(scores: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """Return the mean of -log of the probability that a token is one of the classes that it may be; empty places count nothing.

    Learning from sets of possible labels: Jin and Ghahramani, "Learning with Multiple Labels", NIPS 2002.
    """
    bits = (allowed[:, None] >> torch.arange(CLASSES)) & 1
    all_of = torch.logsumexp(scores, dim=1)
    some = torch.logsumexp(scores.masked_fill(bits == 0, -1e9), dim=1)
    counted = allowed > 0
    return (all_of - some)[counted].mean()


def learn(
    learner: Learner,
    corpus: Corpus,
    weights: Sequence[float],
    epochs: int,
    rate: float = 3e-3,
    seed: int = 1,
    progress: Callable[[float], None] = lambda part: None,
) -> None:
    """Train a network in place: Adam, a rate that falls to zero, the rounding of work in the last third.

    The rate rises over the first twentieth and then falls as a cosine does (Loshchilov and Hutter, "SGDR", ICLR 2017).

    ``weights`` tell for each text how often an epoch draws it (0.5: every other one draws it).
    """
    chance, size = Random(seed), 4096
    torch.manual_seed(seed)
    optimiser = torch.optim.Adam(learner.parameters(), lr=rate, betas=(0.9, 0.98))
    for epoch in range(epochs):
        drawn = (int(weight + chance.random()) for weight in weights)
        order = [number for number, count in enumerate(drawn) for _ in range(count)]
        chance.shuffle(order)
        for batch, part in corpus.batches(order, size):
            now = (epoch + part) / epochs
            for group in optimiser.param_groups:
                group["lr"] = rate * min(1.0, 0.05 + 20 * now) * 0.5 * (1 + math.cos(math.pi * now))
            optimiser.zero_grad()
            loss(learner(batch, rounding=now > 0.66, drop=0.1), batch["allowed"]).backward()
            optimiser.step()
            progress(now)


def saved(learner: Learner, out: BinaryIO, sieve: Mapping[str, NDArray[Any]] = MappingProxyType({})) -> None:
    """Write a network, and what ``sieve.stored`` says of its sieve where there is one, to a file that ``tagger.network_of`` reads."""
    arrays: dict[str, Any] = {**learner.stored(), **sieve}
    np.savez_compressed(out, **arrays)
