"""Places on the globe: geographical co-ordinates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sayso.redact.spans import Label, Span

# Decimal degrees. Two numbers prove little: a hemisphere, a word before them, or four decimals (eleven metres) must.
_PAIR = re.compile(
    r"(?<![\w.,+-])([NSns] ?)?([+-]?[0-9]{1,2}\.[0-9]{2,15})\xa0? ?°? ?([NSns]\b)?[,;/]?[\t\n\r ]{0,2}"
    r"([EWewOo] ?)?([+-]?[0-9]{1,3}\.[0-9]{2,15})\xa0? ?°?(?: ?([EWewOo])\b)?(?![\w]|[.,] ?[-+]?[0-9])"
)
# The second number may stand on the next line.
PAIR_MARK = r"[0-9]\.[0-9]{2,15}(?:\xc2\xa0)? ?(?:\xc2\xb0)? ?[NSns]?[,;/]?[\t\r ]{0,2}(?:\n|(?:[EWewOo] ?)?[+-]?[0-9]{1,3}\.[0-9]{2})"
_WORD = re.compile(
    r"(?:\b(?:lat|lng|lon|geo|latitude|longitude)\b|gps|coord|position|location|standort|ubicaci|localisation"
    r"|koordin)[^\n]{0,24}\Z",
    re.IGNORECASE,
)
# Degrees, minutes, seconds (ISO 6709, annex D), the parts that are there.
_ANGLE = (
    r"[0-9]{1,3}(?:\.[0-9]{1,8})? ?° ?"
    r"(?:[0-9]{1,2}(?:\.[0-9]{1,8})? ?['′’] ?(?:[0-9]{1,2}(?:\.[0-9]{1,8})? ?(?:\"|″|”|''|′′) ?)?)?"
)
_DMS = re.compile(
    rf"(?<![\w.])(?:{_ANGLE}[NSns],? ?/? ?{_ANGLE}[EWewOo]\b|[NS] ?{_ANGLE},? ?/? ?[EWO] ?{_ANGLE})"
)
DMS_MARK = r"[0-9] ?\xc2\xb0"
# RFC 5870; and the same two numbers as map links and JSON write them.
_GEO = re.compile(
    r"\bgeo:-?[0-9]{1,2}(?:\.[0-9]{1,15})?,-?[0-9]{1,3}(?:\.[0-9]{1,15})?(?:[,;][\w.=,;-]{1,60})?",
    re.IGNORECASE,
)
GEO_MARK = r"(?i)geo:-?[0-9]"
_NAMED = re.compile(
    r"\b(?:lat(?:itude)?)\b[\"' ]{0,2}[:=] {0,2}(-?[0-9]{1,2}\.[0-9]{3,15})[,;\s\"']{1,6}\b(?:lng|lon(?:g"
    r"|gitude)?)\b[\"' ]{0,2}[:=] {0,2}"
    r"(-?[0-9]{1,3}\.[0-9]{3,15})",
    re.IGNORECASE | re.ASCII,
)
NAMED_MARK = r"(?i)lat(?:itude)?[\"' ]{0,2}[:=] {0,2}-?[0-9]"


def coordinates(text: str) -> Iterator[Span]:
    """Yield each decimal pair of geographical co-ordinates.

    It must lie on the globe and have a hemisphere or a word for a place; or four decimals both, no neighbours that make
    it a row of a table, and not both lie within one degree of zero, where amplitudes and probabilities lie.

    >>> text = "at 52.5200, 13.4050; not 0.7071, 0.7071 or 1.5, 2.5"
    >>> [text[span.start:span.end] for span in coordinates(text)]
    ['52.5200, 13.4050']
    """
    for found in _PAIR.finditer(text):
        if _is_place(text, found):
            yield Span(*found.span(), Label.GPS)


def angles(text: str) -> Iterator[Span]:
    """Yield each pair of co-ordinates in degrees and minutes, as a ``geo:`` URI, or named as in JSON.

    >>> text = "at 40°26'46\\"N 79°58'56\\"W or geo:48.2,16.37"
    >>> [text[span.start:span.end] for span in angles(text)]
    ['40°26\\'46"N 79°58\\'56"W', 'geo:48.2,16.37']
    """
    for pattern in (_DMS, _GEO):
        yield from (Span(*found.span(), Label.GPS) for found in pattern.finditer(text))
    for found in _NAMED.finditer(text):
        yield Span(found.start(1), found.end(2), Label.GPS)


def _is_place(text: str, found: re.Match[str]) -> bool:
    north, east = found[2], found[5]
    if abs(float(north)) > 90 or abs(float(east)) > 180:
        return False
    if (found[1] or found[3]) and (found[4] or found[6]):
        return True
    if _WORD.search(text, max(0, found.start() - 40), found.start()):
        return True
    return _is_fine(text, found) and not (abs(float(north)) < 2 and abs(float(east)) < 2)


def _is_fine(text: str, found: re.Match[str]) -> bool:
    """Tell whether both numbers have four decimals or more, are apart by a comma, and stand alone."""
    fine = all(len(number.partition(".")[2]) >= 4 for number in (found[2], found[5]))
    before = text[max(0, found.start() - 2) : found.start()].strip()
    return fine and "," in found[0] and not before.endswith((",", "&", "{", "[", "|", ";"))
