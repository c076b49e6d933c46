"""Operators: what is written in the place of personal data, by rules that a project sets.

Whatever is written stands in square brackets behind its label (masks excepted), so that a reader sees what was there, a model learns
from a sentence that still reads, and a second redaction leaves it alone.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sayso.redact.spans import Label, Span


class Operator(StrEnum):
    """What is done to a span.

    ``label`` writes ``[PERSON]``; ``numbered`` ``[PERSON 1]``, the same number for the same words within a record; ``pseudonym``
    ``[PERSON 5f0c2a9e]``, the same for the same words wherever the key is the same; ``generalise`` what is left when a date becomes
    its year (``[DATE 1984]``), a place its country (``[LOC FR]``), a number in international form its country code
    (``[PHONE +44]``), and ``[PERSON]`` where nothing coarser is known; ``mask`` blocks, always five of them; ``remove`` nothing, or a
    blank between letters or digits that it would join to a word.
    """

    LABEL = "label"
    NUMBERED = "numbered"
    PSEUDONYM = "pseudonym"
    GENERALISE = "generalise"
    MASK = "mask"
    REMOVE = "remove"


MASK = "\u2588" * 5
"""Of one length whatever it hides: a length tells a short name from a long one."""

PSEUDONYM_BYTES = 4
"""32 bits: two of 1,000 names in a data set share a pseudonym with a chance of 1 in 8,600 (birthday bound n²/2^33)."""

CountryOf = Callable[[str], "str | None"]
"""The ISO 3166-1 code of the country that a place lies in, ``None`` where that is not clear."""


class Removed(NamedTuple):
    """One removal: where in the original text (code points), what it was, what was done, and what stands there now."""

    start: int
    end: int
    label: Label
    operator: Operator
    written: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Which operator is used for which label: ``otherwise`` for those that ``of`` does not name."""

    otherwise: Operator = Operator.LABEL
    of: tuple[tuple[Label, Operator], ...] = ()

    def operator(self, label: Label) -> Operator:
        """Return the operator of a label.

        >>> Rules(of=((Label.DATE, Operator.GENERALISE),)).operator(Label.DATE).value
        'generalise'
        """
        return next((operator for named, operator in self.of if named is label), self.otherwise)

    @property
    def bring_together(self) -> bool:
        """Return whether words that something stood between may come to stand together: only labels part them.

        >>> Rules().bring_together, Rules(Operator.MASK).bring_together
        (False, True)
        """
        return not {Operator.MASK, Operator.REMOVE}.isdisjoint(map(self.operator, Label))

    def __str__(self) -> str:
        """Return the rules for manifests.

        >>> str(Rules(of=((Label.DATE, Operator.GENERALISE),)))
        'label DATE=generalise'
        """
        return " ".join([self.otherwise, *(f"{label}={operator}" for label, operator in sorted(self.of))])


LABELS = Rules()
"""The rules of who sets none: each span becomes its label."""

WRITTEN = re.compile(r"\[(?:" + "|".join(Label) + r")(?: [^\[\]\n]{1,40})?\]")
"""What a redaction writes, masks excepted: a later one leaves it alone."""

_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_COUNTRY_CODE = re.compile(r"(?:\+|00)(\d{1,3})(?=[ ./()-])")


class Writer:
    """Writes the places of removed spans; pure but for what its rules, key and places say."""

    def __init__(self, rules: Rules, key: bytes, country_of: CountryOf | None) -> None:
        """Write by rules; ``key`` is that of pseudonyms, ``country_of`` what places are generalised by."""
        self._rules, self._key, self._country_of = rules, key, country_of
        self._operators = {label: rules.operator(label) for label in Label}
        self._labels = {label: f"[{label}]" for label in Label}

    def removals(self, text: str, spans: Iterable[Span]) -> tuple[Removed, ...]:
        """Return what is removed and written for spans of a text that do not overlap, in rising order."""
        numbers: dict[tuple[Label, str], int] = {}
        found = []
        for start, end, label in spans:
            operator = self._operators[label]
            if operator is Operator.LABEL:
                written = self._labels[label]
            elif operator is Operator.REMOVE:
                written = " " if text[start - 1 : start].isalnum() and text[end : end + 1].isalnum() else ""
            else:
                written = self._written(text[start:end], label, operator, numbers)
            found.append(Removed(start, end, label, operator, written))
        return tuple(found)

    def _written(
        self, words: str, label: Label, operator: Operator, numbers: dict[tuple[Label, str], int]
    ) -> str:
        if operator is Operator.MASK:
            return MASK
        detail = ""
        if operator is Operator.NUMBERED:
            same = (label, folded(words))
            of_label = sum(named is label for named, _ in numbers)
            detail = str(numbers.setdefault(same, of_label + 1))
        elif operator is Operator.PSEUDONYM:
            detail = self._pseudonym(label, words)
        elif operator is Operator.GENERALISE:
            detail = self._coarser(label, words)
        return f"[{label} {detail}]" if detail else f"[{label}]"

    def _pseudonym(self, label: Label, words: str) -> str:
        """Return a keyed name of the words (HMAC-SHA256, RFC 2104), the same in any case and spacing."""
        content = f"sayso-pseudonym-v1\0{label}\0{folded(words)}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, content, hashlib.sha256).digest()[:PSEUDONYM_BYTES].hex()

    def _coarser(self, label: Label, words: str) -> str:
        if label is Label.DATE:
            year = _YEAR.search(words)
            return year[0] if year else ""
        if label is Label.PHONE:
            code = _COUNTRY_CODE.match(words)
            return f"+{code[1]}" if code else ""
        if label is Label.LOC and self._country_of is not None:
            return self._country_of(words) or ""
        return ""


def folded(words: str) -> str:
    """Return words in the form in which they count as the same: any case, any white space.

    >>> folded("Ada  LOVELACE") == folded("ada lovelace")
    True
    """
    return " ".join(words.casefold().split())


def written_over(text: str, removals: Iterable[Removed]) -> str:
    """Return the text with what was written in the places of removed spans; they are in rising order and do not overlap.

    Of the two blanks around a place where nothing is written, one goes.

    >>> gone = Removed(9, 16, Label.EMAIL, Operator.REMOVE, "")
    >>> written_over("write to a@b.org now", [gone]), written_over("write to a@b.org now", [gone._replace(written="[EMAIL]")])
    ('write to now', 'write to [EMAIL] now')
    """
    parts: list[str] = []
    done = 0
    for place in removals:
        parts += (text[done : place.start], place.written)
        done = place.end if place.written else behind(text, place)
    return "".join((*parts, text[done:]))


def behind(text: str, place: Removed) -> int:
    """Return where the text goes on behind a removal: behind its end, or behind the blank after it where nothing was written."""
    blank = not place.written and text[place.end : place.end + 1] == " "
    return place.end + 1 if blank and (place.start == 0 or text[place.start - 1] == " ") else place.end
