"""The problems that reading a policy gathers: all of them, each with its place, a stable code and advice."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from sayso.errors import Place, Problem

LIMIT = 500
"""How many problems are described: in a file with more, looking for near names would take minutes."""

CODES: dict[str, str] = {
    "alias": "the file uses a YAML anchor or alias",
    "bad-age": "an age band is not two whole years, or a year and `+`",
    "bad-character": "a text holds a control character, or half of a pair",
    "bad-date": "a day or a moment is not ISO 8601 / RFC 3339",
    "bad-group": "a group has a reserved name, or holds itself",
    "bad-id": "an id is not lower-case letters, digits and hyphens",
    "bad-interval": "something ends before it starts",
    "bad-key": "a key of a mapping is not a plain word",
    "bad-number": "a number is not whole, or out of its range",
    "bad-region": "not an ISO 3166 code and not a group",
    "bad-shape": "a list where a mapping belongs, a word where a list belongs, and so on",
    "bad-tag": "a value carries a YAML tag",
    "bad-value": "a word that is none of those allowed here",
    "clash": "two rules are equally specific for the same use, category and visibility",
    "duplicate-id": "two things of one kind have the same id",
    "duplicate-key": "a mapping has a key twice",
    "empty": "the file, or a value that is needed, is empty",
    "keeps-beyond": "old bytes would be kept beyond the deadline for forgetting",
    "keeps-deleted": "a house policy keeps records that their authors deleted",
    "missing-key": "a key that is needed is not there",
    "more-documents": "the file holds more than one YAML document",
    "no-control": "a rule whose default is on or off names no control",
    "not-covered": "a rule's control does not cover all its uses",
    "not-in-force": "a case's choice names no version, and none was in force at its moment",
    "reserved-value": "an attribute value is `?`, which means unknown",
    "same-moment": "two versions take effect at the same moment",
    "too-deep": "the file nests deeper than 50 levels",
    "too-few": "a list holds fewer than it needs: a conflict has two sides at least",
    "too-large": "the file is larger than 1 MiB",
    "too-many": "there are more problems than are described",
    "unknown-category": "a category that the policy does not declare",
    "unknown-control": "a control that the version does not have",
    "unknown-default": "a house policy has a rule of which nobody knows what it says",
    "unknown-format": "a format version that this Sayso does not read",
    "unknown-id": "`drop` names what the version does not have",
    "unknown-key": "a key that means nothing here",
    "unknown-purpose": "a purpose that the policy does not declare",
    "unknown-recipient": "a recipient that the policy does not declare",
    "unknown-source": "a source that the policy does not declare",
    "unknown-version": "a version that is not listed above, or not in the policy",
    "yaml": "the text is not YAML",
}
"""Every code of an error, and when it is reported; the reference page is made from this."""


def shown(text: str) -> str:
    """Return a word of the file in quotes, cut to what a line can bear.

    >>> shown("a" * 60)
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…'"
    """
    return repr(text if len(text) <= 40 else text[:40] + "…")


def suggest(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return advice for an unknown word: the nearest known one, else what ``otherwise`` says, else all known ones.

    >>> suggest("pubic", ("public", "network", "private"))
    "did you mean 'public'?"
    >>> suggest("x", ("on", "off"))
    'use one of on, off'
    """
    names = list(dict.fromkeys(known))
    near = nearest(word, names)
    if near:
        return f"did you mean {near!r}?"
    if otherwise or not names or len(names) > 15:
        return otherwise
    return f"use one of {', '.join(names)}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is nearest to a word, ``None`` where none is near.

    >>> nearest("efective_at", ("effective_at", "until")), nearest("x", ("on", "off"))
    ('effective_at', None)
    """
    names = list(known)
    near = [one for form in (word.lower(), word) for one in get_close_matches(form[:80], names, 1, 0.65)]
    return near[0] if near else None


class Report:
    """Gathers problems while a file is read."""

    def __init__(self, file: str) -> None:
        """Start with none; ``file`` is the name that places carry, ``count`` how many were reported."""
        self.file = file
        self._problems: dict[Problem, None] = {}
        self._left_out = 0
        self.count = 0

    def add(self, code: str, what: str, place: Place, advice: str = "") -> None:
        """Keep a problem, once.

        Raises ``KeyError`` for a code that is not in ``CODES``.
        """
        CODES[code]
        self.count += 1
        if len(self._problems) >= LIMIT:
            self._left_out += 1
            return
        self._problems.setdefault(Problem(code, what, place, advice))

    def unknown(self, noun: str, word: str, place: Place, known: Iterable[str], advice: str = "") -> None:
        """Keep the problem ``unknown-NOUN``: a word that is not known, with the nearest known one.

        Raises ``KeyError`` like ``add``.
        """
        full = len(self._problems) >= LIMIT
        nearest = "" if full else suggest(word, known, advice)
        self.add(f"unknown-{noun}", f"unknown {noun} {shown(word)}", place, nearest)

    def problems(self) -> tuple[Problem, ...]:
        """Return what was kept, in the order of the file."""
        found = sorted(self._problems, key=_position)
        if self._left_out:
            more = f"{self._left_out} more problems are not listed"
            found.append(Problem("too-many", more, Place(self.file), "mend these first"))
        return tuple(found)


def _position(problem: Problem) -> tuple[int, int, str]:
    place = problem.place or Place("")
    return place.line or 0, place.column or 0, problem.code
