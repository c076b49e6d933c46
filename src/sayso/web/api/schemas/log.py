"""The log: checkpoints, entries, proofs, receipts; the feed; the policy."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from sayso.web.api.schemas.common import Base64, Digest, EntryNumber, GivenMoment, Shape, UseFields


class CheckpointFields(Shape):
    """A signed checkpoint."""

    size: int = Field(description="The number of entries that it speaks for.")
    origin: str = Field(description="The log's name.")
    root: Base64 = Field(description="The RFC 6962 tree hash of those entries, in base64.")
    note: str = Field(description="The signed note (C2SP tlog-checkpoint) that others can check.")


class Consistency(Shape):
    """What proves that a log of one size is the beginning of the log of another."""

    old: int
    size: int
    proof: list[Base64] = Field(description="RFC 6962, section 2.1.2.")


class LoggedEntry(Shape):
    """An entry of the log. Members are in it by a random tag alone."""

    entry: EntryNumber
    leaf: Base64 = Field(description="The RFC 8785 bytes that are hashed, in base64.")
    event: dict[str, Any] = Field(description="The same as JSON (docs/reference/log-format.md).")
    logged_at: GivenMoment


class Inclusion(Shape):
    """What proves that an entry is in the log."""

    entry: EntryNumber
    size: int
    proof: list[Base64] = Field(description="RFC 6962, section 2.1.1.")
    note: str | None = Field(
        description="The signed checkpoint of that size; null where none was kept of it."
    )


class FeedItem(Shape):
    """An entry that bears on what may be used (docs/reference/feed.md)."""

    entry: EntryNumber
    at: GivenMoment = Field(description="From when it holds; the start of a suspension may lie ahead.")
    kind: Literal[
        "said-no",
        "said-yes",
        "record-deleted",
        "account-closed",
        "member-erased",
        "suspended",
        "resumed",
        "notice",
        "policy-adopted",
        "records-imported",
    ]
    member: str | None
    record: str | None
    everyone: bool
    regions: list[str] | None
    uses: list[UseFields]
    suspension: str | None
    until: GivenMoment | None


class FeedPage(Shape):
    """Some of the feed."""

    items: list[FeedItem]
    next: int = Field(description="The entry to ask after next.", ge=-1)
    log_size: int


class VersionFields(Shape):
    """A version of the policy."""

    id: str
    published_at: GivenMoment
    effective_at: GivenMoment
    until: GivenMoment | None
    title: str


class PolicyFields(Shape):
    """The policy that is enforced."""

    id: str
    digest: Digest
    version: str | None = Field(description="The version in force now; null where none is.")
    versions: list[VersionFields]


class Health(Shape):
    """That the server answers."""

    status: Literal["ok"]
