"""Fields of the office's forms, read strictly."""

from __future__ import annotations

from sayso.errors import InputError, Problem
from sayso.values.moments import Moment, parse_moment


def moment_of(text: str, label: str) -> Moment | None:
    """Return the moment that a field holds, ``None`` where it is empty: a date (its start, UTC), or a date and a time (UTC).

    Raises ``InputError`` for anything else.
    """
    written = text.strip()
    if not written:
        return None
    try:
        return parse_moment(written if "T" not in written or written.endswith("Z") else _whole(written))
    except ValueError:
        advice = "write it as 2026-09-18"
        raise InputError(Problem("bad-moment", f"{label} is not a date", advice=advice)) from None


def _whole(written: str) -> str:
    """Return what a browser's field for date and time gives as RFC 3339: it leaves out the seconds and the offset."""
    return f"{written}{':00' if written.count(':') == 1 else ''}Z"
