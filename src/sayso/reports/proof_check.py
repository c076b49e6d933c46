"""What holds of the proof of an opt-out, from its evidence alone: offline, and without the project."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sayso.dataset.manifest import Manifest, manifest_digest
from sayso.dataset.reading import open_manifest
from sayso.errors import InputError, IntegrityError, Problem
from sayso.ledger.checkpoints import VerifierKey, parse_vkey
from sayso.ledger.events import (
    AccountClosed,
    ChoiceMade,
    DatasetPublished,
    Entry,
    MemberErased,
    ModelForgot,
    ModelTrained,
    tag_of,
)
from sayso.ledger.merkle import leaf_hash, verify_inclusion
from sayso.ledger.receipts import parse_receipt, verify_receipt
from sayso.models.manifest import ModelManifest, model_digest, open_model
from sayso.reports.reaching import DONE, SCHEMA, Reached


@dataclass(frozen=True, slots=True)
class ProofCheck:
    """What came of checking: what does not hold, the entries of the opt-outs, the data sets and models that they are shown to have
    reached, those that hold nothing of theirs by the platform's word alone, and those that they did not reach; ``pinned`` tells
    whether the caller named the key that signed.
    """

    problems: tuple[Problem, ...]
    words: tuple[int, ...]
    reached: tuple[str, ...]
    by_word: tuple[str, ...]
    not_reached: tuple[str, ...]
    shards: tuple[Shard, ...]
    signed_by: VerifierKey | None
    pinned: bool


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard in which the member would be: its data set and version, its file and that's SHA-256, and their pseudonym in it."""

    dataset: str
    version: int
    file: str
    sha256: str
    pseudonym: str


def check_proof(text: str, key: str | None) -> ProofCheck:
    """Return what holds of the JSON form of a proof, and from the log's key where the caller knows it.

    Raises ``InputError`` for what is no such proof, and for a key that is none.
    """
    trusted = None if key is None else parse_vkey(key)
    try:
        found = json.loads(text)
        return _checked(found.get("evidence", found), trusted)
    except InputError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        what = f"this is not a proof of the form {SCHEMA}"
        raise InputError(
            Problem("bad-proof-file", what, advice="give the JSON form of `sayso report proof`")
        ) from None


def _checked(found: Mapping[str, Any], trusted: VerifierKey | None) -> ProofCheck:
    if found["schema"] != SCHEMA:
        raise ValueError("another schema")
    checks = [verify_receipt(parse_receipt(json.dumps(one)), trusted) for one in found["proofs"]]
    leaves = {one["proof"]["entry"]: base64.b64decode(one["proof"]["leaf"]) for one in found["proofs"]}
    problems = [problem for check in checks for problem in check.problems]
    signers = {check.signed_by for check in checks}
    signer = signers.pop() if len(signers) == 1 else None
    entries = {check.entry.number: check.entry for check in checks if check.entry is not None}
    if signer is None:
        problems.append(_problem("the receipts in it are not all signed by one key"))
        return ProofCheck(tuple(problems), (), (), (), (), (), None, False)
    case = _Case(found, entries, leaves, signer)
    problems += case.problems()
    pinned = bool(checks) and all(check.pinned for check in checks)
    words = tuple(sorted(number for number, entry in entries.items() if _takes_back(entry, found["tag"])))
    return ProofCheck(tuple(problems), words, *case.outcome(), case.shards(), signer, pinned)


def _takes_back(entry: Entry, tag: str) -> bool:
    event = entry.event
    if tag_of(event) != tag:
        return False
    return isinstance(event, AccountClosed | MemberErased) or (
        isinstance(event, ChoiceMade) and not event.yes
    )


class _Case:
    """The evidence with its entries, which are known to be in the log, and the key that signed."""

    def __init__(
        self,
        found: Mapping[str, Any],
        entries: Mapping[int, Entry],
        leaves: Mapping[int, bytes],
        key: VerifierKey,
    ) -> None:
        self._found, self._entries, self._leaves, self._key = found, entries, leaves, key
        self._tag: str = found["tag"]
        self._sets = [(each, self._manifest(each)) for each in found["datasets"]]
        self._models = [(each, self._model(each)) for each in found["models"]]

    def _manifest(self, each: Mapping[str, Any]) -> Manifest | None:
        try:
            return open_manifest(each["manifest"].encode(), self._key.public_key)
        except (InputError, IntegrityError):
            return None

    def _model(self, each: Mapping[str, Any]) -> ModelManifest | None:
        try:
            return open_model(each["manifest"].encode(), self._key.public_key)
        except (InputError, IntegrityError):
            return None

    def problems(self) -> Iterator[Problem]:
        """Yield what does not hold."""
        for number in self._found["words"]:
            entry = self._entries.get(number)
            if entry is None or tag_of(entry.event) != self._tag:
                yield _problem(f"entry {number} is not a word of this member")
        for each, manifest in self._sets:
            yield from self._set_problems(each, manifest)
        for each, model in self._models:
            yield from self._model_problems(each, model)

    def _set_problems(self, each: Mapping[str, Any], manifest: Manifest | None) -> Iterator[Problem]:
        name = _name(each)
        event = self._event(each["entry"])
        if manifest is None:
            yield _problem(
                f"the manifest of the data set {name} is not signed by the log's key, or cannot be read"
            )
            return
        told = isinstance(event, DatasetPublished) and (event.name, event.version, event.manifest)
        if told != (each["name"], each["version"], manifest_digest(manifest)):
            yield _problem(f"the log's entry about the data set {name} does not name this manifest")
        if each["state"] == Reached.REACHED and not self._is_heard(each, manifest):
            yield _problem(
                f"it is not shown that the log which decided the data set {name} holds the opt-out"
            )
        if each["state"] in DONE and each["rows"] != 0:
            yield _problem(f"the data set {name} is said to hold nothing of theirs, and to hold rows")
        if each["shard"] not in {shard.name for shard in manifest.shards}:
            yield _problem(f"the data set {name} has no shard of the name that is given")

    def _is_heard(self, each: Mapping[str, Any], manifest: Manifest) -> bool:
        """Tell whether the opt-out is in the very tree of the log that a manifest says it was decided by."""
        word = self._entries.get(each["word"])
        if word is None or not _takes_back(word, self._tag) or manifest.log.origin != self._key.name:
            return False
        steps = [base64.b64decode(step) for step in each["inclusion"]]
        hashed = leaf_hash(self._leaves[word.number])
        return verify_inclusion(hashed, word.number, manifest.log.size, steps, manifest.log.root)

    def _model_problems(self, each: Mapping[str, Any], model: ModelManifest | None) -> Iterator[Problem]:
        name = _name(each)
        event = self._event(each["entry"])
        if model is None:
            yield _problem(
                f"the manifest of the model {name} is not signed by the log's key, or cannot be read"
            )
            return
        told = isinstance(event, ModelTrained) and (event.name, event.version, event.manifest)
        if told != (each["name"], each["version"], model_digest(model)):
            yield _problem(f"the log's entry about the model {name} does not name this manifest")
        if each["state"] in DONE and not (self._stands_clean(model) or self._has_forgotten(each)):
            yield _problem(
                f"it is not shown that the model {name} stands on a data set without them, or has forgotten them"
            )

    def _stands_clean(self, model: ModelManifest) -> bool:
        wanted = model.dataset.manifest
        return any(
            each["state"] in DONE and manifest is not None and manifest_digest(manifest) == wanted
            for each, manifest in self._sets
        )

    def _has_forgotten(self, each: Mapping[str, Any]) -> bool:
        event = self._event(each["forgot"])
        return isinstance(event, ModelForgot) and event.name == each["name"] and self._tag in event.tags

    def _event(self, number: int | None) -> Any:
        entry = None if number is None else self._entries.get(number)
        return None if entry is None else entry.event

    def outcome(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Return the data sets and models by how they stand: reached, holding nothing by the platform's word, and not reached."""
        kinds = (("data set", self._found["datasets"]), ("model", self._found["models"]))
        every = [(f"{kind} {_name(each)}", Reached(each["state"])) for kind, some in kinds for each in some]
        beside = (*DONE, Reached.ALLOWED, Reached.NOT_COVERED)
        return (
            tuple(name for name, state in every if state is Reached.REACHED),
            tuple(name for name, state in every if state is Reached.NOTHING),
            tuple(f"{name} ({state})" for name, state in every if state not in beside),
        )

    def shards(self) -> tuple[Shard, ...]:
        """Return where an auditor can look for them: of the data sets that hold nothing of theirs and give their pseudonym."""
        return tuple(
            Shard(each["name"], each["version"], each["shard"], shard.file_sha256, each["pseudonym"])
            for each, manifest in self._sets
            if manifest is not None and each["state"] in DONE and each["pseudonym"]
            for shard in manifest.shards
            if shard.name == each["shard"]
        )


def is_shard(data: bytes, shard: Shard) -> bool:
    """Tell whether some bytes are, to the bit, the file of a shard."""
    return hashlib.sha256(data).hexdigest() == shard.sha256


def _name(each: Mapping[str, Any]) -> str:
    return f"{each['name']} v{each['version']:04d}"


def _problem(what: str) -> Problem:
    return Problem("proof-words", what, advice="ask the log's owner for a new proof, and keep this one")
