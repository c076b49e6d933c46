"""The tables of the log in PostgreSQL: how they are made, and whether they still are as they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sayso.errors import EdgeError, IntegrityError, Problem, SaysoError
from sayso.stores.postgres_link import PLACE, postgres_errors

if TYPE_CHECKING:
    from psycopg import Connection

FORMAT = 1
MAKING, SIGNING = 0x53617931, 0x53617932
"""Names of advisory locks, which are the database's own."""

APPEND_ONLY = ("checkpoints", "entries", "nodes")
WIDE = "tag IS NULL AND type IN ('notice-given', 'suspension-lifted', 'suspension-set')"

# Texts of members' making are kept as bytes: a database may have any encoding, and a text of PostgreSQL holds no zero byte.
# The triggers keep an honest program from changing what was acknowledged; `verify` finds the dishonest one.
_TABLES = f"""
CREATE SCHEMA sayso_log;
CREATE TABLE sayso_log.head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one), format integer NOT NULL, origin bytea NOT NULL,
  open boolean NOT NULL, size bigint NOT NULL, peaks bytea[] NOT NULL) WITH (fillfactor = 10);
CREATE TABLE sayso_log.entries (number bigint PRIMARY KEY, type text COLLATE "C" NOT NULL, tag bytea, leaf bytea NOT NULL);
CREATE INDEX entries_by_tag ON sayso_log.entries (tag, number) WHERE tag IS NOT NULL;
CREATE INDEX entries_by_type ON sayso_log.entries (type, number);
CREATE INDEX wide_entries ON sayso_log.entries (number) WHERE {WIDE};
CREATE TABLE sayso_log.nodes (level integer, position bigint, hash bytea NOT NULL, PRIMARY KEY (level, position));
CREATE TABLE sayso_log.checkpoints (size bigint, note bytea, PRIMARY KEY (size, note));
CREATE TABLE sayso_log.signed (one boolean PRIMARY KEY DEFAULT true CHECK (one), note bytea NOT NULL) WITH (fillfactor = 10);
CREATE TABLE sayso_log.writers (
  writer uuid PRIMARY KEY, batch bigint NOT NULL, size bigint NOT NULL, at timestamptz NOT NULL) WITH (fillfactor = 50);
CREATE FUNCTION sayso_log.refuse() RETURNS trigger LANGUAGE plpgsql AS
  $$BEGIN RAISE EXCEPTION 'append only'; END$$;
"""
_TRIGGERS = "".join(
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sayso_log.{table} "
    "EXECUTE FUNCTION sayso_log.refuse();"
    for table in APPEND_ONLY
)
_THERE = "SELECT to_regclass('sayso_log.head') IS NOT NULL"


def make_log(db: Connection[Any], origin: str, opened: bool) -> bool:
    """Make the tables of a log where there are none, all of them or nothing; tell whether there were none.

    A log that is not ``opened`` takes entries from a migration alone.
    """
    with postgres_errors(), db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(%s)", (MAKING,))
        if _one(db, _THERE):
            return False
        db.execute(_TABLES + _TRIGGERS)
        head = "INSERT INTO sayso_log.head (format, origin, open, size, peaks) VALUES (%s, %s, %s, 0, '{}')"
        db.execute(head, (FORMAT, origin.encode(), opened))
        return True


def check_log(db: Connection[Any], origin: str) -> bool:
    """Tell whether the log is open.

    Raises ``EdgeError`` where the database has no log, or does not sync its disk, ``IntegrityError`` where it has another's log.
    """
    with postgres_errors():
        if not _one(db, _THERE):
            advice = "run `sayso init`, or `sayso migrate` where the log is elsewhere now"
            raise EdgeError(Problem("missing", "this database has no log", PLACE, advice))
        if _one(db, "SELECT current_setting('fsync')") != "on":
            what = "this server does not sync its disk (fsync is off): what it acknowledges, a power cut takes back"
            raise EdgeError(Problem("no-sync", what, PLACE, "set fsync = on"))
        found = db.execute("SELECT format, origin, open FROM sayso_log.head").fetchone()
    if found is None or found[0] != FORMAT:
        what = f"this is not a log of format {FORMAT}"
        raise IntegrityError(Problem("bad-database", what, PLACE, "bring the database back from a copy"))
    if bytes(found[1]) != origin.encode():
        advice = "each project has a database of its own: check the address"
        raise IntegrityError(
            Problem("other-log", "this database has the log of another project", PLACE, advice)
        )
    return bool(found[2])


def log_damage(db: Connection[Any]) -> tuple[Problem, ...]:
    """Return what the tables' own check finds: other columns, indexes or triggers than were made, an index that tells other than
    its table, a head that is not that of the entries.
    """
    try:
        with postgres_errors():
            found = (*_remade(db), *_contradictions(db))
    except SaysoError as error:
        return error.problems
    return tuple(
        Problem("bad-database", what, PLACE, "bring the database back from a copy") for what in found
    )


_COLUMNS = """SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
FROM information_schema.columns WHERE table_schema = 'sayso_log' ORDER BY 1"""
_INDEXES = "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'sayso_log' ORDER BY 1"
_GUARDS = """SELECT c.relname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = t.tgfoid
WHERE n.nspname = 'sayso_log' AND t.tgname = 'append_only' AND t.tgenabled = 'O' AND t.tgtype = 58
AND p.prosrc = 'BEGIN RAISE EXCEPTION ''append only''; END' ORDER BY 1"""
_MADE_COLUMNS = (
    "checkpoints.note bytea NO", "checkpoints.size bigint NO", "entries.leaf bytea NO", "entries.number bigint NO",
    "entries.tag bytea YES", "entries.type text NO", "head.format integer NO", "head.one boolean NO", "head.open boolean NO",
    "head.origin bytea NO", "head.peaks ARRAY NO", "head.size bigint NO", "nodes.hash bytea NO", "nodes.level integer NO",
    "nodes.position bigint NO", "signed.note bytea NO", "signed.one boolean NO", "writers.at timestamp with time zone NO",
    "writers.batch bigint NO", "writers.size bigint NO", "writers.writer uuid NO",
)  # fmt: skip
_MADE_INDEXES = (
    "checkpoints_pkey", "entries_by_tag", "entries_by_type", "entries_pkey", "head_pkey", "nodes_pkey", "signed_pkey",
    "wide_entries", "writers_pkey",
)  # fmt: skip


def _remade(db: Connection[Any]) -> list[str]:
    made = ((_COLUMNS, _MADE_COLUMNS), (_INDEXES, _MADE_INDEXES), (_GUARDS, APPEND_ONLY))
    same = all(tuple(row[0] for row in db.execute(query)) == wanted for query, wanted in made)
    return [] if same else ["its tables, indexes or triggers are not as they were made"]


_HEAD = """SELECT h.size = (SELECT count(*) FROM sayso_log.entries)
AND h.peaks = ARRAY(
  SELECT n.hash FROM generate_series(62, 0, -1) AS g (high) JOIN sayso_log.nodes n
  ON n.level = g.high AND n.position = (h.size >> g.high) - 1 WHERE (h.size >> g.high) & 1 = 1 ORDER BY g.high DESC)
FROM sayso_log.head h"""
# Each answered from the table and from an index; the texts are such that the planner takes the index in question.
_QUESTIONS = (
    "SELECT count(*), sum(number) FROM sayso_log.entries WHERE tag IS NOT NULL AND tag >= ''",
    "SELECT count(*), sum(number) FROM sayso_log.entries WHERE type >= ''",
    f"SELECT count(*), sum(number) FROM sayso_log.entries WHERE {WIDE}",  # noqa: S608  ours
    "SELECT count(*), sum(number) FROM sayso_log.entries WHERE number >= 0",
)


def _contradictions(db: Connection[Any]) -> list[str]:
    found = [] if _one(db, _HEAD) else ["its head is not that of its entries and their tree"]
    with db.transaction(force_rollback=True):
        if any(_answered(db, each, True) != _answered(db, each, False) for each in _QUESTIONS):
            found.append("an index of it contradicts its table")
    return found


def _answered(db: Connection[Any], query: str, from_table: bool) -> object:
    for way, used in (("seqscan", from_table), *((each, not from_table) for each in _WAYS)):
        db.execute(f"SET LOCAL enable_{way} = {'on' if used else 'off'}")
    return db.execute(query).fetchone()


_WAYS = ("indexscan", "indexonlyscan", "bitmapscan")


def _one(db: Connection[Any], query: str) -> Any:
    found = db.execute(query).fetchone()
    return None if found is None else found[0]
