"""Groups of digits: what cards and telephone numbers are written in."""

from __future__ import annotations

from typing import TypeAlias

Group: TypeAlias = tuple[int, int]
"""Where a group of digits starts and ends in a text."""


def plain(digits: str) -> str:
    """Return decimal digits of any script as ASCII.

    >>> plain("٤٢"), plain("42")
    ('42', '42')
    """
    return digits if digits.isascii() else "".join(str(int(digit)) for digit in digits)
