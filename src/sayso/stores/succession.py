"""What changed from one state of a source to the next: worked out when a state takes another's place, and kept beside its tables.

Each step is a file of its own, named after the state that it leads on from; the states are those of the digests in ``source.json``.
A step says which records and members are new, gone or other, and what those members were called: what a data set that was built
from the earlier state has to look at again (decision 0027). It holds no text.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sayso.changed import RECORDS, Changed, Former, together
from sayso.stores.queries import querying

MEMBERS, RECORDS_FILE = "members.parquet", "records.parquet"
MOST = 8
"""Steps that are kept: who builds less often than every so many imports builds from nothing."""
SHARE = 5
"""A step of more than one record in so many is not kept: to build from nothing costs little more."""
_NUMBERS = ("number", "author_number")
_CALLED = ("name", "former_names", "handle", "former_handles")
_STEP = pa.schema(
    [
        ("member", pa.string()),
        ("record", pa.string()),
        ("author", pa.string()),
        ("was", pa.bool_()),
        ("names", pa.list_(pa.string())),
        ("handles", pa.list_(pa.string())),
    ]
)


def keep_step(old: Path, new: Path, since: str, now: str) -> None:
    """Keep in the folder of a source's new state what is other than in the old one, and the steps that led there.

    ``since`` and ``now`` are the digests of the two. Nothing is kept where tables have other columns, or too much is other.
    """
    if since == now:
        _carry(old, new)
        return
    step = _step(old, new)
    if step is None:
        return
    _carry(old, new)
    told = {b"since": since.encode(), b"now": now.encode()}
    pq.write_table(step.replace_schema_metadata(told), new / _name(since), compression="zstd")


def drop_steps(folder: Path) -> None:
    """Keep nothing of earlier states: they name members who are to be forgotten."""
    for path in _steps(folder):
        path.unlink()


def changed_since(folder: Path, digest: str, now: str, sums: dict[str, str]) -> Changed | None:
    """Return what changed from an earlier state to the one that a folder holds, ``None`` where that is not known.

    ``sums`` are the SHA-256 of the files by name: a step that is not what was written is no step.
    """
    found: list[Changed] = []
    for _ in range(MOST):
        if digest == now:
            return together(found)
        path = folder / _name(digest)
        if not path.is_file() or _sum(path) != sums.get(path.name):
            return None
        table = pq.read_table(path)
        digest = (table.schema.metadata or {})[b"now"].decode()
        found.append(_changed(table))
    return together(found) if digest == now else None


def _name(since: str) -> str:
    return f"since-{since.rpartition(':')[2][:32]}.parquet"


def _steps(folder: Path) -> list[Path]:
    return sorted(folder.glob("since-*.parquet"))


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _carry(old: Path, new: Path) -> None:
    """Take over the latest of the steps that led to the old state."""
    latest = sorted(_steps(old), key=lambda path: path.stat().st_mtime_ns)[-(MOST - 1) :]
    for path in latest:
        (new / path.name).hardlink_to(path)


def _step(old: Path, new: Path) -> pa.Table | None:
    parts = []
    for file, key in ((RECORDS_FILE, "record"), (MEMBERS, "member")):
        one, other = old / file, new / file
        if _columns(one) != _columns(other):
            return None
        parts.append(_padded(_differing(one, other, key)))
        rows = pq.read_metadata(one).num_rows
        if parts[-1].num_rows > max(rows // SHARE, 1):
            return None
    return pa.concat_tables(parts)


def _columns(path: Path) -> dict[str, pa.DataType]:
    return {field.name: field.type for field in pq.read_schema(path) if field.name not in _NUMBERS}


def _differing(one: Path, other: Path, key: str) -> pa.Table:
    """Return the rows that are in one of two files alone, or not the same in both: the key, and of the first what is told of it.

    Rows are the same where the SHA-256 of all their columns is: members choose the words in them, and must not be able to choose two
    that pass for one another.
    """
    columns = ", ".join(f"{_quoted(name)} := {_quoted(name)}" for name in sorted(_columns(one)))
    called = _columns(one)
    more = [name for name in ("author", *_CALLED) if name in called]
    side = "SELECT {}, unhex(sha256(to_json(struct_pack({}))::VARCHAR)) AS seal FROM read_parquet(?)"
    told = ", ".join(
        [
            f"COALESCE(o.{key}, n.{key}) AS {key}",
            f"o.{key} IS NOT NULL AS was",
            *(f"o.{name}" for name in more),
        ]
    )
    # Names of columns stand in the query, quoted where they are not ours.
    query = f"SELECT {told}\nFROM ({side.format(', '.join([key, *more]), columns)}) o\n"
    query += f"FULL JOIN ({side.format(key, columns)}) n ON n.{key} = o.{key}\nWHERE o.seal IS DISTINCT FROM n.seal"
    with querying() as db:
        return db.sql(query, params=[str(one), str(other)]).to_arrow_table()


def _quoted(name: str) -> str:
    """Return a column's name as SQL has it: those of attributes are the platform's own words."""
    return '"' + name.replace('"', '""') + '"'


def _padded(rows: pa.Table) -> pa.Table:
    """Return rows in the columns of a step, names and handles of a member together."""
    there = {name: rows.column(name) for name in rows.column_names}
    if "member" in there:
        told = list(_told(rows))
        there["names"] = pa.array([names for names, _ in told], pa.list_(pa.string()))
        there["handles"] = pa.array([handles for _, handles in told], pa.list_(pa.string()))
    columns = [
        there[field.name] if field.name in there else pa.nulls(rows.num_rows, field.type) for field in _STEP
    ]
    return pa.table(
        [column.cast(field.type) for column, field in zip(columns, _STEP, strict=True)], schema=_STEP
    )


def _told(rows: pa.Table) -> Iterator[tuple[list[str], list[str]]]:
    missing = [None] * rows.num_rows
    columns = (rows.column(name).to_pylist() if name in rows.column_names else missing for name in _CALLED)
    for name, names, handle, handles in zip(*columns, strict=True):
        yield (
            [one for one in (name, *(names or ())) if one],
            [one for one in (handle, *(handles or ())) if one],
        )


def _changed(step: pa.Table) -> Changed:
    records = step.filter(step.column("record").is_valid()).select(RECORDS.names)
    people = step.filter(step.column("member").is_valid())
    rows = zip(*(people.column(name).to_pylist() for name in ("member", "names", "handles")), strict=True)
    members = (Former(member, tuple(names or ()), tuple(handles or ())) for member, names, handles in rows)
    return Changed(pa.table(records.columns, schema=RECORDS), tuple(members))


def parsed_sums(text: str) -> dict[str, str]:
    """Return the digests by name of a file in the form of ``sha256sum``."""
    return {name: digest for digest, _, name in (line.partition("  ") for line in text.splitlines())}
