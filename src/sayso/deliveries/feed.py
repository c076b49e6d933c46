"""The revocation feed of a delivery: which of its rows are to be removed, since which day, by which; it only ever grows.

It names rows by the pseudonyms under which they were delivered, and days rather than moments, and never a log entry: two licensees who
laid their feeds side by side would find the same person by the second at which they said no.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sayso.dataset.manifest import LogUsed
from sayso.deliveries import statements as st
from sayso.deliveries.delivery import STATEMENT_FILE
from sayso.values.canonical import Json, canonical
from sayso.values.moments import DAY, Moment, format_day

PREDICATE = "urn:sayso:revocation-feed:v1"


class Why(StrEnum):
    """Why rows are to be removed, as far as it is a licensee's to know."""

    TAKEN_BACK = "taken-back"
    STOPPED = "stopped"
    CHANGED = "changed"
    TERM_ENDED = "term-ended"


@dataclass(frozen=True, slots=True)
class Item:
    """Rows to be removed: since which day, by which moment, why, and their pseudonyms by shard, both sorted."""

    since: Moment
    due: Moment
    why: Why
    rows: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def count(self) -> int:
        """Return how many rows are named."""
        return sum(len(names) for _, names in self.rows)


@dataclass(frozen=True, slots=True)
class Feed:
    """All items so far of a delivery's feed, when it was signed, the log that it rests on, and what is to remain after them."""

    delivery: str
    licensee: str
    name: str
    version: int
    issued_at: Moment
    log: LogUsed
    items: tuple[Item, ...]
    remaining: tuple[st.Slice, ...]

    @property
    def count(self) -> int:
        """Return how many rows are to be removed in all."""
        return sum(one.count for one in self.items)


def day_of(at: Moment) -> Moment:
    """Return the first moment of a moment's day, in UTC.

    >>> day_of(Moment(DAY + 5)) == DAY
    True
    """
    return Moment(at - at % DAY)


def item_json(item: Item) -> dict[str, Json]:
    """Return an item as JSON."""
    return {
        "since": format_day(item.since),
        "due": st.moment_json(item.due),
        "why": str(item.why),
        "rows": {shard: list(names) for shard, names in item.rows},
    }


def read_item(raw: Any) -> Item:
    """Return the item that JSON says; raises ``ValueError`` and its like for anything else."""
    rows = tuple(
        (st.text(shard), tuple(st.of_form(st.HEX32, one) for one in st.listed(names)))
        for shard, names in raw["rows"].items()
    )
    return Item(st.moment(raw["since"]), st.moment(raw["due"]), Why(raw["why"]), rows)


def head(delivery: str, items: tuple[Item, ...]) -> str:
    """Return the head of a feed: SHA-256 over the head before and an item, begun with the delivery's digest; 64 hexadecimal digits.

    Two feeds with the same head have the same items, and a feed that has grown goes through the heads that it had.
    """
    hashed = sha256(delivery.encode()).digest()
    for one in items:
        hashed = sha256(hashed + canonical(item_json(one))).digest()
    return hashed.hex()


def feed_bytes(feed: Feed) -> bytes:
    """Return the RFC 8785 bytes of a feed's statement: what is signed."""
    subject: list[Json] = [
        {"name": STATEMENT_FILE, "digest": {"sha256": feed.delivery.removeprefix("sha256:")}}
    ]
    predicate: dict[str, Json] = {
        "licensee": feed.licensee,
        "dataset": {"name": feed.name, "version": feed.version},
        "issuedAt": st.moment_json(feed.issued_at),
        "log": st.log_json(feed.log),
        "items": [item_json(one) for one in feed.items],
        "head": head(feed.delivery, feed.items),
        "remaining": st.slices_json(feed.remaining),
    }
    return st.statement(PREDICATE, subject, predicate)


def seal_feed(feed: Feed, public_key: bytes, sign: st.Sign) -> bytes:
    """Return the signed envelope of a feed."""
    return st.sealed(feed_bytes(feed), public_key, sign)


def open_feed(data: bytes, public_key: bytes) -> Feed:
    """Return the feed in an envelope that the house signed; raises like ``statements.opened``."""
    return st.opened(data, public_key, "a revocation feed", _read, feed_bytes)


def _read(raw: Any) -> Feed:
    says, dataset = raw["predicate"], raw["predicate"]["dataset"]
    return Feed(
        "sha256:" + st.of_form(st.HEX64, raw["subject"][0]["digest"]["sha256"]),
        st.text(says["licensee"]),
        st.text(dataset["name"]),
        st.whole(dataset["version"]),
        st.moment(says["issuedAt"]),
        st.log_used(says["log"]),
        tuple(read_item(one) for one in st.listed(says["items"])),
        st.slices(says["remaining"]),
    )
