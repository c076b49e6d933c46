"""Spans: where personal data stands in a text, what it is, and which of two that overlap is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple, Protocol


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


def resolve(found: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans that stay, in rising order, none overlapping another.

    Spans that overlap become one, from the start of the first to the end of the last, so that nothing that was found is left
    standing; its label is that of the longest among them, of two of one length the earlier's, of two in one place the one
    that comes first in ``Label``.

    >>> resolve([Span(4, 9, Label.HANDLE), Span(0, 7, Label.EMAIL), Span(12, 14, Label.HANDLE)])
    (Span(start=0, end=9, label=<Label.EMAIL: 'EMAIL'>), Span(start=12, end=14, label=<Label.HANDLE: 'HANDLE'>))
    """
    rising = sorted(found)
    if len(rising) == 1:
        return (rising[0],)
    kept: list[Span] = []
    group: list[Span] = []
    end = 0
    for span in rising:
        if group and span.start >= end:
            kept.append(_joined(group, end))
            group = []
        group.append(span)
        end = span.end if len(group) == 1 else max(end, span.end)
    if group:
        kept.append(_joined(group, end))
    return tuple(kept)


def _joined(group: list[Span], end: int) -> Span:
    """Return the one span of a group that overlaps, in the order of starts."""
    if len(group) == 1:
        return group[0]
    return Span(group[0].start, end, min(group, key=_rank).label)


def _rank(span: Span) -> tuple[int, int, int]:
    return span.start - span.end, span.start, _ORDER[span.label]


class Labelled(Protocol):
    """What has a label."""

    @property
    def label(self) -> Label:
        """Return the label."""
        ...


def counts(receipt: Iterable[Labelled]) -> tuple[tuple[str, int], ...]:
    """Return how many spans of each label a receipt holds, labels in alphabetical order, none with zero.

    >>> counts((Span(0, 3, Label.URL), Span(5, 9, Label.EMAIL), Span(10, 12, Label.URL)))
    (('EMAIL', 1), ('URL', 2))
    """
    return tuple(sorted(Counter(str(span.label) for span in receipt).items()))
