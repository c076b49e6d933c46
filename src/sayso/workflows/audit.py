"""An audit: whether a model is what training on its data set version gives, and whether an attack finds whom it has forgotten.

Nothing is published or kept: what is trained here is held in memory, and gone at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sayso.dataset.manifest import Manifest
from sayso.errors import IntegrityError, Problem, Refused
from sayso.models.attacks import attacks_on
from sayso.models.kind import Kind, arrays_digest
from sayso.models.manifest import ModelManifest
from sayso.slicing import Progress
from sayso.values.moments import SECOND, Moment
from sayso.workflows.logstate import LogState
from sayso.workflows.plant import Planted, planted
from sayso.workflows.reading import open_published
from sayso.workflows.scratch import Scratch, used
from sayso.workflows.shelf import Shelf, model_of, stood_on
from sayso.workflows.trial import Trial, trial


@dataclass(frozen=True, slots=True)
class Asked:
    """What to audit: a model, the seed that draws members, at most how many in each group, and how many secrets to plant."""

    name: str
    seed: int = 0
    members: int = 200
    canaries: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """A digest: of what, as the manifest has it, and as it was found (``None``: cannot be read)."""

    name: str
    written: str
    found: str | None

    @property
    def holds(self) -> bool:
        """Tell whether both are the same."""
        return self.written == self.found


@dataclass(frozen=True, slots=True)
class Checked:
    """The digests of a model trained from nothing, then those of its files; what each took, in seconds."""

    trained: tuple[Check, ...]
    files: tuple[Check, ...]
    training: float
    comparing: float

    @property
    def holds(self) -> bool:
        """Tell whether all are the same."""
        return all(check.holds for check in (*self.trained, *self.files))


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found.

    ``taken_back`` counts the records of the data set version that may not be used any more and wait for a withdrawal; ``None`` where
    the data set has moved on, and the model has not. ``trial`` is ``None`` where nothing could be tried.
    """

    manifest: ModelManifest
    asked: Asked
    checked: Checked
    taken_back: int | None
    trial: Trial | None
    planted: Planted | None

    @property
    def holds(self) -> bool:
        """Tell whether all digests are what they should be, here and after each trial."""
        parts = (self.trial, self.planted)
        return self.checked.holds and all(part is None or part.holds for part in parts)


def audit(shelf: Shelf, asked: Asked, progress: Progress) -> Audit:
    """Return what an audit of a model found.

    Where a digest does not hold, nothing is tried: it would be tried on another model. Raises ``InputError`` where there is no such
    model, ``Refused`` where the data set version that it stands on is purged or the kind has other rules now, and ``IntegrityError``
    where a manifest or a shard does not hold.
    """
    log = shelf.log()
    manifest = model_of(shelf, log, asked.name)
    kind = shelf.kind_of(manifest.kind.name)
    if used(kind) != manifest.kind:
        what = "the model was trained by other rules or settings than its kind has now"
        raise Refused(
            Problem("other-rules", what, advice="train it again, or audit it with the code it names")
        )
    scratch = Scratch(shelf, kind, manifest, _dataset(shelf, manifest), progress)
    checked, attacks = _checked(scratch), attacks_on(kind)
    found = trial(scratch, attacks, asked.seed, asked.members) if checked.holds else None
    secrets = None
    if checked.holds and asked.canaries and attacks:
        secrets = planted(scratch, attacks[0], asked.seed, asked.canaries)
    return Audit(manifest, asked, checked, _taken_back(shelf, log, manifest), found, secrets)


def _dataset(shelf: Shelf, manifest: ModelManifest) -> Manifest:
    """Return the manifest of the data set version that a model stands on, whose bytes are there."""
    dataset = stood_on(shelf, manifest)
    version = f"{manifest.dataset.name} v{manifest.dataset.version:04d}"
    if dataset is None:
        advice = "run `sayso verify`"
        raise IntegrityError(
            Problem("bad-manifest", f"the manifest of {version} does not hold", advice=advice)
        )
    store = shelf.datasets.shards(dataset.name, dataset.version)
    if dataset.shards and all(store.digest(shard.name) is None for shard in dataset.shards):
        what = f"the bytes of {version}, on which the model stands, were deleted"
        advice = f"run `sayso forget {manifest.name}`, which brings it to the published version"
        raise Refused(Problem("purged", what, advice=advice))
    return dataset


def _checked(scratch: Scratch) -> Checked:
    start = _now(scratch)
    state = scratch.trained()
    trained = (scratch.kind.digest(state), arrays_digest(scratch.kind.served(state)))
    done = _now(scratch)
    files = tuple(_files(scratch))
    written = (scratch.manifest.state, scratch.manifest.served)
    return Checked(
        tuple(map(Check, ("state", "served"), written, trained)),
        files,
        (done - start) / SECOND,
        (_now(scratch) - done) / SECOND,
    )


def _now(scratch: Scratch) -> Moment:
    return scratch.shelf.yard.book.clock.now()


def _files(scratch: Scratch) -> list[Check]:
    store = scratch.shelf.models.shards(scratch.manifest.name, scratch.manifest.version)
    checks = [Check(file.name, file.sha256, store.digest(file.name)) for file in scratch.manifest.files]
    return [*checks, Check("what was counted", scratch.manifest.state, _held(scratch.kind, scratch))]


def _held(kind: Kind[Any], scratch: Scratch) -> str | None:
    """Return the digest of the state that lies there: a file may be, to the bit, what was written, and hold another state."""
    try:
        return kind.digest(scratch.loaded())
    except IntegrityError:
        return None


def _taken_back(shelf: Shelf, log: LogState, manifest: ModelManifest) -> int | None:
    published = log.published.get(manifest.dataset.name)
    if published is None or published.manifest != manifest.dataset.manifest:
        return None
    return open_published(shelf.yard, shelf.datasets, manifest.dataset.name).left_out
