"""Counts a community by verdict class, over time, in DuckDB: rows are read once, whatever many policies are asked.

A *spell* is a stretch of looked-at moments during which nothing that the policies can tell apart changes in a record and its people:
it is there, or deleted; they have come of age, or closed their accounts. Moments are numbered by their place in ``Cuts.moments``; a
spell ends before its ``until``. Nothing here decides anything: it sorts by edges and counts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType

import duckdb
import pyarrow as pa

from sayso.engines.duckdb import errors
from sayso.policy.cuts import Cuts, Vocabulary
from sayso.policy.sqltext import text
from sayso.ports import Crowd
from sayso.values.members import UNKNOWN
from sayso.values.moments import latest_birthday

OTHER = "\x01"
"""Any value of an attribute that no condition names."""
NOBODY = 0
"""The state of an author whom nobody knows."""


@dataclass(frozen=True, slots=True)
class _Attributes:
    """The attribute columns of a table that the policies ask for, each cut down to the values that they name."""

    wanted: Vocabulary
    there: tuple[str, ...]

    def columns(self) -> list[tuple[str, str]]:
        found = []
        for name, values in self.wanted:
            column = "attr_" + name.replace("-", "_")
            if column not in self.there:
                found.append((column, "CAST(NULL AS VARCHAR)"))
                continue
            named = ", ".join(text(value) for value in sorted({*values, UNKNOWN}))
            kept = f"WHEN x.{column} IN ({named}) THEN x.{column}"
            found.append((column, f"CASE WHEN x.{column} IS NULL THEN NULL {kept} ELSE '{OTHER}' END"))
        return found


class DuckTally:
    """Sorts members and records into classes, and counts them; a context manager that leaves nothing behind.

    ``no_share`` of the members (0 to 1, drawn by their ids) are taken to have said no wherever they could.
    """

    def __init__(self, crowd: Crowd, cuts: Cuts, no_share: float = 0.0, memory: str = "1500MB") -> None:
        """Open a community's tables; raises ``EdgeError`` where they cannot be read, here and later."""
        self._cuts, self._no_share = cuts, no_share
        self._end = len(cuts.moments)
        self._nowhere = 0
        self._db = duckdb.connect(":memory:", config={"memory_limit": memory})
        self._db.execute("SET preserve_insertion_order = false")
        self._db.execute("SET enable_progress_bar = false")
        try:
            with errors():
                self._given("members_given", crowd.members)
                self._given("records_given", crowd.records)
                self._db.register("closings", crowd.closings)
                self._db.register("deletions", crowd.deletions)
        except BaseException:
            self._db.close()
            raise

    def __enter__(self) -> DuckTally:
        """Return the tally itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self._db.close()

    def _given(self, name: str, given: object) -> None:
        if isinstance(given, pa.Table):
            self._db.register(name, given)
            return
        files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in given)  # type: ignore[attr-defined]
        self._db.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{files}], union_by_name = true)")

    def _columns(self, view: str) -> tuple[str, ...]:
        return tuple(row[0] for row in self._db.execute(f"DESCRIBE {view}").fetchall())

    def regions(self) -> tuple[str, ...]:
        """Return the regions that members live in, sorted; members of whom it is not known have none."""
        sql = "SELECT DISTINCT region FROM members_given WHERE region IS NOT NULL ORDER BY region"
        with errors():
            return tuple(row[0] for row in self._db.execute(sql).fetchall())

    def sizes(self) -> tuple[int, int]:
        """Return how many members and records there are."""
        sql = "SELECT (SELECT count(*) FROM members_given), (SELECT count(*) FROM records_given)"
        with errors():
            members, records = self._db.execute(sql).fetchone() or (0, 0)
        return members, records

    def sort(self, places: Mapping[str, int], nowhere: int, tell: Callable[[int, int], None]) -> None:
        """Sort everybody and everything into classes; ``places`` numbers the regions, ``nowhere`` is that of none."""
        homes = pa.table(
            {"region": pa.array(places.keys(), pa.string()), "place": pa.array(places.values(), pa.int32())}
        )
        self._nowhere = int(nowhere)
        steps = (self._people, self._states, self._parties, self._pieces, self._kinds, self._spells)
        with errors():
            self._db.register("homes", homes)
            for number, step in enumerate(steps, 1):
                step()
                tell(number, len(steps) + 1)

    def _people(self) -> None:
        """Make ``people``: each member once, with numbers instead of what only has to be compared."""
        columns = [
            "CAST(row_number() OVER () AS INTEGER) AS person",
            "x.member",
            f"coalesce(h.place, {self._nowhere}) AS place",
            *(f"{sql} AS {name}" for name, sql in self._of_members().columns()),
            "x.born IS NOT NULL AS birthday",
            f"{_step('x.age_min', self._cuts.ages)} AS low",
            f"{_step('x.age_max', self._cuts.ages)} AS high",
            *(f"b.step_{n} AS step_{n}" for n in range(len(self._cuts.ages))),
            f"{self._reached('least(x.closed_at, c.closed_at)')} AS closing",
            f"{self._refuses()} AS refuses",
        ]
        self._db.register("birthdays", self._birthdays())
        self._db.execute(
            f"CREATE TEMP TABLE people AS SELECT {', '.join(columns)} FROM members_given x "
            "LEFT JOIN homes h ON h.region = x.region LEFT JOIN birthdays b ON b.born = x.born "
            "LEFT JOIN (SELECT member, min(closed_at) AS closed_at FROM closings GROUP BY member) c ON c.member = x.member"
        )

    def _refuses(self) -> str:
        wanted = round(self._no_share * 1_000_000)
        return f"md5_number_lower(x.member) % 1000000 < {wanted}" if wanted else "false"

    def _of_members(self) -> _Attributes:
        return _Attributes(self._cuts.member_attributes, self._columns("members_given"))

    def _of_records(self) -> _Attributes:
        return _Attributes(self._cuts.record_attributes, self._columns("records_given"))

    def _birthdays(self) -> pa.Table:
        """Return for each birth day at which place among the moments somebody has reached each age that rules name."""
        found = self._db.execute("SELECT DISTINCT born FROM members_given WHERE born IS NOT NULL").fetchall()
        born = [row[0] for row in found]
        columns: dict[str, pa.Array] = {"born": pa.array(born, pa.int32())}
        for number, years in enumerate(self._cuts.ages):
            latest = [latest_birthday(at, years) for at in self._cuts.moments]
            columns[f"step_{number}"] = pa.array([bisect_left(latest, day) for day in born], pa.int32())
        return pa.table(columns)

    def _states(self) -> None:
        """Make ``stretches`` (a person from a moment on, with their state) and ``states``: what differs between people."""
        ages = range(len(self._cuts.ages))
        breaks = ", ".join(["0", *(f"step_{n}" for n in ages), "closing"])
        starts = (
            f"list_sort(list_distinct(list_filter([{breaks}], lambda i: i IS NOT NULL AND i < {self._end})))"
        )
        names = [name for name, _ in self._of_members().columns()]
        old = (
            " + ".join([f"CAST(step_{n} IS NOT NULL AND step_{n} <= since AS INTEGER)" for n in ages]) or "0"
        )
        key = [
            "place", *names, "birthday", "low", "high", "refuses", f"{old} AS old", "closing <= since AS closed",
        ]  # fmt: skip
        self._db.execute(
            f"CREATE TEMP TABLE stretched AS SELECT person, since, until, {', '.join(key)} FROM ("
            f"SELECT *, unnest(starts) AS since, unnest(starts[2:] || [{self._end}]) AS until FROM ("
            f"SELECT *, {starts} AS starts FROM people))"
        )
        shown = ["place", *names, "birthday", "low", "high", "refuses", "old", "closed"]
        listed = ", ".join(shown)
        self._db.execute(
            f"CREATE TEMP TABLE states AS SELECT CAST(row_number() OVER (ORDER BY {listed}) AS INTEGER) AS state, * "
            f"FROM (SELECT DISTINCT {listed} FROM stretched)"
        )
        same = " AND ".join(f"s.{name} IS NOT DISTINCT FROM t.{name}" for name in shown)
        self._db.execute(
            f"CREATE TEMP TABLE stretches AS SELECT t.person, t.since, t.until, s.state FROM stretched t JOIN states s ON {same}"
        )
        self._db.execute("DROP TABLE stretched")
        self._db.execute(f"INSERT INTO stretches VALUES (0, 0, {self._end}, {NOBODY})")

    def _parties(self) -> None:
        """Make ``parties``: who has a hand in records together, an author with others; alone, an author's number is their party's."""
        self._db.execute(
            "CREATE TEMP TABLE companies AS SELECT CAST(-row_number() OVER () AS INTEGER) AS party, author, contributors FROM "
            "(SELECT DISTINCT author, contributors FROM records_given WHERE len(contributors) > 0)"
        )
        self._db.execute(
            "CREATE TEMP TABLE company AS SELECT c.party, c.place, coalesce(p.person, 0) AS person FROM ("
            "SELECT party, author AS member, 0 AS place FROM companies UNION ALL "
            "SELECT party, unnest(contributors) AS member, generate_subscripts(contributors, 1) AS place FROM companies) c "
            "LEFT JOIN people p ON p.member = c.member"
        )

    def _pieces(self) -> None:
        """Make ``stands`` (the states of an author and of the others, in their order) and ``pieces``: a party's stand over time."""
        self._db.execute(
            "CREATE TEMP TABLE together AS WITH breaks AS ("
            "SELECT DISTINCT c.party, t.since FROM company c JOIN stretches t USING (person)), spans AS ("
            f"SELECT party, since, lead(since, 1, {self._end}) OVER (PARTITION BY party ORDER BY since) AS until FROM breaks) "
            "SELECT s.party, s.since, s.until, list(t.state ORDER BY c.place) AS line "
            "FROM spans s JOIN company c ON c.party = s.party "
            "JOIN stretches t ON t.person = c.person AND t.since <= s.since AND t.until > s.since GROUP BY s.party, s.since, s.until"
        )
        self._db.execute(
            "CREATE TEMP TABLE stands AS SELECT state AS stand, [state] AS line FROM states UNION ALL "
            f"SELECT {NOBODY}, [{NOBODY}] UNION ALL "
            "SELECT (SELECT coalesce(max(state), 0) FROM states) + row_number() OVER (ORDER BY line), line "
            "FROM (SELECT DISTINCT line FROM together)"
        )
        self._db.execute(
            "CREATE TEMP TABLE pieces AS SELECT person AS party, since, until, state AS stand FROM stretches UNION ALL "
            "SELECT t.party, t.since, t.until, s.stand FROM together t JOIN stands s ON s.line = t.line"
        )

    def _kinds(self) -> None:
        """Make ``lives``: each record with its party, its kind, and from when it is there and deleted; and ``kinds``."""
        attributes = self._of_records().columns()
        key = ["category", "visibility", *(name for name, _ in attributes), "created", "collected"]
        columns = [
            "x.author",
            "x.contributors",
            "x.category",
            "x.visibility",
            *(f"{sql} AS {name}" for name, sql in attributes),
            f"{_step('x.created_at', self._cuts.created)} AS created",
            f"{_step('x.collected_at', self._cuts.collected)} AS collected",
            f"coalesce({self._reached('greatest(x.created_at, x.collected_at)')}, 0) AS since",
            f"{self._reached(self._deleted())} AS gone",
        ]
        sorted_ = f"SELECT {', '.join(columns)} FROM records_given x{self._deleting()}"
        listed = ", ".join(key)
        self._db.execute(
            f"CREATE TEMP TABLE kinds AS SELECT CAST(row_number() OVER (ORDER BY {listed}) AS INTEGER) AS kind, * "
            f"FROM (SELECT DISTINCT {listed} FROM ({sorted_}))"
        )
        same = " AND ".join(f"k.{name} IS NOT DISTINCT FROM r.{name}" for name in key)
        alone = "coalesce(p.person, 0)"
        party = alone
        others = ""
        if self._is_joint():
            party = f"coalesce(c.party, {alone})"
            others = (
                " LEFT JOIN companies c ON len(r.contributors) > 0 AND c.contributors = r.contributors "
                "AND c.author IS NOT DISTINCT FROM r.author"
            )
        self._db.execute(
            f"CREATE TEMP TABLE lives AS SELECT {alone} AS author, {party} AS party, k.kind, r.since, "
            f"greatest(coalesce(r.gone, {self._end}), r.since) AS gone FROM ({sorted_}) r "
            f"JOIN kinds k ON {same} LEFT JOIN people p ON p.member = r.author{others} WHERE r.since < {self._end}"
        )

    def _is_joint(self) -> bool:
        return bool(self._db.execute("SELECT 1 FROM companies LIMIT 1").fetchone())

    def _deleted(self) -> str:
        return "least(x.deleted_at, d.deleted_at)" if self._has_deletions() else "x.deleted_at"

    def _deleting(self) -> str:
        if not self._has_deletions():
            return ""
        return (
            " LEFT JOIN (SELECT record, min(deleted_at) AS deleted_at FROM deletions GROUP BY record) d "
            "ON d.record = x.record"
        )

    def _has_deletions(self) -> bool:
        return bool(self._db.execute("SELECT 1 FROM deletions LIMIT 1").fetchone())

    def _spells(self) -> None:
        there = (
            "SELECT author, party, kind, false AS deleted, since, gone AS until FROM lives WHERE since < gone"
        )
        gone = f"SELECT author, party, kind, true, gone, {self._end} FROM lives WHERE gone < {self._end}"
        self._db.execute(
            "CREATE TEMP TABLE spells AS SELECT r.author, p.stand, r.kind, r.deleted, greatest(r.since, p.since) AS since, "
            f"least(r.until, p.until) AS until FROM ({there} UNION ALL {gone}) r JOIN pieces p ON p.party = r.party "
            "AND p.since < r.until AND p.until > r.since"
        )
        self._db.execute("DROP TABLE lives")

    def _reached(self, moment: str) -> str:
        """Return the expression of the first place among the moments at or after a moment: the end where there is none."""
        return _step(moment, self._cuts.moments, strict=True)

    def states(self) -> pa.Table:
        """Return what people differ in: ``state``, ``place``, the attributes, and what is known of their age."""
        return self._arrow("SELECT * FROM states ORDER BY state")

    def stands(self) -> pa.Table:
        """Return ``stand`` and ``line``: the states of an author and of others whose words are in a record, in their order."""
        return self._arrow("SELECT * FROM stands ORDER BY stand")

    def kinds(self) -> pa.Table:
        """Return what records differ in: ``kind``, category, visibility, the attributes, the windows that they fall into."""
        return self._arrow("SELECT * FROM kinds ORDER BY kind")

    def flows(self) -> pa.Table:
        """Return ``stand``, ``kind``, ``deleted``, ``turn`` and ``change``: how many more or fewer records a class has then."""
        return self._arrow(
            "SELECT stand, kind, deleted, turn, CAST(sum(change) AS BIGINT) AS change FROM ("
            "SELECT stand, kind, deleted, since AS turn, 1 AS change FROM spells UNION ALL "
            f"SELECT stand, kind, deleted, until, -1 FROM spells WHERE until < {self._end}) "
            "GROUP BY ALL HAVING sum(change) <> 0 ORDER BY ALL"
        )

    def toggles(
        self, stands: Sequence[int], kinds: Sequence[int], deleted: Sequence[bool], marks: Sequence[int]
    ) -> pa.Table:
        """Return ``person``, ``place``, ``turn`` and ``mark`` in the order of persons and moments.

        The marks are those of classes, given side by side. Each row says that from a moment on a member has records of a mark's
        classes, or has none any more, whichever was not so before.
        """
        given = pa.table(
            {
                "stand": pa.array(stands, pa.int64()),
                "kind": pa.array(kinds, pa.int32()),
                "deleted": pa.array(deleted, pa.bool_()),
                "mark": pa.array(marks, pa.int32()),
            }
        )
        with errors():
            self._db.register("marks", given)
            self._db.execute(
                "CREATE OR REPLACE TEMP TABLE marked AS SELECT s.author AS person, m.mark, s.since, s.until, count(*) AS n "
                "FROM spells s JOIN marks m ON m.stand = s.stand AND m.kind = s.kind AND m.deleted = s.deleted "
                "WHERE s.author > 0 GROUP BY ALL"
            )
        return self._arrow(
            f"WITH lasting AS (SELECT person, mark, min(since) AS since FROM marked WHERE until = {self._end} GROUP BY ALL), "
            "passing AS (SELECT m.person, m.mark, m.since, least(m.until, coalesce(l.since, m.until)) AS until FROM marked m "
            "LEFT JOIN lasting l ON l.person = m.person AND l.mark = m.mark "
            f"WHERE m.until < {self._end} AND m.since < coalesce(l.since, {self._end})), "
            "led AS (SELECT *, max(until) OVER (PARTITION BY person, mark ORDER BY since, until "
            "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest FROM passing), "
            "numbered AS (SELECT *, sum(CAST(latest IS NULL OR since > latest AS INTEGER)) "
            "OVER (PARTITION BY person, mark ORDER BY since, until) AS island FROM led), "
            "islands AS (SELECT person, mark, min(since) AS since, max(until) AS until FROM numbered GROUP BY person, mark, island), "
            "turns AS (SELECT person, mark, since AS turn FROM lasting UNION ALL SELECT person, mark, since FROM islands "
            "UNION ALL SELECT person, mark, until FROM islands) "
            "SELECT t.person, p.place, CAST(t.turn AS INTEGER) AS turn, t.mark FROM turns t JOIN people p ON p.person = t.person "
            "ORDER BY t.person, t.turn"
        )

    def _arrow(self, sql: str) -> pa.Table:
        with errors():
            return self._db.sql(sql).to_arrow_table()


def _step(value: str, edges: Sequence[int], strict: bool = False) -> str:
    """Return the expression of how many edges a value has reached (``strict``: passed); NULL for NULL.

    It halves the edges as it goes: seven comparisons for a hundred of them.
    """
    return f"CASE WHEN {value} IS NULL THEN NULL ELSE {_halved(value, edges, 0, len(edges), '<=' if strict else '<')} END"


def _halved(value: str, edges: Sequence[int], low: int, high: int, below: str) -> str:
    if low == high:
        return str(low)
    middle = (low + high) // 2
    first, second = (_halved(value, edges, *part, below) for part in ((low, middle), (middle + 1, high)))
    return f"CASE WHEN {value} {below} {int(edges[middle])} THEN {first} ELSE {second} END"
