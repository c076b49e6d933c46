"""Judging: which of the words that the index hit in a text are mentions of members."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from functools import lru_cache
from itertools import islice

from sayso.redact import evidence
from sayso.redact.common_names import FUNCTION_WORDS, PARTICLES
from sayso.redact.evidence import ENDINGS, LONG, agrees
from sayso.redact.folding import Words
from sayso.redact.mention import Mention
from sayso.redact.name_index import Index, Sought
from sayso.redact.name_parts import FEW, HARDLY_ANY, INITIALS
from sayso.redact.name_tables import Strings


class Section(IntEnum):
    """Why a word is looked at."""

    PART = 0
    """It may be a form of a part of a name."""
    LED = 1
    """It may be a name written as one word that a part of a name starts."""
    JOINED = 2
    """The same, given name first, or of somebody always removed."""
    PHRASE = 3
    """It and the next may be a name of two ordinary words."""
    HANDLE = 4
    """A handle may start there."""
    WHOLE = 5
    """A name in a script without spaces stands in it."""


Hit = tuple[Section, int, int, int]
"""Why, the word, what may stand there (a part, a handle, a name), and more: of a part ``BEFORE`` and ``BEHIND`` it where another part
of the same name may stand; of a name in a script without spaces how many letters of the word stand before it."""

ALL = Sought.FOR_ALL
_BEARERS = 256
_REMEMBERED = 1 << 10
_LOOKED_AT = 64
_REACH = 4
BEFORE, BEHIND = ([1 << (side + step) for step in range(_REACH)] for side in (0, _REACH))
"""Bits that say that something stands one, two, three or four words before a word, or behind it."""
_ANYWHERE = sum(BEFORE) + sum(BEHIND)
_PREFIX = 4
_LONGEST = max(map(len, ENDINGS))
_LONG_HANDLE = 10
_MOST_DIGITS = 4
_TELLING = re.compile(r"[\d_.-]")
_PATH = re.compile(r"(?:[/.]\S*/|//|/(?:u|user|users|profile|profiles|member|members|people|author|in)/)@?\Z")
_PATH_REACH = 80
_UNSEEN_OR_LINE = "_\u200b\u200c\u200d\u2060\ufeff\u00ad"


class Judge:
    """Turns hits of the index into mentions, by the rules that ``directory`` states."""

    def __init__(self, index: Index, tags: Strings) -> None:
        self._index, self._tags = index, tags
        self._told = lru_cache(_REMEMBERED)(self._tags_of)
        self._sections: dict[Section, Callable[[Words, int, int, int], Iterator[Mention]]] = {
            Section.PART: self._part,
            Section.LED: self._led,
            Section.JOINED: self._joined,
            Section.PHRASE: self._phrase,
            Section.HANDLE: self._handle,
            Section.WHOLE: self._whole,
        }

    def mentions(self, words: Words, hits: Iterable[Hit]) -> list[Mention]:
        """Return all mentions that the hits in some words lead to; they may overlap."""
        found: list[Mention] = []
        for section, at, meaning, inside in hits:
            found += self._sections[section](words, at, meaning, inside)
        return found

    # Parts of names

    def _part(self, words: Words, at: int, rank: int, steps: int) -> Iterator[Mention]:
        part, word = self._index.part(rank), words.folded[at]
        whom = self._index.sought(rank, word)
        if whom is not Sought.FOR_NOBODY and agrees(word, part):
            full = list(self._pairs(words, at, rank, steps, whom)) if steps else []
            yield from full or self._by_less(words, at, rank, whom)

    def _led(self, words: Words, at: int, rank: int, _: int) -> Iterator[Mention]:
        first, word = self._index.part(rank), words.folded[at]
        if word.startswith(first) and not agrees(word, first):
            yield from self._as_one(words, at, first, self._index.led(rank))

    def _phrase(self, words: Words, at: int, rank: int, _: int) -> Iterator[Mention]:
        for place in (at, at + 1):
            if place < len(words.folded) and agrees(words.folded[place], self._index.part(rank)):
                yield from self._pairs(words, place, rank, _ANYWHERE)

    def _pairs(self, words: Words, at: int, rank: int, steps: int, whom: Sought = ALL) -> Iterator[Mention]:
        """Yield the mentions that a part and another part of the same name near it make, at one of the steps."""
        for direction, bits in ((-1, BEFORE), (1, BEHIND)):
            if not steps & sum(bits):
                continue
            for near in self._near(words, at, direction):
                entries = self._entries(rank, words.folded[near]) if steps & bits[abs(near - at) - 1] else []
                names = self._those(self._names(entries), whom)
                if names:
                    yield self._mention(words, min(at, near), max(at, near), names)

    def _near(self, words: Words, at: int, step: int) -> Iterator[int]:
        """Yield the places where the other part may stand: the next, and beyond initials, particles and one middle name."""
        passed = False
        for near in range(at + step, at + step * (_REACH + 1), step):
            if not 0 <= near < len(words.folded):
                return
            left = min(near, near - step)
            if words.text[words.ends[left] : words.starts[left + 1]] != " " and not evidence.is_bridged(
                words, left, abs(near - at)
            ):
                return
            yield near
            word = words.folded[near]
            if len(word) > 1 and word not in PARTICLES:
                if passed or not evidence.is_capital(words, near) or not evidence.gap_is_space(words, left):
                    return
                passed = True

    def _entries(self, rank: int, word: str) -> list[int]:
        """Return the entries of an anchor whose other part a word is a form of."""
        exact = self._index.entry(rank, word)
        found = [exact] if exact >= 0 else []
        if len(word) > 1 and word.endswith("s"):
            short = self._index.entry(rank, word[:-1])
            found += [short] if short >= 0 and len(word) <= LONG else []
        if len(word) >= _PREFIX:
            found += [entry for entry in self._inflected(rank, word) if entry != exact]
        return found

    def _inflected(self, rank: int, word: str) -> Iterator[int]:
        """Yield the entries of an anchor whose other part has the first letters of a word, which is a form of it."""
        near = self._index.entries_from(rank, word[: max(_PREFIX, len(word) - _LONGEST)])
        tried: Iterable[int] = near
        if len(near) > _LOOKED_AT:
            tried = {
                entry for stem in evidence.stems(word) if (entry := self._index.entry(rank, stem)) in near
            }
        return (entry for entry in tried if agrees(word, self._index.other(entry)))

    def _names(self, entries: Iterable[int]) -> set[int]:
        return {name for entry in entries for name in self._index.entries[entry]}

    def _those(self, names: set[int], whom: Sought) -> set[int]:
        """Return those of some names that a word is looked at for."""
        return names if whom is ALL else {name for name in names if self._index.names.always[name]}

    def _mention(self, words: Words, first: int, last: int, names: set[int]) -> Mention:
        """Return the mention from one word to another, and the parts of the same names that stand next to them."""
        first, last = self._widened(words, first, last, names)
        members = self._members(names)
        return Mention(words.starts[first], words.ends[last], members, True, members)

    def _hint(self, words: Words, first: int, last: int, names: set[int], told: set[int]) -> Mention:
        """Return the mention by less than a name from one word to another; it tells something of those who have ``told`` alone."""
        return Mention(
            words.starts[first], words.ends[last], self._members(names), False, self._members(told)
        )

    def _widened(self, words: Words, first: int, last: int, names: set[int]) -> tuple[int, int]:
        """Return a stretch of words with those next to it (a few at most) that are parts of the same names too."""
        parts = {
            part
            for name in sorted(names)[:INITIALS]
            for part in re.split("[ -]", self._index.names.keys[name])
        }
        lowest, highest = max(0, first - _REACH), min(last + _REACH, len(words.folded) - 1)
        while (
            first > lowest
            and evidence.gap_is_open(words, first - 1)
            and evidence.is_form(words.folded[first - 1], parts)
        ):
            first -= 1
        while last < highest and evidence.gap_is_open(words, last):
            if not evidence.is_form(words.folded[last + 1], parts):
                break
            last += 1
        return first, last

    def _members(self, names: Iterable[int]) -> tuple[str, ...]:
        return self._told(frozenset(names))

    def _tags_of(self, names: frozenset[int]) -> tuple[str, ...]:
        numbers = {number for name in names for number in self._index.names.members[name]}
        return tuple(sorted({self._tags[number] for number in numbers}))

    # Initials, and parts alone

    def _by_less(self, words: Words, at: int, rank: int, whom: Sought) -> Iterator[Mention]:
        near = words.folded[max(0, at - 1) : at + 2]
        short = list(self._with_initial(words, at, rank, whom)) if min(map(len, near)) == 1 else []
        yield from short or self._alone(words, at, rank, whom)

    def _with_initial(self, words: Words, at: int, rank: int, whom: Sought) -> Iterator[Mention]:
        for near in (at - 1, at + 1):
            if not 0 <= near < len(words.folded) or not evidence.is_initial(words, near):
                continue
            left = min(at, near)
            comma = near > at and evidence.gap_is_comma(words, left)
            if not comma and not evidence.gap_is_open(words, left):
                continue
            few, many = self._initialled(rank, words.folded[near], near > at)
            names = self._those(few | many, whom)
            if names:
                yield self._hint(words, left, left + 1, names, self._those(few, whom))

    def _initialled(self, rank: int, letter: str, behind: bool) -> tuple[set[int], set[int]]:
        """Return the names of an anchor whose other part starts with a letter, or of a part ahead of such a one.

        First those that few share, then those of the always removed that many do.
        """
        entries = self._index.entries_from(rank, letter)
        few = self._names(entries) if len(entries) <= INITIALS else set()
        many = self._always_of(entries) if len(entries) > INITIALS else set()
        if behind:
            (few if self._index.borne[rank] <= FEW else many).update(self._followed(rank, letter))
        return few, many

    def _always_of(self, entries: range) -> set[int]:
        return self._those(self._names(self._index.always_of(entries, _BEARERS)), Sought.FOR_ALWAYS)

    def _followed(self, rank: int, letter: str) -> set[int]:
        few = self._index.borne[rank] <= FEW
        return {
            name
            for name in self._index.bearers[rank][:_BEARERS]
            if (few or self._index.names.always[name]) and f" {letter}" in self._index.names.keys[name]
        }

    def _alone(self, words: Words, at: int, rank: int, whom: Sought) -> Iterator[Mention]:
        index = self._index
        few = index.borne[rank] <= FEW
        if index.names_alone(rank) and self._is_always_meant(words, at, rank):
            flagged = {name for name in index.bearers[rank][:_BEARERS] if index.names.always[name]}
            yield self._hint(words, at, at, flagged, flagged if few else set())
        elif whom is ALL and few and self._is_meant(words, at, rank):
            names = set(index.bearers[rank])
            yield self._hint(words, at, at, names, names)

    def _is_always_meant(self, words: Words, at: int, rank: int) -> bool:
        """Return whether a bare part of the name of somebody who is always removed is a mention."""
        part, word, borne = self._index.part(rank), words.folded[at], self._index.borne[rank]
        if self._index.is_common(word) and (word != part or word in FUNCTION_WORDS):
            return False
        if evidence.is_called(words, at):
            return True
        if self._index.is_common(part):
            return borne <= FEW and evidence.is_inside_sentence(words, at)
        if borne <= HARDLY_ANY and len(part) > LONG and word in (part, part + "s"):
            return True
        return borne <= FEW and evidence.is_capital(words, at)

    def _is_meant(self, words: Words, at: int, rank: int) -> bool:
        """Return whether a bare part of the name of somebody else is a mention."""
        part, borne = self._index.part(rank), self._index.borne[rank]
        if (
            not evidence.is_capital(words, at)
            or self._index.is_common(part)
            or self._index.is_common(words.folded[at])
        ):
            return False
        return evidence.is_called(words, at) or (
            borne <= HARDLY_ANY and evidence.is_inside_sentence(words, at)
        )

    # Names written as one word

    def _joined(self, words: Words, at: int, rank: int, _: int) -> Iterator[Mention]:
        first = self._index.part(rank)
        if words.folded[at].startswith(first):
            yield from self._as_one(words, at, first)

    def _as_one(self, words: Words, at: int, first: str, whom: Sought = ALL) -> Iterator[Mention]:
        split = len(first)
        rest = words.folded[at][split:]
        for tail, length in self._tails(words, at, split):
            names = self._those(self._both(first, tail), whom)
            if names:
                start, end = words.stretch(at, 0, split + length)
                end = words.ends[at] if length == len(rest) else end
                members = self._members(names)
                yield Mention(start, end, members, True, members)
                return

    def _tails(self, words: Words, at: int, split: int) -> Iterator[tuple[str, int]]:
        """Yield what may be the second part of a word that starts with a first: all, less digits, up to an inner capital."""
        rest = words.folded[at][split:]
        bare = rest.rstrip("0123456789")
        if bare and len(rest) - len(bare) <= _MOST_DIGITS:
            yield bare, len(rest)
        written = words.text[words.starts[at] : words.ends[at]]
        if len(written) == len(words.folded[at]) and not written.isupper():
            inner = (place for place in range(split + 2, len(written)) if written[place].isupper())
            yield from ((rest[: place - split], place - split) for place in islice(inner, _REACH))

    def _both(self, first: str, second: str) -> set[int]:
        rank = self._index.rank(first)
        entries = self._entries(rank, second) if rank >= 0 else []
        for stem in evidence.stems(second):
            rank = self._index.rank(stem)
            entry = self._index.entry(rank, first) if rank >= 0 else -1
            entries += [entry] if entry >= 0 else []
        return self._names(entries)

    # Handles and names without spaces

    def _handle(self, words: Words, at: int, handle: int, _: int) -> Iterator[Mention]:
        key = self._index.handles.keys[handle]
        last = at + key.count(" ")
        if " ".join(words.folded[at : last + 1]) != key:
            return
        start, end = words.starts[at], words.ends[last]
        if not all(evidence.gap_is_join(words, left) for left in range(at, last)):
            named = self._index.names.members[self._name_of(handle)] if self._name_of(handle) >= 0 else ()
            if not named or not all(evidence.gap_is_open(words, left) for left in range(at, last)):
                return
        if self._index.handles.always[handle] or self._is_telling(words.text, start, end):
            yield self._handle_mention(words.text, start, end, handle)

    def _name_of(self, handle: int) -> int:
        """Return the display name that a handle of several words is, or -1."""
        return self._index.name(self._index.handles.keys[handle])

    def _is_telling(self, text: str, start: int, end: int) -> bool:
        return (
            end - start >= _LONG_HANDLE or bool(_TELLING.search(text, start, end)) or _is_marked(text, start)
        )

    def _handle_mention(self, text: str, start: int, end: int, handle: int) -> Mention:
        while start and text[start - 1] == "_":
            start -= 1
        while end < len(text) and text[end] == "_":
            end += 1
        numbers = self._index.handles.members[handle]
        members = tuple(sorted({self._tags[number] for number in numbers}))
        return Mention(start, end, members, True, members)

    def marked(self, words: Words) -> Iterator[Mention]:
        """Yield the handles that are ordinary words, where an ``@`` or the path of a profile says that a handle stands there."""
        for at, word in enumerate(words.folded):
            if word in self._index.first_marked:
                yield from self._marked_at(words, at, word, words.starts[at])

    def _marked_at(self, words: Words, at: int, word: str, start: int) -> Iterator[Mention]:
        for last in range(at, min(at + _REACH, len(words.folded))):
            if last > at:
                if not evidence.gap_is_join(words, last - 1):
                    return
                word += " " + words.folded[last]
            handle = self._index.marked.get(word, -1)
            if handle >= 0 and _is_marked(words.text, start):
                yield self._handle_mention(words.text, start, words.ends[last], handle)

    def _whole(self, words: Words, at: int, name: int, inside: int) -> Iterator[Mention]:
        """Yield a name in a script without spaces, wherever it stands in a run of letters."""
        key = self._index.names.keys[name]
        for form in (key.replace(" ", "").replace("-", ""), key.replace("-", " ")):
            parts = form.split(" ")
            if not words.folded[at].startswith(parts[0], inside) or (
                len(parts) > 1 and not self._follow(words, at, parts)
            ):
                continue
            start, end = words.stretch(at, inside, inside + len(parts[0]))
            if len(parts) > 1:
                end = words.stretch(at + len(parts) - 1, 0, len(parts[-1]))[1]
            members = self._members([name])
            yield Mention(start, end, members, True, members)
            return

    def _follow(self, words: Words, at: int, parts: list[str]) -> bool:
        """Return whether the parts behind the first stand in the words behind, the last at the start of one."""
        last = at + len(parts) - 1
        if words.folded[at + 1 : last] != parts[1:-1] or last >= len(words.folded):
            return False
        return words.folded[last].startswith(parts[-1]) and all(
            evidence.gap_is_open(words, left) for left in range(at, last)
        )


def _is_marked(text: str, start: int) -> bool:
    """Return whether an ``@`` or the path of a URL stands right before a place."""
    before = text[max(0, start - _PATH_REACH) : start].rstrip(_UNSEEN_OR_LINE)
    return before.endswith(("@", "＠")) or (before.endswith("/") and _PATH.search(before) is not None)
