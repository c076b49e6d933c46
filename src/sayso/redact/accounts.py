"""Bank account numbers: IBANs, and the BICs beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from stdnum import bic, iban, numdb

from sayso.redact.spans import Label, Span

# Letters, check digits, and at least the eleven characters of the shortest account number (Norway's; ISO 13616-1).
# Searched by its first digit, because digits are rarer than letters.
_IBAN = re.compile(r"\d(?<=[A-Za-z]{2}\d)(?<![^\W_]..\d)\d(?=(?:[ -]?[A-Za-z0-9]){11})")
IBAN_MARK = r"[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){11}"
# ISO 9362: party, country, place, branch. A word of eight capital letters is often just that: something must tell.
_BIC = re.compile(r"(?<![\w-])[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![\w-])", re.ASCII)
_BIC_WORD = re.compile(r"\b(?:BIC|SWIFT)\b[^\n]{0,16}\Z", re.IGNORECASE | re.ASCII)
_BESIDE = 64
BIC_WORD_MARK = r"(?i:BIC|SWIFT)[^\n\xff]*[A-Z]{6}[A-Z0-9]{2}"
BIC_MARK = r"[A-Z]{6}[A-Z0-9]{2}"


def bics(text: str) -> Iterator[Span]:
    """Yield each Business Identifier Code of an existing country (ISO 9362) after a word for it.

    >>> text = "BIC: DEUTDEFF; TOMORROW"
    >>> [text[span.start:span.end] for span in bics(text)]
    ['DEUTDEFF']
    """
    for found in _BIC.finditer(text):
        if _BIC_WORD.search(text, max(0, found.start() - 24), found.start()) and bic.is_valid(found[0]):
            yield Span(*found.span(), Label.BIC)


def bics_beside(text: str) -> Iterator[Span]:
    """Yield each Business Identifier Code within 64 letters of an IBAN.

    >>> text = "IBAN DE44 5001 0517 5407 3249 31, INGDDEFFXXX"
    >>> [text[span.start:span.end] for span in bics_beside(text)]
    ['INGDDEFFXXX']
    """
    accounts = list(ibans(text))
    beside = 0
    for found in _BIC.finditer(text) if accounts else ():
        while beside < len(accounts) and accounts[beside].end + _BESIDE < found.start():
            beside += 1
        near = beside < len(accounts) and accounts[beside].start - _BESIDE <= found.end()
        if near and bic.is_valid(found[0]):
            yield Span(*found.span(), Label.BIC)


def ibans(text: str) -> Iterator[Span]:
    """Yield each International Bank Account Number: a country's length and form, and right check digits (ISO 13616-1).

    >>> text = "IBAN DE44 5001 0517 5407 3249 31 or DE44 5001 0517 5407 3249 32"
    >>> [text[span.start:span.end] for span in ibans(text)]
    ['DE44 5001 0517 5407 3249 31']
    """
    for head in _IBAN.finditer(text):
        start = head.start() - 2
        whole = _iban_form(text[start : start + 2].upper())
        found = whole.match(text, start) if whole else None
        if found and iban.is_valid(found[0], check_country=False):
            yield Span(*found.span(), Label.IBAN)


@lru_cache(maxsize=1024)
def _iban_form(country: str) -> re.Pattern[str] | None:
    """Return the form of a country's IBAN, groups apart or not, from the registry that python-stdnum ships."""
    _, details = numdb.get("iban").info(country + "00")[0]
    length = 4 + sum(int(size) for size in re.findall(r"\d+", details.get("bban", "")))
    return re.compile(rf"[A-Za-z0-9](?:[ -]?[A-Za-z0-9]){{{length - 1}}}(?![^\W_])") if length > 4 else None
