"""The parts of the names of all members: who bears them, what is so of each, which two make a name."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sayso.redact.common_names import FUNCTION_WORDS, load_common_words, load_places
from sayso.redact.evidence import LONG, VOWELS
from sayso.redact.name_keys import UNSPACED, pairs, variants
from sayso.redact.name_tables import Tables, grouped
from sayso.redact.owners import Owners
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


@cache
def rare_words() -> frozenset[str]:
    """Return the folded words that are rarely names."""
    return load_common_words() | load_places() | FUNCTION_WORDS


def is_unspaced(text: str) -> bool:
    """Return whether a folded text holds letters of a script that is written without spaces."""
    return not text.isascii() and UNSPACED.search(text) is not None


# Parts


@dataclass(slots=True)
class _Walked:
    """The parts of all names, numbered as met; which name bears which, which make a pair, which are joined."""

    numbers: dict[str, int] = field(default_factory=dict)
    borne: list[int] = field(default_factory=list)
    paired: list[int] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)
    """Each three numbers: two parts (of ``borne`` the same twice), a name."""

    def plain(self, name: int, first: str, second: str) -> None:
        """Take in a name of two parts."""
        numbers = self.numbers
        one, other = numbers.setdefault(first, len(numbers)), numbers.setdefault(second, len(numbers))
        self.paired += (one, other, name)

    def of(self, name: int, key: str) -> None:
        """Take in a name of any parts."""
        numbers = self.numbers
        for parts in variants(key):
            for part in parts:
                one = numbers.setdefault(part, len(numbers))
                self.borne += (one, one, name)
            for first, second in pairs(parts, key):
                self.paired += (numbers[first], numbers[second], name)
            if len(parts) > 1:
                self.joined += (numbers[parts[0]], numbers[parts[-1]], name)


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of part and name; of two parts that make a pair, and name; of two parts that are joined, and name."""

    borne: Numbers
    paired: Numbers
    joined: Numbers
    always: Numbers
    """Of each that is joined, whether somebody always removed has the name."""


def parts_of(names: Owners) -> tuple[list[str], Held]:
    """Return the parts of all names in sorted order, and which names hold them; a part is its place in that order."""
    numbers, held = _walk(names)
    parts = sorted(numbers)
    rank = np.zeros(len(parts) + 1, np.int64)
    rank[np.fromiter((numbers[part] for part in parts), np.int64, len(parts))] = np.arange(len(parts))
    for rows in (held.borne, held.paired, held.joined):
        rows[:, :2] = rank[rows[:, :2]]
    return parts, held


def _walk(names: Owners) -> tuple[dict[str, int], Held]:
    plain, other = _Walked(), _Walked()
    other.numbers = plain.numbers
    for name, key in enumerate(names.keys):
        first, space, second = key.partition(" ")
        if space and "-" not in key and " " not in second and len(first) > 1 < len(second):
            plain.plain(name, first, second)
        else:
            other.of(name, key)
    two = _in_threes(plain.paired)
    borne = np.concatenate([two[:, (0, 0, 2)], two[:, (1, 1, 2)], _in_threes(other.borne)])
    paired, joined = (np.concatenate([two, _in_threes(some)]) for some in (other.paired, other.joined))
    return plain.numbers, Held(borne, paired, joined, names.flagged[joined[:, 2]])


def _in_threes(numbers: list[int]) -> Numbers:
    return np.array(numbers, np.int64).reshape(-1, 3)


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


def flags_of(
    parts: list[str], rare: frozenset[str], bearers: Tables, alone: NDArray[np.bool_]
) -> NDArray[np.uint16]:
    """Return what is so of each part, as the sum of the flags above; bare, it names nobody but where that is so ``alone``."""
    always = bearers["always_parts"].astype(bool)
    borne = bearers["borne"].astype(np.int64)
    common = np.fromiter((part in rare for part in parts), bool, len(parts))
    function = np.fromiter((part in FUNCTION_WORDS for part in parts), bool, len(parts))
    spaced = np.fromiter((not is_unspaced(part) for part in parts), bool, len(parts))
    size = np.fromiter(map(len, parts), np.int64, len(parts))
    sought = ~common | (always & ~function)
    by_start, lost = _by_start(parts, size, rare)
    found = sought & spaced & ~(lost & ~always)
    few, hardly_any = borne <= FEW, borne <= HARDLY_ANY
    so = (
        common,
        always,
        by_start & found,
        ~common & spaced & ~lost,
        size >= LONG,
        size > LONG,
        few,
        hardly_any,
        function,
        found,
        always & alone,
    )
    flags = np.zeros(len(parts), np.uint16)
    for bit, is_so in enumerate(so):
        flags |= is_so.astype(np.uint16) << np.uint16(bit)
    return flags


@cache
def _rare_starts() -> frozenset[str]:
    return frozenset(word[:length] for word in rare_words() for length in range(LONG, len(word) + 1))


def _by_start(
    parts: list[str], size: Numbers, rare: frozenset[str]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return of which parts the forms are found by what they start with: ordinary words do not start so.

    And of which of them that start, less a letter, is an ordinary word: these are found for those always removed alone.
    """
    starts = _rare_starts()
    by_start, lost = np.zeros(len(parts), bool), np.zeros(len(parts), bool)
    for at in np.flatnonzero(size >= LONG).tolist():
        part = parts[at]
        stem = part[:-1] if part[-1] in VOWELS else part
        if len(stem) >= LONG and stem not in starts:
            by_start[at] = True
            lost[at] = stem[:-1] in rare
    return by_start, lost


# Pairs


def entries_of(names: Owners, held: Held, flags: NDArray[np.uint16], parts: list[str]) -> Tables:
    """Return the pairs by the part by which they are found, each with the other part and the names that hold both.

    That part is the one that texts hold less often, else the second.
    """
    frequency = (flags & COMMON != 0) * 1 + (flags & IS_FUNCTION != 0)
    frequency += np.fromiter((len(part) < _SHORT for part in parts), np.int64, len(parts))
    first, second, name = held.paired.T
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
        **grouped(anchor[new], other[new], len(parts), "others"),
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
