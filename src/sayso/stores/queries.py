"""SQL over files, with no tables of its own: one database in memory serves a whole process.

To open another takes 30 ms, longer than most of these queries. It keeps nothing of what it read: files are read anew each time, or
what was changed beneath would not be noticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import duckdb


@contextmanager
def querying() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a cursor of one's own, for one thread; what a query has yet to give is dropped with it."""
    with _database().cursor() as cursor:
        yield cursor


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"enable_external_file_cache": False})
