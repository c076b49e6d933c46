"""Fields that many bodies and answers share, and the problem object (RFC 9457)."""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from sayso.values.moments import Moment, parse_moment, to_datetime
from sayso.values.uses import Use

Item = TypeVar("Item")

MAX_ID = 512
"""Characters of an id of the platform's."""


class Shape(BaseModel):
    """A JSON object with these members and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Asked(BaseModel):
    """A JSON object that somebody sends: these members and no others, each of its own type and not made into it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _is_moment(text: str) -> str:
    try:
        to_datetime(parse_moment(text))
    except OverflowError:
        raise ValueError("a moment lies in the years 1 to 9999") from None
    return text


MOMENT = {"type": "string", "format": "date-time", "examples": ["2026-02-01T09:30:00Z"]}
AskedMoment = Annotated[str, Field(max_length=64), AfterValidator(_is_moment), WithJsonSchema(MOMENT)]
"""A moment as somebody sends it: RFC 3339, or a date alone, which is its first instant in UTC."""
GivenMoment = Annotated[str, WithJsonSchema(MOMENT)]
"""A moment in an answer: RFC 3339, UTC."""


def moment(text: str | None) -> Moment | None:
    """Return the moment that was sent, ``None`` where none was."""
    return None if text is None else parse_moment(text)


_LINE = r"^[^\x00-\x1f\x7f]+$"
Id = Annotated[
    str, Field(min_length=1, max_length=MAX_ID, pattern=_LINE, description="An id of the platform's own.")
]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=_LINE)]
"""A name that the policy or the office gave."""
Words = Annotated[str, Field(min_length=1, max_length=500, pattern=_LINE)]
"""A line that the office writes."""
EntryNumber = Annotated[int, Field(ge=0, description="The number of an entry of the log, from 0.")]
Base64 = Annotated[str, Field(description="Bytes in base64 (RFC 4648, section 4).")]
Digest = Annotated[str, Field(description="An algorithm and hexadecimal digits, such as `sha256:…`.")]
YesNo = Literal["yes", "no"]


class UseFields(Asked):
    """A use: what for, and by whom."""

    purpose: Name = Field(examples=["content-generation"])
    recipient: Name = Field(examples=["platform"])

    def use(self) -> Use:
        """Return it as a value."""
        return Use(self.purpose, self.recipient)

    @classmethod
    def of(cls, use: Use) -> UseFields:
        """Return a use as fields."""
        return cls.model_construct(purpose=use.purpose, recipient=use.recipient)


class Page(Shape, Generic[Item]):
    """Some of a list, and where the next of it begins."""

    # Of a generic type the document would say nothing.
    model_config = ConfigDict(json_schema_extra={"description": "Some of a list, and where the next begins."})

    items: list[Item]
    next: str | None = Field(description="The `cursor` of the next page; null on the last.")


class OneProblem(Shape):
    """One thing that is wrong: a stable code, a sentence, and what to do."""

    code: str
    what: str
    advice: str


class ProblemFields(Shape):
    """A problem object (RFC 9457), with a stable code and advice, and every problem where there are several."""

    type: str = Field(description="`/problems/` and the code.", examples=["/problems/unknown-control"])
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="What is wrong, in a sentence. It never holds a member's words or ids.")
    code: str = Field(examples=["unknown-control"])
    advice: str = Field(description="What to do.")
    problems: list[OneProblem]
    instance: str | None = Field(
        default=None, description="`/errors/` and the number that the server's log has, for a status of 500."
    )
