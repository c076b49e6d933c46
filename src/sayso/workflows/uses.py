"""What a member's records were used for: every version of a data set that held any, the models made of it, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow.compute as pc

from sayso.dataset.rows import dataset_key, member_pseudonym, shard_of
from sayso.errors import IntegrityError
from sayso.ledger.events import DatasetPublished, Entry, ModelForgot, ModelTrained, VersionPurged
from sayso.ports import Artefacts
from sayso.values.moments import Moment
from sayso.values.uses import Use
from sayso.workflows.build import published_manifest
from sayso.workflows.choose import known_tag
from sayso.workflows.facts import Yard


@dataclass(frozen=True, slots=True)
class ModelMade:
    """A version of a model that was made of a version of a data set; ``latest`` tells whether no later version of it is there."""

    name: str
    version: int
    at: Moment
    entry: int
    latest: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A version of a data set, and what it holds of a member.

    ``records`` is ``None`` where that cannot be said any more: its bytes were deleted (``purged``), or cannot be read.
    """

    name: str
    version: int
    use: Use
    at: Moment
    entry: int
    latest: bool
    records: int | None
    purged: Moment | None
    models: tuple[ModelMade, ...]


@dataclass(frozen=True, slots=True)
class UsedFor:
    """A data set by name, with its versions, the newest first."""

    name: str
    versions: tuple[Held, ...]

    @property
    def now(self) -> int | None:
        """Return how many of the member's records the published version holds."""
        return self.versions[0].records

    @property
    def forgotten(self) -> Held | None:
        """Return the first version since which nothing of the member is held, where an earlier one held some."""
        first = None
        for version in self.versions:
            if version.records == 0:
                first = version
            elif first is not None and version.records:
                return first
            elif version.records:
                return None
        return None


def uses(yard: Yard, datasets: Artefacts, member: str) -> tuple[UsedFor, ...]:
    """Return the data sets that were ever published, by name, and what each version holds of a member.

    Raises ``Refused`` for an erased member, ``InputError`` for one that no source has brought.
    """
    tag = known_tag(yard.tags, member)
    history = _History(yard.book.log.entries_of_kinds((DatasetPublished, ModelTrained, VersionPurged)))
    return tuple(
        UsedFor(name, tuple(_held(yard, datasets, history, name, tag))) for name in sorted(history.datasets)
    )


@dataclass(frozen=True, slots=True)
class ForgotBy:
    """A version of a model that forgot a member altogether, and the log's entry that says so."""

    name: str
    version: int
    at: Moment
    entry: int


def forgotten_by(yard: Yard, member: str) -> tuple[ForgotBy, ...]:
    """Return the versions of models that forgot a member, the newest first.

    Raises ``Refused`` for an erased member, ``InputError`` for one that no source has brought.
    """
    tag = known_tag(yard.tags, member)
    found = [
        ForgotBy(entry.event.name, entry.event.version, entry.logged_at, entry.number)
        for entry in yard.book.log.entries_of_kinds((ModelForgot,))
        if isinstance(entry.event, ModelForgot) and tag in entry.event.tags
    ]
    return tuple(reversed(found))


def proves_use(entry: Entry) -> bool:
    """Tell whether an entry says what was published, made, forgotten or deleted: whose data that may have been may prove it."""
    return isinstance(entry.event, DatasetPublished | ModelTrained | ModelForgot | VersionPurged)


class _History:
    """The entries about data sets and models."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.datasets: dict[str, list[tuple[Entry, DatasetPublished]]] = {}
        self.models: dict[tuple[str, int], list[tuple[Entry, ModelTrained]]] = {}
        self.last: dict[str, int] = {}
        self.purged: dict[tuple[str, int], Moment] = {}
        for entry in entries:
            event = entry.event
            if isinstance(event, DatasetPublished):
                self.datasets.setdefault(event.name, []).append((entry, event))
            elif isinstance(event, ModelTrained):
                self.models.setdefault((event.dataset, event.dataset_version), []).append((entry, event))
                self.last[event.name] = event.version
            elif isinstance(event, VersionPurged) and event.kind == "dataset":
                self.purged[event.name, event.version] = event.at


def _held(yard: Yard, datasets: Artefacts, history: _History, name: str, tag: str) -> Iterator[Held]:
    published = history.datasets[name]
    for entry, event in reversed(published):
        key = (name, event.version)
        purged = history.purged.get(key)
        rows = None if purged is not None else rows_of(yard, datasets, event, tag)
        models = (
            tuple(_made(history, each, model) for each, model in history.models.get(key, ())) if rows else ()
        )
        use, latest = Use(event.purpose, event.recipient), event is published[-1][1]
        yield Held(name, event.version, use, entry.logged_at, entry.number, latest, rows, purged, models)


def _made(history: _History, entry: Entry, model: ModelTrained) -> ModelMade:
    latest = history.last[model.name] == model.version
    return ModelMade(model.name, model.version, entry.logged_at, entry.number, latest)


def rows_of(yard: Yard, datasets: Artefacts, event: DatasetPublished, tag: str) -> int | None:
    """Return how many records of a tag's member a version holds, ``None`` where it cannot be read: only their shard is looked at."""
    manifest = published_manifest(yard, datasets, event)
    if manifest is None:
        return None
    key = dataset_key(yard.book.keys.secret(), event.name)
    shard = manifest.shards[shard_of(key, tag, len(manifest.shards))]
    try:
        held = datasets.shards(event.name, event.version).read(shard.name, ("member",)).column("member")
    except IntegrityError:
        return None
    return int(pc.sum(pc.equal(held, member_pseudonym(key, tag))).as_py() or 0)
