"""Statements of deliveries, feeds and acknowledgements: what was written is read back, and nothing else is read at all."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_samples import KEY, OTHER_KEY, sign
from sayso.dataset.dsse import IN_TOTO, seal
from sayso.dataset.manifest import LogUsed, Shard
from sayso.deliveries.acknowledgement import (
    Acknowledgement,
    contradictions,
    open_acknowledgement,
    seal_acknowledgement,
)
from sayso.deliveries.delivery import Delivery, Terms, delivery_bytes, open_delivery, seal_delivery
from sayso.deliveries.feed import Feed, Item, Why, feed_bytes, head, open_feed, seal_feed
from sayso.deliveries.statements import Slice
from sayso.errors import InputError, IntegrityError
from sayso.ledger.checkpoints import format_vkey
from sayso.values.canonical import canonical
from sayso.values.moments import DAY, Moment, parse_moment
from sayso.values.uses import Use

NOW = parse_moment("2025-06-01T12:00:00Z")
HEX64 = st.text("0123456789abcdef", min_size=64, max_size=64)
HEX32 = st.text("0123456789abcdef", min_size=32, max_size=32)
DIGEST = HEX64.map("sha256:".__add__)
NAMES = st.text("abcdefghij-0123456789", min_size=1, max_size=12)
COUNTS = st.integers(0, 10**9)
DAYS = st.integers(0, 20_000).map(lambda day: Moment(day * DAY))
MOMENTS = st.integers(0, 2**50).map(Moment)
LOGS = st.builds(LogUsed, NAMES, COUNTS, st.binary(min_size=32, max_size=32))
SHARDS = st.lists(st.tuples(HEX64, HEX64, COUNTS, COUNTS), min_size=1, max_size=4).map(
    lambda found: tuple(Shard(f"shards/{number:04d}.parquet", *one) for number, one in enumerate(found))
)
TERMS = st.builds(
    Terms,
    NAMES,
    DIGEST,
    st.just(format_vkey(KEY)),
    MOMENTS,
    MOMENTS,
    st.none() | st.just(("GB", "US-CA")),
    COUNTS,
)
FILES = st.lists(st.tuples(st.just("card.md"), HEX64), max_size=1).map(tuple)
DELIVERIES = st.builds(
    Delivery,
    NAMES,
    NAMES,
    COUNTS,
    st.builds(Use, NAMES, NAMES),
    DIGEST,
    TERMS,
    MOMENTS,
    LOGS,
    SHARDS,
    FILES,
    DIGEST,
)
SHARD_NAMES = st.sampled_from(["shards/0000.parquet", "shards/0001.parquet"])
ROWS = st.dictionaries(SHARD_NAMES, st.lists(HEX32, min_size=1, max_size=3).map(tuple), min_size=1)
ITEMS = st.builds(Item, DAYS, DAYS, st.sampled_from(Why), ROWS.map(lambda rows: tuple(sorted(rows.items()))))
SLICES = st.lists(st.builds(Slice, NAMES, COUNTS, HEX64), max_size=3).map(tuple)
FEEDS = st.builds(
    Feed, DIGEST, NAMES, NAMES, COUNTS, MOMENTS, LOGS, st.lists(ITEMS, max_size=3).map(tuple), SLICES
)
ASKED = st.lists(ITEMS, min_size=1, max_size=3).map(tuple)
FEEDS_WITH_ITEMS = st.builds(Feed, DIGEST, NAMES, NAMES, COUNTS, MOMENTS, LOGS, ASKED, SLICES)
SAID = st.builds(Acknowledgement, DIGEST, NAMES, COUNTS, HEX64, MOMENTS, SLICES)


@settings(max_examples=20)
@given(DELIVERIES, FEEDS, SAID)
def test_what_was_signed_is_read_back(delivery: Delivery, feed: Feed, said: Acknowledgement) -> None:
    assert open_delivery(seal_delivery(delivery, KEY.public_key, sign), KEY.public_key) == delivery
    assert open_feed(seal_feed(feed, KEY.public_key, sign), KEY.public_key) == feed
    assert open_acknowledgement(seal_acknowledgement(said, KEY.public_key, sign), KEY.public_key) == said


@settings(max_examples=20)
@given(DELIVERIES, FEEDS, SAID)
def test_what_somebody_else_signed_is_not_believed(
    delivery: Delivery, feed: Feed, said: Acknowledgement
) -> None:
    for read, data in (
        (open_delivery, seal_delivery(delivery, KEY.public_key, sign)),
        (open_feed, seal_feed(feed, KEY.public_key, sign)),
        (open_acknowledgement, seal_acknowledgement(said, KEY.public_key, sign)),
    ):
        with pytest.raises(IntegrityError):
            read(data, OTHER_KEY.public_key)


def changed(raw: Any, path: list[str | int], value: Any) -> bytes:
    place = raw
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return seal(canonical(raw), IN_TOTO, KEY.public_key, sign)


DELIVERY = Delivery(
    "acme", "texts", 1, Use("licensing", "acme"), "sha256:" + "a" * 64,
    Terms("acme-2025", "sha256:" + "b" * 64, format_vkey(KEY), NOW, Moment(NOW + DAY), ("GB",), 14), NOW,
    LogUsed("example.com/sayso", 7, bytes(32)), (Shard("shards/0000.parquet", "c" * 64, "d" * 64, 3, 2),),
    (("card.md", "e" * 64),), "sha256:" + "f" * 64,
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["subject", 0, "name"], "../../shards/0000.parquet"),
        (["subject", -1, "name"], "../card.md"),
        (["subject", 0, "digest", "sha256"], "0" * 63),
        (["predicateType"], "urn:sayso:dataset-manifest:v1"),
        (["predicate", "more"], 1),
        (["predicate", "obligations"], []),
        (["predicate", "dataset", "version"], True),
        (["predicate", "dataset", "version"], -1),
        (["predicate", "deliveredAt"], "yesterday"),
        (["predicate", "agreement", "territory"], "GB"),
        (["predicate", "shards"], []),
        (["predicate"], None),
    ],
)
def test_a_statement_with_anything_else_in_it_is_none(path: list[str | int], value: Any) -> None:
    with pytest.raises(InputError):
        open_delivery(changed(json.loads(delivery_bytes(DELIVERY)), path, value), KEY.public_key)


@settings(max_examples=20)
@given(FEEDS_WITH_ITEMS)
def test_a_feed_whose_head_is_not_that_of_its_items_is_none(feed: Feed) -> None:
    raw = json.loads(feed_bytes(feed))
    with pytest.raises(InputError):
        open_feed(changed(raw, ["predicate", "items"], raw["predicate"]["items"][:-1]), KEY.public_key)
    assert head(feed.delivery, feed.items) != head(feed.delivery, feed.items[:-1])
    assert head("another", feed.items) != head(feed.delivery, feed.items)


def test_an_envelope_of_another_type_is_none() -> None:
    data = json.dumps(
        {"payload": b64encode(b"{}").decode(), "payloadType": "text/plain", "signatures": []}
    ).encode()
    with pytest.raises(IntegrityError):
        open_feed(data, KEY.public_key)


@settings(max_examples=20)
@given(DELIVERIES, st.lists(ITEMS, min_size=1, max_size=3).map(tuple), SLICES)
def test_an_acknowledgement_is_taken_once_and_for_what_was_asked(
    delivery: Delivery, issued: tuple[Item, ...], wanted: tuple[Slice, ...]
) -> None:
    count, now = len(issued), Moment(max(one.since for one in issued) + DAY)
    said = Acknowledgement(
        delivery.digest, delivery.licensee, count, head(delivery.digest, issued), now, wanted
    )
    assert contradictions(said, delivery, issued, 0, wanted, now) == ()
    assert [one.code for one in contradictions(said, delivery, issued, count, wanted, now)] == [
        "stale-acknowledgement"
    ]
    assert [one.code for one in contradictions(said, delivery, issued[:-1], 0, wanted, now)] == ["other-feed"]
    early = Moment(now - 10 * 60 * 1_000_000)
    assert [one.code for one in contradictions(said, delivery, issued, 0, wanted, early)] == ["bad-moment"]
    more = (*wanted, Slice("another", 1, "0" * 64))
    assert [one.code for one in contradictions(said, delivery, issued, 0, more, now)] == ["other-rows"]
