"""The models are held against what is known of them: the log's entries, signatures, digests, and the data sets that they stand on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sayso.dataset.dsse import parse
from sayso.dataset.manifest import changed_shards
from sayso.errors import EdgeError, InputError, IntegrityError, Place, Problem, SaysoError
from sayso.ledger.events import ModelForgot, ModelTrained, VersionPurged
from sayso.models.kind import arrays_digest
from sayso.models.manifest import ModelManifest, model_digest, open_model, seal_model
from sayso.ports import ShardStore
from sayso.values.moments import Moment, format_day
from sayso.workflows.build import CARD, MANIFEST, published_manifest
from sayso.workflows.logstate import LogState
from sayso.workflows.pending import takes_back
from sayso.workflows.shelf import SERVED, STATE, Shelf, stood_on
from sayso.workflows.withdraw import MODEL


@dataclass(frozen=True, slots=True)
class ModelReport:
    """What was found of one version of a model: the data set it stands on, remarks that are no problems, and problems.

    ``recomputed`` tells whether what is served was made again from what the model has counted.
    """

    name: str
    version: int
    dataset: str
    dataset_version: int
    recomputed: bool
    remark: str
    problems: tuple[Problem, ...]


def verify_models(shelf: Shelf, name: str | None = None) -> tuple[ModelReport, ...]:
    """Return what holds of all versions of all models, or of one model, or of the models of one data set.

    Where the log cannot be read there is nothing to hold them against: then nothing is reported, and the log's own check names it.
    """
    try:
        history = _History(shelf)
    except SaysoError:
        return ()
    wanted = [event for event in history.trained if name in (None, event.name, event.dataset)]
    return tuple(_Version(shelf, history, event).report() for event in wanted)


class _History:
    """What the log tells of models."""

    def __init__(self, shelf: Shelf) -> None:
        self.trained: list[ModelTrained] = []
        self.forgot: dict[tuple[str, int], str] = {}
        self.purged: set[tuple[str, int]] = set()
        self.log = LogState(shelf.yard.book.log)
        for entry in shelf.yard.book.log.entries():
            event = entry.event
            if isinstance(event, ModelTrained):
                self.trained.append(event)
            elif isinstance(event, ModelForgot):
                self.forgot[event.name, event.version] = event.certificate
            elif isinstance(event, VersionPurged) and event.kind == MODEL:
                self.purged.add((event.name, event.version))
        self.log.extend(shelf.yard.book.log.size())


@dataclass(slots=True)
class _Version:
    """One version while it is checked."""

    shelf: Shelf
    history: _History
    event: ModelTrained
    problems: list[Problem] = field(default_factory=list)
    files: ShardStore = field(init=False)

    def __post_init__(self) -> None:
        self.files = self.shelf.models.shards(self.event.name, self.event.version)

    @property
    def is_purged(self) -> bool:
        return (self.event.name, self.event.version) in self.history.purged

    @property
    def is_last(self) -> bool:
        return self.history.log.models[self.event.name] == self.event

    def report(self) -> ModelReport:
        """Return what was found."""
        event, manifest = self.event, self._open()
        recomputed, remark = False, ""
        if manifest is not None:
            self._check_entry(manifest)
            if self.is_purged:
                remark = "its bytes were purged; its manifest was checked"
                self._check_names({MANIFEST, CARD}, "not-purged", "the log says that this version was purged")
            else:
                recomputed, remark = self._check_files(manifest)
        if self.is_last:
            self._check_pointer()
            remark = self._behind(manifest) or remark if manifest is not None else remark
        told = (event.name, event.version, event.dataset, event.dataset_version)
        return ModelReport(*told, recomputed, remark, tuple(self.problems))

    def _place(self, file: str) -> Place:
        return Place(f"models/{self.event.name}/v{self.event.version:04d}/{file}")

    def _found(self, code: str, what: str, file: str, advice: str = "train the model again") -> None:
        self.problems.append(Problem(code, what, self._place(file), advice))

    def _open(self) -> ModelManifest | None:
        data = self.shelf.models.manifest(self.event.name, self.event.version)
        if data is None:
            self._found("missing-manifest", "the manifest is missing", MANIFEST)
            return None
        public_key = self.shelf.yard.book.keys.public_key()
        try:
            manifest = open_model(data, public_key, str(self._place(MANIFEST)))
        except SaysoError as error:
            reasons = "; ".join(problem.what for problem in error.problems[:3])
            self._found("bad-manifest", f"the manifest does not hold: {reasons}", MANIFEST)
            return None
        ((_, signature), *_others) = parse(data).signatures
        if data != seal_model(manifest, public_key, lambda _: signature):
            self._found("other-envelope", "the envelope is not the one that was written", MANIFEST)
        return manifest

    def _check_entry(self, manifest: ModelManifest) -> None:
        event, dataset = self.event, manifest.dataset
        digest = model_digest(manifest)
        told = (event.name, event.version, event.dataset, event.dataset_version, event.manifest)
        if told != (manifest.name, manifest.version, dataset.name, dataset.version, digest):
            self._found("other-manifest", "the manifest is not the one that the log tells of", MANIFEST)
        certificate = self.history.forgot.get((event.name, event.version))
        if (certificate is None) != (manifest.forgot is None) or certificate not in (None, digest):
            self._found("other-forgetting", "manifest and log differ in whether it forgot somebody", MANIFEST)

    def _check_files(self, manifest: ModelManifest) -> tuple[bool, str]:
        whole = True
        for file in manifest.files:
            found = self.files.digest(file.name)
            if found != file.sha256:
                whole = False
                missing = found is None
                what = (
                    "the file is missing"
                    if missing
                    else "the bytes of this file are not those that were written"
                )
                self._found("missing-file" if missing else "changed-file", what, file.name)
        names = {file.name for file in manifest.files} | {MANIFEST, CARD}
        self._check_names(names, "extra-file", "the manifest does not name this file")
        if not whole:
            return False, ""
        try:
            return self._recompute(manifest)
        except (InputError, EdgeError) as error:
            return False, f"not made again: {error.problems[0].what}"

    def _check_names(self, names: set[str], code: str, what: str) -> None:
        for file in self.files.names():
            if file not in names:
                self._found(code, what, file, "remove it, in backups too")

    def _recompute(self, manifest: ModelManifest) -> tuple[bool, str]:
        kind = self.shelf.kind_of(manifest.kind.name)
        if arrays_digest(self.files.arrays(SERVED)) != manifest.served:
            self._found(
                "other-weights", "what is served is not of the digest that the manifest names", SERVED
            )
        if (kind.version, kind.settings) != (manifest.kind.version, manifest.kind.settings):
            return False, "not made again: it was trained by other rules or settings"
        try:
            state = kind.state_of(self.files.arrays(STATE))
            if kind.digest(state) != manifest.state:
                self._found("other-state", "what it has counted is not of the digest that is named", STATE)
            if arrays_digest(kind.served(state)) != manifest.served:
                self._found("other-weights", "what is served does not follow from what was counted", SERVED)
        except IntegrityError as error:
            self.problems.extend(error.problems)
        return True, ""

    def _check_pointer(self) -> None:
        name, version = self.event.name, self.event.version
        try:
            current = self.shelf.models.current(name)
        except IntegrityError as error:
            self.problems.extend(error.problems)
            return
        if current != version:
            what = f"readers see version {current}, the log says that {version} is the last"
            advice = f"run `sayso forget {name}`"
            self.problems.append(Problem("stale-pointer", what, Place(f"models/{name}/current"), advice))

    def _behind(self, manifest: ModelManifest) -> str:
        """Return that the data set has moved on, and report it where a deadline has passed."""
        last = self.history.log.published.get(manifest.dataset.name)
        if last is None or last.version == manifest.dataset.version:
            return ""
        what = f"stands on v{manifest.dataset.version:04d} of {last.name}, which is at v{last.version:04d}"
        now = self.shelf.yard.book.clock.now()
        due = min(self._deadlines(manifest), default=None)
        if due is not None and due < now:
            advice = f"run `sayso forget {manifest.name}`"
            self._found("overdue", f"it {what}: it was to follow by {format_day(due)}", MANIFEST, advice)
        return what

    def _deadlines(self, manifest: ModelManifest) -> Iterator[Moment]:
        """Yield by when each word that took something back between the two versions is to be out of the model.

        Whose words they are is not looked at: a model that follows its data set late is named rather a day too early.
        """
        shelf, policy = self.shelf, self.shelf.yard.book.policy
        new = published_manifest(
            shelf.yard, shelf.datasets, self.history.log.published[manifest.dataset.name]
        )
        old = stood_on(shelf, manifest)
        if new is None or (old is not None and not changed_shards(old, new)):
            return
        start = manifest.log.size if old is None else old.log.size
        for entry in shelf.yard.book.log.entries(start, new.log.size):
            terms = policy.forgetting(entry.logged_at)
            if terms is not None and takes_back(policy, entry):
                yield terms.deadline(entry.logged_at)
