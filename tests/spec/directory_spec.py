"""What the directory finds, told plainly: each word of a text is held against each part, name and handle, and then judged."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from sayso.redact.common_names import FUNCTION_WORDS, rare_words
from sayso.redact.directory import Directory
from sayso.redact.evidence import LONG, VOWELS, agrees
from sayso.redact.folding import Words
from sayso.redact.judging import BEFORE, BEHIND, Hit, Judge, Section
from sayso.redact.mention import Mention, settle
from sayso.redact.name_frame import needs_mark
from sayso.redact.name_index import Index
from sayso.redact.name_keys import UNSPACED, pairs, variants
from sayso.redact.name_tables import Strings

ANYWHERE = sum(BEFORE) + sum(BEHIND)
RARE = rare_words()


def mentions(directory: Directory, text: str) -> list[Mention]:
    """Return the mentions in a text that holds no label of an earlier redaction."""
    index = Index(directory.arrays)
    judge = Judge(index, Strings(directory.arrays, "tags"))
    words = Words.of(text)
    found = [*judge.mentions(words, list(_hits(index, words))), *judge.marked(words)]
    return settle(found, directory.always)


def _hits(index: Index, words: Words) -> Iterator[Hit]:
    for at, word in enumerate(words.folded):
        yield from ((section, at, meaning, 0) for section, meaning in _joined(index, word))
        for rank, part in enumerate(index.parts):
            if _is_found(index, rank) and _is_form(index, rank, word):
                yield Section.PART, at, rank, ANYWHERE
            if _is_found(index, rank) and _by_start(part) and word.startswith(part):
                yield Section.LED, at, rank, 0
        for handle, key in enumerate(index.handles.keys):
            if not needs_mark(key, RARE) and not UNSPACED.search(key) and _stands(words, at, key):
                yield Section.HANDLE, at, handle, 0
        yield from ((Section.PHRASE, at, rank, 0) for rank in _phrases(index, words, at))
        yield from _wholes(index, words, at)


def _is_sought(index: Index, rank: int) -> bool:
    part = index.parts[rank]
    return part not in RARE or (index.always_parts[rank] == 1 and part not in FUNCTION_WORDS)


def _stem(part: str) -> str:
    return part[:-1] if part[-1] in VOWELS else part


@cache
def _by_start(part: str) -> bool:
    stem = _stem(part)
    return len(stem) >= LONG and not any(word.startswith(stem) for word in RARE)


def _is_found(index: Index, rank: int) -> bool:
    part = index.parts[rank]
    lost = _by_start(part) and _stem(part)[:-1] in RARE and not index.always_parts[rank]
    return _is_sought(index, rank) and not UNSPACED.search(part) and not lost


def _is_form(index: Index, rank: int, word: str) -> bool:
    part = index.parts[rank]
    free = _by_start(part) or index.always_parts[rank] == 1 or word == part or word not in RARE
    return free and agrees(word, part)


def _couples(index: Index) -> Iterator[tuple[str, str]]:
    """Yield the two parts of each name that are joined, in the orders in which they are."""
    for name, key in enumerate(index.names.keys):
        for parts in variants(key):
            if len(parts) > 1:
                yield parts[0], parts[-1]
                if index.names.always[name]:
                    yield parts[-1], parts[0]


def _joined(index: Index, word: str) -> Iterator[tuple[Section, int]]:
    for first, second in _couples(index):
        if len(first) + len(second) >= 5 and not UNSPACED.search(first + second):
            if word.startswith(first + second[:4]):
                yield Section.JOINED, index.rank(first)


def _stands(words: Words, at: int, key: str) -> bool:
    parts = key.split(" ")
    return words.folded[at : at + len(parts)] == parts


def _phrases(index: Index, words: Words, at: int) -> Iterator[int]:
    """Yield the parts that find pairs of which neither is sought alone, and one order of which stands there."""
    if at + 1 == len(words.folded):
        return
    one, two = words.folded[at : at + 2]
    for key in index.names.keys:
        for parts in variants(key):
            for first, second in pairs(parts, key):
                for anchor, other in ((first, second), (second, first)):
                    rank = index.rank(anchor)
                    is_there = (one == other and two.startswith(anchor)) or (
                        one == anchor and two.startswith(other)
                    )
                    if is_there and index.entry(rank, other) >= 0 and anchor in RARE:
                        yield rank


def _wholes(index: Index, words: Words, at: int) -> Iterator[Hit]:
    for name, key in enumerate(index.names.keys):
        if UNSPACED.search(key) and len(key.replace(" ", "").replace("-", "")) > 1:
            for inside in range(len(words.folded[at])):
                yield Section.WHOLE, at, name, inside
