"""Whom an audit tries a model on: members who left, members who stayed, and members whom no model of the trial has seen.

The words of those who said no are read from superseded versions alone, as long as the policy keeps these; whoever was never permitted
is not looked at. So that somebody is there whom the models never saw, some of those who stayed are held out: taken out of scratch
copies of the models, and out of the rows of the one that is trained from nothing. They are of the same community as those who left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from sayso.dataset.manifest import Manifest
from sayso.dataset.reading import open_manifest
from sayso.dataset.rows import Row
from sayso.errors import InputError, IntegrityError
from sayso.models.attacks import Own
from sayso.slicing import Progress
from sayso.workflows.shelf import Shelf, rows_of

Fits: TypeAlias = Callable[[Own], bool]
DRAWN = 5
"""For each member wanted, so many are looked at who may not fit."""


@dataclass(frozen=True, slots=True)
class Groups:
    """The members of a trial with their rows: ``left`` are out of the model, ``stayed`` and ``unseen`` are in its data set, and
    ``unseen`` are held out. ``before`` is the earlier version in which those who left were, ``None``: nobody left whose words are
    still at hand, and ``left`` are some who stayed, taken out for the trial.
    """

    left: tuple[Own, ...]
    stayed: tuple[Own, ...]
    unseen: tuple[Own, ...]
    before: Manifest | None

    @property
    def held_out(self) -> list[Row]:
        """Return the rows of those whom no model may have seen."""
        return [row for own in self.unseen for row in own]

    @property
    def leaving(self) -> list[Row]:
        """Return the rows of those who left."""
        return [row for own in self.left for row in own]


def groups_of(shelf: Shelf, dataset: Manifest, seed: int, most: int, fits: Fits) -> Groups:
    """Return the groups for a model on a data set version, at most ``most`` members in each, always the same for a seed."""
    now = _members(shelf, dataset)
    before = _before(shelf, dataset, now)
    both = now if before is None else now & _members(shelf, before)
    drawn = _drawn(shelf, dataset, before, both, seed, 3 * most, fits)
    if before is None:
        part = min(most, len(drawn) // 3)
        return Groups(drawn[2 * part : 3 * part], drawn[part : 2 * part], drawn[:part], None)
    gone = _in_order(_members(shelf, before) - now, seed)[: DRAWN * most]
    left = tuple(own for own in _rows(shelf, before, gone) if fits(own))[:most]
    part = min(most, len(drawn) // 2)
    return Groups(left, drawn[part : 2 * part], drawn[:part], before)


def _drawn(
    shelf: Shelf,
    dataset: Manifest,
    before: Manifest | None,
    members: Collection[str],
    seed: int,
    wanted: int,
    fits: Fits,
) -> tuple[Own, ...]:
    """Return members whose rows fit, and are the same in both versions."""
    names = _in_order(members, seed)[: DRAWN * wanted]
    owned = [own for own in _rows(shelf, dataset, names) if fits(own)]
    if before is not None:
        then = {own[0].member: own for own in _rows(shelf, before, names)}
        owned = [own for own in owned if then.get(own[0].member) == own]
    return tuple(owned[:wanted])


def _in_order(members: Iterable[str], seed: int) -> list[str]:
    """Return members in an order that a seed draws."""
    return sorted(members, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())


def _members(shelf: Shelf, dataset: Manifest) -> set[str]:
    store = shelf.datasets.shards(dataset.name, dataset.version)
    return {
        member
        for shard in dataset.shards
        for member in store.read(shard.name, ("member",)).column("member").to_pylist()
    }


def _rows(shelf: Shelf, dataset: Manifest, names: Iterable[str]) -> list[Own]:
    """Return the rows of some members, in the order of the names."""
    found: dict[str, list[Row]] = {name: [] for name in names}
    for row in all_rows(shelf, dataset, lambda rows: None):
        if row.member in found:
            found[row.member].append(row)
    return [tuple(own) for own in found.values() if own]


def all_rows(
    shelf: Shelf, dataset: Manifest, progress: Progress, without: Collection[str] = ()
) -> Iterator[Row]:
    """Yield the rows of a data set version but those of some members; raises ``IntegrityError`` for a shard that was changed."""
    store = shelf.datasets.shards(dataset.name, dataset.version)
    rows = rows_of(store, dataset.shards, progress)
    return (row for row in rows if row.member not in without) if without else rows


def _before(shelf: Shelf, dataset: Manifest, now: Collection[str]) -> Manifest | None:
    """Return the earlier version that is still at hand and from which most members left, the latest of several."""
    left: dict[int, tuple[int, Manifest]] = {}
    for version in range(1, dataset.version):
        manifest = _at_hand(shelf, dataset, version)
        if manifest is not None:
            left[version] = (len(_members(shelf, manifest) - set(now)), manifest)
    version = max(left, key=lambda one: (left[one][0], one), default=0)
    return left[version][1] if version and left[version][0] else None


def _at_hand(shelf: Shelf, dataset: Manifest, version: int) -> Manifest | None:
    data = shelf.datasets.manifest(dataset.name, version)
    if data is None:
        return None
    try:
        manifest = open_manifest(data, shelf.yard.book.keys.public_key())
    except (InputError, IntegrityError):
        return None
    store = shelf.datasets.shards(dataset.name, version)
    same = manifest.key_id == dataset.key_id and manifest.version == version
    whole = same and all(store.digest(shard.name) == shard.file_sha256 for shard in manifest.shards)
    return manifest if whole else None
