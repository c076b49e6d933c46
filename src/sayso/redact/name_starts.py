"""What the directory looks for in texts: what words start with that may belong to a name, and what may stand beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sayso.redact.evidence import VOWELS
from sayso.redact.name_parts import (
    BY_START,
    COMMON,
    FOUND,
    IS_LONG,
    Held,
    is_unspaced,
    pairs_of,
    rare_words,
    sizes_of,
)
from sayso.redact.name_tables import Tables, hashed_rows, hashed_set, rising
from sayso.redact.owners import Owners
from sayso.redact.word_hashes import NOTHING, Hashes, Letters, Numbers, hashes_of, mixed

WHOLE, STEM, LED, JOINED, HANDLE, HANDLE_START, PHRASE = range(7)
"""What something that words start with is. For a part: it; it less a vowel at its end; it and the start of another behind it, where
it is found by what its forms start with, or as names are joined. A handle; the first word of one; a word of a name of two
ordinary words."""
KINDS = 8

Flags = NDArray[np.uint16]
Rows = tuple[int, Numbers, Hashes]
"""One of the kinds above, what of each (a part, a handle), the hashes by which it is found."""

OF_PAIR = 4
"""A pair of parts is looked for by the first so many bytes of the second."""
_SHORT = 3
_JOINED_FROM = 5
_OF_SURNAME = 4
_MOST_BYTES = 4


def needs_mark(key: str, rare: frozenset[str]) -> bool:
    """Return whether a folded handle counts only behind an ``@`` or in a path: an ordinary word, a number, very short."""
    spare = key.replace(" ", "")
    return key in rare or spare.isdecimal() or len(spare) < _SHORT


def looked_for(names: Tables, parts: list[str], held: Held, handles: Owners) -> Tables:
    """Return the tables by which words of texts lead to parts of names and to handles; ``names`` has flags and entries."""
    flags: Flags = names["flags"].astype(np.uint16)
    words, phrases = _phrases(parts, flags, names)
    marked, singles, chains = _handles(handles)
    rows = [
        *_forms(parts, flags),
        *_joins(parts, flags, held, names),
        *singles,
        (HANDLE_START, np.zeros(len(chains.first), np.int64), chains.first),
        (PHRASE, np.zeros(len(words), np.int64), words),
    ]
    hashes = np.concatenate([hashes for _, _, hashes in rows])
    numbers = np.concatenate([meaning * KINDS + kind for kind, meaning, _ in rows])
    return {
        **hashed_rows(hashes, numbers, "starts"),
        **_near(names),
        **phrases,
        **hashed_set(chains.goes_on, "goes_on"),
        **hashed_set(chains.complete, "complete"),
        "marked": marked,
        "longest": _longest(names),
    }


def _longest(tables: Tables) -> Numbers:
    """Return how many bytes of a word may be the start of a name, and how many tell whole words apart."""
    start = int(sizes_of(tables["parts.ends"].astype(np.int64)).max(initial=0)) + _MOST_BYTES * _OF_SURNAME
    # A word behind a space is told with that space: no word is longer, and more does no harm.
    is_end = tables["handles.keys.letters"] == ord(" ")
    is_end[tables["handles.keys.ends"]] = True
    word = int(sizes_of(np.flatnonzero(is_end)).max(initial=0))
    return np.array([start, max(start, word)], np.int64)


# Parts of names


def _forms(parts: list[str], flags: Flags) -> Iterator[Rows]:
    found = np.flatnonzero(flags & FOUND)
    yield WHOLE, found, hashes_of(parts[rank] for rank in found.tolist())
    short = found[flags[found] & IS_LONG == 0]
    yield WHOLE, short, hashes_of(parts[rank] + "s" for rank in short.tolist())
    long = found[flags[found] & IS_LONG != 0]
    stemmed = np.array([rank for rank in long.tolist() if parts[rank][-1] in VOWELS], np.int64)
    yield STEM, stemmed, hashes_of(parts[rank][:-1] for rank in stemmed.tolist())


def _joins(parts: list[str], flags: Flags, held: Held, entries: Tables) -> Iterator[Rows]:
    """Yield the first part of names written as one word, with the start of the second.

    Given name first; the other order for those always removed, and where the first is found by what its forms start with.
    """
    count = np.int64(max(len(parts), 1))
    spaced = np.fromiter((not is_unspaced(part) for part in parts), bool, len(parts))
    size = np.fromiter(map(len, parts), np.int64, len(parts))
    first, second, _ = held.joined.T
    kept = spaced[first] & spaced[second] & (size[first] + size[second] >= _JOINED_FROM)
    first, second, always = first[kept], second[kept], held.always[kept] == 1
    joined = rising(np.append(first * count + second, second[always] * count + first[always]))
    anchor, other = pairs_of(entries)
    led = rising(np.append(anchor * count + other, other * count + anchor))
    led = led[flags[led // count] & BY_START != 0]
    for kind, coded in ((JOINED, joined), (LED, np.setdiff1d(led, joined, assume_unique=True))):
        firsts, seconds = coded // count, coded % count
        couples = zip(firsts.tolist(), seconds.tolist(), strict=True)
        yield kind, firsts, hashes_of(parts[one] + parts[two][:_OF_SURNAME] for one, two in couples)


def _near(entries: Tables) -> Tables:
    """Return what stands near a part in a pair, by the part and the start of the other."""
    anchor, other = pairs_of(entries)
    starts, inflected = _start_codes(entries)
    near = (near_hashes(anchor, starts[other]), near_hashes(anchor, inflected[other]))
    return hashed_set(np.concatenate(near), "near")


def _start_codes(tables: Tables) -> tuple[Hashes, Hashes]:
    """Return the first bytes of each part as one number, and those of it with an ``s`` behind it."""
    ends = tables["parts.ends"].astype(np.int64)
    sizes = np.minimum(sizes_of(ends), OF_PAIR)
    starts = Letters(tables["parts.letters"].tobytes()).first(ends[:-1], sizes)
    behind = np.left_shift(np.uint64(ord("s")), (8 * sizes).astype(np.uint64))
    return starts, np.where(sizes < OF_PAIR, starts | behind, starts)


def near_hashes(part: Numbers, start: Hashes) -> Hashes:
    """Return the hash of a part (its place) with the first bytes of a word near it."""
    return mixed(NOTHING, part.astype(np.uint64) << np.uint64(32) | start)


def _phrases(parts: list[str], flags: Flags, entries: Tables) -> tuple[Hashes, Tables]:
    """Return the words of pairs of which both are ordinary words; and the pairs, in both orders, by the part that finds them."""
    anchor, other = pairs_of(entries)
    apart = flags[anchor] & COMMON != 0
    anchor, other = anchor[apart], other[apart]
    one = hashes_of(parts[rank] for rank in anchor.tolist())
    two = hashes_of(parts[rank] for rank in other.tolist())
    both = np.append(mixed(one, two), mixed(two, one))
    return rising(np.append(one, two)), hashed_rows(both, np.append(anchor, anchor), "phrases")


# Handles


def _handles(handles: Owners) -> tuple[NDArray[np.uint32], list[Rows], _Chains]:
    """Return the handles that need a mark; the others of one word, and of several."""
    rare = rare_words()
    marked = [place for place, key in enumerate(handles.keys) if needs_mark(key, rare)]
    hidden = set(marked)
    free = [place for place, key in enumerate(handles.keys) if place not in hidden and not is_unspaced(key)]
    single = [place for place in free if " " not in handles.keys[place]]
    hashes = hashes_of(handles.keys[place] for place in single)
    several = [handles.keys[place] for place in free if " " in handles.keys[place]]
    return (
        np.array(marked, np.uint32),
        [(HANDLE, np.array(single, np.int64), hashes)],
        _chained(several),
    )


@dataclass(frozen=True, slots=True)
class _Chains:
    """Handles of several words: the hashes of first words, of the first two and so on, without the last; and with the last."""

    first: Hashes
    goes_on: Hashes
    complete: Hashes


def _chained(several: Sequence[str]) -> _Chains:
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
    return _Chains(first, np.concatenate(goes_on), np.concatenate(complete))
