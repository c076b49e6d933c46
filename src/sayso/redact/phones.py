"""Telephone numbers, judged by the numbering plan of their country, by a word before them, or by their form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

import phonenumbers

from sayso.redact.groups import Group, plain
from sayso.redact.spans import Label, Span

# What makes a national number of no known country plausible: a word before it, in the languages of our test texts.
_HINT = re.compile(
    r"\b(?:(?:tele)?phone(?:num)?|tele(?:com)?|tel|t[ée]l[ée]fono?|telefon\w*|t[ée]l[ée]phone|m[óo]vil|celular|portable|handy"
    r"|mobile|mob|cell|fax|desk|hotline|sms|whatsapp|call(?:ing|back)?|dial|ring|contact(?:ing)?|appel\w*"
    r"|(?:messages|answering|reach(?:able)?(?: me)?) (?:to|at|on))\b[^\d\[\]+(]{0,16}\Z",
    re.IGNORECASE,
)
# ... or its own form: North American (a numbering plan area never starts with 0 or 1), French pairs, and a
# trunk prefix 0 before groups of three or four (ITU-T E.123, section 2).
_SHAPES = (
    re.compile(r"(?:(?<!\d)1[ .-])?\([2-9]\d\d\)[ .-]?\d{3}[ .-]\d{4}(?!\d)"),
    re.compile(r"(?<![\d.])(?:1[ .-])?[2-9]\d\d[.-]\d{3}[ .-]\d{4}(?!\d)"),
    re.compile(r"(?<![\d.])0[1-9](?:[ .-]\d\d){4}(?!\d)"),
    re.compile(r"(?:\(|(?<![\d.(]))0[1-9]\d{1,3}\)?[ -]\d{3}[ -]\d{3,4}(?!\d)"),
)
_BINARY = frozenset("01 .-()")
_EXTENSION = re.compile(r"[ ,]{0,2}(?:x|ext\.?|extension) ?\d{1,6}(?!\w)", re.IGNORECASE)

Judge: TypeAlias = Callable[[phonenumbers.PhoneNumber], bool]

MOST = 15
"""No number has more groups than digits, and no number has more digits (ITU-T E.164, section 6.1)."""


def phones(text: str, start: int, groups: list[Group]) -> Iterator[Span]:
    """Yield the telephone numbers of a run of groups of digits that starts at ``start`` (a plus or bracket before them)."""
    yield from _told(text, start, groups)
    for shape in _SHAPES:
        for found in shape.finditer(text, start, groups[-1][1]):
            if not _BINARY.issuperset(found[0]):
                yield Span(found.start(), extended(text, found.end()), Label.PHONE)


def _told(text: str, start: int, groups: list[Group]) -> Iterator[Span]:
    """Yield the numbers from the start on: with a country's code, and the first also where a word before it tells."""
    place, begin = 0, start
    while place < len(groups):
        end = _end(text, begin, groups[place : place + MOST], hinted=place == 0)
        if end is None:
            return
        done = extended(text, end)
        yield Span(begin, done, Label.PHONE)
        place = next((later for later in range(place, len(groups)) if groups[later][0] >= done), len(groups))
        begin = groups[place][0] if place < len(groups) else done


def extended(text: str, end: int) -> int:
    """Return the end of the telephone number that ends there, its extension (``x12``, ``ext. 12``) included."""
    found = _EXTENSION.match(text, end)
    return found.end() if found else end


def _end(text: str, start: int, groups: list[Group], hinted: bool) -> int | None:
    """Return where the telephone number ends that starts here; ``None`` where none does."""
    ends = _ends(groups)
    for judge in _judges(text, start):
        for end in ends:
            if _international(text[start:end], judge):
                return end
    return ends[0] if ends and hinted and _HINT.search(text, max(0, start - 32), start) else None


def _judges(text: str, start: int) -> tuple[Judge, ...]:
    """Return by what a number is judged: with ``00`` it must be valid; with ``+`` it is enough that it is possible."""
    if text[start] == "+":
        return phonenumbers.is_valid_number, phonenumbers.is_possible_number
    return (phonenumbers.is_valid_number,) if text.startswith("00", start) else ()


def _ends(groups: list[Group]) -> list[int]:
    """Return the ends of groups that make a number of 7 to 15 digits, the longest first."""
    ends, digits = [], 0
    for start, end in groups:
        digits += end - start
        if 7 <= digits <= MOST:
            ends.append(end)
    return ends[::-1]


def _international(written: str, judge: Judge) -> bool:
    digits = plain("".join(letter for letter in written if letter.isdecimal()))
    try:
        return judge(phonenumbers.parse("+" + (digits if written[0] == "+" else digits[2:])))
    except phonenumbers.NumberParseException:
        return False
