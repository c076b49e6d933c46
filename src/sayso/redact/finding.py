"""Finders: what looks for personal data in texts, a batch at a time, each text on its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sayso.redact.spans import Span


class Finder(Protocol):
    """Finds personal data in texts.

    A batch is for speed alone: what is found in a text depends on that text and on the finder's version, never on its neighbours,
    on what came before or on the process.
    """

    @property
    def version(self) -> str:
        """Return what names everything that its findings rest on (rules, lists, weights): it goes into manifests."""
        ...

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the spans found in each text, in code points, in any order; they may overlap."""
        ...
