"""What policies can tell apart in members and records, and when what they say changes: the edges of verdict classes.

Two members, or two records, that no cut here separates get the same decision from every one of the policies. So it is enough to decide
once for each class, by ``decide``, and to count who is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sayso.policy.model import Condition, Policy, Rule, Window
from sayso.policy.specificity import footprint
from sayso.values.moments import DAY, Moment, to_datetime, to_moment
from sayso.values.regions import lies_in

Vocabulary = tuple[tuple[str, frozenset[str]], ...]
"""Attributes that conditions ask for, each with the values that they name."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """The edges of classes: the moments that are looked at, in rising order; ages; windows; attributes with their values.

    ``created`` and ``collected`` are the edges of the windows of record predicates.
    """

    moments: tuple[Moment, ...]
    ages: tuple[int, ...]
    created: tuple[Moment, ...]
    collected: tuple[Moment, ...]
    member_attributes: Vocabulary
    record_attributes: Vocabulary


def cuts_of(policies: Iterable[Policy], moments: Iterable[Moment]) -> Cuts:
    """Return what some policies tell apart, looked at at some moments."""
    rules = [rule for policy in policies for version in policy.versions for rule in version.rules]
    return Cuts(
        tuple(sorted(set(moments))),
        tuple(sorted({rule.member.min_age for rule in rules if rule.member.min_age is not None})),
        tuple(sorted({edge for rule in rules for edge in _edges(rule.record.created)})),
        tuple(sorted({edge for rule in rules for edge in _collected(rule)})),
        _vocabulary(one for rule in rules for one in rule.member.conditions),
        _vocabulary(one for rule in rules for one in rule.record.conditions),
    )


def _collected(rule: Rule) -> Iterator[Moment]:
    for window in (rule.record.collected, rule.record.spared):
        yield from _edges(window)


def _edges(window: Window | None) -> Iterator[Moment]:
    if window is not None:
        yield from (edge for edge in (window.start, window.end) if edge is not None)


def _vocabulary(conditions: Iterable[Condition]) -> Vocabulary:
    found: dict[str, frozenset[str]] = {}
    for one in conditions:
        found[one.attribute] = found.get(one.attribute, frozenset()) | one.values
    return tuple(sorted(found.items()))


def turning_moments(policy: Policy) -> tuple[Moment, ...]:
    """Return the moments at which what a policy says may change, in rising order.

    Those are the starts and ends of its versions and suspensions and, where a rule asks for notice, the days that it asks for after
    each version was published.
    """
    return tuple(sorted({*_versions(policy), *_stops(policy)}))


def _versions(policy: Policy) -> Iterator[Moment]:
    waits = {rule.notice_days for version in policy.versions for rule in version.rules}
    for version in policy.versions:
        yield version.effective_at
        if version.until is not None:
            yield version.until
        yield from (Moment(version.published_at + days * DAY) for days in waits if days is not None)


def _stops(policy: Policy) -> Iterator[Moment]:
    for stop in policy.suspensions:
        yield from (stop.starts_earliest, stop.starts_latest)
        if stop.until is not None:
            yield stop.until


def months(since: Moment, until: Moment) -> Iterator[Moment]:
    """Yield the first instant of each month (UTC) from one moment to another, both included.

    >>> from sayso.values.moments import format_day, parse_moment
    >>> [format_day(one) for one in months(parse_moment("2024-11-05"), parse_moment("2025-01-01"))]
    ['2024-12-01', '2025-01-01']
    """
    day = to_datetime(since)
    place = day.year * 12 + day.month - 1
    while (month := to_moment(datetime(place // 12, place % 12 + 1, 1, tzinfo=UTC))) <= until:
        if month >= since:
            yield month
        place += 1


def days(since: Moment, until: Moment) -> Iterator[Moment]:
    """Yield the first instant of each day (UTC) from one moment to another, both included."""
    first = since if since % DAY == 0 else since + DAY - since % DAY
    yield from (Moment(at) for at in range(first, until + 1, DAY))


def treatments(policy: Policy, regions: Iterable[str]) -> tuple[tuple[object, ...], ...]:
    """Return for each region all that a policy can see in it: two regions of the same treatment get the same decisions."""
    reach = [footprint(rule, policy) for version in policy.versions for rule in version.rules]
    stops = [one.regions for one in policy.suspensions]
    return tuple(
        (
            *(one.level(region) for one in reach),
            *(codes is None or lies_in(region, codes) for codes in stops),
        )
        for region in regions
    )
