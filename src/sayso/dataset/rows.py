"""Rows: what of a record is published, under which pseudonyms, in which shard, in which order.

A pseudonym is the same in every version of one data set, so that a shard in which nothing changed stays the same bit for bit
(principle 4), and another in every other data set, so that two recipients cannot join theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from sayso.redact.apply import Redacted
from sayso.redact.operators import WRITTEN
from sayso.redact.spans import counts
from sayso.values.canonical import keyed
from sayso.values.moments import Moment, to_datetime
from sayso.values.records import Record

PSEUDONYM_BYTES = 16
"""128 bits: among 10^9 members two share a pseudonym with a chance below 10^-20 (birthday bound n²/2^129)."""


class Row(NamedTuple):
    """One published row.

    ``record`` and ``member`` are pseudonyms (32 hexadecimal digits); ``created`` is the month, ``yyyy-mm``, or ``None``: the
    second at which something was written finds its author in the platform's own pages, the month does not; ``language`` is a BCP
    47 tag or ``None``; ``redacted`` says what was taken out of ``text``, as ``EMAIL:1 URL:2``; ``reply_to`` is the pseudonym of the
    record that it answers, published or not, ``None`` where it answers none or that is not known.
    """

    record: str
    member: str
    category: str
    visibility: str
    language: str | None
    created: str | None
    text: str
    redacted: str
    reply_to: str | None = None


SCHEMA = pa.schema(
    [
        pa.field(name, pa.string(), nullable=name in ("language", "created", "reply_to"))
        for name in Row._fields
    ]
)
"""The columns of a shard's table."""


GROUP_ROWS = 1 << 16
"""Rows of a group in a shard's file: who writes it a piece at a time holds so many, and writes the same bytes as who has all."""


def shard_file(number: int) -> str:
    """Return the name of a shard's file in its version.

    >>> shard_file(7)
    'shards/0007.parquet'
    """
    return f"shards/{number:04d}.parquet"


def dataset_key(secret: bytes, name: str) -> bytes:
    """Return the 32-byte key of a data set, made from the project's secret and the data set's name."""
    return keyed(secret, "sayso-dataset-v1", _utf8(name))


def key_id(key: bytes) -> str:
    """Return 16 hexadecimal digits that name a data set's key and give nothing of it away.

    >>> key_id(bytes(32)) == key_id(bytes(32)), len(key_id(bytes(32)))
    (True, 16)
    """
    return keyed(key, "key-id", b"")[:8].hex()


def record_pseudonym(key: bytes, record_id: str) -> str:
    """Return the pseudonym of a record: 32 hexadecimal digits that only the key's holder can join to its id."""
    return keyed(key, "record", _utf8(record_id))[:PSEUDONYM_BYTES].hex()


def member_pseudonym(key: bytes, tag: str) -> str:
    """Return the pseudonym of the member of a tag: 32 hexadecimal digits."""
    return keyed(key, "member", _utf8(tag))[:PSEUDONYM_BYTES].hex()


def shard_of(key: bytes, tag: str, shards: int) -> int:
    """Return the shard, from 0 up to, not including, ``shards``, that a member's slice lives in.

    It rests on the tag alone: nobody's coming or going moves anybody else. Raises ``ValueError`` for less than one shard.

    >>> 0 <= shard_of(bytes(32), "t1", 4) < 4
    True
    """
    if shards < 1:
        raise ValueError("a data set has at least one shard")
    return int.from_bytes(keyed(key, "shard", _utf8(tag))[:8]) % shards


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # an id may be any text that came in; two stay two


def month_of(moment: Moment | None) -> str | None:
    """Return the month of a moment, in UTC.

    >>> from sayso.values.moments import parse_moment
    >>> month_of(parse_moment("2019-03-31T23:59:59Z")), month_of(None)
    ('2019-03', None)
    """
    return None if moment is None else f"{to_datetime(moment):%Y-%m}"


def row_of(record: Record, tag: str, redacted: Redacted, key: bytes) -> Row:
    """Return the row under which a record is published: pseudonyms for ids, a month for the moment, redacted text."""
    return Row(
        record=record_pseudonym(key, record.id),
        member=member_pseudonym(key, tag),
        category=record.category,
        visibility=record.visibility,
        language=record.language,
        created=month_of(record.created_at),
        text=redacted.text,
        redacted=format_counts(counts(redacted.receipt)),
        reply_to=None if record.reply_to is None else record_pseudonym(key, record.reply_to),
    )


def format_counts(pairs: Iterable[tuple[str, int]]) -> str:
    """Return label counts as a row holds them.

    >>> format_counts((("EMAIL", 1), ("URL", 2)))
    'EMAIL:1 URL:2'
    """
    return " ".join(f"{label}:{count}" for label, count in pairs)


def parse_counts(text: str) -> tuple[tuple[str, int], ...]:
    """Return what ``format_counts`` wrote.

    Raises ``ValueError`` for anything else.

    >>> parse_counts("EMAIL:1 URL:2"), parse_counts("")
    ((('EMAIL', 1), ('URL', 2)), ())
    """
    pairs = [part.partition(":") for part in text.split(" ")] if text else []
    return tuple((label, int(count)) for label, _, count in pairs)


def says_nothing(text: str) -> bool:
    """Tell whether redaction left no letter and no digit: such a row would teach nothing but labels.

    >>> says_nothing("[EMAIL], [URL]!"), says_nothing("see [URL]")
    (True, False)
    """
    return not any(letter.isalnum() for letter in WRITTEN.sub("", text))


def in_order(tables: Iterable[pa.Table]) -> pa.Table:
    """Return the rows of tables of ``SCHEMA`` as one, in the order of a shard: by member, then by record.

    It gives away nothing of when they came. Where a table has no ``reply_to``, as shards had none at first, its rows do not say it.
    """
    return with_places(tables)[0]


def with_places(tables: Iterable[pa.Table]) -> tuple[pa.Table, pa.Array]:
    """Return the rows of tables ``in_order``, and of each its place among all before."""
    whole = pa.concat_tables([SCHEMA.empty_table(), *map(_of_schema, tables)])
    order = pc.sort_indices(whole, sort_keys=[("member", "ascending"), ("record", "ascending")])
    return whole.take(order).combine_chunks(), order


def _of_schema(table: pa.Table) -> pa.Table:
    if "reply_to" not in table.column_names:
        table = table.append_column("reply_to", pa.nulls(table.num_rows, pa.string()))
    return table.select(SCHEMA.names).cast(SCHEMA)


def to_table(rows: Iterable[Row]) -> pa.Table:
    """Return rows as a table of ``SCHEMA``, in the order given."""
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    return pa.table([pa.array(column, pa.string()) for column in columns], schema=SCHEMA)


def from_table(table: pa.Table) -> Iterator[Row]:
    """Yield the rows of a table that has the columns of ``SCHEMA``, whatever string type and chunks an engine chose.

    Raises ``KeyError`` when a column is missing, but for ``reply_to``: shards had none at first, and no row of theirs says it.
    """
    if "reply_to" not in table.column_names:
        table = table.append_column("reply_to", pa.nulls(table.num_rows, pa.string()))
    for batch in table.select(SCHEMA.names).to_batches():
        yield from map(Row._make, zip(*(column.to_pylist() for column in batch.columns), strict=True))
