"""Mentions: where a text names members, and which of two that overlap is kept."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A stretch of a text, from ``start`` up to, not including, ``end`` (code points), that names members.

    ``members`` are all who bear that name, in order. ``certain`` is false where only a part of a name or an initial stands there.
    ``told`` are those of them of whom it tells something: nobody where so many could be meant that it names none.
    """

    start: int
    end: int
    members: tuple[str, ...]
    certain: bool
    told: tuple[str, ...]


def settle(found: Iterable[Mention], always: frozenset[str]) -> list[Mention]:
    """Return the mentions that stay, in rising order.

    Two at one place become one with the members of both. Of two that overlap the longer is kept, and of two of one length the
    earlier. Certain mentions of somebody in ``always`` come first, and those of them that overlap become one.

    >>> ada, king = Mention(0, 12, ("m1",), True, ("m1",)), Mention(4, 12, ("m2",), False, ())
    >>> settle([king, ada], frozenset()) == [ada], settle([king, ada], frozenset({"m2"})) == [ada]
    (True, True)
    """
    strong, weak = _strong_and_weak(_merged(found), always)
    kept = _fused(strong)
    return sorted(kept + _without_overlap(weak, kept))


def _fused(mentions: list[Mention]) -> list[Mention]:
    """Return mentions with those that overlap made one, so that no word of either is left."""
    kept: list[Mention] = []
    members: set[str] = set()
    for mention in sorted(mentions):
        if kept and mention.start < kept[-1].end:
            end = max(mention.end, kept[-1].end)
            if not members.issuperset(mention.members):
                members.update(mention.members)
                everybody = tuple(sorted(members))
                kept[-1] = Mention(kept[-1].start, end, everybody, True, everybody)
            elif end > kept[-1].end:
                kept[-1] = replace(kept[-1], end=end)
        else:
            kept.append(mention)
            members = set(mention.members)
    return kept


def _is_strong(mention: Mention, always: frozenset[str]) -> bool:
    return mention.certain and not always.isdisjoint(mention.members)


def _strong_and_weak(merged: list[Mention], always: frozenset[str]) -> tuple[list[Mention], list[Mention]]:
    strong = [mention for mention in merged if _is_strong(mention, always)]
    return strong, [mention for mention in merged if not _is_strong(mention, always)]


def _merged(found: Iterable[Mention]) -> list[Mention]:
    places: dict[tuple[int, int], Mention] = {}
    for mention in found:
        place = mention.start, mention.end
        other = places.get(place)
        if other and other.certain == mention.certain:
            members, told = _both(mention.members, other.members), _both(mention.told, other.told)
            mention = Mention(*place, members, mention.certain, told)
        elif other and other.certain:
            continue
        places[place] = mention
    return list(places.values())


def _both(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return some if some == others else tuple(sorted({*some, *others}))


def _without_overlap(found: list[Mention], held: list[Mention]) -> list[Mention]:
    """Return the longest of the mentions, none overlapping another or one of those held."""
    taken = sorted((mention.start, mention.end) for mention in held)
    starts = [start for start, _ in taken]
    ends = [end for _, end in taken]
    kept = []
    last = max((mention.end for mention in found), default=0)
    covered = bytearray(last)
    for mention in sorted(found, key=lambda mention: (mention.start - mention.end, mention.start)):
        before = bisect_left(starts, mention.end) - 1
        free = before < 0 or ends[before] <= mention.start
        if free and covered.find(1, mention.start, mention.end) < 0:
            covered[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            kept.append(mention)
    return kept
