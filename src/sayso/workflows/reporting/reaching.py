"""Where a member's opt-out reached, gathered from the log, the manifests and the shards, with what proves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sayso.dataset.manifest import Manifest
from sayso.dataset.rows import dataset_key, member_pseudonym, shard_of
from sayso.errors import InputError, Problem
from sayso.ledger.checkpoints import VerifierKey
from sayso.ledger.events import (
    AccountClosed,
    ChoiceMade,
    DatasetPublished,
    Delivered,
    Entry,
    MemberErased,
    ModelForgot,
    ModelTrained,
    VersionPurged,
    tag_of,
)
from sayso.ledger.receipts import make_receipt, receipt_fields
from sayso.policy.model import Policy
from sayso.policy.model import Reach as ControlReach
from sayso.policy.question import question_at
from sayso.reports.facts import Handed
from sayso.reports.reaching import ModelReach, OldCopy, Reach, Reached, SetReach, Word, judged, last_word
from sayso.values.moments import Moment
from sayso.values.uses import Use
from sayso.workflows.build import published_manifest
from sayso.workflows.choose import known_tag
from sayso.workflows.logbook import checkpoint, entry
from sayso.workflows.reporting.ground import ground_of
from sayso.workflows.shelf import Shelf, known_model
from sayso.workflows.uses import rows_of
from sayso.workflows.withdraw import superseded


def tag_by_member(shelf: Shelf, member: str) -> str:
    """Return the tag of a member; raises like ``known_tag``."""
    return known_tag(shelf.yard.tags, member)


def tag_by_entry(shelf: Shelf, number: int) -> str:
    """Return the tag that an entry of the log is about; raises ``InputError`` where it is about nobody, or there is none."""
    tag = tag_of(entry(shelf.yard.book.log, number).event)
    if tag is None:
        advice = "name the entry of a choice, a closed account or an erasure"
        raise InputError(Problem("nobodys-entry", f"entry {number} is about no single member", advice=advice))
    return tag


def known_in_log(shelf: Shelf, tag: str) -> str:
    """Return a tag that the log has an entry of; raises ``InputError`` for any other."""
    if not shelf.yard.book.log.entries_of(tag):
        advice = "see `sayso log show`"
        raise InputError(Problem("unknown-tag", "the log has no entry of this tag", advice=advice))
    return tag


def reach_of(shelf: Shelf, tag: str, pseudonyms: bool = False) -> Reach:
    """Return where the opt-outs of a tag reached; with ``pseudonyms`` an auditor who has the shards can look for them."""
    book = shelf.yard.book
    said = book.log.entries_of(tag)
    ground = ground_of(shelf.yard)
    words = tuple(_words(book.policy, said))
    seen = _Seen(shelf, tag, words, said, ground.made_at, pseudonyms)
    sets = tuple(seen.sets())
    models = tuple(seen.models(sets))
    numbers = {*(one.entry for one in words), *(one.entry for one in sets), *(one.entry for one in models)}
    numbers |= {one.forgot for one in models if one.forgot is not None}
    old = tuple(seen.old())
    return Reach(ground, tag, words, sets, models, old, tuple(seen.handed()), _receipts(shelf, numbers))


def _words(policy: Policy, entries: Iterable[Entry]) -> Iterator[Word]:
    for one in entries:
        event = one.event
        if isinstance(event, ChoiceMade):
            yield _choice(policy, one, event)
        elif isinstance(event, AccountClosed):
            yield Word(one.number, event.at, one.logged_at, "the account was closed", False, True)
        elif isinstance(event, MemberErased):
            yield Word(one.number, event.at, one.logged_at, "the member was erased", False, True)


def _choice(policy: Policy, one: Entry, event: ChoiceMade) -> Word:
    version = policy.version(event.version)
    shown = next((each for each in version.controls if each.id == event.control), None) if version else None
    now = policy.in_force(one.logged_at)
    control = next((each for each in now.controls if each.id == event.control), shown) if now else shown
    label = shown.label if shown and shown.label else event.control
    reach = control.reach if control else ControlReach.PROSPECTIVE
    what = f"{'yes' if event.yes else 'no'} through “{label}”"
    return Word(
        one.number, event.at, one.logged_at, what, event.yes, False, reach is ControlReach.RETROACTIVE
    )


@dataclass(frozen=True, slots=True)
class _Version:
    entry: Entry
    event: DatasetPublished
    manifest: Manifest


class _Seen:
    """The data sets and models of a project, as one tag finds them."""

    def __init__(
        self,
        shelf: Shelf,
        tag: str,
        words: tuple[Word, ...],
        said: Iterable[Entry],
        at: Moment,
        pseudonyms: bool,
    ) -> None:
        self._shelf, self._tag, self._words, self._at = shelf, tag, words, at
        self._pseudonyms = pseudonyms
        self._choices = {one.number: one.event for one in said if isinstance(one.event, ChoiceMade)}
        log = shelf.yard.book.log
        self._published = [
            (one, one.event)
            for one in log.entries_of_kinds((DatasetPublished,))
            if isinstance(one.event, DatasetPublished)
        ]
        self._purged = {
            (one.event.kind, one.event.name, one.event.version): one.event.at
            for one in log.entries_of_kinds((VersionPurged,))
            if isinstance(one.event, VersionPurged)
        }
        state = shelf.log()
        self._current = {(event.name, event.version) for event in state.published.values()}
        self._models = [state.models[name] for name in sorted(state.models)]
        self._rows: dict[tuple[str, int], int | None] = {}

    def sets(self) -> Iterator[SetReach]:
        """Yield the versions in use and those that models stand on, by name."""
        wanted = self._current | {(one.dataset, one.dataset_version) for one in self._models}
        for number, event in sorted(self._published, key=lambda pair: (pair[1].name, pair[1].version)):
            if (event.name, event.version) in wanted:
                found = self._set(number, event)
                if found is not None:
                    yield found

    def _set(self, one: Entry, event: DatasetPublished) -> SetReach | None:
        shelf = self._shelf
        manifest = published_manifest(shelf.yard, shelf.datasets, event)
        data = shelf.datasets.manifest(event.name, event.version)
        if manifest is None or data is None:
            return None
        word, rows = self._word(manifest.use), self._held(event)
        state = judged(word, rows, manifest.log.size)
        key = dataset_key(shelf.yard.book.keys.secret(), event.name)
        return SetReach(
            event.name,
            event.version,
            one.number,
            manifest.use,
            manifest.log.size,
            rows,
            state,
            None if word is None else word.entry,
            self._due(word) if state is Reached.WAITING else None,
            manifest.shards[shard_of(key, self._tag, len(manifest.shards))].name,
            data.decode(),
            self._inclusion(word, manifest),
            (event.name, event.version) in self._current,
            member_pseudonym(key, self._tag) if self._pseudonyms else "",
        )

    def _held(self, event: DatasetPublished) -> int | None:
        key = (event.name, event.version)
        if key not in self._rows:
            gone = ("dataset", *key) in self._purged
            self._rows[key] = (
                None if gone else rows_of(self._shelf.yard, self._shelf.datasets, event, self._tag)
            )
        return self._rows[key]

    def _word(self, use: Use) -> Word | None:
        """Return the word that stands for a use: the last that speaks of it."""
        asked = question_at(self._shelf.yard.book.policy, use, self._at)
        if asked is None:
            return last_word(one for one in self._words if one.whole)
        return last_word(
            one for one in self._words if one.whole or self._speaks(one, asked.noes, asked.yeses)
        )

    def _speaks(self, word: Word, noes: frozenset[str], yeses: frozenset[tuple[str, str]]) -> bool:
        event = self._choices[word.entry]
        return (event.version, event.control) in yeses if event.yes else event.control in noes

    def _due(self, word: Word | None) -> Moment | None:
        terms = None if word is None else self._shelf.yard.book.policy.forgetting(word.logged_at)
        return None if terms is None or word is None else terms.deadline(word.logged_at)

    def _inclusion(self, word: Word | None, manifest: Manifest) -> tuple[bytes, ...]:
        """Return the proof that the word is in the log that decided a version, none where it came later."""
        if word is None or word.entry >= manifest.log.size:
            return ()
        return self._shelf.yard.book.log.inclusions((word.entry,), manifest.log.size)[0]

    def models(self, reached: Iterable[SetReach]) -> Iterator[ModelReach]:
        """Yield every model in its last version."""
        by_version = {(event.name, event.version): (one, event) for one, event in self._published}
        sets = {(one.name, one.version): one for one in reached}
        for event in self._models:
            manifest = known_model(self._shelf, event)
            data = self._shelf.models.manifest(event.name, event.version)
            key = (event.dataset, event.dataset_version)
            if manifest is not None and data is not None and key in by_version:
                forgot = self._forgot(event)
                state = sets[key].state if key in sets else Reached.UNKNOWN
                if state is Reached.UNKNOWN and forgot is not None:
                    state = Reached.REACHED
                number = self._trained(event)
                yield ModelReach(event.name, event.version, number, *key, forgot, state, data.decode())

    def _trained(self, event: ModelTrained) -> int:
        entries = self._shelf.yard.book.log.entries_of_kinds((ModelTrained,))
        return next(one.number for one in entries if one.event == event)

    def _forgot(self, event: ModelTrained) -> int | None:
        """Return the last entry by which a model, in this version or an earlier one, forgot the member altogether."""
        found = [
            one.number
            for one in self._shelf.yard.book.log.entries_of_kinds((ModelForgot,))
            if isinstance(one.event, ModelForgot)
            and one.event.name == event.name
            and self._tag in one.event.tags
        ]
        return found[-1] if found else None

    def old(self) -> Iterator[OldCopy]:
        """Yield the versions that another has followed and that held records of the member, or may have."""
        for one, event in self._published:
            key = (event.name, event.version)
            if key not in self._current:
                rows = self._held(event)
                if rows != 0:
                    gone = self._purged.get(("dataset", *key))
                    yield OldCopy(*key, rows, gone, self._kept_until(*key), one.number)

    def _kept_until(self, name: str, version: int) -> Moment | None:
        """Return by when the bytes of a superseded version are due to go, ``None`` where they are gone or no day is promised."""
        return dict(superseded(self._shelf.yard, self._shelf.datasets, name)).get(version)

    def handed(self) -> Iterator[tuple[str, Handed]]:
        """Yield to whom versions went that hold records of the member, or may."""
        theirs = {(event.name, event.version) for _, event in self._published if self._held(event) != 0}
        for one in self._shelf.yard.book.log.entries_of_kinds((Delivered,)):
            event = one.event
            if isinstance(event, Delivered) and (event.name, event.version) in theirs:
                yield event.name, Handed(event.version, event.recipient, event.at, one.number)


def _receipts(shelf: Shelf, numbers: set[int]) -> dict[int, dict[str, object]]:
    """Return the receipts of some entries, all under one checkpoint of the whole log."""
    book = shelf.yard.book
    log, wanted = book.log, sorted(numbers)
    signed = checkpoint(log, book.keys, keep=False)
    key = VerifierKey(book.keys.origin(), book.keys.public_key())
    proofs = log.inclusions(tuple(wanted), signed.size)
    return {
        number: receipt_fields(make_receipt(number, log.leaf(number), signed, steps, key))
        for number, steps in zip(wanted, proofs, strict=True)
    }
