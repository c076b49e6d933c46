"""A frozen causal language model as what lies under members' counts: it forecasts, and is never trained on a member.

It runs on one thread, in float32, without dropout: the same files, versions and machine give the same chances, bit for bit.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sayso.models.suggest.kneser_ney import Floats, Ints
from sayso.models.suggest.mixing import Frozen, Mask
from sayso.models.suggest.tokenizer import END, Numbers
from sayso.neural.files import library
from sayso.neural.pieces import SHIFT, LanguagePieces, ends

WEIGHT = 0.88
"""How much of a mixture is the model's: fixed on texts of another community (docs/explanation/suggestions.md), never on members'."""
GIVEN = 10
"""What the model alone would give are its likeliest pieces, so many."""
WINDOW = 512
"""Longer texts are read in windows of so many pieces, each of which begins in the middle of the one before."""


def network(folder: Path) -> Any:
    """Return the network of a model's folder, ready to forecast; raises ``EdgeError`` where a library is missing."""
    torch, transformers = library("torch"), library("transformers")
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    read = transformers.AutoModelForCausalLM.from_pretrained
    return read(folder, dtype=torch.float32, attn_implementation="eager", local_files_only=True).eval()


class LanguageModel:
    """The forecasts of a language model, of the pieces of its own tokenizer."""

    def __init__(self, pieces: LanguagePieces, folder: Path, opened: Callable[[], Any] | None = None) -> None:
        """Take a tokenizer and a folder; ``opened`` returns the network, when it is first asked for."""
        self.pieces, self.folder = pieces, folder
        self.start, self.ends = ends(folder)
        self._opened = opened or (lambda: network(folder))

    @property
    def edges(self) -> tuple[int, int]:
        """Return the model's own numbers of what starts and what ends a text."""
        end = self.start if self.start in self.ends or not self.ends else self.ends[0]
        start = end if self.start is None else self.start
        return start or 0, end or 0

    @cached_property
    def net(self) -> Any:
        """Return the network."""
        return self._opened()

    def weight(self, pairs: int) -> float:
        """Return how much of a mixture is the model's: ``WEIGHT``, or all of it where members have nothing to say."""
        return WEIGHT if pairs else 1.0

    def next_piece(self, context: Sequence[int]) -> Floats:
        """Return the chance of each piece to come next (float64, 1 in all)."""
        chances: Floats = self.chances(self.read(self.own(context))[0][-1:])[0]
        return chances

    def gives(self, context: Sequence[int], path: Sequence[int], among: Mask) -> Ints:
        """Return the likeliest pieces ``among`` some."""
        return likeliest(self.next_piece([*context, *path]), among)

    def settled(self, context: Sequence[int]) -> Frozen:
        """Return the same forecasts for contexts that begin with this one; the model reads it once."""
        return Reading(self, context)

    def log_chances(self, texts: Sequence[Numbers]) -> list[Floats]:
        """Return for each text the natural logarithms of the chances of its pieces, the end of the text the last."""
        return [self._logs(text.tolist()) for text in texts]

    def _logs(self, text: list[int]) -> Floats:
        whole, found = [*text, END], np.zeros(len(text) + 1)
        for low in range(0, max(1, len(whole) - WINDOW // 2), WINDOW // 2):
            part = whole[low : low + WINDOW]
            # The first window begins with the start of a text, each other one in the middle of the one before.
            seen = self.own([0, *part[:-1]]) if low == 0 else self.own(part[:-1])
            chances = self.chances(self.read(seen)[0])
            known = len(part) if low == 0 else len(part) - WINDOW // 2
            new = part[len(part) - known :]
            logs = np.log(chances[len(chances) - known :][np.arange(known), new])
            found[low + len(part) - known : low + len(part)] = logs
        return found

    def own(self, numbers: Sequence[int]) -> list[int]:
        """Return the model's own numbers of pieces; one where there is none else, so that there is something to read."""
        start, end = self.edges
        named = {0: start, 1: end}
        return [named.get(number, number - SHIFT) for number in numbers] or [start]

    def read(self, own: Sequence[int], memory: Any = None) -> tuple[Any, Any]:
        """Return what the network says after each of some numbers, and what it remembers of them."""
        torch = library("torch")
        with torch.inference_mode():
            done = self.net(torch.tensor([own]), past_key_values=memory, use_cache=True)
        return done.logits[0], done.past_key_values

    def chances(self, logits: Any) -> Floats:
        """Return the chances (float64, a row each) of all numbers: those of the tokens that end a text are the end's."""
        torch = library("torch")
        own = torch.softmax(logits[:, : self.pieces.own].double(), 1).numpy()
        chances = np.zeros((len(own), self.pieces.size))
        chances[:, SHIFT : SHIFT + own.shape[1]] = own
        closing = np.array(self.ends, np.int64) + SHIFT
        chances[:, END] = chances[:, closing].sum(1)
        chances[:, closing] = 0.0
        return chances


class Reading:
    """A language model that has read the beginning of all contexts that it will be asked about."""

    def __init__(self, model: LanguageModel, context: Sequence[int]) -> None:
        """Read a context. What comes after it is read piece by piece, so that chances depend on no order of questions."""
        self._model, self._context = model, list(context)
        logits, memory = model.read(model.own(context))
        self._known: dict[tuple[int, ...], tuple[Floats, Any]] = {(): (model.chances(logits[-1:])[0], memory)}

    def weight(self, pairs: int) -> float:
        """Return the model's weight."""
        return self._model.weight(pairs)

    def next_piece(self, context: Sequence[int]) -> Floats:
        """Return the chance of each piece to come next (float64, 1 in all)."""
        return self._after(tuple(context[len(self._context) :]))[0]

    def _after(self, path: tuple[int, ...]) -> tuple[Floats, Any]:
        if path not in self._known:
            memory = copy.deepcopy(self._after(path[:-1])[1])
            logits, memory = self._model.read(self._model.own(path[-1:]), memory)
            self._known[path] = self._model.chances(logits[-1:])[0], memory
        return self._known[path]

    def gives(self, context: Sequence[int], path: Sequence[int], among: Mask) -> Ints:
        """Return the likeliest pieces ``among`` some."""
        return likeliest(self.next_piece([*context, *path]), among)

    def settled(self, context: Sequence[int]) -> Frozen:
        """Return itself where this has been read."""
        return self if list(context) == self._context else self._model.settled(context)

    def log_chances(self, texts: Sequence[Numbers]) -> list[Floats]:
        """Return the model's answer."""
        return self._model.log_chances(texts)


def likeliest(chances: Floats, among: Mask) -> Ints:
    """Return the numbers, rising, of the likeliest pieces ``among`` some, ``GIVEN`` of them; of equals the lesser numbers.

    >>> likeliest(np.array([0.1, 0.0, 0.9]), np.array([True, True, False])).tolist()
    [0, 1]
    """
    some = np.flatnonzero(among)
    return np.sort(some[np.argsort(-chances[some], kind="stable")[:GIVEN]])
