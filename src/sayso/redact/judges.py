"""Judges of national numbers: python-stdnum's, and our own where its judge asks the clock (redaction must not).

A judge that refuses who "has not been born yet" gives another answer tomorrow; here the check digits decide, and
that day and month can be.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TypeAlias

from stdnum import luhn
from stdnum.no.fodselsnummer import calc_check_digit1, calc_check_digit2

Judge: TypeAlias = Callable[[str], bool]


@cache
def judge(kind: str) -> Judge:
    """Return what judges a kind of number, by its country and name in python-stdnum, such as ``de.idnr``.

    >>> judge("de.idnr")("86095742719"), judge("se.personnummer")("880320-0016"), judge("be.nn")("85.07.30-033.28")
    (True, True, True)
    """
    found: Judge = _CLOCKLESS.get(kind) or import_module(f"stdnum.{kind}").is_valid
    return found


def _digits(number: str) -> str:
    return "".join(letter for letter in number if "0" <= letter <= "9")


def _is_day(day: str, month: str) -> bool:
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 12


def _is_belgian(number: str) -> bool:
    """Tell whether the last two digits are 97 less the remainder of the others by 97, a 2 before those born since 2000."""
    digits = _digits(number)
    if len(digits) != 11:
        return False
    return any((97 - int(century + digits[:9]) % 97) == int(digits[9:]) for century in ("", "2"))


def _is_swedish(number: str) -> bool:
    """Tell whether day and month can be (a co-ordination number adds 60 to the day) and Luhn's check digit is right."""
    digits = _digits(number)[-10:]
    day = int(digits[4:6] or 0)
    return len(digits) == 10 and _is_day(str(day % 60), digits[2:4]) and bool(luhn.is_valid(digits))


def _is_danish(number: str) -> bool:
    """Tell whether the first six of ten digits can be day, month and year: since 2007 there are no check digits (cpr.dk)."""
    digits = _digits(number)
    return len(digits) == 10 and _is_day(digits[:2], digits[2:4])


def _is_norwegian(number: str) -> bool:
    """Tell whether both check digits are right and day and month can be (D and H numbers add 40 to the day or to the month)."""
    digits = _digits(number)
    if len(digits) != 11 or not _is_day(str(int(digits[:2]) % 40), str(int(digits[2:4]) % 40)):
        return False
    return bool(calc_check_digit1(digits) == digits[9] and calc_check_digit2(digits) == digits[10])


_CLOCKLESS: dict[str, Judge] = {
    "be.nn": _is_belgian,
    "se.personnummer": _is_swedish,
    "dk.cpr": _is_danish,
    "no.fodselsnummer": _is_norwegian,
}
