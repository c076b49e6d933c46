"""What the log and the manifests know of data sets and models that were made: the facts that reports about them are written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sayso.dataset.manifest import Manifest
from sayso.ledger.events import DatasetPublished, ModelForgot, ModelTrained
from sayso.models.manifest import ModelManifest
from sayso.policy.model import Policy
from sayso.values.moments import Moment


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A published version of a data set: its entry, when it was logged, and its manifest (``None``: missing or damaged)."""

    entry: int
    at: Moment
    event: DatasetPublished
    manifest: Manifest | None
    purged: Moment | None = None


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A version of a model: its entry, when it was logged, its manifest (``None``: missing or damaged), and whom it forgot, if anyone.

    ``forgot_entry`` is the number of the entry that says so.
    """

    entry: int
    at: Moment
    event: ModelTrained
    manifest: ModelManifest | None
    forgot: ModelForgot | None = None
    forgot_entry: int | None = None
    purged: Moment | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in the shards, counted: rows by category, language (``None``: not known) and visibility; the first and last month."""

    categories: Mapping[str, int]
    languages: Mapping[str | None, int]
    visibilities: Mapping[str, int]
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True, eq=False)
class House:
    """Whose data sets and models these are: the log's origin, and the policy as it is now."""

    origin: str
    policy: Policy

    @property
    def platform(self) -> str:
        """Return what the policy calls the platform, the log's origin where it names none."""
        return next((one.name for one in self.policy.recipients if one.kind == "platform"), self.origin)


def version_name(version: int) -> str:
    """Return the name of a version, as its folder is called.

    >>> version_name(3)
    'v0003'
    """
    return f"v{version:04d}"
