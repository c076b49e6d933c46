"""The words of a simulation's page and table: shares, days, and why a record would not be used."""

from __future__ import annotations

from collections.abc import Iterable

from sayso.reports.simulated import ALL_CODES, PERMITS, UNKNOWNS, Line, Simulation, code_words
from sayso.values.moments import Moment, to_datetime

SHORT = {
    "not-in-force": "no policy known yet",
    "region-unknown": "region not known",
    "not-disclosed": "not named in its terms",
    "never": "says never",
    "deleted": "deleted by its author",
    "suspended": "paused",
    "member-excluded": "author left out",
    "record-excluded": "post left out",
    "no-notice": "not told in time",
    "said-no": "said no",
    "not-opted-in": "asks first",
    "opted-in": "said yes",
    "default-on": "used unless you say no",
    "no-choice-offered": "used, no choice offered",
    "no-counterpart": "no such kind of record",
}
"""A few words for each reason; one that is not here is named as it is."""
DOUBTS = {
    "region-unknown": "region not known",
    "suspended": "not known whether paused",
    "member-excluded": "not known: depends on the author",
    "record-excluded": "not known: depends on the post",
}
"""The same where it is not known."""


def reason_words(code: int) -> str:
    """Return a few words for a code; of what is not known, that it is not.

    >>> reason_words(50), reason_words(71)
    ('says never', 'not known whether paused')
    """
    verdict, reason = code_words(code)
    if verdict == "unknown":
        return DOUBTS.get(reason, "not known")
    return SHORT.get(reason, reason.replace("-", " "))


def percent(part: int, whole: int) -> str:
    """Return a share in percent for people: never 0 or 100 where it is not quite that.

    >>> percent(0, 9), percent(1, 900), percent(899, 900), percent(9, 9), percent(1, 3), percent(0, 0)
    ('0%', '<1%', '>99%', '100%', '33%', '–')
    """
    if whole == 0:
        return "–"
    rounded = round(100 * part / whole)
    if rounded == 0 and part:
        return "<1%"
    return ">99%" if rounded == 100 and part < whole else f"{rounded}%"


_MONTHS = "Jan Feb March April May June July Aug Sept Oct Nov Dec".split()


def day(moment: Moment) -> str:
    """Return a moment's day as newspapers write it.

    >>> from sayso.values.moments import parse_moment
    >>> day(parse_moment("2024-09-20"))
    '20 Sept 2024'
    """
    when = to_datetime(moment)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def reasons_at(line: Line, moment: int, places: Iterable[int] | None = None) -> list[tuple[int, int]]:
    """Return (code, number of records) of a line at a moment, in some places or all: most records first."""
    some = line.records[:, moment, :] if places is None else line.records[list(places), moment, :]
    counted = [(ALL_CODES[n], int(number)) for n, number in enumerate(some.sum(axis=0)) if number]
    return sorted(counted, key=lambda pair: (-pair[1], pair[0]))


def main_reason(line: Line, moment: int, places: Iterable[int] | None = None) -> int | None:
    """Return the code of most of the records that are not permitted, ``None`` where there are none."""
    permits = {ALL_CODES[n] for n in PERMITS}
    return next((code for code, _ in reasons_at(line, moment, places) if code not in permits), None)


UNKNOWN_CODES = frozenset(ALL_CODES[n] for n in UNKNOWNS)


def about(simulation: Simulation) -> str:
    """Return what was simulated, in a sentence."""
    count = len(simulation.platforms)
    return (
        f"{simulation.total_members:,} members and {simulation.total_records:,} records of {simulation.community}, under "
        f"{count} observed {'policy' if count == 1 else 'policies'}, {day(simulation.moments[0])} to {day(simulation.moments[-1])}."
    )


PERMIT_NOTE = (
    "“Would use” means that the policy a platform had published allows it. It never means that it was lawful, and it does not mean "
    "that it was done."
)
UNKNOWN_NOTE = "What is not known is shown as not known, and counts as not used."


def granted(simulation: Simulation) -> str:
    """Return what is taken for granted, in sentences."""
    said = (
        "Nobody in this community has said yes or no to any of these platforms"
        if not simulation.no_share
        else f"{simulation.no_share:.0%} of the members, drawn by chance, are taken to have said no wherever they could; "
        "the others said nothing"
    )
    return f"{said}, and everybody counts as told of a policy on the day on which it was published."
