"""The manifest: what a data set version is made of, on what grounds, and how to check it.

It is written as an in-toto Statement v1 (in-toto attestation framework) whose subjects are the shards, and holds no words and no
ids of members: counts, digests, and names that the office gave.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sayso.dataset.digest import LOGICAL
from sayso.dataset.funnel import Funnel
from sayso.dataset.taken import RedactionUsed
from sayso.errors import IntegrityError, Problem
from sayso.values.canonical import Json, canonical, digest
from sayso.values.moments import Moment, format_moment
from sayso.values.uses import Use

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:sayso:dataset-manifest:v1"


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard: its file's name, the SHA-256 of the file, its logical digest (64 hexadecimal digits each), rows, members."""

    name: str
    file_sha256: str
    logical: str
    rows: int
    members: int


@dataclass(frozen=True, slots=True)
class SourceUsed:
    """A source that records came from: its name, and the digest of its tables (``sha256:`` and 64 hexadecimal digits)."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class PolicyUsed:
    """The policy that decided: its id, its digest, and the version in force at the moment (``None``: none was)."""

    id: str
    digest: str
    version: str | None


@dataclass(frozen=True, slots=True)
class LogUsed:
    """The checkpoint of the log that the decisions rest on: origin, size in entries, 32-byte root."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one version of a data set is.

    ``version`` counts from 1; ``redaction`` says what was taken out and by what; ``code`` names the version of Sayso; ``key_id``
    that of the data set's key (``rows.key_id``); ``previous`` is the digest of the manifest before, ``None`` for the first.
    ``shards`` are in the order of their names; ``logical`` is the name of their logical digests, ``digest.LOGICAL`` or
    ``digest.FIRST``. Raises ``IntegrityError`` where its own parts contradict one another.
    """

    name: str
    version: int
    use: Use
    policy: PolicyUsed
    decided_at: Moment
    log: LogUsed
    sources: tuple[SourceUsed, ...]
    redaction: RedactionUsed
    code: str
    shards: tuple[Shard, ...]
    funnel: Funnel
    key_id: str
    previous: str | None = None
    logical: str = LOGICAL

    def __post_init__(self) -> None:
        """Hold the parts against one another."""
        problems = tuple(_problems(self))
        if problems:
            raise IntegrityError(*problems)

    @property
    def rows(self) -> int:
        """Return the number of rows in all shards."""
        return sum(shard.rows for shard in self.shards)

    @property
    def members(self) -> int:
        """Return the number of members in all shards; nobody is in two."""
        return sum(shard.members for shard in self.shards)


def _problems(manifest: Manifest) -> Iterable[Problem]:
    names = [shard.name for shard in manifest.shards]
    if not names or names != sorted(set(names)):
        yield Problem("manifest-shards", "a manifest names its shards in order, each once, and at least one")
    if manifest.rows != manifest.funnel.published:
        yield Problem(
            "manifest-rows",
            f"the shards hold {manifest.rows} rows, but the funnel published {manifest.funnel.published}",
        )
    if any(
        not 0 <= shard.members <= shard.rows or (shard.rows and not shard.members)
        for shard in manifest.shards
    ):
        yield Problem("manifest-members", "a shard has more members than rows, or rows of nobody")
    if manifest.version < 1 or (manifest.version == 1) != (manifest.previous is None):
        yield Problem(
            "manifest-version", "versions count from 1, and every one but the first names the one before"
        )


def statement(manifest: Manifest) -> dict[str, Json]:
    """Return the in-toto Statement v1 of a manifest, as JSON."""
    return {
        "_type": STATEMENT,
        "predicateType": PREDICATE,
        "subject": [
            {"name": shard.name, "digest": {"sha256": shard.file_sha256, manifest.logical: shard.logical}}
            for shard in manifest.shards
        ],
        "predicate": _predicate(manifest),
    }


def _predicate(manifest: Manifest) -> dict[str, Json]:
    policy, log = manifest.policy, manifest.log
    return {
        "name": manifest.name,
        "version": manifest.version,
        "use": {"purpose": manifest.use.purpose, "recipient": manifest.use.recipient},
        "policy": {"id": policy.id, "digest": policy.digest, "version": policy.version},
        "decidedAt": format_moment(manifest.decided_at),
        "log": {"origin": log.origin, "size": log.size, "root": log.root.hex()},
        "sources": [{"name": source.name, "digest": source.digest} for source in manifest.sources],
        "redaction": redaction_json(manifest.redaction),
        "code": manifest.code,
        "shards": [{"rows": shard.rows, "members": shard.members} for shard in manifest.shards],
        "funnel": funnel_json(manifest.funnel),
        "keyId": manifest.key_id,
        "previous": manifest.previous,
    }


def redaction_json(used: RedactionUsed) -> dict[str, Json]:
    """Return a redaction as JSON: the same fields in manifests and in what commands print."""
    return {
        "version": used.version,
        "mentions": used.mentions,
        "taken": [
            {"label": label, "spans": spans, "records": records} for label, spans, records in used.taken
        ],
        "measured": [
            {"label": label, "data": data, "found": found, "planted": planted}
            for label, data, found, planted in used.measured
        ],
    }


def funnel_json(funnel: Funnel) -> dict[str, Json]:
    """Return a funnel as JSON: the same fields in manifests and in what commands print."""
    return {
        "considered": funnel.considered,
        "outcomes": [
            {"verdict": str(one.verdict), "reason": str(one.reason), "count": count}
            for one, count in funnel.outcomes
        ],
        "permitted": funnel.permitted,
        "withheld": [{"reason": str(why), "count": count} for why, count in funnel.withheld],
        "published": funnel.published,
    }


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return the RFC 8785 bytes of the manifest's statement: what is signed."""
    return canonical(statement(manifest))


def manifest_digest(manifest: Manifest) -> str:
    """Return the digest of a manifest: that of its statement's bytes, so that signing it again changes nothing."""
    return digest(manifest_bytes(manifest))


def changed_shards(old: Manifest | None, new: Manifest) -> tuple[str, ...]:
    """Return the names of the shards whose rows are not those of the version before, those that are new or gone included."""
    before = {shard.name: shard.logical for shard in old.shards} if old else {}
    after = {shard.name: shard.logical for shard in new.shards}
    return tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))
