"""Scratch copies of a model: loaded, changed and trained in memory, to be looked at and dropped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sayso.dataset.manifest import Manifest
from sayso.dataset.rows import Row
from sayso.errors import IntegrityError
from sayso.ledger.events import ModelTrained
from sayso.models.kind import Kind
from sayso.models.manifest import KindUsed, ModelManifest
from sayso.slicing import Progress
from sayso.workflows.audit_groups import all_rows
from sayso.workflows.shelf import STATE, Shelf, known_model


@dataclass(frozen=True, eq=False)
class Scratch:
    """Where copies of a model are made: the model, its kind, and the data set version that it stands on."""

    shelf: Shelf
    kind: Kind[Any]
    manifest: ModelManifest
    dataset: Manifest
    progress: Progress

    def loaded(self) -> Any:
        """Return the model as it was published; raises ``IntegrityError`` where what it counted is damaged."""
        return self._state(self.manifest)

    def _state(self, manifest: ModelManifest) -> Any:
        store = self.shelf.models.shards(manifest.name, manifest.version)
        return self.kind.state_of(store.arrays(STATE))

    def trained(self, without: Collection[str] = (), more: Iterable[Row] = ()) -> Any:
        """Return a model trained from nothing on the rows of the data set version, without some members and with more rows.

        Raises ``IntegrityError`` for a shard that is not, to the bit, what was published.
        """
        return self.kind.train(chain(all_rows(self.shelf, self.dataset, self.progress, without), more))

    def forgetful(self, state: Any, rows: Sequence[Row]) -> Any | None:
        """Return a state that forgot all rows of some members, ``None`` where this kind cannot; ``state`` is used up."""
        return self.kind.change(state, rows, ()) if rows else state

    def stood_on(self, dataset: Manifest) -> tuple[Any, bool]:
        """Return the model on an earlier version of its data set, and whether it was still there, else trained again."""
        for entry in self.shelf.yard.book.log.entries():
            event = entry.event
            if isinstance(event, ModelTrained) and (event.name, event.dataset_version) == (
                self.manifest.name,
                dataset.version,
            ):
                found = self._held(event)
                if found is not None:
                    return found, True
        return self.kind.train(all_rows(self.shelf, dataset, self.progress)), False

    def _held(self, event: ModelTrained) -> Any | None:
        manifest = known_model(self.shelf, event)
        if manifest is None or manifest.kind != used(self.kind):
            return None
        try:
            state = self._state(manifest)
        except IntegrityError:
            return None  # purged, or damaged
        return state if self.kind.digest(state) == manifest.state else None


def used(kind: Kind[Any]) -> KindUsed:
    """Return a kind as manifests name it."""
    return KindUsed(kind.name, kind.version, kind.settings)
