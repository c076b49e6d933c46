"""Regions: ISO 3166-1 alpha-2 countries and ISO 3166-2 subdivisions, and the two groups that law itself names."""

from __future__ import annotations

import re

# ISO 3166-1 alpha-2, officially assigned codes; a test holds the list against the package pycountry.
COUNTRIES = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split()
)

# The member states since 2020-02-01; no fact that Sayso ships is older.
EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
EEA = EU | frozenset(("IS", "LI", "NO"))

_SUBDIVISION = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")


def is_region(code: str) -> bool:
    """Tell whether the code is an ISO 3166-1 alpha-2 country or has the form of one of its ISO 3166-2 subdivisions.

    >>> is_region("GB"), is_region("US-CA"), is_region("UK"), is_region("gb")
    (True, True, False, False)
    """
    found = _SUBDIVISION.fullmatch(code)
    return (found.group(1) if found else code) in COUNTRIES


def country_of(region: str) -> str:
    """Return the country of a region: itself, or that of the subdivision.

    >>> country_of("US-CA"), country_of("GB")
    ('US', 'GB')
    """
    return region[:2]


def lies_in(region: str, codes: frozenset[str]) -> bool:
    """Tell whether a region is one of the codes or a subdivision of one.

    >>> lies_in("GB-SCT", frozenset({"GB"})), lies_in("GB", frozenset({"GB-SCT"}))
    (True, False)
    """
    return region in codes or region[:2] in codes
