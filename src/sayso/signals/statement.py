"""What a signal says in one place, and why we read it so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sayso.signals.paths import below
from sayso.values.preferences import AUTOMATED, SILENT, Preference, Usage, combined


class Kind(StrEnum):
    """The forms in which signals come."""

    CONTENT_USAGE = "content-usage"
    CONTENT_SIGNAL = "content-signal"
    ROBOTS = "robots"
    TDM_RESERVATION = "tdm-reservation"
    TDMREP = "tdmrep"
    RSL = "rsl"
    CAWG = "cawg"
    GPC = "gpc"
    HEADERS = "headers"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said, and a sentence that says why it is read so.

    ``unread``: it points to licence terms that are not at hand; with the terms, it says nothing by itself.
    """

    preference: Preference
    why: str
    unread: bool = False


class Signal(Protocol):
    """A signal that was read."""

    @property
    def kind(self) -> Kind:
        """Return its form."""
        ...

    def at(self, path: str) -> tuple[Statement, ...]:
        """Return what it says about a path; a form without paths says the same of all."""
        ...

    def patterns(self) -> tuple[str, ...]:
        """Return the patterns of paths about whose *use* it says something."""
        ...


@dataclass(frozen=True, slots=True)
class Whole:
    """A signal that speaks of all that it comes with."""

    kind: Kind
    statements: tuple[Statement, ...]

    def at(self, path: str) -> tuple[Statement, ...]:
        """Return what it says; the path makes no difference."""
        return self.statements

    def patterns(self) -> tuple[str, ...]:
        """Return none: it knows no paths."""
        return ()


def heard(signals: Iterable[Signal], path: str = "/") -> tuple[Statement, ...]:
    """Return all that signals say about a path, each thing once.

    A path that ends in a slash stands for everything below it, so what is said of a part of it is said of it. A pointer to licence
    terms says nothing where the terms themselves (RSL) are among the signals.
    """
    everything = tuple(signals)
    has_terms = any(one.kind is Kind.RSL for one in everything)
    found: list[Statement] = []
    for one in everything:
        parts = below(one.patterns(), path) if path.endswith("/") else ()
        found += (said for place in (path, *parts) for said in one.at(place))
    return tuple(dict.fromkeys(said for said in found if not (said.unread and has_terms)))


def stance(statements: Iterable[Statement]) -> Preference:
    """Return what statements come to: the most restrictive word on each usage."""
    return combined(one.preference for one in statements)


_CALLED = {
    Usage.TRAIN_AI: "AI training",
    Usage.TRAIN_GENAI: "training generative AI",
    Usage.AI_USE: "use as input to AI",
    Usage.SEARCH: "search",
    Usage.SALE: "sale and sharing",
}


def called(usages: Iterable[Usage]) -> str:
    """Return usages for people.

    >>> from sayso.values.preferences import TRAINING
    >>> called(TRAINING), called([Usage.SEARCH, Usage.AI_USE])
    ('AI training', 'use as input to AI and search')
    """
    wanted = frozenset(usages)
    if wanted == AUTOMATED:
        return "any use by robots"
    if Usage.TRAIN_AI in wanted:
        wanted -= {Usage.TRAIN_GENAI}
    names = [_CALLED[one] for one in Usage if one in wanted]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "nothing"


def said(preference: Preference) -> str:
    """Return a preference in a few words.

    >>> from sayso.values.preferences import TRAINING
    >>> said(Preference(frozenset({Usage.SEARCH}), TRAINING))
    'no to AI training, allows search'
    """
    parts = []
    if preference.disallowed:
        parts.append(f"no to {called(preference.disallowed)}")
    if preference.allowed:
        parts.append(f"allows {called(preference.allowed)}")
    return ", ".join(parts) or "nothing about any use"


def nothing(why: str) -> Statement:
    """Return a statement that says nothing, and why."""
    return Statement(SILENT, why)
