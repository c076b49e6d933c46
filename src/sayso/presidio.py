"""What people who come from Presidio know already: its result type, its names of entities, an analyser called like its own.

Nothing of Presidio is imported. Fields and names follow its documentation (https://microsoft.github.io/presidio/supported_entities/
and the API of ``presidio_analyzer.RecognizerResult``, 2.2).

>>> from sayso.presidio import PresidioLikeAnalyzer
>>> PresidioLikeAnalyzer("structured").analyze("Mail ada@example.org", language="en")
[type: EMAIL_ADDRESS, start: 5, end: 20, score: 0.95]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sayso.redact.plan import Mode
from sayso.redact.spans import Label, Span
from sayso.redact.why import WHY_FOUND
from sayso.redaction import DEFAULT_MODE, find

ENTITY = {
    Label.QUOTE: "QUOTE",
    Label.SIGNATURE: "PERSON",
    Label.URL: "URL",
    Label.EMAIL: "EMAIL_ADDRESS",
    Label.SECRET: "SECRET",
    Label.CRYPTO: "CRYPTO",
    Label.IBAN: "IBAN_CODE",
    Label.BIC: "BIC",
    Label.CARD: "CREDIT_CARD",
    Label.ID: "ID",
    Label.PASSPORT: "PASSPORT",
    Label.LICENCE: "DRIVER_LICENSE",
    Label.GPS: "LOCATION",
    Label.IP: "IP_ADDRESS",
    Label.MAC: "MAC_ADDRESS",
    Label.PHONE: "PHONE_NUMBER",
    Label.ADDRESS: "LOCATION",
    Label.DATE: "DATE_TIME",
    Label.HANDLE: "USERNAME",
    Label.MEMBER: "PERSON",
    Label.PERSON: "PERSON",
    Label.ORG: "ORGANIZATION",
    Label.LOC: "LOCATION",
    Label.TITLE: "TITLE",
}
"""Presidio's name for each label; what Presidio has no general name for (ids, passports: one name a country) has a plain one."""

_CHECKED = frozenset({Label.CARD, Label.IBAN, Label.CRYPTO})
_MODEL = frozenset({Label.PERSON, Label.ORG, Label.LOC})
_US_SSN = re.compile(r"\d{3}[- ]\d{2}[- ]\d{4}")


@dataclass(frozen=True, slots=True, repr=False)
class RecognizerResult:
    """One finding, with the fields of Presidio's ``RecognizerResult``: places in code points, ``score`` 0 to 1.

    The score is no probability: 1.0 where a check digit was right, 0.95 for a form, 0.85 (what Presidio gives its own) for a model.
    """

    entity_type: str
    start: int
    end: int
    score: float
    analysis_explanation: str | None = None
    recognition_metadata: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Return the result that a JSON object of ``entity_type``, ``start``, ``end`` and ``score`` tells of.

        Raises ``KeyError`` where one is missing.
        """
        return cls(data["entity_type"], data["start"], data["end"], data["score"])

    def intersects(self, other: RecognizerResult) -> int:
        """Return how many characters both cover.

        >>> RecognizerResult("PERSON", 0, 5, 0.85).intersects(RecognizerResult("URL", 3, 9, 0.95))
        2
        """
        return max(0, min(self.end, other.end) - max(self.start, other.start))

    def contained_in(self, other: RecognizerResult) -> bool:
        """Tell whether it lies in the other."""
        return other.start <= self.start and self.end <= other.end

    def contains(self, other: RecognizerResult) -> bool:
        """Tell whether the other lies in it."""
        return other.contained_in(self)

    def equal_indices(self, other: RecognizerResult) -> bool:
        """Tell whether both cover the same characters."""
        return (self.start, self.end) == (other.start, other.end)

    def __repr__(self) -> str:
        """Return the line that Presidio prints."""
        return f"type: {self.entity_type}, start: {self.start}, end: {self.end}, score: {self.score}"


def to_presidio(spans: Iterable[Span], text: str | None = None) -> list[RecognizerResult]:
    """Return spans under Presidio's names; with the text at hand an id in the form of a US SSN is called ``US_SSN``.

    >>> to_presidio([Span(0, 11, Label.ID)], "078-05-1120")
    [type: US_SSN, start: 0, end: 11, score: 0.95]
    """
    return [RecognizerResult(_entity(span, text), span.start, span.end, _score(span.label)) for span in spans]


def _entity(span: Span, text: str | None) -> str:
    if text is not None and span.label is Label.ID and _US_SSN.fullmatch(text, span.start, span.end):
        return "US_SSN"
    return ENTITY[span.label]


def _score(label: Label) -> float:
    return 1.0 if label in _CHECKED else 0.85 if label in _MODEL else 0.95


class PresidioLikeAnalyzer:
    """An analyser that is called like Presidio's ``AnalyzerEngine`` and holds no state, so that it can be sent to other processes."""

    def __init__(self, mode: Mode | str = DEFAULT_MODE) -> None:
        """Look as closely as the mode says; raises ``ValueError`` for an unknown mode."""
        self.mode = Mode(mode)

    def analyze(
        self,
        text: str,
        language: str = "en",
        entities: Sequence[str] | None = None,
        score_threshold: float = 0.0,
        return_decision_process: bool = False,
        allow_list: Sequence[str] | None = None,
    ) -> list[RecognizerResult]:
        """Return what is found in a text, in rising order, none overlapping another.

        ``language`` is taken for the sake of callers: all languages are looked for at once. ``entities`` are those asked for
        (``None``: all), ``allow_list`` the words that may stay; ``return_decision_process`` says why. Raises like ``redaction.find``.
        """
        found = find(text, self.mode)
        allowed = frozenset(allow_list or ())
        return [
            RecognizerResult(
                one.entity_type,
                one.start,
                one.end,
                one.score,
                _why(span) if return_decision_process else None,
            )
            for span, one in zip(found, to_presidio(found, text), strict=True)
            if (entities is None or one.entity_type in entities)
            and one.score >= score_threshold
            and text[one.start : one.end] not in allowed
        ]

    def get_supported_entities(self, language: str = "en") -> list[str]:
        """Return the names that a result can have, in alphabetical order; ``language`` as in ``analyze``."""
        return sorted({*ENTITY.values(), "US_SSN"})


def _why(span: Span) -> str:
    return WHY_FOUND[span.label]
