"""Data sets and models."""

from __future__ import annotations

from pydantic import Field

from sayso.web.api.schemas.common import Digest, EntryNumber, GivenMoment, Shape, UseFields


class DatasetVersion(Shape):
    """A version of a data set."""

    version: int
    entry: EntryNumber
    published_at: GivenMoment
    records: int
    manifest: Digest
    purged: bool = Field(description="Whether its bytes are deleted; its manifest stays.")
    delivered_to: list[str]


class ListedDataset(Shape):
    """A data set: its published version."""

    name: str
    version: int
    use: UseFields
    decided_at: GivenMoment
    records: int
    manifest: Digest = Field(description="The digest of the signed manifest.")
    entry: EntryNumber
    published_at: GivenMoment


class FunnelStep(Shape):
    """How many records had a reason: the checks, the grounds of a permit, and what was withheld after it."""

    reason: str
    verdict: str | None = Field(description="Null where a permitted record was withheld.")
    records: int


class ShardFields(Shape):
    """A shard's file."""

    name: str
    sha256: str
    logical: str = Field(description="The digest of its rows, whatever file they are written in.")
    records: int
    members: int


class DatasetFields(ListedDataset):
    """A version of a data set, with all that its manifest says of it."""

    funnel: list[FunnelStep] | None = Field(
        description="They add up to all records that were considered; null where the manifest does not hold."
    )
    shards: list[ShardFields] | None
    log_size: int = Field(description="The size of the log that the decisions rest on.")
    models: list[str] = Field(description="The models that stand on any of its versions.")
    versions: list[DatasetVersion]


class BuiltOn(Shape):
    """The version of a data set that a model stands on."""

    name: str
    version: int


class ModelVersionFields(Shape):
    """A version of a model."""

    version: int
    entry: EntryNumber
    made_at: GivenMoment
    dataset: BuiltOn
    manifest: Digest
    forgot: int = Field(description="How many members it forgot that the version before held.")
    purged: bool


class ListedModel(Shape):
    """A model: its last version."""

    name: str
    version: int
    kind: str | None = Field(description="Null where the manifest does not hold.")
    dataset: BuiltOn
    served: str | None = Field(description="The digest of what answers are given from.")
    manifest: Digest
    entry: EntryNumber
    forgot: int
    behind: bool = Field(description="Whether its data set has gone on without it.")


class ModelFields(ListedModel):
    """A model with its versions, the latest first."""

    versions: list[ModelVersionFields]
