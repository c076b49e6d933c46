"""Writing suggestions as a kind of model: a member's texts are counted once, and subtracted when they leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sayso.dataset.rows import Row
from sayso.errors import Refused
from sayso.models.kind import Arrays, Settings, by_member
from sayso.models.suggest.base import Base, load_base
from sayso.models.suggest.counts import Counts
from sayso.models.suggest.grams import Table
from sayso.models.suggest.model import Suggestions
from sayso.models.suggest.stored import arrays_of, model_of


@dataclass(frozen=True, slots=True)
class SuggestionsKind:
    """Suggestions which show what ``at_least`` different members wrote, over the base that comes with the package or another.

    ``called`` is the kind's name, ``named`` are settings more: what another base is made of, and by what texts are cut.

    >>> kind = SuggestionsKind()
    >>> rows = [Row(f"{n:032x}", "a", "post", "public", "en", "2024-05", text, "") for n, text in enumerate(["one two", "three"])]
    >>> kind.digest(kind.train(rows)) == kind.digest(kind.train(reversed(rows)))
    True
    """

    at_least: int = 3
    called: str = "suggestions"
    over: Base | None = None
    named: Settings = ()

    @property
    def name(self) -> str:
        """What it is called."""
        return self.called

    @property
    def base(self) -> Base:
        """Return what lies under the counts."""
        return self.over or load_base()

    @property
    def version(self) -> str:
        """The rules of counting, see ``sayso.models.suggest``."""
        return "sayso-suggestions/1"

    @property
    def purpose(self) -> str:
        """They write along."""
        return "content-generation"

    @property
    def settings(self) -> Settings:
        """How many members must have written what is shown, the digest of the base, and what it is made of."""
        return (("at_least", self.at_least), ("base", self.base.digest), *self.named)

    def train(self, rows: Iterable[Row]) -> Suggestions:
        """Return the counts of all members' texts."""
        model = Suggestions(self.base, self.at_least)
        model.add(_texts(rows))
        return model

    def change(self, state: Suggestions, before: Sequence[Row], after: Sequence[Row]) -> Suggestions | None:
        """Return the counts without the texts before and with those after."""
        try:
            state.forget(_texts(before))
        except Refused:
            return None  # it was not trained on these rows: what it should be, training says
        if after:
            state.add(_texts(after))
        return state

    def arrays(self, state: Suggestions) -> Arrays:
        """Return all n-grams and how many members wrote each, also those that one member alone wrote."""
        return arrays_of(state)

    def state_of(self, arrays: Arrays) -> Suggestions:
        """Return the counts that arrays hold; raises ``IntegrityError`` where they are none, or of another base."""
        return model_of(arrays, self.base)

    def digest(self, state: Suggestions) -> str:
        """Return the digest of the counts."""
        return "sha256:" + state.digest()

    def served(self, state: Suggestions) -> Arrays:
        """Return the n-grams that at least ``at_least`` members wrote: no other has an influence on what is shown (``View``)."""
        shown = Suggestions(state.base, state.at_least, state.cap, state.counts.shape.order)
        tables = [_seen(table, state.at_least) for table in state.counts.canonical()]
        shown.counts = Counts(state.counts.shape, tables, state.counts.joined)
        return arrays_of(shown)


def _texts(rows: Iterable[Row]) -> Iterator[tuple[str, list[str]]]:
    return ((member, [row.text for row in own]) for member, own in by_member(rows))


def _seen(table: Table, at_least: int) -> Table:
    enough = table.members >= np.int32(at_least)
    return Table(table.keys[enough], table.members[enough])
