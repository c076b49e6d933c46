"""What a member has and sees: controls, notices, uses, records as a model saw them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sayso.web.api.schemas.common import EntryNumber, GivenMoment, Shape, UseFields


class ControlState(Shape):
    """A control as it stands for a member."""

    id: str
    kind: Literal["toggle", "objection-form", "browser-signal", "admin-setting"]
    label: str
    path: str = Field(description="Where it is in the settings.")
    purposes: list[str]
    recipients: list[str]
    covers: list[str] = Field(description="What it decides on, a sentence each.")
    not_covered: str = Field(description="What it does not decide on; empty where nothing was said of that.")
    reach: Literal["prospective", "retroactive"] = Field(
        description="`retroactive`: a no also takes the member out of data sets and models that there are."
    )
    state: Literal["yes", "no", "silent"]
    default: Literal["on", "off"] = Field(description="What holds while they are silent.")
    since: GivenMoment | None = Field(description="When they said it; null while they are silent.")
    entry: EntryNumber | None
    overruled: bool = Field(
        description="Whether a no through another control, an objection say, stands over what was said or not said through this one."
    )
    in_use: bool = Field(description="Whether anything that it decides on may be used as things stand.")


class Controls(Shape):
    """The controls of the policy version in force, where a member lives."""

    version: str | None = Field(description="The version in force; null where none is.")
    region: str | None = Field(description="ISO 3166-1 or -2; null where it is not known.")
    controls: list[ControlState]


class GivenNotice(Shape):
    """A notice that reached a member."""

    entry: EntryNumber
    version: str
    at: GivenMoment
    channel: str
    regions: list[str] | None = Field(
        description="Those it went to; null: to everyone, or to the member alone."
    )
    personal: bool = Field(description="Whether it went to this member alone.")


class Forgotten(Shape):
    """Since when nothing of a member is held."""

    entry: EntryNumber
    at: GivenMoment


class UsedIn(Shape):
    """A version of a data set that held records of a member, or a model made of one."""

    kind: Literal["dataset", "model"]
    name: str
    version: int
    use: UseFields
    at: GivenMoment
    entry: EntryNumber
    records: int | None = Field(
        description="How many of theirs it holds or was made of; null where that cannot be said any more."
    )
    forgotten: Forgotten | None = Field(
        description="The version since which nothing of theirs is in it; null while there is none."
    )


class Uses(Shape):
    """What a member's records were used for."""

    items: list[UsedIn]


class Removed(Shape):
    """A class of what was taken out of a text, and how often."""

    label: str
    count: int


class SeenRecord(Shape):
    """A record as a model saw it."""

    record: str
    seen: str | None = Field(description="The text as it stands in the data set; to the member alone.")
    removed: list[Removed] | None = Field(
        description="What was taken out of it; null where that cannot be said any more."
    )
