"""Decisions: one, and many at once."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sayso.values.decisions import Reason
from sayso.web.api.schemas.common import (
    MAX_ID,
    Asked,
    AskedMoment,
    EntryNumber,
    GivenMoment,
    Id,
    Name,
    Shape,
    UseFields,
)

MOST_RECORDS = 10_000
UNKNOWN_RECORD = "unknown-record"
"""The reason of an id that no source has."""
Verdict = Literal["permit", "deny", "unknown"]
ReasonCode = Annotated[
    str,
    Field(
        json_schema_extra={"enum": [*map(str, Reason), UNKNOWN_RECORD]},
        description="The check that did not pass, or the ground of a permit (docs/reference/policy-format.md).",
    ),
]


class AskedDecision(BaseModel):
    """What a query string asks."""

    model_config = ConfigDict(frozen=True)

    purpose: Name = Field(examples=["content-generation"])
    recipient: Name = Field(examples=["platform"])
    record: Id = Field(examples=["r000000-005"])
    member: Id | None = Field(
        default=None, description="The author, where the caller wants to be sure of it."
    )
    at: AskedMoment | None = Field(default=None, description="The moment; left out, now.")


class Decided(Shape):
    """The answer for one record, one use and one moment."""

    verdict: Verdict
    reason: ReasonCode
    rule: str | None
    version: str | None = Field(
        description="The policy version in force at that moment; null where none was."
    )
    entries: list[EntryNumber] = Field(description="The log entries that it rests on.")
    facts: list[str] = Field(description="The policy's own dated facts that it rests on.")
    whose: Literal["author", "contributor"] = Field(
        description="`contributor`: another member's words are in the record, and theirs decided."
    )
    sentences: list[str]
    use: UseFields
    at: GivenMoment
    log_size: int


class AskedDecisions(Asked):
    """Which records may be used, at a moment."""

    use: UseFields
    records: list[Annotated[str, Field(max_length=MAX_ID)]] = Field(
        min_length=1, max_length=MOST_RECORDS, examples=[["r000000-005", "r000412-003"]]
    )
    at: AskedMoment | None = Field(default=None, description="The moment; left out, now.")


class Columns(Shape):
    """Verdicts and reasons, each in the order of the records."""

    verdict: list[Verdict]
    reason: list[ReasonCode]


class ManyDecided(Shape):
    """The answers for many records."""

    use: UseFields
    at: GivenMoment
    log_size: int
    permitted: int = Field(description="How many may be used.")
    decisions: Columns = Field(
        description="A record that no source has is `unknown`, with the reason `unknown-record`."
    )
