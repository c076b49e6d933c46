"""The card says what people need to know, and nothing of any member."""

from __future__ import annotations

from dataset.makings import funnel, manifest
from goldens import check_golden
from sayso.dataset.card import card
from sayso.dataset.digest import FIRST
from sayso.dataset.funnel import Withheld, tally
from sayso.dataset.manifest import LogUsed, PolicyUsed, Shard
from sayso.values.decisions import CHECKS, Outcome, Verdict


def test_the_card_is_what_was_approved() -> None:
    check_golden("dataset/card.md", card(manifest()))


def test_the_card_of_an_empty_first_version_is_what_was_approved() -> None:
    bare = manifest(
        version=1,
        previous=None,
        sources=(),
        policy=PolicyUsed("house", "sha256:" + "0" * 64, None),
        shards=(Shard("shards/00.parquet", "01" * 32, "02" * 32, 0, 0),),
        funnel=tally([], []),
    )
    check_golden("dataset/card-empty.md", card(bare))


def test_the_card_of_rows_that_do_not_say_what_they_reply_to_names_no_such_column() -> None:
    assert "`reply_to`" in card(manifest())
    assert "`reply_to`" not in card(manifest(logical=FIRST))


def test_every_reason_has_its_words() -> None:
    every = tally([(Outcome(Verdict.DENY, reason), 1) for reason in CHECKS], [])
    text = card(manifest(funnel=every, shards=(Shard("s", "01" * 32, "02" * 32, 0, 0),)))
    assert all(f"| {reason} | 1 |" in text for reason in CHECKS)
    assert all(f"| {why} |" in card(manifest()) for why in Withheld)
    assert funnel().withheld


def test_names_cannot_write_markup_into_the_card() -> None:
    text = card(manifest(log=LogUsed("<script>|x|\n# y", 1, bytes(32))))
    assert r"\<script\>\|x\| \# y" in text
