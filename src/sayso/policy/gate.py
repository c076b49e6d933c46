"""The compiled gate as a value: the texts of its two steps, members first, then records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sayso.policy.codes import CODES, PERMIT_FROM, code_of
from sayso.policy.sqltext import any_of, case, indent, listed, text
from sayso.values.decisions import Reason, Verdict
from sayso.values.moments import Moment

NOT_YET, DELETED = code_of(Reason.NOT_YET), code_of(Reason.DELETED)
NOTHING = 999
"""Greater than every code: a record that alone gives no reason against its use."""


class Cell(NamedTuple):
    """A pair of category and visibility, the number of the rules' cell that it is in, and whether any of them can permit."""

    category: str
    visibility: str
    number: int
    opens: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """The compiled gate of one use at one moment.

    ``standing`` selects one row per member. Of a record, ``own`` is the code that it has alone, ``cells`` sort it by category and
    visibility, ``taken`` are the columns from its author's standing, ``code`` is what follows from all. The attributes are those
    whose ``attr_`` columns are needed; ``record_columns`` what ``code`` asks of the record; ``version`` is ``None`` where none
    is in force.
    """

    standing: str
    own: str
    cells: tuple[Cell, ...]
    taken: tuple[str, ...]
    code: str
    member_attributes: tuple[str, ...] = ()
    record_attributes: tuple[str, ...] = ()
    record_columns: tuple[str, ...] = ()
    version: str | None = None

    def records(self, carry: tuple[str, ...] = ()) -> str:
        """Return the second step: ``record`` and ``code``, and the columns of ``records`` that are to be carried along.

        It reads the result of the first as the table ``standing``. Own code and cell come before the join, where columns still
        are as short as a file keeps them (measured on DuckDB: a third of the cost).
        """
        return self._decided(carry, f"LEFT JOIN {_placing(self.cells)}", "LEFT JOIN standing")

    def permits(self, carry: tuple[str, ...] = ()) -> str:
        """Return the second step for those records alone that are permitted: the rows of ``records`` whose code is a permit.

        What cannot lead to a permit is left out of the joins: cells that no rule opens, and members who have a permit nowhere,
        strangers among them. What comes through is decided by the same ``code``.
        """
        cells = tuple(cell for cell in self.cells if cell.opens)
        if not cells:
            return f"SELECT *\nFROM (\n{indent(self.records(carry))}\n) d\nWHERE 1 = 0"
        somewhere = [f"code_{number} >= {PERMIT_FROM}" for number in sorted({cell.number for cell in cells})]
        of_any = f"SELECT *\nFROM standing\nWHERE {any_of(somewhere)}"
        decided = self._decided(carry, f"JOIN {_placing(cells)}", f"JOIN (\n{indent(of_any)}\n)")
        return f"SELECT *\nFROM (\n{indent(decided)}\n) d\nWHERE d.code >= {PERMIT_FROM}"

    def _decided(self, carry: tuple[str, ...], placing: str, standing: str) -> str:
        passed = _of_record(["record", "author", *self.record_columns, *carry])
        placed = f"SELECT\n{listed([*passed, f'{self.own} AS own', 'c.cell'])}\nFROM records r\n{placing}"
        taken = listed([*passed, "r.own", *self.taken])
        joined = f"SELECT\n{taken}\nFROM (\n{indent(placed)}\n) r\n{standing} s ON s.member = r.author"
        columns = [*_of_record(["record", *carry]), f"{self.code} AS code"]
        return f"SELECT\n{listed(columns)}\nFROM (\n{indent(joined)}\n) r"

    def whole(self) -> str:
        """Return one statement that gives record, verdict and reason: what an auditor reads."""
        return (
            f"WITH standing AS (\n{indent(self.standing)}\n),\ndecided AS (\n{indent(self.records())}\n)\n"
            f"SELECT record,\n{indent(_named('verdict'))},\n{indent(_named('reason'))}\nFROM decided"
        )


def own_code(at: Moment) -> str:
    """Return the code that a record has alone: it is of later, or it is gone, or nothing is against it."""
    not_yet = f"WHEN r.created_at > {at} OR r.collected_at > {at} THEN {NOT_YET}"
    return case([not_yet, f"WHEN r.deleted_at <= {at} THEN {DELETED}"], str(NOTHING))


def none_in_force(at: Moment) -> Gate:
    """Return the gate of a moment at which no policy version is in force."""
    code = case([f"WHEN r.own = {NOT_YET} THEN r.own"], str(code_of(Reason.NOT_IN_FORCE)))
    return Gate("SELECT m.member FROM members m", own_code(at), (), (), code)


def _placing(cells: tuple[Cell, ...]) -> str:
    """Return the cells as a table to join: measured on DuckDB, a fifth of the cost of a CASE over the categories."""
    rows = [
        f"SELECT {text(category)} AS category, {text(visibility)} AS visibility, {number} AS cell"
        for category, visibility, number, _ in cells
    ] or ["SELECT NULL AS category, NULL AS visibility, -1 AS cell WHERE 1 = 0"]
    table = "\nUNION ALL ".join(rows)
    return f"(\n{indent(table)}\n) c ON c.category = r.category AND c.visibility = r.visibility"


def _of_record(columns: Iterable[str]) -> list[str]:
    return [f"r.{column}" for column in dict.fromkeys(columns)]


def _named(which: str) -> str:
    whens = [f"WHEN {code} THEN '{getattr(outcome, which)}'" for code, outcome in CODES]
    otherwise = Verdict.DENY if which == "verdict" else Reason.NOT_DISCLOSED
    return f"{case(whens, repr(str(otherwise)), 'code')} AS {which}"
