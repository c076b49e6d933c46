"""A schematic map of the world: a tile for each country of ISO 3166-1, roughly where it lies. Drawn by hand for this page."""

from __future__ import annotations

from collections.abc import Iterable

_ROWS = """
.. .. .. .. .. .. .. .. GL .. .. .. .. .. .. SJ .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..
.. .. .. .. .. .. .. .. .. .. .. IS .. FO .. NO SE AX FI .. .. .. .. .. .. .. .. .. .. .. .. .. ..
.. CA .. .. .. .. PM .. .. .. .. IE IM GB .. DK .. .. EE RU .. .. .. .. .. .. .. .. .. .. .. .. ..
.. US .. .. .. .. .. .. .. .. .. .. GG JE NL DE PL LT LV BY .. KZ .. .. .. MN .. .. .. .. .. .. ..
.. MX .. .. .. .. .. BM .. .. .. .. FR BE LU CZ SK HU MD UA .. UZ KG .. .. CN KP JP .. .. .. .. ..
.. GT BZ .. CU BS TC .. .. .. PT ES AD MC CH LI AT SI RO GE AZ TM TJ .. .. .. KR .. .. .. .. .. ..
.. SV HN KY JM HT DO PR VG AI .. GI .. .. SM IT HR RS BG AM .. .. .. .. .. .. .. .. .. .. .. .. ..
.. .. NI .. .. .. .. VI SX MF .. .. .. .. .. VA BA ME MK TR .. IR AF .. .. .. .. .. .. .. .. .. ..
.. .. CR .. .. .. .. KN BL AG .. MA DZ TN .. MT AL GR CY SY IQ .. PK NP BT HK MO TW .. .. .. .. ..
.. .. .. PA .. AW CW MS GP DM EH MR ML NE LY EG PS IL LB JO KW .. .. IN BD MM LA VN PH .. .. UM ..
.. .. .. .. CO VE BQ LC MQ CV SN GM BF NG TD SD ER .. SA BH QA AE .. LK .. TH KH .. PW GU MP .. ..
.. .. .. EC .. GY TT VC BB .. GW GN GH TG BJ CF SS ET DJ YE OM .. MV .. .. MY SG BN FM MH .. .. ..
.. .. .. PE BR SR GF GD .. .. SL LR CI GQ CM CG UG KE SO .. .. .. .. .. .. ID .. PG NR KI .. .. ..
.. .. .. BO PY .. .. .. .. .. .. .. ST GA CD RW BI TZ .. SC .. IO .. .. .. .. TL .. SB TV TK .. ..
.. .. .. CL AR UY .. .. .. .. SH .. .. AO ZM MW MZ KM YT .. .. .. .. .. CX .. .. .. VU WF WS AS PF
.. .. .. .. .. .. .. .. .. .. .. .. .. NA BW ZW SZ MG RE MU .. .. .. .. CC .. AU .. NC FJ TO NU PN
.. .. .. .. FK .. GS .. .. .. .. .. .. .. ZA LS .. .. .. .. .. .. .. .. .. .. .. .. NF NZ .. CK ..
.. .. .. .. .. .. .. .. .. .. .. BV .. .. AQ .. .. .. .. .. TF .. HM .. .. .. .. .. .. .. .. .. ..
"""

PLACES: tuple[tuple[str, int, int], ...] = tuple(
    (code, column, row)
    for row, line in enumerate(_ROWS.strip().splitlines())
    for column, code in enumerate(line.split())
    if code != ".."
)
"""Each country with its column and row, from the upper left."""


def together(countries: Iterable[str]) -> tuple[tuple[str, int, int], ...]:
    """Return the places of some countries without the rows and columns in which none of them lies: a smaller map of the same order.

    >>> together(["GB", "FR", "NZ"])
    (('GB', 1, 0), ('FR', 0, 1), ('NZ', 2, 2))
    """
    wanted = frozenset(countries)
    found = [place for place in PLACES if place[0] in wanted]
    columns = {column: new for new, column in enumerate(sorted({column for _, column, _ in found}))}
    rows = {row: new for new, row in enumerate(sorted({row for _, _, row in found}))}
    return tuple((code, columns[column], rows[row]) for code, column, row in found)
