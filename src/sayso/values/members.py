"""Members: the people whose words these are."""

from __future__ import annotations

from dataclasses import dataclass

from sayso.values.moments import Moment

UNKNOWN = "?"
"""The value of an attribute that is known to be unknown; a policy may not use it as a value of its own."""

Attributes = tuple[tuple[str, str], ...]
"""Attribute name and value pairs, sorted by name; an attribute that is not there is not carried."""


def attribute(attributes: Attributes, name: str) -> str | None:
    """Return the value of an attribute, ``None`` where it is not carried.

    >>> attribute((("plan", "free"),), "plan"), attribute((), "plan")
    ('free', None)
    """
    for key, value in attributes:
        if key == name:
            return value
    return None


@dataclass(frozen=True, slots=True)
class Member:
    """A data subject, as far as the platform knows them.

    ``region`` is ISO 3166-1 or -2, or ``None``; ``born`` is the birth day as the integer ``yyyymmdd``, or ``None``;
    ``age_min`` and ``age_max`` (whole years, both ends included) are the age band, each ``None`` where open or unknown;
    ``joined_at`` is when the account was opened, ``closed_at`` when it was closed, each ``None`` where not known or not so.
    """

    id: str
    region: str | None = None
    born: int | None = None
    age_min: int | None = None
    age_max: int | None = None
    attributes: Attributes = ()
    joined_at: Moment | None = None
    closed_at: Moment | None = None
