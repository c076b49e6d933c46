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
from sayso.ledger.events import DatasetPublished
from sayso.policy.gate import Gate
from sayso.ports import Artefacts
from sayso.redaction_ports import Acquaintance, Spotter
from sayso.workflows.build import published_manifest
from sayso.workflows.carry import Base, Change, compare, touched
from sayso.workflows.facts import Yard
from sayso.workflows.grounds import as_base, sources_of
from sayso.workflows.logstate import stood
from sayso.workflows.plan import gate_at
from sayso.workflows.roll import acquaintance, called
from sayso.workflows.slices import Slicer
from sayso.workflows.tables import gate_tables
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


def open_published(yard: Yard, artefacts: Artefacts, name: str, texts: bool = True) -> Opened:
    """Return the published version of a data set without what may not be used at this moment.

    Without ``texts`` the rows that may name somebody who has said no since are not looked for: that takes reading all of them.

    Raises ``InputError`` where nothing of that name is published, ``Refused`` where its manifest is missing or damaged,
    ``IntegrityError`` where a shard is not, to the bit, what was published.
    """
    manifest = manifest_of(yard, artefacts, name)
    base, change = _compared(yard, artefacts, manifest, texts)
    if change.broken:
        what = f"{len(change.broken)} shards of {name} are not, to the bit, what was published"
        raise IntegrityError(Problem("changed-shard", what, advice="run `sayso verify`, then `sayso build`"))
    return Opened(manifest, base, change)


def manifest_of(
    yard: Yard, artefacts: Artefacts, name: str, last: DatasetPublished | None = None
) -> Manifest:
    """Return the manifest of the published version of a data set; ``last`` is its last publication, where that is at hand.

    Raises ``InputError`` where nothing of that name is published, ``Refused`` where its manifest is missing or damaged.
    """
    manifest = published_manifest(yard, artefacts, last or published(yard, name))
    if manifest is None:
        raise Refused(
            Problem("bad-manifest", "the published manifest does not hold", advice="run `sayso verify`")
        )
    return manifest


def _compared(yard: Yard, artefacts: Artefacts, manifest: Manifest, texts: bool) -> tuple[Base, Change]:
    policy, use = yard.book.policy, manifest.use
    state = stood(yard)
    at = max(yard.book.clock.now(), state.latest)
    base = as_base(yard, artefacts.shards(manifest.name, manifest.version), manifest, state.index)
    tables = gate_tables(yard, state.index)
    slicer = Slicer(yard.book.keys.secret(), manifest.name, len(manifest.shards), tables.tags)
    gate = gate_at(policy, use, at, state.index)
    with yard.open_engine(tables) as engine:
        engine.stand(gate)
        records, _ = touched(
            yard, tables, engine, (_gate_of(yard, manifest, base), gate), base, at, counted=False
        )
        records = records if _is_same_ground(yard, manifest) else None
        known = acquaintance(yard, use, at, state.index, tables.tags) if texts else None
        spotter = _spotter(yard, known, base) if known is not None else None
        return base, compare(engine, slicer, base, spotter, records, originals=False)


def _gate_of(yard: Yard, manifest: Manifest, base: Base) -> Gate:
    index, at = base.decided
    return gate_at(yard.book.policy, manifest.use, at, index)


def _is_same_ground(yard: Yard, manifest: Manifest) -> bool:
    """Tell whether the sources and the policy file are those that a version was decided by."""
    return (manifest.sources, manifest.policy.digest) == (sources_of(yard), yard.book.policy.digest)


def _spotter(yard: Yard, known: Acquaintance, base: Base) -> Spotter | None:
    named = called(yard, known.objectors - base.objectors)
    return yard.open_spotter(named, known.roll) if named else None
