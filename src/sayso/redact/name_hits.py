"""Where in the texts of a batch names may stand: the words that the tables of the directory know, less those that can be no mention.

A hit is judged by itself by ``judging.Judge``, in Python. So what can be seen of all words at once is seen here: a part of a name
is a hit only where another part of the same name may stand near it, an initial at it, or a sign that it is a name. What is left out
here the judge would turn down.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import repeat

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from sayso.redact import name_parts as so
from sayso.redact import name_starts as sought
from sayso.redact.batch_words import BatchWords, Truths
from sayso.redact.folding import Batch, Words
from sayso.redact.judging import BEFORE, BEHIND, Hit, Section
from sayso.redact.name_index import Index
from sayso.redact.name_tables import Hashed
from sayso.redact.word_hashes import Numbers, WordStarts, mixed
from sayso.redact.word_memo import WordMemo, codes_of

AROUND = 10
"""How many words on each side of a hit a rule looks at, at most: another part of the name, then what widens the mention."""

_LEAST = 4

_Hit = tuple[int, int, Hit]
"""The first word of a hit and its last; the hit."""


class Hits:
    """Looks the words of texts up."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._starts, self._near, self._phrases, self._goes_on, self._complete = (
            Hashed(index.arrays, name) for name in ("starts", "near", "phrases", "goes_on", "complete")
        )
        self._flags = np.asarray(index.arrays["flags"])
        self._before, self._behind = (
            np.asarray(index.arrays[f"initials.{side}"]) for side in ("before", "behind")
        )
        self._longest, self._longest_word = index.arrays["longest"].tolist()
        self._dull = WordMemo()
        self._wholes = list(_wholes(index))
        self._automaton = _automaton([form for form, _ in self._wholes])

    @cached_property
    def _piece_automaton(self) -> BytesAhoCorasick | None:
        """Return what finds every part of a name in a script without spaces; which of them is not told."""
        return _automaton(sorted({piece for form, _ in self._wholes for piece in form.split()}))

    def windows(self, batch: Batch) -> Iterator[tuple[int, Words, list[Hit]]]:
        """Yield the stretches of words in which names may stand: number of the text, the words, the hits among them.

        The words reach ``AROUND`` beyond the hits on both sides, or to the end of the text; hits nearer than that share them.
        """
        found = sorted([*self._known(batch), *self._unspaced(batch)])
        if found:
            yield from _gathered(batch, found)

    def seen(self, batch: Batch) -> frozenset[int]:
        """Return the numbers of the texts in which any word stands that may belong to a name or a handle, wherever it stands."""
        found = np.zeros(0, np.int64)
        if len(batch.starts) and len(self._starts):
            found, _, _ = self._meant(BatchWords(batch, self._longest_word))
        unspaced = _places(batch, self._piece_automaton)[1]
        return frozenset(np.searchsorted(batch.marks, np.append(found, unspaced)).tolist())

    def _known(self, batch: Batch) -> Iterator[_Hit]:
        if not len(batch.starts) or not len(self._starts):
            return
        words = BatchWords(batch, self._longest_word)
        word, kind, meaning = self._meant(words)
        part = kind == sought.WHOLE
        yield from self._parts(words, word[part], meaning[part])
        for section, some in (
            (Section.LED, kind == sought.LED),
            (Section.JOINED, kind == sought.JOINED),
            (Section.HANDLE, kind == sought.HANDLE),
        ):
            yield from _hits(section, word[some], meaning[some])
        yield from self._in_phrases(words, word[kind == sought.PHRASE])
        yield from self._in_handles(words, word[kind == sought.HANDLE_START])

    def _meant(self, words: BatchWords) -> tuple[Numbers, Numbers, Numbers]:
        """Return what words by themselves may mean: the words, the kinds (of a form of a part ``WHOLE``), what of each."""
        codes = codes_of(words.letters, words.starts, words.sizes)
        fresh = self._dull.unknown(codes)
        word, size, number = self._looked_up(words, fresh)
        kind, meaning = number % sought.KINDS, number // sought.KINDS
        cut = words.sizes[word] - size
        part = np.flatnonzero((kind == sought.WHOLE) | (kind == sought.STEM))
        kept = (cut == 0) | (kind == sought.LED) | (kind == sought.JOINED)
        kept[part] = self._is_form(words, word[part], meaning[part], cut[part], kind[part] == sought.STEM)
        kind[part] = sought.WHOLE
        telling = np.zeros(len(words.sizes), np.bool_)
        telling[word[kept]] = True
        self._dull.add(codes.at(fresh[~telling[fresh]]))
        return word[kept], kind[kept], meaning[kept]

    def _looked_up(self, words: BatchWords, some: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Return what some words start with, or are: the words, the sizes of that, what it means."""
        sizes = words.sizes[some]
        starts = WordStarts(words.letters, words.starts[some], sizes, _LEAST, self._longest)
        which, number = self._starts.found(starts.hashes)
        word, size = starts.of(which)
        apart = np.flatnonzero((sizes < _LEAST) & (sizes > 1) | (sizes > self._longest))
        which, other = self._starts.found(words.hashes(some[apart]))
        rows = (some[word], some[apart[which]]), (size, sizes[apart[which]]), (number, other)
        words_, sizes_, numbers = (np.concatenate(some) for some in rows)
        return words_, sizes_, numbers

    # Parts of names

    def _is_form(self, words: BatchWords, word: Numbers, part: Numbers, cut: Numbers, stem: Truths) -> Truths:
        """Return whether words, without the last bytes, may be forms of parts (``evidence.agrees``)."""
        long = self._flags[part] & so.IS_LONG != 0
        return np.where(cut == 0, ~stem, long & words.ends_so(word, cut))

    def _parts(self, words: BatchWords, word: Numbers, part: Numbers) -> Iterator[_Hit]:
        """Yield the parts of names that something around may make a mention."""
        if not len(word):
            return
        first, last = words.bounds(word)
        steps = self._steps(words, word, part, first, last)
        before, behind = word > first, word + 1 < last
        chance = (steps > 0) | self._is_meant(words, word, part, before, behind)
        for some, step, initials in ((before, -1, self._before), (behind, 1, self._behind)):
            left = np.flatnonzero(some & ~chance)
            chance[left] = words.is_initial(word[left] + step, initials[part[left]])
        yield from _hits(Section.PART, word[chance], part[chance], steps[chance])

    def _is_meant(
        self, words: BatchWords, word: Numbers, part: Numbers, before: Truths, behind: Truths
    ) -> Truths:
        """Return whether a bare part of a name may be a mention (``Judge._alone``)."""
        flags = self._flags[part]
        alone, common, few, hardly_any, longer = (
            flags & flag != 0 for flag in (so.ALONE, so.COMMON, so.OF_FEW, so.OF_HARDLY_ANY, so.IS_LONGER)
        )
        capital = words.is_capital(word)
        called = words.is_called(word, capital, before, behind)
        inside = capital & words.is_inside(word, before, behind)
        named = called | (few & np.where(common, inside, capital | (hardly_any & longer)))
        meant: Truths = (alone & named) | (few & ~common & capital & (called | (hardly_any & inside)))
        return meant

    def _steps(
        self, words: BatchWords, word: Numbers, part: Numbers, first: Numbers, last: Numbers
    ) -> Numbers:
        """Return how far from a part another part of its name may stand, as bits: of words before it, then behind."""
        steps = np.zeros(len(word), np.int64)
        for direction, bits in ((-1, BEFORE), (1, BEHIND)):
            left = np.arange(len(word))
            for distance, bit in enumerate(bits, 1):
                near = word[left] + direction * distance
                there = (near >= first[left]) & (near < last[left])
                left, near = left[there], near[there]
                if not len(left):
                    break
                starts = words.start_codes(near, sought.OF_PAIR)
                steps[left[self._near.has(sought.near_hashes(part[left], starts))]] |= bit
                left = left[words.is_bridge(near)]
        return steps

    # Ordinary words that together are a name, and handles of several words

    def _in_phrases(self, words: BatchWords, word: Numbers) -> Iterator[_Hit]:
        word = word[word + 1 < words.bounds(word)[1]]
        if not len(word):
            return
        following = word + 1
        sizes = words.sizes[following]
        starts = WordStarts(words.letters, words.starts[following], sizes, 1, self._longest)
        first, _ = starts.of(np.arange(len(starts.hashes)))
        which, part = self._phrases.found(mixed(words.hashes(word)[first], starts.hashes))
        for one, what in zip(word[first[which]].tolist(), part.tolist(), strict=True):
            yield one, one + 1, (Section.PHRASE, one, what, 0)

    def _in_handles(self, words: BatchWords, word: Numbers) -> Iterator[_Hit]:
        if not len(word):
            return
        behind = words.bounds(word)[1]
        state, more = words.hashes(word), 0
        while len(word):
            more += 1
            there = word + more < behind
            word, behind, state = word[there], behind[there], state[there]
            state = mixed(state, words.hashes(word + more))
            for first in word[self._complete.has(state)].tolist():
                handle = self._index.handles.keys.find(words.written(first, more + 1))
                if handle >= 0:
                    yield first, first + more, (Section.HANDLE, first, handle, 0)
            on = self._goes_on.has(state)
            word, behind, state = word[on], behind[on], state[on]

    # Names in scripts without spaces

    def _unspaced(self, batch: Batch) -> Iterator[_Hit]:
        pattern, first, last, place = _places(batch, self._automaton)
        columns = (pattern, first, last, batch.inside(place, first) if len(place) else place)
        for at, one, other, inside in zip(*(column.tolist() for column in columns), strict=True):
            yield one, other, (Section.WHOLE, one, self._wholes[at][1], inside)


def _places(batch: Batch, automaton: BytesAhoCorasick | None) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return what of patterns in scripts without spaces stands where: which, the first and last word, the place of its first byte."""
    found = []
    if automaton is not None and not batch.plain.isascii():
        joined = b" ".join((b"", *batch.plain.split(), b""))
        found = automaton.find_matches_as_indexes(joined, overlapping=True)
    if not found:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing, nothing
    pattern, start, end = np.array(found).T
    spaces = np.flatnonzero(np.frombuffer(joined, np.uint8) == ord(" "))
    first = np.searchsorted(spaces, start, "right") - 1
    last = np.searchsorted(spaces, end - 1, "right") - 1
    return pattern, first, last, batch.starts[first] + np.maximum(start - spaces[first] - 1, 0)


def _hits(section: Section, word: Numbers, meaning: Numbers, steps: Numbers | None = None) -> Iterator[_Hit]:
    more = repeat(0) if steps is None else steps.tolist()
    for first, what, bits in zip(word.tolist(), meaning.tolist(), more, strict=False):
        yield first, first, (section, first, what, bits)


def _wholes(index: Index) -> Iterator[tuple[bytes, int]]:
    for name in index.arrays["wholes"].tolist():
        key = index.names.keys[name]
        for form in sorted({key.replace(" ", "").replace("-", ""), key.replace("-", " ")}):
            if len(form) > 1:
                yield form.encode(), name


def _automaton(patterns: list[bytes]) -> BytesAhoCorasick | None:
    if not patterns:
        return None
    return BytesAhoCorasick(
        patterns, matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
    )


def _gathered(batch: Batch, found: list[_Hit]) -> Iterator[tuple[int, Words, list[Hit]]]:
    first, last = np.array([hit[:2] for hit in found], np.int64).T
    number = np.searchsorted(batch.marks, first)
    lowest = np.maximum(first - AROUND, np.append(-1, batch.marks)[number] + 1)
    highest = np.maximum.accumulate(np.minimum(last + AROUND + 1, batch.marks[number]))
    apart = np.flatnonzero(lowest[1:] > highest[:-1]) + 1
    froms, tos = np.append(0, apart), np.append(apart, len(first))
    windows = batch.windows(number[froms], lowest[froms], highest[tos - 1])
    rows = (number[froms], lowest[froms], froms, tos)
    for words, text, low, begin, end in zip(windows, *(row.tolist() for row in rows), strict=True):
        hits = (hit for _, _, hit in found[begin:end])
        yield (
            text,
            words,
            [(section, word - low, meaning, inside) for section, word, meaning, inside in hits],
        )
