"""Telephone numbers, judged by the numbering plan of their country, by a word before them, or by their form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import phonenumbers

from sayso.redact.gate import Glance
from sayso.redact.groups import Group, plain
from sayso.redact.spans import Label, Span

# What makes a national number of no known country plausible: a word before it, or behind it, in the languages of our test texts.
_HINT_WORDS = (
    r"(?:(?:tele)?phone(?:num)?|tele(?:com)?|tel|t[ée]l[ée]fono?|telefon\w*|t[ée]l[ée]phone|m[óo]vil|celular|portable|handy"
    r"|mobile|mob|cell|fax|desk|hotline|sms|whatsapp|call(?:ing|back)?|dial|ring|contact(?:ing)?|appel\w*"
    r"|(?:messages|answering|reach(?:able)?(?: me)?|shout|questions?|queries|enquiries|issues|pager) (?:to|at|on)"
    r"|(?:my|his|her|their|our|your|the|contact|home|work|office|direct|support|main|registered) (?:number|no|line)|rufnummer|mobil"
    r"|tlf|gsm|ring me|num[ée]ro|cellulare|rufe?n?)"
)
_HINT = re.compile(rf"\b{_HINT_WORDS}\b[^\d\[\]+(]{{0,16}}\Z", re.IGNORECASE)
_HINT_GLANCE = Glance(_HINT_WORDS)
# ... or its own form: North American (a numbering plan area never starts with 0 or 1), French pairs, and a
# trunk prefix 0 before groups of three or four (ITU-T E.123, section 2).
# Each with the characters of which it has one.
_SHAPES = tuple(
    (frozenset(parts), re.compile(shape))
    for parts, shape in (
        ("(", r"(?:(?<!\d)1[ .-])?\([2-9]\d\d\)[ .-]?\d{3}[ .-]\d{4}(?!\d)"),
        (".-", r"(?<![\d.])(?:1[ .-])?[2-9]\d\d[.-]\d{3}[ .-]\d{4}(?!\d)"),
        ("0", r"(?<![\d.-])0[1-9](?:[ .-]\d\d){4}(?!\d)"),
        ("0", r"(?:\(|(?<![\d.(]))0[1-9]\d{1,3}\)?[ -]\d{3}[ -]\d{3,4}(?!\d)"),
        ("(", r"\([2-9]\d\d\)[ .-]?\d{7}(?!\d)"),
        ("(", r"\(\d\d\) ?9?\d{4}-\d{4}(?!\d)"),
    )
)
# A number as people write it, its groups apart: judged by the plans of the countries whose people write most to us.
_WRITTEN = re.compile(
    r"(?<![\d.,/-])(?:\(\d{2,5}\)|\d{2,5})(?:[ ./-]|(?<=\)))\d{2,8}(?:[ .-]\d{2,5}){0,4}(?![\d/]|[.,-]\d)"
)
_GROUP = re.compile(r"\d+")
_REGIONS = ("US", "GB", "DE", "FR", "ES", "PT", "NL", "IT", "IN", "BR", "AU")
_HINT_BEHIND = re.compile(
    r"[ \t]?[-(]?[ \t]?(?:(?:tele)?phone|tel|mobile|cell|fax|office|home|work|desk|direct)\b",
    re.IGNORECASE | re.ASCII,
)
_BINARY = frozenset("01 .-()")
# What makes the number before it the code of a product (``415-555-0198-A``).
_CODED = re.compile(r"-[A-Z]\b")
_EXTENSION = re.compile(r"[ ,]{0,2}(?:x|ext\.?|extension) ?\d{1,6}(?!\w)", re.IGNORECASE)

MOST = 15
"""No number has more groups than digits, and no number has more digits (ITU-T E.164, section 6.1)."""


def phones(text: str, start: int, groups: list[Group]) -> Iterator[Span]:
    """Yield the telephone numbers of a run of groups of digits that starts at ``start`` (a plus or bracket before them)."""
    yield from _told(text, start, groups)
    if len(groups) == 1:
        return  # what follows is known by what stands between groups
    end = groups[-1][1]
    written = text[start:end]
    if "(" in written or ("0" in written and any(text[first] == "0" for first, _ in groups)):
        yield from _national(text, start, end)
    for parts, shape in _SHAPES:
        if not parts.isdisjoint(written):
            for found in shape.finditer(text, start, end):
                if not _BINARY.issuperset(found[0]) and not _CODED.match(text, found.end()):
                    yield Span(found.start(), extended(text, found.end()), Label.PHONE)


def _told(text: str, start: int, groups: list[Group]) -> Iterator[Span]:
    """Yield the numbers from the start on: with a country's code, and the first also where a word before it tells."""
    ends = _ends(groups)
    if not ends:
        return
    if ends[0] == groups[-1][1] and _HINT_BEHIND.match(text, ends[0]):
        yield Span(start, ends[0], Label.PHONE)
        return
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
    if not ends:
        return None
    if text[start] == "+" or text.startswith("00", start):
        for judge in _JUDGES[text[start]]:
            for end in ends:
                if judge(_international(text[start:end])):
                    return end
        if _is_prefixed(text, start, ends[0], groups):
            return ends[0]
    return ends[0] if hinted and _is_hinted(text, start) else None


def _is_hinted(text: str, start: int) -> bool:
    """Tell whether a word before a number says that it is a telephone's."""
    first = max(0, start - 40)
    before = text[first:start]
    if before.isascii() and not _HINT_GLANCE.sees(before):
        return False
    return _HINT.search(text, first, start) is not None


def _is_prefixed(text: str, start: int, end: int, groups: list[Group]) -> bool:
    """Tell whether ``+`` or ``00`` and the groups behind it make a number that somebody took for one: nine digits or more, apart.

    No country need have it: people mistype. A decimal number is none.
    """
    written = [group for group in groups if group[1] <= end]
    digits = sum(last - first for first, last in written)
    first_size, seconds = written[0][1] - written[0][0], len(written) - 1
    if text[start] == "+":
        decimal = seconds == 1 and text[written[0][1]] == "." and first_size < 4
        return digits >= 9 and seconds >= 1 and not decimal
    grouped = seconds >= 2 and all(last - first >= 2 for first, last in written)
    return text.startswith("00", start) and digits >= 10 and first_size >= 4 and grouped


def _national(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the numbers with groups apart that begin with a trunk prefix 0, or with a bracket, and are valid in a likely country."""
    for found in _WRITTEN.finditer(text, start, end):
        written = found[0]
        digits = "".join(letter for letter in written if letter.isdecimal())
        catalogued = "." in written and len(_GROUP.findall(written)) < 3  # or a decimal number
        trunk = written[0] == "(" or written[0] == "0" != written[1]
        if not catalogued and trunk and 9 <= len(digits) <= 12 and _is_national(plain(digits)):
            yield Span(found.start(), extended(text, found.end()), Label.PHONE)


@lru_cache(maxsize=1 << 16)
def _is_national(digits: str) -> bool:
    """Tell whether the digits are a valid number of one of the likely countries, dialled within it."""
    for region in _REGIONS:
        try:
            if phonenumbers.is_valid_number_for_region(phonenumbers.parse(digits, region), region):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


@lru_cache(maxsize=1 << 16)
def _is_valid(digits: str) -> bool:
    """Tell whether a country's plan has the number, of which the digits are those behind ``+``."""
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse("+" + digits)))
    except phonenumbers.NumberParseException:
        return False


@lru_cache(maxsize=1 << 16)
def _is_possible(digits: str) -> bool:
    """Tell whether a country's plan has numbers of this length."""
    try:
        reason = phonenumbers.is_possible_number_with_reason(phonenumbers.parse("+" + digits))
    except phonenumbers.NumberParseException:
        return False
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)


# By what a number is judged, by its first character: with ``00`` it must be valid; with ``+`` it is enough that it is possible.
_JUDGES: dict[str, tuple[Callable[[str], bool], ...]] = {"+": (_is_valid, _is_possible), "0": (_is_valid,)}


def _ends(groups: list[Group]) -> list[int]:
    """Return the ends of groups that make a number of 7 to 15 digits, the longest first."""
    ends, digits = [], 0
    for start, end in groups:
        digits += end - start
        if digits > MOST:
            break
        if digits >= 7:
            ends.append(end)
    return ends[::-1]


def _international(written: str) -> str:
    """Return the digits of a number behind its ``+`` or ``00``."""
    digits = plain("".join(_GROUP.findall(written)))
    return digits if written[0] == "+" else digits[2:]
