"""What left a data set, or came to it, between the version that a model stands on and another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sayso.dataset.manifest import Manifest, Shard, changed_shards
from sayso.dataset.rows import Row, dataset_key, member_pseudonym
from sayso.errors import InputError, IntegrityError, Problem
from sayso.models.manifest import Forgot, ModelManifest
from sayso.slicing import Progress
from sayso.workflows.logstate import LogState
from sayso.workflows.shelf import Shelf, rows_of, stood_on

Rows = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """The rows of the members who have not the same rows in two versions, before and after, in the order of the members.

    ``tags`` are those of the members who are out altogether.
    """

    before: tuple[Rows, ...]
    after: tuple[Rows, ...]
    tags: tuple[str, ...] = ()

    @property
    def rows_before(self) -> list[Row]:
        """Return all their rows in the version before."""
        return [row for rows in self.before for row in rows]

    @property
    def rows_after(self) -> list[Row]:
        """Return all their rows in the version after."""
        return [row for rows in self.after for row in rows]

    @property
    def out(self) -> list[str]:
        """Return the pseudonyms of the members who are out altogether."""
        pairs = zip(self.before, self.after, strict=True)
        return [before[0].member for before, after in pairs if before and not after]

    @property
    def takes_away(self) -> bool:
        """Tell whether a row of the version before is not in the one after."""
        return any(set(before) - set(after) for before, after in zip(self.before, self.after, strict=True))


def left_since(
    shelf: Shelf, log: LogState, model: ModelManifest, dataset: Manifest, progress: Progress
) -> Left | None:
    """Return what differs between the version that a model stands on and another; only the shards that differ are read.

    ``None`` where the former is not there any more, or cut otherwise.
    """
    try:
        left = _difference(shelf, model, dataset, progress)
    except (IntegrityError, InputError):
        return None
    return Left(left.before, left.after, _tags(shelf, log, dataset.name, left.out))


def told(model: ModelManifest, left: Left | None, anew: str) -> tuple[Forgot | None, tuple[str, ...]]:
    """Return what the manifest of a model's next version says of what was forgotten, and the tags for the log.

    Nothing where nothing was taken out. ``anew`` says why it was trained anew, empty where it was not.
    """
    state, served, version = model.state, model.served, model.dataset.version
    if left is None:
        return Forgot(version, None, None, state, served, anew), ()
    if not left.takes_away:
        return None, ()
    out = len(left.out)
    return Forgot(version, out, len(left.before) - out, state, served, anew), left.tags


def _difference(shelf: Shelf, before: ModelManifest, new: Manifest, progress: Progress) -> Left:
    old = stood_on(shelf, before)
    if old is None:
        raise IntegrityError(Problem("other-manifest", "the version that it stood on is not there any more"))
    if (old.key_id, len(old.shards)) != (new.key_id, len(new.shards)):
        raise IntegrityError(Problem("other-shards", "the data set is cut otherwise than before"))
    names = set(changed_shards(old, new))
    mine, theirs = (_rows(shelf, one, names, progress) for one in (old, new))
    members = sorted(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name))
    return Left(tuple(mine.get(m, ()) for m in members), tuple(theirs.get(m, ()) for m in members))


def _rows(shelf: Shelf, manifest: Manifest, names: Iterable[str], progress: Progress) -> dict[str, Rows]:
    store = shelf.datasets.shards(manifest.name, manifest.version)
    wanted: list[Shard] = [shard for shard in manifest.shards if shard.name in names]
    found: dict[str, list[Row]] = {}
    for row in rows_of(store, wanted, progress):
        found.setdefault(row.member, []).append(row)
    return {member: tuple(rows) for member, rows in found.items()}


def _tags(shelf: Shelf, log: LogState, name: str, members: Iterable[str]) -> tuple[str, ...]:
    """Return the tags of pseudonyms, sorted; those of erased members are known from the log alone."""
    wanted, key = set(members), dataset_key(shelf.yard.book.keys.secret(), name)
    if not wanted:
        return ()
    known = {*shelf.yard.tags.table().column("tag").to_pylist(), *log.index.erased()}
    return tuple(sorted(tag for tag in known if member_pseudonym(key, tag) in wanted))
