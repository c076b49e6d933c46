"""Which records may be decided otherwise than before, found by members first: equal standings decide equally for equal records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self, TypeVar

import pyarrow as pa

from sayso.engines.duckdb import DuckEngine, errors
from sayso.policy.codes import PERMIT_FROM
from sayso.policy.gate import Gate
from sayso.ports import Census, Pile, Share, Shift, Touched
from sayso.values.moments import Moment

_Row = TypeVar("_Row")

_FEW, _SHARE = 1_000, 20
"""Members whose standings differ in any way are few up to so many, or up to one in so many of all."""


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

    def touched(
        self, standings: pa.Table, since: Moment, at: Moment, records: pa.Array, members: pa.Array
    ) -> Touched:
        """Return the records that may be permitted here and not under other standings, or the other way round.

        Both gates must be of the same rules. A record's answer follows from its author's standing, its contributors', its own
        moments and what never changes of it; so these are the records of members who may use a cell in one standing alone, those
        with a moment between the two gates' (``since`` and ``at``), and the ``records`` and those of ``members`` (by their ids) of
        which the two know different things. Where they are not too many, those of members who may not use it for another reason
        are among them, too.
        """
        self._db.register("other_standing", standings)
        self._db.register("other_records", pa.table({"record": records}))
        self._db.register("other_members", pa.table({"member": members}))
        whole = self._move(_wholly(standings.column_names)) <= max(_FEW, standings.num_rows // _SHARE)
        if not whole:
            self._move(_permitting(standings.column_names))
        named = self._name(min(since, at), max(since, at))
        where = " OR ".join(f"({each})" for each in self._conditions(since, at, named))
        # Without the texts, which are most of a record: nobody asks for them here.
        columns = "g.* REPLACE (CAST(NULL AS VARCHAR) AS text)"
        found = self._db.sql(f"SELECT {columns} FROM records_given g WHERE {where}").to_arrow_table()  # noqa: S608  ours
        return Touched(found, whole)

    def census(self) -> Census:
        """Return how many members and records the gate that stands permits, by region."""
        author = self._author
        tallied = f"SELECT {author} AS author, code, COUNT(*) AS records\nFROM (\n{self._decided((author,))}\n) d\nGROUP BY ALL"
        piles = (
            f"SELECT m.region, t.code, SUM(t.records)\nFROM tallied t LEFT JOIN members_given m ON m.{self._member} = t.author\n"
            "GROUP BY ALL ORDER BY m.region NULLS FIRST, t.code"
        )
        may = f"SELECT DISTINCT author FROM tallied WHERE code >= {PERMIT_FROM}"  # noqa: S608  a number
        shares = (
            f"SELECT m.region, COUNT(*), COUNT(p.author)\nFROM members_given m LEFT JOIN ({may}) p ON p.author = m.{self._member}\n"
            "GROUP BY ALL ORDER BY m.region NULLS FIRST"
        )
        with errors():
            self._db.execute(f"CREATE OR REPLACE TEMP TABLE tallied AS\n{tallied}")
            return Census(tuple(self._rows(Share, shares)), tuple(self._rows(Pile, piles)))

    def shifts(self, gate: Gate) -> tuple[Shift, ...]:
        """Return what another gate changes of the one that stands, by region, where it changes anything; that one stands then."""
        author = self._author
        shifted = (
            "SELECT COALESCE(b.author, a.author) AS author, COUNT(a.record) AS gained, COUNT(b.record) AS lost\n"
            "FROM before b FULL JOIN after a ON a.record = b.record\nWHERE b.record IS NULL OR a.record IS NULL\nGROUP BY ALL"
        )
        by_region = (
            "SELECT m.region, SUM(s.gained), SUM(s.lost), COUNT(*) FILTER (s.gained > 0), COUNT(*) FILTER (s.lost > 0)\n"
            f"FROM (\n{shifted}\n) s LEFT JOIN members_given m ON m.{self._member} = s.author\n"
            "GROUP BY ALL ORDER BY m.region NULLS FIRST"
        )
        with errors():
            for name in ("before", "after"):
                if name == "after":
                    self.stand(gate)
                permitted = f"SELECT record, {author} AS author\nFROM (\n{self._permitted((author,))}\n) p"
                self._db.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS\n{permitted}")
            return tuple(self._rows(Shift, by_region))

    def _rows(self, kind: Callable[..., _Row], sql: str) -> Iterator[_Row]:
        """Yield the rows of a query, the first column as it is and whole numbers in the others."""
        for region, *numbers in self._db.execute(sql).fetchall():
            yield kind(region, *map(int, numbers))

    def _conditions(self, since: Moment, at: Moment, named: bool) -> Iterator[str]:
        """Yield what is so of a record ``g`` that may be decided otherwise."""
        between = f"BETWEEN {min(since, at)} AND {max(since, at)}"
        yield f"g.{self._author} IN (SELECT member FROM moved)"  # noqa: S608  a name of ours
        yield " OR ".join(f"g.{column} {between}" for column in ("created_at", "collected_at", "deleted_at"))
        if named:
            yield "g.record IN (SELECT record FROM named)"

    def _name(self, begin: Moment, end: Moment) -> bool:
        """Make the table of the records that may be decided otherwise whatever stands in them, and return whether there are any.

        Those that the log says were deleted between the two moments, those of which the two know different things, and those in
        which words of members stand whose standings differ. To look all records up by their ids costs more than to find these.
        """
        parts = [
            "SELECT record FROM other_records",
            f"SELECT record FROM logged_deletions WHERE deleted_at BETWEEN {begin} AND {end}",  # noqa: S608  numbers
        ]
        if self._given.has_contributors:
            parts.append(f"SELECT record FROM contributed WHERE {self._author} IN (SELECT member FROM moved)")  # noqa: S608
        parts += self._left_behind()
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE named AS\n{' UNION '.join(parts)}")
        ((count,),) = self._db.execute("SELECT COUNT(*) FROM named").fetchall()
        return bool(count)

    def _left_behind(self) -> list[str]:
        """Return queries for the records by, or with words of, such other members as are members no more: nothing joins them."""
        gone = "SELECT o.member FROM other_members o ANTI JOIN members_given m ON m.member = o.member"
        if self._db.execute(f"{gone} LIMIT 1").fetchone() is None:
            return []
        parts = [f"SELECT record FROM records_given WHERE author IN ({gone})"]  # noqa: S608  ours, as below
        if self._given.has_contributors:
            several = (
                "SELECT record, UNNEST(contributors) AS hand FROM records_given WHERE len(contributors) > 0"
            )
            parts.append(f"SELECT c.record FROM ({several}) c WHERE c.hand IN ({gone})")  # noqa: S608
        return parts

    def _move(self, differs: list[str]) -> int:
        """Make the table of the members whose two standings differ so, and return how many there are."""
        others = f"SELECT m.{self._member} AS member FROM members_given m JOIN other_members o ON o.member = m.member"  # noqa: S608  ours
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE moved AS\n{_moved(differs)}\nUNION\n{others}")
        ((count,),) = self._db.execute("SELECT COUNT(*) FROM moved").fetchall()
        return int(count)

    @contextmanager
    def over(self, records: pa.Table) -> Iterator[None]:
        """Ask of some records alone, those of a ``Touched``, what is asked in the context."""
        if self._gate is None:
            raise ValueError("no gate stands yet: call stand() first")
        self._db.register("records_asked", records)
        self._source = "records_asked"
        try:
            self._records_view(self._gate)
            yield
        finally:
            self._source = "records_given"
            self._records_view(self._gate)
            self._db.unregister("records_asked")


def _permitting(columns: list[str]) -> list[str]:
    """Return in what standings differ that permit other things, or the same by another rule."""
    return [
        f"(a.{name} >= {PERMIT_FROM}) IS DISTINCT FROM (b.{name} >= {PERMIT_FROM})"
        if name.startswith("code_")
        else f"a.{name} IS DISTINCT FROM b.{name}"
        for name in columns
        if name != "member"
    ]


def _wholly(columns: list[str]) -> list[str]:
    """Return in what standings differ at all."""
    return [f"a.{name} IS DISTINCT FROM b.{name}" for name in columns if name != "member"]


def _moved(differs: list[str]) -> str:
    where = " OR ".join(differs) or "FALSE"
    joined = "other_standing a FULL JOIN standing b ON b.member = a.member"
    return f"SELECT COALESCE(a.member, b.member) AS member\nFROM {joined}\nWHERE {where}"
