"""Repeats: what was taken out in one place of a text goes wherever else it stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from sayso.redact.spans import Label, Span

LEAST = 3
"""Shorter words (a country's two letters, say) are left where they were not found: they stand in too much else."""

_WORD = re.compile(r"\w+")
_APART = frozenset({Label.QUOTE, Label.SIGNATURE})


_FEW = 20


def repeats(text: str, found: Sequence[Span]) -> Iterator[Span]:
    """Yield the other places where the words of a span stand in the text, whole words in the same case, in any order.

    Few words are looked for one by one. For many the text is walked once, with a look-up at each word that something found begins
    with: the work grows with the length of the text.

    >>> list(repeats("Ada wrote; ask Ada, not Adam", [Span(0, 3, Label.PERSON)]))
    [Span(start=15, end=18, label=<Label.PERSON: 'PERSON'>)]
    """
    words = {
        text[start:end]: label for start, end, label in found if end - start >= LEAST and label not in _APART
    }
    few = len(words) <= _FEW
    if few and not any(text.find(whole, text.find(whole) + 1) >= 0 for whole in words):
        return
    taken = {span.start for span in found}
    for start, whole in _standing(text, words) if few else _walked(text, words):
        if start not in taken and _apart(text, start, start + len(whole)):
            yield Span(start, start + len(whole), words[whole])


def _standing(text: str, words: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield where the words stand, from a look for each."""
    for whole in words:
        start = text.find(whole)
        again = text.find(whole, start + 1)
        if again >= 0 and _WORD.search(whole):
            while start >= 0:
                yield start, whole
                start = text.find(whole, start + 1)


def _walked(text: str, words: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield where the words may stand, from one walk over the words of the text."""
    by_first = _by_first(words)
    known = frozenset(words)
    for first in _WORD.finditer(text):
        for lead, length in by_first.get(first[0], ()):
            start = first.start() - lead
            whole = text[start : start + length] if start >= 0 else ""
            if whole in known:
                yield start, whole


def _by_first(words: Iterable[str]) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return, by the first run of word characters of the words, how much stands before that run and how long the whole is.

    Of many things with one first word only the different lengths are kept: a walk looks at each length once.
    """
    sizes: dict[str, set[tuple[int, int]]] = {}
    for whole in words:
        first = _WORD.search(whole)
        if first:
            sizes.setdefault(first[0], set()).add((first.start(), len(whole)))
    return {first: tuple(sorted(some)) for first, some in sizes.items()}


def _apart(text: str, start: int, end: int) -> bool:
    """Tell whether words stand by themselves: no word goes on at either end."""
    return not (_joined(text[start - 1 : start + 1]) if start else False) and not _joined(
        text[end - 1 : end + 1]
    )


def _joined(pair: str) -> bool:
    return len(pair) == 2 and all(letter.isalnum() or letter == "_" for letter in pair)
