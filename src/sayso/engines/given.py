"""The SQL around the gate's own, the same text on every engine: from the tables as they are given to what the gate reads, and on.

Given are ``members_given`` and ``records_given``, what the log says by tag (``logged_words``, ``logged_notices``,
``logged_closings``), the ``deletions`` and ``tagged``: who has which tag. Like the gate's it keeps to what engines read alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from sayso.engines.footers import AUTHOR_NUMBER, NUMBER
from sayso.policy.codes import PERMIT_FROM
from sayso.policy.gate import AUTHOR, Gate
from sayso.policy.sqltext import indent

_MEMBER_COLUMNS = ("region", "country", "born", "age_min", "age_max", "joined_at")
_RECORD_COLUMNS = (
    "record",
    "author",
    "category",
    "visibility",
    "created_at",
    "collected_at",
    "language",
    "text",
)
_LATER_COLUMNS = ("reply_to",)
"""Columns of records that sources brought in by an earlier Sayso do not have."""
WORDS, NOTICES, CLOSINGS = (
    "w.control, w.yes, w.said_at, w.version, w.entry",
    "w.version, w.given_at",
    "w.closed_at",
)
"""What the log says of members, by table."""
DELETIONS = "SELECT record, MIN(deleted_at) AS deleted_at FROM logged_deletions GROUP BY record"
"""When the log says that records were deleted; of several times the first."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of the tables: whether numbers join members, columns of members and records, and whether records were deleted
    by the log or have others' words in them.
    """

    by_number: bool
    members: tuple[str, ...]
    records: tuple[str, ...]
    has_deletions: bool
    has_contributors: bool

    @property
    def member(self) -> str:
        """Return the column of ``members_given`` that joins members."""
        return NUMBER if self.by_number else "member"

    @property
    def author(self) -> str:
        """Return the column of ``records_given`` that names their author in the same way."""
        return AUTHOR_NUMBER if self.by_number else AUTHOR

    def of_members(self, gate: Gate) -> str:
        """Return what a gate reads as ``members``."""
        columns = [f"m.{self.member} AS member", *(f"m.{column}" for column in _MEMBER_COLUMNS)]
        columns.append("LEAST(m.closed_at, c.closed_at) AS closed_at")
        columns += _attribute_columns("m", gate.member_attributes, self.members)
        closings = "(SELECT member, MIN(closed_at) AS closed_at FROM closings GROUP BY member)"
        return f"SELECT {', '.join(columns)} FROM members_given m LEFT JOIN {closings} c ON c.member = m.{self.member}"

    def of_records(self, gate: Gate, source: str) -> str:
        """Return what a gate reads as ``records``, of a table or a query with the columns of ``records_given``."""
        columns = [f"r.{column}" for column in _RECORD_COLUMNS]
        columns += [_or_null("r", column, column in self.records) for column in _LATER_COLUMNS]
        columns += [f"r.{AUTHOR_NUMBER}"] if self.by_number else []
        deletions = ""
        if self.has_deletions:
            columns.append("LEAST(r.deleted_at, d.deleted_at) AS deleted_at")
            deletions = " LEFT JOIN deletions d ON d.record = r.record"
        else:
            columns.append("r.deleted_at")
        columns += _attribute_columns("r", gate.record_attributes, self.records)
        return f"SELECT {', '.join(columns)} FROM {source} r{deletions}"

    def decided(self, gate: Gate, carry: tuple[str, ...]) -> str:
        """Return the second step; where others' words are in a record, each of them must permit it as well (decision 0005).

        It reads the records with others' words, each of these in the author's place once, as ``contributed``.
        """
        decided = gate.records(carry, self.author)
        if not self.has_contributors:
            return decided
        columns = ", ".join(["d.record", *(f"d.{column}" for column in carry if column != "record")])
        code = f"CASE WHEN d.code >= {PERMIT_FROM} THEN COALESCE(c.code, d.code) ELSE d.code END AS code"
        others = f"LEFT JOIN (\n{indent(self._of_contributors(gate))}\n) c ON c.record = d.record"
        return f"SELECT {columns}, {code}\nFROM (\n{indent(decided)}\n) d\n{others}"

    def permitted(self, gate: Gate, carry: tuple[str, ...]) -> str:
        """Return what of ``decided`` is permitted."""
        permitted = gate.permits(carry, self.author)
        if not self.has_contributors:
            return permitted
        others = f"ANTI JOIN (\n{indent(self._of_contributors(gate))}\n) c ON c.record = d.record"
        return f"SELECT d.*\nFROM (\n{indent(permitted)}\n) d\n{others}"

    def _of_contributors(self, gate: Gate) -> str:
        """Return the records that somebody else whose words are in them does not permit, with the earliest reason's code."""
        of_each = f"WITH records AS (SELECT * FROM contributed)\n{gate.records((), self.author)}"
        return f"SELECT record, MIN(code) AS code\nFROM (\n{indent(of_each)}\n) o\nWHERE code < {PERMIT_FROM}\nGROUP BY record"

    def tagged(self) -> str:
        """Return the members' tags, with whatever it is that joins members here: their numbers or their ids."""
        return (
            f"SELECT m.{self.member} AS member, t.tag FROM members_given m JOIN tags t ON t.member = m.member"
        )


def by_tag(columns: str, logged: str) -> str:
    """Return what the log says by tag, with the member in the tag's place; erased tags drop out."""
    return f"SELECT t.member, {columns} FROM {logged} w JOIN tagged t ON t.tag = w.tag"


def counted(decided: str) -> str:
    """Return how many records of ``Given.decided`` have which code, in rising order of code."""
    return f"SELECT code, COUNT(*) FROM (\n{decided}\n) d GROUP BY code ORDER BY code"


def _attribute_columns(table: str, needed: tuple[str, ...], there: tuple[str, ...]) -> list[str]:
    """Return the attribute columns that a gate needs; one that nobody carries is NULL throughout."""
    return [_or_null(table, f"attr_{name}", f"attr_{name}" in there) for name in needed]


def _or_null(table: str, column: str, there: bool) -> str:
    return f"{table}.{column}" if there else f"CAST(NULL AS VARCHAR(1)) AS {column}"
