"""A community that does not exist: members, what they wrote, and what is known to be true of it (docs/reference/demo-community.md)."""

from __future__ import annotations

from sayso.intake.community.generate import generate
from sayso.intake.community.model import (
    ChoiceFact,
    Community,
    DeletionFact,
    Fact,
    NoticeFact,
    Person,
    Planted,
    Reaction,
    SuspensionFact,
)
from sayso.intake.community.store import write_community
from sayso.intake.community.timelines import LINKEDIN, OPT_IN, OPT_OUT_WITH_NOTICE, Timeline, Wave, house

__all__ = [
    "LINKEDIN",
    "OPT_IN",
    "OPT_OUT_WITH_NOTICE",
    "ChoiceFact",
    "Community",
    "DeletionFact",
    "Fact",
    "NoticeFact",
    "Person",
    "Planted",
    "Reaction",
    "SuspensionFact",
    "Timeline",
    "Wave",
    "generate",
    "house",
    "write_community",
]
