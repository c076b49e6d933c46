"""The two tables every import writes: their Arrow schemas, and the canonical line of a row, from which digests are made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from sayso.values.members import Attributes, Member
from sayso.values.records import Record

MEMBERS = "members.parquet"
RECORDS = "records.parquet"
REFUSED = "refused.jsonl"
SOURCE = "source.json"
NUMBER = pa.field("number", pa.int32(), nullable=False)
"""A member's place among their source's, from 0: what joins fastest. It stays theirs when others are erased."""
AUTHOR_NUMBER = pa.field("author_number", pa.int32())
"""The number of a record's author in its source, ``UNLISTED`` for one who is not among its members, null where there is none."""
UNLISTED = -1
DERIVED = frozenset((NUMBER.name, AUTHOR_NUMBER.name))
"""Columns that follow from others: no part of a row's canonical line."""
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)

_MEMBER_FIELDS = (
    pa.field("member", pa.string(), nullable=False),
    pa.field("name", pa.string()),
    pa.field("handle", pa.string()),
    pa.field("former_names", pa.list_(pa.string())),
    pa.field("former_handles", pa.list_(pa.string())),
    pa.field("region", pa.string()),
    pa.field("country", pa.string()),
    pa.field("born", pa.int32()),
    pa.field("age_min", pa.int16()),
    pa.field("age_max", pa.int16()),
    pa.field("joined_at", pa.int64()),
    pa.field("closed_at", pa.int64()),
)
_RECORD_FIELDS = (
    pa.field("record", pa.string(), nullable=False),
    pa.field("author", pa.string()),
    pa.field("category", pa.string(), nullable=False),
    pa.field("visibility", pa.string(), nullable=False),
    pa.field("created_at", pa.int64()),
    pa.field("collected_at", pa.int64()),
    pa.field("deleted_at", pa.int64()),
    pa.field("language", pa.string()),
    pa.field("text", pa.string(), nullable=False),
    pa.field("contributors", pa.list_(pa.string()), nullable=False),
    pa.field("reply_to", pa.string()),
)


class NamedMember(NamedTuple):
    """A member, and what people call them: a display name and a handle, each ``None`` where not known, and what those were before."""

    member: Member
    name: str | None = None
    handle: str | None = None
    former_names: tuple[str, ...] = ()
    former_handles: tuple[str, ...] = ()


def column_of(attribute: str) -> str:
    """Return the column that carries an attribute.

    >>> column_of("region-source")
    'attr_region_source'
    """
    return "attr_" + attribute.replace("-", "_")


def member_schema(attributes: tuple[str, ...]) -> pa.Schema:
    """Return the schema of the members table that carries these attributes."""
    return pa.schema([*_MEMBER_FIELDS, *_attribute_fields(attributes), NUMBER])


def record_schema(attributes: tuple[str, ...]) -> pa.Schema:
    """Return the schema of the records table that carries these attributes."""
    return pa.schema([*_RECORD_FIELDS, *_attribute_fields(attributes), AUTHOR_NUMBER])


def logical_names(schema: pa.Schema) -> list[str]:
    """Return the names of the columns that a row's canonical line is made of."""
    return [name for name in schema.names if name not in DERIVED]


def _attribute_fields(attributes: tuple[str, ...]) -> list[pa.Field]:
    return [pa.field(column_of(name), pa.string()) for name in attributes]


def member_cells(row: NamedMember, attributes: tuple[str, ...]) -> tuple[object, ...]:
    """Return a member's cells in the order of ``member_schema``, without their number."""
    one = row.member
    carried = dict(one.attributes)
    return (
        one.id, row.name, row.handle, list(row.former_names) or None, list(row.former_handles) or None, one.region,
        one.region and one.region[:2], one.born, one.age_min, one.age_max, one.joined_at, one.closed_at,
        *(carried.get(name) for name in attributes),
    )  # fmt: skip


def record_cells(one: Record, attributes: tuple[str, ...]) -> tuple[object, ...]:
    """Return a record's cells in the order of ``record_schema``, without its author's number."""
    carried = dict(one.attributes)
    return (
        one.id, one.author, one.category, one.visibility, one.created_at, one.collected_at, one.deleted_at, one.language,
        one.text, list(one.contributors), one.reply_to, *(carried.get(name) for name in attributes),
    )  # fmt: skip


def canonical_line(names: list[str], cells: tuple[object, ...]) -> bytes:
    """Return the RFC 8785 bytes of a row as one object of its columns that hold something, and a line feed.

    Within text, integers of at most 2^53 - 1 and lists of text, with ASCII names, the standard library's encoder writes what
    RFC 8785 asks for, thirty times faster than the reference implementation; a test holds the two together.
    Raises ``UnicodeEncodeError`` for a lone surrogate.
    """
    held = {name: cell for name, cell in zip(names, cells, strict=True) if cell is not None}
    return _ENCODER.encode(held).encode() + b"\n"


def attribute_pairs(**pairs: str | None) -> Attributes:
    """Return attributes sorted by name, leaving out those without a value; underscores in names become hyphens.

    >>> attribute_pairs(region_source="location", bot=None)
    (('region-source', 'location'),)
    """
    return tuple(
        sorted((name.replace("_", "-"), value) for name, value in pairs.items() if value is not None)
    )


def stored_lines(file: Path) -> Iterator[bytes]:
    """Return the canonical lines of the rows of a stored table, one after the other, with bounded memory."""
    with pq.ParquetFile(file) as table:
        names = logical_names(table.schema_arrow)
        for batch in table.iter_batches(batch_size=8192, columns=names):
            for row in batch.to_pylist():
                yield canonical_line(names, tuple(row[name] for name in names))
