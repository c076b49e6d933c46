"""A model is trained on the published version of a data set, and published itself: signed, and known to the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sayso.dataset.manifest import Manifest, manifest_digest
from sayso.errors import Problem, Refused
from sayso.ledger.events import Entry
from sayso.models.kind import Kind
from sayso.models.manifest import Forgot, ModelManifest, model_digest
from sayso.ports import ShardStore
from sayso.slicing import Progress
from sayso.workflows.build import PATIENCE
from sayso.workflows.leaving import left_since, told
from sayso.workflows.logbook import checkpoint
from sayso.workflows.logstate import Bearing, LogState
from sayso.workflows.reading import open_published
from sayso.workflows.shelf import (
    Made,
    Press,
    Shelf,
    check_name,
    check_purpose,
    dataset_of,
    known_model,
    rows_of,
    settle,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What to train: a model's name and the data set's; ``dry`` publishes nothing."""

    name: str
    dataset: str
    dry: bool = False


@dataclass(frozen=True, slots=True)
class Trained:
    """A version of a model: its manifest, the manifest's digest, and its entry (``None``: nothing was published)."""

    manifest: ModelManifest
    digest: str
    entry: Entry | None


def train(shelf: Shelf, kind: Kind[Any], wish: Wish, progress: Progress) -> Trained:
    """Return the model, trained on the data set's published version; readers see it from then on.

    Nobody who has said no by the moment of its entry is in it: a data set that holds words which were taken back is refused, before
    and after the training. Raises ``InputError`` for a name that is none and a data set that is not published, ``Refused`` for one of
    another purpose, for a model of that name of another kind or data set, and while another process makes it.
    """
    check_name(wish.name)
    for _ in range(PATIENCE):
        with shelf.models.building(wish.name) as draft:
            done = _train(shelf, kind, wish, draft, progress)
        if done is not None:
            checkpoint(shelf.yard.book.log, shelf.yard.book.keys)
            return done
    what = "another version of the data set was published during every attempt"
    raise Refused(Problem("unquiet-sources", what, advice="train again when it has come to rest"))


def _train(
    shelf: Shelf, kind: Kind[Any], wish: Wish, draft: ShardStore, progress: Progress
) -> Trained | None:
    log = shelf.log()
    settle(shelf, log, wish.name)
    dataset = dataset_of(shelf, log, wish.dataset)
    check_purpose(shelf.yard, kind, dataset.use)
    before = _before(shelf, log, kind, wish)
    check_words(shelf, dataset)
    store = shelf.datasets.shards(dataset.name, dataset.version)
    state = kind.train(rows_of(store, dataset.shards, progress))
    forgot = (None, ()) if before is None else _forgot(shelf, log, before, dataset)
    press = Press(shelf, draft, log, Made(wish.name, kind, state, dataset, *forgot))
    if wish.dry:
        manifest = press.manifest()
        return Trained(manifest, model_digest(manifest), None)
    done = press.publish(lambda size: _still_true(shelf, log, dataset, size))
    return None if done is None else Trained(done[0], model_digest(done[0]), done[1][0])


def _forgot(
    shelf: Shelf, log: LogState, before: ModelManifest, dataset: Manifest
) -> tuple[Forgot | None, tuple[str, ...]]:
    """Return what training anew takes out of the version before."""
    if before.dataset.manifest == manifest_digest(dataset):
        return None, ()
    return told(before, left_since(shelf, log, before, dataset, lambda rows: None), "training was asked for")


def _before(shelf: Shelf, log: LogState, kind: Kind[Any], wish: Wish) -> ModelManifest | None:
    """Return the version before, ``None`` where there is none; raises ``Refused`` for one of another kind or data set."""
    last = log.models.get(wish.name)
    before = known_model(shelf, last) if last else None
    if before is None:
        return None
    if (before.kind.name, before.dataset.name) != (kind.name, wish.dataset):
        what = f"the model {wish.name} is one of {before.kind.name} on the data set {before.dataset.name}"
        raise Refused(Problem("other-model", what, advice="give this one another name with --as"))
    return before


def check_words(shelf: Shelf, dataset: Manifest) -> None:
    """Raise ``Refused`` where rows of a data set may not be used any more, at this moment."""
    left = open_published(shelf.yard, shelf.datasets, dataset.name).left_out
    if left:
        what = f"{left:,} of the records in {dataset.name} may not be used any more"
        advice = f"run `sayso withdraw {dataset.name}`, then train"
        raise Refused(Problem("taken-back", what, advice=advice))


def _still_true(shelf: Shelf, log: LogState, dataset: Manifest, size: int) -> bool:
    bearing = log.extend(size)
    if log.published[dataset.name].version != dataset.version:
        return False
    if bearing is not Bearing.NONE:
        check_words(shelf, dataset)
    return True
