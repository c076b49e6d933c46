"""The compiled gate as a value: the texts of its two steps, members first, then records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sayso.policy.codes import CODES, code_of
from sayso.policy.sqltext import case, indent, listed
from sayso.values.decisions import Reason, Verdict
from sayso.values.moments import Moment

NOT_YET, DELETED = code_of(Reason.NOT_YET), code_of(Reason.DELETED)
NOTHING = 999
"""Greater than every code: a record that alone gives no reason against its use."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The compiled gate of one use at one moment.

    ``standing`` selects one row per member. Of a record, ``own`` is the code that it has alone, ``cell`` sorts it by category and
    visibility, ``taken`` are the columns from its author's standing, ``code`` is what follows from all. The attributes are those
    whose ``attr_`` columns are needed; ``record_columns`` what ``code`` asks of the record; ``version`` is ``None`` where none
    is in force.
    """

    standing: str
    own: str
    cell: str
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
        passed = _of_record(["record", "author", *self.record_columns, *carry])
        placed = f"SELECT\n{listed([*passed, f'{self.own} AS own', f'{self.cell} AS cell'])}\nFROM records r"
        standing = "LEFT JOIN standing s ON s.member = r.author"
        taken = listed([*passed, "r.own", *self.taken])
        joined = f"SELECT\n{taken}\nFROM (\n{indent(placed)}\n) r\n{standing}"
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
    return Gate("SELECT m.member FROM members m", own_code(at), "-1", (), code)


def _of_record(columns: Iterable[str]) -> list[str]:
    return [f"r.{column}" for column in dict.fromkeys(columns)]


def _named(which: str) -> str:
    whens = [f"WHEN {code} THEN '{getattr(outcome, which)}'" for code, outcome in CODES]
    otherwise = Verdict.DENY if which == "verdict" else Reason.NOT_DISCLOSED
    return f"{case(whens, repr(str(otherwise)), 'code')} AS {which}"
