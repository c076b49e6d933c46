"""AIPREF preference expressions: the ``Content-Usage`` field (draft-ietf-aipref-vocab-01 to -07, RFC 9651 dictionaries)."""

from __future__ import annotations

import http_sf

from sayso.signals.statement import Kind, Statement, Whole, nothing, said
from sayso.values.preferences import AUTOMATED, TRAINING, Usage, stated

_LABELS: tuple[tuple[str, frozenset[Usage]], ...] = (
    ("tdm", AUTOMATED),  # -01: text and data mining, above all others
    ("bots", AUTOMATED),  # -03 and -04: automated processing, above all others
    ("ai", TRAINING),  # -01
    ("train-ai", TRAINING),  # since -02
    ("genai", frozenset((Usage.TRAIN_GENAI,))),  # -01
    ("train-genai", frozenset((Usage.TRAIN_GENAI,))),  # -02 and -03
    ("inference", frozenset((Usage.AI_USE,))),  # -01
    ("ai-use", frozenset((Usage.AI_USE,))),  # -02
    ("ai-output", frozenset((Usage.AI_USE,))),  # -04
    ("search", frozenset((Usage.SEARCH,))),  # all of them
)
"""Every label that a version of the vocabulary had, the general before the special: where both are said, the special stands."""
CURRENT = ("train-ai", "search")


def read_expression(text: str, where: str = "Content-Usage") -> Statement:
    """Return what a preference expression says; ``where`` is what the sentence calls it.

    Labels are case-sensitive, the last of two alike stands, and what is unknown (a label, a value other than ``y`` and ``n``) is
    left out. What is no dictionary says nothing at all (vocabulary, section 6.3).

    >>> read_expression("train-ai=n, search=y").why
    'Content-Usage says: no to AI training, allows search.'
    >>> read_expression("Train-AI=n").preference == read_expression("").preference
    True
    """
    try:
        found = http_sf.parse(text.encode(), tltype="dictionary")
    except ValueError:
        return nothing(
            f"{where} is no dictionary of RFC 9651 (labels are small letters), so it says nothing."
        )
    assert isinstance(found, dict)
    words = {name: value[0] for name, value in found.items() if isinstance(value, tuple)}
    preference = stated(
        (usages, words[label] == "y") for label, usages in _LABELS if _is_word(words.get(label))
    )
    older = [label for label, _ in _LABELS if label not in CURRENT and _is_word(words.get(label))]
    by = f", by the older label{'s' if len(older) > 1 else ''} {', '.join(older)}" if older else ""
    return Statement(preference, f"{where} says: {said(preference)}{by}.")


def _is_word(value: object) -> bool:
    """Tell whether a value is the token ``y`` or ``n``: a string, a number or ``?1`` is neither."""
    return isinstance(value, http_sf.Token) and str(value) in ("y", "n")


def read_content_usage(text: str) -> Whole:
    """Return what the value of a ``Content-Usage`` field says."""
    return Whole(Kind.CONTENT_USAGE, (read_expression(text),))
