"""Where a rule applies, how specifically: subdivision > country > group > everywhere (DESIGN section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple, TypeAlias

from sayso.policy.model import Policy, PolicyVersion, Rule
from sayso.values.regions import COUNTRIES, EEA, EU, is_region, lies_in

EVERYWHERE = "everywhere"
BUILT_IN_GROUPS: tuple[tuple[str, frozenset[str]], ...] = (("EEA", EEA), ("EU", EU))
"""The groups that every policy has without naming them; no policy may give them another meaning."""

SUBDIVISION, COUNTRY, GROUP, WORLD = 3, 2, 1, 0
LEVEL_NAMES = ("everywhere", "named group", "country", "subdivision")


class Expanded(NamedTuple):
    """What region names stand for: whether ``everywhere`` is among them, and the ISO codes of the others."""

    everywhere: bool
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Footprint:
    """Where a rule applies, its groups resolved: work it out once per rule, ask it for many members."""

    everywhere: bool
    subdivisions: frozenset[str]
    countries: frozenset[str]
    grouped: frozenset[str]
    excepted: frozenset[str]

    def level(self, region: str | None) -> int | None:
        """Return how specifically the region is named: 3 subdivision, 2 country, 1 group, 0 everywhere.

        ``None`` where the rule does not apply. A region that is not known (``None``) is met by ``everywhere``
        alone, and not where anything is excepted.

        >>> Footprint(True, frozenset(), frozenset({"GB"}), frozenset(), frozenset({"FR"})).level("GB-SCT")
        2
        """
        if region is None:
            return WORLD if self.everywhere and not self.excepted else None
        if lies_in(region, self.excepted):
            return None
        if region in self.subdivisions:
            return SUBDIVISION
        if region[:2] in self.countries:
            return COUNTRY
        if lies_in(region, self.grouped):
            return GROUP
        return WORLD if self.everywhere else None

    def named(self) -> frozenset[str]:
        """Return every code that the footprint depends on."""
        return self.subdivisions | self.countries | self.grouped | self.excepted


def group_codes(policy: Policy, name: str) -> frozenset[str] | None:
    """Return the ISO codes of a group of the policy or a built-in one, ``None`` where there is none."""
    found = policy.group(name)
    return found if found is not None else dict(BUILT_IN_GROUPS).get(name)


def expand_regions(policy: Policy, names: Iterable[str]) -> Expanded:
    """Return what region names of a policy stand for.

    Raises ``KeyError`` for a name that is neither a region, a group nor ``everywhere``; a parsed policy
    has none.
    """
    everywhere, codes = False, frozenset[str]()
    for name in names:
        if name == EVERYWHERE:
            everywhere = True
        else:
            codes |= _codes(policy, name)
    return Expanded(everywhere, codes)


def _codes(policy: Policy, name: str) -> frozenset[str]:
    group = group_codes(policy, name)
    if group is not None:
        return group
    if not is_region(name):
        raise KeyError(name)
    return frozenset((name,))


def footprint(rule: Rule, policy: Policy) -> Footprint:
    """Return where a rule applies.

    Raises ``KeyError`` like ``expand_regions``.
    """
    groups = {name for name in rule.regions if name != EVERYWHERE and group_codes(policy, name) is not None}
    codes = frozenset(rule.regions) - groups - {EVERYWHERE}
    return Footprint(
        everywhere=EVERYWHERE in rule.regions,
        subdivisions=frozenset(code for code in codes if "-" in code),
        countries=frozenset(code for code in codes if "-" not in code),
        grouped=expand_regions(policy, groups).codes,
        excepted=expand_regions(policy, rule.excepted).codes,
    )


def match_level(rule: Rule, region: str | None, policy: Policy) -> int | None:
    """Return how specifically a rule names a region: 3 subdivision, 2 country, 1 group, 0 everywhere.

    ``None`` where the rule does not apply. The best level of its entries counts; see ``Footprint.level``.
    Raises ``KeyError`` like ``expand_regions``.
    """
    return footprint(rule, policy).level(region)


def names_regions(rule: Rule) -> bool:
    """Tell whether where a member lives can change what the rule says."""
    return bool(rule.excepted) or any(name != EVERYWHERE for name in rule.regions)


class Clash(NamedTuple):
    """Two rules of a version that are equally specific for the same use, category and visibility, and where.

    ``region`` is one region where they clash, ``None`` where they do so for the whole world.
    """

    first: str
    second: str
    purpose: str
    recipient: str
    category: str
    visibility: str
    region: str | None
    level: int


def clashes(version: PolicyVersion, policy: Policy) -> tuple[Clash, ...]:
    """Return one clash for each pair of rules of a version that clash, in the order of the rules.

    Two rules clash where some region is met by both at the same level; that a third rule is more specific
    there does not mend it. Countries, and the subdivisions that the rules name, stand for all regions: every
    other subdivision is met exactly as its country is. Raises ``KeyError`` like ``expand_regions``.
    """
    reach = [footprint(rule, policy) for rule in version.rules]
    regions = COUNTRIES.union(*(one.named() for one in reach))
    levels = [frozenset((region, one.level(region)) for region in regions) for one in reach]
    return tuple(_clashes(version.rules, levels, policy))


_Levels: TypeAlias = "frozenset[tuple[str, int | None]]"


def _clashes(rules: tuple[Rule, ...], levels: list[_Levels], policy: Policy) -> Iterator[Clash]:
    for (first, one), (second, other) in combinations(zip(rules, levels, strict=True), 2):
        shared = overlap(first, second, policy)
        where = _meeting(one & other, len(one)) if shared else None
        if shared and where:
            yield Clash(first.id, second.id, *shared, *where)


def overlap(first: Rule, second: Rule, policy: Policy) -> tuple[str, str, str, str] | None:
    """Return a purpose, recipient, category and visibility of which both rules speak, if there is one."""
    purposes = _shared_purposes(first, second, policy)
    recipients = [one for one in first.recipients if one in second.recipients]
    categories = [one for one in first.categories if one in second.categories]
    visibility = [one for one in first.visibility if one in second.visibility]
    if purposes and recipients and categories and visibility:
        return purposes[0], recipients[0], categories[0], visibility[0]
    return None


def outranked(general: Rule, special: Rule, policy: Policy) -> str | None:
    """Return a region where both rules apply and ``special`` is the more specific, ``None`` where there is none.

    Raises ``KeyError`` like ``expand_regions``.
    """
    below, above = footprint(general, policy), footprint(special, policy)
    for region in sorted(above.named()):
        low, high = below.level(region), above.level(region)
        if low is not None and high is not None and low < high:
            return region
    return None


def _shared_purposes(first: Rule, second: Rule, policy: Policy) -> list[str]:
    tree = policy.purposes
    pairs = [(one, other) for one in first.purposes for other in second.purposes]
    return [other if tree.covers(one, other) else one for one, other in pairs if tree.related(one, other)]


def _meeting(same: _Levels, regions: int) -> tuple[str | None, int] | None:
    """Return a region at which two rules have the same level, and that level, of all for which they have."""
    found = [(-level, region) for region, level in same if level is not None]
    if not found:
        return None
    below, region = min(found)
    level = -below
    return (None, WORLD) if level == WORLD and len(found) == regions else (region, level)
