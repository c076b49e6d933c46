"""The corpus: examples, the classes that their annotators looked for, and their variants in other letters and names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sayso.redact.shapes import LOWER, case_of
from sayso.redact.spans import Label, Span
from sayso.redact.tokens import tokens

CLASSES = (Label.PERSON, Label.LOC, Label.ORG)
"""The classes of the taggers, behind class 0, which is none of them."""
NONE, ANY = 1, 15
"""Sets of classes as bits: none of the three alone, and any at all."""
_BIT = {label: 2 << place for place, label in enumerate(CLASSES)}


@dataclass(frozen=True, slots=True)
class Example:
    """A text, its spans, and the classes that its annotators looked for: of the others nothing is known."""

    text: str
    spans: tuple[Span, ...]
    classes: tuple[Label, ...] = CLASSES


@dataclass(frozen=True, slots=True)
class Marked:
    """The tokens of an example and for each the set of classes that it may be, as bits."""

    tokens: tuple[str, ...]
    allowed: tuple[int, ...]


def example(row: Mapping[str, Any]) -> Example:
    """Return the example that a row ``{"text", "spans": [[start, end, class]], "classes"}`` holds; others' classes are left out.

    >>> example({"text": "Ada", "spans": [[0, 3, "PERSON"]], "classes": ["PERSON"]}).classes
    (<Label.PERSON: 'PERSON'>,)
    """
    spans = tuple(Span(start, end, Label(name)) for start, end, name in row["spans"] if name in CLASSES)
    return Example(row["text"], spans, tuple(label for label in CLASSES if label in row["classes"]))


def marked(one: Example) -> Marked:
    """Return the tokens of an example with the classes that each may be.

    A handle that was annotated as a person may also be none: handles are another finder's.
    """
    words = tokens(one.text)
    unknown = sum(_BIT[label] for label in CLASSES if label not in one.classes)
    allowed, at = [], 0
    for place, word in enumerate(words):
        start, end = at + (word[0] == " "), at + len(word)
        found = next((span.label for span in one.spans if span.start < end and start < span.end), None)
        allowed.append(_allowed(found, unknown, word, words[place - 1] if place else ""))
        at = end
    return Marked(tuple(words), tuple(allowed))


def _allowed(found: Label | None, unknown: int, word: str, before: str) -> int:
    if found is None:
        return NONE if not unknown or case_of(word.lstrip(" ")) <= LOWER else NONE | unknown
    handle = unknown and "@" in (word.strip(), before.strip())
    return _BIT[found] | (NONE if handle or _BIT[found] & unknown else 0)


def recased(one: Marked, how: Callable[[str], str]) -> Marked:
    """Return the example with every token in other letters."""
    return Marked(tuple(how(word) for word in one.tokens), one.allowed)


def renamed(one: Example, chance: Random, value: Callable[[str], str]) -> Example:
    """Return the example with other names in place of those of persons and cities (``value`` gives them for "P", "F" and "L")."""
    text, spans, done = "", [], 0
    for span in sorted(one.spans):
        old = one.text[span.start : span.end]
        text += one.text[done : span.start]
        kind = {Label.PERSON: "P" if " " in old else "F", Label.LOC: "L"}.get(span.label)
        plain = kind and old.replace(" ", "").isalpha() and old[:1].isupper()
        new = value(kind) if kind and plain and chance.random() < 0.8 else old
        spans.append(Span(len(text), len(text) + len(new), span.label))
        text, done = text + new, span.end
    return Example(text + one.text[done:], tuple(spans), one.classes)


def variants(corpus: Sequence[Marked], chance: Random, share: float) -> Iterator[Marked]:
    """Yield copies of a share of the examples in small letters (half of them), in capitals and in title case."""
    ways: Sequence[Callable[[str], str]] = (str.lower, str.lower, str.upper, str.title)
    for one in corpus:
        if chance.random() < share:
            yield recased(one, chance.choice(ways))


def written(examples: Iterable[Example]) -> list[Marked]:
    """Return the examples marked, without the empty ones."""
    return [one for one in map(marked, examples) if one.tokens]


def agreed(text: str, knows: tuple[Label, ...], one: Sequence[Span], other: Sequence[Span] | None) -> Marked:
    """Return a text marked with what two teachers say: what they agree on is so, and where they differ either may be right.

    The first teacher knows only the classes ``knows``. Without a word of the second (``None``) a person is a maybe, and a word
    with a capital may be anything that the first does not know.
    """
    left, right = marked(Example(text, tuple(one), knows)), marked(Example(text, tuple(other or ())))
    if other is None:
        return Marked(left.tokens, tuple(bits | (NONE if bits > NONE else bits) for bits in left.allowed))
    known = NONE | sum(_BIT[label] for label in knows)
    pairs = zip(left.allowed, right.allowed, strict=True)
    return Marked(left.tokens, tuple((a & known) | b | (NONE if b & ~known else 0) for a, b in pairs))
