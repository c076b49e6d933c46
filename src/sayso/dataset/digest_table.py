"""The logical digest of a shard that is a table: what ``shard_digest`` gives for its rows, without making rows of them."""

from __future__ import annotations

from hashlib import sha256
from json.encoder import encode_basestring as quoted

import pyarrow as pa
import pyarrow.compute as pc

from sayso.dataset.digest import digest_of_leaves
from sayso.dataset.rows import SCHEMA

HASH = 32
"""The bytes of a leaf hash (SHA-256)."""
_BATCH_ROWS = 20_000
_SPECIAL = r'["\\\x00-\x1f]'
_ORDER = tuple(sorted(SCHEMA.names))  # RFC 8785 section 3.2.3: the names of these fields are ASCII
# Made once: turning a Python value into one of Arrow's costs more than joining a thousand texts.
_NAMES = {name: pa.scalar(("," if place else "{") + f'"{name}":') for place, name in enumerate(_ORDER)}
_QUOTE, _NULL, _END, _NOTHING, _FALSE = map(pa.scalar, ('"', "null", "}", "", False))


def table_digest(table: pa.Table) -> str:
    """Return the logical digest (``LOGICAL``) of a table of ``SCHEMA``, in the order of its rows, as 64 hexadecimal digits.

    >>> table_digest(SCHEMA.empty_table())[:16]
    'e3b0c44298fc1c14'
    """
    return digest_of_hashes(row_hashes(table))


def row_hashes(table: pa.Table) -> bytes:
    """Return the leaf hashes of the rows of a table of ``SCHEMA``, of which a logical digest is made: ``HASH`` bytes for each row.

    >>> row_hashes(SCHEMA.empty_table())
    b''
    """
    batches = table.to_batches(max_chunksize=_BATCH_ROWS)
    return b"".join(leaf for batch in batches for leaf in leaves(batch))


def digest_of_hashes(hashes: bytes) -> str:
    """Return the logical digest of rows by their leaf hashes (``row_hashes``), in their order.

    >>> digest_of_hashes(row_hashes(SCHEMA.empty_table())) == table_digest(SCHEMA.empty_table())
    True
    """
    return digest_of_leaves([hashes[begin : begin + HASH] for begin in range(0, len(hashes), HASH)])


def leaves(batch: pa.RecordBatch) -> list[bytes]:
    """Return the leaf hashes of rows of ``SCHEMA``, of which a logical digest is made."""
    return [sha256(b"\0" + row).digest() for row in _rows(batch)]


def _rows(batch: pa.RecordBatch) -> list[bytes]:
    """Return the RFC 8785 bytes of each row, as ``row_bytes`` does."""
    parts = [part for name in _ORDER for part in (_NAMES[name], _json(batch.column(name)))]
    joined = pc.binary_join_element_wise(*parts, _END, _NOTHING)
    found: list[bytes] = joined.cast(pa.binary()).to_pylist()
    return found


def _json(column: pa.Array) -> pa.Array:
    """Return texts as JSON; the few with something to escape one by one."""
    special = pc.match_substring_regex(column, _SPECIAL)
    written = pc.binary_join_element_wise(_QUOTE, column, _QUOTE, _NOTHING)
    if pc.any(special).as_py():
        escaped = [quoted(text) for text in column.filter(special).to_pylist()]
        written = pc.replace_with_mask(written, pc.fill_null(special, _FALSE), pa.array(escaped, pa.string()))
    return pc.fill_null(written, _NULL)
