"""Cloudflare's Content Signals Policy (September 2025): ``search=yes, ai-input=no, ai-train=no``."""

from __future__ import annotations

from sayso.signals.statement import Kind, Statement, Whole, said
from sayso.values.preferences import TRAINING, Usage, stated

TOKENS = {
    "search": frozenset((Usage.SEARCH,)),
    "ai-input": frozenset((Usage.AI_USE,)),
    "ai-train": TRAINING,
}
_YES_NO = {"yes": True, "no": False}


def read_signals(text: str, where: str = "Content-Signal") -> Statement:
    """Return what a list of content signals says; unknown signals and values are left out, the last of two alike stands.

    >>> read_signals("search=yes, ai-train=no").why
    'Content-Signal says: no to AI training, allows search.'
    """
    pairs = (part.partition("=") for part in text.split(","))
    words = {name.strip(): _YES_NO.get(value.strip()) for name, _, value in pairs}
    preference = stated(
        (usages, yes) for name, usages in TOKENS.items() if (yes := words.get(name)) is not None
    )
    return Statement(preference, f"{where} says: {said(preference)}.")


def read_content_signal(text: str) -> Whole:
    """Return what the value of a ``Content-Signal`` field says."""
    return Whole(Kind.CONTENT_SIGNAL, (read_signals(text),))
