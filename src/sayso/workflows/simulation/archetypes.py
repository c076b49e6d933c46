"""Made-up posts, asked of every policy: pages must not show what members wrote."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sayso.policy.codes import code_of
from sayso.policy.kin import Family, counterpart, family_of, stated_uses
from sayso.policy.model import Policy
from sayso.reports.simulated import (
    ASKED_FAMILIES,
    AUTHORS,
    KINDS,
    NO_COUNTERPART,
    Author,
    MadeUp,
    Posts,
    Simulation,
    rank,
)
from sayso.values.members import Member
from sayso.values.moments import Moment
from sayso.values.records import Record
from sayso.values.uses import Use
from sayso.workflows.simulation.judging import phases
from sayso.workflows.simulation.posts import decided

NOT_NAMED = -1


def archetypes(simulation: Simulation, policies: tuple[Policy, ...]) -> tuple[Posts, ...]:
    """Return what each policy says of each made-up post, of each author, in each place of a simulation, over its time."""
    return tuple(_posts(simulation, policy) for policy in policies)


def _posts(simulation: Simulation, policy: Policy) -> Posts:
    moments = simulation.moments
    spans = phases(policy, moments)
    regions = [place.codes[0] if place.codes else None for place in simulation.places]
    shape = (len(ASKED_FAMILIES), len(KINDS), len(AUTHORS), len(regions), len(spans))
    codes = np.empty(shape, np.int16)
    asked = [tuple(_uses(policy, family)) for family in ASKED_FAMILIES]
    for cell in np.ndindex(shape):
        family, kind, author, place, phase = cell
        at, written = moments[spans[phase].until - 1], moments[0]
        codes[cell] = _code(policy, asked[family], KINDS[kind], AUTHORS[author], regions[place], written, at)
    return Posts(policy.id, tuple(moments[span.since] for span in spans), codes)


def _uses(policy: Policy, family: Family) -> Iterator[Use]:
    return (use for use in stated_uses(policy) if family_of(policy, use) is family)


def _code(
    policy: Policy,
    uses: tuple[Use, ...],
    kind: MadeUp,
    author: Author,
    region: str | None,
    written: Moment,
    at: Moment,
) -> int:
    if not uses:
        return NOT_NAMED
    category = counterpart(kind.category, (one.id for one in policy.categories))
    if category is None:
        return NO_COUNTERPART
    member = Member("", region, age_min=author.age, age_max=author.age)
    record = Record("", "", category, kind.visibility, written, written)
    found = (decided(policy, use, record, (member,), at) for use in uses)
    return max((code_of(one.reason, one.verdict) for one in found), key=rank)
