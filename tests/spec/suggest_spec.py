"""Writing suggestions told slowly: counts as sets of members, smoothing by the formula, the rule by reading every text again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

Gram = tuple[int, ...]
Texts = Sequence[Sequence[int]]


def grams(text: Sequence[int], length: int) -> list[Gram]:
    """Return the n-grams of a text between its start (0) and its end (1); the start alone is none."""
    whole = (0, *text, 1)
    return [
        whole[at : at + length] for at in range(len(whole) - length + 1) if whole[at : at + length] != (0,)
    ]


def written(members: Mapping[str, Texts], order: int) -> Counter[Gram]:
    """Return how many members wrote each n-gram of up to ``order`` pieces."""
    found: Counter[Gram] = Counter()
    for texts in members.values():
        found.update({gram for text in texts for n in range(1, order + 1) for gram in grams(text, n)})
    return found


class Smoothed:
    """Interpolated modified Kneser-Ney over numbers of members, of which those below ``at_least`` are not known."""

    def __init__(self, numbers: Mapping[Gram, int], order: int, size: int, at_least: int = 1) -> None:
        self.order, self.size = order, size
        self.seen = {gram: number for gram, number in numbers.items() if number >= at_least}
        self.adjusted = {gram: self._adjusted(gram) for gram in self.seen}
        self.losses = [self._losses(length) for length in range(1, order + 1)]

    def _adjusted(self, gram: Gram) -> int:
        if len(gram) == self.order or gram[0] == 0:
            return self.seen[gram]
        return max(1, sum((before, *gram) in self.seen for before in range(self.size)))

    def _losses(self, length: int) -> tuple[float, float, float]:
        kinds = Counter(count for gram, count in self.adjusted.items() if len(gram) == length)
        one, two, three, four = (kinds[number] for number in (1, 2, 3, 4))
        if not one or not two or not three or not four:
            return (0.5, 1.0, 1.5)
        share = one / (one + 2 * two)
        losses = (1 - 2 * share * two / one, 2 - 3 * share * three / two, 3 - 4 * share * four / three)
        return losses if all(0 <= loss <= count for count, loss in enumerate(losses, 1)) else (0.5, 1.0, 1.5)

    def chance(self, piece: int, context: Gram) -> float:
        """Return the chance of a piece after others, only the last ``order - 1`` of which matter."""
        context = context[-(self.order - 1) :]
        shorter = self.chance(piece, context[1:]) if context else (0.0 if piece == 0 else 1 / (self.size - 1))
        counts = {
            gram[-1]: count
            for gram, count in self.adjusted.items()
            if len(gram) == len(context) + 1 and gram[:-1] == context
        }
        if not counts:
            return shorter
        losses = self.losses[len(context)]
        lost = sum(losses[min(count, 3) - 1] for count in counts.values())
        own = counts.get(piece, 0)
        kept = own - losses[min(own, 3) - 1] if own else 0.0
        return (kept + lost * shorter) / sum(counts.values())


def wrote(texts: Texts, pieces: Gram) -> bool:
    """Tell whether pieces stand one after another in one of the texts (0 and 1 are its start and end)."""
    return any(pieces in grams(text, len(pieces)) for text in texts)


def may_show(members: Mapping[str, Texts], public: Texts, pieces: Gram, at_least: int) -> bool:
    """Tell whether a continuation may be shown: ``pieces`` are the piece before it and its own."""
    if sum(wrote(texts, pieces) for texts in members.values()) >= at_least:
        return True
    threes = [pieces[at : at + 3] for at in range(len(pieces) - 2)] or [pieces]
    return all(wrote(public, three) for three in threes) and all(
        wrote(public, pair) for pair in pairwise(pieces)
    )
