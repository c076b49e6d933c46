"""Objections as the office looks at them, and what it did about each."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sayso.web.api.schemas.common import Asked, AskedMoment, EntryNumber, GivenMoment, Shape

Stage = Literal["overdue", "open", "stopped", "answered"]
StepName = Literal["answered", "extended", "clock-stopped", "clock-started"]
Reason = Literal["complexity", "number", "identity", "clarification"]


class FiledObjection(Shape):
    """An objection with its clock. It is in effect from when it was filed, whatever the office does."""

    entry: EntryNumber
    member: str | None = Field(
        description="Who objected; null where they were erased, and for auditors, who read without names."
    )
    region: str | None = Field(description="ISO 3166-1 or -2; null where it is not known.")
    control: str
    version: str
    at: GivenMoment = Field(description="When it was filed.")
    law: str = Field(description="By whose clock it is answered.", examples=["UK GDPR, Article 12A"])
    stage: Stage
    due: GivenMoment | None = Field(
        description="The first moment at which an answer is too late; null while the clock stands still."
    )
    answered_at: GivenMoment | None
    taken_back: bool = Field(description="Whether the member has said yes to all that it covers since.")


class AskedStep(Asked):
    """What the office did about an objection."""

    step: StepName
    reason: Reason | None = Field(
        default=None,
        description="Of `extended`: `complexity` or `number`; of `clock-stopped`: `identity` or `clarification`; else none.",
    )
    at: AskedMoment | None = Field(default=None, description="When, if not now; never ahead.")


class TakenStep(Shape):
    """A step of the office in the log, and the objection's clock from then on."""

    entry: EntryNumber
    objection: EntryNumber
    step: StepName
    reason: Reason | None
    at: GivenMoment
    stage: Stage
    due: GivenMoment | None
