"""Why a row is refused, and what an import reports: counts by reason, and never a member's word."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from sayso.errors import Place, Problem


class Refusal(StrEnum):
    """The reasons for which a row is written aside; each has a sentence in ``WHY``."""

    AMBIGUOUS_MOMENT = "ambiguous-moment"
    BAD_AGE = "bad-age"
    BAD_CATEGORY = "bad-category"
    BAD_HEADER = "bad-header"
    BAD_ID = "bad-id"
    BAD_MOMENT = "bad-moment"
    BAD_ROW = "bad-row"
    DUPLICATE_ID = "duplicate-id"
    MISSING_CATEGORY = "missing-category"
    MISSING_CREATED_AT = "missing-created-at"
    MISSING_ID = "missing-id"
    NOT_UNICODE = "not-unicode"
    ROW_TOO_SHORT = "row-too-short"
    ROW_TOO_WIDE = "row-too-wide"
    TEXT_TOO_LONG = "text-too-long"
    TORN_FILE = "torn-file"
    UNKNOWN_COUNTRY = "unknown-country"
    UNKNOWN_VISIBILITY = "unknown-visibility"


WHY = {
    Refusal.AMBIGUOUS_MOMENT: "a date such as 1-2-3 can be read in more than one way: name its format in the mapping",
    Refusal.BAD_AGE: "an age or a birth date is not one, or an age band is upside down",
    Refusal.BAD_CATEGORY: "the category is not a name of small letters, digits and hyphens",
    Refusal.BAD_HEADER: "the file has no line of the column names that it needs: none of it was read",
    Refusal.BAD_ID: "the id is '?', longer than 200 characters, or holds a control character",
    Refusal.BAD_MOMENT: "a moment is not RFC 3339 or does not follow the format that the mapping names",
    Refusal.BAD_ROW: "the row is not one JSON object of plain values, or its quotes do not come out even",
    Refusal.DUPLICATE_ID: "a row with this id came before; the first one stands",
    Refusal.MISSING_CATEGORY: "nothing says what kind of record this is",
    Refusal.MISSING_CREATED_AT: "nothing says when the record was made",
    Refusal.MISSING_ID: "the row has no id",
    Refusal.NOT_UNICODE: "the row is not valid text in the stated encoding",
    Refusal.ROW_TOO_SHORT: "the row has fewer cells than the header",
    Refusal.ROW_TOO_WIDE: "the row has more cells than the header, or is longer than 16 MiB",
    Refusal.TEXT_TOO_LONG: "the text is longer than the limit",
    Refusal.TORN_FILE: "the file ends in the middle: the rows before the tear were kept",
    Refusal.UNKNOWN_COUNTRY: "the region is not an ISO 3166 code, nor a name that the gazetteer knows",
    Refusal.UNKNOWN_VISIBILITY: "the visibility is not public, network or private",
}


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was written aside: why, where it is, and a short digest to know it by.

    ``row`` is the first 12 hexadecimal digits of the SHA-256 of the row as it was read.
    """

    code: Refusal
    place: Place
    row: str

    def problem(self) -> Problem:
        """Return the refusal for people: place, reason, and advice where the whole file is in question."""
        torn = self.code is Refusal.TORN_FILE
        advice = "fetch the file again from its source, and import it again" if torn else ""
        return Problem(str(self.code), WHY[self.code], self.place, advice, severity="warning")


def refused_row(code: Refusal, place: Place, row: bytes) -> RefusedRow:
    """Return the refusal of a row, given as the bytes it was read from.

    >>> refused_row(Refusal.MISSING_ID, Place("members.csv", 3), b"").row
    'e3b0c44298fc'
    """
    return RefusedRow(code, place, hashlib.sha256(row).hexdigest()[:12])


class RowError(ValueError):
    """A row cannot be used; ``code`` says why. Whoever reads rows turns it into a ``RefusedRow``."""

    def __init__(self, code: Refusal) -> None:
        """Hold the reason; the message is its code alone, since a row's words have no place in an error."""
        super().__init__(str(code))
        self.code = code


Counts = tuple[tuple[str, int], ...]
"""Names and how many of each, sorted by name."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import brought in.

    ``members`` and ``records`` count the rows that were kept; ``categories`` the records by category; ``refused`` the rows
    written aside by reason. ``orphans`` counts records without an author, ``unlisted_authors`` those whose author is no
    member of this source, ``unnamed_editors`` those that somebody edited whom the source no longer names, ``deleted`` those
    that carry a deletion, ``regions`` the members whose region is known. ``digest`` is that of the logical rows;
    ``warnings`` what whoever runs the import must read; ``left_out`` counts what is in the source and does not come in, by what it is.
    """

    source: str
    format: str
    members: int
    records: int
    categories: Counts
    refused: Counts
    orphans: int
    unlisted_authors: int
    unnamed_editors: int
    deleted: int
    regions: int
    digest: str
    licence: str
    warnings: tuple[Problem, ...] = ()
    left_out: Counts = ()

    @property
    def refused_rows(self) -> int:
        """Return how many rows were written aside, for whatever reason."""
        return sum(count for _, count in self.refused)
