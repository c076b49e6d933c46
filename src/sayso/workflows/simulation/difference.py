"""What one policy says otherwise than another, and how many members and records of a community it touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sayso.policy.comparing import Kinds, Moved, Pair, Side, moved, pairs, sentence, shorter
from sayso.policy.cuts import Cuts, cuts_of
from sayso.policy.differences import Difference, control_words, differences
from sayso.policy.kin import counterpart
from sayso.policy.specificity import footprint
from sayso.policy.wording import capital
from sayso.reports.simulated import Place
from sayso.values.moments import Moment
from sayso.values.regions import COUNTRIES
from sayso.values.uses import Use
from sayso.workflows.simulation.classes import Classes, Ints, Tally, classes_of
from sayso.workflows.simulation.counting import MemberCounter
from sayso.workflows.simulation.judging import Judge
from sayso.workflows.simulation.places import Naming, places_of
from sayso.workflows.simulation.running import PERMITTED

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Touched:
    """How many members and records something touches."""

    members: int
    records: int


@dataclass(frozen=True, slots=True)
class Told:
    """A difference in a sentence, and whom and what of the community it touches."""

    what: Moved
    words: str
    touched: Touched


@dataclass(frozen=True, slots=True)
class Total:
    """What of the community each side would use for a use, by deciding: before, now, what came and what went."""

    pair: Pair
    title: str
    before: Touched
    now: Touched
    gained: Touched
    lost: Touched


@dataclass(frozen=True, slots=True)
class Compared:
    """Two sides compared: the differences, those touching most records first, and all that they touch together.

    ``details`` say what else changed where both are versions of one policy; ``controls`` what members see, by side, elsewhere.
    Of what is used on neither side, ``touched`` counts nothing.
    """

    old: Side
    new: Side
    told: tuple[Told, ...]
    totals: tuple[Total, ...]
    touched: Touched
    all: Touched
    details: tuple[Difference, ...]
    controls: tuple[tuple[str, ...], tuple[str, ...]]


def cuts_for(old: Side, new: Side, at: Moment) -> Cuts:
    """Return the edges of the classes that the two sides tell apart, at a moment."""
    return cuts_of((old.policy, new.policy), (at,))


def compare(old: Side, new: Side, tally: Tally, cuts: Cuts, named: Naming) -> Compared:
    """Return what two sides say differently, with what it touches of a community; ``tally`` was opened with ``cuts_for`` them."""
    places, numbers = places_of(_regions(old, new, tally), (old.policy, new.policy), named, False)
    tally.sort(numbers, len(places) - 1, lambda *_: None)
    classes = classes_of(tally, cuts, len(places) - 1)
    found = moved(old, new, [place.codes[0] for place in places[:-1]])
    judged = _Judged(old, new, classes, places)
    masks = [_mask(old, new, one, classes) for one in found]
    counter = _Counter(
        classes,
        tally,
        [
            *masks,
            _any((mask for mask, one in zip(masks, found, strict=True) if one.matters), classes),
            *judged.masks(),
        ],
        len(places),
    )
    names = [place.name for place in places[:-1]]
    told = [Told(one, sentence(old, new, one, names), counter.touched(n)) for n, one in enumerate(found)]
    order = sorted(told, key=lambda one: (not one.what.matters, -one.touched.records, one.words))
    same = old.whole.id == new.whole.id
    return Compared(
        old,
        new,
        tuple(order),
        tuple(judged.totals(counter, len(masks) + 1)),
        counter.touched(len(masks)),
        Touched(*tally.sizes()),
        differences(new.whole, old.version, new.version, old.whole) if same else (),
        ((), ()) if same else (tuple(_controls(old)), tuple(_controls(new))),
    )


def _controls(side: Side) -> Iterator[str]:
    return (control_words(side.words, control) for control in side.version.controls)


def _regions(old: Side, new: Side, tally: Tally) -> list[str]:
    named = {
        code
        for side in (old, new)
        for rule in side.version.rules
        for code in footprint(rule, side.policy).named()
    }
    return sorted(COUNTRIES | named | set(tally.regions()))


def _mask(old: Side, new: Side, one: Moved, classes: Classes) -> Mask:
    """Return which classes the cells of a difference hold; what is gone is not touched by it."""
    cells = {(cell.kinds, cell.visibility, cell.place) for cell in one.cells}
    before, now = ([each.id for each in side.whole.categories] for side in (old, new))
    kinds = {
        number: (
            Kinds(counterpart(row["category"], before), counterpart(row["category"], now)),
            row["visibility"],
        )
        for number, row in classes.kinds.items()
    }
    rows = zip(classes.kind.tolist(), classes.place.tolist(), classes.gone().tolist(), strict=True)
    return np.array([not gone and (*kinds[kind], place) in cells for kind, place, gone in rows], np.bool_)


def _any(masks: Iterable[Mask], classes: Classes) -> Mask:
    whole = np.zeros(len(classes.stand), np.bool_)
    for mask in masks:
        whole |= mask
    return whole


class _Counter:
    """Counts members and records in classes at the one moment."""

    def __init__(self, classes: Classes, tally: Tally, masks: list[Mask], places: int) -> None:
        self._masks = np.column_stack(masks)
        self._sizes: Ints = np.rint(
            np.bincount(classes.flow_class, classes.flow_change, len(classes.stand))
        ).astype(np.int64)
        self._members = MemberCounter(classes, tally, self._masks, places)

    def touched(self, column: int) -> Touched:
        members = int(self._members.column(column).sum())
        return Touched(members, int(self._sizes[self._masks[:, column]].sum()))


class _Judged:
    """What each side would use, by ``decide``."""

    def __init__(self, old: Side, new: Side, classes: Classes, places: tuple[Place, ...]) -> None:
        self._pairs = pairs(old, new)
        self._sides = old, new
        at = classes.cuts.moments[-1]
        regions = [place.codes[0] if place.codes else None for place in places]
        judges = [Judge(side.policy, classes, regions) for side in (old, new)]
        self._used = [
            tuple(self._permitted(judge, use, at, classes) for judge, use in zip(judges, pair, strict=True))
            for pair in self._pairs
        ]

    def _permitted(self, judge: Judge, use: Use | None, at: Moment, classes: Classes) -> Mask:
        if use is None:
            return np.zeros(len(classes.stand), np.bool_)
        return np.asarray(PERMITTED[judge.codes([use], at)[0]])

    def masks(self) -> Iterator[Mask]:
        for before, now in self._used:
            yield from (before, now, now & ~before, before & ~now)

    def totals(self, counter: _Counter, first: int) -> Iterator[Total]:
        old, new = self._sides
        for number, pair in enumerate(self._pairs):
            side, use = (new, pair.new) if pair.new is not None else (old, pair.old)
            if old.whole.id != new.whole.id and pair.old is not None:
                side, use = old, pair.old
            if use is not None:
                title = (
                    f"{shorter(side.words.purpose(use.purpose))}, for {side.words.recipient(use.recipient)}"
                )
                parts = [counter.touched(first + 4 * number + n) for n in range(4)]
                yield Total(pair, capital(title), *parts)
