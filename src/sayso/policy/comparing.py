"""Two policies side by side, cell by cell: what each says of a kind of record, in a region, for a use; in words for a member.

The two may be versions of one policy, two files, or two platforms. Uses are matched by the names of the purpose trees and the kinds
of the recipients, kinds of record by their kin (``policy.kin``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from sayso.policy.describe import VISIBLE, Words
from sayso.policy.kin import counterpart, family_of, stated_uses
from sayso.policy.model import Default, Policy, PolicyVersion
from sayso.policy.question import Question
from sayso.policy.wording import capital, listed
from sayso.values.moments import Moment
from sayso.values.records import VISIBILITIES
from sayso.values.uses import Use

LONG_AGO = Moment(0)


@dataclass(frozen=True, eq=False)
class Side:
    """One version of a policy, as if it held everywhere and always, without suspensions."""

    whole: Policy
    version: PolicyVersion

    @cached_property
    def policy(self) -> Policy:
        """Return the policy with this version alone, published and in force long ago."""
        alone = replace(self.version, published_at=LONG_AGO, effective_at=LONG_AGO, until=None)
        return replace(self.whole, versions=(alone,), suspensions=())

    @cached_property
    def words(self) -> Words:
        """Return the policy's words."""
        return Words(self.whole)

    @property
    def name(self) -> str:
        """Return what people call the platform."""
        own = (one.name for one in self.whole.recipients if one.kind == "platform")
        return next(own, self.whole.id)

    @property
    def title(self) -> str:
        """Return what people call it."""
        return f"{self.whole.id}, version {self.version.id}"

    def question(self, use: Use) -> Question:
        """Return what this side says of a use."""
        if use not in self._questions:
            self._questions[use] = Question(self.policy, use, self.policy.versions[0])
        return self._questions[use]

    @cached_property
    def _questions(self) -> dict[Use, Question]:
        return {}

    def use_like(self, other: Side, use: Use) -> Use | None:
        """Return the use here that a use of another side is compared with, ``None`` where there is none.

        That is the same purpose for the same recipient, or for the first of the same kind of whom a rule here speaks; else the first
        use that a rule here names and that answers the same question (``kin.Family``).
        """
        kinds = {one.id: one.kind for one in other.whole.recipients}
        alike = [one.id for one in self.whole.recipients if one.id == use.recipient]
        alike += [one.id for one in self.whole.recipients if one.kind == kinds.get(use.recipient)]
        if use.purpose in self.whole.purposes.names():
            same = (Use(use.purpose, one) for one in alike)
            if self.whole.id == other.whole.id:
                return next(same, None)
            found = next((one for one in same if self.question(one).rules), None)
            if found is not None:
                return found
        family = family_of(other.whole, use)
        stated = (one for one in stated_uses(self.policy) if one.recipient in alike)
        return next((one for one in stated if family_of(self.whole, one) is family), None)

    def answer(
        self, use: Use | None, region: str | None, category: str | None, visibility: str
    ) -> Default | None:
        """Return what the rule for a cell says of members who have said nothing; ``None`` where no rule names it."""
        if use is None or category is None:
            return None
        ruling = self.question(use).ruling(region, category, visibility)
        return None if ruling is None else ruling.rule.default


class Pair(NamedTuple):
    """A use on both sides, ``None`` where a side knows none like it."""

    old: Use | None
    new: Use | None


def pairs(old: Side, new: Side) -> tuple[Pair, ...]:
    """Return the uses that either side names, each with the one like it on the other side."""
    found = [Pair(use, new.use_like(old, use)) for use in stated_uses(old.policy)]
    found += [Pair(old.use_like(new, use), use) for use in stated_uses(new.policy)]
    return tuple(dict.fromkeys(found))


class Kinds(NamedTuple):
    """A kind of record on both sides, ``None`` where a side has none like it."""

    old: str | None
    new: str | None


def kinds(old: Side, new: Side) -> tuple[Kinds, ...]:
    """Return the kinds of record of both sides, matched by name or kin."""
    before, after = ([one.id for one in side.whole.categories] for side in (old, new))
    found = [Kinds(name, counterpart(name, after)) for name in before]
    found += [Kinds(counterpart(name, before), name) for name in after]
    met = {one.new for one in found if one.old is not None}
    return tuple(dict.fromkeys(one for one in found if one.old is not None or one.new not in met))


class Cell(NamedTuple):
    """A kind of record, who can see it, and the number of a place."""

    kinds: Kinds
    visibility: str
    place: int


@dataclass(frozen=True, slots=True)
class Moved:
    """Uses of which the two sides say different things, the same in all of some cells: before, and now (``None``: not named)."""

    pairs: tuple[Pair, ...]
    before: Default | None
    now: Default | None
    cells: tuple[Cell, ...]

    @property
    def matters(self) -> bool:
        """Tell whether anything may be used on either side: a use that is not named is no more allowed than one that never is."""
        return not {self.before, self.now} <= {None, Default.NEVER}


def moved(old: Side, new: Side, regions: Sequence[str | None]) -> tuple[Moved, ...]:
    """Return what the sides say differently in some places, of each of which one region is given; what moves alike stands together."""
    found: dict[tuple[Pair, Default | None, Default | None], list[Cell]] = {}
    for pair in pairs(old, new):
        for cell in _cells(old, new, len(regions)):
            region = regions[cell.place]
            before = old.answer(pair.old, region, cell.kinds.old, cell.visibility)
            now = new.answer(pair.new, region, cell.kinds.new, cell.visibility)
            if before is not now:
                found.setdefault((pair, before, now), []).append(cell)
    parts = (one for (pair, was, now), cells in found.items() for one in _alike(pair, was, now, cells))
    return tuple(_joined(parts))


def _joined(parts: Iterable[Moved]) -> Iterator[Moved]:
    """Yield the same with uses of the same recipients together that move alike in the same cells."""
    found: dict[tuple[object, ...], list[Moved]] = {}
    for one in parts:
        who = tuple(use and use.recipient for use in one.pairs[0])
        found.setdefault((who, one.before, one.now, one.cells), []).append(one)
    for some in found.values():
        yield replace(some[0], pairs=tuple(pair for one in some for pair in one.pairs))


def _cells(old: Side, new: Side, places: int) -> Iterator[Cell]:
    for kind in kinds(old, new):
        for visibility in VISIBILITIES:
            yield from (Cell(kind, visibility, place) for place in range(places))


def _alike(pair: Pair, before: Default | None, now: Default | None, cells: Iterable[Cell]) -> Iterator[Moved]:
    """Yield the cells in as few sentences: kinds of record that move for the same eyes in the same places stand together."""
    ways: dict[Kinds, list[tuple[str, int]]] = {}
    for cell in cells:
        ways.setdefault(cell.kinds, []).append((cell.visibility, cell.place))
    shapes: dict[tuple[tuple[str, int], ...], list[Kinds]] = {}
    for kind, where in ways.items():
        for part in _rectangles(where):
            shapes.setdefault(part, []).append(kind)
    for shape, some in shapes.items():
        yield Moved((pair,), before, now, tuple(Cell(kind, *one) for kind in some for one in shape))


def _rectangles(where: Iterable[tuple[str, int]]) -> Iterator[tuple[tuple[str, int], ...]]:
    """Yield the pairs of visibility and place in parts, in each of which every visibility meets every place."""
    seen: dict[str, list[int]] = {}
    for visibility, place in where:
        seen.setdefault(visibility, []).append(place)
    parts: dict[tuple[int, ...], list[str]] = {}
    for visibility, places in seen.items():
        parts.setdefault(tuple(places), []).append(visibility)
    for shared, visible in parts.items():
        yield tuple((visibility, place) for visibility in visible for place in shared)


UNKNOWN = "unknown"
"""What a rule may come to say of members where its source does not."""
_NOW: dict[str | None, str] = {
    UNKNOWN: "it is not known now whether used for {what} by {who}",
    Default.ON: "may now be used for {what} by {who}, unless you say no",
    Default.OFF: "may now be used for {what} by {who}, but only if you say yes",
    Default.NEVER: "now never used for {what} by {who}, whatever you say",
    Default.NO_CHOICE: "may now be used for {what} by {who}, and you are not asked",
    None: "no longer used for {what} by {who}, because the terms do not name it any more",
}
_BEFORE: dict[str | None, str] = {
    UNKNOWN: "not known",
    Default.ON: "used unless you said no",
    Default.OFF: "used only after your yes",
    Default.NEVER: "never used",
    Default.NO_CHOICE: "used, and you were not asked",
    None: "not used, because the terms did not name it",
}
_SAYS: dict[str | None, str] = {
    UNKNOWN: "it is not known whether used",
    Default.ON: "used unless you say no",
    Default.OFF: "used only if you say yes",
    Default.NEVER: "never used",
    Default.NO_CHOICE: "used, and you are not asked",
    None: "not used, because the terms do not name it",
}


def sentence(old: Side, new: Side, one: Moved, places: Sequence[str]) -> str:
    """Return a difference in a sentence for a member: between versions what changes, between platforms what each says."""
    start, where = _records(old, new, one), _where(one, places)
    if old.whole.id == new.whole.id:
        return (
            f"{start}: {_change(old, new, one)}{where}. Before: {_BEFORE.get(one.before, f'“{one.before}”')}."
        )
    before, now = (
        _side(old, one.before, [p.old for p in one.pairs]),
        _side(new, one.now, [p.new for p in one.pairs]),
    )
    return f"{start}{where}: {before}; {now}."


def _side(side: Side, says: Default | None, uses: Iterable[Use | None]) -> str:
    named = [use for use in dict.fromkeys(uses) if use is not None]
    words = _SAYS.get(says, f"“{says}”")
    if not named:
        return f"with {side.name} {words}"
    return f"with {_recipients(side, named)} {words} ({_purposes(side, named)})"


def _change(old: Side, new: Side, one: Moved) -> str:
    spoken = [(new, pair.new) if pair.new is not None else (old, pair.old) for pair in one.pairs]
    side = spoken[0][0]
    uses = [use for _, use in spoken if use is not None]
    template = _NOW.get(one.now, f"now stands as “{one.now}” for {{what}} by {{who}}")
    return template.format(what=_purposes(side, uses), who=_recipients(side, uses))


def _purposes(side: Side, uses: Iterable[Use]) -> str:
    return listed(list(dict.fromkeys(shorter(side.words.purpose(use.purpose)) for use in uses)), "and")


def _recipients(side: Side, uses: Iterable[Use]) -> str:
    return listed(list(dict.fromkeys(side.words.recipient(use.recipient) for use in uses)), "and")


_LENGTHS = re.compile(r",? \([^()]*\)|, such as .*|, [^,]* among them")


def shorter(words: str) -> str:
    """Return what members call something without the examples and the asides.

    >>> shorter("feedback, such as a thumb up or down"), shorter("private messages (Inbox, InMail)")
    ('feedback', 'private messages')
    """
    return _LENGTHS.sub("", words) or words


def _records(old: Side, new: Side, one: Moved) -> str:
    names = dict.fromkeys(cell.kinds for cell in one.cells)
    kind = listed(list(dict.fromkeys(shorter(_kind(old, new, each)) for each in names)), "and")
    visible = dict.fromkeys(cell.visibility for cell in one.cells)
    eyes = (
        "" if len(visible) == len(VISIBILITIES) else f" ({listed([VISIBLE[each] for each in visible], 'or')})"
    )
    return f"{capital(kind)}{eyes}"


def _kind(old: Side, new: Side, one: Kinds) -> str:
    side, name = (new, one.new) if one.old is None else (old, one.old)
    return side.words.category(name or "")


def _where(one: Moved, places: Sequence[str]) -> str:
    numbers = sorted({cell.place for cell in one.cells})
    if len(numbers) == len(places):
        return ""
    left = [places[n] for n in range(len(places)) if n not in numbers]
    if len(left) == 1 and len(places) > 2:
        return f", everywhere but in {_in(left)}"
    return f", in {_in([places[n] for n in numbers])}"


def _in(names: Iterable[str]) -> str:
    parts = [part for name in names for part in name.split(" and ")]
    return listed([inside(part) for part in parts], "and")


def inside(name: str) -> str:
    """Return a place's name as it stands in a sentence after "in".

    >>> inside("European Union"), inside("Rest of the world"), inside("Canada")
    ('the European Union', 'the rest of the world', 'Canada')
    """
    if name.startswith("Rest "):
        return f"the {name[:1].lower()}{name[1:]}"
    return f"the {name}" if name.startswith(("European", "United", "Netherlands", "Philippines")) else name
