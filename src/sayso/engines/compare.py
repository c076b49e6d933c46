"""Which records may be decided otherwise than before, found by members first: equal standings decide equally for equal records."""

from __future__ import annotations

from typing import Self

import pyarrow as pa

from sayso.engines.duckdb import DuckEngine
from sayso.policy.codes import PERMIT_FROM
from sayso.values.moments import Moment


class ComparingDuckEngine(DuckEngine):
    """A ``DuckEngine`` that compares its standing with another's over the same members and records."""

    def __enter__(self) -> Self:
        """Return the engine itself."""
        return self

    def standings(self) -> pa.Table:
        """Return every member's standing under the gate that stands, for ``touched`` of an engine over the same sources."""
        return self._db.sql("SELECT * FROM standing").to_arrow_table()

    def may(self) -> frozenset[str]:
        """Return the ids of the members of whom the gate that stands permits anything, whatever records they have."""
        if self._gate is None:
            raise ValueError("no gate stands yet: call stand() first")
        if not self._gate.opens:
            return frozenset()
        self._classes(self._gate)
        found = f"SELECT m.member FROM authors a JOIN members_given m ON m.{self._member} = a.member"  # noqa: S608  ours
        return frozenset(self._db.sql(found).to_arrow_table().column("member").to_pylist())

    def touched(self, standings: pa.Table, since: Moment, at: Moment, deleted: pa.Array) -> pa.Table:
        """Return ``record`` and ``author`` of those that may be permitted here and not under other standings, or the other way
        round.

        Both gates must be of the same rules. A record's answer follows from its author's standing, its contributors', its own
        moments and what never changes of it; so these are the records of members who may use a cell in one standing alone, those
        with a moment between the two gates' (``since`` and ``at``), and the ``deleted``, of whose deletion the two know differently.
        """
        self._db.register("other_standing", standings)
        self._db.register("other_deleted", pa.table({"record": deleted}))
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE moved AS\n{_moved(standings.column_names)}")
        moments = f"BETWEEN {min(since, at)} AND {max(since, at)}"
        own = " OR ".join(f"r.{column} {moments}" for column in ("created_at", "collected_at", "deleted_at"))
        found = [
            f"r.{self._author} IN (SELECT member FROM moved)",  # noqa: S608  a name of ours
            own,
            "r.record IN (SELECT record FROM other_deleted)",
        ]
        if self._has_contributors:
            of_moved = f"SELECT record FROM contributed WHERE {self._author} IN (SELECT member FROM moved)"  # noqa: S608  ours
            found.append(f"r.record IN ({of_moved})")
        where = " OR ".join(f"({each})" for each in found)
        return self._db.sql(f"SELECT r.record, r.author FROM records r WHERE {where}").to_arrow_table()  # noqa: S608  ours


def _moved(columns: list[str]) -> str:
    """Return the query of the members who are permitted something in one of two standings alone, or there by another rule."""
    differs = [
        f"(a.{name} >= {PERMIT_FROM}) IS DISTINCT FROM (b.{name} >= {PERMIT_FROM})"
        if name.startswith("code_")
        else f"a.{name} IS DISTINCT FROM b.{name}"
        for name in columns
        if name != "member"
    ]
    where = " OR ".join(differs) or "FALSE"
    joined = "other_standing a FULL JOIN standing b ON b.member = a.member"
    return f"SELECT COALESCE(a.member, b.member) AS member\nFROM {joined}\nWHERE {where}"
