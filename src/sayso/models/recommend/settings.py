"""What is fixed before anybody's data is seen: the weights of the joined model, and the sizes."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sayso.errors import InputError, Problem

UNIT_BITS = 8
UNIT = 1 << UNIT_BITS
"""The length of a post's text row in whole numbers: rows are kept in 256ths, so that products of them are exact."""

MOST = 1 << 20
"""No setting is larger: sums of whole numbers then stay inside 64 bits."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a model: whole numbers, part of its digest, never fitted to members' data.

    ``ridge`` is the λ of EASE (Steck 2019, eq. 5), counted in members who took part; ``text`` and ``topic`` are the weights of the
    rows of words and of topics beside the members' rows (Jeunen et al. 2020, sec. 3.1: collective EASE), 0 to leave them out;
    ``buckets`` is how many kinds of words are told apart (2 or more); ``cap`` is how many posts of one member count at most (1 or
    more). The defaults are those that were best on another corpus; where hundreds took part in each post, take 1,000 as ``ridge``
    (decision 0012).

    Raises ``InputError`` (``bad-setting``) for what is no whole number or out of these ranges.

    >>> Settings(ridge=50).text == Settings().text
    True
    """

    ridge: int = 100
    text: int = 30
    topic: int = 3
    buckets: int = 16384
    cap: int = 1000

    def __post_init__(self) -> None:
        least = {"ridge": 1, "text": 0, "topic": 0, "buckets": 2, "cap": 1}
        for field in fields(self):
            value = getattr(self, field.name)
            if type(value) is not int or not least[field.name] <= value <= MOST:
                what = f"the setting {field.name!r} must be a whole number from {least[field.name]} to {MOST}"
                raise InputError(Problem("bad-setting", what, advice="leave it out to take the default"))

    def numbers(self) -> tuple[int, ...]:
        """Return the settings in the order of the fields, as they enter the digest."""
        return tuple(getattr(self, field.name) for field in fields(self))
