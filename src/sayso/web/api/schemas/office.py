"""What the office and its services write and read: notices, suspensions, deletions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sayso.web.api.schemas.common import (
    Asked,
    AskedMoment,
    EntryNumber,
    GivenMoment,
    Id,
    Name,
    Shape,
    Words,
)

Names = Annotated[list[Name], Field(min_length=1, max_length=300)]


class AskedNotice(Asked):
    """A notice that was given: to everyone, to regions, or to one member."""

    version: Name = Field(
        description="The policy version that was brought to their attention.", examples=["2024-02-01"]
    )
    regions: Names | None = Field(
        default=None, description="ISO 3166 codes or groups of the policy.", examples=[["GB", "EEA"]]
    )
    member: Id | None = Field(default=None, description="One member; not with `regions`.")
    at: AskedMoment | None = Field(default=None, description="When it was given, if not now; never ahead.")
    channel: Name = Field(default="e-mail", examples=["e-mail"])

    @model_validator(mode="after")
    def _one_audience(self) -> AskedNotice:
        if self.regions is not None and self.member is not None:
            raise ValueError("a notice goes to regions or to one member")
        return self


class LoggedNotice(Shape):
    """A notice in the log."""

    entry: EntryNumber
    version: str
    at: GivenMoment
    channel: str
    regions: list[str] | None = Field(description="ISO codes; null: everyone, or one member.")
    member: str | None = Field(description="The one member; null where it went to more, or they were erased.")
    personal: bool


class AskedSuspension(Asked):
    """A stop: purposes, for regions and recipients (left out: all), from a moment (now) until another (open)."""

    purposes: Names = Field(examples=[["content-generation"]])
    regions: Names | None = Field(default=None, examples=[["GB"]])
    recipients: Names | None = Field(default=None, examples=[["platform"]])
    authority: Words = Field(description="Who asks for it.", examples=["Information Commissioner's Office"])
    reference: Words | None = Field(
        default=None, description="A document or a case.", examples=["ENF-2026-1"]
    )
    starts_at: AskedMoment | None = Field(default=None, description="It may lie ahead.")
    until: AskedMoment | None = None


class LoggedSuspension(Shape):
    """A suspension in the log."""

    entry: EntryNumber
    id: str = Field(examples=["S12"])
    purposes: list[str]
    regions: list[str] | None = Field(description="ISO codes; null: everywhere.")
    recipients: list[str] | None = Field(description="Null: all.")
    authority: str
    reference: str
    starts_at: GivenMoment
    until: GivenMoment | None
    lifted_at: GivenMoment | None = Field(description="From when it was lifted; null where it was not.")


class AskedLift(Asked):
    """From when a suspension ends, if not from now."""

    at: AskedMoment | None = None


class Lifted(Shape):
    """The end of a suspension."""

    entry: EntryNumber
    id: str
    at: GivenMoment


class AskedDeletion(Asked):
    """That an author deleted a record, or a member closed their account: one of the two."""

    record: Id | None = Field(default=None, description="The record.", examples=["r000412-003"])
    account: Id | None = Field(
        default=None, description="The member; `me` with a member's own token.", examples=["m000412"]
    )
    at: AskedMoment | None = Field(default=None, description="When, if not now; never ahead. Services alone.")

    @model_validator(mode="after")
    def _one_of_the_two(self) -> AskedDeletion:
        if (self.record is None) == (self.account is None):
            raise ValueError("a record or an account")
        return self


class Deleted(Shape):
    """A deletion in the log; it stands, whatever the platform restores."""

    entry: EntryNumber
    kind: Literal["record", "account"]
    at: GivenMoment
