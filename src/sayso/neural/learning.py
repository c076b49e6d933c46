"""Low-rank adapters of a frozen language model: learnt, kept as arrays, put on, averaged.

Hu et al., "LoRA: low-rank adaptation of large language models" (ICLR 2022), through the library ``peft``: what the network says is
changed by ``alpha / rank · B · A`` beside each of its linear maps, and its own weights are never touched, merged or taken apart
again. On one thread, in float32, with a seed and without dropout, the same texts, start, versions and machine give the same
adapter, bit for bit.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sayso.neural.files import library
from sayso.neural.language_model import network

SLICE = 64
"""Pieces a step where a slice of members has a few hundred: more and shorter steps learn more from so few (decision 0016)."""

Weights: TypeAlias = Mapping[str, NDArray[np.float32]]
"""The arrays of an adapter, by the names that ``peft`` gives them."""
Block: TypeAlias = tuple[int, ...]
"""Pieces that are read together, as the model's own numbers."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an adapter is learnt: its ``rank``; Adam's ``rate`` (Loshchilov and Hutter, "Decoupled weight decay", ICLR 2019), with a
    rise over the first ``rise`` steps; ``block`` pieces a step; ``passes`` over all texts; the ``seed`` of what it starts from.
    """

    rank: int = 8
    alpha: int = 16
    rate: float = 1e-3
    rise: int = 4
    block: int = 256
    passes: int = 1
    seed: int = 0


def blocks_of(texts: Iterable[Sequence[int]], start: int, end: int, size: int) -> list[Block]:
    """Return texts one after another, each between a start and an end, cut into blocks; what is too short to learn from is left out.

    >>> blocks_of([[7, 8], [9]], 0, 1, 4)
    [(0, 7, 8, 1), (0, 9, 1)]
    """
    whole = [number for text in texts for number in (start, *text, end)]
    cut = (tuple(whole[low : low + size]) for low in range(0, len(whole), size))
    return [block for block in cut if len(block) > 1]


class Apprentice:
    """A frozen network with room for adapters: ``learn`` returns one, ``wear`` puts one on."""

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        """Take a model's folder; its network is opened when it is first needed, ``EdgeError`` where a library is missing."""
        self._folder, self.recipe = folder, recipe

    @cached_property
    def _opened(self) -> tuple[Any, Weights]:
        return adapted(self._folder, self.recipe.rank, self.recipe.alpha, self.recipe.seed)

    @property
    def _net(self) -> Any:
        return self._opened[0]

    @property
    def fresh(self) -> Weights:
        """Return the adapter that everything starts from: it changes nothing yet."""
        return self._opened[1]

    def learn(self, start: Weights, blocks: Sequence[Block], tell: Callable[[int], None]) -> Weights:
        """Return what ``start`` becomes after all passes over some blocks; ``tell`` is called with the pieces of each.

        Adam begins anew: nothing but the weights is carried from what was learnt before.
        """
        torch, recipe = library("torch"), self.recipe
        put_on(self._net, start)
        own = [one for one in self._net.parameters() if one.requires_grad]
        adam = torch.optim.AdamW(own, lr=recipe.rate, weight_decay=0.0, foreach=False)
        self._net.train()
        for step, block in enumerate(list(blocks) * recipe.passes):
            for group in adam.param_groups:
                group["lr"] = recipe.rate * min(1.0, (step + 1) / recipe.rise)
            numbers = torch.tensor([block])
            self._net(numbers, labels=numbers, use_cache=False).loss.backward()
            torch.nn.utils.clip_grad_norm_(own, 1.0, foreach=False)
            adam.step()
            adam.zero_grad()
            tell(len(block))
        return weights_of(self._net)

    def save(self, out: Path) -> None:
        """Write the adapter that was learnt last into a folder, as ``peft`` does."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._net.save_pretrained(out)


def adapted(folder: Path, rank: int, alpha: int, seed: int = 0) -> tuple[Any, Weights]:
    """Return a model's network with an adapter of a rank that changes nothing yet, and that adapter."""
    torch, peft = library("torch"), library("peft")
    settings = peft.LoraConfig(
        r=rank, lora_alpha=alpha, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(seed)
        net = peft.get_peft_model(network(folder), settings)
    return net.eval(), weights_of(net)


def weights_of(net: Any) -> Weights:
    """Return a copy of the adapter that a network wears, its arrays in the order of their names."""
    found = library("peft").get_peft_model_state_dict(net)
    return {name: found[name].detach().numpy().copy() for name in sorted(found)}


def put_on(net: Any, weights: Weights) -> None:
    """Let a network wear an adapter of its rank."""
    torch = library("torch")
    given = {name: torch.from_numpy(np.array(one)) for name, one in weights.items()}
    library("peft").set_peft_model_state_dict(net, given)


def averaged(adapters: Sequence[Weights]) -> Weights:
    """Return one adapter that changes the network by the mean of what several of one rank and ``alpha`` change it by.

    Their ranks stand side by side: with the same ``alpha``, ``alpha / (n · rank) · [B1 … Bn] · [A1; …; An]`` is that mean.

    >>> one = {"m.lora_A.weight": np.ones((1, 3), "f4"), "m.lora_B.weight": np.ones((2, 1), "f4")}
    >>> both = averaged([one, one])
    >>> both["m.lora_A.weight"].shape, both["m.lora_B.weight"].shape
    ((2, 3), (2, 2))
    """
    return {
        name: np.concatenate([one[name] for one in adapters], axis=0 if "lora_A" in name else 1)
        for name in sorted(adapters[0])
    }


def worn(folder: Path, weights: Weights, alpha: int) -> Any:
    """Return a model's network with an adapter on it, ready to forecast."""
    rank = next(one.shape[0] for name, one in weights.items() if "lora_A" in name)
    net, _ = adapted(folder, rank, alpha)
    put_on(net, weights)
    return net.eval()
