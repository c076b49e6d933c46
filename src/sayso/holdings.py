"""What a long-lived process asks of the sources: single members and records at once, and columns of many, by number.

A catalogue gives holdings: the sources as they were at one moment, never half of one state and half of another. In them people
have numbers (members first, then authors and contributors who are nobody's members), and so have records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sayso.values.members import Member
from sayso.values.records import Record

Numbers = NDArray[np.int64]
NO_MOMENT = int(np.iinfo(np.int64).min)
"""Stands in a column of moments where none is known: it lies before every moment."""
MISSING = -1
"""Stands for what is not there: a row for an id that nobody knows, a birth day or an age that is not known."""


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column of texts: the text of a place is ``values[codes[place]]``; the first of ``values`` is ``None``."""

    codes: NDArray[Any]
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RecordColumns:
    """Some records: for each its author as a number of people, and moments with ``NO_MOMENT`` where none is known.

    ``hand_places`` and ``hands`` are pairs, one for each contributor: the place of the record in the columns, and who it is.
    """

    author: Numbers
    category: Coded
    visibility: Coded
    created_at: Numbers
    collected_at: Numbers
    deleted_at: Numbers
    hand_places: Numbers
    hands: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class MemberColumns:
    """Some people: ``known`` tells who is a member; of the others all else is as of a member of whom nothing is known.

    ``born`` is a birth day as ``yyyymmdd``, ages are whole years; both are ``MISSING`` where not known.
    """

    known: NDArray[np.bool_]
    region: Coded
    born: Numbers
    age_min: Numbers
    age_max: Numbers
    joined_at: Numbers
    closed_at: Numbers


class Holdings(Protocol):
    """The sources at one moment; nothing of it ever changes."""

    @property
    def members(self) -> int:
        """Return the number of members."""
        ...

    @property
    def records(self) -> int:
        """Return the number of records."""
        ...

    @property
    def nobody(self) -> int:
        """Return the number that stands for no person at all; it is one more than the last person's."""
        ...

    @property
    def regions(self) -> tuple[str | None, ...]:
        """Return the regions that members are in: the values of the ``region`` of ``of_people``."""
        ...

    @property
    def kinds(self) -> tuple[tuple[str | None, ...], tuple[str | None, ...]]:
        """Return categories and visibilities: the values of those columns of ``of_records``."""
        ...

    def member(self, member: str) -> Member | None:
        """Return the member of an id, ``None`` where no source has them."""
        ...

    def record(self, record: str) -> Record | None:
        """Return the record of an id, without its text, ``None`` where no source has it."""
        ...

    def rows(self, records: Sequence[str]) -> Numbers:
        """Return the row of each record, ``MISSING`` for an id that no source has."""
        ...

    def people(self, members: Sequence[str]) -> Numbers:
        """Return the number of each person, ``nobody`` for an id that no source has."""
        ...

    def person(self, number: int) -> str | None:
        """Return the id of a person, ``None`` for ``nobody``."""
        ...

    def record_at(self, row: int) -> Record:
        """Return the record of a row, without its text."""
        ...

    def of_records(self, rows: Numbers) -> RecordColumns:
        """Return the columns of some rows."""
        ...

    def of_people(self, people: Numbers) -> MemberColumns:
        """Return the columns of some people."""
        ...

    def record_attribute(self, name: str, rows: Numbers) -> Coded:
        """Return an attribute of some rows, ``None`` where it is not carried."""
        ...

    def member_attribute(self, name: str, people: Numbers) -> Coded:
        """Return an attribute of some people, ``None`` where it is not carried."""
        ...


class Catalogue(Protocol):
    """All sources of a project, for many threads at once; each answer is of the sources as they are on disk at the call."""

    def now(self) -> Holdings:
        """Return what the sources hold: the same object for as long as they do not change."""
        ...

    def current(self) -> Holdings | None:
        """Return what the sources hold where it has been read already, ``None`` where that comes first and may take seconds."""
        ...

    def member(self, member: str) -> Member | None:
        """Return the member of an id, ``None`` where no source has them."""
        ...

    def record(self, record: str) -> Record | None:
        """Return the record of an id, without its text, ``None`` where no source has it."""
        ...

    def text(self, record: str) -> str | None:
        """Return the text of a record, ``None`` where no source has it."""
        ...

    def texts(self, records: Sequence[str]) -> tuple[str | None, ...]:
        """Return the texts of some records in their order: far less work than asking for each alone."""
        ...

    def count(self, member: str) -> int:
        """Return how many records have this member as their author."""
        ...

    def records_of(self, member: str, start: int = 0, most: int = 100) -> tuple[str, ...]:
        """Return the ids of a member's own records, the newest first, at most ``most`` from place ``start`` on."""
        ...
