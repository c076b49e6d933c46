"""Searches that start where a cheaper pattern says that a match can start, and nowhere else.

Python's ``re`` skips fast over what cannot start a match only if the pattern begins with a set of characters, not with a look behind
or with alternatives: a search of the latter kind takes a hundred times as long for each character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def anchored(starts: re.Pattern[str], pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield what ``pattern.finditer(text)`` yields, if all matches start where a match of ``starts`` does.

    ``starts`` takes one character, so that it finds all starts, and ``pattern`` takes at least one.

    >>> [found[0] for found in anchored(re.compile("[0-9]"), re.compile(r"(?<!-)[0-9]+"), "12 -3 4")]
    ['12', '4']
    """
    done = 0
    for start in starts.finditer(text):
        at = start.start()
        if at >= done:
            found = pattern.match(text, at)
            if found:
                done = found.end()
                yield found
