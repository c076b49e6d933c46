"""What is other in a source than it was: records and members, by their ids, with what is not there any more and still matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

RECORDS = pa.schema([("record", pa.string()), ("author", pa.string()), ("was", pa.bool_())])
"""Records that are new, gone or other than they were: whether there was one of that id, and whose it was (null: not known)."""


class Former(NamedTuple):
    """A member who is new, gone or other than they were, with the names and handles that they had."""

    member: str
    names: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Changed:
    """Records as ``RECORDS`` has them, and members; of some of both it may say too many, never too few."""

    records: pa.Table
    members: tuple[Former, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything changed."""
        return bool(self.records.num_rows or self.members)

    @property
    def ids(self) -> pa.Array:
        """Return the ids of the records, each once."""
        return pc.unique(self.records.column("record"))

    @property
    def only_new(self) -> bool:
        """Tell whether there are new records and nothing else is other."""
        return not self.members and not pc.any(self.records.column("was"), min_count=0).as_py()

    def written(self) -> list[tuple[str, str]]:
        """Return the records that there were, each with its author, where they had one."""
        was = self.records.filter(
            pc.and_(self.records.column("was"), self.records.column("author").is_valid())
        )
        return list(zip(was.column("record").to_pylist(), was.column("author").to_pylist(), strict=True))


NOTHING = Changed(RECORDS.empty_table())


def together(some: Sequence[Changed]) -> Changed:
    """Return all changes of several as one."""
    tables = [RECORDS.empty_table(), *(one.records for one in some)]
    return Changed(pa.concat_tables(tables), tuple(member for one in some for member in one.members))
