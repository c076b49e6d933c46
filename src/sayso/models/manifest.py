"""The manifest of a model: what it was trained on, what it has forgotten, and how to check it.

It is written as an in-toto Statement v1 (in-toto attestation framework) whose subjects are the model's files, and holds no words, no
ids and no pseudonyms: counts, digests, and names that the office gave.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sayso.dataset.dsse import IN_TOTO, seal, unseal
from sayso.dataset.manifest import STATEMENT, LogUsed
from sayso.errors import InputError, Place, Problem
from sayso.models.kind import Settings
from sayso.values.canonical import Json, canonical, digest
from sayso.values.moments import Moment, format_moment, parse_moment
from sayso.values.uses import Use

PREDICATE = "urn:sayso:model-manifest:v1"


@dataclass(frozen=True, slots=True)
class KindUsed:
    """The kind of model: its name, the version of its rules, its settings."""

    name: str
    version: str
    settings: Settings


@dataclass(frozen=True, slots=True)
class TrainedOn:
    """The data set version that a model stands on: name, version, the digest of its manifest, rows and members in it."""

    name: str
    version: int
    manifest: str
    rows: int
    members: int


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model: its name relative to the version's folder, and its SHA-256 as 64 hexadecimal digits."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Forgot:
    """What a version forgot since the one before: how many members are out altogether, how many have other rows than before.

    ``None`` where it is not known, the version of the data set that the model stood on having been purged. ``state`` and ``served``
    are the digests before. ``anew`` says why it was trained anew, empty where it followed the change.
    """

    dataset_version: int
    members_out: int | None
    members_changed: int | None
    state: str
    served: str
    anew: str = ""


@dataclass(frozen=True, slots=True)
class ModelManifest:
    """What one version of a model is.

    ``version`` counts from 1; ``use`` is that of the data set, and the model's own; ``state`` is the digest of what it has counted,
    ``served`` that of what answers are given from; both are what training on the data set version gives. ``previous`` is the digest
    of the manifest before, ``None`` for the first.
    """

    name: str
    version: int
    kind: KindUsed
    use: Use
    dataset: TrainedOn
    made_at: Moment
    log: LogUsed
    state: str
    served: str
    files: tuple[ModelFile, ...]
    code: str
    forgot: Forgot | None = None
    previous: str | None = None


def model_bytes(manifest: ModelManifest) -> bytes:
    """Return the RFC 8785 bytes of the manifest's statement: what is signed."""
    return canonical(_statement(manifest))


def model_digest(manifest: ModelManifest) -> str:
    """Return the digest of a manifest: that of its statement's bytes, so that signing it again changes nothing."""
    return digest(model_bytes(manifest))


def _statement(manifest: ModelManifest) -> dict[str, Json]:
    return {
        "_type": STATEMENT,
        "predicateType": PREDICATE,
        "subject": [{"name": file.name, "digest": {"sha256": file.sha256}} for file in manifest.files],
        "predicate": _predicate(manifest),
    }


def _predicate(manifest: ModelManifest) -> dict[str, Json]:
    kind, dataset, log, forgot = manifest.kind, manifest.dataset, manifest.log, manifest.forgot
    return {
        "name": manifest.name,
        "version": manifest.version,
        "kind": {
            "name": kind.name,
            "version": kind.version,
            "settings": [list(one) for one in kind.settings],
        },
        "use": {"purpose": manifest.use.purpose, "recipient": manifest.use.recipient},
        "dataset": {
            "name": dataset.name,
            "version": dataset.version,
            "manifest": dataset.manifest,
            "rows": dataset.rows,
            "members": dataset.members,
        },
        "madeAt": format_moment(manifest.made_at),
        "log": {"origin": log.origin, "size": log.size, "root": log.root.hex()},
        "state": manifest.state,
        "served": manifest.served,
        "code": manifest.code,
        "forgot": None if forgot is None else _forgot(forgot),
        "previous": manifest.previous,
    }


def _forgot(forgot: Forgot) -> dict[str, Json]:
    return {
        "datasetVersion": forgot.dataset_version,
        "membersOut": forgot.members_out,
        "membersChanged": forgot.members_changed,
        "state": forgot.state,
        "served": forgot.served,
        "anew": forgot.anew,
    }


def seal_model(manifest: ModelManifest, public_key: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """Return the DSSE envelope of a manifest, signed: ``sign`` returns the Ed25519 signature of a message."""
    return seal(model_bytes(manifest), IN_TOTO, public_key, sign)


def open_model(data: bytes, public_key: bytes, file: str = "manifest") -> ModelManifest:
    """Return the manifest in a DSSE envelope whose signature holds.

    Raises ``IntegrityError`` where it does not, ``InputError`` where envelope or manifest cannot be read, or the bytes are not the
    canonical ones of what they say.
    """
    payload = unseal(data, IN_TOTO, public_key)
    try:
        manifest = _read(json.loads(payload))
        if model_bytes(manifest) == payload:
            return manifest
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    what = "this is not the manifest of a model"
    raise InputError(Problem("bad-manifest", what, Place(file), "train the model again"))


def _read(raw: Any) -> ModelManifest:
    # Every slip of form shows in the bytes, which are written again from what was read and compared.
    says = raw["predicate"]
    kind, log, forgot = says["kind"], says["log"], says["forgot"]
    return ModelManifest(
        says["name"],
        says["version"],
        KindUsed(kind["name"], kind["version"], tuple((name, value) for name, value in kind["settings"])),
        Use(says["use"]["purpose"], says["use"]["recipient"]),
        TrainedOn(**says["dataset"]),
        parse_moment(says["madeAt"]),
        LogUsed(log["origin"], log["size"], bytes.fromhex(log["root"])),
        says["state"],
        says["served"],
        tuple(ModelFile(one["name"], one["digest"]["sha256"]) for one in raw["subject"]),
        says["code"],
        None if forgot is None else _read_forgot(forgot),
        says["previous"],
    )


def _read_forgot(raw: Any) -> Forgot:
    return Forgot(
        raw["datasetVersion"],
        raw["membersOut"],
        raw["membersChanged"],
        raw["state"],
        raw["served"],
        raw["anew"],
    )
