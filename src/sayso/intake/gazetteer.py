"""Free-text locations to regions, cautiously: unknown where a text is a joke, names several places, or leaves a doubt.

A region is ISO 3166-1, with the state, province or nation (ISO 3166-2) for the United States, Canada and the United Kingdom
where the text itself names it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from sayso.intake.placenames import SUBDIVIDED, WORDS, City, PlaceNames, fold, load_place_names, words

CITY_RATIO = 10
"""A city named alone counts where its country has ten times the people of all other countries' cities of that name."""
CITY_PEOPLE = 100_000
"""A city named alone counts from this many people on."""

_LONGEST = 120
_WORDS = 14
# Whoever uses these says where they are not, where they come from, or two places at once.
_DOUBT = words(
    "not no nor never non neither nowhere between from formerly ex previously originally former born was were lost without except "
    "anti soon maybe sometimes once leaving moving imaginary entre ni jamais"
)
# Small letters only: ``OR`` is a state.
_ALTERNATIVES = re.compile(r"\s*(?:[;/|&+\n]|<->|->|→|\b(?:and|or|und|et|plus|to)\b)\s*")
_PARTS = re.compile(r"\s*(?:[,()\[\]:·•~]|\s[-–—]+\s|(?<=\w{4})\.\s)\s*")
_POSTCODE = re.compile(r"(?:^\d{4,6}\s+|\s+\d{4,6}$)")
_FILLERS = re.compile(
    r"^(?:(?:the|near|in|greater|downtown|central|around|outside|just|currently|somewhere|mostly|live|living|city of|state of|"
    r"south of|north of|east of|west of|le|la|en|à|au)\s+)+",
    re.IGNORECASE,
)
_WIDER = frozenset(
    ("europe", "eu", "european union", "eastern europe", "western europe", "asia", "africa", "oceania", "america", "north america",
     "south america", "earth", "planet earth", "world", "the world", "terra", "terre", "milky way", "solar system", "universe",
     "remote")
)  # fmt: skip


def region_of(text: str) -> str | None:
    """Return the region that a free text such as a profile's location names, ``None`` where it is not known or not sure.

    >>> region_of("Paris, TX"), region_of("Lyon, France"), region_of("Leeds, England"), region_of("Cambridge")
    ('US-TX', 'FR', 'GB-ENG', None)
    """
    return _region(text.strip()) if 0 < len(text) <= _LONGEST else None


def country_named(text: str) -> str | None:
    """Return the region that a text names as a country or state, by name alone; ``None`` for cities and for doubts.

    >>> country_named("Deutschland"), country_named("Georgia"), country_named("Paris")
    ('DE', None, None)
    """
    return _agreed(place_names().areas.get(fold(text), frozenset()))


def country_of(text: str) -> str | None:
    """Return the country that a place lies in, as ISO 3166-1, ``None`` where that is not clear.

    >>> country_of("Lyon"), country_of("California"), country_of("the office")
    ('FR', 'US', None)
    """
    region = region_of(text)
    return None if region is None else region[:2]


@cache
def place_names() -> PlaceNames:
    """Return the index of names, loaded at the first call and kept."""
    return load_place_names()


@lru_cache(maxsize=65_536)
def _region(text: str) -> str | None:
    if set(fold(text).split()) & _DOUBT or len(text.split()) > _WORDS:
        return None
    known = _one_place(text)
    if known:
        return known
    pieces = [piece for piece in _ALTERNATIVES.split(text) if piece]
    if len(pieces) < 2:
        return None
    found = {_one_place(piece) for piece in pieces}
    return _agreed(frozenset(region for region in found if region)) if None not in found else None


def _one_place(text: str) -> str | None:
    """Return the region of a text that names one place, from the widest part (the last) inwards."""
    whole = _area(text)
    if whole or len(_ALTERNATIVES.split(text)) > 1:
        return whole
    parts = [_POSTCODE.sub("", _FILLERS.sub("", part).strip()) for part in _PARTS.split(text)]
    parts = [part for part in parts if fold(part)]
    while len(parts) > 1 and fold(parts[-1]) in _WIDER:
        parts.pop()
    return _from_parts(parts) if parts else None


def _from_parts(parts: list[str]) -> str | None:
    last, heads = parts[-1], parts[:-1]
    areas = _areas(last, bool(heads))
    if areas:
        return _within(areas, heads, last)
    split = _glued(last)
    if split:
        return _from_parts([*heads, *split])
    return _by_city(last, heads) or _by_only_country(parts)


def _area(text: str) -> str | None:
    return _agreed(_areas(text, False))


def _areas(part: str, after_city: bool) -> frozenset[str]:
    """Return what a part may mean as a country, state or province; capitals count as codes only behind a city."""
    names = place_names()
    folded = fold(part)
    found = names.areas.get(folded)
    if found is not None:
        return found
    # A pronoun, unless somebody wrote it in capitals, with stops, or behind a city.
    if folded == "us" and (after_city or not part.islower() or "." in part):
        return frozenset(("US",))
    code = part.strip(" .")
    if after_city and code in names.codes:
        return names.codes[code]
    province = names.provinces.get(folded)
    elsewhere = any(city.country != province for city in names.cities.get(folded, ()))
    return frozenset((province,)) if province and not elsewhere else frozenset()


def _within(areas: frozenset[str], heads: list[str], last: str) -> str | None:
    """Return the one area that what stands before it bears out, with its state where that is named too."""
    by_code = last.strip(" .") in place_names().codes and fold(last) not in place_names().areas
    if len(areas) > 1 or by_code:
        areas = _borne_out(areas, heads, by_code)
    region = _agreed(areas)
    if region is None or _other_country(region, heads):
        return None
    return _with_state(region, heads) if region in SUBDIVIDED else region


def _borne_out(areas: frozenset[str], heads: list[str], by_code: bool) -> frozenset[str]:
    """Keep the areas that hold a city named before; where no city of that name is known, a code only one state uses may stand."""
    cities = [city for head in heads for city in _known_in(head)]
    held = frozenset(area for area in areas if any(_holds(area, city) for city in cities))
    if held or cities or not by_code:
        return held
    return areas if len(areas) == 1 and "-" in next(iter(areas)) else frozenset()


def _holds(area: str, city: City) -> bool:
    return area in (city.country, city.region)


def _known_in(head: str) -> list[City]:
    """Return the cities of that name, and the states of that name as if they were one."""
    states = [region for region in place_names().areas.get(fold(head), ()) if "-" in region]
    return [*_cities(head), *(City(state[:2], state, 0) for state in states)]


def _cities(name: str) -> list[City]:
    return place_names().cities.get(fold(name), [])


def _other_country(region: str, heads: list[str]) -> bool:
    """Tell whether a part before names a country of its own: then the text lists countries."""
    if "-" in region:
        return False
    named = [place_names().areas.get(fold(head), frozenset()) for head in heads]
    listed = [codes for codes in named if len(codes) == 1 and all("-" not in code for code in codes)]
    held = [any(_holds(region, city) for city in _cities(head)) for head in heads]
    return any(region not in codes for codes in listed) and not any(held)


def _with_state(country: str, heads: list[str]) -> str:
    """Return the state of the country that the nearest part before names, else the country."""
    for head in reversed(heads):
        named = place_names().areas.get(fold(head), frozenset()) | place_names().codes.get(
            head.strip(" ."), frozenset()
        )
        states = [code for code in named if code.startswith(country + "-")]
        if len(states) == 1:
            return states[0]
    return country


def _glued(part: str) -> list[str] | None:
    """Split ``Toulouse France``, ``NM USA`` and ``Germany Stuttgart`` in two, where one half holds the other."""
    words = part.split()
    if not 2 <= len(words) <= 5:
        return None
    for cut in range(1, len(words)):
        for place, area in ((words[:cut], words[cut:]), (words[cut:], words[:cut])):
            halves = [" ".join(place), " ".join(area)]
            if _fits(*halves):
                return halves
    return None


def _fits(place: str, area: str) -> bool:
    regions = _areas(area, True)
    if len(area) < 2 or not regions:
        return False
    named = place_names().areas.get(fold(place), frozenset()) | place_names().codes.get(place, frozenset())
    within = any(state.startswith(f"{region}-") for region in regions for state in named)
    inner = _glued(place)
    return (
        within
        or any(_holds(region, city) for region in regions for city in _cities(place))
        or (inner is not None and (_from_parts(inner) or "")[:2] in regions)
    )


def _by_city(last: str, heads: list[str]) -> str | None:
    """Return the country of a large city that has no rival of its name abroad."""
    cities = _cities(last)
    before = frozenset(region for region in map(_area, heads) if region)
    if before:
        return _agreed(frozenset(area for area in before if any(_holds(area, city) for city in cities)))
    if not cities or fold(last) in WORDS:
        return None
    people: dict[str, int] = {}
    for city in cities:
        people[city.country] = people.get(city.country, 0) + city.people
    country, most = max(people.items(), key=lambda pair: pair[1])
    others = sum(people.values()) - most
    return country if most >= CITY_PEOPLE and most >= CITY_RATIO * others else None


def _by_only_country(parts: list[str]) -> str | None:
    """Return the country that one part is the name of, where no other part is a place."""
    known = [part for part in parts if place_names().areas.get(fold(part)) or _cities(part)]
    return country_named(known[0]) if len(known) == 1 else None


def _agreed(regions: frozenset[str]) -> str | None:
    """Return the one region, or the country that all of them lie in."""
    if len(regions) == 1:
        return next(iter(regions))
    countries = {region[:2] for region in regions}
    return countries.pop() if len(countries) == 1 else None
