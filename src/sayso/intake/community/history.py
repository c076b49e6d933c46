"""What the members of the demo community said, were told and took back, as dated facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from sayso.intake.community.dice import chance, wait
from sayso.intake.community.model import ChoiceFact, Fact, NoticeFact
from sayso.intake.community.people import END
from sayso.intake.community.timelines import Timeline, Wave
from sayso.values.members import Member
from sayso.values.moments import DAY, SECOND, Moment
from sayso.values.regions import lies_in


def choices_of(rng: Random, member: Member, timeline: Timeline) -> Iterator[ChoiceFact]:
    """Yield what a member says: in each wave that reaches them perhaps a word, perhaps later its opposite."""
    for wave in timeline.waves:
        at = _moment(rng, member, wave)
        spoke, yes = chance(rng, wave.share), chance(rng, wave.yes_share)
        changes, later = chance(rng, timeline.change_share), wait(rng, 100 * 86_400) * SECOND + DAY
        if at is None or not spoke or not _reaches(wave, member):
            continue
        yield from _choice(member, wave, yes, at, timeline)
        if changes:
            yield from _choice(member, wave, not yes, Moment(at + later), timeline)


def _reaches(wave: Wave, member: Member) -> bool:
    if member.region is None:
        return wave.regions is None
    return (wave.regions is None or lies_in(member.region, wave.regions)) and not lies_in(
        member.region, wave.excepted
    )


def _moment(rng: Random, member: Member, wave: Wave) -> Moment | None:
    """Return when a member would speak in a wave, ``None`` where they are not there, or the wave is over."""
    length = (wave.ends - wave.starts) // SECOND
    at = Moment(max(wave.starts, member.joined_at or 0) + wait(rng, length / 5) * SECOND)
    return at if at < wave.ends else None


def _choice(member: Member, wave: Wave, yes: bool, at: Moment, timeline: Timeline) -> Iterator[ChoiceFact]:
    version = timeline.version_at(at)
    if version is not None and at < min(END, member.closed_at or END):
        yield ChoiceFact(at, member.id, wave.control, yes, version, wave.channel)


def joiner_notices(rng: Random, member: Member, timeline: Timeline) -> Iterator[NoticeFact]:
    """Yield the notice that a new member was sent on the day they joined, where there was something to send."""
    joined = member.joined_at
    version = None if joined is None else timeline.version_at(joined)
    if joined is not None and version is not None and chance(rng, timeline.joiner_share):
        yield NoticeFact(joined, version, "e-mail", member=member.id)


def facts_of_all(timeline: Timeline) -> Iterator[Fact]:
    """Yield what concerns everybody: a timeline's notices and suspensions."""
    yield from timeline.notices
    yield from timeline.suspensions


def in_order(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts in the order of their moments; at equal times in the order in which they come."""
    return tuple(sorted(facts, key=lambda fact: fact.at))
