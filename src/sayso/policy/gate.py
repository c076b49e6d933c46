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
AUTHOR = "author"
"""The column of records that names their author as ``standing`` names members."""
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
    is in force; ``rules`` are those whose number ``records`` gives beside the code, ``None`` where it gives none.
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
    rules: tuple[str, ...] | None = None

    @property
    def opens(self) -> bool:
        """Tell whether any rule can permit anything: where none can, ``permits`` reads none of the tables below."""
        return any(cell.opens for cell in self.cells)

    def records(self, carry: tuple[str, ...] = (), author: str = AUTHOR) -> str:
        """Return the second step: ``record`` and ``code``, and the columns of ``records`` that are to be carried along.

        It reads the result of the first as the table ``standing``, whose ``member`` is what records have in the column ``author``.
        Own code and cell come before the join, where columns still are as short as a file keeps them (measured on DuckDB: a
        third of the cost).
        """
        passed = self._passed(carry, author)
        placed = (
            f"SELECT\n{listed([*passed, f'{self.own} AS own', 'c.cell'])}\nFROM records r\n"
            f"LEFT JOIN (\n{indent(_placing(self.cells))}\n) c ON c.category = r.category AND c.visibility = r.visibility"
        )
        joined = (
            f"SELECT\n{listed([*passed, 'r.own', *self.taken])}\nFROM (\n{indent(placed)}\n) r\n"
            f"LEFT JOIN standing s ON s.member = r.{author}"
        )
        return self._coded(carry, joined)

    def permits(self, carry: tuple[str, ...] = (), author: str = AUTHOR) -> str:
        """Return the second step for those records alone that are permitted: the rows of ``records`` whose code is a permit.

        It reads what ``authors`` and ``openings`` select as tables of these names. What cannot lead to a permit is left out by
        joining them: cells that no rule opens, and members who have a permit nowhere, strangers among them. What comes through
        is decided by the same ``code``.
        """
        if not self.opens:
            return f"SELECT *\nFROM (\n{indent(self.records(carry, author))}\n) d\nWHERE 1 = 0"
        passed = self._passed((*carry, "category", "visibility"), author)
        own = f"SELECT\n{listed([*passed, f'{self.own} AS own'])}\nFROM records r"
        joined = (
            f"SELECT\n{listed([*passed, 'r.own', *(f'o.{name}' for name in self._of_cell)])}\n"
            f"FROM (\n{indent(own)}\n) r\nJOIN authors a ON a.member = r.{author}\n"
            "JOIN openings o ON o.class = a.class AND o.category = r.category AND o.visibility = r.visibility"
        )
        return f"SELECT *\nFROM (\n{indent(self._coded(carry, joined))}\n) d\nWHERE d.code >= {PERMIT_FROM}"

    def classes(self) -> str:
        """Return each way to stand that permits something somewhere once, with a number: ``class``.

        Members are many, ways to stand few: what each opens is worked out once for all who stand that way.
        """
        columns = ", ".join(self._of_standing)
        somewhere = [f"code_{number} >= {PERMIT_FROM}" for number in self._numbers]
        ways = f"SELECT DISTINCT {columns}\nFROM standing\nWHERE {any_of(somewhere)}"
        numbered = f"CAST(ROW_NUMBER() OVER (ORDER BY {columns}) AS INTEGER) AS class"
        return f"SELECT {numbered}, {columns}\nFROM (\n{indent(ways)}\n) w"

    def authors(self) -> str:
        """Return ``member`` and ``class`` of whoever has a permit somewhere: of ``standing``, by ``classes``."""
        same = " AND ".join(f"c.{column} = s.{column}" for column in self._of_standing)
        return f"SELECT s.member, c.class\nFROM standing s\nJOIN classes c ON {same}"

    def openings(self) -> str:
        """Return ``class``, ``category`` and ``visibility`` of what is permitted, and what ``code`` takes from it: of ``classes``."""
        cells = tuple(cell for cell in self.cells if cell.opens)
        columns = listed(["s.class", "r.category", "r.visibility", *self.taken])
        placed = f"SELECT\n{columns}\nFROM classes s\nCROSS JOIN (\n{indent(_placing(cells))}\n) r"
        return f"SELECT *\nFROM (\n{indent(placed)}\n) o\nWHERE o.code >= {PERMIT_FROM}"

    @property
    def _numbers(self) -> tuple[int, ...]:
        return tuple(sorted({cell.number for cell in self.cells}))

    @property
    def _of_cell(self) -> tuple[str, ...]:
        """Return the names of what ``taken`` takes: the code, and the rule where ``code`` asks for it."""
        return tuple(one.rpartition(" AS ")[2] for one in self.taken)

    @property
    def _of_standing(self) -> tuple[str, ...]:
        return tuple(f"{name}_{number}" for name in self._of_cell for number in self._numbers)

    def _passed(self, carry: tuple[str, ...], author: str) -> list[str]:
        return _of_record(["record", author, *self.record_columns, *carry])

    def _coded(self, carry: tuple[str, ...], joined: str) -> str:
        columns = [*_of_record(["record", *carry]), f"{self.code} AS code"]
        columns += ["r.rule"] if self.rules is not None else []
        return f"SELECT\n{listed(columns)}\nFROM (\n{indent(joined)}\n) r"

    def named(self, column: str, code: str = "code") -> str:
        """Return ``verdict``, ``reason`` or ``rule`` in words, of a code and the number of a rule; a code that is none is a denial."""
        if column == "rule":
            # Before a rule is found there is none; -1 is nobody's number.
            whens = [
                f"WHEN rule = {number} THEN {text(rule)}" for number, rule in enumerate(self.rules or ())
            ]
            found = code_of(Reason.NOT_DISCLOSED, Verdict.UNKNOWN)
            first = f"WHEN {code} < {found} THEN NULL"
            return f"{case([first, *whens], 'NULL')} AS rule"
        whens = [f"WHEN {number} THEN '{getattr(outcome, column)}'" for number, outcome in CODES]
        otherwise = Verdict.DENY if column == "verdict" else Reason.NOT_DISCLOSED
        return f"{case(whens, repr(str(otherwise)), code)} AS {column}"


def own_code(at: Moment) -> str:
    """Return the code that a record has alone: it is of later, or it is gone, or nothing is against it.

    A moment that is missing counts as one that is against nothing; put that way, DuckDB compares whole columns at once (measured: two
    thirds of the time of asking for NULL).
    """
    later = [f"COALESCE(r.{column}, {at}) > {at}" for column in ("created_at", "collected_at")]
    return case(
        [
            f"WHEN {any_of(later)} THEN {NOT_YET}",
            f"WHEN COALESCE(r.deleted_at, {at + 1}) <= {at} THEN {DELETED}",
        ],
        str(NOTHING),
    )


def none_in_force(at: Moment, ruled: bool = False) -> Gate:
    """Return the gate of a moment at which no policy version is in force."""
    code = case([f"WHEN r.own = {NOT_YET} THEN r.own"], str(code_of(Reason.NOT_IN_FORCE)))
    taken = ("-1 AS rule",) if ruled else ()
    return Gate("SELECT m.member FROM members m", own_code(at), (), taken, code, rules=() if ruled else None)


def _placing(cells: tuple[Cell, ...]) -> str:
    """Return the cells as a table to join: measured on DuckDB, a fifth of the cost of a CASE over the categories."""
    rows = [
        f"SELECT {text(category)} AS category, {text(visibility)} AS visibility, {number} AS cell"
        for category, visibility, number, _ in cells
    ] or ["SELECT NULL AS category, NULL AS visibility, -1 AS cell WHERE 1 = 0"]
    return "\nUNION ALL ".join(rows)


def _of_record(columns: Iterable[str]) -> list[str]:
    return [f"r.{column}" for column in dict.fromkeys(columns)]
