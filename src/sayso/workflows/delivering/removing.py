"""The licensee's side: rows that a feed names leave its copy, what remains is held against digests, and the removal is signed.

It needs the delivery, the feed and the licensee's key, and nothing of the house's project.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from sayso.dataset.digest_table import table_digest
from sayso.dataset.manifest import Shard
from sayso.dataset.rows import from_table, to_table
from sayso.deliveries.acknowledgement import Acknowledgement, seal_acknowledgement
from sayso.deliveries.delivery import STATEMENT_FILE, Delivery, open_delivery
from sayso.deliveries.feed import Feed, Item, head, open_feed
from sayso.deliveries.statements import Slice
from sayso.errors import InputError, IntegrityError, Place, Problem, Refused
from sayso.ledger.checkpoints import VerifierKey, parse_vkey
from sayso.ports import Clock
from sayso.workflows.delivering.hand_over import HOUSE_KEY

SEEN = "feed.seen.dsse.json"
"""The feed that was carried out last, kept in the licensee's copy: the next one must go on from it."""


class Copy(Protocol):
    """A licensee's copy of what was delivered."""

    def get(self, name: str) -> bytes | None:
        """Return the bytes of a small file, ``None`` where it is missing."""
        ...

    def put(self, name: str, data: bytes) -> None:
        """Write a small file, in the place of what was there."""
        ...

    def digest(self, name: str) -> str | None:
        """Return the SHA-256 of a file as 64 hexadecimal digits, ``None`` where it is missing."""
        ...

    def read(self, name: str) -> pa.Table:
        """Return the rows of a shard file; raises ``IntegrityError`` where it cannot be read."""
        ...

    def renew(self, name: str, rows: pa.Table) -> None:
        """Put other rows in the place of a shard's file."""
        ...


class Signer(Protocol):
    """Signs for a licensee."""

    def public_key(self) -> bytes:
        """Return the 32 bytes of the Ed25519 public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the Ed25519 signature of a message (RFC 8032)."""
        ...


@dataclass(frozen=True, slots=True)
class Removed:
    """What left a copy: rows now, what remains, what was signed, and its bytes (``None``: a dry run)."""

    delivery: Delivery
    said: Acknowledgement
    rows: int
    signed: bytes | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A copy of a delivery, the house's key that signed for it, how many rows it is less by feeds, and what does not hold."""

    delivery: Delivery
    house: VerifierKey
    less: int
    problems: tuple[Problem, ...]


def check_copy(copy: Copy, trusted: str | None = None) -> Checked:
    """Return what holds of a copy: the signature, and every file as it was delivered, less the rows of the feed carried out last.

    ``trusted`` is the house's key where the caller knows it from elsewhere. Raises ``InputError`` where there is no delivery,
    ``IntegrityError`` where its signature does not hold, or that of the feed.
    """
    delivery, house = _opened(copy, trusted)
    seen = copy.get(SEEN)
    told = None if seen is None else open_feed(seen, house.public_key)
    bad = [name for name, sha in delivery.files if copy.digest(name) != sha]
    bad += [one.name for one in delivery.shards if not _holds(copy, one, told)]
    what, advice = (
        "this file is not, to the bit, what was delivered",
        "ask for it again, or apply the feed to a whole copy",
    )
    less = 0 if told is None else told.count
    return Checked(
        delivery, house, less, tuple(Problem("changed-file", what, Place(name), advice) for name in bad)
    )


def _holds(copy: Copy, shard: Shard, told: Feed | None) -> bool:
    if copy.digest(shard.name) == shard.file_sha256:
        # Rows that a feed asked to be removed must not come back with the file that was delivered.
        return told is None or not any(_named(told, shard.name))
    if told is None or copy.digest(shard.name) is None:
        return False
    table = to_table(from_table(copy.read(shard.name)))
    return not table.num_rows or Slice(shard.name, table.num_rows, table_digest(table)) in told.remaining


def remove_revoked(
    copy: Copy,
    feed: bytes,
    key: Signer,
    clock: Clock,
    trusted: str | None = None,
    everything: bool = False,
    dry_run: bool = False,
) -> Removed:
    """Return what left a copy, and the signed acknowledgement of it; with ``dry_run`` nothing is changed and nothing signed.

    With ``everything`` no row is left, whatever the feed names. All is checked before anything is changed: raises ``IntegrityError``
    where a signature does not hold or what remains is not what should, ``Refused`` for a feed of another delivery, one older than
    that carried out last, and one that asks for nothing, and for another key than the agreement's.
    """
    delivery, house = _opened(copy, trusted)
    told = open_feed(feed, house.public_key)
    _check(copy, delivery, told, house, key)
    plan = tuple(_shard(copy, told, one.name, everything) for one in delivery.shards)
    rest = tuple(one.rest for one in plan)
    if not everything:
        _check_rest(told, rest)
    said = Acknowledgement(
        told.delivery,
        told.licensee,
        len(told.items),
        head(told.delivery, told.items),
        clock.now(),
        rest,
    )
    rows = sum(one.gone for one in plan)
    if dry_run:
        return Removed(delivery, said, rows, None)
    for one in plan:
        if one.table is not None:
            copy.renew(one.rest.name, one.table)
    copy.put(SEEN, feed)
    return Removed(delivery, said, rows, seal_acknowledgement(said, key.public_key(), key.sign))


def _opened(copy: Copy, trusted: str | None) -> tuple[Delivery, VerifierKey]:
    data, named = copy.get(STATEMENT_FILE), copy.get(HOUSE_KEY)
    if data is None or (named is None and trusted is None):
        advice = "name the folder that was handed over, with --data"
        raise InputError(
            Problem("no-delivery", f"there is no {STATEMENT_FILE} with its {HOUSE_KEY} here", advice=advice)
        )
    house = parse_vkey((named or b"").decode(errors="replace") if trusted is None else trusted)
    return open_delivery(data, house.public_key), house


def _check(copy: Copy, delivery: Delivery, told: Feed, house: VerifierKey, key: Signer) -> None:
    if told.delivery != delivery.digest:
        raise Refused(
            Problem(
                "other-delivery",
                "this feed is of another delivery than the one in the folder",
                advice="take the feed of its id: " + delivery.id,
            )
        )
    if not told.items:
        raise Refused(
            Problem("nothing-revoked", "the feed asks for nothing to be removed", advice="nothing to do")
        )
    if parse_vkey(delivery.terms.key).public_key != key.public_key():
        raise Refused(
            Problem(
                "other-key",
                "the agreement names another key",
                advice="sign with the key whose public half is in licensee.pub",
            )
        )
    seen = copy.get(SEEN)
    before: tuple[Item, ...] = () if seen is None else open_feed(seen, house.public_key).items
    if told.items[: len(before)] != before:
        what = (
            "this feed does not go on from the one that was carried out last: it is older, or was rewritten"
        )
        raise Refused(
            Problem(
                "stale-feed",
                what,
                advice="ask for the feed of today; if it is that, ask the house why it changed",
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """What becomes of a shard: what is left, how many rows go, and the rows to write (``None``: the file stays as it is)."""

    rest: Slice
    gone: int
    table: pa.Table | None


def _shard(copy: Copy, told: Feed, name: str, everything: bool) -> _Plan:
    if copy.digest(name) is None:
        return _Plan(Slice(name, 0, table_digest(to_table(()))), 0, None)
    table = to_table(from_table(copy.read(name)))
    named = table.column("record") if everything else pa.array(sorted(_named(told, name)), pa.string())
    left = table.filter(pc.invert(pc.is_in(table.column("record"), named))).combine_chunks()
    gone = table.num_rows - left.num_rows
    return _Plan(Slice(name, left.num_rows, table_digest(left)), gone, left if gone else None)


def _named(told: Feed, shard: str) -> Iterator[str]:
    return (name for one in told.items for where, names in one.rows if where == shard for name in names)


def _check_rest(told: Feed, rest: tuple[Slice, ...]) -> None:
    wrong = [one.name for one in rest if one not in told.remaining]
    if wrong or len(rest) != len(told.remaining):
        others = " and others" if len(wrong) > 4 else ""
        what = f"what would remain in {', '.join(wrong[:4])}{others} is not what was delivered less the rows of the feed"
        advice = "nothing was changed: take the files as they were delivered, and apply the feed to them"
        raise IntegrityError(Problem("other-rows", what, advice=advice))
