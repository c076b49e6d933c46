"""Periods of whole months, as European law counts them (Regulation (EEC, Euratom) No 1182/71, Article 3)."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime

from sayso.values.moments import DAY, Moment, to_datetime, to_moment


def same_date(day: date, months: int) -> date:
    """Return the day of the same date some months (0 or more) later, or that month's last day where it has no such date.

    That is Article 3(2)(c) of Regulation 1182/71. Article 3(4), which moves an end on a Saturday, a Sunday or a public holiday to the
    next working day, is left out: holidays differ from place to place, and the earlier day is never too late.

    >>> same_date(date(2026, 1, 31), 1), same_date(date(2027, 11, 30), 3)
    (datetime.date(2026, 2, 28), datetime.date(2028, 2, 29))
    """
    later = day.year * 12 + day.month - 1 + months
    year, month = divmod(later, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def end_of_period(received: Moment, months: int, days: int = 0) -> Moment:
    """Return the first moment after a period that runs from the day of a moment: its last day's last hour has passed then (UTC).

    ``days`` are those that do not count towards it.

    >>> from sayso.values.moments import format_moment, parse_moment
    >>> format_moment(end_of_period(parse_moment("2026-03-05T17:00:00Z"), 1))
    '2026-04-06T00:00:00Z'
    """
    last = same_date(to_datetime(received).date(), months)
    midnight = to_moment(datetime(last.year, last.month, last.day, tzinfo=UTC))
    return Moment(midnight + (1 + days) * DAY)


def days_between(start: Moment, end: Moment) -> int:
    """Return how many times the day changed (UTC) from one moment to a later one."""
    return end // DAY - start // DAY
