"""Scoring: how much of the personal data that people marked in texts a finder finds, by class and over all.

Three measures, each a count of what was right, missed and wrong, from which precision, recall and F1 follow:

``strict``
    spans. Right: a found span with the start, the end and the class of a marked one.
``token``
    words by class. A word is a maximal run of word characters (``\\w`` of Python's ``re``); it has a class when a span of that class
    overlaps it. Right: a word marked with a class and found with it. A word of two classes counts once for each.
``any``
    words, whatever the class: was it taken out at all? Right: a marked word that any found span overlaps, of any label. Wrong: a word
    found under one of the set's classes that no marked span of any class overlaps. This is the measure that matters for redaction.

Only the classes that a set says it marks (``classes``) count: what is marked beyond them is not missed, and what is found under a
label beyond them is not wrong.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sayso.errors import Place, Problem

CLASS_OF = {"MEMBER": "PERSON", "SIGNATURE": "PERSON", "ID": "SSN"}
"""The class of the sets that a label of ours stands for; any other label is its own class, as is one that a set marks itself."""

_WORD = re.compile(r"\w+")

Found = Sequence[tuple[int, int, str]]
"""What was found in one text: start and end in code points, and the label (``Span`` is one such)."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text with the spans that people marked in it: start and end in code points, and the class.

    ``classes`` are the classes that were marked throughout; ``spans`` may hold others.
    """

    id: str
    text: str
    spans: tuple[tuple[int, int, str], ...]
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were right, how many marked ones were missed, and how many found ones were wrong."""

    right: int = 0
    missed: int = 0
    wrong: int = 0

    @property
    def precision(self) -> float | None:
        """Return what part of the found is right, 0 to 1; None where nothing was found."""
        return _part(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        """Return what part of the marked was found, 0 to 1; None where nothing was marked."""
        return _part(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        """Return the harmonic mean of precision and recall, 0 to 1; None where nothing was marked nor found.

        >>> Counts(right=3, missed=1, wrong=2).f1
        0.6666666666666666
        """
        return _part(2 * self.right, 2 * self.right + self.missed + self.wrong)

    def __add__(self, other: Counts) -> Counts:
        """Return the counts of both together.

        >>> Counts(1, 2, 3) + Counts(4, 0, 1)
        Counts(right=5, missed=2, wrong=4)
        """
        return Counts(self.right + other.right, self.missed + other.missed, self.wrong + other.wrong)


@dataclass(frozen=True, slots=True)
class ClassScore:
    """The counts of one class: spans (``strict``) and words (``token``)."""

    name: str
    strict: Counts
    token: Counts


@dataclass(frozen=True, slots=True)
class Scores:
    """The counts over a set: by class in alphabetical order, over all classes together, and class-blind (``any``)."""

    texts: int
    classes: tuple[ClassScore, ...]
    strict: Counts
    token: Counts
    any: Counts


def parse_examples(lines: Iterable[str], name: str) -> tuple[list[Example], list[Problem]]:
    """Return the examples of a JSONL file's lines, and what is wrong with the lines that hold none; empty lines are passed over.

    A line is ``{"id": str, "text": str, "spans": [[start, end, class], ...], "classes": [str, ...]}``, with
    0 <= start < end <= the code points of the text; other fields are passed over. ``name`` is the file's, for the
    problems; they hold nothing of the text.

    >>> good = '{"id": "a", "text": "Hi Ada", "spans": [[3, 6, "PERSON"]], "classes": ["PERSON"]}'
    >>> examples, problems = parse_examples([good, good.replace("6", "7")], "set.jsonl")
    >>> examples[0].spans
    ((3, 6, 'PERSON'),)
    >>> print(problems[0])
    set.jsonl:2: span 1 does not lie in the text: 3 to 7 of 6; write 0 <= start < end <= length, in code points [bad-example]
    """
    examples, problems = [], []
    for number, line in enumerate(lines, 1):
        if line.strip():
            parsed = _example(line)
            if isinstance(parsed, Example):
                examples.append(parsed)
            else:
                problems.append(Problem("bad-example", parsed[0], Place(name, number), parsed[1]))
    return examples, problems


def score(examples: Sequence[Example], found: Sequence[Found]) -> Scores:
    """Return the scores of what was found in each example's text, in the order of the examples.

    Spans of one text may overlap; one given twice counts once. Raises ``ValueError`` when the two differ in length.

    >>> ada = Example("a", "Ada Lovelace, ada@x.org", ((0, 12, "PERSON"), (14, 23, "EMAIL")), ("PERSON", "EMAIL"))
    >>> scores = score([ada], [[(0, 3, "MEMBER"), (14, 23, "EMAIL"), (4, 12, "DATE")]])
    >>> scores.strict, scores.token
    (Counts(right=1, missed=1, wrong=1), Counts(right=4, missed=1, wrong=0))
    >>> scores.any
    Counts(right=5, missed=0, wrong=0)
    """
    strict: Counter[tuple[str, str]] = Counter()
    token: Counter[tuple[str, str]] = Counter()
    blind = Counts()
    for example, spans in zip(examples, found, strict=True):
        named = _classed(example, spans)
        _count(strict, example.classes, *_spans(example, named))
        words = _Words(example.text)
        _count(token, example.classes, *_words(example, named, words))
        blind += _any(example, named, words)
    names = sorted({name for example in examples for name in example.classes})
    rows = tuple(ClassScore(name, _counts(strict, name), _counts(token, name)) for name in names)
    total = (sum((row.strict for row in rows), Counts()), sum((row.token for row in rows), Counts()))
    return Scores(len(examples), rows, *total, blind)


def _part(some: int, whole: int) -> float | None:
    return some / whole if whole else None


def _example(line: str) -> Example | tuple[str, str]:
    """Return the example of a line, or what is wrong and what to do."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return "this is not JSON", "write one JSON object a line"
    if not isinstance(row, dict):
        return "this is not a JSON object", "write one JSON object a line"
    for field, kind in (("id", str), ("text", str), ("spans", list), ("classes", list)):
        if not isinstance(row.get(field), kind):
            word = "a string" if kind is str else "a list"
            return f"the field {field!r} is missing or not {word}", f"give {field!r} as {word}"
    classes = tuple(row["classes"])
    if not all(isinstance(name, str) for name in classes):
        return "'classes' holds what is not a string", 'write names such as "PERSON"'
    for number, span in enumerate(row["spans"], 1):
        if wrong := _wrong_span(span, len(row["text"])):
            return f"span {number} {wrong[0]}", wrong[1]
    return Example(row["id"], row["text"], tuple((a, b, name) for a, b, name in row["spans"]), classes)


def _wrong_span(span: object, length: int) -> tuple[str, str] | None:
    if not (isinstance(span, list) and [type(part) for part in span] == [int, int, str]):
        return "is not a list of two whole numbers and a string", "write [start, end, class]"
    if not 0 <= span[0] < span[1] <= length:
        return (
            f"does not lie in the text: {span[0]} to {span[1]} of {length}",
            "write 0 <= start < end <= length, in code points",
        )
    return None


def _classed(example: Example, spans: Found) -> set[tuple[int, int, str]]:
    """Return the found spans with the classes that the set knows for their labels."""
    return {
        (start, end, str(label) if label in example.classes else CLASS_OF.get(str(label), str(label)))
        for start, end, label in spans
    }


def _beyond(example: Example) -> Iterator[tuple[int, int, str]]:
    """Yield what is marked beyond the set's classes and would be found as one of them: it counts neither for nor against.

    So a generic identifier (``ID``) in a set that marks social security numbers (``SSN``) throughout.
    """
    for start, end, name in example.spans:
        if name not in example.classes and name in CLASS_OF:
            yield start, end, CLASS_OF[name]


Marked = set[tuple[int, str]] | set[tuple[int, int, str]]


def _spans(example: Example, named: set[tuple[int, int, str]]) -> tuple[Marked, Marked]:
    """Return the marked and the found spans that count."""
    marked = {span for span in example.spans if span[2] in example.classes}
    open_ = list(_beyond(example))
    counted = {
        span
        for span in named
        if span in marked or not any(span[2] == c and span[0] < b and a < span[1] for a, b, c in open_)
    }
    return marked, counted


def _words(example: Example, named: set[tuple[int, int, str]], words: _Words) -> tuple[Marked, Marked]:
    """Return the marked and the found (word, class) pairs that count."""
    marked = words.under(span for span in example.spans if span[2] in example.classes)
    return marked, words.under(named) - (words.under(_beyond(example)) - marked)


def _any(example: Example, named: set[tuple[int, int, str]], words: _Words) -> Counts:
    """Return the class-blind counts of one text."""
    marked = {word for word, name in words.under(example.spans) if name in example.classes}
    sensitive = {word for word, _ in words.under(example.spans)}
    found = words.under(named)
    taken = {word for word, _ in found}
    wrong = {word for word, name in found if name in example.classes} - sensitive
    return Counts(len(marked & taken), len(marked - taken), len(wrong))


def _count(into: Counter[tuple[str, str]], classes: Sequence[str], marked: Marked, found: Marked) -> None:
    """Add right, missed and wrong by class; the class is the last part of each."""
    for kind, some in (("right", marked & found), ("missed", marked - found), ("wrong", found - marked)):
        into.update((item[-1], kind) for item in some if item[-1] in classes)


def _counts(counter: Counter[tuple[str, str]], name: str) -> Counts:
    return Counts(counter[name, "right"], counter[name, "missed"], counter[name, "wrong"])


class _Words:
    """The words of a text, by number, and which of them spans overlap."""

    def __init__(self, text: str) -> None:
        """Hold which word each code point belongs to, or -1."""
        self._of = [-1] * len(text)
        for number, match in enumerate(_WORD.finditer(text)):
            self._of[match.start() : match.end()] = [number] * (match.end() - match.start())

    def under(self, spans: Iterable[tuple[int, int, str]]) -> set[tuple[int, str]]:
        """Return the (word, class) pairs of the words that the spans overlap."""
        return {(word, name) for start, end, name in spans for word in self._of[start:end] if word >= 0}
