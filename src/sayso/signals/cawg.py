"""The training and data mining assertion of Content Credentials (CAWG 1.1; before it, of C2PA 1.x), as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sayso.errors import InputError, Problem
from sayso.signals.statement import Kind, Statement, Whole, said
from sayso.values.preferences import TRAINING, Usage, stated

LABEL = "cawg.training-mining"
_LABELS = (LABEL, "c2pa.training-mining")  # the second is retired, and still in old files
_ENTRIES = (
    ("data_mining", TRAINING),
    ("ai_training", frozenset((Usage.TRAIN_AI,))),
    ("ai_generative_training", frozenset((Usage.TRAIN_GENAI,))),
    ("ai_inference", frozenset((Usage.AI_USE,))),
)
"""Every entry, the general before the special."""
_DEEPEST = 32


def read_cawg(text: str) -> Whole:
    """Return what the assertions in a text say: one assertion, or whatever JSON a C2PA reader gives with assertions in it.

    ``constrained``, and any word that the standard does not have, counts as ``notAllowed``. Raises ``InputError`` where the text is no
    JSON or holds no such assertion.

    >>> entries = '{"entries": {"cawg.ai_training": {"use": "constrained"}}}'
    >>> read_cawg('{"label": "cawg.training-mining", "data": ' + entries + '}').statements[0].why
    'Content Credentials say: no to AI training (constrained by terms that nobody agreed to here).'
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    statements = tuple(_statement(data) for data in _assertions(found, 0))
    if not statements:
        what = f"there is no assertion {LABEL} in it"
        advice = "give the JSON that a C2PA reader extracts from the file, such as `c2patool FILE`"
        raise InputError(Problem("not-cawg", what, advice=advice))
    return Whole(Kind.CAWG, statements)


def _assertions(found: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the entries of every assertion in some JSON, however a reader wraps them."""
    if depth > _DEEPEST:
        return
    if isinstance(found, list):
        for each in found:
            yield from _assertions(each, depth + 1)
    elif isinstance(found, dict):
        entries = _entries(found)
        if entries is not None:
            yield entries
            return
        for each in found.values():
            yield from _assertions(each, depth + 1)


def _entries(found: dict[str, Any]) -> dict[str, Any] | None:
    label = found.get("label")
    if not isinstance(label, str) or label.partition("__")[0] not in _LABELS:  # "__1": there are several
        return None
    data = found.get("data", found)
    entries = data.get("entries") if isinstance(data, dict) else None
    return entries if isinstance(entries, dict) else {}


def _statement(entries: dict[str, Any]) -> Statement:
    uses = {name.partition(".")[2]: _use(entry) for name, entry in entries.items()}
    preference = stated((usages, uses[name] == "allowed") for name, usages in _ENTRIES if name in uses)
    terms = " (constrained by terms that nobody agreed to here)" if "constrained" in uses.values() else ""
    return Statement(preference, f"Content Credentials say: {said(preference)}{terms}.")


def _use(entry: object) -> str:
    use = entry.get("use") if isinstance(entry, dict) else None
    return use if use in ("allowed", "constrained") else "notAllowed"
