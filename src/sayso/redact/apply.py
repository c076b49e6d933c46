"""Redaction itself: a pure function of the text and of what the redactor was made with (DESIGN section 5)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

from sayso.redact.finding import Finder
from sayso.redact.operators import LABELS, WRITTEN, CountryOf, Removed, Rules, Writer, behind, written_over
from sayso.redact.repeats import repeats
from sayso.redact.spans import Span, resolve

REDACTION = "sayso-redact/3"
"""The version of how findings are put together and written; with those of the finders it goes into every manifest."""

MOST_ROUNDS = 12
"""A text that still shows something new after so many rounds is made to show it: nothing of it stays."""


class Join(NamedTuple):
    """What is asked of texts in which something was found: which spans of each identify somebody together; and the rules' version."""

    version: str
    spans: Callable[[Sequence[str], Sequence[Sequence[Span]]], Iterable[list[Span]]]


class Redacted(NamedTuple):
    """A text without the personal data that was found in it, and the receipt of what was.

    ``receipt`` holds the removals by their places in the *original* text, in rising order, none overlapping another; it says what was
    written, never what stood there.
    """

    text: str
    receipt: tuple[Removed, ...] = ()


class Redactor:
    """Redacts texts with finders, by rules; what comes out depends on each text and on ``version`` and the key alone."""

    def __init__(
        self,
        finders: Sequence[Finder],
        rules: Rules = LABELS,
        key: bytes = b"",
        country_of: CountryOf | None = None,
        join: Join | None = None,
    ) -> None:
        """Redact with the finders; ``key`` is that of pseudonyms, ``country_of`` what places are generalised by.

        ``join`` is asked what else must go of a text where something was found: what identifies together.
        """
        self._join = join
        self.rules = rules
        self._finders = tuple(finders)
        self._writer = Writer(self.rules, key, country_of)

    @property
    def version(self) -> str:
        """Return what names everything that the result rests on but the key: this module, the finders, the rules."""
        parts = [finder.version for finder in self._finders]
        if self._join is not None:
            parts.append(self._join.version)
        return " ".join((REDACTION, *parts, f"rules({self.rules})"))

    def redact(self, texts: Sequence[str]) -> list[Redacted]:
        """Return each text redacted, in the order of the texts.

        What is found is taken out and what is left is searched again until nothing new shows, so that redacting the result
        changes nothing. Whatever was taken out in one place goes wherever it stands in the same text.
        """
        done = [Redacted(text) for text in texts]
        open_texts: Sequence[int] = range(len(texts))
        for turn in range(MOST_ROUNDS + 1):
            still_open = []
            for at, spans in self._find([done[place].text for place in open_texts]):
                place = open_texts[at]
                without = self._without(texts[place], done[place], spans, last=turn == MOST_ROUNDS)
                if without is not None:
                    done[place] = without
                    still_open.append(place)
            if not still_open:
                break
            open_texts = still_open
        return done

    def _find(self, texts: list[str]) -> list[tuple[int, list[Span]]]:
        """Return the places of the texts in which something was found, and the spans."""
        by_finder = [finder.find(texts) for finder in self._finders]
        all_found = enumerate(zip(*by_finder, strict=True))
        found = [(place, list(chain.from_iterable(spans))) for place, spans in all_found if any(spans)]
        if self._join is not None and found:
            more = self._join.spans([texts[place] for place, _ in found], [spans for _, spans in found])
            found = [(place, spans + added) for (place, spans), added in zip(found, more, strict=True)]
        return found

    def _without(self, text: str, before: Redacted, spans: list[Span], last: bool) -> Redacted | None:
        """Return a text without what was taken out before and the spans; ``None`` where all of them were out already."""
        new = _outside_labels(before.text, spans)
        if not new:
            return None
        receipt = _merged(text, before.receipt, new)
        if last:
            receipt = (Span(0, len(text), receipt[0].label),)
        if again := list(repeats(text, receipt)):
            receipt = resolve((*receipt, *again))
        removals = self._writer.removals(text, receipt)
        return Redacted(written_over(text, removals), removals)


def _outside_labels(text: str, spans: list[Span]) -> list[Span]:
    """Return the spans that hold more than what an earlier redaction wrote."""
    if "[" not in text:
        return [span for span in spans if span.start < span.end]
    written = [found.span() for found in WRITTEN.finditer(text)]
    starts = [start for start, _ in written]
    kept = []
    for span in spans:
        within = bisect_right(starts, span.start) - 1
        inside = within >= 0 and span.end <= written[within][1]
        if span.start < span.end and not inside:
            kept.append(span)
    return kept


def _merged(text: str, receipt: tuple[Removed, ...], found: list[Span]) -> tuple[Span, ...]:
    """Return the receipt's spans with spans found in the redacted text added, in places of the original text.

    A new span that touches what was written swallows the whole span behind it.
    """
    if not receipt:
        return resolve(found)
    places = _places(text, receipt)
    starts = [start for start, _, _, _ in places]
    added = [
        Span(
            _original(places, starts, span.start, False),
            _original(places, starts, span.end, True),
            span.label,
        )
        for span in found
    ]
    earlier = [Span(removed.start, removed.end, removed.label) for removed in receipt]
    return resolve((*earlier, *added))


_Place = tuple[int, int, Removed, int]


def _places(text: str, receipt: tuple[Removed, ...]) -> list[_Place]:
    """Return where each removal's writing stands in the redacted text: start, end, the removal, where the original goes on."""
    rows, shift = [], 0
    for removed in receipt:
        start = removed.start + shift
        end = start + len(removed.written)
        on = behind(text, removed)
        rows.append((start, end, removed, on))
        shift = end - on
    return rows


def _original(places: list[_Place], starts: list[int], place: int, at_end: bool) -> int:
    """Return the original of a place in the redacted text.

    Inside a writing it is the start of what was removed there, with ``at_end`` its end.
    """
    last = (bisect_left if at_end else bisect_right)(starts, place) - 1
    if last < 0:
        return place
    _, end, removed, on = places[last]
    if place > end or (place == end and not at_end):
        return place - end + on
    return removed.end if at_end else removed.start


@cache
def _default() -> Redactor:
    # Not before it is asked for: number plans and check digits take half a second to load.
    from sayso.redact.structured import Structured

    return Redactor((Structured(),))


def redact(text: str) -> Redacted:
    """Return the text with structured personal data replaced by labels such as ``[EMAIL]``, and the receipt.

    It depends on the text alone, and redacting what it returns changes nothing.

    >>> redact("Mail me: ada@example.org, or @ada").text
    'Mail me: [EMAIL], or [HANDLE]'
    >>> redact("Nothing here").receipt
    ()
    """
    return _default().redact((text,))[0]
