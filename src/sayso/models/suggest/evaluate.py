"""How good suggestions are: on texts of people whose texts the model has not seen."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sayso.models.suggest.model import Suggestions


@dataclass(frozen=True, slots=True)
class Fit:
    """How well texts were foreseen. The ends of texts are foreseen too, and count as a piece without characters."""

    characters: int
    pieces: int
    bits: float
    """The information of all texts given the model, in bits."""

    @property
    def bits_per_character(self) -> float:
        """Return the cross-entropy, bits a character."""
        return self.bits / self.characters

    @property
    def perplexity_per_character(self) -> float:
        """Return the perplexity a character, 2 to the cross-entropy: it does not depend on the tokenizer."""
        return float(2**self.bits_per_character)

    @property
    def perplexity_per_piece(self) -> float:
        """Return the perplexity a piece: only to be compared within one tokenizer."""
        return float(2 ** (self.bits / self.pieces))


@dataclass(frozen=True, slots=True)
class Keystrokes:
    """Keys pressed for texts: all by hand, and with suggestions."""

    by_hand: int
    pressed: int

    @property
    def saved(self) -> float:
        """Return the share of keystrokes saved.

        (by hand - pressed) / by hand: Trnka and McCoy, "Evaluating word prediction: framing keystroke savings" (ACL 2008, short
        papers).
        """
        return (self.by_hand - self.pressed) / self.by_hand


def fit_of(model: Suggestions, texts: Iterable[str], at_least: int | None = None) -> Fit:
    """Return how well texts are foreseen by what so many members wrote (``None``: by what is served), and the base.

    >>> from sayso.models.suggest.base import load_base
    >>> fit = fit_of(Suggestions(load_base()), ["Open the settings of the device."])
    >>> fit.characters, fit.pieces, 1 < fit.bits_per_character < 3
    (32, 9, True)
    """
    texts = list(texts)
    logs = model.log_chances(texts, at_least)
    bits = -sum(float(one.sum()) for one in logs) / math.log(2)
    return Fit(sum(map(len, texts)), sum(map(len, logs)), bits)


def top_one(model: Suggestions, texts: Iterable[str], at_least: int | None = None) -> tuple[int, int]:
    """Return how many pieces of texts, their ends among them, are those that were likeliest to come next, and how many there are."""
    forecast, reach = model.forecast(at_least), model.counts.shape.order - 1
    right = number = 0
    for text in texts:
        whole = [0, *model.base.tokenizer.encode(text), 1]
        for at in range(1, len(whole)):
            right += int(forecast.next_piece(whole[max(0, at - reach) : at]).argmax()) == whole[at]
            number += 1
    return right, number


def keystrokes(model: Suggestions, texts: Iterable[str], k: int = 3) -> Keystrokes:
    """Return the keys pressed for texts by somebody who is shown ``k`` suggestions before each key and takes what fits.

    They take the longest that is how the text goes on and ends where a word of it ends, with one key; else they press the next key.
    """
    by_hand = pressed = 0
    for text in texts:
        at = 0
        while at < len(text):
            fitting = (one.text for one in model.suggest(text[:at], k) if _fits(text, at, one.text))
            at += max(map(len, fitting), default=1)
            pressed += 1
        by_hand += len(text)
    return Keystrokes(by_hand, pressed)


def _fits(text: str, at: int, shown: str) -> bool:
    end = at + len(shown)
    return text.startswith(shown, at) and not (text[end : end + 1].isalnum() and text[end - 1].isalnum())
