"""Where the demo community lives: countries with their weight, languages, naming culture, cities and subdivisions."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from sayso.intake.community.dice import Weighted, chance, pick


class Place(NamedTuple):
    """A country: ISO 3166-1 code, weight, languages written there, culture of names, cities, ISO 3166-2 subdivisions."""

    country: str
    weight: int
    languages: tuple[str, ...]
    culture: str
    cities: tuple[str, ...]
    subdivisions: tuple[str, ...]


# country | weight | languages | culture | cities | subdivisions
_TABLE = """
GB|70|en|en|Leeds, Bristol, Cardiff, Glasgow, Norwich|ENG, SCT, WLS, NIR
US|110|en|en|Denver, Boston, Tucson, Portland, Nashville|CA, NY, TX, IL, WA, CO
CA|30|en fr|en|Calgary, Halifax, Toronto, Ottawa|ON, QC, BC, AB
IE|26|en|en|Dublin, Cork, Galway|
AU|22|en|en|Perth, Adelaide, Hobart, Brisbane|NSW, VIC, QLD, WA
NZ|8|en|en|Wellington, Dunedin|
ZA|8|en|nl|Durban, Pretoria|
NG|9|en|west|Ibadan, Lagos|
KE|6|en|west|Nairobi, Kisumu|
GH|4|en|west|Accra, Kumasi|
IN|40|en|in|Pune, Chennai, Kochi, Jaipur|KA, MH, TN, DL
PK|5|en|ar|Lahore, Multan|
BD|4|en|ar|Dhaka, Khulna|
SG|9|en|cn|Singapore|
HK|14|en|cn|Hong Kong|
MY|5|en|cn|Penang, Ipoh|
PH|7|en|es|Cebu, Davao|
AE|6|en|ar|Sharjah, Dubai|
EG|5|en|ar|Giza, Alexandria|
JP|8|en|jp|Osaka, Sendai|
DE|44|de|de|Bremen, Leipzig, Kassel, Ulm, Rostock|BE, BY, NW, SN, HH
AT|13|de|de|Graz, Linz, Wels|
CH|15|de fr it|de|Zug, Genf, Basel|ZH, GE, TI
LI|2|de|de|Vaduz|
FR|38|fr|fr|Lyon, Nantes, Lille, Rennes, Dijon|IDF, BRE, OCC
BE|15|nl fr|nl|Gent, Namur, Leuven|VLG, WAL
LU|4|fr|fr|Luxembourg|
SN|3|fr|west|Dakar, Thiès|
MA|4|fr|ar|Rabat, Tanger|
ES|28|es|es|Sevilla, Bilbao, Murcia, Vigo|CT, MD, AN
MX|18|es|es|Puebla, Mérida, Toluca|
AR|10|es|es|Rosario, Salta|
CO|9|es|es|Cali, Bogotá|
CL|6|es|es|Temuco, Arica|
PE|5|es|es|Arequipa, Trujillo|
PT|12|pt|pt|Braga, Coimbra, Lisboa|
BR|30|pt|pt|Curitiba, Recife, Campinas|SP, PR, PE
NL|26|nl|nl|Utrecht, Zwolle, Breda|UT, NB
IT|26|it|it|Torino, Bari, Bologna, Padova|21, 75
SE|9|en|nord|Uppsala, Malmö|
NO|7|en|nord|Bergen, Tromsø|
DK|7|en|nord|Aarhus, Odense|
FI|6|en|nord|Tampere, Oulu|
IS|2|en|nord|Akureyri|
PL|10|en|slav|Poznań, Gdynia|
CZ|6|en|slav|Brno, Olomouc|
RO|5|en|it|Cluj, Iași|
HU|3|en|slav|Szeged, Pécs|
GR|4|en|it|Patras, Volos|
UA|3|en|slav|Lviv, Odesa|
"""


def _read(line: str) -> Place:
    country, weight, languages, culture, cities, subdivisions = line.split("|")
    codes = tuple(f"{country}-{code.strip()}" for code in subdivisions.split(",") if code.strip())
    return Place(country, int(weight), tuple(languages.split()), culture, tuple(cities.split(", ")), codes)


PLACES = tuple(_read(line) for line in _TABLE.strip().splitlines())
_BY_WEIGHT = Weighted([(place, place.weight) for place in PLACES])


def draw_place(rng: Random) -> Place:
    """Return a country in proportion to its weight."""
    return _BY_WEIGHT.draw(rng)


def draw_region(rng: Random, place: Place) -> str | None:
    """Return the region that the platform has on file: mostly the country, sometimes a subdivision, 5 % unknown."""
    if chance(rng, 0.05):
        return None
    if place.subdivisions and chance(rng, 0.35):
        return pick(rng, place.subdivisions)
    return place.country
