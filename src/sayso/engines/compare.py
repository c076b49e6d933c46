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

    def touched(self, standings: pa.Table, since: Moment, at: Moment, deleted: pa.Array) -> pa.Array:
        """Return the ids of the records that may be permitted here and not under other standings, or the other way round.

        Both gates must be of the same rules. A record's answer follows from its author's standing, its contributors', its own
        moments and what never changes of it; so these are the records of members who may use a cell in one standing alone, those
        with a moment between the two gates' (``since`` and ``at``), and the ``deleted``, of whose deletion the two know differently.
        """
        self._db.register("other_standing", standings)
        self._db.register("other_deleted", pa.table({"record": deleted}))
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE moved AS\n{_moved(standings.column_names)}")
        first, last = min(since, at), max(since, at)
        between = " OR ".join(
            f"r.{column} BETWEEN {first} AND {last}"
            for column in ("created_at", "collected_at", "deleted_at")
        )
        of_moved = f"SELECT r.record FROM {{}} r SEMI JOIN moved m ON m.member = r.{self._author}"  # noqa: S608  names of ours
        found = [of_moved.format("records"), f"SELECT r.record FROM records r WHERE {between}"]  # noqa: S608  moments
        found.append("SELECT record FROM other_deleted")
        if self._has_contributors:
            found.append(of_moved.format("contributed"))
        rows = self._db.sql("\nUNION\n".join(found)).to_arrow_table()
        return rows.column("record").combine_chunks()


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
