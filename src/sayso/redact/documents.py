"""Numbers of documents, which are known by the word before them: passports and driving licences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sayso.redact.spans import Label, Span

PASSPORT = r"(?:passport|reisepa(?:ss|ß)|passeport|pasaporte|passaporto?|paspoort|pas-?nummer)"
LICENCE = (
    r"(?:driv(?:er|ing)(?:'?s|’s)?[ _-]?licen[cs]e|driver licen[cs]e|\bdl(?:n\b| ?(?:no|num|#|:))|licen[cs]e (?:no\b|num|#|id)"
    r"|führerschein|fahrerlaubnis|permis de conduire|permiso de conduc|carn(?:e|é)t? de conducir|licencia de conduc|carta de condução"
    r"|carteira de (?:motorista|habilitação)|\bcnh\b|rijbewijs|patente(?: di guida|:| n)|license plate|number plate|kennzeichen)"
)
# ICAO Doc 9303 allows nine letters and digits in a passport number; licences have up to twenty and hyphens or blanks between groups.
_TOKEN = re.compile(
    r"(?<![\w./-])(?:[A-Z]{1,5}-?)?[0-9](?:[ -]?[0-9]|-?[A-Z]){4,20}(?![\w/]|[-.]\w)", re.ASCII
)
_REACH = 56
_PASSPORT_WORD = re.compile(rf"{PASSPORT}[^0-9\n]{{0,32}}\Z", re.IGNORECASE | re.ASCII)
_LICENCE_WORD = re.compile(rf"{LICENCE}[^0-9\n]{{0,32}}\Z", re.IGNORECASE | re.ASCII)
_FIGURES = r"[^0-9\n\xff]*[0-9](?:[ -]?[0-9]|-?[A-Z]){4}"
PASSPORT_MARK = rf"(?i){PASSPORT}{_FIGURES}"
LICENCE_MARK = rf"(?i){LICENCE}{_FIGURES}"
# The second line of the machine readable zone (ICAO Doc 9303-4, section 4.2.2), which holds number, birth and sex; and the first.
_ZONE = re.compile(
    r"(?<![\w<])(?:P[A-Z<][A-Z<]{3}[A-Z<]{39}\r?\n)?[A-Z0-9<]{9}[0-9][A-Z<]{3}[0-9]{6}[0-9][MFX<][0-9]{6}[0-9][A-Z0-9<]{14}[0-9<][0-9]"
    r"(?![\w<])"
)
ZONE_MARK = r"[0-9][A-Z<]{3}[0-9]{7}[MFX<][0-9]{7}"


def passports(text: str) -> Iterator[Span]:
    """Yield each number of five digits or more after a word for passport, and each machine readable zone of one.

    >>> text = "Passport No. C01X00T47, Reisepass: 123456789, X1234567"
    >>> [text[span.start:span.end] for span in passports(text)]
    ['C01X00T47', '123456789']
    """
    yield from _after(_PASSPORT_WORD, text, Label.PASSPORT)
    for found in _ZONE.finditer(text):
        yield Span(*found.span(), Label.PASSPORT)


def licences(text: str) -> Iterator[Span]:
    """Yield each number after a word for a driving licence.

    >>> text = "driver's license number is U6292-8788-5571, Führerschein B072RRE2I55"
    >>> [text[span.start:span.end] for span in licences(text)]
    ['U6292-8788-5571', 'B072RRE2I55']
    """
    yield from _after(_LICENCE_WORD, text, Label.LICENCE)


def _after(word: re.Pattern[str], text: str, label: Label) -> Iterator[Span]:
    for found in _TOKEN.finditer(text):
        if sum(map(str.isdigit, found[0])) >= 5 and word.search(
            text, max(0, found.start() - _REACH), found.start()
        ):
            yield Span(*found.span(), label)
