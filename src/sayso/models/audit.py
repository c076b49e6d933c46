"""How well an attack tells members from others: the statistics of membership inference, on scores alone.

An attack gives each member a score, the higher the likelier that they are in the model. What is reported is the whole curve, the area
under it, and the true-positive rate at a low false-positive rate, as Carlini et al. ask for ("Membership inference attacks from first
principles", S&P 2022, the section on evaluating attacks): an average says little about whether anybody can be told for certain.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

LOW = 0.01
"""The false-positive rate at which the true-positive rate is told."""
NORMAL = 1.959963984540054
"""The normal quantile of a 95 % interval."""
FEW, FEWEST = 100, 10
"""With fewer others than 1 / ``LOW`` nobody may be told wrongly at that rate; below ``FEWEST`` nothing can be said."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A receiver operating characteristic: false- and true-positive rates, both rising from 0 to 1."""

    false: tuple[float, ...]
    true: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """How well members are told from others.

    ``auc`` is the chance that a member's score is above another's, equal ones counting half; ``low`` and ``high`` are its 95 %
    interval; ``tpr`` is the share of members found where at most 1 % of the others are taken for one.
    """

    auc: float
    low: float
    high: float
    tpr: float
    members: int
    others: int


def told(members: Sequence[float] | Floats, others: Sequence[float] | Floats) -> Told:
    """Return how well scores tell members from others.

    Raises ``ValueError`` where one of the groups is empty, or a score is no number.

    >>> told([3.0, 4.0], [1.0, 2.0])
    Told(auc=1.0, low=0.38563570449716633, high=1.0, tpr=1.0, members=2, others=2)
    """
    own, rest = _checked(members), _checked(others)
    area = auc(own, rest)
    return Told(area, *interval(area, len(own), len(rest)), tpr_at(own, rest), len(own), len(rest))


def _checked(scores: Sequence[float] | Floats) -> Floats:
    found = np.asarray(scores, np.float64)
    if not len(found) or np.isnan(found).any():
        raise ValueError("scores: one or more, each a number")
    return found


def auc(members: Sequence[float] | Floats, others: Sequence[float] | Floats) -> float:
    """Return the area under the curve: the Mann-Whitney statistic over its greatest value (Hanley and McNeil 1982).

    >>> auc([1.0, 2.0], [1.0, 2.0]), auc([1.0], [0.0, 1.0])
    (0.5, 0.75)
    """
    own, rest = _checked(members), np.sort(_checked(others))
    # Whole numbers: twice the pairs that are won, equal ones counted once.
    twice = np.searchsorted(rest, own, "left") + np.searchsorted(rest, own, "right")
    return int(twice.sum()) / (2 * len(own) * len(rest))


def curve(members: Sequence[float] | Floats, others: Sequence[float] | Floats) -> Curve:
    """Return the curve over all thresholds, a score at or above one being taken for a member's.

    >>> curve([1.0, 2.0], [1.0, 0.0])
    Curve(false=(0.0, 0.0, 0.5, 1.0), true=(0.0, 0.5, 1.0, 1.0))
    """
    own, rest = np.sort(_checked(members)), np.sort(_checked(others))
    thresholds = np.unique(np.concatenate((own, rest)))[::-1]
    rates = ((len(one) - np.searchsorted(one, thresholds, "left")) / len(one) for one in (rest, own))
    false, true = ((0.0, *rate.tolist()) for rate in rates)
    return Curve(false, true)


def tpr_at(members: Sequence[float] | Floats, others: Sequence[float] | Floats, most: float = LOW) -> float:
    """Return the greatest true-positive rate at which the false-positive rate is at most ``most`` (0 to 1).

    >>> tpr_at([2.0, 0.0], [1.0, 0.0])
    0.5
    """
    found = curve(members, others)
    return max(true for false, true in zip(found.false, found.true, strict=True) if false <= most)


def interval(area: float, members: int, others: int) -> tuple[float, float]:
    """Return the 95 % score interval of an area under the curve, for so many members and others.

    Method 5 of Newcombe, "Confidence intervals for an effect size measure based on the Mann-Whitney statistic. Part 2" (Statistics
    in Medicine 25, 2006): the areas whose own standard error reaches the one found. Unlike a bootstrap and the interval of DeLong et
    al. (1988) it has a width where the groups are wholly apart, as they are here before anybody is forgotten.

    >>> interval(1.0, 100, 100)[1], round(interval(1.0, 100, 100)[0], 3), round(interval(1.0, 10, 10)[0], 3)
    (1.0, 0.98, 0.8)
    """
    return _bound(area, 0.0, members, others), _bound(area, 1.0, members, others)


def _bound(area: float, end: float, members: int, others: int) -> float:
    """Return the area nearest to ``end`` that the one found does not contradict, by bisection."""
    inside, outside = area, end
    for _ in range(60):
        middle = (inside + outside) / 2
        if abs(area - middle) <= NORMAL * math.sqrt(_variance(middle, members, others)):
            inside = middle
        else:
            outside = middle
    return end if abs(inside - end) < 1e-12 else inside


def _variance(area: float, members: int, others: int) -> float:
    spread = (members + others) / 2 - 1
    shape = 1 + spread * (1 - area) / (2 - area) + spread * area / (1 + area)
    return area * (1 - area) * shape / (members * others)


def cautions(found: Told) -> tuple[str, ...]:
    """Return what groups of these sizes cannot tell, in words; nothing where they are large enough.

    >>> cautions(told([1.0] * 9, [0.0] * 200))[0].startswith("9 against 200 members are too few")
    True
    """
    if min(found.members, found.others) < FEWEST:
        sizes = f"{found.members} against {found.others} members"
        return (f"{sizes} are too few for a test of chances: the digests say what there is to say",)
    if found.others < FEW:
        return (f"with {found.others} others, the rate at 1 % false positives is that at none at all",)
    return ()
