"""Continuations of a text that give nobody away.

A continuation is shown only where, together with the piece before it, it stands as it is in the texts of at least ``at_least``
different members, or where what is frozen below would give each piece of it alone: in the public text each three pieces of it in a row
stand, the piece before it among them. Which of these come first, and the chances beside them, follow from what is frozen and from
n-grams that so many members wrote, and from nothing else: an n-gram that fewer wrote has no influence (``View``). Nothing is shown
that has a digit or an unusual sign in it, nor any label of a redaction.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sayso.models.suggest.base import Base
from sayso.models.suggest.kneser_ney import Floats, View
from sayso.models.suggest.mixing import Frozen, Mixture
from sayso.models.suggest.tokenizer import START, Cutter

SIGNS = " ,.;:?!'’\"“”«»()-–—…"
"""Besides letters, the signs that a continuation may hold."""
BEAM = 6
"""How many beginnings are followed at a time."""
TAIL = 400
"""How many of a text's last characters are read."""
UNLIKELY = 0.01
"""Ways to spell a begun word that are so much less likely than the tokenizer's own are not counted."""


class Suggestion(NamedTuple):
    """A continuation, and the chance that the text goes on so and a word ends there (0 to 1)."""

    text: str
    chance: float


class Prompt(NamedTuple):
    """What was written: the pieces up to the word that is being written, and the bytes of that word so far."""

    context: list[int]
    begun: bytes


@dataclass(frozen=True)
class Path:
    """A continuation in the making: its pieces, its chance, the bytes of the begun word that it has yet to spell, and who gives it."""

    pieces: tuple[int, ...]
    chance: float
    owed: bytes
    by_members: bool
    by_base: bool


def prompt_of(text: str, tokenizer: Cutter) -> Prompt:
    """Return what of a text matters.

    >>> from sayso.models.suggest.tokenizer import Tokenizer
    >>> prompt_of("Tha", Tokenizer([], []))
    Prompt(context=[0], begun=b'Tha')
    >>> prompt_of("No, ", Tokenizer([], [])).begun
    b' '
    """
    tail = text[-TAIL:]
    words = tokenizer.words(tail[:-1] if tail.endswith(" ") else tail)
    begun = " " if tail.endswith(" ") else words.pop() if words and words[-1][-1].isalpha() else ""
    context = [START] if len(text) <= TAIL else []
    context += tokenizer.encode("".join(words))
    return Prompt(context, begun.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True)
class Continuations:
    """A search for continuations, over a base and what may be seen of the members' counts."""

    base: Base
    members: View

    @cached_property
    def forecast(self) -> Mixture:
        """Return the chances of what comes next."""
        return Mixture(self.base.frozen, self.members)

    @cached_property
    def showable(self) -> NDArray[np.bool_]:
        """Return which pieces may stand in a continuation; parts of a letter may, what they make is looked at in the end."""
        tokenizer = self.base.tokenizer
        texts = (piece.decode("utf-8", "ignore") for piece in tokenizer.pieces)
        fine = np.array([all(one.isalpha() or one in SIGNS for one in text) for text in texts])
        fine[: tokenizer.first] = False
        return fine

    @cached_property
    def ending(self) -> NDArray[np.bool_]:
        """Return before which pieces a word ends: all but those that begin with a letter, a digit or part of one, or an apostrophe."""
        pieces = self.base.tokenizer.pieces
        own = np.array(
            [not (piece.decode("utf-8", "replace")[:1].isalnum() or piece[:1] in b"'") for piece in pieces]
        )
        own[[at for at, piece in enumerate(pieces) if piece and piece[0] >= 128]] = False
        own[: self.base.tokenizer.first] = True
        return own

    def suggest(self, text: str, k: int = 3) -> list[Suggestion]:
        """Return up to ``k`` continuations of a text, the one that is expected to spare the most characters first.

        That is the greatest product of chance and length; of equals the lesser text. None is the beginning of another. Chances are
        those given that the begun word goes on as it was begun.
        """
        found: dict[str, float] = {}
        prompt = prompt_of(text, self.base.tokenizer)
        for shown, chance in self._found(prompt, self.forecast.settled(prompt.context)):
            found[shown] = found.get(shown, 0.0) + chance
        ranked = sorted(found, key=lambda one: (-found[one] * len(one), one))
        chosen: list[str] = []
        for one in ranked:
            if len(chosen) < k and not any(
                one.startswith(other) or other.startswith(one) for other in chosen
            ):
                chosen.append(one)
        return [Suggestion(one, min(1.0, found[one])) for one in chosen]

    def _found(self, prompt: Prompt, forecast: Mixture) -> Iterator[tuple[str, float]]:
        """Yield continuations that may be shown, each with its chance: of the begun word, and of the text where that word is whole."""
        whole = self.base.tokenizer.encode(prompt.begun.decode("utf-8", "surrogatepass"))
        own = _chance(forecast, prompt.context, whole)
        spelt = self._spelt(forecast, prompt.context, prompt.begun, 1.0, UNLIKELY * own)
        for pieces, chance in self._whole(prompt, forecast):
            shown = self._shown(pieces, prompt.begun)
            if shown and (prompt.begun in (b"", b" ") or shown[0].isalpha()):
                yield shown, chance / spelt
        if prompt.begun not in (b"", b" "):
            for pieces, further in self._whole(Prompt([*prompt.context, *whole], b""), forecast):
                shown = self._shown(pieces, b"")
                if shown and not shown[0].isalpha():
                    yield shown, own * further / spelt

    def _shown(self, pieces: Sequence[int], begun: bytes) -> str:
        """Return what a continuation adds to the begun word; nothing where it may not be shown."""
        try:
            text = self.base.tokenizer.bytes_of(pieces)[len(begun) :].decode()
        except UnicodeDecodeError:
            return ""
        plain = all(one.isalpha() or one in SIGNS for one in text)
        return text if plain and any(map(str.isalpha, text)) else ""

    def _whole(self, prompt: Prompt, forecast: Mixture) -> Iterator[tuple[tuple[int, ...], float]]:
        """Yield continuations that more likely than not end where a word ends, each with its chance."""
        paths = [Path((), 1.0, prompt.begun, True, True)]
        for length in range(self.members.counts.shape.order):
            longer: list[Path] = []
            for path in paths:
                chances = forecast.next_piece([*prompt.context, *path.pieces])
                ends = float(chances[self.ending].sum())
                if path.pieces and not path.owed and ends >= 0.5:
                    yield path.pieces, path.chance * ends
                if length < self.members.counts.shape.order - 1:
                    longer += self._longer(path, prompt.context, chances, forecast.frozen)
            longer.sort(key=lambda path: (-path.chance, path.pieces))
            paths = longer[:BEAM]

    def _longer(self, path: Path, context: Sequence[int], chances: Floats, frozen: Frozen) -> Iterator[Path]:
        """Yield a path with each piece more that may be shown; only the likeliest, as no others would be followed."""
        before = [*context[-1:], *path.pieces]
        members, public = np.zeros((2, len(chances)), bool)
        fine = self.showable & self._agreeing(path.owed) if path.owed else self.showable
        if path.by_members:
            members[self.members.pieces_after(before)] = True
        if path.by_base:
            public[frozen.gives(context, path.pieces, fine)] = True
        both = np.flatnonzero((members | public) & fine)
        for piece in both[np.argsort(-chances[both], kind="stable")[:BEAM]].tolist():
            owed = path.owed[len(self.base.tokenizer.pieces[piece]) :]
            chance = path.chance * float(chances[piece])
            yield Path((*path.pieces, piece), chance, owed, bool(members[piece]), bool(public[piece]))

    def _agreeing(self, owed: bytes) -> NDArray[np.bool_]:
        """Return which pieces agree with what is owed of a begun word."""
        agreeing = np.zeros(self.base.tokenizer.size, bool)
        for pieces in self._spelling(owed):
            agreeing[pieces] = True
        return agreeing

    @cached_property
    def _sorted(self) -> list[tuple[bytes, int]]:
        first = self.base.tokenizer.first
        return sorted((piece, at) for at, piece in enumerate(self.base.tokenizer.pieces) if at >= first)

    def _spelling(self, owed: bytes) -> tuple[list[int], list[int]]:
        """Return the pieces that begin with ``owed``, and those that are a beginning of it."""
        whole, parts = [], []
        at = bisect_left(self._sorted, (owed, 0))
        while at < len(self._sorted) and self._sorted[at][0].startswith(owed):
            whole.append(self._sorted[at][1])
            at += 1
        for size in range(1, len(owed)):
            at = bisect_left(self._sorted, (owed[:size], 0))
            if at < len(self._sorted) and self._sorted[at][0] == owed[:size]:
                parts.append(self._sorted[at][1])
        return whole, parts

    def _spelt(
        self, forecast: Mixture, context: Sequence[int], owed: bytes, chance: float, least: float
    ) -> float:
        """Return ``chance`` times the chance that ``owed`` comes next, in any pieces; beginnings below ``least`` are not followed."""
        if not owed:
            return chance
        chances = forecast.next_piece(context)
        whole, parts = self._spelling(owed)
        total = chance * float(chances[whole].sum())
        for piece in parts:
            further = chance * float(chances[piece])
            if further >= least:
                rest = owed[len(self.base.tokenizer.pieces[piece]) :]
                total += self._spelt(forecast, [*context, piece], rest, further, least)
        return total


def _chance(forecast: Mixture, context: Sequence[int], pieces: Sequence[int]) -> float:
    """Return the chance that these pieces come next."""
    chance = 1.0
    for at, piece in enumerate(pieces):
        chance *= float(forecast.next_piece([*context, *pieces[:at]])[piece])
    return chance


def texts_of(suggestions: Iterable[Suggestion]) -> list[str]:
    """Return the texts alone.

    >>> texts_of([Suggestion(" you", 0.5)])
    [' you']
    """
    return [one.text for one in suggestions]
