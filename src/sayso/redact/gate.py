"""The gate: which detectors a text need be shown to at all, from one pass of RE2 over its bytes.

A *mark* is a regular expression over UTF-8 bytes that matches in every text in which its detector finds something (and in others).
RE2 looks for all marks at once, in time that grows with the text and no faster (https://swtch.com/~rsc/regexp/regexp3.html), many times
faster than a detector looks; a detector is run where its marks are, and nowhere else. That a mark is necessary is tested, not assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


@dataclass(frozen=True, slots=True)
class Detector:
    """A detector and its marks: it finds nothing in a text unless, for one of ``marks``, all patterns of that tuple match in it."""

    detect: Detect
    marks: tuple[tuple[Mark, ...], ...]


class Gate:
    """Tells which detectors can find something in a text.

    A value once made: it holds compiled patterns and nothing that changes what it answers.
    """

    def __init__(self, detectors: tuple[Detector, ...]) -> None:
        """Compile the marks of the detectors."""
        marks = sorted({mark for one in detectors for mark in chain.from_iterable(one.marks)})
        places = {mark: 1 << place for place, mark in enumerate(marks)}
        self._set = _compiled(marks)
        self._needs = tuple(
            (sum(places[mark] for mark in alternative), one.detect)
            for one in detectors
            for alternative in one.marks
        )
        self._known: dict[int, tuple[Detect, ...]] = {}

    def passed(self, text: str) -> tuple[Detect, ...]:
        """Return the detectors that may find something in the text, each once, in the order in which they were given."""
        seen = 0
        for place in self._set.Match(text.encode("utf-8", "surrogatepass")) or ():
            seen |= 1 << place
        if not seen:
            return ()
        known = self._known.get(seen)
        return known if known is not None else self._learn(seen)

    def _learn(self, seen: int) -> tuple[Detect, ...]:
        """Return the detectors that a set of marks calls for, and remember the answer, one of few in practice."""
        called = tuple(dict.fromkeys(detect for need, detect in self._needs if need & seen == need))
        if len(self._known) < _REMEMBERED:
            self._known[seen] = called
        return called


_REMEMBERED = 10_000


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
