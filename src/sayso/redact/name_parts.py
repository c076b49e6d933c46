"""The parts of the names of all members: who bears them, what is so of each, which two make a name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sayso.redact.evidence import LONG
from sayso.redact.keyed import Owners
from sayso.redact.name_frame import Frame, Held, Kinds
from sayso.redact.name_tables import Tables, grouped
from sayso.redact.word_hashes import Numbers

FEW = 50
"""A part of a name that more members bear names nobody by itself."""
HARDLY_ANY = 3
"""A long part that no more members bear names them in any letter case."""
INITIALS = 10
"""An initial and a surname that more names share names nobody."""

COMMON, ALWAYS, BY_START, OPEN, IS_LONG, IS_LONGER, OF_FEW, OF_HARDLY_ANY, IS_FUNCTION, FOUND, ALONE = (
    1 << bit for bit in range(11)
)
"""What is so of a part of a name: an ordinary word; of somebody always removed; found by what its forms start with; its forms are
looked for whoever bears it; of five letters or more; of more; borne by few; by hardly anybody; so frequent a word that a bare
one is no name; its forms are looked for, if only for those always removed; bare, it may name one of these."""

_SHORT = 3
_LETTERS = 26


# Parts


def bearers_of(names: Owners, held: Held, count: int) -> Tables:
    """Return for each part the names that hold it, those of somebody always removed first, and how many members bear it."""
    part, name = held.borne[:, 0], held.borne[:, 2]
    later = 1 - names.flagged[name]
    part, later, name = _distinct(part, later, name)
    sizes = np.bincount(names.rows, minlength=len(names.keys))
    borne = np.bincount(part, weights=sizes[name], minlength=count).astype(np.int64)
    always = np.zeros(count, np.uint8)
    always[part[later == 0]] = 1
    rows = grouped(part, name, count, "bearers")
    return {**rows, "borne": borne.astype(np.uint32), "always_parts": always}


def _distinct(*columns: Numbers) -> tuple[Numbers, ...]:
    """Return columns in rising order, the first the most significant, each row once."""
    order = np.lexsort(columns[::-1])
    ordered = [column[order] for column in columns]
    new = np.ones(len(order), bool)
    if len(order):
        new[1:] = np.any([column[1:] != column[:-1] for column in ordered], axis=0)
    return tuple(column[new] for column in ordered)


def flags_of(kinds: Kinds, bearers: Tables, alone: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """Return what is so of each part, as the sum of the flags above; bare, it names nobody but where that is so ``alone``."""
    always = bearers["always_parts"].astype(bool)
    borne = bearers["borne"].astype(np.int64)
    common, lost = kinds.common, kinds.lost
    sought = ~common | (always & ~kinds.function)
    found = sought & kinds.spaced & ~(lost & ~always)
    few, hardly_any = borne <= FEW, borne <= HARDLY_ANY
    so = (
        common,
        always,
        kinds.by_start & found,
        ~common & kinds.spaced & ~lost,
        kinds.size >= LONG,
        kinds.size > LONG,
        few,
        hardly_any,
        kinds.function,
        found,
        always & alone,
    )
    flags = np.zeros(len(common), np.uint16)
    for bit, is_so in enumerate(so):
        flags |= is_so.astype(np.uint16) << np.uint16(bit)
    return flags


# Pairs


def entries_of(names: Owners, frame: Frame, flags: NDArray[np.uint16]) -> Tables:
    """Return the pairs by the part by which they are found, each with the other part and the names that hold both.

    That part is the one that texts hold less often, else the second.
    """
    frequency = (flags & COMMON != 0) * 1 + (flags & IS_FUNCTION != 0)
    frequency += frame.kinds.size < _SHORT
    first, second, name = frame.held.paired.T
    by_first = frequency[first] < frequency[second]
    anchor, other = np.where(by_first, first, second), np.where(by_first, second, first)
    anchor, other, name = _distinct(anchor, other, name)
    new = np.ones(len(anchor), bool)
    new[1:] = (anchor[1:] != anchor[:-1]) | (other[1:] != other[:-1])
    entry = np.cumsum(new) - 1
    always = np.zeros(int(new.sum()), np.uint8)
    np.maximum.at(always, entry, names.flagged[name].astype(np.uint8))
    return {
        **grouped(entry, name, len(always), "entries"),
        **grouped(anchor[new], other[new], len(frame.parts), "others"),
        "always_entries": np.flatnonzero(always).astype(np.uint32),
    }


def pairs_of(tables: Tables) -> tuple[Numbers, Numbers]:
    """Return the two parts of all entries: that by which a pair is found, and the other."""
    others = tables["others.flat"].astype(np.int64)
    ends = tables["others.ends"].astype(np.int64)
    return np.repeat(np.arange(len(ends) - 1), sizes_of(ends)), others


def sizes_of(ends: Numbers) -> Numbers:
    """Return how many there are of each, by where each ends; the first number is where the first begins."""
    return ends[1:] - ends[:-1]


# Initials


def letter_bits(letters: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the bit that stands for a letter by its first byte: one each for a to z, one for all others."""
    place = np.minimum(letters - np.uint8(ord("a")), _LETTERS).astype(np.uint32)
    bits: NDArray[np.uint32] = np.left_shift(np.uint32(1), place).astype(np.uint32)
    return bits


def initials_of(
    names: Owners,
    parts: list[str],
    flags: NDArray[np.uint16],
    bearers: Tables,
    entries: Tables,
) -> Tables:
    """Return which initials before a part, and which behind it, may be those of a name; of a name of few or one always removed."""
    first = np.fromiter((part.encode()[0] for part in parts), np.uint8, len(parts))
    anchor, other = pairs_of(entries)
    always = np.zeros(len(anchor), bool)
    always[entries["always_entries"].astype(np.int64)] = True
    code = anchor << 8 | first[other]
    kinds, kind, counts = np.unique(code, return_inverse=True, return_counts=True)
    told = counts <= INITIALS
    told[kind[always]] = True
    told |= kinds & 0xFF >= 128  # several letters start with that byte
    before = np.zeros(len(parts), np.uint32)
    np.bitwise_or.at(before, kinds[told] >> 8, letter_bits((kinds[told] & 0xFF).astype(np.uint8)))
    behind = before.copy()
    later = _later_initials(names.keys)
    part = np.repeat(np.arange(len(parts)), sizes_of(bearers["bearers.ends"].astype(np.int64)))
    name = bearers["bearers.flat"].astype(np.int64)
    meant = (flags[part] & OF_FEW != 0) | (names.flagged[name] == 1)
    np.bitwise_or.at(behind, part[meant], later[name[meant]])
    return {"initials.before": before, "initials.behind": behind}


def _later_initials(keys: list[str]) -> NDArray[np.uint32]:
    """Return the bits of the first letters of all components of each name but the first."""
    letters = np.frombuffer(("\n".join(keys) + "\n\n").encode(), np.uint8)
    spaces = np.flatnonzero(letters == ord(" "))
    key = np.searchsorted(np.flatnonzero(letters == ord("\n")), spaces)
    bits = np.zeros(len(keys), np.uint32)
    np.bitwise_or.at(bits, key, letter_bits(letters[spaces + 1]))
    return bits
