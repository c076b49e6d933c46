"""Owners: the folded names, or handles, of all members in sorted order, each with the members that have it."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from sayso.redact.folding import folded
from sayso.redact.name_keys import name_keys, variants
from sayso.redact.word_hashes import Numbers

_TOLD_AT_ONCE = 10_000

Row = tuple[int, str, tuple[str, ...], tuple[str, ...]]
"""A member: number, tag, names, handles."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Keys in sorted order, the members of each (``members[i]`` has key ``rows[i]``), and which keys are of somebody flagged."""

    keys: list[str]
    rows: Numbers
    members: Numbers
    flagged: Numbers


def owners_of(rows: Iterable[Row], flags: bytearray, seal: hmac.HMAC) -> tuple[Owners, Owners]:
    """Return the names and the handles of members; ``seal`` has taken in the sorted keys, tags and flags.

    ``flags[number]`` says whether a member is flagged; it is read once all rows are there.
    """
    names: list[str] = []
    handles: list[str] = []
    for number, tag, displayed, taken in rows:
        owner = f"\t{tag}\t{number}"
        words = {folded(handle) for handle in taken}
        for key in _keys(displayed):
            names.append(key + owner)
            words.update(_handles_of(key))
        handles += [word + owner for word in words if word]
    held = _owners(names, flags, seal)
    names.clear()
    return held, _owners(handles, flags, seal)


def _keys(displayed: tuple[str, ...]) -> set[str]:
    if len(displayed) == 1:
        return name_keys(displayed[0])
    return {key for name in displayed for key in name_keys(name)}


def _handles_of(key: str) -> Iterator[str]:
    """Yield what of a name is sought as handles are: a name of one word, and one of three or more written as one word."""
    spaces = key.count(" ")
    if spaces > 1:
        yield key.replace(" ", "").replace("-", "")
    plain = spaces == 1 and "-" not in key and key[1] != " " and key[-2] != " "
    if not plain and len(variants(key)[0]) < 2:
        yield key.replace("-", " ")


def _owners(rows: list[str], flags: bytearray, seal: hmac.HMAC) -> Owners:
    """Return the owners of rows of key, tag and number (tabs between); none lies there twice."""
    rows.sort()
    keys: list[str] = []
    places = np.zeros(len(rows), np.int64)
    members = np.zeros(len(rows), np.int64)
    for begin in range(0, len(rows), _TOLD_AT_ONCE):
        told = []
        for at, row in enumerate(rows[begin : begin + _TOLD_AT_ONCE], begin):
            key, _, rest = row.partition("\t")
            tag, _, number = rest.rpartition("\t")
            if not keys or key != keys[-1]:
                keys.append(key)
            places[at], members[at] = len(keys) - 1, int(number)
            told.append(f"{len(key)} {key} {len(tag)} {tag} {flags[int(number)] == 1}\n")
        seal.update("".join(told).encode(errors="replace"))
    order = np.lexsort((members, places))
    members = members[order]
    flagged = np.zeros(len(keys), np.int64)
    np.maximum.at(flagged, places, np.frombuffer(flags, np.uint8)[members])
    return Owners(keys, places, members, flagged)
