"""Spans: where personal data stands in a text, what it is, and which of two that overlap is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple


class Label(StrEnum):
    """What a span is. The order is that of precedence between spans of one length that start together."""

    QUOTE = "QUOTE"
    SIGNATURE = "SIGNATURE"
    URL = "URL"
    EMAIL = "EMAIL"
    SECRET = "SECRET"
    CRYPTO = "CRYPTO"
    IBAN = "IBAN"
    BIC = "BIC"
    CARD = "CARD"
    ID = "ID"
    PASSPORT = "PASSPORT"
    LICENCE = "LICENCE"
    GPS = "GPS"
    IP = "IP"
    MAC = "MAC"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"
    DATE = "DATE"
    HANDLE = "HANDLE"
    MEMBER = "MEMBER"
    PERSON = "PERSON"
    ORG = "ORG"
    LOC = "LOC"
    TITLE = "TITLE"


_ORDER = {label: place for place, label in enumerate(Label)}


class Span(NamedTuple):
    """A stretch of a text, from ``start`` up to, not including, ``end`` (code points), and what it is."""

    start: int
    end: int
    label: Label


OPERATOR = "label"
"""The one operator of this version: the span becomes its label in square brackets."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without the personal data that was found in it, and the receipt of what was.

    ``receipt`` holds the spans in code points of the *original* text, in rising order, none overlapping another;
    ``operator`` is what was done to each (``label``: replaced by its label in square brackets).
    """

    text: str
    receipt: tuple[Span, ...] = ()
    operator: str = OPERATOR


def resolve(found: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans that stay, in rising order, none overlapping another.

    The longest is kept; of two of one length the earlier; of two in one place the one whose label comes first in
    ``Label``. Whatever overlaps a kept span is dropped.

    >>> resolve([Span(4, 9, Label.HANDLE), Span(0, 9, Label.EMAIL), Span(12, 14, Label.HANDLE)])
    (Span(start=0, end=9, label=<Label.EMAIL: 'EMAIL'>), Span(start=12, end=14, label=<Label.HANDLE: 'HANDLE'>))
    """
    spans = sorted(found)
    if all(one.end <= other.start for one, other in pairwise(spans)):
        return tuple(spans)
    taken = bytearray(max(span.end for span in spans))
    kept = []
    for span in sorted(spans, key=_rank):
        if taken.find(1, span.start, span.end) < 0:
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            kept.append(span)
    return tuple(sorted(kept))


def _rank(span: Span) -> tuple[int, int, int]:
    return span.start - span.end, span.start, _ORDER[span.label]


def replaced(text: str, spans: Iterable[Span]) -> str:
    """Return the text with each span replaced by its label in square brackets; the spans are as ``resolve`` returns them.

    >>> replaced("write to a@b.org now", [Span(9, 16, Label.EMAIL)])
    'write to [EMAIL] now'
    """
    parts: list[str] = []
    done = 0
    for start, end, label in spans:
        parts += (text[done:start], "[", label, "]")
        done = end
    return "".join((*parts, text[done:]))


def counts(receipt: Iterable[Span]) -> tuple[tuple[str, int], ...]:
    """Return how many spans of each label a receipt holds, labels in alphabetical order, none with zero.

    >>> counts((Span(0, 3, Label.URL), Span(5, 9, Label.EMAIL), Span(10, 12, Label.URL)))
    (('EMAIL', 1), ('URL', 2))
    """
    return tuple(sorted(Counter(str(span.label) for span in receipt).items()))
