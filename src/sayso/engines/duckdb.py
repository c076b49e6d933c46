"""The gate on one machine: DuckDB runs the compiled policy over Parquet files and Arrow tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa

from sayso.engines.footers import AUTHOR_NUMBER, NUMBER, names_no_contributor, offsets
from sayso.errors import EdgeError, IntegrityError, Problem
from sayso.policy.codes import PERMIT_FROM
from sayso.policy.gate import AUTHOR, Gate
from sayso.policy.sqltext import indent
from sayso.ports import GateTables

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
BATCH_ROWS = 10_000


class DuckEngine:
    """Runs gates over the tables it was opened with; a context manager that leaves nothing behind.

    ``memory`` is DuckDB's limit, such as ``2GB``; past it, DuckDB spills to ``spill`` (a folder).
    """

    def __init__(
        self, tables: GateTables, memory: str = "2GB", spill: Path | None = None, threads: int | None = None
    ) -> None:
        """Open the tables.

        Raises ``EdgeError`` where a file of theirs cannot be read, here and later; ``IntegrityError`` where members have no tag:
        what they said would not be heard.
        """
        settings: dict[str, str | bool | int | float | list[str]] = {"memory_limit": memory}
        if spill is not None:
            settings["temp_directory"] = str(spill)
        if threads is not None:
            settings["threads"] = threads
        self._db = duckdb.connect(":memory:", config=settings)
        # Rows may come in any order: everything that is hashed later is sorted by keyed digests first.
        self._db.execute("SET preserve_insertion_order = false")
        self._db.execute("SET enable_progress_bar = false")
        # The queries are written in the order in which their joins are best made. DuckDB guesses sizes from the numbers of distinct
        # values, and would join every member with everything that their class opens first (measured: three times the cost).
        self._db.execute("SET disabled_optimizers = 'join_order'")
        try:
            with errors():
                self._load(tables)
                self._check_tags()
        except BaseException:
            self._db.close()
            raise
        self._gate: Gate | None = None
        self._has_classes = False
        self._source = "records_given"

    def __enter__(self) -> DuckEngine:
        """Return the engine itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the engine."""
        self._db.close()

    def _load(self, tables: GateTables) -> None:
        self._db.register("tags", tables.tags)
        self._db.register("logged_words", tables.words)
        self._db.register("logged_notices", tables.notices)
        self._db.register("logged_closings", tables.closings)
        self._db.register("logged_deletions", tables.deletions)
        offsets = _offsets(tables)
        self._by_number = offsets is not None
        self._member, self._author = (NUMBER, AUTHOR_NUMBER) if self._by_number else ("member", AUTHOR)
        self._view("members_given", tables.members, (NUMBER, offsets))
        self._view("records_given", tables.records, (AUTHOR_NUMBER, offsets))
        self._member_attributes = _attributes(self._columns("members_given"))
        self._given = self._columns("records_given")
        self._record_attributes = _attributes(self._given)
        self._tagged()
        self._by_tag("words", "w.control, w.yes, w.said_at, w.version, w.entry", "logged_words")
        self._by_tag("notices", "w.version, w.given_at", "logged_notices")
        self._by_tag("closings", "w.closed_at", "logged_closings")
        self._has_deletions = tables.deletions.num_rows > 0
        self._db.execute(
            "CREATE TEMP TABLE deletions AS "
            "SELECT record, MIN(deleted_at) AS deleted_at FROM logged_deletions GROUP BY record"
        )
        self._has_contributors = self._may_have_contributors(tables.records)

    def _may_have_contributors(self, given: tuple[Path, ...] | pa.Table) -> bool:
        """Tell whether any record names others whose words are in it, by what the files say of themselves where they do."""
        if not isinstance(given, pa.Table) and all(map(names_no_contributor, given)):
            return False
        found = self._db.execute("SELECT 1 FROM records_given WHERE len(contributors) > 0 LIMIT 1").fetchone()
        return found is not None

    def _tagged(self) -> None:
        """Make the table of the members' tags, with whatever it is that joins members here: their numbers or their ids."""
        self._db.execute(
            f"CREATE TEMP TABLE tagged AS SELECT m.{self._member} AS member, t.tag "
            "FROM members_given m JOIN tags t ON t.member = m.member"
        )

    def _check_tags(self) -> None:
        found = self._db.execute(
            "SELECT (SELECT COUNT(*) FROM members_given) - (SELECT COUNT(*) FROM tagged)"
        )
        untagged = (found.fetchone() or (0,))[0]
        if untagged:
            what = f"{untagged} members have no tag: what they said would not be heard"
            advice = "restore tags.sqlite from a copy, or import the source again"
            raise IntegrityError(Problem("untagged-member", what, advice=advice))

    def _view(
        self, name: str, given: tuple[Path, ...] | pa.Table, numbers: tuple[str, tuple[int, ...] | None]
    ) -> None:
        """Make a view of all files; where there are several, numbers of each are moved so that none is there twice."""
        if isinstance(given, pa.Table):
            self._db.register(name, given)
            return
        files = ["'" + str(path).replace("'", "''") + "'" for path in given]
        column, offsets = numbers
        if offsets is None or len(files) == 1:
            listed = ", ".join(files)
            query = f"SELECT * FROM read_parquet([{listed}], union_by_name = true)"
        else:
            query = "\nUNION ALL BY NAME ".join(
                f"SELECT * REPLACE (CAST({column} AS BIGINT) + {offset} AS {column}) FROM read_parquet({file})"
                for file, offset in zip(files, offsets, strict=True)
            )
        self._db.execute(f"CREATE VIEW {name} AS {query}")

    def _by_tag(self, name: str, columns: str, logged: str) -> None:
        """Make a view of what the log says by tag, with the member in the tag's place; erased tags drop out."""
        self._db.execute(
            f"CREATE VIEW {name} AS SELECT t.member, {columns} FROM {logged} w JOIN tagged t ON t.tag = w.tag"
        )

    def _columns(self, view: str) -> tuple[str, ...]:
        return tuple(row[0] for row in self._db.execute(f"DESCRIBE {view}").fetchall())

    def stand(self, gate: Gate) -> None:
        """Work out every member's standing for a gate: the first of its two steps, the basis of all that is asked next."""
        with errors():
            self._members_view(gate)
            self._records_view(gate)
            self._db.execute(f"CREATE OR REPLACE TEMP TABLE standing AS\n{gate.standing}")
        self._gate, self._has_classes = gate, False

    def _classes(self, gate: Gate) -> None:
        """Make the tables that ``permits`` reads, once for each standing."""
        if gate.opens and not self._has_classes:
            for name in ("classes", "authors", "openings"):
                self._db.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS\n{getattr(gate, name)()}")
            self._has_classes = True

    def _members_view(self, gate: Gate) -> None:
        columns = [f"m.{self._member} AS member", *(f"m.{column}" for column in _MEMBER_COLUMNS)]
        columns.append("LEAST(m.closed_at, c.closed_at) AS closed_at")
        columns += _attribute_columns("m", gate.member_attributes, self._member_attributes)
        closings = "(SELECT member, MIN(closed_at) AS closed_at FROM closings GROUP BY member)"
        self._db.execute(
            f"CREATE OR REPLACE TEMP VIEW members AS SELECT {', '.join(columns)} "
            f"FROM members_given m LEFT JOIN {closings} c ON c.member = m.{self._member}"
        )

    def _records_view(self, gate: Gate) -> None:
        columns = [f"r.{column}" for column in _RECORD_COLUMNS]
        columns += [_or_null("r", column, column in self._given) for column in _LATER_COLUMNS]
        columns += [f"r.{AUTHOR_NUMBER}"] if self._by_number else []
        deletions = ""
        if self._has_deletions:
            columns.append("LEAST(r.deleted_at, d.deleted_at) AS deleted_at")
            deletions = " LEFT JOIN deletions d ON d.record = r.record"
        else:
            columns.append("r.deleted_at")
        columns += _attribute_columns("r", gate.record_attributes, self._record_attributes)
        view = f"SELECT {', '.join(columns)} FROM {{}} r{deletions}"
        self._db.execute(f"CREATE OR REPLACE TEMP VIEW records AS {view.format(self._source)}")
        if self._has_contributors:
            others = f"(\n{indent(self._contributors())}\n)"
            self._db.execute(f"CREATE OR REPLACE TEMP VIEW contributed AS {view.format(others)}")

    def _contributors(self) -> str:
        """Return the records with others' words in them, each of these in the author's place once.

        They are few, and taken out of all records before anything else is looked at.
        """
        named = "contributor AS author"
        several = (
            f"SELECT *, UNNEST(contributors) AS contributor FROM {self._source} WHERE len(contributors) > 0"
        )
        if not self._by_number:
            return f"SELECT c.* REPLACE (c.{named}) FROM ({several}) c"
        numbered = f"(SELECT member, {NUMBER} FROM members_given) m ON m.member = c.contributor"
        columns = f"c.* REPLACE (c.{named}, m.{NUMBER} AS {AUTHOR_NUMBER})"
        return f"SELECT {columns} FROM ({several}) c LEFT JOIN {numbered}"

    def _decided(self, carry: tuple[str, ...]) -> str:
        """Return the second step; where others' words are in a record, each of them must permit it as well (decision 0005)."""
        if self._gate is None:
            raise ValueError("no gate stands yet: call stand() first")
        decided = self._gate.records(carry, self._author)
        if not self._has_contributors:
            return decided
        columns = ", ".join(["d.record", *(f"d.{column}" for column in carry if column != "record")])
        code = f"CASE WHEN d.code >= {PERMIT_FROM} THEN COALESCE(c.code, d.code) ELSE d.code END AS code"
        others = f"LEFT JOIN (\n{indent(self._of_contributors(self._gate))}\n) c ON c.record = d.record"
        return f"SELECT {columns}, {code}\nFROM (\n{indent(decided)}\n) d\n{others}"

    def _permitted(self, carry: tuple[str, ...]) -> str:
        """Return what of ``_decided`` is permitted."""
        if self._gate is None:
            raise ValueError("no gate stands yet: call stand() first")
        self._classes(self._gate)
        permitted = self._gate.permits(carry, self._author)
        if not self._has_contributors:
            return permitted
        others = f"ANTI JOIN (\n{indent(self._of_contributors(self._gate))}\n) c ON c.record = d.record"
        return f"SELECT d.*\nFROM (\n{indent(permitted)}\n) d\n{others}"

    def _of_contributors(self, gate: Gate) -> str:
        """Return the records that somebody else whose words are in them does not permit, with the earliest reason's code."""
        of_each = f"WITH records AS (SELECT * FROM contributed)\n{gate.records((), self._author)}"
        return f"SELECT record, MIN(code) AS code\nFROM (\n{indent(of_each)}\n) o\nWHERE code < {PERMIT_FROM}\nGROUP BY record"

    def counts(self) -> tuple[tuple[int, int], ...]:
        """Return (code, number of records) pairs in rising order of code; they add up to all records."""
        sql = f"SELECT code, COUNT(*) FROM (\n{self._decided(())}\n) GROUP BY code ORDER BY code"
        with errors():
            return tuple((int(code), int(count)) for code, count in self._db.execute(sql).fetchall())

    def permitted(
        self, carry: tuple[str, ...], only: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Return the permitted records, in no order, with ``record``, the carried columns and ``code``.

        ``only`` names the records that are wanted, all where it is ``None``.
        """
        with errors():
            sql = self._permitted(carry)
            if only is not None:
                self._db.register("wanted", pa.table({"record": pa.array(only, pa.string())}))
                sql = f"SELECT p.*\nFROM (\n{indent(sql)}\n) p\nSEMI JOIN wanted w ON w.record = p.record"
            reader: Iterator[pa.RecordBatch] = self._db.sql(sql).to_arrow_reader(BATCH_ROWS)
        while (batch := _next(reader)) is not None:
            yield batch

    def codes(self) -> pa.Table:
        """Return ``record`` and ``code`` for every record: for small tables and for tests."""
        return self._db.sql(self._decided(())).to_arrow_table()


def _offsets(tables: GateTables) -> tuple[int, ...] | None:
    """Return what is added to the numbers of each source, ``None`` where members are to be joined by their ids."""
    if isinstance(tables.members, pa.Table) or isinstance(tables.records, pa.Table):
        return None
    return offsets(tables.members, tables.records)


def _next(reader: Iterator[pa.RecordBatch]) -> pa.RecordBatch | None:
    with errors():
        return next(reader, None)


@contextmanager
def errors() -> Iterator[None]:
    """Turn DuckDB's errors into ours, and keep nothing of them: they quote the values that they stumble over."""
    try:
        yield
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        what = f"DuckDB cannot read the tables ({type(error).__name__})"
        raise EdgeError(Problem("unreadable-tables", what, advice="run `sayso verify`")) from None


def _attribute_columns(table: str, needed: tuple[str, ...], there: tuple[str, ...]) -> list[str]:
    """Return the attribute columns that a gate needs; one that nobody carries is NULL throughout."""
    return [_or_null(table, f"attr_{name}", name in there) for name in needed]


def _attributes(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column[5:] for column in columns if column.startswith("attr_"))


def _or_null(table: str, column: str, there: bool) -> str:
    return f"{table}.{column}" if there else f"CAST(NULL AS VARCHAR) AS {column}"
