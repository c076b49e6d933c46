"""Adapters that learn from members, and forget them exactly: for platforms that insist on weights trained on members.

Members are dealt to groups, and within a group to slices, by a digest of their pseudonym. Each group has one adapter, learnt slice by
slice, and what it was after each slice is kept: Bourtoule et al., "Machine unlearning" (IEEE S&P 2021, sec. IV), with adapters of a
frozen model as Kumar et al. (2022) and S3T (Chowdhury et al., "Towards scalable exact machine unlearning using parameter-efficient
fine-tuning", ICLR 2025). Forgetting learns one adapter again, from before the slice in which the member first stands. The network's
own weights are never changed, so that what comes out equals, bit for bit on one machine and its versions, learning without the member.
What answers are given from is the mean of all groups' adapters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sayso.dataset.rows import Row
from sayso.errors import IntegrityError, Problem
from sayso.models.attacks import ON_COUNTS, Attack
from sayso.models.kind import Arrays, Settings, arrays_digest, by_member
from sayso.models.suggest.base import Base
from sayso.models.suggest.continuations import Suggestion
from sayso.models.suggest.grams import capped, own_texts
from sayso.models.suggest.kneser_ney import Floats, Ints
from sayso.models.suggest.mixing import Frozen, Mask
from sayso.models.suggest.model import Suggestions
from sayso.models.suggest.tokenizer import Numbers
from sayso.models.suggestions import SuggestionsKind
from sayso.neural.language_model import LanguageModel
from sayso.neural.learning import Apprentice, Weights, averaged, blocks_of, worn
from sayso.neural.pieces import SHIFT

CAP = 2_000
"""The pieces of one member that adapters learn from at most."""

SHORT = 64
"""So many pieces of a text are read where an audit asks the adapters about it."""

Own = tuple[tuple[int, ...], ...]
"""The texts of one member, as the model's own numbers."""
Chain = tuple[Weights, ...]
"""A group's adapter after each of its slices."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Into how many groups members are dealt, and each group into how many slices."""

    groups: int = 8
    slices: int = 4

    def place(self, member: str) -> tuple[int, int]:
        """Return the group and the slice of a member.

        >>> Cut(8, 4).place("a") == Cut(8, 4).place("a")
        True
        """
        drawn = hashlib.sha256(b"sayso-slices-v1\n" + member.encode()).digest()
        return int.from_bytes(drawn[:8]) % self.groups, int.from_bytes(drawn[8:16]) % self.slices


@dataclass(frozen=True)
class Taught:
    """A model that members taught, over a frozen one: it weighs what may come next, the frozen one says what may be shown."""

    taught: Frozen
    frozen: Frozen

    def weight(self, pairs: int) -> float:
        """Return the frozen model's weight."""
        return self.frozen.weight(pairs)

    def next_piece(self, context: Sequence[int]) -> Floats:
        """Return the chance of each piece to come next, to the taught model."""
        return self.taught.next_piece(context)

    def gives(self, context: Sequence[int], path: Sequence[int], among: Mask) -> Ints:
        """Return what the frozen model alone would give."""
        return self.frozen.gives(context, path, among)

    def settled(self, context: Sequence[int]) -> Frozen:
        """Return the same for contexts that begin with this one."""
        return Taught(self.taught.settled(context), self.frozen.settled(context))

    def log_chances(self, texts: Sequence[Numbers]) -> list[Floats]:
        """Return the logarithms of the chances of texts, to the taught model."""
        return self.taught.log_chances(texts)


@dataclass
class State:
    """What members taught: counts, forecasts, the members' pieces by pseudonym, each group's chain, and the mean of the chains' ends.

    Where it was read from what is served, ``own`` and ``chains`` are empty.
    """

    counts: Suggestions
    forecast: Taught
    own: dict[str, Own] = field(default_factory=dict)
    chains: tuple[Chain, ...] = ()
    mean: Weights = field(default_factory=dict)

    @property
    def base(self) -> Base:
        """Return what lies under the counts."""
        return self.counts.base

    @property
    def at_least(self) -> int:
        """Return how many members must have written what is shown."""
        return self.counts.at_least

    def suggest(self, text: str, k: int = 3) -> list[Suggestion]:
        """Return up to ``k`` continuations: only what so many members wrote, or what the frozen model alone would give."""
        return self.counts.suggest(text, k)

    def ratios(self, texts: Iterable[str], at_least: int = 1) -> list[float]:
        """Return how much likelier texts are to the counts than to a text that no member wrote."""
        return self.counts.ratios(texts, at_least)


def by_adapters(state: State, members: Sequence[Sequence[Row]]) -> list[float]:
    """Return how much likelier the first text of each member is with the adapters than to the frozen model alone.

    Natural logarithm, a piece on average; no more than ``SHORT`` pieces are read, since a language model is slow.
    """
    texts = [own_texts(row.text for row in own)[0] for own in members]
    numbers = [text[:SHORT] for text in state.base.tokenizer.encode_all(texts)]
    told = (one.log_chances(numbers) for one in (state.forecast.taught, state.forecast.frozen))
    pairs = zip(*told, strict=True)
    return [float((taught - plain).mean()) for taught, plain in pairs]


ATTACKS = (
    *ON_COUNTS,
    Attack(
        "the adapters",
        "log of how much likelier a member's first text is with the adapters than to the frozen model",
        by_adapters,
        lambda own: any(row.text for row in own),
    ),
)


@dataclass(frozen=True)
class MemberAdapters:
    """Suggestions by counts and by adapters that members taught, over a frozen model with or without a public adapter."""

    counting: SuggestionsKind
    cut: Cut
    model: LanguageModel
    apprentice: Callable[[], Apprentice]
    start: Weights | None = None
    """The public adapter from which all groups start, ``None`` where there is none."""
    told: Callable[[int], None] = lambda pieces: None

    name: str = "member-adapters"
    version: str = "sayso-member-adapters/1"
    purpose: str = "content-generation"
    attacks: tuple[Attack, ...] = ATTACKS

    @property
    def settings(self) -> Settings:
        """How members are dealt, and what lies under it all."""
        cut = (("groups", self.cut.groups), ("slices", self.cut.slices), ("cap", CAP))
        return (*self.counting.settings, *cut)

    @cached_property
    def _apprentice(self) -> Apprentice:
        return self.apprentice()

    @property
    def _start(self) -> Weights:
        return self._apprentice.fresh if self.start is None else self.start

    def train(self, rows: Iterable[Row]) -> State:
        """Return what members teach from nothing."""
        held = list(rows)
        own = dict(self._own(held))
        chains = tuple(self._chain(own, group, ()) for group in range(self.cut.groups))
        return self._state(self.counting.train(held), own, chains)

    def change(self, state: State, before: Sequence[Row], after: Sequence[Row]) -> State | None:
        """Return what is taught without the rows before and with those after: groups that nobody left or joined stay as they are."""
        old, new = dict(self._own(before)), dict(self._own(after))
        if any(state.own.get(member) != own for member, own in old.items()):
            return None  # it was not taught by these rows: what it should be, training says
        counts = self.counting.change(state.counts, before, after)
        if counts is None:
            return None
        own = {member: texts for member, texts in state.own.items() if member not in old} | new
        first = self._first(old.keys() | new.keys())
        chains = tuple(
            self._chain(own, group, chain[: first[group]]) if group in first else chain
            for group, chain in enumerate(state.chains)
        )
        return self._state(counts, own, chains)

    def _first(self, members: Iterable[str]) -> dict[int, int]:
        """Return for each group that some members are in the first slice in which one of them stands."""
        first: dict[int, int] = {}
        for group, slice_ in map(self.cut.place, members):
            first[group] = min(slice_, first.get(group, slice_))
        return first

    def _own(self, rows: Iterable[Row]) -> Iterator[tuple[str, Own]]:
        """Yield what each member adds: a function of their own rows alone."""
        for member, own in by_member(rows):
            texts = capped(self.model.pieces.encode_all(own_texts(row.text for row in own)), CAP)
            yield member, tuple(tuple((one.astype(np.int64) - SHIFT).tolist()) for one in texts)

    def _chain(self, own: Mapping[str, Own], group: int, kept: Chain) -> Chain:
        """Return a group's adapter after each slice; the first ``kept`` are as they were."""
        chain = list(kept)
        for slice_ in range(len(kept), self.cut.slices):
            members = sorted(member for member in own if self.cut.place(member) == (group, slice_))
            texts = [text for member in members for text in own[member]]
            blocks = blocks_of(texts, *self.model.edges, self._apprentice.recipe.block)
            weights = chain[-1] if chain else self._start
            chain.append(self._apprentice.learn(weights, blocks, self.told) if blocks else weights)
        return tuple(chain)

    def _state(
        self, counts: Suggestions, own: dict[str, Own], chains: tuple[Chain, ...], mean: Weights | None = None
    ) -> State:
        mean = averaged([chain[-1] for chain in chains]) if mean is None else mean
        taught = LanguageModel(self.model.pieces, self.model.folder, lambda: self._worn(mean))
        forecast = Taught(taught, self.counting.base.frozen)
        base = replace(self.counting.base, frozen=forecast)
        whole = Suggestions(base, counts.at_least, counts.cap, counts.counts.shape.order)
        whole.counts = counts.counts
        return State(whole, forecast, own, chains, mean)

    def _worn(self, weights: Weights) -> Any:
        return worn(self.model.folder, weights, self._apprentice.recipe.alpha)

    def arrays(self, state: State) -> Arrays:
        """Return everything: counts, the members' pieces, each group's adapter after each slice."""
        members = sorted(state.own)
        texts = [(member, text) for member in members for text in state.own[member]]
        at = {member: place for place, member in enumerate(members)}
        found: dict[str, NDArray[Any]] = {f"counts/{name}": one for name, one in self._counted(state).items()}
        found["own/members"] = np.frombuffer("\n".join(members).encode(), np.uint8)
        found["own/owners"] = np.array([at[member] for member, _ in texts], np.int64)
        found["own/sizes"] = np.array([len(text) for _, text in texts], np.int64)
        found["own/pieces"] = np.array([one for _, text in texts for one in text], np.int64)
        for name in sorted(self._start):
            found[f"chains/{name}"] = np.stack(
                [np.stack([one[name] for one in chain]) for chain in state.chains]
            )
        return found

    def _counted(self, state: State) -> Arrays:
        return self.counting.arrays(state.counts)

    def state_of(self, arrays: Arrays) -> State:
        """Return the state that arrays hold, those of ``arrays`` or of ``served``; raises ``IntegrityError`` where they hold none."""
        counts = self.counting.state_of(_part(arrays, "counts/"))
        mean = _part(arrays, "mean/")
        if mean:
            return self._state(counts, {}, (), mean)
        try:
            return self._state(counts, _own_of(arrays), self._chains_of(arrays))
        except (KeyError, ValueError, IndexError, UnicodeDecodeError):
            what = "this is no model of member adapters"
            raise IntegrityError(Problem("not-a-model", what, advice="train it again")) from None

    def _chains_of(self, arrays: Arrays) -> tuple[Chain, ...]:
        held = _part(arrays, "chains/")
        shape = (self.cut.groups, self.cut.slices)
        for name, one in self._start.items():
            if held[name].shape != (*shape, *one.shape) or held[name].dtype != one.dtype:
                raise ValueError(name)
        places = ((group, [(group, slice_) for slice_ in range(shape[1])]) for group in range(shape[0]))
        return tuple(
            tuple({name: held[name][at] for name in sorted(held)} for at in row) for _, row in places
        )

    def digest(self, state: State) -> str:
        """Return the digest of all arrays."""
        return arrays_digest(self.arrays(state))

    def served(self, state: State) -> Arrays:
        """Return the n-grams that enough members wrote, and the mean of the groups' adapters."""
        counts = {f"counts/{name}": one for name, one in self.counting.served(state.counts).items()}
        return {**counts, **{f"mean/{name}": one for name, one in state.mean.items()}}


def _part(arrays: Arrays, prefix: str) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): arrays[name] for name in arrays if name.startswith(prefix)}


def _own_of(arrays: Arrays) -> dict[str, Own]:
    members = arrays["own/members"].tobytes().decode().split("\n") if arrays["own/members"].size else []
    ends = np.cumsum(arrays["own/sizes"])
    texts = np.split(arrays["own/pieces"], ends[:-1]) if len(ends) else []
    found: dict[str, list[tuple[int, ...]]] = {member: [] for member in members}
    for owner, text in zip(arrays["own/owners"].tolist(), texts, strict=True):
        found[members[owner]].append(tuple(text.tolist()))
    return {member: tuple(own) for member, own in found.items()}
