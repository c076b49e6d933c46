"""Reading a published data set as it may be used now: without whoever has said no since it was published.

Nothing is written. Every record is decided on again, as the log, the policy and the sources are at this moment; rows that are not
permitted any more are left out, and so are rows that still may name somebody who has said no since. A withdrawal makes the same
of the files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from sayso.dataset.manifest import Manifest
from sayso.errors import IntegrityError, Problem, Refused
from sayso.ports import Artefacts
from sayso.workflows.build import MENTION_INDEX, published_manifest
from sayso.workflows.carry import Base, Change, compare
from sayso.workflows.facts import Yard, acquaintance, gate_tables
from sayso.workflows.logstate import LogState
from sayso.workflows.plan import gate_at
from sayso.workflows.revise import objectors
from sayso.workflows.slices import Slicer
from sayso.workflows.withdraw import published


@dataclass(frozen=True, eq=False)
class Opened:
    """A published version, and which of its rows are left out."""

    manifest: Manifest
    base: Base
    change: Change

    @property
    def left_out(self) -> int:
        """Return how many of the published rows are left out."""
        return self.change.rows_dropped

    def tables(self) -> Iterator[pa.Table]:
        """Yield the rows of one shard after the other."""
        for number in range(len(self.base.shards)):
            table = self.change.kept(self.base, number)
            if table is not None:
                yield table


def open_published(yard: Yard, artefacts: Artefacts, name: str) -> Opened:
    """Return the published version of a data set without what may not be used at this moment.

    Raises ``InputError`` where nothing of that name is published, ``Refused`` where its manifest is missing or damaged,
    ``IntegrityError`` where a shard is not, to the bit, what was published.
    """
    manifest = published_manifest(yard, artefacts, published(yard, name))
    if manifest is None:
        raise Refused(
            Problem("bad-manifest", "the published manifest does not hold", advice="run `sayso verify`")
        )
    base, change = _compared(yard, artefacts, manifest)
    if change.broken:
        what = f"{len(change.broken)} shards of {name} are not, to the bit, what was published"
        raise IntegrityError(Problem("changed-shard", what, advice="run `sayso verify`, then `sayso build`"))
    return Opened(manifest, base, change)


def _compared(yard: Yard, artefacts: Artefacts, manifest: Manifest) -> tuple[Base, Change]:
    policy, use = yard.book.policy, manifest.use
    state = LogState(yard.book.log)
    state.extend(manifest.log.size)
    then = objectors(policy, use, manifest.decided_at, state.index)
    state.extend(yard.book.log.size())
    at = max(yard.book.clock.now(), state.latest)
    store = artefacts.shards(manifest.name, manifest.version)
    base = Base(store, manifest.shards, store.read(MENTION_INDEX), then, manifest.redaction.version)
    known = acquaintance(yard, use, at, state.index)
    since = known.objectors - then
    named = [one for one in known.members if one.tag in since]
    slicer = Slicer(yard.book.keys.secret(), manifest.name, len(manifest.shards), yard.tags.table())
    with yard.open_engine(gate_tables(yard, state.index)) as engine:
        engine.stand(gate_at(policy, use, at, state.index))
        spotter = yard.open_spotter(named) if named else None
        return base, compare(engine, slicer, base, spotter, originals=False)
