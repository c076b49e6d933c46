"""The models of a project, as versions: which there are, what they stand on, and how another one is published.

A version is made in a draft, sealed whole, and known to the log before anybody is pointed to it, like a version of a data set
(``build``): a model that is served is always one that the log knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sayso.dataset.manifest import LogUsed, Manifest, Shard, manifest_digest
from sayso.dataset.reading import open_manifest
from sayso.dataset.rows import Row, from_table
from sayso.errors import InputError, IntegrityError, Place, Problem, Refused
from sayso.ledger.events import Entry, ModelForgot, ModelTrained
from sayso.models.kind import Kind, arrays_digest
from sayso.models.manifest import (
    Forgot,
    KindUsed,
    ModelFile,
    ModelManifest,
    TrainedOn,
    model_digest,
    open_model,
    seal_model,
)
from sayso.ports import Artefacts, ShardStore
from sayso.slicing import Progress
from sayso.values.moments import Moment
from sayso.values.uses import Use
from sayso.workflows.build import MANIFEST, PATIENCE, published_manifest
from sayso.workflows.facts import Yard
from sayso.workflows.grounds import CODE
from sayso.workflows.logbook import pending_adoption
from sayso.workflows.logstate import LogState, stood

STATE, SERVED = "private/state.npz", "served.npz"
"""What a model has counted, which holds what members contributed, and what answers are given from."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, eq=False)
class Shelf:
    """What workflows with models need: the yard, the data sets, the models, and the kinds of model by name."""

    yard: Yard
    datasets: Artefacts
    models: Artefacts
    kind_of: Callable[[str], Kind[Any]]

    def log(self) -> LogState:
        """Return the log as it is now, folded."""
        return stood(self.yard)


@dataclass(frozen=True, slots=True)
class Made:
    """A model that is not published yet: its kind and state, the data set version that it stands on, and what it forgot.

    ``tags`` are those of the members who are out altogether.
    """

    name: str
    kind: Kind[Any]
    state: Any
    dataset: Manifest
    forgot: Forgot | None = None
    tags: tuple[str, ...] = ()


def check_name(name: str) -> None:
    """Raise ``InputError`` where a name is none for a model: it names a folder, on any system."""
    if not _NAME.fullmatch(name):
        advice = "use lower-case letters, digits and hyphens, at most 64"
        raise InputError(Problem("bad-name", f"{name!r} is not a name for a model", advice=advice))


def dataset_of(shelf: Shelf, log: LogState, name: str) -> Manifest:
    """Return the manifest of the published version of a data set.

    Raises ``InputError`` where none is published, ``IntegrityError`` where its manifest does not hold.
    """
    event = log.published.get(name)
    if event is None:
        raise InputError(
            Problem("no-dataset", f"no data set {name!r} is published", advice="run `sayso build`")
        )
    manifest = published_manifest(shelf.yard, shelf.datasets, event)
    if manifest is None:
        place = Place(f"datasets/{name}/v{event.version:04d}/{MANIFEST}")
        raise IntegrityError(
            Problem("bad-manifest", "the published manifest does not hold", place, "run `sayso verify`")
        )
    return manifest


def model_of(shelf: Shelf, log: LogState, name: str) -> ModelManifest:
    """Return the manifest of the last version of a model that the log knows.

    Raises ``InputError`` where there is none, ``IntegrityError`` where its manifest does not hold.
    """
    event = log.models.get(name)
    if event is None:
        raise InputError(Problem("no-model", f"there is no model {name!r}", advice="run `sayso train`"))
    manifest = known_model(shelf, event)
    if manifest is None:
        place = Place(f"models/{name}/v{event.version:04d}/{MANIFEST}")
        advice = "run `sayso verify`, then `sayso train`"
        raise IntegrityError(Problem("bad-manifest", "the model's manifest does not hold", place, advice))
    return manifest


def known_model(shelf: Shelf, event: ModelTrained) -> ModelManifest | None:
    """Return the manifest that the log's entry tells of, ``None`` where it is missing or damaged."""
    data = shelf.models.manifest(event.name, event.version)
    if data is None:
        return None
    try:
        manifest = open_model(data, shelf.yard.book.keys.public_key())
    except (InputError, IntegrityError):
        return None
    return manifest if model_digest(manifest) == event.manifest else None


def stood_on(shelf: Shelf, model: ModelManifest) -> Manifest | None:
    """Return the manifest of the data set version that a model stands on, ``None`` where it is missing or another."""
    data = shelf.datasets.manifest(model.dataset.name, model.dataset.version)
    if data is None:
        return None
    try:
        manifest = open_manifest(data, shelf.yard.book.keys.public_key())
    except (InputError, IntegrityError):
        return None
    return manifest if manifest_digest(manifest) == model.dataset.manifest else None


def settle(shelf: Shelf, log: LogState, name: str) -> None:
    """Let readers see the version that the log says was published, where a process was killed between the two."""
    last = log.models.get(name)
    if last is not None and _pointed(shelf.models, name) != last.version and known_model(shelf, last):
        shelf.models.point(name, last.version)


def _pointed(models: Artefacts, name: str) -> int | None:
    try:
        return models.current(name)
    except IntegrityError:
        return None  # a damaged pointer is mended by pointing again


def check_purpose(yard: Yard, kind: Kind[Any], use: Use) -> None:
    """Raise ``Refused`` where a data set was not decided for what such models do.

    Its purpose must be the kind's, or lie below it. A broader one will not do: what was decided for all training of AI was not held
    against the rules and the choices that speak of this purpose alone. Nor will one beside it.
    """
    if yard.book.policy.purposes.covers(kind.purpose, use.purpose):
        return
    what = f"the data set was decided for {use.purpose}, and {kind.name} serve {kind.purpose}"
    advice = f"build a data set for {kind.purpose}, or for a purpose below it, and train on that"
    raise Refused(Problem("other-purpose", what, advice=advice))


def rows_of(store: ShardStore, shards: Iterable[Shard], progress: Progress) -> Iterator[Row]:
    """Yield the rows of shards; raises ``IntegrityError`` for a file that is not, to the bit, what was published."""
    for shard in shards:
        if store.digest(shard.name) != shard.file_sha256:
            what = f"the file {shard.name} is missing, or not, to the bit, what was published"
            raise IntegrityError(
                Problem("changed-shard", what, advice="run `sayso verify`, then `sayso build`")
            )
        yield from from_table(store.read(shard.name))
        progress(shard.rows)


def behind_of(shelf: Shelf, dataset: str) -> tuple[str, ...]:
    """Return the names of the models of a data set that do not stand on its published version, sorted."""
    log = shelf.log()
    last = log.published.get(dataset)
    found = (event for event in log.models.values() if event.dataset == dataset)
    return tuple(sorted(each.name for each in found if last and each.dataset_version != last.version))


class Press:
    """Publishes a version of a model from a draft, and only on a log in which it is still true."""

    def __init__(self, shelf: Shelf, draft: ShardStore, log: LogState, made: Made) -> None:
        """Write the model's files into the draft, once."""
        self._shelf, self._draft, self._log, self._made = shelf, draft, log, made
        served = made.kind.served(made.state)
        self.state, self.served = made.kind.digest(made.state), arrays_digest(served)
        self._files = (
            ModelFile(STATE, draft.put_arrays(STATE, made.kind.arrays(made.state))),
            ModelFile(SERVED, draft.put_arrays(SERVED, served)),
        )

    def manifest(self) -> ModelManifest:
        """Return the manifest as it would be on the log as it was read."""
        made, log, book, dataset = self._made, self._log, self._shelf.yard.book, self._made.dataset
        last = log.models.get(made.name)
        return ModelManifest(
            made.name,
            last.version + 1 if last else 1,
            KindUsed(made.kind.name, made.kind.version, made.kind.settings),
            dataset.use,
            TrainedOn(dataset.name, dataset.version, manifest_digest(dataset), dataset.rows, dataset.members),
            self._now(),
            LogUsed(book.keys.origin(), log.size, book.log.root(log.size)),
            self.state,
            self.served,
            self._files,
            CODE,
            self._made.forgot,
            last.manifest if last else None,
        )

    def _now(self) -> Moment:
        return max(self._shelf.yard.book.clock.now(), self._log.latest)

    def publish(self, holds: Callable[[int], bool]) -> tuple[ModelManifest, tuple[Entry, ...]] | None:
        """Return the manifest and the entries of the version that readers see from then on.

        ``holds`` reads the log's tail up to a size and tells whether the model is still true; where it is not, ``None`` is returned.
        """
        log = self._shelf.yard.book.log
        for _ in range(PATIENCE):
            manifest, events = self._seal()
            entries = log.append_if(self._log.size, events, self._now())
            if entries is not None:
                return self._done(manifest, entries)
            self._shelf.models.unseal(manifest.name, manifest.version)
            if not holds(log.size()):
                return None
        with log.hold() as held:
            if not holds(held.size()):
                return None
            manifest, events = self._seal()
            entries = held.append(events, self._now())
        return self._done(manifest, entries)

    def _seal(self) -> tuple[ModelManifest, tuple[Any, ...]]:
        book, manifest = self._shelf.yard.book, self.manifest()
        self._draft.put(MANIFEST, seal_model(manifest, book.keys.public_key(), book.keys.sign))
        self._shelf.models.seal(manifest.name, manifest.version)
        return manifest, (*pending_adoption(book), *events_of(manifest, self._made.tags))

    def _done(
        self, manifest: ModelManifest, entries: tuple[Entry, ...]
    ) -> tuple[ModelManifest, tuple[Entry, ...]]:
        self._shelf.models.point(manifest.name, manifest.version)
        return manifest, tuple(one for one in entries if isinstance(one.event, (ModelTrained, ModelForgot)))


def events_of(manifest: ModelManifest, tags: tuple[str, ...]) -> tuple[ModelTrained | ModelForgot, ...]:
    """Return the log's entries about a version: what it stands on, and whom it forgot, where it did."""
    digest, dataset = model_digest(manifest), manifest.dataset
    trained = ModelTrained(manifest.name, manifest.version, dataset.name, dataset.version, digest)
    if manifest.forgot is None:
        return (trained,)
    return trained, ModelForgot(manifest.name, manifest.version, tags, digest)
