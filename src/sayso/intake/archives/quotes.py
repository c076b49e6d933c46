"""Other people's words in what a member wrote: quotations in BBCode become lines that begin with ``> ``, as redaction knows them."""

from __future__ import annotations

import re

_MARK = re.compile(r"\[(/?)quote(?:=[^\]\r\n]{0,300})?\]", re.IGNORECASE)
_DEEPEST = 20


def quoted_lines(text: str) -> str:
    """Return a text with its ``[quote]`` blocks as lines that begin with ``> ``, once per level.

    Who is quoted is not repeated. A block that is never closed reaches to the end: what is in doubt is somebody else's.

    >>> print(quoted_lines('[quote="x, post:1, topic:2"]\\nTheirs.\\n[/quote]\\n\\nMine.'))
    > Theirs.
    <BLANKLINE>
    Mine.
    """
    parts, depth, at = [], 0, 0
    for mark in _MARK.finditer(text):
        parts.append((depth, text[at : mark.start()]))
        depth = max(0, depth - 1) if mark[1] else min(_DEEPEST, depth + 1)
        at = mark.end()
    if at == 0:
        return text
    parts.append((depth, text[at:]))
    return "\n\n".join(_lines(depth, part) for depth, part in parts if part.strip())


def _lines(depth: int, part: str) -> str:
    lead = "> " * depth
    return "\n".join((lead + line).rstrip() for line in part.strip("\r\n").splitlines())
