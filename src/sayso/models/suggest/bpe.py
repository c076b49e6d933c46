"""Byte pair encoding: which pairs of pieces become one, learnt from words; and a word cut into pieces.

Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword units" (ACL 2016), algorithm 1, on the bytes of
UTF-8 as in Radford et al., "Language models are unsupervised multitask learners" (2019), section 2.2.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise

Pair = tuple[bytes, bytes]


def learnt(words: Mapping[bytes, int], count: int) -> list[Pair]:
    """Return the ``count`` pairs to join, the first first: each the most frequent then, of equals the lesser bytes.

    ``words`` tells how often each word stands in the texts. Fewer pairs come back where no pair stands twice any more.

    >>> learnt({b"low": 5, b"lower": 2, b"new": 6, b"newer": 3}, 3)
    [(b'e', b'w'), (b'n', b'ew'), (b'l', b'o')]
    """
    pieces = {word: [word[at : at + 1] for at in range(len(word))] for word in words}
    counts: Counter[Pair] = Counter()
    places: defaultdict[Pair, set[bytes]] = defaultdict(set)
    for word, parts in pieces.items():
        for pair in pairwise(parts):
            counts[pair] += words[word]
            places[pair].add(word)
    heap = [(-number, pair) for pair, number in counts.items()]
    heapq.heapify(heap)
    merges: list[Pair] = []
    while heap and len(merges) < count:
        number, best = heapq.heappop(heap)
        if -number != counts[best]:
            continue  # it was counted anew since, and stands in the heap with that count
        if -number < 2:
            break
        merges.append(best)
        for pair in _join(best, pieces, words, counts, places):
            heapq.heappush(heap, (-counts[pair], pair))
    return merges


def _join(
    best: Pair,
    pieces: dict[bytes, list[bytes]],
    words: Mapping[bytes, int],
    counts: Counter[Pair],
    places: defaultdict[Pair, set[bytes]],
) -> list[Pair]:
    """Join a pair in every word that holds it; return the pairs whose counts changed."""
    changed: set[Pair] = set()
    for word in places.pop(best):
        before = pieces[word]
        after = pieces[word] = joined(before, best)
        for parts, sign in ((before, -1), (after, 1)):
            for pair in pairwise(parts):
                counts[pair] += sign * words[word]
                changed.add(pair)
        for pair in pairwise(after):
            places[pair].add(word)
    return [pair for pair in changed if counts[pair] > 0]


def joined(parts: list[bytes], pair: Pair) -> list[bytes]:
    """Return the pieces with every occurrence of a pair, from the left, as one piece.

    >>> joined([b"a", b"a", b"a", b"b"], (b"a", b"a"))
    [b'aa', b'a', b'b']
    """
    out: list[bytes] = []
    at = 0
    while at < len(parts):
        if at + 1 < len(parts) and (parts[at], parts[at + 1]) == pair:
            out.append(parts[at] + parts[at + 1])
            at += 2
        else:
            out.append(parts[at])
            at += 1
    return out


def pieces_of(word: bytes, ranks: Mapping[Pair, int]) -> list[bytes]:
    """Return the pieces of a word: pairs are joined in the order of their ranks until none is left to join.

    >>> pieces_of(b"newest", {(b"n", b"e"): 0, (b"ne", b"w"): 1})
    [b'new', b'e', b's', b't']
    """
    parts = [word[at : at + 1] for at in range(len(word))]
    none = len(ranks)
    own = [ranks.get(pair, none) for pair in pairwise(parts)]
    while own and (best := min(own)) < none:
        at = own.index(best)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
        del own[at]
        for place in range(max(0, at - 1), min(at + 1, len(own))):
            own[place] = ranks.get((parts[place], parts[place + 1]), none)
    return parts
