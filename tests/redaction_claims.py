"""What redaction claims of every text, as one check that the property tests and the fuzzer share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from sayso.redact.apply import Redacted
from sayso.redact.operators import MASK, WRITTEN, Operator
from sayso.redact.spans import Label

LEAST_TOLD = 4
"""A removed string of at least so many word characters may stand nowhere else."""

APART = {Label.QUOTE, Label.SIGNATURE}
"""Whole passages: their author's words may be anybody's, and are taken out where they are quoted or signed."""


def broken(redact: Callable[[str], Redacted], text: str) -> list[str]:
    """Return the claims that do not hold of a text, each with where; empty when all do."""
    result = redact(text)
    return [
        *_misplaced(text, result),
        *_telling(result),
        *_left(text, result),
        *_moving(redact, result),
    ]


def _misplaced(text: str, result: Redacted) -> Iterator[str]:
    for place in result.receipt:
        if not 0 <= place.start < place.end <= len(text):
            yield f"a span lies outside the text: {place.start} to {place.end} of {len(text)}"
    for one, other in pairwise(result.receipt):
        if one.end > other.start:
            yield f"spans overlap at {other.start}"


def _telling(result: Redacted) -> Iterator[str]:
    """A receipt is numbers, labels, operators and what was written; so only what was written could tell a removed string."""
    for place in result.receipt:
        kinds = [type(part) for part in place]
        if kinds != [int, int, Label, Operator, str]:
            yield f"the receipt holds something else: {kinds}"
        if place.written not in ("", MASK) and not WRITTEN.fullmatch(place.written):
            yield f"what was written at {place.start} is no label"
        if place.operator is Operator.LABEL and place.written != f"[{place.label}]":
            yield f"what was written at {place.start} is not its label"


def _left(text: str, result: Redacted) -> Iterator[str]:
    rest = WRITTEN.sub("\n", result.text)
    told = {text[place.start : place.end]: place for place in result.receipt if place.label not in APART}
    for words, place in told.items():
        if len(re.findall(r"\w", words)) >= LEAST_TOLD and _stands(words, rest):
            yield f"what was removed at {place.start} ({place.label}) still stands in the output"


def _stands(words: str, rest: str) -> bool:
    """Tell whether words stand as whole words; a plain search first, for long outputs."""
    if words not in rest:
        return False
    before = r"(?<!\w)" if re.match(r"\w", words) else ""
    after = r"(?!\w)" if re.match(r"\w", words[-1]) else ""
    return re.search(before + re.escape(words) + after, rest) is not None


def _moving(redact: Callable[[str], Redacted], result: Redacted) -> Iterator[str]:
    again = redact(result.text)
    if again.receipt:
        yield f"redacting the output finds {again.receipt[0].label} at {again.receipt[0].start}"
    elif again.text != result.text:
        yield "redacting the output changes it"
