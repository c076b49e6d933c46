"""Numbers: one walk over the runs of digits of a text, for payment cards and telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sayso.redact.cards import cards
from sayso.redact.phones import extended, phones
from sayso.redact.spans import Span

# Runs of digits with at most three of what people put between them; never across lines. None starts behind a digit: a run from there
# on were shorter still.
_RUN = re.compile(r"\d(?<!\d\d)(?:[ \t\u00a0\u2009\u202f().\-/\u2010-\u2013]{0,3}+\d){6,}+")
_LEAD = re.compile(r"(?:\+ ?)?\(?\Z")
_LEADS = ("+", " ", "(")
_DIGITS = re.compile(r"\d+")


def numbers(text: str) -> Iterator[Span]:
    """Yield each payment card number and each telephone number.

    A card has an issuer's first digits and length and a right check digit (Luhn; ISO/IEC 7812-1 annex B). A number with ``+``
    is a telephone number where a country's numbering plan allows it; one without, where a word before it or its form says so.

    >>> text = "card 4111 1111 1111 1111, phone 555 0199 21, +44 20 7946 0958; order 4111111111111112"
    >>> [(text[span.start:span.end], str(span.label)) for span in numbers(text)]
    [('4111 1111 1111 1111', 'CARD'), ('555 0199 21', 'PHONE'), ('+44 20 7946 0958', 'PHONE')]
    """
    for run in _RUN.finditer(text):
        start, end = run.span()
        whole = [(start, end)]
        groups = whole if run[0].isdecimal() else [one.span() for one in _DIGITS.finditer(text, start, end)]
        if _in_word(text[start - 1 : start]):
            del groups[0]  # its first digits belong to a word
        if groups and _in_word(text[end : end + 1]) and extended(text, end) == end:
            del groups[-1]
        if groups:
            yield from cards(text, groups)
            yield from phones(text, _begin(text, groups[0][0]), groups)


def _in_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _begin(text: str, start: int) -> int:
    """Return where the number starts whose first digits stand at ``start``: at the bracket or the plus before them."""
    if text[start - 1 : start] not in _LEADS:
        return start
    before = _LEAD.search(text, max(0, start - 3), start)
    return before.start() if before else start
