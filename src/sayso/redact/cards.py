"""Payment card numbers, judged by their issuer's first digits, their length and their check digit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from stdnum import luhn

from sayso.redact.groups import Group, plain
from sayso.redact.spans import Label, Span

# Issuer identification numbers and lengths (ISO/IEC 7812-1) as github.com/braintree/credit-card-type publishes them at
# 0bac61c0 (src/lib/card-types.ts), with Visa's 13 and JCB's 15 digits of older cards. First six digits from, to, lengths.
_ISSUERS = (
    (180000, 180099, (15, 16)),  # JCB
    (213100, 213199, (15, 16)),  # JCB
    (220000, 220499, (16, 17, 18, 19)),  # Mir
    (222100, 272099, (16,)),  # Mastercard
    (300000, 305999, (14, 16, 19)),  # Diners Club
    (340000, 349999, (15,)),  # American Express
    (352800, 358999, (16, 17, 18, 19)),  # JCB
    (360000, 369999, (14, 16, 19)),  # Diners Club
    (370000, 379999, (15,)),  # American Express
    (380000, 399999, (14, 16, 19)),  # Diners Club
    (400000, 499999, (13, 16, 18, 19)),  # Visa
    (500000, 509999, (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro, Elo, Verve
    (510000, 559999, (16,)),  # Mastercard
    (560000, 599999, (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro
    (600000, 699999, (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro, Discover, UnionPay, Hipercard
    (810000, 817199, (14, 15, 16, 17, 18, 19)),  # UnionPay
)
_LEAST = 12
_FIRSTS = [first for first, _, _ in _ISSUERS]


def cards(text: str, groups: list[Group]) -> Iterator[Span]:
    """Yield each payment card number that a run of groups of digits holds, the longest from each start.

    The fraction of a decimal number is none.
    """
    if sum(end - start for start, end in groups) < _LEAST:
        return
    place, after_card = 0, True
    while place < len(groups):
        fraction = not after_card and text[groups[place - 1][1] : groups[place][0]] == "."
        last = None if fraction else _card_end(text, groups, place)
        after_card = last is not None
        if last is not None:
            yield Span(groups[place][0], groups[last][1], Label.CARD)
            place = last
        place += 1


def _card_end(text: str, groups: list[Group], first: int) -> int | None:
    """Return the last group of the longest card number that starts with a group; ``None`` where none does."""
    best, digits = None, ""
    for place in range(first, len(groups)):
        start, end = groups[place]
        apart = place > first and text[groups[place - 1][1] : start] not in (" ", "-")
        if apart or len(digits) + end - start > 19:
            break
        digits += plain(text[start:end])
        if is_card(digits):
            best = place
        if end - start < 3:
            break  # nobody writes a card in pairs; tables of small numbers are
    return best


def is_card(digits: str) -> bool:
    """Tell whether 12 to 19 ASCII digits are a payment card's: an issuer's range and length, and the check digit.

    >>> is_card("5500000000000004"), is_card("5500000000000005"), is_card("1234567812345670")
    (True, False, False)
    """
    if not _LEAST <= len(digits) <= 19:
        return False
    head = int(digits[:6])
    _, last, lengths = _ISSUERS[bisect_right(_FIRSTS, head) - 1]
    return head <= last and head >= _FIRSTS[0] and len(digits) in lengths and bool(luhn.is_valid(digits))
