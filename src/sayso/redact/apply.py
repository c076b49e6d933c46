"""Redaction itself: a pure function of the text (DESIGN section 5)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import chain

from sayso.redact.accounts import ibans
from sayso.redact.addresses import addresses, emails_and_handles, urls
from sayso.redact.numbers import numbers
from sayso.redact.quotes import quotes
from sayso.redact.spans import Redacted, Span, replaced, resolve

REDACTION = "sayso-redact/1"
"""The version of what is found and how it is replaced; it goes into every manifest."""

DETECTORS: tuple[Callable[[str], Iterator[Span]], ...] = (
    quotes,
    urls,
    emails_and_handles,
    ibans,
    numbers,
    addresses,
)


def redact(text: str) -> Redacted:
    """Return the text with personal data replaced by labels such as ``[EMAIL]``, and the receipt.

    It depends on the text alone, and redacting what it returns changes nothing: what only shows once its neighbour is
    gone is taken out as well.

    >>> redact("Mail me: ada@example.org, or @ada").text
    'Mail me: [EMAIL], or [HANDLE]'
    >>> redact("Nothing here").receipt
    ()
    """
    receipt: tuple[Span, ...] = ()
    clean = text
    while found := resolve(chain.from_iterable(detect(clean) for detect in DETECTORS)):
        receipt = _merged(receipt, found)
        clean = replaced(text, receipt)
    return Redacted(clean, receipt)


def _merged(receipt: tuple[Span, ...], found: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the receipt with spans found in the redacted text added, in places of the original text.

    A new span that touches a label swallows the whole span behind it.
    """
    if not receipt:
        return found
    labels = _labels(receipt)
    starts = [start for start, _, _ in labels]
    added = []
    for span in found:
        before, last = bisect_left(starts, span.start), bisect_left(starts, span.end)
        start = _original(labels[before - 1], span.start, at_end=False) if before else span.start
        end = _original(labels[last - 1], span.end, at_end=True) if last else span.end
        added.append(Span(start, end, span.label))
    return resolve((*receipt, *added))


def _labels(receipt: tuple[Span, ...]) -> list[tuple[int, int, Span]]:
    """Return each span with the place its label has in the redacted text: start, end, span."""
    rows, shift = [], 0
    for span in receipt:
        start = span.start + shift
        end = start + len(span.label) + 2
        rows.append((start, end, span))
        shift = end - span.end
    return rows


def _original(label: tuple[int, int, Span], place: int, at_end: bool) -> int:
    """Return the original of a place, given the last label that starts before it.

    A place inside the label stands for the span's start, or with ``at_end`` for its end.
    """
    _, end, span = label
    if place >= end:
        return place - end + span.end
    return span.end if at_end else span.start
