"""Membership inference as one would tell it: every pair, every threshold, every thread, one after another."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def auc(members: Sequence[float], others: Sequence[float]) -> float:
    """Return the share of pairs that the member wins, half a pair where both are equal."""
    won = sum(1.0 if one > other else 0.5 if one == other else 0.0 for one in members for other in others)
    return won / (len(members) * len(others))


def tpr_at(members: Sequence[float], others: Sequence[float], most: float) -> float:
    """Return the best share of members found by any threshold that takes at most that share of the others for one."""
    best = 0.0
    for threshold in [*members, *others, float("inf")]:
        wrong = sum(score >= threshold for score in others) / len(others)
        if wrong <= most:
            best = max(best, sum(score >= threshold for score in members) / len(members))
    return best


def area_below(false: Sequence[float], true: Sequence[float]) -> float:
    """Return the area below a curve, by trapezia."""
    return sum((false[at] - false[at - 1]) * (true[at] + true[at - 1]) / 2 for at in range(1, len(false)))


def delong(members: Sequence[float], others: Sequence[float]) -> float:
    """Return the variance of the area after DeLong, DeLong and Clarke-Pearson (1988), from the shares that each score wins."""
    of_members = [auc([one], others) for one in members]
    of_others = [auc(members, [other]) for other in others]
    return statistics.variance(of_members) / len(members) + statistics.variance(of_others) / len(others)


def own_threads(weights: Sequence[Sequence[int]], own: Sequence[int], places: int) -> float:
    """Return by how many standard deviations a member's threads lead to one another, rather than to others, a place."""
    if len(own) < 2:
        return 0.0
    sums = [sum(weights[one][post] for one in own) for post in range(len(weights))]
    others = [sums[post] for post in range(len(weights)) if post not in own]
    if not others or not statistics.pstdev(others):
        return 0.0
    mean, spread = statistics.fmean(others), statistics.pstdev(others)
    return sum((sums[post] - mean) / spread for post in own) / places
