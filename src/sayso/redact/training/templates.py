"""Sentences with gaps in seven languages, and what fills some of the gaps; ``templates.txt`` holds them."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def templates() -> dict[str, tuple[str, ...]]:
    """Return the parts of the file by name (``sentences en``, ``organisations de``, ``countries fr``), a line each.

    >>> "Dear Mr {S}," in templates()["sentences en"]
    True
    """
    text = (resources.files("sayso.redact.training") / "templates.txt").read_text("utf-8")
    parts: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("== "):
            parts[line[3:]] = []
        elif line and not line.startswith("#"):
            parts[list(parts)[-1]].append(line.replace("\\n", "\n"))
    return {name: tuple(lines) for name, lines in parts.items()}


def part(kind: str, language: str) -> tuple[str, ...]:
    """Return the lines of a kind in a language, the English ones where that language has none.

    >>> part("countries", "plain") == part("countries", "en")
    True
    """
    return templates().get(f"{kind} {language}") or templates()[f"{kind} en"]


LANGUAGES = ("en", "de", "fr", "es", "pt", "nl", "it")
"""The languages of the sentences; ``plain`` are sentences without names, in all of them."""
