"""Events to leaves and back."""

from __future__ import annotations

import json
from typing import get_args

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from log_samples import NOW, choice, events, moments
from sayso.errors import IntegrityError
from sayso.ledger import events as ev
from sayso.ledger.codec import FORMS, LAST_MOMENT, MAX_INTEGER, decode, encode, type_name
from sayso.values.moments import Moment, format_moment


@given(events, moments, st.integers(0, 2**40))
def test_what_is_written_is_read_back_the_same(event: ev.Event, logged_at: Moment, number: int) -> None:
    assert decode(encode(event, logged_at), number) == ev.Entry(number, logged_at, event)


@given(events, moments)
@example(choice(tag='\x00\x1f\x7f\u2028\U0001f600"\\/\n\t\b\f\r'), NOW)
def test_a_leaf_is_the_rfc_8785_form_of_its_own_json(event: ev.Event, logged_at: Moment) -> None:
    leaf = encode(event, logged_at)
    found = json.loads(leaf)
    assert rfc8785.dumps(found) == leaf
    assert (found["v"], found["type"], found["logged_at"]) == (1, type_name(event), format_moment(logged_at))


def test_every_kind_of_event_has_one_form_with_all_its_fields() -> None:
    assert {form.event for form in FORMS} == set(get_args(ev.Event))
    assert len({form.type for form in FORMS}) == len(FORMS)
    for form in FORMS:
        assert tuple(field.name for field in form.fields) == form.event.__match_args__  # type: ignore[attr-defined]


def test_a_choice_is_written_as_the_reference_page_shows() -> None:
    assert encode(choice(), NOW) == (
        b'{"at":"2025-03-01T09:30:00Z","channel":"settings","control":"genai","logged_at":"2025-03-01T09:30:00Z",'
        b'"tag":"5f","type":"choice-made","v":1,"version":"2024-09-18","yes":false}'
    )


def test_a_field_that_is_none_is_left_out() -> None:
    leaf = json.loads(encode(ev.NoticeGiven("v1", NOW, "e-mail"), NOW))
    assert "regions" not in leaf
    assert "tag" not in leaf


GOOD = encode(choice(), NOW)
LISTED = encode(ev.NoticeGiven("v1", NOW, "e-mail", ("GB",)), NOW)


@given(st.data())
def test_a_flipped_bit_is_refused_or_makes_another_canonical_leaf(data: st.DataObject) -> None:
    leaf = bytearray(data.draw(st.sampled_from((GOOD, LISTED))))
    place = data.draw(st.integers(0, len(leaf) * 8 - 1))
    leaf[place // 8] ^= 1 << place % 8
    try:
        entry = decode(bytes(leaf), 0)
    except IntegrityError:
        return
    assert encode(entry.event, entry.logged_at) == leaf


@pytest.mark.parametrize("leaf", [
    b"",
    b"[]",
    b"null",
    b"\xff\xfe",
    b'{"type":["choice-made"],"v":1}',
    b'{"type":"no-such-event","v":1}',
    b"[" * 100_000,
    GOOD + b" ",
    GOOD.replace(b'"v":1', b'"v":2'),
    GOOD.replace(b'"v":1', b'"v":1.0'),
    GOOD.replace(b'"v":1', b'"v":1,"v":1'),
    GOOD.replace(b'"v":1', b'"u":0,"v":1'),
    GOOD.replace(b'"at":"2025-03-01T09:30:00Z"', b'"at":"2025-03-01T09:30:00.000000Z"'),
    GOOD.replace(b'"at":"2025-03-01T09:30:00Z"', b'"at":"2025-03-01T10:30:00+01:00"'),
    GOOD.replace(b'"at":"2025-03-01T09:30:00Z"', b'"at":"2025-02-30T09:30:00Z"'),
    GOOD.replace(b'"at":"2025-03-01T09:30:00Z"', b'"at":"2025-03-01"'),
    GOOD.replace(b'"at":"2025-03-01T09:30:00Z"', b'"at":0'),
    GOOD.replace(b'"5f"', b'"\\u0035f"'),
    GOOD.replace(b'"5f"', b'"\\ud800"'),
    GOOD.replace(b'"5f"', b"5"),
    GOOD.replace(b"false", b"0"),
    LISTED.replace(b'["GB"]', b"null"),
    LISTED.replace(b'["GB"]', b'"GB"'),
    LISTED.replace(b'["GB"]', b"[1]"),
])  # fmt: skip
def test_bytes_that_are_no_canonical_event_are_refused_without_quoting_them(leaf: bytes) -> None:
    with pytest.raises(IntegrityError) as caught:
        decode(leaf, 12)
    assert str(caught.value).startswith("entry 12 of the log is not the canonical form of an event;")


@pytest.mark.parametrize("event", [
    choice(tag="\ud800"),
    choice(at=Moment(LAST_MOMENT + 1)),
    choice(at=Moment(-(10**18))),
    ev.SuspensionLifted(MAX_INTEGER + 1, NOW),
    ev.SuspensionLifted(True, NOW),
    ev.ChoiceMade("5f", "genai", 1, NOW, "v1", "settings"),  # type: ignore[arg-type]
    ev.ChoiceMade(None, "genai", True, NOW, "v1", "settings"),  # type: ignore[arg-type]
    ev.ModelForgot("m", 1, "ab", "c"),  # type: ignore[arg-type]
    ev.ModelForgot("m", 1, ("\ud800",), "c"),
    choice(at=1.5),  # type: ignore[arg-type]
])  # fmt: skip
def test_an_event_that_a_leaf_cannot_hold_is_refused(event: ev.Event) -> None:
    with pytest.raises(ValueError, match=r"a leaf cannot hold this [a-z-]+ event: [a-z ]+"):
        encode(event, NOW)
