"""A report as frozen values: sections of fields, tables and notes. What it looks like is the renderers' work.

A field says where its answer is from: the project knows it, a person gave it, or nobody has. So a reader tells what the log and the
manifests hold from what somebody wrote, and sees what is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from sayso.values.moments import Moment


class State(StrEnum):
    """Where a field's answer is from."""

    KNOWN = "known"
    """The log, the manifests or the policy say so."""
    GIVEN = "given"
    """A person said so, in the file of answers."""
    MISSING = "missing"
    """Only a person knows, and nobody has said."""
    WAITING = "waiting"
    """It is missing unless the answer that opens its branch is no."""
    LEFT_OUT = "left-out"
    """It is optional, and nothing is there to say."""
    NOT_APPLICABLE = "not-applicable"
    """Another answer makes it moot."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: its id, its label, and the answer as paragraphs (none where nobody has given one).

    ``basis`` says what the answer rests on. ``findings`` is what the project knows about it where a person answers.
    ``question`` names what to answer in the file of answers, empty where a person has nothing to add.
    """

    id: str
    label: str
    state: State
    answer: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: each row has as many cells as there are columns; ``numbers`` are the places of columns that hold numbers."""

    id: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where a row does not fit the columns."""
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of the table {self.id} has not as many cells as there are columns")


@dataclass(frozen=True, slots=True)
class Note:
    """Words between the fields; a ``warning`` is what nobody should miss."""

    text: str
    warning: bool = False


Part: TypeAlias = "Field | Table | Note"


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its id, its number in the form (empty for none), its title, its parts, and the sections below it."""

    id: str
    number: str
    title: str
    parts: tuple[Part, ...] = ()
    sections: tuple[Section, ...] = ()

    def all_sections(self) -> Iterator[Section]:
        """Yield the section and all below it, in the order of reading."""
        yield self
        for section in self.sections:
            yield from section.all_sections()


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a report rests on: the log's name, size and root (hexadecimal), the policy's id, digest and version, and the code."""

    origin: str
    size: int
    root: str
    policy: str
    policy_digest: str
    policy_version: str | None
    code: str


@dataclass(frozen=True, slots=True)
class Document:
    """A report: its kind, its title, what it is about, when and from what it was made, what to heed, and its sections.

    ``personal`` tells that it is about one person. ``evidence`` is what a program can check, as JSON, ``None``
    where there is nothing of the kind; only the JSON form holds it.
    """

    kind: str
    title: str
    subject: tuple[str, ...]
    made_at: Moment
    grounds: Grounds
    sections: tuple[Section, ...]
    cautions: tuple[str, ...] = ()
    personal: bool = False
    evidence: Mapping[str, Any] | None = None

    def all_sections(self) -> Iterator[Section]:
        """Yield all sections, in the order of reading."""
        for section in self.sections:
            yield from section.all_sections()

    def fields(self) -> Iterator[Field]:
        """Yield all fields, in the order of reading."""
        for section in self.all_sections():
            yield from (part for part in section.parts if isinstance(part, Field))

    @property
    def missing(self) -> tuple[Field, ...]:
        """Return the fields that nobody has answered and somebody has to."""
        return tuple(field for field in self.fields() if field.state is State.MISSING)

    def count(self, state: State) -> int:
        """Return how many fields are in a state."""
        return sum(field.state is state for field in self.fields())


STATED = (
    "“Permitted” means that the policy, the notices and the choices on record allow a use. It never means that the use is lawful: "
    "that is for people who know the law to say."
)
"""What every report says that shows what was permitted."""

SAID = {
    State.KNOWN: "from the project's records",
    State.GIVEN: "from the file of answers",
    State.MISSING: "missing",
    State.WAITING: "missing where the answer before them is yes",
    State.LEFT_OUT: "nothing to add",
    State.NOT_APPLICABLE: "does not apply",
}
"""Where an answer is from, in words for people."""

KNOWN = "The project knows:"
"""What stands before a finding."""
