"""What a policy says besides its versions, in plain sentences: stops, claims, sources that differ, and what was seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sayso.policy.model import Between, Conflict, Policy, Sighting, Source
from sayso.policy.wording import Labels, Line, coded, listed, stopped
from sayso.values.moments import format_day
from sayso.values.standing import Suspension

SHOWS = {"use": "Seen in use", "sign": "A sign of use"}


def describe_facts(policy: Policy, labels: Labels) -> Iterator[Line]:
    """Yield a policy's stops, claims, conflicts and sightings, each under a heading where there are any."""
    yield from _stops(policy, labels)
    yield from _claims(policy)
    yield from _conflicts(policy)
    yield from _sightings(policy, labels)


def _stops(policy: Policy, labels: Labels) -> Iterator[Line]:
    if policy.suspensions:
        yield Line(1, "Stopped")
    for one in policy.suspensions:
        yield Line(2, f"{_stop(one, labels)}.")
        if one.reference:
            yield Line(3, f"Reference: {stopped(one.reference)}")


def _stop(one: Suspension, labels: Labels) -> str:
    what = listed([labels.purpose(name) for name in sorted(one.purposes)], "and")
    recipients = listed([labels.recipient(name) for name in sorted(one.recipients or ())], "and")
    who = f", by {recipients}" if recipients else ""
    where = "Everywhere" if one.regions is None else f"In {coded(one.regions)}"
    start = _since(Between(one.starts_earliest, one.starts_latest))
    until = f" until {format_day(one.until)}" if one.until is not None else ", and still"
    authority = f" ({one.authority})" if one.authority else ""
    return f"{where}: {what}{who}, {start}{until}{authority}"


def _claims(policy: Policy) -> Iterator[Line]:
    if policy.claims:
        yield Line(1, "What it says of itself (said, not shown)")
    for claim in policy.claims:
        since = f", since {claim.since}" if claim.since else ""
        yield Line(2, f"{stopped(claim.what)} ({claim.status}{since})")


def _conflicts(policy: Policy) -> Iterator[Line]:
    if policy.conflicts:
        yield Line(1, "Where sources differ")
    for one in policy.conflicts:
        yield Line(2, stopped(one.about))
        yield from _sides(one, policy)
        yield Line(3, f"Taken here: {stopped(one.taken)}")


def _sides(conflict: Conflict, policy: Policy) -> Iterator[Line]:
    for side in conflict.says:
        yield Line(3, f"{stopped(side.what)} ({cited(policy, side.evidence)})")


def _sightings(policy: Policy, labels: Labels) -> Iterator[Line]:
    if policy.sightings:
        yield Line(1, "What was seen, whatever the terms said")
    for one in policy.sightings:
        yield Line(2, f"{stopped(one.what)} ({cited(policy, one.evidence)})")
        yield Line(3, f"{SHOWS[one.shows]}: {_use(one, labels)}.")
        yield Line(3, f"When: {when(one)}.")


def _use(one: Sighting, labels: Labels) -> str:
    what = listed([labels.purpose(name) for name in one.purposes], "and")
    who = listed([labels.recipient(name) for name in one.recipients or ()], "and")
    where = "where is not known" if one.regions is None else labels.places(one.regions, one.excepted)
    kinds = listed([labels.category(name) for name in one.categories or ()], "and")
    parts = (what, f"by {who}" if who else "by whom is not known", f"of {kinds}" if kinds else "", where)
    return "; ".join(part for part in parts if part)


def when(one: Sighting) -> str:
    """Return from when until when something was seen, as exactly as it is known."""
    if one.end is None:
        return f"{_since(one.start)}; nothing says that it ended"
    latest = format_day(one.end.latest)
    if one.end.earliest is None or one.end.earliest == one.end.latest:
        return f"{_since(one.start)} until {latest}"
    return f"{_since(one.start)} until some day between {format_day(one.end.earliest)} and {latest}"


def _since(start: Between) -> str:
    if start.earliest is None:
        return f"from some day on or before {format_day(start.latest)}"
    if start.earliest == start.latest:
        return f"from {format_day(start.latest)}"
    return f"from some day between {format_day(start.earliest)} and {format_day(start.latest)}"


def cited(policy: Policy, names: Iterable[str]) -> str:
    """Return the titles of sources, with their dates and how sure they are, as they stand in brackets."""
    found = {source.id: source for source in policy.sources}
    return "; ".join(_source(found[name]) for name in names)


def _source(one: Source) -> str:
    date = "" if one.date in one.title else one.date
    return ", ".join(part for part in (one.title, date, _SURE.get(one.confidence, "")) if part)


_SURE = {"H": "high confidence", "M": "middling confidence", "L": "low confidence"}
