"""Quotes: lines that repeat what somebody else wrote, as mail and Markdown mark them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sayso.redact.spans import Label, Span

# CommonMark 0.31.2, section 5.1: up to three spaces, ">", a space; two levels at most, so that the prompt ">>> " of
# a Python session is no quote. Neighbouring lines are one quote, a bare ">" between them included.
_QUOTE = re.compile(
    r"(?<![^\r\n])\ {0,3}>{1,2}\ [^\r\n]*+"
    r"(?:\r?\n\ {0,3}>{1,2}(?:\ [^\r\n]*+|(?=[\r\n]|\Z)))*+",
    re.VERBOSE,
)
MARK = r"[\xff\r\n] {0,3}>{1,2} "


def quotes(text: str) -> Iterator[Span]:
    """Yield each run of lines that start with ``>`` and a space: the words of others, whatever stands in them.

    >>> [(span.start, span.end) for span in quotes("> you said\\n> this\\nand I say")]
    [(0, 17)]
    """
    if "> " in text:
        for found in _QUOTE.finditer(text):
            yield Span(*found.span(), Label.QUOTE)
