"""The trial of a model by membership inference: before somebody was forgotten, as it is, and trained without them from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sayso.models.attacks import Attack, Own
from sayso.models.audit import FEWEST, Told, cautions, told
from sayso.workflows.audit_groups import Groups, groups_of
from sayso.workflows.scratch import Scratch

Floats: TypeAlias = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """What an attack gave the members of each group, each score a number, the groups in no order that says who is who."""

    left: Floats
    stayed: Floats
    unseen: Floats

    @property
    def of_left(self) -> Told:
        """Tell how well those who left are told from those whom no model has seen."""
        return told(self.left, self.unseen)

    @property
    def of_stayed(self) -> Told:
        """Tell how well those who stayed are told from those whom no model has seen."""
        return told(self.stayed, self.unseen)


@dataclass(frozen=True, slots=True)
class Tried:
    """What one attack found: by the model before, by the one as it is, and by the one trained from nothing."""

    attack: Attack
    before: Scores
    now: Scores
    retrained: Scores

    @property
    def same(self) -> bool:
        """Tell whether the model as it is gives everybody the score that the one from nothing gives them, to the last bit."""
        return self.now == self.retrained

    @property
    def has_power(self) -> bool:
        """Tell whether the attack finds those who left while they are in: the whole interval lies above chance."""
        return self.before.of_left.low > 0.5


@dataclass(frozen=True, slots=True)
class Trial:
    """What the attacks found, and on whom they were tried.

    ``before`` is the earlier version of the data set in which those who left were, ``None``: nobody left whose words are still at
    hand, and others were taken out in their place. ``at_hand`` tells whether the model on it was still there, else it was trained
    again. ``forgetful`` and ``retrained`` are the digests of the states that were tried as the second and the third.
    """

    tried: tuple[Tried, ...]
    left: int
    stayed: int
    unseen: int
    before: int | None
    at_hand: bool
    forgetful: str
    retrained: str

    @property
    def holds(self) -> bool:
        """Tell whether forgetting and training anew came out the same: both digests, and every score."""
        return self.forgetful == self.retrained and all(one.same for one in self.tried)


@dataclass(frozen=True, slots=True)
class _Models:
    """The three states of a trial, none of which has seen those who are held out."""

    before: Any
    now: Any
    retrained: Any
    at_hand: bool


def trial(scratch: Scratch, attacks: Sequence[Attack], seed: int, most: int) -> Trial | None:
    """Return what attacks find in a model, on at most ``most`` members in each group, drawn by a seed.

    ``None`` where no group has a member who fits, or where the model's kind cannot forget and has to be trained anew each time.
    """
    if not attacks:
        return None
    groups = _groups(scratch, attacks, seed, most)
    models = _models(scratch, groups) if groups.left and groups.stayed and groups.unseen else None
    if models is None:
        return None
    return Trial(
        tuple(_tried(one, models, groups) for one in attacks),
        len(groups.left),
        len(groups.stayed),
        len(groups.unseen),
        None if groups.before is None else groups.before.version,
        models.at_hand,
        scratch.kind.digest(models.now),
        scratch.kind.digest(models.retrained),
    )


def _groups(scratch: Scratch, attacks: Sequence[Attack], seed: int, most: int) -> Groups:
    def fits(own: Own) -> bool:
        return all(attack.fits(own) for attack in attacks)

    return groups_of(scratch.shelf, scratch.dataset, seed, most, fits)


def _models(scratch: Scratch, groups: Groups) -> _Models | None:
    unseen, left = groups.held_out, groups.leaving
    if groups.before is None:
        at_hand, out = True, [*unseen, *left]
        before = scratch.forgetful(scratch.loaded(), unseen)
        now = scratch.forgetful(scratch.loaded(), out)
    else:
        out = unseen
        whole, at_hand = scratch.stood_on(groups.before)
        before = scratch.forgetful(whole, unseen)
        now = scratch.forgetful(scratch.loaded(), unseen)
    if before is None or now is None:
        return None
    return _Models(before, now, scratch.trained({row.member for row in out}), at_hand)


def _tried(attack: Attack, models: _Models, groups: Groups) -> Tried:
    return Tried(
        attack, *(_scores(attack, each, groups) for each in (models.before, models.now, models.retrained))
    )


def _scores(attack: Attack, state: Any, groups: Groups) -> Scores:
    sizes = (len(groups.left), len(groups.stayed))
    found = tuple(attack.scores(state, (*groups.left, *groups.stayed, *groups.unseen)))
    return Scores(found[: sizes[0]], found[sizes[0] : sum(sizes)], found[sum(sizes) :])


def doubts(found: Trial) -> tuple[str, ...]:
    """Return what the trial cannot tell, in words: which groups are too small, and which attack found nobody in the first place."""
    told_left = found.tried[0].before.of_left
    lines = list(cautions(told_left))
    if told_left.members >= FEWEST:
        lines += [
            f"the attack on {one.attack.name} does not find members who are in: it shows nothing, here or there"
            for one in found.tried
            if not one.has_power
        ]
    return tuple(lines)
