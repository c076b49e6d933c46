"""Fields of the office's forms, read strictly."""

from __future__ import annotations

from sayso.errors import InputError, Problem
from sayso.ledger.codec import FIRST_MOMENT, LAST_MOMENT
from sayso.values.moments import Moment, parse_moment


def moment_of(text: str, label: str) -> Moment | None:
    """Return the moment that a field holds, ``None`` where it is empty: a date (its start, UTC), or a date and a time (UTC).

    Raises ``InputError`` for anything else.
    """
    written = text.strip()
    if not written:
        return None
    try:
        found = parse_moment(written if "T" not in written or written.endswith("Z") else _whole(written))
        if FIRST_MOMENT <= found <= LAST_MOMENT:
            return found
    except ValueError:
        pass
    raise InputError(Problem("bad-moment", f"{label} is not a date", advice="write it as 2026-09-18"))


def brief(text: str, label: str, longest: int = 200) -> str:
    """Return a text that goes into the log, without the spaces around it.

    Raises ``InputError`` for one of more characters: the log keeps it for good.
    """
    found = text.strip()
    if len(found) > longest:
        what = f"{label} has {len(found)} characters, and at most {longest} are kept"
        raise InputError(Problem("too-long", what, advice="shorten it"))
    return found


def _whole(written: str) -> str:
    """Return what a browser's field for date and time gives as RFC 3339: it leaves out the seconds and the offset."""
    return f"{written}{':00' if written.count(':') == 1 else ''}Z"
