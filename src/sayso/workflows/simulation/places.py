"""Places: regions that no policy tells apart, with a name that people use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sayso.policy.cuts import treatments
from sayso.policy.model import Policy
from sayso.reports.simulated import Place
from sayso.values.regions import COUNTRIES, EEA, EU, country_of, lies_in

Naming = Callable[[str], str]
NOWHERE = Place("Region not known", ())
_MOST = 4


def places_of(
    regions: Sequence[str], policies: Iterable[Policy], named: Naming, apart: bool
) -> tuple[tuple[Place, ...], dict[str, int]]:
    """Return the places of a community, and which of them each region is in; the last is of those whose region is not known.

    Regions are together where all policies treat them alike; ``apart``: never. The places of most regions come first.
    """
    ways = _ways(regions, tuple(policies), apart)
    largest = max(ways, key=len, default=[])
    order = sorted(ways, key=lambda codes: (codes is largest, -len(codes), codes))
    places = [
        Place(
            "Rest of the world" if codes is largest and not apart else place_name(codes, named), tuple(codes)
        )
        for codes in order
    ]
    numbers = {code: number for number, place in enumerate(places) for code in place.codes}
    return (*places, NOWHERE), numbers


def _ways(regions: Sequence[str], policies: tuple[Policy, ...], apart: bool) -> list[list[str]]:
    if apart or not policies:
        return [[region] for region in regions]
    found: dict[tuple[object, ...], list[str]] = {}
    for region, way in zip(
        regions, zip(*(treatments(one, regions) for one in policies), strict=True), strict=True
    ):
        found.setdefault(way, []).append(region)
    return list(found.values())


def place_name(codes: Sequence[str], named: Naming) -> str:
    """Return what people call some regions.

    >>> place_name(["DE", "FR", "IE", "ES"], str), place_name(["NO", "IS"], str), place_name(["GB", "GB-SCT"], str)
    ('European Union', 'NO and IS', 'GB')
    """
    kept = [code for code in codes if "-" not in code or code[:2] not in codes]
    if len(kept) > _MOST:
        countries = {country_of(code) for code in kept}
        for group, name in ((EU, "European Union"), (EEA, "European Economic Area")):
            if countries <= group:
                return name if _most(countries, group) else f"Some of the {name}"
        if all(lies_in(code, COUNTRIES) and code[:2] == kept[0][:2] for code in kept):
            return f"Parts of {named(kept[0][:2])}"
    names = [named(code) for code in kept]
    if len(names) > _MOST:
        return f"{', '.join(names[:_MOST])} and {len(names) - _MOST} more"
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _most(countries: set[str], group: frozenset[str]) -> bool:
    return len(countries) >= min(4, len(group))
