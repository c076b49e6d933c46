"""A platform's own tables, as they are in its warehouse, and the views that give them the columns that a gate reads."""

from __future__ import annotations

from dataclasses import dataclass

from sayso.policy.compile import column_of
from sayso.policy.dialects import Dialect
from sayso.policy.sqltext import case, indent, listed
from sayso.values.members import UNKNOWN
from sayso.values.moments import Moment

DAY_NUMBER = "%Y%m%d"
"""The format of a birth day that is the number ``yyyymmdd``."""
_MEMBER = ("region", "born", "age_min", "age_max", "joined_at", "closed_at")
_RECORD = ("author", "category", "visibility", "created_at", "collected_at", "deleted_at")
_MOMENTS = ("joined_at", "closed_at", "created_at", "collected_at", "deleted_at")
_NUMBERS = ("age_min", "age_max")
_MAY_BE_UNKNOWN = ("author", "region")


@dataclass(frozen=True, slots=True)
class Column:
    """Where a field's value comes from: a column of the platform's, or a constant that stands for all rows.

    ``values`` replaces what is found, ``otherwise`` what is not among them, and nothing; ``None`` leaves it. ``how`` is one of
    ``MOMENTS`` for a moment; for a birth day ``""`` for a date, or ``DAY_NUMBER``.
    """

    name: str = ""
    constant: str | Moment | None = None
    values: tuple[tuple[str, str], ...] = ()
    otherwise: str | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table by its name, its fields, its attributes, and the words that mean nothing; an empty text always does."""

    table: str
    fields: tuple[tuple[str, Column], ...]
    attributes: tuple[tuple[str, Column], ...] = ()
    unknown: tuple[str, ...] = ()

    def field(self, name: str) -> Column | None:
        """Return where a field comes from, ``None`` where the platform does not have it."""
        return dict(self.fields).get(name)


@dataclass(frozen=True, slots=True)
class Warehouse:
    """The tables of members and of records.

    ``needs_created`` tells whether a record without a moment of its making is left out, as an import leaves it out.
    """

    members: Rows
    records: Rows
    needs_created: bool = True


def own_tables(members: tuple[str, ...], records: tuple[str, ...]) -> Warehouse:
    """Return the tables ``members`` and ``records`` as an import writes them, with some attributes of each."""
    how = dict.fromkeys(_MOMENTS, "epoch-microseconds") | {"born": DAY_NUMBER}

    def rows(table: str, key: str, fields: tuple[str, ...], attributes: tuple[str, ...]) -> Rows:
        own = tuple((name, Column(name, how=how.get(name, ""))) for name in (key, *fields))
        return Rows(table, own, tuple((name, Column(f"attr_{name}")) for name in attributes))

    written = rows("records", "record", (*_RECORD, "contributors"), records)
    return Warehouse(rows("members", "member", _MEMBER, members), written, needs_created=False)


def members_given(rows: Rows, attributes: tuple[str, ...], dialect: Dialect) -> str:
    """Return the query that reads the platform's members as a gate does: one row for each row, with the attributes asked for."""
    return _given(rows, "member", _MEMBER, attributes, dialect)


def records_given(rows: Rows, attributes: tuple[str, ...], dialect: Dialect) -> str:
    """Return the query that reads the platform's records as a gate does: one row for each row, with the attributes asked for."""
    return _given(rows, "record", _RECORD, attributes, dialect)


def contributors_given(rows: Rows, dialect: Dialect) -> str | None:
    """Return the query for ``record`` and ``author`` of everybody else who had a hand in a record; ``None`` where none are named."""
    listed_in, key = rows.field("contributors"), rows.field("record")
    if listed_in is None or key is None:
        return None
    hands = dialect.spread.format(x=f"r.{dialect.name(listed_in.name)}")
    record = _text_cell(key, "record", rows, dialect)
    columns = [f"{record} AS record", f"{dialect.as_text(dialect.entry)} AS author"]
    return f"SELECT\n{listed(columns)}\nFROM {dialect.name(rows.table)} r\n{hands}"


def _given(
    rows: Rows, key: str, fields: tuple[str, ...], attributes: tuple[str, ...], dialect: Dialect
) -> str:
    columns = [f"{_cell(rows.field(name), name, rows, dialect)} AS {name}" for name in (key, *fields)]
    carried = {column_of(name): column for name, column in rows.attributes}
    columns += [
        f"{_cell(carried.get(name), f'attr_{name}', rows, dialect)} AS attr_{name}" for name in attributes
    ]
    return f"SELECT\n{listed(columns)}\nFROM {dialect.name(rows.table)} r"


def _cell(column: Column | None, field: str, rows: Rows, dialect: Dialect) -> str:
    whole = field in (*_MOMENTS, *_NUMBERS, "born")
    if column is None:
        return f"CAST(NULL AS {'BIGINT' if whole else dialect.text_type})"
    if field in _NUMBERS and column.values:
        return _by_band(column, field, dialect)
    if not whole:
        return _text_cell(column, field, rows, dialect)
    if column.constant is not None:
        return f"CAST({column.constant} AS BIGINT)"
    given = f"r.{dialect.name(column.name)}"
    if field in _MOMENTS:
        return dialect.moment(given, column.how)
    return dialect.day(given) if field == "born" and column.how != DAY_NUMBER else f"CAST({given} AS BIGINT)"


def _by_band(column: Column, field: str, dialect: Dialect) -> str:
    """Return an end of an age band; the values give it as a number, and nothing where the band is open."""
    found = dialect.as_text(f"r.{dialect.name(column.name)}")
    whens = [f"WHEN {dialect.text(band)} THEN {end}" for band, end in column.values if end]
    return f"CAST({case(whens, 'NULL', found)} AS BIGINT)"


def _text_cell(column: Column, field: str, rows: Rows, dialect: Dialect) -> str:
    if column.constant is not None:
        found = dialect.text(str(column.constant))
        return f"CAST({found} AS {dialect.text_type})"
    found = dialect.as_text(f"r.{dialect.name(column.name)}")
    if column.values or column.otherwise is not None:
        otherwise = found if column.otherwise is None else dialect.text(column.otherwise)
        whens = [f"WHEN {dialect.text(was)} THEN {dialect.text(now)}" for was, now in column.values]
        if column.otherwise is not None and not whens:
            whens = [f"WHEN {found} THEN {found}"]  # whatever there is stays; nothing becomes ``otherwise``
        found = case(whens, otherwise, found)
    if field == "region":
        found = f"UPPER(TRIM({found}))"
    nothing = {"", *rows.unknown, *([UNKNOWN] if field in _MAY_BE_UNKNOWN else [])}
    words = ", ".join(dialect.text(word) for word in sorted(nothing))
    return f"CASE WHEN TRIM({found}) IN ({words}) THEN NULL ELSE {found} END"


MEMBERS_LEFT_OUT = ("missing-id", "duplicate-id", "unknown-country", "not-in-the-project")
"""Why a row of the members' table is nobody whom the gate knows."""


def members_known(attributes: tuple[str, ...], at: Moment, live: bool) -> str:
    """Return the query for the members whom the project knows, once each: of ``members_given``, ``known``, ``regions``, ``closings``.

    Others are nobody that the gate knows, and so are erased members: nothing of theirs is permitted.
    """
    columns = ["m.member", "m.region", "SUBSTR(m.region, 1, 2) AS country", "m.born", "m.age_min", "m.age_max"]  # fmt: skip
    columns += ["m.joined_at", f"{_earlier('m.closed_at', 'g.closed_at', at, live)} AS closed_at"]
    columns += [f"m.attr_{name}" for name in attributes]
    return (
        f"SELECT\n{listed(columns)}\nFROM (\n{indent(_placed())}\n) m{_clock(live)}\n"
        f"LEFT JOIN (\n{indent(_earliest('closings', 'member', 'closed_at'))}\n) g ON g.member = m.member\n"
        "WHERE m.left_out IS NULL"
    )


def _placed() -> str:
    """Return the given members with the reason why each is left out, nothing where it is not."""
    missing, twice, nowhere, stranger = MEMBERS_LEFT_OUT
    reason = case(
        [
            f"WHEN n.member IS NULL THEN '{missing}'",
            f"WHEN n.same > 1 THEN '{twice}'",
            f"WHEN n.region IS NOT NULL AND q.region IS NULL THEN '{nowhere}'",
            f"WHEN k.member IS NULL THEN '{stranger}'",
        ],
        "NULL",
    )
    once = "SELECT n.*, COUNT(*) OVER (PARTITION BY n.member) AS same\nFROM members_given n"
    return (
        f"SELECT n.*,\n{indent(reason)} AS left_out\nFROM (\n{indent(once)}\n) n\n"
        "LEFT JOIN known k ON k.member = n.member\nLEFT JOIN regions q ON q.region = n.region"
    )


def records_known(attributes: tuple[str, ...], needs_created: bool, at: Moment, live: bool) -> str:
    """Return the query for the records that have an id, and a moment where one is needed: of ``records_given`` and ``deletions``."""
    columns = [f"r.{name}" for name in ("record", *_RECORD[:-1])]
    columns.append(f"{_earlier('r.deleted_at', 'd.deleted_at', at, live)} AS deleted_at")
    columns += [f"r.attr_{name}" for name in attributes]
    dated = " AND r.created_at IS NOT NULL" if needs_created else ""
    return (
        f"SELECT\n{listed(columns)}\nFROM records_given r{_clock(live)}\n"
        f"LEFT JOIN (\n{indent(_earliest('deletions', 'record', 'deleted_at'))}\n) d ON d.record = r.record\n"
        f"WHERE r.record IS NOT NULL{dated}"
    )


def _earliest(table: str, key: str, moment: str) -> str:
    return f"SELECT {key}, MIN({moment}) AS {moment}\nFROM {table}\nGROUP BY {key}"


def _clock(live: bool) -> str:
    return "\nCROSS JOIN clock t" if live else ""


def _earlier(given: str, logged: str, at: Moment, live: bool) -> str:
    """Return the earlier of two moments that may both be missing.

    In a view that is read later than the moment it decides for, what the platform's table says was gone meanwhile is gone.
    """
    since = [f"WHEN {given} > {at} AND {given} <= t.microseconds THEN {at}"] if live else []
    return case([f"WHEN {given} IS NULL OR {logged} < {given} THEN {logged}", *since], given)


def left_out(needs_created: bool) -> str:
    """Return the query that counts the rows that are nobody and nothing to the gate, by reason."""
    reasons = ["WHEN r.record IS NULL THEN 'missing-id'"]
    reasons += ["WHEN r.created_at IS NULL THEN 'missing-created-at'"] if needs_created else []
    records = f"SELECT {case(reasons, 'NULL')} AS reason\nFROM records_given r"
    return (
        f"SELECT 'members' AS given, m.left_out AS reason, COUNT(*) AS number_of_rows\nFROM (\n{indent(_placed())}\n) m\n"
        "WHERE m.left_out IS NOT NULL\nGROUP BY m.left_out\nUNION ALL\n"
        f"SELECT 'records' AS given, r.reason, COUNT(*) AS number_of_rows\nFROM (\n{indent(records)}\n) r\n"
        "WHERE r.reason IS NOT NULL\nGROUP BY r.reason"
    )


def records_of_others(attributes: tuple[str, ...]) -> str:
    """Return the query for records with each of their contributors in the author's place: of ``records`` and ``contributors``."""
    columns = ["r.record", "c.author", *(f"r.{name}" for name in _RECORD[1:])]
    columns += [f"r.attr_{name}" for name in attributes]
    return f"SELECT\n{listed(columns)}\nFROM records r\nJOIN contributors c ON c.record = r.record"
