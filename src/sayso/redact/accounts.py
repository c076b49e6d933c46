"""Bank account numbers: IBANs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from stdnum import iban, numdb

from sayso.redact.spans import Label, Span

# Letters, check digits, and at least the eleven characters of the shortest account number (Norway's; ISO 13616-1).
# Searched by its first digit, because digits are rarer than letters.
_IBAN = re.compile(r"\d(?<=[A-Za-z]{2}\d)(?<![^\W_]..\d)\d(?=(?:[ -]?[A-Za-z0-9]){11})")


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
