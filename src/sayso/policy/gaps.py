"""The days on which data was used, or looked used, before a version in force disclosed it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TypeAlias

from sayso.policy.model import Default, Policy, Rule, Sighting
from sayso.policy.question import Question, question_at
from sayso.policy.specificity import EVERYWHERE, expand_regions
from sayso.values.moments import DAY, Moment
from sayso.values.records import VISIBILITIES
from sayso.values.regions import COUNTRIES, lies_in
from sayso.values.uses import Use


class Terms(StrEnum):
    """What the terms said meanwhile."""

    SILENT = "silent"
    NEVER = "say-never"
    UNKNOWN = "not-known"


@dataclass(frozen=True, slots=True)
class Gap:
    """A span in which a sighting was not disclosed by a version in force.

    ``recipients``, ``regions`` (ISO codes) and ``categories`` are ``None`` where the sighting does not say. ``since`` is ``None``
    where nobody knows how early; ``least`` and ``most`` are whole days, ``most`` is ``None`` without a bound. ``disclosed`` is the
    version that ends the span by disclosing it. ``version`` is the one in force meanwhile, ``None`` where none is on record.
    """

    sighting: Sighting
    purpose: str
    recipients: tuple[str, ...] | None
    regions: frozenset[str] | None
    categories: tuple[str, ...] | None
    terms: Terms
    version: str | None
    since: Moment | None
    until: Moment
    least: int
    most: int | None
    disclosed: str | None


@dataclass(frozen=True, slots=True)
class _Span:
    """What the terms said of one use in one region, from a moment (``None``: ever) until another (``None``: still)."""

    start: Moment | None
    end: Moment | None
    version: str | None
    terms: Terms | None


@dataclass(frozen=True, slots=True)
class _Part:
    """A span of a sighting that was not disclosed, whatever the use and the region."""

    terms: Terms
    version: str | None
    since: Moment | None
    until: Moment
    least: int
    most: int | None
    disclosed: str | None


def gaps(policy: Policy, at: Moment) -> tuple[Gap, ...]:
    """Return the spans in which what was seen was not disclosed, until ``at`` where it still is not.

    Disclosed is what a rule of a version in force names, in whatever category and visibility the sighting may mean, and does
    not say never of. What nothing says the end of is followed until it was disclosed. Where the sighting does not say where
    or by whom, each possibility is told, and none of them is sure: the least is then no day.
    """
    return tuple(gap for sighting in policy.sightings for gap in _of(sighting, policy, at))


def _of(sighting: Sighting, policy: Policy, at: Moment) -> Iterator[Gap]:
    regions = _regions(sighting, policy)
    recipients = sighting.recipients or tuple(one.id for one in policy.recipients)
    for purpose in sighting.purposes:
        found: dict[_Part, list[_Cell]] = defaultdict(list)
        cells = list(product(recipients, sighting.categories or (None,), regions))
        for cell in cells:
            recipient, category, region = cell
            for part in _parts(sighting, Use(purpose, recipient), category, region, policy, at):
                found[part].append(cell)
        for part in sorted(found, key=_begin):
            same = len(found[part]) == len(cells)
            yield from (_gap(sighting, purpose, part, where, same) for where in _merged(found[part]))


def _begin(part: _Part) -> tuple[Moment, Moment]:
    return (part.since or part.until, part.until)


_Cell: TypeAlias = tuple[str, str | None, str]
"""A recipient, a kind of record (``None``: not known), and a region."""

_Where: TypeAlias = tuple[tuple[str, ...], tuple[str, ...] | None, frozenset[str]]


def _gap(sighting: Sighting, purpose: str, part: _Part, where: _Where, same: bool) -> Gap:
    """Return a gap; what the sighting leaves open stays open where it makes no difference (``same``), else nothing is sure."""
    recipients, categories, regions = where
    is_open = sighting.regions is None or sighting.recipients is None
    return Gap(
        sighting=sighting,
        purpose=purpose,
        recipients=None if same and sighting.recipients is None else recipients,
        regions=None if same and sighting.regions is None else regions,
        categories=categories,
        terms=part.terms,
        version=part.version,
        since=part.since,
        until=part.until,
        least=0 if is_open and not same else part.least,
        most=part.most,
        disclosed=part.disclosed,
    )


def _merged(cells: Iterable[_Cell]) -> Iterator[_Where]:
    """Yield cells put together: regions first, then kinds of record, then recipients."""
    by_region: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for recipient, category, region in cells:
        by_region[recipient, category].add(region)
    by_category: dict[tuple[str, frozenset[str]], list[str | None]] = defaultdict(list)
    for (recipient, category), regions in by_region.items():
        by_category[recipient, frozenset(regions)].append(category)
    by_recipient: dict[tuple[frozenset[str], tuple[str | None, ...]], list[str]] = defaultdict(list)
    for (recipient, places), categories in by_category.items():
        by_recipient[places, tuple(categories)].append(recipient)
    for (places, kinds), recipients in by_recipient.items():
        yield tuple(recipients), tuple(kind for kind in kinds if kind is not None) or None, places


def _regions(sighting: Sighting, policy: Policy) -> tuple[str, ...]:
    """Return the regions that a sighting may mean: countries, and the subdivisions that it or a rule names."""
    rules = [rule for version in policy.versions for rule in version.rules]
    named = expand_regions(policy, {name for rule in rules for name in (*rule.regions, *rule.excepted)}).codes
    seen = expand_regions(policy, sighting.regions or (EVERYWHERE,))
    excepted = expand_regions(policy, sighting.excepted).codes
    candidates = COUNTRIES | seen.codes | {code for code in named if "-" in code}
    within = (code for code in candidates if seen.everywhere or lies_in(code, seen.codes))
    return tuple(sorted(code for code in within if not lies_in(code, excepted)))


def _parts(
    sighting: Sighting, use: Use, category: str | None, region: str, policy: Policy, at: Moment
) -> tuple[_Part, ...]:
    """Return the spans of a sighting that the terms did not disclose, in one region."""
    found: list[_Part] = []
    spans = _spans(use, category, region, policy)
    for span, following in zip(spans, (*spans[1:], None), strict=True):
        if span.terms is None:
            if sighting.end is None and (span.end is None or span.end > sighting.start.latest):
                break  # it went on, and from here on it was disclosed
            continue
        disclosed = following.version if following and following.terms is None else None
        if part := _part(sighting, span, disclosed, at):
            found.append(part)
    return tuple(found)


def _part(sighting: Sighting, span: _Span, disclosed: str | None, at: Moment) -> _Part | None:
    """Return what of a sighting lies in a span of the terms, ``None`` where nothing can."""
    start, end = sighting.start, sighting.end
    limit = at if span.end is None else min(span.end, at)
    since = _later(start.earliest, span.start)
    latest_end = limit if end is None else min(limit, end.latest)
    earliest_end = limit if end is None else min(limit, end.latest if end.earliest is None else end.earliest)
    if since is not None and since >= latest_end:
        return None
    surely = max(start.latest, start.latest if span.start is None else span.start)
    return _Part(
        terms=span.terms or Terms.SILENT,
        version=span.version,
        since=since,
        until=latest_end,
        least=_days(surely, earliest_end),
        most=None if since is None else _days(since, latest_end),
        disclosed=disclosed if latest_end == span.end else None,
    )


def _later(one: Moment | None, other: Moment | None) -> Moment | None:
    known = [moment for moment in (one, other) if moment is not None]
    return max(known, default=None)


def _days(start: Moment, end: Moment) -> int:
    """Return how many days of the calendar (UTC) a span touches.

    >>> _days(Moment(0), Moment(DAY)), _days(Moment(DAY - 1), Moment(DAY + 1)), _days(Moment(5), Moment(5))
    (1, 2, 0)
    """
    return 0 if end <= start else (end - 1) // DAY - start // DAY + 1


def _spans(use: Use, category: str | None, region: str, policy: Policy) -> list[_Span]:
    """Return what the terms said of a use in a region, in the order of time, without a hole."""
    spans: list[_Span] = []
    begun: Moment | None = None
    for version, following in zip(policy.versions, (*policy.versions[1:], None), strict=True):
        if begun is None or begun < version.effective_at:
            spans.append(_Span(begun, version.effective_at, None, Terms.UNKNOWN))
        next_begins = following.effective_at if following else None
        ends = [moment for moment in (version.until, next_begins) if moment is not None]
        begun = min(ends, default=None)
        question = question_at(policy, use, version.effective_at) or Question(policy, use, version)
        terms = _terms(question, category, region)
        spans.append(_Span(version.effective_at, begun, version.id, terms))
    if begun is not None:
        spans.append(_Span(begun, None, None, Terms.UNKNOWN))
    return spans


def _terms(question: Question, category: str | None, region: str) -> Terms | None:
    """Return what a version said of a use in a region, ``None`` where it disclosed it."""
    known = [one.id for one in question.policy.categories]
    rules: list[Rule | None] = [
        question.rule_for(region, kind, visibility)
        for kind in ([category] if category else known)
        for visibility in VISIBILITIES
    ]
    said = {rule.default for rule in rules if rule}
    if said & _DISCLOSING:
        return None
    if not said:
        return Terms.SILENT
    return Terms.NEVER if said == {Default.NEVER} else Terms.UNKNOWN


_DISCLOSING = frozenset((Default.ON, Default.OFF, Default.NO_CHOICE))
