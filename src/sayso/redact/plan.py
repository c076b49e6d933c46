"""What a project wants of redaction: how deep, whose mentions, and what is written in the place of what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sayso.redact.operators import LABELS, Rules


class Mode(StrEnum):
    """How deep: ``structured`` finds what has a form; ``light`` names, places and organisations as well, by the small model that runs
    over everything; ``accurate`` asks a larger one where the small one is unsure."""

    STRUCTURED = "structured"
    LIGHT = "light"
    ACCURATE = "accurate"


@dataclass(frozen=True, slots=True)
class Plan:
    """How texts are redacted; ``everybody``: mentions of all members go, not only of those who said no (theirs always go)."""

    mode: Mode = Mode.LIGHT
    everybody: bool = True
    rules: Rules = LABELS
