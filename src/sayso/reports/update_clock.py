"""When a public summary of training content is to be updated: every six months, and when the model is trained anew.

Source: AI Act (Regulation (EU) 2024/1689), Article 53(1)(d); explanatory notice and template of the Commission, C(2025) 8311, which
asks for an update at least every six months, or sooner where what was added makes the summary out of date.
"""

from __future__ import annotations

from dataclasses import dataclass

from sayso.reports.answers import Summary
from sayso.reports.facts import VersionIn
from sayso.values.moments import DAY, Moment
from sayso.values.periods import end_of_period

MONTHS = 6


@dataclass(frozen=True, slots=True)
class UpdateClock:
    """The clock: what it runs from, whether that is a published summary (else a training), the last day for the next update, and
    the first version that was made after the last summary (``None``: none was).
    """

    since: Moment
    published: bool
    last_day: Moment
    newer: VersionIn | None

    def is_overdue(self, at: Moment) -> bool:
        """Tell whether the last day has passed at a moment."""
        return at >= self.last_day + DAY


def update_clock(summaries: tuple[Summary, ...], versions: tuple[VersionIn, ...]) -> UpdateClock:
    """Return the clock of a model, or of a data set that stands for one, from its published summaries and its versions.

    It runs from the last summary that was published; where none was, from the first version in the log. A version that was logged
    after the last summary calls for a new one.
    """
    if not summaries:
        since = min(one.at for one in versions)
        return UpdateClock(since, False, _last_day(since), None)
    since = max(one.at for one in summaries)
    newer = [one for one in versions if one.at >= since + DAY]
    return UpdateClock(since, True, _last_day(since), min(newer, key=lambda one: one.at, default=None))


def _last_day(since: Moment) -> Moment:
    return Moment(end_of_period(since, MONTHS) - DAY)
