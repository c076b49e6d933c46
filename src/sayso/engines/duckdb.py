"""The gate on one machine: DuckDB runs the compiled policy over Parquet files and Arrow tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa

from sayso.engines.footers import AUTHOR_NUMBER, NUMBER, names_no_contributor, offsets
from sayso.engines.given import CLOSINGS, DELETIONS, NOTICES, WORDS, Given, by_tag, counted
from sayso.errors import EdgeError, IntegrityError, Problem
from sayso.policy.gate import Gate
from sayso.policy.sqltext import indent
from sayso.ports import GateTables

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
        by_number = offsets is not None
        self._view("members_given", tables.members, (NUMBER, offsets))
        self._view("records_given", tables.records, (AUTHOR_NUMBER, offsets))
        self._given = Given(
            by_number,
            self._columns("members_given"),
            self._columns("records_given"),
            tables.deletions.num_rows > 0,
            self._may_have_contributors(tables.records),
        )
        self._member, self._author = self._given.member, self._given.author
        self._db.execute(f"CREATE TEMP TABLE tagged AS {self._given.tagged()}")
        for name, columns in (("words", WORDS), ("notices", NOTICES), ("closings", CLOSINGS)):
            self._db.execute(f"CREATE VIEW {name} AS {by_tag(columns, f'logged_{name}')}")
        self._db.execute(f"CREATE TEMP TABLE deletions AS {DELETIONS}")

    def _may_have_contributors(self, given: tuple[Path, ...] | pa.Table) -> bool:
        """Tell whether any record names others whose words are in it, by what the files say of themselves where they do."""
        if not isinstance(given, pa.Table) and all(map(names_no_contributor, given)):
            return False
        found = self._db.execute("SELECT 1 FROM records_given WHERE len(contributors) > 0 LIMIT 1").fetchone()
        return found is not None

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
        self._db.execute(f"CREATE OR REPLACE TEMP VIEW members AS {self._given.of_members(gate)}")

    def _records_view(self, gate: Gate) -> None:
        of_records = self._given.of_records
        self._db.execute(f"CREATE OR REPLACE TEMP VIEW records AS {of_records(gate, self._source)}")
        if self._given.has_contributors:
            others = f"(\n{indent(self._contributors())}\n)"
            self._db.execute(f"CREATE OR REPLACE TEMP VIEW contributed AS {of_records(gate, others)}")

    def _contributors(self) -> str:
        """Return the records with others' words in them, each of these in the author's place once.

        They are few, and taken out of all records before anything else is looked at.
        """
        named = "contributor AS author"
        several = (
            f"SELECT *, UNNEST(contributors) AS contributor FROM {self._source} WHERE len(contributors) > 0"
        )
        if not self._given.by_number:
            return f"SELECT c.* REPLACE (c.{named}) FROM ({several}) c"
        numbered = f"(SELECT member, {NUMBER} FROM members_given) m ON m.member = c.contributor"
        columns = f"c.* REPLACE (c.{named}, m.{NUMBER} AS {AUTHOR_NUMBER})"
        return f"SELECT {columns} FROM ({several}) c LEFT JOIN {numbered}"

    def _decided(self, carry: tuple[str, ...]) -> str:
        return self._given.decided(self._standing(), carry)

    def _permitted(self, carry: tuple[str, ...]) -> str:
        self._classes(self._standing())
        return self._given.permitted(self._standing(), carry)

    def _standing(self) -> Gate:
        if self._gate is None:
            raise ValueError("no gate stands yet: call stand() first")
        return self._gate

    def counts(self) -> tuple[tuple[int, int], ...]:
        """Return (code, number of records) pairs in rising order of code; they add up to all records."""
        sql = counted(self._decided(()))
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
