"""A training set is built and published: decided, redacted, sharded, signed, and true at the moment it is published.

The bulk is done on the log as it was at the start. Before publishing, the log's tail is read and decided again: only the shards
that it touches are made anew. The publishing entry goes into the log only if the log is still what was decided on, so that a no
acknowledged before it is never in the set (DESIGN section 4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sayso import __version__
from sayso.dataset.card import card
from sayso.dataset.funnel import Funnel, Withheld, tally
from sayso.dataset.manifest import (
    LogUsed,
    Manifest,
    PolicyUsed,
    Shard,
    SourceUsed,
    manifest_digest,
)
from sayso.dataset.reading import open_manifest, seal_manifest
from sayso.dataset.rows import key_id
from sayso.dataset.taken import RedactionUsed, Taken, Tally
from sayso.errors import EdgeError, InputError, IntegrityError, Problem, Refused
from sayso.ledger.events import DatasetPublished, Entry, Event
from sayso.policy.codes import PERMIT_FROM, outcome_of
from sayso.policy.gate import Gate
from sayso.ports import Artefacts, Engine, ShardStore
from sayso.values.moments import Moment
from sayso.values.uses import Use
from sayso.workflows.facts import Yard, acquaintance, gate_tables
from sayso.workflows.logbook import checkpoint, pending_adoption
from sayso.workflows.logstate import Bearing, LogState
from sayso.workflows.plan import check_use, gate_at
from sayso.workflows.revise import objectors
from sayso.workflows.slices import Progress, Slice, Slicer, finish, mention_table

MANIFEST, CARD = "manifest.dsse.json", "card.md"
MENTION_INDEX = "private/mentions.parquet"
"""Which published records speak of whom: for the platform alone, so that a later no finds them. It is not for recipients."""
CODE = f"sayso/{__version__}"
PATIENCE = 5
"""Times that the tail is caught up with while others may write; after that they wait, else a busy log would win for ever."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Request:
    """What to build: a data set's name, its use, how many shards if it is new, and an entry that must be taken into account."""

    name: str
    use: Use
    shards: int
    at_least: int | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A published version: its manifest, the manifest's digest, the publishing entry, and how often the tail changed it."""

    manifest: Manifest
    digest: str
    entry: Entry
    remade: int
    unchanged: bool


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
        manifest = open_manifest(data, yard.book.keys.public_key())
    except (InputError, IntegrityError):
        return None  # `verify` names it; a damaged version is no reason to make no other
    return manifest if manifest_digest(manifest) == event.manifest else None


class _Attempt:
    """One attempt: it ends with what was published, or with ``None`` where it has to begin again."""

    def __init__(
        self, yard: Yard, artefacts: Artefacts, request: Request, draft: ShardStore, progress: Progress
    ) -> None:
        self.yard, self.artefacts, self.request = yard, artefacts, request
        self.draft, self.progress = draft, progress
        self.state = LogState(yard.book.log)
        self.remade = 0

    def run(self) -> Built | None:
        """Return what was published, ``None`` where the sources changed, whatever that made fail."""
        self.sources = self._sources()
        try:
            return self._run()
        except (EdgeError, IntegrityError):
            if self._sources() != self.sources:
                return None
            raise

    def _run(self) -> Built | None:
        log = self.yard.book.log
        self.state.extend(log.size())
        settle(self.yard, self.artefacts, self.state, self.request.name)
        self.previous = self._previous()
        shards = len(self.previous.shards) if self.previous else self.request.shards
        tags = self.yard.tags.table()
        self.slicer = Slicer(self.yard.book.keys.secret(), self.request.name, shards, tags)
        self._make(range(shards))
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

    def _sources(self) -> tuple[SourceUsed, ...]:
        sources = self.yard.sources
        return tuple(SourceUsed(name, sources.digest(name)) for name in sources.names())

    def _previous(self) -> Manifest | None:
        last = self.state.published.get(self.request.name)
        return published_manifest(self.yard, self.artefacts, last) if last else None

    # Deciding

    def _stand(self, engine: Engine) -> Gate:
        gate = gate_at(self.yard.book.policy, self.request.use, self.at, self.state.index)
        engine.stand(gate)
        self.counts, self.gate = engine.counts(), gate
        return gate

    def _make(self, numbers: Sequence[int]) -> None:
        self.at = self._now()
        with self.yard.open_engine(gate_tables(self.yard, self.state.index)) as engine:
            self._stand(engine)
            self.slices = self._fill(engine, frozenset(numbers), self.progress)
        self.shards: list[Shard] = [finish(self.draft, number) for number in numbers]

    def _fill(self, engine: Engine, numbers: frozenset[int], progress: Progress) -> list[Slice]:
        self.known = acquaintance(self.yard, self.request.use, self.at, self.state.index)
        texts = sum(count for code, count in self.counts if code >= PERMIT_FROM)
        with self.yard.open_reviser(self.known, self.slicer.key, texts) as reviser:
            self.redaction, self.measured = reviser.version, reviser.measured
            return self.slicer.fill(engine, self.draft, numbers, reviser, progress)

    def _catch_up(self, size: int) -> bool:
        """Decide again what the log's tail has changed, up to a size; return whether the attempt still stands."""
        found = self.state.extend(size)
        if found is Bearing.BEGIN_AGAIN or self._sources() != self.sources:
            return False
        if found is Bearing.DECIDE_AGAIN:
            self.at = self._now()
            with self.yard.open_engine(gate_tables(self.yard, self.state.index)) as engine:
                self._stand(engine)
                self._remake(engine, self.slicer.survey(engine))
        return True

    def _remake(self, engine: Engine, slices: list[Slice]) -> None:
        before = self.known.objectors
        changed = before ^ objectors(self.yard.book.policy, self.request.use, self.at, self.state.index)
        touched = [
            number
            for number, slice in enumerate(slices)
            if not slice.holds_as(self.slices[number]) or self.slices[number].speaks_of(changed)
        ]
        if touched or changed:
            refilled = self._fill(engine, frozenset(touched), lambda rows: None)
            for number in touched:
                self.slices[number] = refilled[number]
                self.shards[number] = finish(self.draft, number)
            self.remade += len(touched)

    # Publishing

    def _publish_if(self, size: int) -> tuple[Entry, ...] | None:
        if self._sources() != self.sources:
            return None
        events = self._seal()
        entries = self.yard.book.log.append_if(size, events, self._now())
        if entries is None:
            self.artefacts.unseal(self.request.name, self.manifest.version)
        return entries

    def _seal(self) -> tuple[Event, ...]:
        self.mentions = self.draft.put_table(MENTION_INDEX, mention_table(self.slices))
        self.manifest = manifest = self._manifest()
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
        self.artefacts.point(self.manifest.name, self.manifest.version)
        before = self.previous.shards if self.previous else None
        unchanged = before is not None and [s.logical for s in before] == [
            s.logical for s in self.manifest.shards
        ]
        return Built(self.manifest, manifest_digest(self.manifest), entry, self.remade, unchanged)

    def _manifest(self) -> Manifest:
        book, last = self.yard.book, self.state.published.get(self.request.name)
        return Manifest(
            self.request.name,
            last.version + 1 if last else 1,
            self.request.use,
            PolicyUsed(book.policy.id, book.policy.digest, self.gate.version),
            self.at,
            LogUsed(book.keys.origin(), self.state.size, book.log.root(self.state.size)),
            self.sources,
            RedactionUsed(self.redaction, self.mentions, taken_of(self.slices), self.measured),
            CODE,
            tuple(self.shards),
            funnel_of(self.counts, self.slices),
            key_id(self.slicer.key),
            last.manifest if last else None,
        )


def taken_of(slices: Iterable[Slice]) -> tuple[Taken, ...]:
    """Return what redaction took out of the published records of all shards."""
    tally = Tally()
    for one in slices:
        tally.add(one.tally)
    return tally.taken()


def funnel_of(counts: tuple[tuple[int, int], ...], slices: Sequence[Slice]) -> Funnel:
    """Return the funnel of a gate's (code, count) pairs and of what redaction emptied in each shard."""
    emptied = sum(slice.emptied for slice in slices)
    return tally(((outcome_of(code), count) for code, count in counts), [(Withheld.NOTHING_LEFT, emptied)])
