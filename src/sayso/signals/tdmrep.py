"""TDM Reservation Protocol (W3C Community Group, final report of 2024-05-10): the file, the header fields, the meta elements."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sayso.errors import InputError, Problem
from sayso.signals.paths import matches
from sayso.signals.statement import Kind, Statement, Whole, nothing
from sayso.values.preferences import TRAINING, Preference


def reservation(value: str | None, has_policy: bool, where: str) -> Statement | None:
    """Return what a value of ``tdm-reservation`` says, ``None`` where there is none.

    ``has_policy``: terms are offered beside it. Nobody has agreed to them here, so they change nothing.
    """
    if value is None:
        return None
    if value == "1":
        terms = " Terms are offered, and nobody agreed to them here." if has_policy else ""
        why = f"{where}: tdm-reservation is 1, the right to mine text and data is reserved.{terms}"
        return Statement(Preference(disallowed=TRAINING), why)
    if value == "0":
        return Statement(Preference(allowed=TRAINING), f"{where}: tdm-reservation is 0, nothing is reserved.")
    return nothing(f"{where}: tdm-reservation is neither 0 nor 1, so it says nothing.")


def read_reservation(text: str) -> Whole:
    """Return what the value of a ``tdm-reservation`` field says."""
    found = reservation(text.strip(), False, "The header")
    return Whole(Kind.TDM_RESERVATION, (found,) if found else ())


@dataclass(frozen=True, slots=True)
class TdmFile:
    """A ``tdmrep.json``: the locations in the order of the file, and what each says."""

    rules: tuple[tuple[str, Statement], ...]

    @property
    def kind(self) -> Kind:
        """Return its form."""
        return Kind.TDMREP

    def at(self, path: str) -> tuple[Statement, ...]:
        """Return what the first location that matches says ("the most specific match is the first in sequence")."""
        return tuple(said for location, said in self.rules if matches(location, path))[:1]

    def patterns(self) -> tuple[str, ...]:
        """Return the locations."""
        return tuple(location for location, _ in self.rules)


def read_tdmrep(text: str) -> TdmFile:
    """Return what a ``/.well-known/tdmrep.json`` says.

    An entry without its two mandatory members, or with others than 0 and 1, says nothing. Raises ``InputError`` for what is no JSON
    array.

    >>> read_tdmrep('[{"location": "/", "tdm-reservation": 1}]').at("/a")[0].why
    'tdmrep.json: tdm-reservation is 1, the right to mine text and data is reserved.'
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        what = "a tdmrep.json is a JSON array of objects, and this is none"
        raise InputError(Problem("not-tdmrep", what, advice="look at the file, or fetch it again"))
    return TdmFile(tuple(rule for each in found if (rule := _rule(each)) is not None))


def _rule(found: object) -> tuple[str, Statement] | None:
    if not isinstance(found, dict) or not isinstance(found.get("location"), str):
        return None
    value = found.get("tdm-reservation")
    if type(value) not in (int, str):  # as a string it is a mistake that many make; true is none of the two
        return None
    said = reservation(str(value), "tdm-policy" in found, "tdmrep.json")
    return None if said is None else (found["location"], said)
