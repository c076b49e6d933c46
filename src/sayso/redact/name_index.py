"""The index of the directory: every name and handle in flat tables, and one automaton whose hits lead into them.

The automaton (Aho-Corasick, of ahocorasick-rs) knows what a mention cannot be without, nothing more: the rarer part of each pair
of name parts, names written as one word, and handles. What stands around a hit is judged by whoever asks. Numbers, not objects,
hold a million names: a name, a part and a handle are their places in sorted order.
"""

from __future__ import annotations

import hmac
from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import groupby

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from sayso.redact.common_names import FUNCTION_WORDS, load_common_words, load_places
from sayso.redact.evidence import ENDINGS, LONG, VOWELS
from sayso.redact.folding import Batch, Numbers, Words, folded
from sayso.redact.name_keys import UNSPACED, name_keys, pairs, variants

_SHORT = 3
_JOINED_FROM = 5
_OF_SURNAME = 4
_BITS = 32

AROUND = 10
"""How many words on each side of a hit a rule looks at, at most: another part of the name, then what widens the mention."""

Hit = tuple[int, int, int, int]
"""The section of the pattern, the word where it starts, what it means there, the letters of that word before it."""


class Grouped:
    """Rows of numbers: ``rows[i]`` are the numbers of row ``i``."""

    __slots__ = ("_ends", "_flat")

    def __init__(self) -> None:
        self._flat = array("I")
        self._ends = array("I", [0])

    def add(self, numbers: Iterable[int]) -> None:
        """Add a row."""
        self._flat.extend(numbers)
        self._ends.append(len(self._flat))

    def __getitem__(self, row: int) -> array[int]:
        return self._flat[self._ends[row] : self._ends[row + 1]]

    def __len__(self) -> int:
        return len(self._ends) - 1


class Owners:
    """Folded names (or handles) in sorted order, each with its members and whether one of them is always removed."""

    __slots__ = ("always", "keys", "members")

    def __init__(self, rows: list[str], always: Collection[int], seal: hmac.HMAC) -> None:
        rows.sort()
        self.keys: list[str] = []
        self.members = Grouped()
        flags = bytearray()
        for key, group in groupby(rows, key=lambda row: row.partition("\t")[0]):
            held = sorted({int(row.rpartition("\t")[2]) for row in group})
            self.keys.append(key)
            self.members.add(held)
            flags.append(any(member in always for member in held))
        self.always = bytes(flags)
        for row in rows:
            key, _, rest = row.partition("\t")
            member, _, number = rest.rpartition("\t")
            seal.update(
                f"{len(key)} {key} {len(member)} {member} {int(number) in always}\n".encode(errors="replace")
            )


class Index:
    """All tables of a directory; built once, never changed."""

    def __init__(self, names: Owners, handles: Owners) -> None:
        self.names, self.handles = names, handles
        self._rare = load_common_words() | load_places() | FUNCTION_WORDS
        self._sorted_rare = sorted(self._rare)
        self._gather_parts()
        self._gather_pairs()
        self._gather_bearers()
        self.marked = self._marked()
        self.first_marked = frozenset(key.partition(" ")[0] for key in self.marked)
        self.wholes = [place for place, key in enumerate(names.keys) if UNSPACED.search(key)]
        self._compile()

    def is_common(self, word: str) -> bool:
        """Return whether a folded word is more often no name."""
        return word in self._rare

    # Parts

    def _gather_parts(self) -> None:
        found: set[str] = set()
        for key in self.names.keys:
            for parts in variants(key):
                found.update(parts)
        self.parts = sorted(found)
        self._rank = {part: rank for rank, part in enumerate(self.parts)}

    def rank(self, part: str) -> int:
        """Return the place of a part of a name, or -1 where no name has it."""
        rank = bisect_left(self.parts, part)
        return rank if rank < len(self.parts) and self.parts[rank] == part else -1

    def name(self, key: str) -> int:
        """Return the place of a name, or -1 where nobody has it."""
        place = bisect_left(self.names.keys, key)
        return place if place < len(self.names.keys) and self.names.keys[place] == key else -1

    def _anchor(self, first: str, second: str) -> tuple[str, str]:
        """Return the part by which a pair is found, and the other: the one that texts hold less often, else the second."""
        if self._frequency(first) < self._frequency(second):
            return first, second
        return second, first

    def _frequency(self, part: str) -> int:
        return (part in self._rare) + (part in FUNCTION_WORDS) + (len(part) < _SHORT)

    def _gather_pairs(self) -> None:
        coded: list[int] = []
        for number, key in enumerate(self.names.keys):
            for parts in variants(key):
                for pair in pairs(parts, key):
                    anchor, other = self._anchor(*pair)
                    coded.append(((self._rank[anchor] << _BITS | self._rank[other]) << _BITS) | number)
        coded.sort()
        self._store_pairs(coded)

    def _store_pairs(self, coded: list[int]) -> None:
        """Keep for each anchor the other parts as one text, ``\\n`` around each, and for each of these its names."""
        self.entries = Grouped()
        self.always_entries = bytearray()
        self._starts, self._firsts = array("I", [0]), array("I", [0])
        pieces: list[str] = []
        size = 0
        groups = groupby(coded, key=lambda code: code >> 2 * _BITS)
        upcoming = next(groups, None)
        for rank in range(len(self.parts)):
            if upcoming and upcoming[0] == rank:
                for other, names in groupby(upcoming[1], key=lambda code: (code >> _BITS) & 0xFFFFFFFF):
                    pieces.append(self.parts[other])
                    size += len(self.parts[other]) + 1
                    self._add_entry(sorted({code & 0xFFFFFFFF for code in names}))
                upcoming = next(groups, None)
            self._starts.append(size)
            self._firsts.append(len(self.entries))
        self._others = "\n" + "".join(piece + "\n" for piece in pieces)

    def _add_entry(self, names: list[int]) -> None:
        self.entries.add(names)
        self.always_entries.append(any(self.names.always[name] for name in names))

    def entries_from(self, rank: int, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield the other parts that stand with an anchor and start with a prefix, and the number of each entry."""
        start, end = self._starts[rank], self._starts[rank + 1]
        at = self._others.find("\n" + prefix, start, end)
        if at < 0:
            return
        entry = self._firsts[rank] + self._others.count("\n", start, at)
        while at < end and self._others.startswith(prefix, at + 1):
            stop = self._others.index("\n", at + 1)
            yield self._others[at + 1 : stop], entry
            entry += 1
            at = stop

    def has_entries(self, rank: int) -> bool:
        """Return whether pairs are found by this part."""
        return self._firsts[rank] < self._firsts[rank + 1]

    def entry(self, rank: int, other: str) -> int:
        """Return the number of the entry of an anchor and another part, or -1."""
        start = self._starts[rank]
        at = self._others.find(f"\n{other}\n", start, self._starts[rank + 1] + 1)
        return -1 if at < 0 else self._firsts[rank] + self._others.count("\n", start, at)

    # Bearers

    def _gather_bearers(self) -> None:
        """Keep for each part the names that hold it, those with a member who is always removed first, and how many members."""
        coded: list[int] = []
        for number, key in enumerate(self.names.keys):
            later = 0 if self.names.always[number] else 1
            parts = {part for held in variants(key) for part in held}
            coded += [((self._rank[part] << 1 | later) << _BITS) | number for part in parts]
        coded.sort()
        self.bearers = Grouped()
        self.borne = array("I")
        self.always_parts = bytearray()
        for _, group in groupby(coded, key=lambda code: code >> (_BITS + 1)):
            held = list(group)
            names = [code & 0xFFFFFFFF for code in held]
            self.bearers.add(names)
            self.borne.append(sum(len(self.names.members[name]) for name in names))
            self.always_parts.append(not held[0] >> _BITS & 1)
        del self._rank

    # Handles

    def _marked(self) -> dict[str, int]:
        """Return the handles that count only behind an ``@`` or in the path of a profile: ordinary words, digits, very short ones."""
        return {key: place for place, key in enumerate(self.handles.keys) if self.needs_mark(key)}

    def needs_mark(self, key: str) -> bool:
        """Return whether a folded handle is an ordinary word, a number or very short."""
        spare = key.replace(" ", "")
        return key in self._rare or spare.isdecimal() or len(spare) < _SHORT

    # The automaton

    def _compile(self) -> None:
        self.of_pattern = array("I")
        self.sections: list[int] = []
        patterns: list[bytes] = []
        for section in (
            self._part_patterns,
            self._phrases,
            self._joined,
            self._handle_patterns,
            self._whole_patterns,
        ):
            for pattern, meaning in section():
                patterns.append(pattern.encode())
                self.of_pattern.append(meaning)
            self.sections.append(len(patterns))
        self._automaton = (
            BytesAhoCorasick(
                patterns, matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
            )
            if patterns
            else None
        )

    def windows(self, batch: Batch) -> Iterator[tuple[int, Words, list[Hit]]]:
        """Yield the stretches of words in which names may stand: number of the text, the words, the hits among them.

        The words reach ``AROUND`` beyond the hits on both sides, or to the end of the text; hits nearer than that share them.
        """
        if not self._automaton:
            return
        found = self._automaton.find_matches_as_indexes(batch.joined, overlapping=True)
        if not found:
            return
        pattern, start, end = np.array(found).T
        order = np.argsort(start, kind="stable")
        pattern, start, end = pattern[order], start[order], end[order]
        first = np.searchsorted(batch.spaces, start, "right") - 1
        last = np.searchsorted(batch.spaces, end - 1, "right") - 1
        yield from self._gathered(batch, first, last, self._meanings(batch, pattern, start, first))

    def _meanings(self, batch: Batch, pattern: Numbers, start: Numbers, word: Numbers) -> list[Hit]:
        """Return for each hit its section, its word (of the batch), what the pattern means, the letters before it in the word."""
        section = np.searchsorted(self.sections, pattern, "right")
        meaning = np.frombuffer(self.of_pattern, np.uintc)[pattern]
        inside = batch.inside(start, word)
        return list(zip(*(row.tolist() for row in (section, word, meaning, inside)), strict=True))

    def _gathered(
        self, batch: Batch, first: Numbers, last: Numbers, hits: list[Hit]
    ) -> Iterator[tuple[int, Words, list[Hit]]]:
        number = np.searchsorted(batch.marks, first)
        lowest = np.maximum(first - AROUND, np.append(-1, batch.marks)[number] + 1)
        highest = np.maximum.accumulate(np.minimum(last + AROUND + 1, batch.marks[number]))
        apart = np.flatnonzero(lowest[1:] > highest[:-1]) + 1
        froms, tos = np.append(0, apart), np.append(apart, len(first))
        windows = batch.windows(number[froms], lowest[froms], highest[tos - 1])
        rows = (number[froms], lowest[froms], froms, tos)
        for words, text, low, begin, end in zip(windows, *(row.tolist() for row in rows), strict=True):
            near = [
                (section, word - low, meaning, inside) for section, word, meaning, inside in hits[begin:end]
            ]
            yield text, words, near

    def _is_sought(self, rank: int) -> bool:
        """Return whether a part has patterns of its own: a common word only where somebody always removed bears it."""
        part = self.parts[rank]
        return part not in self._rare or (self.always_parts[rank] == 1 and part not in FUNCTION_WORDS)

    def _starts_a_common_word(self, stem: str) -> bool:
        place = bisect_left(self._sorted_rare, stem)
        return place < len(self._sorted_rare) and self._sorted_rare[place].startswith(stem)

    def _part_patterns(self) -> Iterator[tuple[str, int]]:
        for rank, part in enumerate(self.parts):
            if not self._is_sought(rank) or UNSPACED.search(part):
                continue
            for form in _part_forms(part, self._starts_a_common_word):
                if form[1:-1] == part or form[1:-1] not in self._rare or self.always_parts[rank]:
                    yield form, rank

    def _phrases(self) -> Iterator[tuple[str, int]]:
        """Yield both orders of each pair of which neither part is sought alone."""
        for rank, part in enumerate(self.parts):
            if self._is_sought(rank):
                continue
            for other, _ in self.entries_from(rank, ""):
                yield f" {other} {part}", rank
                yield f" {part} {other}", rank

    def _joined(self) -> Iterator[tuple[str, int]]:
        """Yield the starts of names written as one word, given name first; for those always removed the other order too."""
        found: set[str] = set()
        for number, key in enumerate(self.names.keys):
            for parts in variants(key):
                if len(parts) > 1:
                    found.update(self._joins(parts, self.names.always[number] == 1))
        for join in sorted(found):
            yield " " + join.replace("|", ""), join.index("|")

    def _joins(self, parts: list[str], always: bool) -> Iterator[str]:
        couples = [(parts[0], parts[-1])]
        if always:
            couples.append((parts[-1], parts[0]))
        for first, second in couples:
            if len(first) + len(second) >= _JOINED_FROM and not UNSPACED.search(first + second):
                yield f"{first}|{second[:_OF_SURNAME]}"

    def _handle_patterns(self) -> Iterator[tuple[str, int]]:
        for place, key in enumerate(self.handles.keys):
            if key not in self.marked and not UNSPACED.search(key):
                yield f" {key} ", place

    def _whole_patterns(self) -> Iterator[tuple[str, int]]:
        for name in self.wholes:
            key = self.names.keys[name]
            for form in {key.replace(" ", "").replace("-", ""), key.replace("-", " ")}:
                if len(form) > 1:
                    yield form, name


def _part_forms(part: str, starts_a_word: Callable[[str], bool]) -> Iterator[str]:
    """Yield what each form of a part of a name starts with; the forms themselves where ordinary words start like that too."""
    if len(part) < LONG:
        yield from (f" {part} ", f" {part}s ")
        return
    stem = part[:-1] if part[-1] in VOWELS else part
    if len(stem) >= LONG and not starts_a_word(stem):
        yield " " + stem
        return
    yield f" {part} "
    for ending in sorted(ENDINGS):
        yield from {f" {part}{ending} ", f" {stem}{ending} "} - {f" {part} "}


def build(
    rows: Iterable[tuple[int, str, tuple[str, ...], tuple[str, ...]]],
    always: Collection[int],
    seal: hmac.HMAC,
) -> Index:
    """Return the index of members: number, tag, names, handles; ``seal`` has taken in the sorted folded content and flags."""
    names: list[str] = []
    handles: list[str] = []
    for number, tag, displayed, taken in rows:
        keys = {key for name in displayed for key in name_keys(name)}
        names += [f"{key}\t{tag}\t{number}" for key in keys]
        words = {folded(handle) for handle in taken} | {
            key.replace("-", " ") for key in keys if _is_one_word(key)
        }
        words |= {key.replace(" ", "").replace("-", "") for key in keys if key.count(" ") > 1}
        handles += [f"{word}\t{tag}\t{number}" for word in words if word]
    held = Owners(names, always, seal)
    del names
    return Index(held, Owners(handles, always, seal))


def _is_one_word(key: str) -> bool:
    return len(variants(key)[0]) < 2
