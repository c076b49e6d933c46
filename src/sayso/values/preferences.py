"""What a machine-readable signal says about uses, and how several that speak of the same thing are put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Usage(StrEnum):
    """What signals speak of, in the words of AIPREF where it has one; ``sale`` is what Global Privacy Control opts out of."""

    TRAIN_AI = "train-ai"
    TRAIN_GENAI = "train-genai"
    AI_USE = "ai-use"
    SEARCH = "search"
    SALE = "sale"


class Say(StrEnum):
    """What a signal says of one usage."""

    UNKNOWN = "unknown"
    ALLOWED = "allowed"
    DISALLOWED = "disallowed"


TRAINING = frozenset((Usage.TRAIN_AI, Usage.TRAIN_GENAI))
AUTOMATED = frozenset((*TRAINING, Usage.AI_USE, Usage.SEARCH))
"""All that a robot may do with a page."""


@dataclass(frozen=True, slots=True)
class Preference:
    """What is said of each usage: allowed, disallowed, or nothing.

    Raises ``ValueError`` where one usage is in both sets.
    """

    allowed: frozenset[Usage] = frozenset()
    disallowed: frozenset[Usage] = frozenset()

    def __post_init__(self) -> None:
        """Hold that nothing is said twice."""
        if self.allowed & self.disallowed:
            raise ValueError("a usage is both allowed and disallowed")

    def of(self, usage: Usage) -> Say:
        """Return what is said of a usage.

        >>> Preference(disallowed=TRAINING).of(Usage.SEARCH).value
        'unknown'
        """
        if usage in self.disallowed:
            return Say.DISALLOWED
        return Say.ALLOWED if usage in self.allowed else Say.UNKNOWN

    def __or__(self, other: Preference) -> Preference:
        """Return the two together: what either disallows is disallowed (AIPREF vocabulary, section 5.1, "Combining Preferences").

        >>> (Preference(allowed=TRAINING) | Preference(disallowed=TRAINING)) == Preference(disallowed=TRAINING)
        True
        """
        noes = self.disallowed | other.disallowed
        return Preference((self.allowed | other.allowed) - noes, noes)


SILENT = Preference()
"""Nothing is said of anything."""


def combined(preferences: Iterable[Preference]) -> Preference:
    """Return all of them together, the most restrictive word on each usage.

    >>> combined([]) == SILENT
    True
    """
    found = SILENT
    for one in preferences:
        found |= one
    return found


def stated(words: Iterable[tuple[frozenset[Usage], bool]]) -> Preference:
    """Return one statement made of words from the general to the special: a later word on a usage stands in place of an earlier.

    >>> stated([(AUTOMATED, False), (frozenset({Usage.SEARCH}), True)]).of(Usage.SEARCH).value
    'allowed'
    """
    found = {usage: yes for usages, yes in words for usage in usages}
    return Preference(
        frozenset(usage for usage, yes in found.items() if yes),
        frozenset(usage for usage, yes in found.items() if not yes),
    )
