"""What the directory looks for in texts: what words start with that may belong to a name, and what may stand beside them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sayso.redact.evidence import VOWELS
from sayso.redact.name_frame import Frame
from sayso.redact.name_parts import (
    BY_START,
    COMMON,
    FOUND,
    IS_LONG,
    pairs_of,
    sizes_of,
)
from sayso.redact.name_tables import Tables, hashed_rows, hashed_set, rising
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
_JOINED_FROM = 5
_OF_SURNAME = 4
_MOST_BYTES = 4


def looked_for(names: Tables, frame: Frame, always: NDArray[np.bool_]) -> Tables:
    """Return the tables by which words of texts lead to parts of names and to handles; ``names`` has flags and entries.

    ``always`` tells of each pair of joined parts whether somebody always removed has the name.
    """
    flags: Flags = names["flags"].astype(np.uint16)
    words, phrases = _phrases(frame.parts, flags, names)
    handles = frame.handles
    rows = [
        *_forms(frame.parts, flags),
        *_joins(frame, flags, always, names),
        (HANDLE, handles.single, handles.hashes),
        (HANDLE_START, np.zeros(len(handles.first), np.int64), handles.first),
        (PHRASE, np.zeros(len(words), np.int64), words),
    ]
    hashes = np.concatenate([hashes for _, _, hashes in rows])
    numbers = np.concatenate([meaning * KINDS + kind for kind, meaning, _ in rows])
    return {
        **hashed_rows(hashes, numbers, "starts"),
        **_near(names),
        **phrases,
        **hashed_set(handles.goes_on, "goes_on"),
        **hashed_set(handles.complete, "complete"),
        "marked": handles.marked.astype(np.uint32),
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


def _joins(frame: Frame, flags: Flags, always: NDArray[np.bool_], entries: Tables) -> Iterator[Rows]:
    """Yield the first part of names written as one word, with the start of the second.

    Given name first; the other order for those always removed, and where the first is found by what its forms start with.
    """
    parts, spaced, size = frame.parts, frame.kinds.spaced, frame.kinds.size
    count = np.int64(max(len(parts), 1))
    first, second, _ = frame.held.joined.T
    kept = spaced[first] & spaced[second] & (size[first] + size[second] >= _JOINED_FROM)
    first, second, always = first[kept], second[kept], always[kept]
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
