"""The roll: the folded names and handles of all members, and who has each.

It is what a directory is made from, and most of what making one costs; whom a directory always removes is no part of it, so one roll
serves for as long as the members are called what they are called.
"""

from __future__ import annotations

import io
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sayso.redact.folding import folded
from sayso.redact.keyed import Flags, Keyed
from sayso.redact.name_frame import Frame
from sayso.redact.name_keys import name_keys, variants
from sayso.redact.name_tables import as_lines, lines_of
from sayso.redact.word_hashes import Numbers

ROLLS = "sayso-roll/2"
"""The version of how names and handles are folded and told apart, and of their frame: rolls of another are not read."""

_TOLD_AT_ONCE = 10_000

Called = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A member: tag, names, handles."""


@dataclass(frozen=True, eq=False)
class Roll:
    """The tags of members, by number, their folded names and handles, and a digest of who is called what (not of the order).

    >>> roll = Roll.of([("m1", ("Ada Lovelace",), ("countess_ada",)), ("m2", ("Ada Lovelace",), ())])
    >>> roll.names.keys, roll.names.members.tolist(), roll.handles.keys
    (['ada lovelace'], [0, 1], ['countess ada'])
    >>> Roll.from_bytes(roll.to_bytes()).digest == roll.digest
    True
    """

    tags: list[str]
    names: Keyed
    handles: Keyed
    digest: bytes

    @cached_property
    def frame(self) -> Frame:
        """Return what a directory of them is built on, whoever is always removed."""
        return Frame.of(self.names.keys, self.handles.keys)

    @classmethod
    def of(cls, members: Iterable[Called]) -> Self:
        """Return the roll of members; none may have a line break in their tag."""
        seal = sha256()
        tags: list[str] = []
        names: list[str] = []
        handles: list[str] = []
        for number, (tag, displayed, taken) in enumerate(members):
            tags.append(tag)
            owner = f"\t{tag}\t{number}"
            words = {folded(handle) for handle in taken}
            for key in _keys(displayed):
                names.append(key + owner)
                words.update(_handles_of(key))
            handles += [word + owner for word in words if word]
        held = _keyed(names, seal.update)
        names.clear()
        return cls(tags, held, _keyed(handles, seal.update), seal.digest())

    def to_bytes(self) -> bytes:
        """Return the roll as bytes, of which ``from_bytes`` makes it again."""
        strings = {"tags": self.tags, "names": self.names.keys, "handles": self.handles.keys}
        arrays: dict[str, NDArray[np.generic]] = {
            f"{name}.keys": as_lines(some) for name, some in strings.items()
        }
        for name, keyed in (("names", self.names), ("handles", self.handles)):
            arrays |= {f"{name}.rows": keyed.rows, f"{name}.members": keyed.members}
        arrays |= self.frame.arrays()
        sink = io.BytesIO()
        np.savez(sink, digest=np.frombuffer(self.digest, np.uint8), **arrays)  # type: ignore[arg-type]  # names of arrays
        return sink.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the roll of ``to_bytes``; raises ``ValueError`` and ``KeyError`` for other bytes."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            strings = {name: lines_of(arrays[f"{name}.keys"]) for name in ("tags", "names", "handles")}
            names, handles = (
                Keyed(strings[name], arrays[f"{name}.rows"], arrays[f"{name}.members"])
                for name in ("names", "handles")
            )
            roll = cls(strings["tags"], names, handles, arrays["digest"].tobytes())
            roll.__dict__["frame"] = Frame.from_arrays(arrays)
            return roll


@dataclass(frozen=True, slots=True)
class Crowd:
    """All members of a roll but ``without`` some, by tag, and the tags of those who are always removed whoever else is."""

    roll: Roll
    always: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

    def bearers(self, parts: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Return how many members bear each of some parts of names, with every name counted, and how many always removed do.

        >>> roll = Roll.of([("m1", ("Ada Lovelace",), ()), ("m2", ("Ada King",), ())])
        >>> Crowd(roll, frozenset({"m2"})).bearers(("ada", "king", "lovelace", "page"))
        {'ada': (2, 1), 'king': (1, 1), 'lovelace': (1, 0), 'page': (0, 0)}
        """
        names, asked = self.roll.names, list(parts)
        flags, counted = self._flags(self.always), 1 - self._flags(self.without)
        ranks, rows = self._borne(asked)
        which = np.searchsorted(ranks, rows[:, 0])
        borne, gone = (
            np.bincount(which, weights[rows[:, 1]], len(ranks)).astype(np.int64).tolist()
            for weights in (
                np.bincount(names.rows, some[names.members], len(names.keys))
                for some in (counted, counted * flags)
            )
        )
        told = {
            self.roll.frame.parts[rank]: pair for rank, *pair in zip(ranks.tolist(), borne, gone, strict=True)
        }
        return {part: tuple(told.get(part, (0, 0))) for part in asked}

    def _borne(self, parts: Iterable[str]) -> tuple[Numbers, Numbers]:
        """Return the places of those of some parts that there are, rising, and rows of such a place and a name that holds it."""
        all_parts, held = self.roll.frame.parts, self.roll.frame.held.borne
        places = ((bisect_left(all_parts, part), part) for part in set(parts))
        ranks = sorted(at for at, part in places if at < len(all_parts) and all_parts[at] == part)
        kept = np.isin(held[:, 0], ranks)
        return np.array(ranks, np.int64), np.unique(held[kept][:, (0, 2)], axis=0)

    def unsettled(self, others: Roll, limits: tuple[int, ...]) -> frozenset[str]:
        """Return the parts of the others' names that more than one of some limits bear with them, and no more than that without them.

        >>> crowd = Crowd(Roll.of([("m1", ("Ada Lovelace",), ()), ("m2", ("Ada King",), ())]))
        >>> sorted(crowd.unsettled(Roll.of([("m3", ("Ada Byron",), ()), ("m4", ("Grace King",), ())]), (1,)))
        ['king']
        """
        sizes = np.bincount(others.names.rows, minlength=len(others.names.keys)).tolist()
        more: dict[str, int] = {}
        for key, size in zip(others.names.keys, sizes, strict=True):
            for part in _parts(key):
                more[part] = more.get(part, 0) + size
        return frozenset(
            part
            for part, (borne, _) in self.bearers(more).items()
            if any(borne <= limit < borne + more[part] for limit in limits)
        )

    def who_bears(self, parts: frozenset[str]) -> Roll:
        """Return the roll of those members who bear one of some parts of names."""
        names = self.roll.names
        bearing = np.zeros(len(names.keys), np.bool_)
        bearing[self._borne(parts)[1][:, 1]] = True
        chosen = np.zeros(len(self.roll.tags), np.bool_)
        chosen[names.members[bearing[names.rows]]] = True
        chosen &= self._flags(self.without) == 0
        return Roll(self.roll.tags, names.of(chosen), self.roll.handles.of(chosen), b"")

    def _flags(self, tags: frozenset[str]) -> Flags:
        if not tags:
            return np.zeros(len(self.roll.tags), np.uint8)
        return np.fromiter((tag in tags for tag in self.roll.tags), np.uint8, len(self.roll.tags))


def _parts(key: str) -> set[str]:
    """Return the parts of a name, and of a plain name of two its initials as well: nobody asks for these."""
    if "-" in key or key.count(" ") > 1:
        return {part for some in variants(key) for part in some}
    return set(key.split(" "))


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


def _keyed(rows: list[str], told: Callable[[bytes], None]) -> Keyed:
    """Return who has the keys of rows of key, tag and number (tabs between), none there twice; ``told`` takes them in, in order."""
    rows.sort()
    keys: list[str] = []
    places = np.zeros(len(rows), np.int64)
    members = np.zeros(len(rows), np.int64)
    for begin in range(0, len(rows), _TOLD_AT_ONCE):
        lines = []
        for at, row in enumerate(rows[begin : begin + _TOLD_AT_ONCE], begin):
            key, _, rest = row.partition("\t")
            tag, _, number = rest.rpartition("\t")
            if not keys or key != keys[-1]:
                keys.append(key)
            places[at], members[at] = len(keys) - 1, int(number)
            lines.append(f"{len(key)} {key} {len(tag)} {tag}\n")
        told("".join(lines).encode(errors="replace"))
    order = np.lexsort((members, places))
    return Keyed(keys, places, members[order])
