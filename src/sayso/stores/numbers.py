"""The numbers by which a gate joins records to their authors, held against the ids that they stand for."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from sayso.stores.queries import querying

_TWICE = "SELECT COUNT(*) - COUNT(DISTINCT number) FROM read_parquet(?)"
_OTHERS = """
    SELECT COUNT(*) FROM read_parquet(?) r LEFT JOIN read_parquet(?) m ON m.member = r.author
    WHERE r.author_number IS DISTINCT FROM CASE WHEN r.author IS NOT NULL THEN COALESCE(m.number, -1) END
"""


def misnumbered(members: Path, records: Path) -> int:
    """Return how many members share a number, and how many records have one that is not their author's; 0 where there are none.

    A source that was brought in before there were numbers has none. Raises ``OSError``, ``duckdb.Error`` or ``ValueError``
    where a file cannot be read.
    """
    columns = {*pq.read_schema(members).names, *pq.read_schema(records).names}
    if not {"number", "author_number"} <= columns:
        return 0
    with querying() as db:
        twice = db.execute(_TWICE, [str(members)]).fetchone() or (0,)
        others = db.execute(_OTHERS, [str(records), str(members)]).fetchone() or (0,)
    return int(twice[0] + others[0])
