"""Places: regions that no policy tells apart, with a name that people use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sayso.policy.cuts import treatments
from sayso.policy.model import Policy
from sayso.reports.simulated import Place
from sayso.values.regions import EEA, EU

Naming = Callable[[str], str]
NOWHERE = Place("Region not known", ())
REST = "Rest of the world"
_MOST = 4
"""So many countries are named one by one."""


def places_of(
    regions: Sequence[str], policies: Iterable[Policy], named: Naming, apart: bool
) -> tuple[tuple[Place, ...], dict[str, int]]:
    """Return the places of a community, and which of them each region is in; the last is of those whose region is not known.

    Regions are together where all policies treat them alike; ``apart``: never. The places of most regions come first.
    """
    ways = _ways(regions, tuple(policies), apart)
    universe = frozenset(code[:2] for code in regions)
    names = {codes[0]: place_name(codes, universe, named) for codes in ways}
    # Those that no name covers are the rest.
    nameless = [codes for codes in ways if " more" in names[codes[0]]]
    rest = max(nameless, key=len, default=[])
    order = sorted(ways, key=lambda codes: (codes is rest, -len(codes), codes))
    places = [Place(REST if codes is rest else names[codes[0]], tuple(codes)) for codes in order]
    numbers = {code: number for number, place in enumerate(places) for code in place.codes}
    return (*places, NOWHERE), numbers


def _ways(regions: Sequence[str], policies: tuple[Policy, ...], apart: bool) -> list[list[str]]:
    if apart or not policies:
        return [[region] for region in regions]
    found: dict[tuple[object, ...], list[str]] = {}
    rows = zip(*(treatments(one, regions) for one in policies), strict=True)
    for region, way in zip(regions, rows, strict=True):
        found.setdefault(way, []).append(region)
    return list(found.values())


def place_name(codes: Sequence[str], universe: frozenset[str], named: Naming) -> str:
    """Return what people call some regions, where ``universe`` are the countries that there are.

    >>> all_ = EEA | {"CH", "GB", "US"}
    >>> place_name(sorted(EEA | {"CH"}), all_, str), place_name(sorted(EU - {"IT"}), all_, str)
    ('European Economic Area and CH', 'European Union without IT')
    >>> place_name(["GB", "GB-SCT"], all_, str), place_name(["NO", "IS"], all_, str)
    ('GB', 'NO and IS')
    """
    kept = [code for code in codes if "-" not in code or code[:2] not in codes]
    countries = {code for code in kept if "-" not in code}
    for group, name in ((EEA, "European Economic Area"), (EU, "European Union")):
        inside, out = countries & group, (universe & group) - countries
        if len(inside) > _MOST and len(out) <= 2 and (group is EU or not inside <= EU):
            without = f" without {_listed([named(code) for code in sorted(out)])}" if out else ""
            return _listed([name + without, *(named(code) for code in kept if code not in group)])
    return _listed([named(code) for code in kept])


def _listed(names: Sequence[str]) -> str:
    if len(names) > _MOST:
        return f"{', '.join(names[:_MOST])} and {len(names) - _MOST} more"
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
