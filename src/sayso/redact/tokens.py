"""Tokens: what the taggers read, word by word, and what a word looks like, as a pure function of its letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 64
"""A longer run is cut, so that the work for a token is bounded, and what is remembered of it."""
# One space before a token belongs to it, so that most texts need no tokens for white space. A label of an earlier
# redaction is one token.
LABEL = r"\[[A-Z]{2,12}(?: [^\[\]\n]{1,40})?\]"
_TOKEN = re.compile(rf" ?\w{{1,{LONGEST}}}| ?{LABEL}| ?[^\w\s]|\s{{1,{LONGEST}}}")
_LABEL = re.compile(LABEL)

PIECE = 20_000
"""The longest stretch of text, in code points, that is read at once; a longer text is read in pieces."""


def tokens(piece: str) -> list[str]:
    """Return the tokens of a text, which put together are the text.

    >>> tokens("Ada, see [EMAIL] now!")
    ['Ada', ',', ' see', ' [EMAIL]', ' now', '!']
    """
    return _TOKEN.findall(piece)


def is_label(token: str) -> bool:
    """Tell whether a token is the label of an earlier redaction.

    >>> is_label("[PERSON 2]"), is_label("[")
    (True, False)
    """
    return _LABEL.fullmatch(token) is not None


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield where each piece of a text starts and the piece; put together they are the text.

    A piece ends at the last line end of its ``PIECE`` characters, failing that at the last space, failing that anywhere.

    >>> list(pieces("a short text"))
    [(0, 'a short text')]
    """
    start = 0
    while len(text) - start > PIECE:
        end = max(text.rfind("\n", start + 1, start + PIECE), -1)
        if end < 0:
            end = text.rfind(" ", start + 1, start + PIECE)
        end = end if end > start else start + PIECE
        yield start, text[start:end]
        start = end
    yield start, text[start:]
