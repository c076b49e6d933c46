"""Choices and objections."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sayso.web.api.schemas.common import (
    Asked,
    AskedMoment,
    EntryNumber,
    GivenMoment,
    Id,
    Name,
    Shape,
    YesNo,
)


class AskedChoice(Asked):
    """A yes or a no of a member's through a control."""

    member: Id | None = Field(
        default=None,
        description="Whose choice it is; left out with a member's own token.",
        examples=["m000412"],
    )
    control: Name = Field(description="A control of the version that was shown.", examples=["ai-training"])
    value: YesNo
    at: AskedMoment | None = Field(
        default=None, description="When they said it, if not now; never ahead. Services alone."
    )
    version: Name | None = Field(
        default=None,
        description="The policy version that they were shown; left out, the one in force.",
        examples=["2024-02-01"],
    )
    channel: Name | None = Field(
        default=None, description="Where they said it. Services alone.", examples=["settings"]
    )


class AskedObjection(Asked):
    """An objection: a no from the moment at which it is filed. No reason is asked for."""

    member: Id | None = Field(
        default=None, description="Who objects; left out with a member's own token.", examples=["m000412"]
    )
    control: Name | None = Field(
        default=None,
        description="The objection form; left out where the version in force has one alone where they live.",
        examples=["objection"],
    )


class GivenChoice(Shape):
    """A choice that is in the log."""

    entry: EntryNumber
    member: str
    control: str
    value: YesNo
    at: GivenMoment = Field(description="The moment from which it holds.")
    version: str = Field(description="The policy version that was shown.")
    channel: str
    meaning: list[str] = Field(description="What it covers, what it does not, and how far it reaches.")
    receipt: dict[str, Any] | None = Field(
        description="What proves it later, offline: `sayso receipt verify` reads it. Null where the caller preferred none."
    )


class ListedChoice(Shape):
    """A choice in a list."""

    entry: EntryNumber
    control: str
    value: YesNo
    at: GivenMoment
    version: str
    channel: str


class ListedObjection(Shape):
    """An objection in a list."""

    entry: EntryNumber
    control: str
    at: GivenMoment
    version: str
    channel: str
    stands: bool = Field(description="Whether it is the member's last word through this form.")
