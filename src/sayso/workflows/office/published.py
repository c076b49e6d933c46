"""Published data sets with their funnels, and models, as the office looks at them."""

from __future__ import annotations

from dataclasses import dataclass

from sayso.dataset.manifest import Manifest
from sayso.ledger.events import DatasetPublished, Delivered, Entry, ModelForgot, ModelTrained, VersionPurged
from sayso.ledger.index import LogIndex
from sayso.ports import Artefacts
from sayso.values.moments import Moment
from sayso.values.uses import Use
from sayso.workflows.build import published_manifest
from sayso.workflows.facts import Yard


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """A published version: its entry, when it was logged, whether its bytes are deleted, and to whom it was delivered."""

    entry: int
    at: Moment
    event: DatasetPublished
    purged: bool
    delivered: tuple[str, ...]

    @property
    def use(self) -> Use:
        """Return the use that it was built for."""
        return Use(self.event.purpose, self.event.recipient)


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A version of a model: its entry, when it was logged, how many members it forgot, and whether its bytes are deleted."""

    entry: int
    at: Moment
    event: ModelTrained
    forgot: int
    purged: bool


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set: its versions, the latest first, and the models that stand on any of them, by name."""

    name: str
    versions: tuple[DatasetVersion, ...]
    models: tuple[str, ...]

    @property
    def last(self) -> DatasetVersion:
        """Return the latest version."""
        return self.versions[0]


@dataclass(frozen=True, slots=True)
class Model:
    """A model: its versions, the latest first; ``behind`` tells whether its data set has gone on without it."""

    name: str
    versions: tuple[ModelVersion, ...]
    behind: bool

    @property
    def last(self) -> ModelVersion:
        """Return the latest version."""
        return self.versions[0]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All data sets and models that the log knows, each by name."""

    datasets: tuple[Dataset, ...]
    models: tuple[Model, ...]


def catalogue(index: LogIndex) -> Catalogue:
    """Return what the log knows of data sets and models."""
    entries = tuple(index.wide())
    purged = {
        (e.event.kind, e.event.name, e.event.version) for e in entries if isinstance(e.event, VersionPurged)
    }
    models = _models(entries, purged)
    datasets = _datasets(entries, purged, models)
    last = {one.name: one.last.event.version for one in datasets}
    standing = tuple(
        Model(name, versions, last.get(versions[0].event.dataset) != versions[0].event.dataset_version)
        for name, versions in sorted(models.items())
    )
    return Catalogue(datasets, standing)


_Purged = set[tuple[str, str, int]]


def _models(entries: tuple[Entry, ...], purged: _Purged) -> dict[str, tuple[ModelVersion, ...]]:
    forgot = {
        (e.event.name, e.event.version): len(e.event.tags)
        for e in entries
        if isinstance(e.event, ModelForgot)
    }
    found: dict[str, tuple[ModelVersion, ...]] = {}
    for one in entries:
        event = one.event
        if isinstance(event, ModelTrained):
            gone = ("model", event.name, event.version) in purged
            version = ModelVersion(
                one.number, one.logged_at, event, forgot.get((event.name, event.version), 0), gone
            )
            found[event.name] = (version, *found.get(event.name, ()))
    return found


def _datasets(
    entries: tuple[Entry, ...], purged: _Purged, models: dict[str, tuple[ModelVersion, ...]]
) -> tuple[Dataset, ...]:
    found: dict[str, tuple[DatasetVersion, ...]] = {}
    for one in entries:
        event = one.event
        if isinstance(event, DatasetPublished):
            gone = ("dataset", event.name, event.version) in purged
            version = DatasetVersion(one.number, one.logged_at, event, gone, _delivered(entries, event))
            found[event.name] = (version, *found.get(event.name, ()))
    return tuple(
        Dataset(
            name, versions, tuple(sorted(m for m, some in models.items() if some[0].event.dataset == name))
        )
        for name, versions in sorted(found.items())
    )


def _delivered(entries: tuple[Entry, ...], event: DatasetPublished) -> tuple[str, ...]:
    return tuple(
        one.event.recipient
        for one in entries
        if isinstance(one.event, Delivered)
        and (one.event.name, one.event.version) == (event.name, event.version)
    )


def manifest_at(yard: Yard, artefacts: Artefacts, version: DatasetVersion) -> Manifest | None:
    """Return the manifest of a version, ``None`` where it is missing or does not hold."""
    return published_manifest(yard, artefacts, version.event)
