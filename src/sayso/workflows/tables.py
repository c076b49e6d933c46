"""The tables that a gate reads: the sources as they are, and what the log says at a size."""

from __future__ import annotations

from dataclasses import replace

import pyarrow.compute as pc

from sayso.errors import InputError, Problem
from sayso.ledger.index import LogIndex
from sayso.ports import GateTables
from sayso.workflows.deletions import deletions
from sayso.workflows.facts import MEMBERS_FILE, RECORDS_FILE, Yard


def gate_tables(yard: Yard, index: LogIndex) -> GateTables:
    """Return the tables of a gate at the state of the log that was folded.

    Raises ``InputError`` where nothing has been brought in yet.
    """
    names = yard.sources.names()
    if not names:
        raise InputError(
            Problem(
                "no-records",
                "nothing has been brought in yet",
                advice="run `sayso import` first; see `sayso import --help`",
            )
        )
    folders = [yard.sources.folder(name) for name in names]
    return GateTables(
        tuple(folder / MEMBERS_FILE for folder in folders),
        tuple(folder / RECORDS_FILE for folder in folders),
        yard.tags.table(),
        index.words,
        index.personal,
        index.closings,
        deletions(yard, index),
    )


def before(tables: GateTables, index: LogIndex) -> GateTables:
    """Return the tables as they were at an earlier index of the log, over the same sources and tags."""
    earlier = tables.deletions.filter(pc.less(tables.deletions.column("entry"), index.size))
    return replace(
        tables, words=index.words, notices=index.personal, closings=index.closings, deletions=earlier
    )
