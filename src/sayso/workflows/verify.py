"""Everything kept is held against everything else: the log, tags, sources, manifests, shards, and the decisions themselves.

Nothing is raised for what does not hold: it is named. What cannot be recomputed any more (a source was replaced since, the policy
file is another) is said, too: a check that was left out is not one that passed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pyarrow as pa

from sayso.dataset.card import card
from sayso.dataset.digest import LOGICAL, shard_digest
from sayso.dataset.dsse import parse
from sayso.dataset.funnel import Funnel
from sayso.dataset.manifest import Manifest, Shard, manifest_digest
from sayso.dataset.reading import open_manifest, seal_manifest
from sayso.dataset.rows import dataset_key, from_table, key_id
from sayso.dataset.taken import Taken
from sayso.errors import IntegrityError, Place, Problem, SaysoError
from sayso.ledger.checkpoints import Checkpoint, VerifierKey
from sayso.ledger.events import DatasetPublished, VersionPurged
from sayso.ledger.raw import RawLog
from sayso.ledger.verify import LogReport, verify_log
from sayso.ports import Artefacts, ShardStore
from sayso.slicing import Job, Progress
from sayso.values.moments import format_day
from sayso.workflows.build import CARD, MANIFEST, funnel_of
from sayso.workflows.facts import Yard
from sayso.workflows.grounds import CODE, MENTION_INDEX
from sayso.workflows.logstate import LogState
from sayso.workflows.pending import pending
from sayso.workflows.plan import gate_at
from sayso.workflows.roll import acquaintance
from sayso.workflows.slices import taken_of
from sayso.workflows.tables import gate_tables
from sayso.workflows.verify_steps import stray_steps
from sayso.workflows.withdraw import DATASET


@dataclass(frozen=True, slots=True)
class VersionReport:
    """What was found of one published version: its records, the problems, and why it was not recomputed (empty: it was)."""

    name: str
    version: int
    rows: int
    recomputed: bool
    not_recomputed: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found of a project: the log's report, tags and sources, and each published version."""

    log: LogReport
    tags: tuple[Problem, ...]
    sources: tuple[Problem, ...]
    versions: tuple[VersionReport, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return everything that does not hold."""
        of_versions = tuple(problem for version in self.versions for problem in version.problems)
        return (*self.log.problems, *self.tags, *self.sources, *of_versions)


def verify(yard: Yard, artefacts: Artefacts, raw: RawLog, name: str | None, progress: Progress) -> Verified:
    """Return what holds of the log, the tags, the sources and one data set, or all of them where no name is given.

    Raises ``IntegrityError`` for a data set that the log does not know.
    """
    yard = replace(yard, snapshots=None)  # what is kept to save time is no evidence
    book = yard.book
    key = VerifierKey(book.keys.origin(), book.keys.public_key())
    history = _History(yard)
    published = [event for event in history.published if name in (None, event.name)]
    if name is not None and not published:
        what, advice = f"the log knows no published data set {name!r}", "see `sayso log show`"
        raise IntegrityError(Problem("unknown-dataset", what, advice=advice))
    opened = [_Version(yard, artefacts, event, history) for event in published]
    seen = [version.checkpoint for version in opened if version.checkpoint is not None]
    log = _with_damage(verify_log(raw, key, seen), (*book.log.damage(), *stray_steps(book)))
    sources = tuple(_sources(yard))
    if not history.readable:
        return Verified(log, yard.tags.damage(), sources, ())
    tags = tuple(_tags(yard, history))
    inputs = "what it was made from is damaged" if tags or sources else ""
    reports = tuple(version.report(progress, inputs) for version in opened)
    return Verified(log, tags, sources, reports)


def _with_damage(report: LogReport, damage: tuple[Problem, ...]) -> LogReport:
    return replace(
        report, problems=(*report.problems, *(each for each in damage if each not in report.problems))
    )


class _History:
    """What the log tells, as far as it can be read."""

    def __init__(self, yard: Yard) -> None:
        self.published: list[DatasetPublished] = []
        self.tags: set[str] = set()
        self.erased: set[str] = set()
        self.purged: set[tuple[str, int]] = set()
        self.readable = True
        try:
            for entry in yard.book.log.entries():
                self._take(entry.event)
        except SaysoError:
            self.readable = False  # the log's own report names what is wrong, entry by entry
        self.last = {event.name: event.version for event in self.published}

    def _take(self, event: object) -> None:
        if isinstance(event, DatasetPublished):
            self.published.append(event)
        if isinstance(event, VersionPurged) and event.kind == DATASET:
            self.purged.add((event.name, event.version))
        tag = getattr(event, "tag", None)
        if tag is not None:
            (self.erased if type(event).__name__ == "MemberErased" else self.tags).add(tag)


def _tags(yard: Yard, history: _History) -> Iterator[Problem]:
    damage = yard.tags.damage()
    if damage:
        yield from damage
        return
    table = yard.tags.table()
    yield from _untagged(yard, frozenset(table.column("member").to_pylist()))
    known = set(table.column("tag").to_pylist())
    lost = history.tags - history.erased - known
    if lost:
        what = f"{len(lost)} tags that the log speaks of belong to nobody, and were not erased: what they said is not heard"
        advice = "restore tags.sqlite from a copy before anything is built"
        yield Problem("lost-tag", what, Place("tags.sqlite"), advice)


def _untagged(yard: Yard, tagged: frozenset[str]) -> Iterator[Problem]:
    for name in yard.sources.names():
        try:
            count = sum(member not in tagged for member in yard.sources.members(yard.sources.folder(name)))
        except (OSError, ValueError):  # the source's own check names it
            continue
        if count:
            what = f"{count} members of the source {name} have no tag: what they said is not heard"
            advice = "restore tags.sqlite from a copy, or import the source again"
            yield Problem("untagged-member", what, Place("tags.sqlite"), advice)


def _sources(yard: Yard) -> Iterator[Problem]:
    for name in yard.sources.names():
        for file in yard.sources.changed_files(name):
            what = "this file is not, to the bit, as it was brought in"
            yield Problem("changed-file", what, Place(f"sources/{name}/{file}"), "import the source again")
        try:
            holds = yard.sources.digest(name) == yard.sources.digest_now(name)
            count = yard.sources.misnumbered(name) if holds else 0
        except SaysoError as error:
            yield from error.problems
            continue
        if not holds:
            what = "the rows of this source are not those that were brought in"
            yield Problem("changed-source", what, Place(f"sources/{name}"), "import it again")
        elif count:
            what = f"{count} rows of this source are not joined to the member that they name"
            yield Problem("misnumbered-source", what, Place(f"sources/{name}"), "import it again")


@dataclass(slots=True)
class _Recomputed:
    shards: tuple[Shard, ...]
    funnel: Funnel
    taken: tuple[Taken, ...]
    mentions: pa.Table


@dataclass(slots=True)
class _Version:
    """One published version while it is checked."""

    yard: Yard
    artefacts: Artefacts
    event: DatasetPublished
    history: _History
    problems: list[Problem] = field(default_factory=list)
    manifest: Manifest | None = None
    files: ShardStore = field(init=False)

    def __post_init__(self) -> None:
        self.files = self.artefacts.shards(self.event.name, self.event.version)
        self.manifest = self._open()

    @property
    def checkpoint(self) -> Checkpoint | None:
        return None if self.manifest is None else Checkpoint(*_log_of(self.manifest))

    @property
    def is_purged(self) -> bool:
        return (self.event.name, self.event.version) in self.history.purged

    @property
    def is_current(self) -> bool:
        return self.history.last[self.event.name] == self.event.version

    def report(self, progress: Progress, inputs: str) -> VersionReport:
        """Return what was found; ``inputs`` says why nothing can be recomputed from what is there (empty: it can)."""
        why_not, rows = "there is no manifest that holds", 0
        if self.manifest is not None:
            self._check_event(self.manifest)
            if self.is_purged:
                self._check_purged()
            else:
                self._check_files(self.manifest)
            rows = self.manifest.rows
            why_not = inputs or self._why_not(self.manifest)
            if not why_not:
                why_not = self._recompute(self.manifest, progress)
        if self.is_current:
            self._check_pointer()
            if self.manifest is not None and not (inputs or self.problems):
                self._check_deadlines()
        event = self.event
        return VersionReport(event.name, event.version, rows, not why_not, why_not, tuple(self.problems))

    def _place(self, file: str) -> Place:
        return Place(f"datasets/{self.event.name}/v{self.event.version:04d}/{file}")

    def _found(self, code: str, what: str, file: str, advice: str = "build the data set again") -> None:
        self.problems.append(Problem(code, what, self._place(file), advice))

    def _open(self) -> Manifest | None:
        data = self.artefacts.manifest(self.event.name, self.event.version)
        if data is None:
            self._found("missing-manifest", "the manifest is missing", MANIFEST)
            return None
        try:
            public_key = self.yard.book.keys.public_key()
            manifest = open_manifest(data, public_key, str(self._place(MANIFEST)))
            if not _is_as_written(data, manifest, public_key):
                self._found("other-envelope", "the envelope is not the one that was written", MANIFEST)
            return manifest
        except SaysoError as error:
            reasons = "; ".join(problem.what for problem in error.problems[:3])
            self._found("bad-manifest", f"the manifest does not hold: {reasons}", MANIFEST)
            return None

    def _check_event(self, manifest: Manifest) -> None:
        event = self.event
        if manifest_digest(manifest) != event.manifest:
            self._found(
                "other-manifest", "the manifest is not the one that the log says was published", MANIFEST
            )
        told = (event.name, event.version, *manifest.use, event.decided_at, event.log_size, event.records)
        said = (manifest.name, manifest.version, event.purpose, event.recipient, manifest.decided_at)
        if manifest.key_id != key_id(dataset_key(self.yard.book.keys.secret(), event.name)):
            what = "the project's secret is not the one under which this data set was made"
            advice = "restore keys/secret from a copy"
            self.problems.append(Problem("other-secret", what, Place("keys/secret"), advice))
        if told != (*said, manifest.log.size, manifest.rows):
            self._found("other-manifest", "the manifest contradicts the log's entry about it", MANIFEST)

    def _check_pointer(self) -> None:
        name = self.event.name
        try:
            current = self.artefacts.current(name)
        except IntegrityError as error:
            self.problems.extend(error.problems)
            return
        if current != self.event.version:
            what = f"readers see version {current}, the log says {self.event.version} was published last"
            self.problems.append(
                Problem("stale-pointer", what, Place(f"datasets/{name}/current"), "build the data set again")
            )

    def _check_deadlines(self) -> None:
        now = self.yard.book.clock.now()
        waiting = pending(self.yard, self.artefacts, self.event.name)
        late = [one for one in waiting if one.due is not None and one.due < now]
        if late:
            first = min(late, key=lambda one: one.due or now)
            what = (
                f"{len(late)} words that took records back are not carried out: the first is entry {first.entry}, "
                f"due {format_day(first.due or now)}"
            )
            self._found("overdue", what, MANIFEST, "run `sayso withdraw`, or leave it to `sayso work`")

    def _check_files(self, manifest: Manifest) -> None:
        for shard in manifest.shards:
            self._check_shard(shard, manifest.logical)
        if self.files.get(CARD) != card(manifest).encode():
            self._found("other-card", "the card is not the one of this manifest", CARD)
        found = self.files.digest(MENTION_INDEX)
        if found != manifest.redaction.mentions:
            what = (
                "the mention index is missing"
                if found is None
                else "the mention index is not the one that was written"
            )
            self._found("other-mentions", what, MENTION_INDEX)
        named = {shard.name for shard in manifest.shards} | {MANIFEST, CARD, MENTION_INDEX}
        for file in self.files.names():
            if file not in named:
                self._found("extra-file", "the manifest does not name this file", file, "remove it")

    def _check_purged(self) -> None:
        for file in self.files.names():
            if file not in (MANIFEST, CARD):
                what = "the log says that this version was purged, and this file of it is there"
                self._found("not-purged", what, file, "delete it, in backups too")

    def _check_shard(self, shard: Shard, logical: str) -> None:
        found = self.files.digest(shard.name)
        if found is None:
            self._found("missing-shard", "the shard's file is missing", shard.name)
        elif found != shard.file_sha256:
            self._found(
                "changed-shard", "the bytes of the shard's file are not those that were published", shard.name
            )
        else:
            rows = list(from_table(self.files.read(shard.name)))
            sizes = (len(rows), len({row.member for row in rows}))
            if (shard_digest(rows, logical), sizes) != (shard.logical, (shard.rows, shard.members)):
                self._found(
                    "other-rows", "the shard's rows are not those that the manifest tells of", shard.name
                )

    def _why_not(self, manifest: Manifest) -> str:
        if self.is_purged:
            return "its bytes were purged; its manifest was checked"
        if not self.is_current:
            return f"v{self.history.last[self.event.name]:04d} took its place; its files were checked"
        if manifest.policy.digest != self.yard.book.policy.digest:
            return "the policy file is another than the one that decided"
        names = self.yard.sources.names()
        if tuple((name, self.yard.sources.digest(name)) for name in names) != tuple(
            (source.name, source.digest) for source in manifest.sources
        ):
            return "a source was replaced or changed since"
        if manifest.code != CODE:
            return f"it was made by {manifest.code}, this is {CODE}"
        if manifest.logical != LOGICAL:
            return "its rows do not say what they reply to, now they would; its files were checked"
        return ""

    def _recompute(self, manifest: Manifest, progress: Progress) -> str:
        """Hold what deciding and redacting again give against the manifest; return why that could not be, or nothing."""
        again = self._again(manifest, progress)
        if isinstance(again, str):
            return again
        for said, found in zip(manifest.shards, again.shards, strict=True):
            if (said.logical, said.rows) != (found.logical, found.rows):
                what = f"deciding again gives {found.rows} records here, or others than the {said.rows} that were published"
                self._found("other-decisions", what, said.name)
        if again.funnel != manifest.funnel:
            self._found(
                "other-funnel", "deciding again gives other counts than the manifest's funnel", MANIFEST
            )
        if again.taken != manifest.redaction.taken:
            self._found(
                "other-redaction", "redacting again takes out other counts than the manifest's", MANIFEST
            )
        whole = self.files.digest(MENTION_INDEX) == manifest.redaction.mentions
        if whole and not again.mentions.equals(self.files.read(MENTION_INDEX)):
            self._found("other-mentions", "looking for members again finds other mentions", MENTION_INDEX)
        return ""

    def _again(self, manifest: Manifest, progress: Progress) -> _Recomputed | str:
        yard = self.yard
        state = LogState(yard.book.log)
        state.extend(manifest.log.size)
        gate = gate_at(yard.book.policy, manifest.use, manifest.decided_at, state.index)
        key = dataset_key(yard.book.keys.secret(), manifest.name)
        tables = gate_tables(yard, state.index)
        with self.artefacts.scratch() as scratch, yard.open_engine(tables) as engine:
            engine.stand(gate)
            known = acquaintance(yard, manifest.use, manifest.decided_at, state.index)
            job = Job(engine, tables, gate, known, key, len(manifest.shards))
            with yard.open_slicing(job) as slicing:
                if slicing.version != manifest.redaction.version:
                    return f"it was redacted by {manifest.redaction.version}, now it would be by {slicing.version}"
                again = slicing.slices(scratch, progress)
            funnel, taken = funnel_of(slicing.counts, again.shards), taken_of(scratch, again.shards)
            return _Recomputed(again.shards, funnel, taken, again.mentions)


def _is_as_written(data: bytes, manifest: Manifest, public_key: bytes) -> bool:
    """Tell whether a manifest's envelope has not a bit that the signature does not cover: the key's id is one that could change."""
    ((_, signature), *others) = parse(data).signatures
    return not others and data == seal_manifest(manifest, public_key, lambda _: signature)


def _log_of(manifest: Manifest) -> tuple[str, int, bytes]:
    return manifest.log.origin, manifest.log.size, manifest.log.root
