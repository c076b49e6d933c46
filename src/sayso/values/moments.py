"""Moments: microseconds since 1970-01-01T00:00:00Z, always UTC (decision 0003).

An integer is the same in Python, in SQL (``BIGINT``) and in canonical JSON, and knows no time zone that an engine
could get wrong.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NewType

Moment = NewType("Moment", int)
"""Microseconds since the Unix epoch, UTC."""

SECOND = 1_000_000
DAY = 86_400 * SECOND

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# RFC 3339, section 5.6, with the date alone allowed as the start of its UTC day.
_RFC3339 = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2}))?"
)


def parse_moment(text: str) -> Moment:
    """Return the moment that an RFC 3339 text names; a date alone is its first instant in UTC.

    Raises ``ValueError`` when the text is not RFC 3339, has no offset, or names a day that does not exist.

    >>> parse_moment("1970-01-02")
    86400000000
    >>> parse_moment("2024-09-18T02:00:00+02:00") == parse_moment("2024-09-18")
    True
    """
    found = _RFC3339.fullmatch(text.strip())
    if not found or not text.isascii():
        raise ValueError("not an RFC 3339 moment such as 2024-09-18T00:00:00Z")
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    if hour is None:
        return to_moment(datetime(int(year), int(month), int(day), tzinfo=UTC))
    whole = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    return Moment(to_moment(whole) + micros - _offset_seconds(offset) * SECOND)


def _offset_seconds(offset: str) -> int:
    if offset in "Zz":
        return 0
    sign = -1 if offset[0] == "-" else 1
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError("the offset of a moment is at most 23:59")
    return sign * (hours * 3600 + minutes * 60)


def to_moment(when: datetime) -> Moment:
    """Return the moment of an aware datetime.

    Raises ``ValueError`` for a naive one: nobody knows which moment that is.
    """
    if when.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return Moment((when - _EPOCH) // timedelta(microseconds=1))


def to_datetime(moment: Moment) -> datetime:
    """Return the aware UTC datetime of a moment."""
    return _EPOCH + timedelta(microseconds=moment)


def format_moment(moment: Moment) -> str:
    """Return the moment in RFC 3339, UTC, with a fraction only where there is one.

    >>> format_moment(parse_moment("2024-09-18T12:00:00.25+02:00"))
    '2024-09-18T10:00:00.250000Z'
    """
    when = to_datetime(moment)
    return when.replace(tzinfo=None).isoformat() + "Z"  # strftime writes years below 1000 short


def format_day(moment: Moment) -> str:
    """Return the moment for people: the day alone where it is a midnight, else day, time and UTC.

    >>> format_day(parse_moment("2024-09-18")), format_day(parse_moment("2024-09-18T10:30:00Z"))
    ('2024-09-18', '2024-09-18 10:30:00 UTC')
    """
    when = to_datetime(moment).replace(tzinfo=None)
    return when.date().isoformat() if moment % DAY == 0 else when.isoformat(" ", "seconds") + " UTC"


def day_number(day: date) -> int:
    """Return a calendar day as the integer ``yyyymmdd``, which compares in any engine.

    >>> day_number(date(2008, 2, 29))
    20080229
    """
    return day.year * 10_000 + day.month * 100 + day.day


@lru_cache(maxsize=1024)
def latest_birthday(at: Moment, years: int) -> int:
    """Return the latest birth day (``yyyymmdd``) of somebody who is at least ``years`` old at ``at``.

    Somebody born on 29 February comes of age on 1 March of a common year.

    >>> latest_birthday(parse_moment("2025-11-03"), 18)
    20071103
    """
    return day_number(to_datetime(at).date()) - years * 10_000
