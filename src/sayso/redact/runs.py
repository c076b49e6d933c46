"""Runs: the tokens that may be names, put together to spans."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sayso.redact.network import Floats
from sayso.redact.reading import Page
from sayso.redact.shapes import BLANK, LOWER, Ints
from sayso.redact.spans import Label, Span

POINTS = 256
"""One, in points: scores are added up as whole points, so that the order of the addends does not matter."""
LABELS = (Label.PERSON, Label.LOC, Label.ORG)

KINDS = frozenset("BIC DOB EIN Fax IBAN IBANs ITIN MRN PIN SSN SSNs TIN URL URLs VAT ZIP fax".split())
"""Words that say what follows them: alone they are nobody's name, and without them a reader does not know what was taken out."""


def ahead(scores: Floats) -> Floats:
    """Return for each place by how much the best of the three classes leads that of none."""
    lead: Floats = scores[:, 1:].max(axis=1) - scores[:, 0]
    return lead


def gathered(page: Page, asked: Ints, scores: Floats, lead: float, found: list[list[Span]]) -> None:
    """Add to each text's findings the runs of tokens that may be names: one of the three classes leads that of none by ``lead``.

    ``scores`` are those of the ``asked`` places, in rising order; no other token is part of a name. A run is of the class with the
    highest scores over the run; signs at its ends stay outside, blanks within a line may stand in it, and one without a letter is
    none.
    """
    tagged = np.flatnonzero(ahead(scores) > lead)
    places = asked[tagged]
    starts = _starts(page, places)
    word = page.case[places] >= LOWER
    if not word.any():
        return
    points = np.rint(scores[tagged, 1:] * POINTS).astype(np.int64)
    label = np.add.reduceat(points, starts).argmax(axis=1)
    first = np.minimum.reduceat(np.where(word, places, len(page.kind)), starts)
    last = np.maximum.reduceat(np.where(word, places, -1), starts)
    kept = last >= 0
    ends = page.ends(first[kept], last[kept])
    for (text, start, end), number in zip(ends, label[kept].tolist(), strict=True):
        found[text].append(Span(start, end, LABELS[number]))


def but_kinds(texts: Sequence[str], found: list[list[Span]]) -> list[list[Span]]:
    """Return what was found in each text without the words that only say what kind of thing follows them.

    >>> but_kinds(["SSN of Ada"], [[Span(0, 3, Label.ORG), Span(7, 10, Label.PERSON)]])
    [[Span(start=7, end=10, label=<Label.PERSON: 'PERSON'>)]]
    """
    return [
        [span for span in spans if text[span.start : span.end] not in KINDS] if spans else spans
        for text, spans in zip(texts, found, strict=True)
    ]


def _starts(page: Page, places: Ints) -> Ints:
    """Return which of the places start a run."""
    between, gap = places[:-1] + 1, np.diff(places)
    bridge = (page.case[between] == BLANK) & (page.kind[between] > 0) & ~page.breaks[between]
    return np.flatnonzero(np.concatenate(([True], (gap > 1) & ~((gap == 2) & bridge))))
