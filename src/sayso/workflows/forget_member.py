"""A member is forgotten: every data set that holds their words is withdrawn from, and every model of it follows.

Nothing is forgotten that may still be used: their no comes first. The receipt names every version before and after, with the proofs
that the log holds the entries, so that the member can check it offline and later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow.compute as pc

from sayso.dataset.manifest import Manifest, manifest_digest
from sayso.dataset.rows import dataset_key, member_pseudonym, shard_of
from sayso.errors import IntegrityError, Problem, Refused
from sayso.ledger.events import DatasetPublished, Delivered
from sayso.models.manifest import ModelManifest
from sayso.ports import ShardStore
from sayso.slicing import Progress
from sayso.values.moments import Moment
from sayso.workflows.choose import known_tag
from sayso.workflows.forget import Forgotten, forget
from sayso.workflows.grounds import MENTION_INDEX
from sayso.workflows.logstate import LogState
from sayso.workflows.reading import open_published
from sayso.workflows.shelf import Shelf, dataset_of, known_model, stood_on
from sayso.workflows.withdraw import MODEL, kept_until, purge, rewrite


@dataclass(frozen=True, slots=True)
class SetLeft:
    """A data set that a member's words left: its manifests before and after, and the entry that published the latter.

    ``rows`` is how many rows of theirs it held.
    """

    before: Manifest
    after: Manifest
    entry: int
    rows: int


@dataclass(frozen=True, slots=True)
class Farewell:
    """What became of a member's words: the data sets and models they left, when old bytes go, and what was handed on before.

    ``waiting`` names, of a dry run, the models that would follow. ``kept_until`` is when the last superseded bytes go, ``None`` where
    there are none, or no day is named for them.
    """

    tag: str
    at: Moment
    datasets: tuple[SetLeft, ...]
    models: tuple[Forgotten, ...]
    delivered: tuple[Delivered, ...]
    purged: tuple[str, ...] = ()
    kept_until: Moment | None = None
    waiting: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[int, ...]:
        """Return the numbers of the log's entries that say so, rising."""
        of_models = (entry.number for done in self.models for entry in done.entries)
        return tuple(sorted({*(each.entry for each in self.datasets), *of_models}))


def forget_member(
    shelf: Shelf, member: str, progress: Progress, now: bool = False, dry_run: bool = False
) -> Farewell:
    """Return what became of a member's words: they are in no published data set and in no model from then on.

    First every data set is withdrawn from, then its models follow, then old bytes whose days are over are deleted, with ``now`` all.
    Doing it again finishes what was stopped. Raises ``InputError`` for an unknown member, ``Refused`` for an erased one and, before
    anything is touched, where words of theirs in a data set may still be used.
    """
    tag = known_tag(shelf.yard.tags, member)
    log = shelf.log()
    held = [one for name in sorted(log.published) if (one := _Held(shelf, log, name, tag)).concerned]
    for one in held:
        _check_taken_back(shelf, one)
    if dry_run:
        return _planned(shelf, held, tag, progress)
    sets = [one.left(progress) for one in held]
    models = [forget(shelf, model.name, progress) for one in held for model in one.models]
    purged = tuple(_purged(shelf, held, now))
    done = [each for each in models if each.changed]
    left = [each for each in sets if each.rows or each.before != each.after or _stood(done, each)]
    delivered = tuple(_delivered(shelf, {each.before.name for each in left}))
    until = max(_kept(shelf, held), default=None)
    return Farewell(tag, shelf.yard.book.clock.now(), tuple(left), tuple(done), delivered, purged, until)


def _stood(models: Iterable[Forgotten], left: SetLeft) -> bool:
    return any(done.manifest.dataset.name == left.after.name for done in models)


def _planned(shelf: Shelf, held: list[_Held], tag: str, progress: Progress) -> Farewell:
    sets = []
    for one in held:
        plan = rewrite(shelf.yard, shelf.datasets, one.name, progress, True)
        if one.rows or plan.shards or one.behind:
            sets.append(SetLeft(one.manifest, one.manifest, one.entry, one.rows))
    names = {each.before.name for each in sets}
    waiting = tuple(model.name for one in held if one.name in names for model in one.models)
    delivered = tuple(_delivered(shelf, names))
    return Farewell(tag, shelf.yard.book.clock.now(), tuple(sets), (), delivered, waiting=waiting)


class _Held:
    """What a data set and its models hold of a member."""

    def __init__(self, shelf: Shelf, log: LogState, name: str, tag: str) -> None:
        self._shelf, self._tag, self.name = shelf, tag, name
        self.manifest = dataset_of(shelf, log, name)
        self._key = dataset_key(shelf.yard.book.keys.secret(), name)
        self.entry = _number(shelf, self.manifest)
        self.store = shelf.datasets.shards(name, self.manifest.version)
        self.rows = self._rows(self.store, self.manifest)
        self.mentioned = self._is_mentioned()
        self.models = tuple(_models_of(shelf, log, name))

    @property
    def pseudonym(self) -> str:
        return member_pseudonym(self._key, self._tag)

    @property
    def behind(self) -> bool:
        """Tell whether a model stands on another version, which holds the member, or is not there any more to be asked."""
        others = [model for model in self.models if model.dataset.version != self.manifest.version]
        return any(self._held_by(model) for model in others)

    def _held_by(self, model: ModelManifest) -> bool:
        manifest = stood_on(self._shelf, model)
        if manifest is None:
            return True
        try:
            return self._rows(self._shelf.datasets.shards(self.name, manifest.version), manifest) > 0
        except IntegrityError:
            return True

    @property
    def concerned(self) -> bool:
        return bool(self.rows or self.mentioned or self.behind)

    def shard(self, manifest: Manifest) -> str:
        """Return the name of the shard of a version that the member's slice lives in."""
        return manifest.shards[shard_of(self._key, self._tag, len(manifest.shards))].name

    def _rows(self, store: ShardStore, manifest: Manifest) -> int:
        column = store.read(self.shard(manifest), ("member",)).column("member")
        return int(pc.sum(pc.equal(column, self.pseudonym)).as_py() or 0)

    def _is_mentioned(self) -> bool:
        return self._tag in self.store.read(MENTION_INDEX).column("tag").to_pylist()

    def left(self, progress: Progress) -> SetLeft:
        """Withdraw from the data set, and return what left it."""
        done = rewrite(self._shelf.yard, self._shelf.datasets, self.name, progress, False).built
        if done.entry is None:
            return SetLeft(self.manifest, self.manifest, self.entry, self.rows)
        return SetLeft(self.manifest, done.manifest, done.entry.number, self.rows)


def _models_of(shelf: Shelf, log: LogState, dataset: str) -> Iterator[ModelManifest]:
    for name in sorted(log.models):
        event = log.models[name]
        manifest = known_model(shelf, event) if event.dataset == dataset else None
        if manifest is not None:
            yield manifest


def _number(shelf: Shelf, manifest: Manifest) -> int:
    digest = manifest_digest(manifest)
    found = (
        entry.number
        for entry in shelf.yard.book.log.entries_of_kinds((DatasetPublished,))
        if isinstance(entry.event, DatasetPublished) and entry.event.manifest == digest
    )
    return next(found)


def _check_taken_back(shelf: Shelf, held: _Held) -> None:
    """Raise ``Refused`` where rows of the member in a data set may still be used."""
    if not held.rows:
        return
    opened = open_published(shelf.yard, shelf.datasets, held.name)
    number = [shard.name for shard in held.manifest.shards].index(held.shard(held.manifest))
    table = opened.change.kept(opened.base, number)
    left = 0 if table is None else int(pc.sum(pc.equal(table.column("member"), held.pseudonym)).as_py() or 0)
    if left:
        what = f"{left} records of this member in {held.name} may still be used: they have not said no to it"
        raise Refused(Problem("still-permitted", what, advice=_how(shelf, held)))


def _how(shelf: Shelf, held: _Held) -> str:
    policy, use = shelf.yard.book.policy, held.manifest.use
    version = policy.in_force(shelf.yard.book.clock.now())
    controls = [one.id for one in version.controls if one.touches(use, policy.purposes)] if version else []
    said = f"record their no first: `sayso choose MEMBER {controls[0]} no`; " if controls else ""
    return f"{said}or that they closed their account: `sayso delete account MEMBER`; then forget"


def _purged(shelf: Shelf, held: Iterable[_Held], now: bool) -> Iterator[str]:
    for one in held:
        for model in one.models:
            for version in purge(shelf.yard, shelf.models, model.name, now, MODEL):
                yield f"{model.name} v{version:04d}"
        for version in purge(shelf.yard, shelf.datasets, one.name, now):
            yield f"{one.name} v{version:04d}"


def _kept(shelf: Shelf, held: Iterable[_Held]) -> Iterator[Moment]:
    for one in held:
        dues = [kept_until(shelf.yard, shelf.datasets, one.name)]
        dues += (kept_until(shelf.yard, shelf.models, model.name, MODEL) for model in one.models)
        yield from (due for due in dues if due is not None)


def _delivered(shelf: Shelf, names: set[str]) -> Iterator[Delivered]:
    for entry in shelf.yard.book.log.entries_of_kinds((Delivered,)):
        if isinstance(entry.event, Delivered) and entry.event.name in names:
            yield entry.event
