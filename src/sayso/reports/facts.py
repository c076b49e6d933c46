"""What reports are made from: facts of a project, as frozen values, gathered by ``workflows.reporting``."""

from __future__ import annotations

from dataclasses import dataclass

from sayso.dataset.manifest import Manifest
from sayso.models.manifest import ModelManifest
from sayso.policy.model import Policy, PolicyVersion
from sayso.reports.document import Grounds
from sayso.values.moments import Moment
from sayso.values.uses import Use


@dataclass(frozen=True, slots=True)
class NoticeSent:
    """Notices of a policy version: their entries, from when to when, by which channel, to which regions (``None``: everyone), or
    to how many members one by one (``None``: not so).
    """

    version: str
    at: Moment
    last: Moment
    channel: str
    entries: tuple[int, ...]
    regions: tuple[str, ...] | None = None
    members: int | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """The project: its policy, the notices and adoptions in its log, when it was asked, and what a report says it rests on."""

    policy: Policy
    notices: tuple[NoticeSent, ...]
    made_at: Moment
    grounds: Grounds

    @property
    def version(self) -> PolicyVersion | None:
        """Return the version in force when the report was made."""
        return self.policy.in_force(self.made_at)


@dataclass(frozen=True, slots=True)
class SourceIn:
    """A source: its name, and the first and the last time that it was brought in, with the entries of the log.

    ``licences`` counts its records by the licence that they carry, where they carry one.
    """

    name: str
    first: Moment
    last: Moment
    entries: tuple[int, ...]
    members: int
    records: int
    licences: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in the shards of a version: rows by category and by language (empty: not known), the first and the last month in
    which they were written (``None``: not known), the length of all texts in UTF-8 bytes, and rows by visibility.
    """

    categories: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]
    visibilities: tuple[tuple[str, int], ...]
    first_month: str | None
    last_month: str | None
    text_bytes: int


@dataclass(frozen=True, slots=True)
class VersionIn:
    """A version of a data set or of a model in the log: its number, its entry, when it was logged, and its manifest's digest.

    ``purged`` is when its bytes were deleted, ``None`` while they are there.
    """

    version: int
    entry: int
    at: Moment
    manifest: str
    purged: Moment | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """That a version was handed to a recipient."""

    version: int
    recipient: str
    at: Moment
    entry: int


@dataclass(frozen=True, slots=True)
class DatasetIn:
    """A version of a data set: its manifest and that's digest, all versions in the log, its contents (``None``: its bytes were
    deleted), the sources it was made from, to whom it was handed, and the models of any of its versions, with the first training.
    """

    manifest: Manifest
    digest: str
    this: VersionIn
    versions: tuple[VersionIn, ...]
    contents: Contents | None
    sources: tuple[SourceIn, ...]
    handed: tuple[Handed, ...] = ()
    models: tuple[str, ...] = ()
    first_trained: Moment | None = None

    @property
    def use(self) -> Use:
        """Return the use that it was made for."""
        return self.manifest.use

    @property
    def called(self) -> str:
        """Return its name with its version."""
        return f"{self.manifest.name} v{self.manifest.version:04d}"


@dataclass(frozen=True, slots=True)
class ModelIn:
    """A version of a model: its manifest and that's digest, and all versions in the log."""

    manifest: ModelManifest
    digest: str
    this: VersionIn
    versions: tuple[VersionIn, ...]

    @property
    def called(self) -> str:
        """Return its name with its version."""
        return f"{self.manifest.name} v{self.manifest.version:04d}"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about: a model with the data set that it stands on, or data sets."""

    ground: Ground
    datasets: tuple[DatasetIn, ...]
    model: ModelIn | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return what it is about, by name and version."""
        sets = tuple(f"data set {one.called}" for one in self.datasets)
        return sets if self.model is None else (f"model {self.model.called}", *sets)
