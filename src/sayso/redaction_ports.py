"""What redaction is asked through: whom it knows, what becomes of texts, and which may name somebody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sayso.dataset.taken import Recall
from sayso.redact.apply import Redacted

if TYPE_CHECKING:
    from sayso.redact.owners import Roll  # it loads word lists, and most commands redact nothing


class Known(NamedTuple):
    """A member as the directory knows them: their tag, names and handles."""

    tag: str
    names: tuple[str, ...]
    handles: tuple[str, ...]


class Revised(NamedTuple):
    """A text as the model may see it, and the tags of the members whom the original mentions, sorted."""

    redacted: Redacted
    mentioned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Whom redaction knows: the roll of all members with a name or a handle, and the tags of those who said no."""

    roll: Roll
    objectors: frozenset[str]


class Reviser(Protocol):
    """Revises texts; each depends on itself alone, on ``version`` and on the key."""

    @property
    def version(self) -> str:
        """Return what names the rules, the finders and the directory."""
        ...

    @property
    def measured(self) -> tuple[Recall, ...]:
        """Return how much its detectors find, where somebody had marked it."""
        ...

    def revise(self, batches: Iterable[Sequence[str]]) -> Iterator[list[Revised]]:
        """Yield what becomes of each batch of texts, in order; few batches are asked for ahead of what was yielded."""
        ...


class Spotter(Protocol):
    """Finds the texts that may name some members, by rules that miss none that redaction could find."""

    def spotted(self, texts: Sequence[str]) -> list[bool]:
        """Return for each text whether it may name one of the members."""
        ...

    def sighted(self, texts: Sequence[str]) -> list[bool]:
        """Return for each original text whether it, or what redaction leaves of it, may name one of the members."""
        ...


class OpenSpotter(Protocol):
    """Makes spotters."""

    def __call__(
        self,
        members: Sequence[Known],
        everybody: Roll,
        always: frozenset[str] = frozenset(),
        renamed: Sequence[Known] = (),
    ) -> Spotter:
        """Return a spotter of some members of a roll; the others in ``always`` are removed before and after.

        It finds the texts, too, that came or come out otherwise because of the ``renamed``: members who are new, gone or called
        otherwise, each once with all names that they had or have.
        """
        ...


class OpenReviser(Protocol):
    """Opens a reviser for a number of texts: many are worth more processes."""

    def __call__(self, acquaintance: Acquaintance, key: bytes, texts: int) -> AbstractContextManager[Reviser]:
        """Return the reviser as a context manager; ``key`` (32 bytes) is that of pseudonyms and of the directory's version."""
        ...
