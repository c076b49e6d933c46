"""The gate: which detectors a text need be shown to at all, from one pass of RE2 over its bytes.

A *mark* is a regular expression over UTF-8 bytes that matches in every text in which its detector finds something (and in others).
RE2 looks for all marks at once, in time that grows with the text (https://swtch.com/~rsc/regexp/regexp3.html), many times
faster than a detector looks; a detector is run where its marks are, and nowhere else. That a mark is necessary is tested, not assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

import re2

from sayso.redact.spans import Span

Detect: TypeAlias = Callable[[str], Iterator[Span]]
"""What finds spans in one text, on its own."""

Mark: TypeAlias = str
"""A pattern in RE2's syntax over bytes: non-ASCII letters stand for their bytes, and never stand in a class."""

# The first bytes of every decimal digit outside ASCII (Unicode's general category Nd) as UTF-8, and of few letters of Latin script.
FOREIGN_DIGIT = r"[\xd9\xdb\xdf\xe0\xe1\xea\xef]|\xf0(?:[^\x9f]|\x9f\xaf)"


ANY: Mark = ""
"""The key of detectors that every text is asked about."""

DIGIT: Mark = r"[0-9]"
"""The key of those that need a digit."""

FIGURES: Mark = r"[0-9](?:[^0-9]*[0-9]){3}"
"""The key of those that need four digits."""

LONG_WORD: Mark = r"[0-9A-Za-z]{25}"
"""The key of those that need a word longer than people write."""


@dataclass(frozen=True, slots=True)
class Detector:
    """A detector and its marks: it finds nothing in a text unless, for one of ``marks``, all patterns of that tuple match in it.

    Texts without the ``key`` are not asked for the marks. Detectors of one key and ``group`` share an automaton: RE2 makes its states
    when it first needs them, and the fewer patterns meet in one automaton, the fewer there are.
    """

    detect: Detect
    marks: tuple[tuple[Mark, ...], ...]
    key: Mark = ANY
    group: int = 0


class Gate:
    """Tells which detectors can find something in a text.

    A value once made: it holds compiled patterns, and nothing that changes what it answers.
    """

    def __init__(self, detectors: Sequence[Detector]) -> None:
        """Compile the marks of the detectors, an automaton for each key."""
        groups: dict[tuple[Mark, int], list[Detector]] = {}
        for one in detectors:
            groups.setdefault((one.key, one.group), []).append(one)
        first = groups.pop((ANY, 0), [])
        self._first = _Marks(first, sorted({key for key, _ in groups} - {ANY}))
        self._later = tuple((self._first.place(key), _Marks(group, [])) for (key, _), group in groups.items())

    def passed(self, text: str) -> tuple[Detect, ...]:
        """Return the detectors that may find something in the text, each once, in an order that depends on nothing else."""
        return self._passed(text.encode("utf-8", "surrogatepass"), self._later)

    def each_passed(self, texts: Sequence[str]) -> Iterator[tuple[Detect, ...]]:
        """Yield what ``passed`` returns for each text.

        Automata whose marks few texts have look at many texts joined by NUL first, and at each alone where something was seen: a mark
        that is in a text is in the joined texts as well, if it takes NUL for the start and the end of a text.
        """
        for start in range(0, len(texts), _JOINED):
            letters = [text.encode("utf-8", "surrogatepass") for text in texts[start : start + _JOINED]]
            joined = b"\0" + b"\0".join(letters) + b"\0"
            later = tuple((key, marks) for key, marks in self._later if key != -1 or marks.seen(joined))
            for one in letters:
                yield self._passed(one, later)

    def _passed(self, letters: bytes, later: tuple[tuple[int, _Marks], ...]) -> tuple[Detect, ...]:
        seen = self._first.seen(letters) | _ALWAYS
        called = self._first.called(seen & ~_ALWAYS)
        for key, marks in later:
            if seen & key:
                called += marks.called(marks.seen(letters))
        return called


class _Marks:
    """One automaton, and which detectors each set of marks calls for."""

    def __init__(self, detectors: Sequence[Detector], keys: Sequence[Mark]) -> None:
        marks = sorted({mark for one in detectors for mark in chain.from_iterable(one.marks)} | set(keys))
        self._places = {mark: 1 << place for place, mark in enumerate(marks)}
        self._match = _compiled(marks).Match
        self._needs = tuple(
            (sum(self._places[mark] for mark in alternative), one.detect)
            for one in detectors
            for alternative in one.marks
        )
        self._known: dict[int, tuple[Detect, ...]] = {0: ()}

    def place(self, mark: Mark) -> int:
        """Return the bit of a mark; all bits for the mark that every text has."""
        return self._places[mark] if mark else -1

    def seen(self, letters: bytes) -> int:
        """Return the bits of the marks in a text."""
        seen = 0
        for place in self._match(letters) or ():
            seen |= 1 << place
        return seen

    def called(self, seen: int) -> tuple[Detect, ...]:
        """Return the detectors that a set of marks calls for; the answer, one of few in practice, is remembered."""
        known = self._known.get(seen)
        if known is None:
            known = tuple(dict.fromkeys(detect for need, detect in self._needs if need & seen == need))
            if len(self._known) < _REMEMBERED:
                self._known[seen] = known
        return known


_ALWAYS = 1 << 63
_JOINED = 16
_REMEMBERED = 10_000


class Glance:
    """Tells fast that no word of a kind is in a short piece of text: ``re`` tries each of many alternatives at each character.

    >>> Glance("passport|visa").sees("my Visa no. 1"), Glance("passport|visa").sees("no. 1")
    (True, False)
    """

    def __init__(self, words: Mark) -> None:
        """Compile the words, found in any case, and within others as well: the piece need not show what stands around them."""
        self._match = _compiled(["(?i)" + words.replace(r"\b", "")]).Match

    def sees(self, piece: str) -> bool:
        """Tell whether one of the words may be in the piece."""
        return bool(self._match(piece.encode("utf-8", "surrogatepass")))


def _compiled(marks: list[Mark]) -> re2.Set:
    """Return one automaton for all marks. Bytes are its letters, so that any text will do, torn surrogates included."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = 256 << 20
    options.never_capture = True
    automaton = re2.Set.SearchSet(options)
    for mark in marks:
        automaton.Add(mark)
    automaton.Compile()
    return automaton
