"""A model follows its data set: what left the data set leaves the model, which then equals one trained on what stayed.

Only the shards that differ are read, in the version that the model stands on and in the published one, and only the members whose rows
differ are taken out and put in again. Where a kind cannot follow, or what it needs is gone, the model is trained anew: what comes out
is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sayso.dataset.manifest import Manifest, manifest_digest
from sayso.errors import IntegrityError, Problem, Refused
from sayso.ledger.events import Entry
from sayso.models.kind import Kind
from sayso.models.manifest import ModelManifest, model_digest
from sayso.ports import ShardStore
from sayso.slicing import Progress
from sayso.values.moments import Moment
from sayso.workflows.build import PATIENCE
from sayso.workflows.leaving import Left, left_since, told
from sayso.workflows.logbook import checkpoint
from sayso.workflows.logstate import LogState
from sayso.workflows.shelf import (
    STATE,
    Made,
    Press,
    Shelf,
    check_purpose,
    dataset_of,
    model_of,
    rows_of,
    settle,
)
from sayso.workflows.withdraw import MODEL, kept_until, purge


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What became of a model: its manifest before and now, the entries (none: nothing was published), and what was purged.

    ``changed`` tells whether its data set had moved on.
    """

    before: ModelManifest
    manifest: ModelManifest
    entries: tuple[Entry, ...] = ()
    purged: tuple[int, ...] = ()
    kept_until: Moment | None = None

    @property
    def changed(self) -> bool:
        """Tell whether the model stands on another version of its data set than before."""
        return self.manifest != self.before

    @property
    def digest(self) -> str:
        """Return the digest of the manifest."""
        return model_digest(self.manifest)


def forget(
    shelf: Shelf, name: str, progress: Progress, now: bool = False, dry_run: bool = False
) -> Forgotten:
    """Return what became of a model that was brought to the published version of its data set.

    Superseded versions whose days are over are purged then, with ``now`` all of them; ``dry_run`` changes nothing. Raises
    ``InputError`` where there is no such model, ``Refused`` while another process makes it, or where the data set is of another
    purpose now.
    """
    for _ in range(PATIENCE):
        with shelf.models.building(name) as draft:
            done = _forget(shelf, name, draft, progress, dry_run)
        if done is not None:
            return done if dry_run else _tidied(shelf, done, now)
    what = "another version of the data set was published during every attempt"
    raise Refused(Problem("unquiet-sources", what, advice="try again when it has come to rest"))


def _tidied(shelf: Shelf, done: Forgotten, now: bool) -> Forgotten:
    yard, name = shelf.yard, done.manifest.name
    purged = purge(yard, shelf.models, name, now, MODEL)
    if done.entries:
        checkpoint(yard.book.log, yard.book.keys)
    until = kept_until(yard, shelf.models, name, MODEL)
    return Forgotten(done.before, done.manifest, done.entries, purged, until)


def _forget(
    shelf: Shelf, name: str, draft: ShardStore, progress: Progress, dry_run: bool
) -> Forgotten | None:
    log = shelf.log()
    before = model_of(shelf, log, name)
    settle(shelf, log, name)
    dataset = dataset_of(shelf, log, before.dataset.name)
    if manifest_digest(dataset) == before.dataset.manifest:
        return Forgotten(before, before)
    kind = shelf.kind_of(before.kind.name)
    check_purpose(shelf.yard, kind, dataset.use)
    press = Press(shelf, draft, log, _follow(shelf, log, kind, before, dataset, progress))
    if dry_run:
        return Forgotten(before, press.manifest())
    done = press.publish(lambda size: _still_last(log, dataset, size))
    return None if done is None else Forgotten(before, *done)


def _still_last(log: LogState, dataset: Manifest, size: int) -> bool:
    log.extend(size)
    return log.published[dataset.name].version == dataset.version


def _follow(
    shelf: Shelf, log: LogState, kind: Kind[Any], before: ModelManifest, dataset: Manifest, progress: Progress
) -> Made:
    """Return the model of a data set version, made from that of the one before."""
    left = left_since(shelf, log, before, dataset, progress)
    state, anew = None, "the version of the data set that it stood on is gone, or is not comparable"
    if left is not None:
        state, anew = _changed(shelf, kind, before, left)
    if anew:
        store = shelf.datasets.shards(dataset.name, dataset.version)
        state = kind.train(rows_of(store, dataset.shards, progress))
    return Made(before.name, kind, state, dataset, *told(before, left, anew))


def _changed(shelf: Shelf, kind: Kind[Any], before: ModelManifest, left: Left) -> tuple[Any, str]:
    """Return the changed state, or why it has to be trained anew."""
    if (kind.name, kind.version, kind.settings) != (
        before.kind.name,
        before.kind.version,
        before.kind.settings,
    ):
        return None, "it was trained by other rules or settings"
    try:
        state = kind.state_of(shelf.models.shards(before.name, before.version).arrays(STATE))
        if kind.digest(state) != before.state:
            return None, "what it had counted is not what was written"
    except IntegrityError:
        return None, "what it had counted is damaged"
    changed = kind.change(state, left.rows_before, left.rows_after)
    return changed, "" if changed is not None else "models of this kind cannot follow this change"
