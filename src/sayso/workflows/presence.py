"""Whose rows a published version has: the members' pseudonyms by shard, kept so that asking of a few members reads no shard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow.compute as pc

from sayso.dataset.manifest import Manifest, Shard
from sayso.ports import ShardStore
from sayso.workflows.facts import Yard
from sayso.workflows.keeping import keep, kept

PRESENCE = "members"
"""The beginning of the name of what is kept: of each shard its file's SHA-256, how many members it has, and their pseudonyms."""

_DIGEST, _COUNT, _NAME = 32, 4, 16

Presence = Mapping[str, bytes]
"""The pseudonyms of the members with rows in a shard, 16 bytes each, by the SHA-256 of the shard's file."""


def presence(yard: Yard, store: ShardStore, manifest: Manifest) -> Presence:
    """Return whose rows a version has; what of it is not kept is read from the shards, and kept from then on.

    Where nothing can be kept, only what was is returned: reading all shards for a few would take longer than reading these.
    """
    name = f"{PRESENCE}.{manifest.name}"
    held = dict(_parsed(found[1])) if (found := kept(yard.book, yard.snapshots, name)) else {}
    wanted = {shard.file_sha256: shard for shard in manifest.shards}
    missing = [shard for digest, shard in wanted.items() if digest not in held]
    if yard.snapshots is None or not missing:
        return held
    now = {
        digest: held[digest] if digest in held else _read(store, shard) for digest, shard in wanted.items()
    }
    keep(yard.book, yard.snapshots, name, yard.book.log.size(), _written(now))
    return now


def has_rows(of: Presence, shard: Shard, pseudonym: str) -> bool | None:
    """Tell whether a member has rows in a shard, ``None`` where that is not known."""
    names = of.get(shard.file_sha256)
    if names is None:
        return None
    wanted, at = bytes.fromhex(pseudonym), -1
    while (at := names.find(wanted, at + 1)) >= 0:
        if at % _NAME == 0:
            return True
    return False


def _read(store: ShardStore, shard: Shard) -> bytes:
    members = pc.unique(store.read(shard.name, ["member"]).column("member")).to_pylist()
    return bytes.fromhex("".join(members))


def _written(held: Presence) -> bytes:
    return b"".join(
        bytes.fromhex(digest) + (len(names) // _NAME).to_bytes(_COUNT) + names
        for digest, names in held.items()
    )


def _parsed(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at < len(data):
        begin = at + _DIGEST + _COUNT
        end = begin + _NAME * int.from_bytes(data[at + _DIGEST : begin])
        yield data[at : at + _DIGEST].hex(), data[begin:end]
        at = end
