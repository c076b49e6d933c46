"""Dates of day precision: a day, a month and a year; and shorter ones after a word that makes them a date of birth.

All full dates are taken, not dates of birth alone: with any one other fact a day picks one person out of many, which is why the Safe
Harbor list of the United States' health privacy rule names "all elements of dates (except year)" (45 CFR 164.514(b)(2)(i)(C)). Years,
months and days of the week stay, and so do moments as machines write them: with a fraction of a second, with ``T``, or with a zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sayso.redact.anchored import anchored
from sayso.redact.spans import Label, Span

# The names of the months and their usual short forms: en, de, fr, es, pt, nl, it.
MONTH = (
    r"(?:jan(?:uary|uar|eiro|vier|uari)?|jänner|enero|ene|gennaio|gen|feb(?:ruary|ruar|rero|bruari|braio)?|fév(?:rier)?"
    r"|fev(?:ereiro)?|februari|febbraio|mar(?:ch|s|zo|ço)?|märz|maart|mrt|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|may|mai"
    r"|mayo|maio"
    r"|maggio|mag|mei|jun(?:e|i|io|ho)?|juin|giugno|giu|jul(?:y|i|io|ho)?|juil(?:let)?|luglio|lug|aug(?:ust|ustus)?|août"
    r"|ago(?:sto)?|sep(?:t|tember|tembre|tiembre)?|set(?:embro|tembre)?|oct(?:ober|obre|ubre)?|okt(?:ober)?"
    r"|out(?:ubro)?|ott(?:obre)?"
    r"|nov(?:ember|embre|iembre|embro)?|dec(?:ember)?|dez(?:ember|embro)?|déc(?:embre)?|dic(?:iembre|embre)?)"
)
_TIME = r"(?:(?:,? (?:at )?| )[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AaPp]\.?[Mm]\b\.?)?(?![\w.,:]*[0-9Z]))?"
# A colon before a date ends a label (``DOB:1990-01-01``), but not behind a digit: there it goes on with a time.
_YEAR = r"(?:1[89]|20)[0-9]{2}"
_NUMERIC = re.compile(
    rf"(?<![\w./+-])(?<![0-9]:)(?:{_YEAR}([-/.])(0?[1-9]|1[0-2])\1(0?[1-9]|[12][0-9]|3[01])"
    rf"|(0?[1-9]|[12][0-9]|3[01])([-/.])(0?[1-9]|[12][0-9]|3[01])\5{_YEAR})(?![\w/]|[-.,:][0-9]){_TIME}",
    re.ASCII,
)
# A machine's moment goes on like this.
_MACHINE = re.compile(
    r"[ T]?[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]|Z|[+-][0-9]{2}:?[0-9]{2}\b| UTC| GMT)", re.ASCII
)
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_NAMED = re.compile(
    rf"(?<![\w.,-])(?:{_DAY}(?:st|nd|rd|th|er|\.|º|°)?(?: (?:of|de|del|di))?[ -]{{1,2}}{MONTH}\b\.?,?(?: (?:de|del"
    rf"|of))?[ -]{{1,2}}{_YEAR}"
    rf"|{MONTH}\b\.? {{1,2}}{_DAY}(?:st|nd|rd|th)?,? {{1,2}}{_YEAR})(?![\w-]){_TIME}",
    re.IGNORECASE | re.ASCII,
)
# Where a date can start: a day or a year in figures; a day or a month before figures.
_FIGURES = re.compile(r"[0-9](?<![\w./+-].)(?<![0-9]:.)", re.ASCII)
_NUMERIC_START = re.compile(r"[0-9](?<![\w./+-].)(?<![0-9]:.)(?=[0-9]{0,3}[-/.])", re.ASCII)
_NAMED_START = re.compile(
    r"[0-9ADEFGJLMNOSadefgjlmnos](?<![\w.,-].)"
    r"(?=(?<=[0-9])[0-9]?(?:[A-Za-z]{2}|[.º°])?[ -]|(?<=[A-Za-z])[^ .0-9]{2,9}\.? [ 0-9])",
    re.ASCII,
)
_SHORT_NAMED_START = re.compile(r"[ADEFGJLMNOSadefgjlmnos](?<=[^\w].)(?=[^ .0-9]{2,9}\.? [0-9])", re.ASCII)
NUMERIC_MARK = (
    r"(?:1[89]|20)[0-9]{2}(?:-[0-9]{1,2}-|/[0-9]{1,2}/|\.[0-9]{1,2}\.)[0-9]"
    r"|[0-9](?:-[0-9]{1,2}-|/[0-9]{1,2}/|\.[0-9]{1,2}\.)(?:1[89]|20)[0-9]{2}"
)
NAMED_MARK = (
    rf"(?i)[0-9](?:st|nd|rd|th|er|\.|º|°)?(?: (?:of|de|del|di))?[ -]{{1,2}}{MONTH}\.?,?(?: (?:de|del"
    rf"|of))?[ -]{{1,2}}(?:1[89]|20)[0-9]"
    rf"|{MONTH}\.? {{1,2}}[0-9]{{1,2}}(?:st|nd|rd|th)?,? {{1,2}}(?:1[89]|20)[0-9]"
)

# Words of birth, and what may be a date after them: no year, two digits of a year, a machine's moment.
BIRTH = (
    r"(?:\bborn\b|\bd\.?o\.?b\b|date of birth|birth[ _-]?da(?:te|y)|\bnée?\b|naissance|anniversaire|\bgeb(?:oren"
    r"|urtsdatum|urtstag)?\b"
    r"|geburtsdatum|geburtstag|nacid[oa]|nació|nacimiento|cumpleaños|nascid[oa]|nascimento|aniversário|geboortedatum|verjaardag"
    r"|\bnat[oa]\b|nascita|compleanno)"
)
_BIRTH = re.compile(rf"{BIRTH}[^0-9\n]{{0,24}}\Z", re.IGNORECASE | re.ASCII)
_SHORT = re.compile(
    rf"(?<![\w./+-])(?<![0-9]:)(?:{_YEAR}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}(?:T[0-9:]{{5,8}}(?:[.,][0-9]{{1,9}})?(?:Z"
    rf"|[+-][0-9:]{{4,6}})?)?"
    rf"|[0-9]{{1,2}}[-/. ][0-9]{{1,2}}[-/. ](?:[0-9]{{4}}|[0-9]{{2}})|(?:19|20)[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]"
    rf"|[12][0-9]|3[01])"
    rf"|{_DAY}(?:st|nd|rd|th|er|\.|º|°)?(?: (?:of|de|del|di))? {MONTH}\b)(?![\w/]|[-.,:][0-9])",
    re.IGNORECASE | re.ASCII,
)
_SHORT_NAMED = re.compile(
    rf"(?<=[^\w]){MONTH}\b\.? {_DAY}(?:st|nd|rd|th)?(?![\w/]|[-.,:][0-9])", re.IGNORECASE | re.ASCII
)
BIRTH_MARK = rf"(?i){BIRTH}[^0-9\n\xff]*[0-9]"


def dates(text: str) -> Iterator[Span]:
    """Yield each date that has a day, a month and a year, with the time of the day behind it if there is one.

    >>> text = "on 3/15/1989, 1989-03-15 10:20, 15 March 1989, March 15th, 1989; not 2018-12-03 10:20:30.000 or 1989"
    >>> [text[span.start:span.end] for span in dates(text)]
    ['3/15/1989', '1989-03-15 10:20', '15 March 1989', 'March 15th, 1989']
    """
    for found in anchored(_NUMERIC_START, _NUMERIC, text):
        day, month = found[4], found[6]
        possible = day is None or int(day) <= 12 or int(month) <= 12
        if possible and not _MACHINE.match(text, found.start() + _dated(found)):
            yield Span(*found.span(), Label.DATE)
    for found in anchored(_NAMED_START, _NAMED, text):
        yield Span(*found.span(), Label.DATE)


def _dated(found: re.Match[str]) -> int:
    """Return how long the date itself is, without the time of the day."""
    at = found[0].find(" ")
    return at if at > 0 else len(found[0].rstrip(","))


def births(text: str) -> Iterator[Span]:
    """Yield each date after a word of birth, in forms that say nothing alone: ``born 15.3.89``, ``birthday: March 15``.

    >>> text = "DOB: 3/15/89, geb. 15.03.89, born on March 15, version 3.15.89"
    >>> [text[span.start:span.end] for span in births(text)]
    ['3/15/89', '15.03.89', 'March 15']
    """
    for starts, pattern in ((_FIGURES, _SHORT), (_SHORT_NAMED_START, _SHORT_NAMED)):
        for found in anchored(starts, pattern, text):
            if _BIRTH.search(text, max(0, found.start() - 40), found.start()):
                yield Span(*found.span(), Label.DATE)
