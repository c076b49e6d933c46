"""The frame of a directory: what of its tables rests on the names and handles alone, whoever is always removed.

It is most of what making a directory costs, so it is kept with the roll.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sayso.redact.common_names import FUNCTION_WORDS, rare_words
from sayso.redact.evidence import LONG, VOWELS
from sayso.redact.name_keys import is_unspaced, pairs, variants
from sayso.redact.name_tables import as_lines, lines_of, rising
from sayso.redact.word_hashes import Hashes, Numbers, hashes_of, mixed

Bools = NDArray[np.bool_]

_SHORT = 3


def needs_mark(key: str, rare: frozenset[str]) -> bool:
    """Return whether a folded handle counts only behind an ``@`` or in a path: an ordinary word, a number, very short."""
    spare = key.replace(" ", "")
    return key in rare or spare.isdecimal() or len(spare) < _SHORT


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of part (the same twice) and name; of two parts that make a pair, and name; of two parts that are joined, and name."""

    borne: Numbers
    paired: Numbers
    joined: Numbers


@dataclass(frozen=True, slots=True)
class Kinds:
    """What is so of each part, whoever bears it: an ordinary word; a function word; of a script with spaces between words; its
    letters; its forms are found by what they start with; of these, that start less a letter is an ordinary word.
    """

    common: Bools
    function: Bools
    spaced: Bools
    size: Numbers
    by_start: Bools
    lost: Bools


@dataclass(frozen=True, slots=True)
class Sought:
    """The places of the handles that need a mark, and of the others of one word with their hashes.

    Of those of several words the hashes: of first words; of the first two and so on, without the last; with the last.
    """

    marked: Numbers
    single: Numbers
    hashes: Hashes
    first: Hashes
    goes_on: Hashes
    complete: Hashes


@dataclass(frozen=True, slots=True)
class Frame:
    """The parts of all names in sorted order (a part is its place in it), which names hold them, and what handles are sought by.

    >>> frame = Frame.of(["ada king", "ada lovelace"], ["countess ada"])
    >>> frame.parts, frame.held.joined.tolist()
    (['ada', 'king', 'lovelace'], [[0, 1, 0], [0, 2, 1]])
    >>> Frame.from_arrays(frame.arrays()).parts == frame.parts
    True
    """

    parts: list[str]
    held: Held
    kinds: Kinds
    handles: Sought

    @classmethod
    def of(cls, names: Sequence[str], handles: Sequence[str]) -> Self:
        """Return the frame of folded names and handles, both in sorted order."""
        parts, held = _parts_of(names)
        return cls(parts, held, _kinds_of(parts), _sought(handles))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the frame as arrays by name, of which ``from_arrays`` makes it again."""
        found: dict[str, NDArray[Any]] = {"frame.parts": as_lines(self.parts)}
        for name in _OF:
            part = getattr(self, name)
            found |= {f"frame.{name}.{each.name}": getattr(part, each.name) for each in fields(part)}
        return found

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the frame of ``arrays``; raises ``KeyError`` where one is missing."""
        some = {
            name: kind(*(arrays[f"frame.{name}.{each.name}"] for each in fields(kind)))
            for name, kind in _OF.items()
        }
        return cls(lines_of(arrays["frame.parts"]), **some)


_OF: dict[str, Any] = {"held": Held, "kinds": Kinds, "handles": Sought}


# Parts of names


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


def _parts_of(names: Sequence[str]) -> tuple[list[str], Held]:
    numbers, held = _walk(names)
    parts = sorted(numbers)
    rank = np.zeros(len(parts) + 1, np.int64)
    rank[np.fromiter((numbers[part] for part in parts), np.int64, len(parts))] = np.arange(len(parts))
    for rows in (held.borne, held.paired, held.joined):
        rows[:, :2] = rank[rows[:, :2]]
    return parts, held


def _walk(names: Sequence[str]) -> tuple[dict[str, int], Held]:
    plain, other = _Walked(), _Walked()
    other.numbers = plain.numbers
    for name, key in enumerate(names):
        first, space, second = key.partition(" ")
        if space and "-" not in key and " " not in second and len(first) > 1 < len(second):
            plain.plain(name, first, second)
        else:
            other.of(name, key)
    two = _in_threes(plain.paired)
    borne = np.concatenate([two[:, (0, 0, 2)], two[:, (1, 1, 2)], _in_threes(other.borne)])
    paired, joined = (np.concatenate([two, _in_threes(some)]) for some in (other.paired, other.joined))
    return plain.numbers, Held(borne, paired, joined)


def _in_threes(numbers: list[int]) -> Numbers:
    return np.array(numbers, np.int64).reshape(-1, 3)


def _kinds_of(parts: list[str]) -> Kinds:
    rare, count = rare_words(), len(parts)
    size = np.fromiter(map(len, parts), np.int64, count)
    return Kinds(
        np.fromiter((part in rare for part in parts), bool, count),
        np.fromiter((part in FUNCTION_WORDS for part in parts), bool, count),
        np.fromiter((not is_unspaced(part) for part in parts), bool, count),
        size,
        *_by_start(parts, size, rare),
    )


@cache
def _rare_starts() -> frozenset[str]:
    return frozenset(word[:length] for word in rare_words() for length in range(LONG, len(word) + 1))


def _by_start(parts: list[str], size: Numbers, rare: frozenset[str]) -> tuple[Bools, Bools]:
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


# Handles


def _sought(handles: Sequence[str]) -> Sought:
    rare = rare_words()
    marked = [place for place, key in enumerate(handles) if needs_mark(key, rare)]
    hidden = set(marked)
    free = [place for place, key in enumerate(handles) if place not in hidden and not is_unspaced(key)]
    single = [place for place in free if " " not in handles[place]]
    several = [handles[place] for place in free if " " in handles[place]]
    hashes = hashes_of(handles[place] for place in single)
    return Sought(np.array(marked, np.int64), np.array(single, np.int64), hashes, *_chained(several))


def _chained(several: Sequence[str]) -> tuple[Hashes, Hashes, Hashes]:
    """Return the hashes of handles of several words: first words; the first two and so on, without the last; with the last."""
    counts = np.fromiter((key.count(" ") + 1 for key in several), np.int64, len(several))
    words = hashes_of(word for key in several for word in key.split(" "))
    at = np.cumsum(counts) - counts
    state = words[at]
    first, goes_on, complete = rising(state), [state[:0]], [state[:0]]
    for more in range(1, int(counts.max(initial=1))):
        state = mixed(state, words[at + more])
        last = counts == more + 1
        complete.append(state[last])
        at, counts, state = at[~last], counts[~last], state[~last]
        goes_on.append(state)
    return first, np.concatenate(goes_on), np.concatenate(complete)
