"""What a published model answers: continuations of a text, posts for a member, posts like a post.

Answers are given from the model's served file alone, whose digest its signed manifest names; what a member took part in is read from
the data set, where only what may be used lies.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow.parquet as pq

from sayso.dataset.manifest import Manifest
from sayso.dataset.rows import dataset_key, member_pseudonym, record_pseudonym, shard_of
from sayso.errors import InputError, IntegrityError, Place, Problem, Refused
from sayso.ledger.events import DatasetPublished, ModelTrained
from sayso.ledger.standing import StandingIndex
from sayso.models.kind import Arrays, arrays_digest
from sayso.models.manifest import ModelManifest
from sayso.models.threads import ids_of, roots
from sayso.workflows.choose import known_tag
from sayso.workflows.facts import RECORDS_FILE, Yard
from sayso.workflows.logbook import backwards
from sayso.workflows.logstate import LogState
from sayso.workflows.revise import objectors
from sayso.workflows.shelf import SERVED, Shelf, dataset_of, model_of

RECOMMENDATIONS, SUGGESTIONS = "recommendations", "suggestions"
WRITING = (SUGGESTIONS, "neural-suggestions", "member-adapters")
"""The kinds whose models write along."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """How a text may go on, and the chance of it (0 to 1)."""

    text: str
    chance: float


@dataclass(frozen=True, slots=True)
class Post:
    """A recommended post by its id in the source (``None``: no source has it any more), its score, and why, in words."""

    record: str | None
    score: float
    reason: str


def suggest(shelf: Shelf, name: str, text: str, k: int) -> tuple[ModelManifest, tuple[Continuation, ...]]:
    """Return up to ``k`` ways in which a text may go on, each such that enough different members wrote it, or the public base.

    Raises ``InputError`` where there is no such model, or it is of another kind.
    """
    manifest, arrays = _served(shelf, name, *WRITING)
    found = shelf.kind_of(manifest.kind.name).state_of(arrays).suggest(text, k)
    return manifest, tuple(Continuation(one.text, one.chance) for one in found)


def recommend(shelf: Shelf, name: str, member: str, k: int) -> tuple[ModelManifest, tuple[Post, ...]]:
    """Return up to ``k`` posts for a member, from what they took part in; none where nothing of theirs is in the data set.

    Raises ``InputError`` where there is no such model or member, or the model is of another kind, ``Refused`` where the member has
    said no: what they wrote is not looked at any more.
    """
    manifest, arrays = _served(shelf, name, RECOMMENDATIONS)
    tag = known_tag(shelf.yard.tags, member)
    _check_words(shelf.yard, manifest, tag)
    threads = _Threads(shelf, manifest.dataset.name)
    return manifest, _told(shelf.yard, threads.key, arrays, threads.history(tag), k, "")


def similar(shelf: Shelf, name: str, record: str, k: int) -> tuple[ModelManifest, tuple[Post, ...]]:
    """Return up to ``k`` posts that a record's thread leads to.

    Raises ``InputError`` where there is no such model, it is of another kind, or the record is not in it.
    """
    manifest, arrays = _served(shelf, name, RECOMMENDATIONS)
    threads = _Threads(shelf, manifest.dataset.name)
    own = threads.root(record_pseudonym(threads.key, record))
    if own is None:
        advice = "it may not be used, or came after the model was trained"
        raise InputError(Problem("not-in-the-model", "the model does not know this record", advice=advice))
    return manifest, _told(
        shelf.yard, threads.key, arrays, [own], k, "by its words, its topic and who took part"
    )


def _served(shelf: Shelf, name: str, *kinds: str) -> tuple[ModelManifest, Arrays]:
    manifest = model_of(shelf, _last(shelf, name, ModelTrained), name)
    if manifest.kind.name not in kinds:
        what = f"{name} is a model of {manifest.kind.name}, not of {kinds[0]}"
        raise InputError(Problem("other-kind", what, advice=f"train one with `sayso train {kinds[0]}`"))
    shelf.kind_of(manifest.kind.name)  # says what is missing, where something is
    arrays = shelf.models.shards(name, manifest.version).arrays(SERVED)
    if arrays_digest(arrays) != manifest.served:
        place = Place(f"models/{name}/v{manifest.version:04d}/{SERVED}")
        what = "the model's file is not, to the bit, what was published"
        raise IntegrityError(Problem("changed-model", what, place, "run `sayso verify`, then `sayso train`"))
    return manifest, arrays


def _last(shelf: Shelf, name: str, wanted: type[ModelTrained] | type[DatasetPublished]) -> LogState:
    """Return the state of a log in which nothing was read but the last version of that name."""
    log = shelf.yard.book.log
    state = LogState(log)
    for entry in backwards(log, 0, log.size()):
        event = entry.event
        if isinstance(event, wanted) and event.name == name:
            if isinstance(event, ModelTrained):
                state.models[name] = event
            else:
                state.published[name] = event
            break
    return state


def _check_words(yard: Yard, manifest: ModelManifest, tag: str) -> None:
    entries = {
        entry.number: entry for entry in (*yard.book.log.wide_entries(), *yard.book.log.entries_of(tag))
    }
    index = StandingIndex.of(entries[number] for number in sorted(entries))
    said_no = objectors(yard.book.policy, manifest.use, yard.book.clock.now(), index)
    if tag in said_no or tag in index.closed:
        what = f"this member has said no to {manifest.use}: what they wrote is not looked at"
        raise Refused(Problem("said-no", what, advice="show them what everybody is shown"))


class _Threads:
    """Who answers whom in the published version of a data set."""

    def __init__(self, shelf: Shelf, name: str) -> None:
        self._shelf = shelf
        self.dataset: Manifest = dataset_of(shelf, _last(shelf, name, DatasetPublished), name)
        self._store = shelf.datasets.shards(name, self.dataset.version)
        self.key = dataset_key(shelf.yard.book.keys.secret(), name)
        pairs: list[tuple[str, str]] = []
        for shard in self.dataset.shards:
            table = self._store.read(shard.name)
            records = table.column("record").to_pylist()
            said = "reply_to" in table.column_names  # shards had no such column at first
            above = table.column("reply_to").to_pylist() if said else [None] * len(records)
            pairs += zip(records, (each or "" for each in above), strict=True)
        pairs.sort()
        self._records = [record for record, _ in pairs]
        self._roots = roots(ids_of(self._records), ids_of(above for _, above in pairs)).tolist()

    def history(self, tag: str) -> list[str]:
        """Return the threads that the member of a tag took part in."""
        shard = self.dataset.shards[shard_of(self.key, tag, len(self.dataset.shards))]
        table, own = self._store.read(shard.name, ("record", "member")), member_pseudonym(self.key, tag)
        pairs = zip(table.column("record").to_pylist(), table.column("member").to_pylist(), strict=True)
        found = (self.root(record) for record, member in pairs if member == own)
        return sorted({one for one in found if one is not None})

    def root(self, record: str) -> str | None:
        """Return the record that starts a record's thread; ``None`` for one that is not there."""
        at = bisect_left(self._records, record)
        there = at < len(self._records) and self._records[at] == record
        return self._records[self._roots[at]] if there else None


def _told(
    yard: Yard, key: bytes, arrays: Arrays, history: Iterable[str], k: int, reason: str
) -> tuple[Post, ...]:
    from sayso.models.recommendations import (
        SCALE,
        recommended,
        renamed,
    )  # needs an optional part, which ``kind_of`` asked for

    found = recommended(arrays, history, k)
    ids = _ids(yard, key, {pull.post for one in found for pull in one.because} | {one.post for one in found})
    named = [renamed(one, ids) for one in found]
    return tuple(
        Post(ids.get(one.post), one.score / SCALE, reason or told.reason())
        for one, told in zip(found, named, strict=True)
    )


def _ids(yard: Yard, key: bytes, wanted: set[str]) -> dict[str, str]:
    """Return the ids in the sources of pseudonyms: only the holder of the project's secret can tell."""
    found: dict[str, str] = {}
    for name in yard.sources.names():
        with pq.ParquetFile(yard.sources.folder(name) / RECORDS_FILE) as table:
            for batch in table.iter_batches(columns=["record"]):
                for record in batch.column("record").to_pylist():
                    pseudonym = record_pseudonym(key, record)
                    if pseudonym in wanted:
                        found[pseudonym] = record
        if len(found) == len(wanted):
            break
    return found
