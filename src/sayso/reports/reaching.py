"""Whether an opt-out reached data sets and models: facts, and the rule by which each is judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sayso.reports.facts import Ground, Handed
from sayso.values.moments import Moment
from sayso.values.uses import Use

SCHEMA = "sayso-optout-proof/1"


class Reached(StrEnum):
    """How a version stands to what a member took back."""

    REACHED = "reached"
    """It was decided by a log that holds their word, and holds nothing of theirs."""
    NOTHING = "nothing-held"
    """It was made before their word, and holds nothing of theirs."""
    WAITING = "waiting"
    """It was made before their word and holds records of theirs: a withdrawal is due."""
    STAYS = "stays"
    """It was made before their word, which reaches later uses only."""
    NO_CHOICE = "no-choice"
    """It was decided by a log that holds their word, and still holds records: of a kind of which the policy offers no choice."""
    ALLOWED = "allowed-again"
    """Their last word on this use is a yes."""
    NOT_COVERED = "not-covered"
    """Nothing that they took back speaks of this use."""
    UNKNOWN = "unknown"
    """Its bytes are gone, or cannot be read, and nothing else says so."""


DONE = frozenset({Reached.REACHED, Reached.NOTHING})
"""In these nothing of the member is held."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a member: its entry, when it held and when it was logged, what it was, and whether it was a yes.

    ``whole`` tells that it takes back everything: a closed account, an erasure. ``retroactive`` tells that it reaches what exists.
    """

    entry: int
    at: Moment
    logged_at: Moment
    what: str
    yes: bool
    whole: bool = False
    retroactive: bool = True


@dataclass(frozen=True, slots=True)
class SetReach:
    """A version of a data set: its entry, its use, the size of the log that decided it, and how many records of the member it holds
    (``None``: not known); how it stands to the word (``word``: its entry), by when it is due, and what proves it: the shard in which
    they would be, the signed manifest, the proof that the word is in that log, and the member's pseudonym (empty: left out).
    """

    name: str
    version: int
    entry: int
    use: Use
    log_size: int
    rows: int | None
    state: Reached
    word: int | None
    due: Moment | None
    shard: str
    manifest: str
    inclusion: tuple[bytes, ...]
    current: bool
    pseudonym: str = ""


@dataclass(frozen=True, slots=True)
class ModelReach:
    """A version of a model: its entry, the data set version that it stands on, the entry that says it forgot the member (``None``:
    none does), how it stands, and its signed manifest.
    """

    name: str
    version: int
    entry: int
    dataset: str
    dataset_version: int
    forgot: int | None
    state: Reached
    manifest: str


@dataclass(frozen=True, slots=True)
class OldCopy:
    """An older version that held records of the member, or may have: how many, when its bytes were deleted (``None``: they are still
    there), and by when they are due to go (``None``: no day is promised).
    """

    name: str
    version: int
    records: int | None
    purged: Moment | None
    kept_until: Moment | None
    entry: int


@dataclass(frozen=True, slots=True)
class Reach:
    """All that is to be shown of one member's opt-out: their tag, what they took back, where it reached, and the receipts by entry."""

    ground: Ground
    tag: str
    words: tuple[Word, ...]
    sets: tuple[SetReach, ...]
    models: tuple[ModelReach, ...]
    old: tuple[OldCopy, ...]
    handed: tuple[tuple[str, Handed], ...]
    receipts: Mapping[int, Mapping[str, Any]]

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing is held, in any data set in use or model, of what the member took back."""
        states = (*(one.state for one in self.sets), *(one.state for one in self.models))
        return all(state in DONE for state in states if state not in BESIDE)


BESIDE = frozenset({Reached.ALLOWED, Reached.NOT_COVERED})
"""Of these the member has taken nothing back."""


def last_word(words: Iterable[Word]) -> Word | None:
    """Return the word that stands among those that speak of a use: one that takes back everything, else the latest.

    >>> no, yes = Word(3, Moment(5), Moment(5), "no", False), Word(4, Moment(6), Moment(6), "yes", True)
    >>> last_word([no, yes]).entry, last_word([]) is None
    (4, True)
    """
    found = sorted(words, key=lambda one: (one.whole, one.at, one.entry))
    return found[-1] if found else None


def judged(word: Word | None, rows: int | None, log_size: int) -> Reached:
    """Return how a version stands to the word that counts for its use.

    >>> no = Word(3, Moment(5), Moment(5), "no", False)
    >>> [str(judged(word, rows, size)) for word, rows, size in ((no, 0, 9), (no, 0, 3), (no, 2, 3), (None, 2, 9))]
    ['reached', 'nothing-held', 'waiting', 'not-covered']
    """
    if word is None:
        return Reached.NOT_COVERED
    if word.yes:
        return Reached.ALLOWED
    heard = log_size > word.entry
    if rows is None:
        return Reached.UNKNOWN
    if rows == 0:
        return Reached.REACHED if heard else Reached.NOTHING
    if heard:
        return Reached.NO_CHOICE
    return Reached.WAITING if word.retroactive else Reached.STAYS
