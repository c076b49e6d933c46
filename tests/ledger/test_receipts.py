"""Receipts: checked offline, from the receipt alone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_samples import KEY, NOW, OTHER_KEY, choice, events, sign, signed, some_choices
from memory_log import MemoryLog
from sayso.errors import InputError, IntegrityError
from sayso.ledger import events as ev
from sayso.ledger.checkpoints import Checkpoint, sign_checkpoint
from sayso.ledger.receipts import Receipt, format_receipt, make_receipt, parse_receipt, verify_receipt
from sayso.values.moments import Moment


def receipt_of(event: ev.Event) -> Receipt:
    log = MemoryLog()
    log.append(some_choices(5), NOW)
    (entry,) = log.append([event], Moment(NOW + 1_000_000))
    log.append(some_choices(3), NOW)
    size = log.size()
    (proof,) = log.inclusions((entry.number,), size)
    return make_receipt(entry.number, log.leaf(entry.number), signed(size, log.root(size)), proof, KEY)


NO = receipt_of(choice())
TEXT = format_receipt(NO)


def test_a_receipt_says_what_was_said_and_when() -> None:
    found = json.loads(TEXT)
    assert found["header"] == {
        "schema_version": "sayso-receipt/1",
        "record_id": "example.com/sayso#5",
        "pii_principal_id": "5f",
    }
    assert found["event"] == {
        "time": "2025-03-01T09:30:00Z",
        "logged_at": "2025-03-01T09:30:01Z",
        "duration": "until the next word on the same subject",
        "entity_id": "5f",
        "type": "dpv:OptingOutFromProcess",
        "state": "no",
        "control": "genai",
        "policy_version": "2024-09-18",
        "channel": "settings",
    }
    assert (
        json.loads(format_receipt(receipt_of(choice(yes=True))))["event"]["type"] == "dpv:OptingInToProcess"
    )


def test_a_receipt_without_a_named_key_vouches_for_itself_and_says_so() -> None:
    check = verify_receipt(parse_receipt(TEXT))
    assert check.holds
    assert check.entry == ev.Entry(5, Moment(NOW + 1_000_000), choice())
    assert (check.signed_by, check.pinned) == (KEY, False)


def test_a_receipt_holds_under_the_key_that_the_caller_trusts() -> None:
    check = verify_receipt(parse_receipt(TEXT), KEY)
    assert check.holds
    assert (check.signed_by, check.pinned) == (KEY, True)


def test_a_receipt_signed_with_another_key_does_not_hold_for_who_trusts_one() -> None:
    check = verify_receipt(NO, OTHER_KEY)
    assert {problem.code for problem in check.problems} == {"other-key", "not-signed"}
    assert (check.signed_by, check.pinned) == (None, False)


@given(events)
def test_any_entry_has_a_receipt_that_is_read_back_the_same(event: ev.Event) -> None:
    made = receipt_of(event)
    assert parse_receipt(format_receipt(made)) == made
    assert verify_receipt(made, KEY).holds


def change(path: str, value: Any) -> str:
    document = json.loads(TEXT)
    place = document
    *names, last = path.split(".")
    for name in names:
        place = place[name]
    place[last] = value
    return json.dumps(document)


@pytest.mark.parametrize(("path", "value", "code"), [
    ("event.state", "yes", "receipt-words"),
    ("event.time", "2024-03-01T09:30:00Z", "receipt-words"),
    ("header.pii_principal_id", "60", "receipt-words"),
    ("event.added", "more", "receipt-words"),
    ("event.half", 0.5, "receipt-words"),
    ("added", {}, "receipt-words"),
    ("proof.entry", 4, "bad-proof"),
    ("proof.entry", -1, "bad-proof"),
    ("proof.inclusion", [], "bad-proof"),
    ("proof.leaf", "e30=", "bad-entry"),
    ("proof.key", str(OTHER_KEY), "not-signed"),
])  # fmt: skip
def test_a_changed_receipt_is_named_for_what_was_changed(path: str, value: Any, code: str) -> None:
    check = verify_receipt(parse_receipt(change(path, value)))
    assert code in {problem.code for problem in check.problems}
    assert not check.holds


def test_a_signature_that_does_not_verify_is_named() -> None:
    torn = replace(NO.checkpoint, signatures=(replace(NO.checkpoint.signatures[0], signature=bytes(64)),))
    assert [p.code for p in verify_receipt(replace(NO, checkpoint=torn)).problems] == ["bad-signature"]


def test_a_checkpoint_of_another_log_is_named() -> None:
    strange = sign_checkpoint(
        Checkpoint("example.org/other", NO.checkpoint.size, NO.checkpoint.root), KEY, sign
    )
    assert "other-log" in {p.code for p in verify_receipt(replace(NO, checkpoint=strange)).problems}


def test_a_receipt_that_would_not_hold_is_not_made() -> None:
    with pytest.raises(IntegrityError, match="the proof does not show entry 5"):
        make_receipt(5, NO.leaf, NO.checkpoint, (), KEY)


@given(st.integers(0, len(TEXT.encode()) * 8 - 1))
def test_a_flipped_bit_anywhere_in_a_receipt_is_found_or_changes_nothing(place: int) -> None:
    data = bytearray(TEXT.encode())
    data[place // 8] ^= 1 << place % 8
    try:
        found = parse_receipt(data.decode())
    except (InputError, UnicodeDecodeError):
        return
    assert found == NO or not verify_receipt(found, KEY).holds


@pytest.mark.parametrize("text", [
    "",
    "null",
    "[]",
    "{}",
    "[" * 100_000,
    " " * 300_000,
    TEXT.replace("sayso-receipt/1", "sayso-receipt/2"),
    TEXT.replace('"state": "no"', '"state": "no", "state": "yes"'),
    change("proof", None),
    change("proof.entry", "5"),
    change("proof.entry", True),
    change("proof.leaf", "not base64"),
    change("proof.leaf", "e31="),
    change("proof.inclusion", [1]),
    change("proof.inclusion", None),
    change("proof.checkpoint", "no note"),
    change("proof.checkpoint", 5),
    change("proof.key", "no key"),
    change("proof.more", 1),
    change("event.big", 2**60),
    change("event.nan", float("nan")),
])  # fmt: skip
def test_a_text_that_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_receipt(text)
