"""The dates of export archives: half a dozen forms, each told by its shape, none by guessing which number is the day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from sayso.intake.refusals import Refusal, RowError
from sayso.values.moments import Moment, day_number, parse_moment, to_moment

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,9}))?)?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        # 2024-09-18 06:04:05, with or without UTC, seconds or a fraction; and the same with slashes
        rf"(?P<year>\d{{4}})([-/])(?P<number>\d{{1,2}})\2(?P<day>\d{{1,2}})[ T]{_CLOCK} ?(?:UTC|GMT|Z)?",
        r"(?P<year>\d{4})([-/])(?P<number>\d{1,2})\2(?P<day>\d{1,2})",
        rf"(?P<day>\d{{1,2}}) {_MONTH} (?P<year>\d{{4}})",  # 18 Sep 2024
        rf"{_MONTH} (?P<year>\d{{4}})",  # Sep 2024
        rf"{_MONTH} (?P<day>\d{{1,2}}), (?P<year>\d{{4}})",  # Sep 18, 2024
        # 9/18/24, 6:04 AM: the platform writes the month first, whatever the member's language
        rf"(?P<number>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}}|\d{{2}}),? {_CLOCK}(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?",
    )
)
_STRANGE_SPACE = re.compile(r"[\s\u00a0\u202f]+")
_SNOWFLAKE_BITS = 22
_OLDEST, _NEWEST = parse_moment("2003-05-05"), parse_moment("2100-01-01")
"""LinkedIn opened on the first of these days; what a number says outside of them, it does not say."""


def export_moment(text: str) -> Moment:
    """Return the moment that a date of an export names; all of them are UTC, and a day or month is its first instant.

    Raises ``RowError``: ``missing-created-at`` for nothing, ``bad-moment`` for anything that has none of the known shapes.

    >>> export_moment("9/18/24, 6:04 AM") == export_moment("2024-09-18 06:04:00 UTC")
    True
    >>> export_moment("Sep 2024") == export_moment("01 Sep 2024") == parse_moment("2024-09-01")
    True
    """
    plain = _STRANGE_SPACE.sub(" ", text).strip()
    if not plain:
        raise RowError(Refusal.MISSING_CREATED_AT)
    found = next((match for form in _FORMS if (match := form.fullmatch(plain))), None)
    try:
        return _moment(found.groupdict()) if found else parse_moment(plain)
    except (ValueError, OverflowError):
        raise RowError(Refusal.BAD_MOMENT) from None


def _moment(found: dict[str, str | None]) -> Moment:
    year = int(found["year"] or "")
    hour, minute, second = (int(found.get(name) or 0) for name in ("hour", "minute", "second"))
    half = found.get("half")
    if half is not None:
        if not 1 <= hour <= 12:
            raise ValueError("there is no such hour")
        hour = hour % 12 + (12 if half in "Pp" else 0)
    if year < 100:
        year += 2000 if year < 70 else 1900
    month = int(found["number"] or "") if found.get("number") else _month(found.get("month") or "")
    micros = int(((found.get("fraction") or "") + "000000")[:6])
    day = int(found.get("day") or 1)
    return to_moment(datetime(year, month, day, hour, minute, second, micros, UTC))


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def moment_of_number(number: int) -> Moment | None:
    """Return the moment that a LinkedIn id holds in all but its last 22 bits, ``None`` for the older ids, which hold none.

    >>> from sayso.values.moments import format_moment
    >>> format_moment(moment_of_number(7319000000000000000) or Moment(0))
    '2025-04-18T14:13:00.444000Z'
    """
    found = Moment((number >> _SNOWFLAKE_BITS) * 1000)
    return found if _OLDEST <= found < _NEWEST else None


def birth_day_in(text: str) -> int | None:
    """Return a birth day as ``yyyymmdd``, ``None`` where the year is missing or the order of day and month is not sure.

    >>> birth_day_in("Apr 24, 1985"), birth_day_in("1985-04-24"), birth_day_in("Apr 24"), birth_day_in("4/5/85")
    (19850424, 19850424, None, None)
    """
    plain = _STRANGE_SPACE.sub(" ", text).strip()
    for form in (_FORMS[1], _FORMS[2], _FORMS[4]):
        if match := form.fullmatch(plain):
            try:
                found = match.groupdict()
                month = int(found["number"]) if found.get("number") else _month(found["month"])
                return day_number(date(int(found["year"]), month, int(found["day"])))
            except ValueError:
                return None
    return None
