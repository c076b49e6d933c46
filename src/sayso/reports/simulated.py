"""What a simulation found: for each platform, use, place and moment, how many members and records its stated policy would use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sayso.policy.codes import CODES, PERMIT_FROM, outcome_of
from sayso.policy.kin import Family
from sayso.policy.model import Policy
from sayso.values.decisions import Verdict
from sayso.values.moments import Moment
from sayso.values.uses import Use

Counts: TypeAlias = "NDArray[np.int64]"
NO_COUNTERPART = 42
"""The code of records of a kind that a platform does not have: nothing was decided."""
ALL_CODES = tuple(sorted((*(code for code, _ in CODES), NO_COUNTERPART)))
"""Every code that a record may come out with, in rising order: the last axis of ``Line.records``."""
PERMITS = tuple(place for place, code in enumerate(ALL_CODES) if code >= PERMIT_FROM)
UNKNOWNS = tuple(
    place
    for place, code in enumerate(ALL_CODES)
    if code != NO_COUNTERPART and outcome_of(code).verdict is Verdict.UNKNOWN
)


def code_words(code: int) -> tuple[str, str]:
    """Return the verdict and the reason of a code; one without a counterpart has no verdict.

    >>> code_words(201), code_words(NO_COUNTERPART)
    (('permit', 'default-on'), ('', 'no-counterpart'))
    """
    if code == NO_COUNTERPART:
        return "", "no-counterpart"
    outcome = outcome_of(code)
    return outcome.verdict.value, outcome.reason.value


class Place(NamedTuple):
    """Regions that no policy tells apart: a name, and the codes of those that members live in; none where it is not known."""

    name: str
    codes: tuple[str, ...]


class Turn(NamedTuple):
    """A dated fact of a policy: what began or ended, in words, and the sources that say so."""

    at: Moment
    what: str
    kind: str
    regions: frozenset[str] | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One use of a platform, or all of a family taken together (``use`` is ``None``), over places and moments.

    ``records`` counts by place, moment and code (``ALL_CODES``); ``members`` those of whom at least one record is permitted.
    """

    family: Family
    use: Use | None
    title: str
    records: Counts
    members: Counts

    def permitted(self) -> Counts:
        """Return how many records are permitted, by place and moment."""
        return np.asarray(self.records[:, :, PERMITS].sum(axis=2))

    def unknown(self) -> Counts:
        """Return of how many records it is not known, by place and moment."""
        return np.asarray(self.records[:, :, UNKNOWNS].sum(axis=2))


@dataclass(frozen=True, slots=True, eq=False)
class Platform:
    """What a policy made of the community; ``mapped`` is what it calls the community's kinds of record."""

    policy: Policy
    families: tuple[Line, ...]
    uses: tuple[Line, ...]
    mapped: Mapping[str, str | None]
    turns: tuple[Turn, ...]

    def family(self, family: Family) -> Line | None:
        """Return all uses of a family taken together, ``None`` where the platform names none."""
        return next((line for line in self.families if line.family is family), None)


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """One community under many policies: by place and moment, how many members with records and how many records there were.

    ``later`` are the records that are not there at the last moment; ``no_share`` of the members were taken to have said no.
    """

    community: str
    moments: tuple[Moment, ...]
    places: tuple[Place, ...]
    platforms: tuple[Platform, ...]
    members: Counts
    records: Counts
    total_members: int
    total_records: int
    no_share: float
    now: Moment

    def place_at(self, at: Moment) -> int:
        """Return the number of the last moment at or before a moment; the first where it is earlier."""
        return max(0, int(np.searchsorted(np.asarray(self.moments), at, side="right")) - 1)


class MadeUp(NamedTuple):
    """A kind of post that nobody wrote: the community's kind of record, who can see it, and what people call it."""

    category: str
    visibility: str
    title: str


class Author(NamedTuple):
    """Somebody who does not exist: how old, for people, and the age band (``None``: not known)."""

    title: str
    age: int | None


KINDS = (
    MadeUp("post", "public", "A public post"),
    MadeUp("comment", "public", "A public comment"),
    MadeUp("profile", "public", "A profile"),
    MadeUp("private-message", "private", "A private message"),
    MadeUp("group-message", "network", "A message in a group"),
    MadeUp("genai-conversation", "private", "A prompt to an AI assistant"),
)
AUTHORS = (Author("an adult", 40), Author("a 16-year-old", 16), Author("somebody of unknown age", None))
ASKED_FAMILIES = (Family.GENERATIVE, Family.OTHER_AI, Family.PASSED_ON)


@dataclass(frozen=True, slots=True, eq=False)
class Posts:
    """What a platform's policy says of made-up posts: from which moments on, and codes by family, kind, author, place and phase.

    A family that the platform's policy does not name has the code -1.
    """

    platform: str
    starts: tuple[Moment, ...]
    codes: NDArray[np.int16]

    def code(self, family: int, kind: int, author: int, place: int, at: Moment) -> int:
        """Return the code of a post at a moment."""
        phase = max(0, int(np.searchsorted(np.asarray(self.starts), at, side="right")) - 1)
        return int(self.codes[family, kind, author, place, phase])


def rank(code: int) -> int:
    """Return how near a code comes to a permit: permits first, then what is not known, then the later of two denials."""
    verdict, _ = code_words(code)
    return code + {"permit": 2000, "unknown": 1000}.get(verdict, 0)
