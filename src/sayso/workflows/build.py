"""A training set is built and published: decided, redacted, sharded, signed, and true at the moment it is published.

The bulk is done on the log as it was at the start, and what would come out as in the version before is taken over from it
(``carry``). Before publishing, the log's tail is read and decided again: only the shards that it touches are made anew. The
publishing entry goes into the log only if the log is still what was decided on, so that a no acknowledged before it is never in
the set (DESIGN section 4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sayso.dataset.card import card
from sayso.dataset.funnel import Funnel, Withheld, tally
from sayso.dataset.manifest import (
    LogUsed,
    Manifest,
    PolicyUsed,
    Shard,
    manifest_digest,
)
from sayso.dataset.reading import open_manifest_of, seal_manifest
from sayso.dataset.rows import key_id
from sayso.dataset.taken import RedactionUsed
from sayso.errors import EdgeError, InputError, IntegrityError, Problem, Refused
from sayso.ledger.events import DatasetPublished, Entry, Event
from sayso.policy.codes import PERMIT_FROM, outcome_of
from sayso.ports import Artefacts, Engine, GateTables, ShardStore
from sayso.slicing import Job, Progress
from sayso.values.moments import Moment
from sayso.values.uses import Use
from sayso.workflows.carry import Base, Change, but_directory, compare, touched
from sayso.workflows.facts import ComparingEngine, Yard, reading
from sayso.workflows.grounds import CODE, MENTION_INDEX, base_of, sources_of, spotter_of
from sayso.workflows.logbook import checkpoint, pending_adoption
from sayso.workflows.logstate import Bearing, LogState, stood
from sayso.workflows.outline import Outline, keep_outline
from sayso.workflows.plan import check_use, gate_at
from sayso.workflows.presence import presence
from sayso.workflows.roll import acquaintance
from sayso.workflows.row_hashes import RowHashes
from sayso.workflows.slices import Slicer, finish, mention_index, renewed, taken_of
from sayso.workflows.tables import gate_tables

MANIFEST, CARD = "manifest.dsse.json", "card.md"
PATIENCE = 5
"""Times that the tail is caught up with while others may write; after that they wait, else a busy log would win for ever."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Request:
    """What to build: a data set's name, its use, how many shards if it is new, and an entry that must be taken into account.

    ``whole`` makes everything anew, as though there were no version before; what is published is the same. ``changed`` publishes
    only what differs from the version before, ``dry`` publishes nothing.
    """

    name: str
    use: Use
    shards: int
    at_least: int | None = None
    whole: bool = False
    changed: bool = False
    dry: bool = False


@dataclass(frozen=True, slots=True)
class Built:
    """A version: its manifest, the manifest's digest, the publishing entry, and how often the tail changed it.

    ``entry`` is ``None`` where nothing was published: because it was not to be, or nothing had changed.
    ``carried`` rows were taken over from the version ``before`` (``None``: there was none), and ``change`` says why others were
    not (``None``: everything was made anew).
    """

    manifest: Manifest
    digest: str
    entry: Entry | None
    remade: int
    unchanged: bool
    carried: int = 0
    before: Manifest | None = None
    change: Change | None = None


def build(yard: Yard, artefacts: Artefacts, request: Request, progress: Progress) -> Built:
    """Return the version of the data set that is published from then on.

    Raises ``InputError`` for a name that is none and a use that the policy does not have, ``Refused`` while another process
    builds the same data set, for a log that is not as fresh as demanded, and when the sources keep changing meanwhile.
    """
    if not _NAME.fullmatch(request.name):
        advice = "use lower-case letters, digits and hyphens, at most 64"
        raise InputError(Problem("bad-name", f"{request.name!r} is not a name for a data set", advice=advice))
    check_use(yard.book.policy, request.use)
    _check_freshness(yard, request.at_least)
    for _ in range(PATIENCE):
        with artefacts.building(request.name) as draft:
            built = _Attempt(yard, artefacts, request, draft, progress).run()
        if built is not None:
            checkpoint(yard.book.log, yard.book.keys)
            return built
    advice = "build again when imports and erasures have finished"
    raise Refused(
        Problem("unquiet-sources", "the sources or the policy changed during every attempt", advice=advice)
    )


def _check_freshness(yard: Yard, at_least: int | None) -> None:
    size = yard.book.log.size()
    if at_least is not None and at_least >= size:
        what = f"the log has no entry {at_least} yet: its last is {size - 1}"
        raise Refused(Problem("not-fresh", what, advice="is this the log that gave you that entry number?"))


def settle(yard: Yard, artefacts: Artefacts, state: LogState, name: str) -> None:
    """Let readers see what the log says was published, where a process was killed between the two."""
    last = state.published.get(name)
    if last is not None and _pointed(artefacts, name) != last.version:
        manifest = published_manifest(yard, artefacts, last)
        if manifest is not None:
            artefacts.point(name, last.version)


def _pointed(artefacts: Artefacts, name: str) -> int | None:
    try:
        return artefacts.current(name)
    except IntegrityError:
        return None  # a damaged pointer is mended by pointing again


def published_manifest(yard: Yard, artefacts: Artefacts, event: DatasetPublished) -> Manifest | None:
    """Return the manifest that the log says was published, ``None`` where it is missing or damaged."""
    data = artefacts.manifest(event.name, event.version)
    if data is None:
        return None
    try:
        return open_manifest_of(data, yard.book.keys.public_key(), event.manifest)
    except (InputError, IntegrityError):
        return None  # `verify` names it; a damaged version is no reason to make no other


class _Attempt:
    """One attempt: it ends with what was published, or with ``None`` where it has to begin again."""

    def __init__(
        self, yard: Yard, artefacts: Artefacts, request: Request, draft: ShardStore, progress: Progress
    ) -> None:
        self.yard, self.artefacts, self.request = reading(yard) if request.dry else yard, artefacts, request
        self.draft, self.progress = draft, progress
        self.hashes = RowHashes(self.yard.book, self.yard.snapshots, request.name)
        self.remade = self.carried = 0
        self.change: Change | None = None

    def run(self) -> Built | None:
        """Return what was published, ``None`` where the sources changed, whatever that made fail."""
        self.sources = sources_of(self.yard)
        try:
            return self._run()
        except (EdgeError, IntegrityError):
            if sources_of(self.yard) != self.sources:
                return None
            raise

    def _run(self) -> Built | None:
        log = self.yard.book.log
        self.state = stood(self.yard)
        self.previous = self._previous()
        settle(self.yard, self.artefacts, self.state, self.request.name)
        shards = len(self.previous.shards) if self.previous else self.request.shards
        tables = gate_tables(self.yard, self.state.index)
        self.slicer = Slicer(self.yard.book.keys.secret(), self.request.name, shards, tables.tags)
        self._make(tables)
        if self.request.dry or (self.request.changed and self._is_as_before()):
            return self._unpublished()
        for _ in range(PATIENCE):
            entries = self._publish_if(self.state.size)
            if entries is not None:
                return self._done(entries[-1])
            if not self._catch_up(log.size()):
                return None
        return self._publish_while_others_wait()

    def _publish_while_others_wait(self) -> Built | None:
        with self.yard.book.log.hold() as held:
            if not self._catch_up(held.size()):
                return None
            now = self._now()
            entries = held.append(self._seal(), now)
        return self._done(entries[-1])

    def _now(self) -> Moment:
        # Never before what the log holds: a no logged by a faster clock must count.
        return max(self.yard.book.clock.now(), self.state.latest)

    def _previous(self) -> Manifest | None:
        last = self.state.published.get(self.request.name)
        return None if last is None else published_manifest(self.yard, self.artefacts, last)

    # Deciding

    def _stand(self, engine: Engine, tables: GateTables) -> None:
        self.at, self.index, self.tables = self._now(), self.state.index, tables
        self.gate = gate_at(self.yard.book.policy, self.request.use, self.at, self.index)
        engine.stand(self.gate)
        self.known = acquaintance(self.yard, self.request.use, self.at, self.index, tables.tags)

    def _make(self, tables: GateTables) -> None:
        base = None
        if self.previous is not None and not self.request.whole:
            base = base_of(self.yard, self.artefacts, self.previous, self.sources, self.state.index)
        with self.yard.open_engine(tables) as engine:
            self._stand(engine, tables)
            if base is None or not self._take_over(engine, base):
                self._make_all(engine)
            elif self.previous is not None and self.change is not None:
                self.carried = self.previous.rows - self.change.rows_dropped

    def _make_all(self, engine: Engine) -> None:
        key, shards = self.slicer.key, self.slicer.shards
        job = Job(engine, self.tables, self.gate, self.known, key, shards, self.hashes.keep)
        with self.yard.open_slicing(job) as slicing:
            self.counts, self.redaction, self.measured = slicing.counts, slicing.version, slicing.measured
            sliced = slicing.slices(self.draft, self.progress)
        self.shards, self.mentions = sliced.shards, sliced.mentions

    def _take_over(self, engine: ComparingEngine, base: Base) -> bool:
        """Make the shards from a base; return whether they could be: not where other rules or detectors made it."""
        gate = gate_at(self.yard.book.policy, self.request.use, base.decided[1], base.decided[0])
        records, counts = touched(self.yard, self.tables, engine, (gate, self.gate), base, self.at)
        self.counts = engine.counts() if counts is None else counts
        change = compare(engine, self.slicer, base, spotter_of(self.yard, base, self.known), records)
        with self.yard.open_reviser(self.known, self.slicer.key, len(change.redo)) as reviser:
            if but_directory(reviser.version) != but_directory(base.redaction):
                return False
            self.redaction, self.measured = reviser.version, reviser.measured
            wanted = change.wanted(engine)
            fresh = self.slicer.fill(wanted, self.draft, reviser, self.progress)
        self.mentions = mention_index(change.mentions(base), fresh)
        others = [n for n in range(self.slicer.shards) if change.touches(n) or n in self.draft.parts()]
        self.shards = tuple(self._next(base, change, n, n in others) for n in range(self.slicer.shards))
        self.change = self.change or change
        self.touched = len(others)
        return True

    def _next(self, base: Base, change: Change, number: int, touched: bool) -> Shard:
        """Return a shard after a change: its file is another, or as it was to the bit."""
        if touched and number in change.broken:
            return finish(self.draft, number, self.hashes.keep)
        shard = base.shards[number]
        if touched:
            hashes = self.hashes.of(shard)
            fresh = renewed(self.draft, number, change.parted(base, number), hashes, self.hashes.keep)
            if fresh is not None:
                return fresh
        if base.store is not self.draft:
            self.draft.take(base.store, shard.name)
        return shard

    def _catch_up(self, size: int) -> bool:
        """Decide again what the log's tail has changed, up to a size; return whether the attempt still stands."""
        found = self.state.extend(size)
        if found is Bearing.BEGIN_AGAIN or sources_of(self.yard) != self.sources:
            return False
        if found is Bearing.DECIDE_AGAIN:
            said_no, decided = self.known.objectors, (self.index, self.at)
            base = Base(self.draft, self.shards, self.mentions, said_no, self.redaction, decided, self.counts)
            tables = gate_tables(self.yard, self.state.index)
            with self.yard.open_engine(tables) as engine:
                self._stand(engine, tables)
                self._take_over(engine, base)
            self.remade += self.touched
        return True

    # Publishing

    def _publish_if(self, size: int) -> tuple[Entry, ...] | None:
        if sources_of(self.yard) != self.sources:
            return None
        events = self._seal()
        entries = self.yard.book.log.append_if(size, events, self._now())
        if entries is None:
            self.artefacts.unseal(self.request.name, self.manifest.version)
        return entries

    def _seal(self) -> tuple[Event, ...]:
        indexed = self.draft.put_table(MENTION_INDEX, self.mentions)
        self.manifest = manifest = self._manifest(indexed)
        keys = self.yard.book.keys
        self.draft.put(MANIFEST, seal_manifest(manifest, keys.public_key(), keys.sign))
        self.draft.put(CARD, card(manifest).encode())
        self.draft.close()
        self.artefacts.seal(manifest.name, manifest.version)
        published = DatasetPublished(
            manifest.name,
            manifest.version,
            manifest_digest(manifest),
            manifest.use.purpose,
            manifest.use.recipient,
            manifest.decided_at,
            manifest.log.size,
            manifest.rows,
        )
        return (*pending_adoption(self.yard.book), published)

    def _done(self, entry: Entry) -> Built:
        name, version = self.manifest.name, self.manifest.version
        self.artefacts.point(name, version)
        presence(self.yard, self.artefacts.shards(name, version), self.manifest)
        keep_outline(self.yard, Outline.of(self.state))
        return self._built(entry)

    def _unpublished(self) -> Built:
        self.manifest = self._manifest(self.draft.put_table(MENTION_INDEX, self.mentions))
        return self._built(None)

    def _built(self, entry: Entry | None) -> Built:
        digest, unchanged = manifest_digest(self.manifest), self._is_as_before()
        return Built(
            self.manifest, digest, entry, self.remade, unchanged, self.carried, self.previous, self.change
        )

    def _is_as_before(self) -> bool:
        before = self.previous.shards if self.previous else None
        return before is not None and [s.logical for s in before] == [s.logical for s in self.shards]

    def _manifest(self, indexed: str) -> Manifest:
        book, last = self.yard.book, self.state.published.get(self.request.name)
        return Manifest(
            self.request.name,
            last.version + 1 if last else 1,
            self.request.use,
            PolicyUsed(book.policy.id, book.policy.digest, self.gate.version),
            self.at,
            LogUsed(book.keys.origin(), self.state.size, book.log.root(self.state.size)),
            self.sources,
            RedactionUsed(self.redaction, indexed, taken_of(self.draft, self.shards), self.measured),
            CODE,
            self.shards,
            funnel_of(self.counts, self.shards),
            key_id(self.slicer.key),
            last.manifest if last else None,
        )


def funnel_of(counts: tuple[tuple[int, int], ...], shards: tuple[Shard, ...]) -> Funnel:
    """Return the funnel of a gate's (code, count) pairs and of the rows that redaction left something of."""
    permitted = sum(count for code, count in counts if code >= PERMIT_FROM)
    emptied = permitted - sum(shard.rows for shard in shards)
    return tally(((outcome_of(code), count) for code, count in counts), [(Withheld.NOTHING_LEFT, emptied)])
