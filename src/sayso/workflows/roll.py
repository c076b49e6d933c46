"""The roll of a project's members, which redaction is made from: kept for as long as nobody is called otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

import pyarrow as pa

from sayso.redaction_ports import Acquaintance, Known
from sayso.workflows.facts import MEMBERS_FILE, Yard
from sayso.workflows.keeping import Snapshots, keep, kept
from sayso.workflows.revise import known_members, objectors

if TYPE_CHECKING:
    from sayso.ledger.index import LogIndex
    from sayso.redact.owners import Roll
    from sayso.values.moments import Moment
    from sayso.values.uses import Use

ROLL = "names.roll"
"""The name of what is kept. It holds folded names and handles, as the sources do: whoever changes these has to drop it."""


def acquaintance(
    yard: Yard, use: Use, at: Moment, index: LogIndex, tags: pa.Table | None = None
) -> Acquaintance:
    """Return whom redaction knows when it makes texts ready for a use at a moment; ``tags`` is the tags' table, if it is at hand."""
    table = yard.tags.table() if tags is None else tags
    return Acquaintance(_roll_of(yard, table), objectors(yard.book.policy, use, at, index))


def called(yard: Yard, tags: frozenset[str]) -> list[Known]:
    """Return those of some members, by their tags, who have or had a name or a handle."""
    ids = {member: tag for tag in sorted(tags) if (member := yard.tags.member_of(tag)) is not None}
    return sorted(known_members(_files(yard), ids))


def drop_roll(snapshots: Snapshots | None) -> None:
    """Leave nothing of the names that were kept."""
    if snapshots is not None:
        snapshots.drop(ROLL)


def _files(yard: Yard) -> list[str]:
    return [str(yard.sources.folder(name) / MEMBERS_FILE) for name in yard.sources.names()]


def _roll_of(yard: Yard, tags: pa.Table) -> Roll:
    # Not before it is needed: most commands redact nothing.
    from sayso.redact.owners import ROLLS, Roll

    ground = b"".join(_ground(yard, tags, ROLLS))
    found = kept(yard.book, yard.snapshots, ROLL, ground)
    if found is not None:
        return Roll.from_bytes(found[1])
    tags_of = dict(zip(tags.column("member").to_pylist(), tags.column("tag").to_pylist(), strict=True))
    roll = Roll.of(known_members(_files(yard), tags_of))
    keep(yard.book, yard.snapshots, ROLL, yard.book.log.size(), roll.to_bytes(), ground)
    return roll


def _ground(yard: Yard, tags: pa.Table, rules: str) -> Iterator[bytes]:
    """Yield what a roll rests on: the rules of folding, the sources' files, and the members' tags."""
    yield repr((rules, [yard.sources.members_sum(name) for name in yard.sources.names()])).encode()
    seal = sha256()
    for batch in tags.to_batches():
        seal.update(batch.serialize())
    yield seal.digest()
