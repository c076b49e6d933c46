"""What webhooks are sent: CloudEvents under the signature of Standard Webhooks, and when they are tried again."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.service_ports import Sent, Webhook
from sayso.values.moments import DAY, SECOND, Moment, parse_moment
from sayso.values.uses import Use
from sayso.workflows.feed import Item, Kind, item_fields
from sayso.workflows.messages import (
    DELAYS,
    body_of,
    event_type,
    headers_of,
    is_delivered,
    next_attempt,
    secret_text,
    signature,
)

AT = parse_moment("2025-06-01T12:00:00.5Z")
ITEM = Item(12, AT, Kind.SAID_NO, "ada", None, False, None, (Use("ai-training", "platform"),))
HOOK = Webhook("wh_1", "https://example.org/", secret_text(bytes(range(32))), (), AT, 0)


def test_an_event_has_what_cloudevents_asks_for_and_names_nobody_outside_its_data() -> None:
    event = json.loads(body_of("example.org/forum", ITEM))
    data = event.pop("data")
    assert event == {
        "specversion": "1.0",
        "id": "example.org/forum#12",
        "source": "example.org/forum",
        "type": "org.sayso.said.no",
        "time": "2025-06-01T12:00:00.500000Z",
        "datacontenttype": "application/json",
    }
    assert data == item_fields(ITEM)
    assert data["member"] == "ada"


def test_every_kind_has_a_type_of_its_own() -> None:
    types = {event_type(Item(0, AT, kind, None, None, True, None, ())) for kind in Kind}
    assert len(types) == len(Kind)
    assert "org.sayso.records.imported" in types


def test_the_signature_is_that_of_the_test_vector_of_standard_webhooks() -> None:
    # The vector of every library of https://github.com/standard-webhooks/standard-webhooks.
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    found = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(min_size=24, max_size=64), st.text(max_size=40).map(str.encode))
def test_somebody_elses_library_takes_every_signature(key: bytes, body: bytes) -> None:
    standardwebhooks = pytest.importorskip("standardwebhooks")
    seconds = AT // SECOND
    theirs = standardwebhooks.Webhook("whsec_" + b64encode(key).decode())
    wanted = theirs.sign("wh_1_12", datetime.fromtimestamp(seconds, UTC), body.decode())
    assert signature(secret_text(key), "wh_1_12", seconds, body) == wanted


def test_another_body_moment_or_message_has_another_signature() -> None:
    body = body_of("example.org/forum", ITEM)
    signed = {
        signature(HOOK.secret, message, seconds, data)
        for message, seconds, data in [("m", 1, body), ("n", 1, body), ("m", 2, body), ("m", 1, body + b" ")]
    }
    assert len(signed) == 4


def test_an_attempt_has_its_own_moment_and_the_message_its_own_id() -> None:
    body = body_of("example.org/forum", ITEM)
    first, second = (headers_of(HOOK, ITEM, body, Moment(AT + n * SECOND)) for n in (0, 300))
    assert first["webhook-id"] == second["webhook-id"] == "wh_1_12"
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 300
    assert first["webhook-signature"] != second["webhook-signature"]
    assert first["content-type"] == "application/cloudevents+json"


@pytest.mark.parametrize(
    ("status", "taken"), [(200, True), (299, True), (199, False), (301, False), (404, False), (500, False)]
)
def test_a_message_is_taken_by_200_to_299_alone(status: int, taken: bool) -> None:
    assert is_delivered(Sent(status)) is taken
    assert not is_delivered(None)


def test_the_waits_are_those_of_the_specification_and_then_a_day_each() -> None:
    waits = [(next_attempt(AT, n, 0, None) - AT) // SECOND for n in range(1, 12)]
    assert waits == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400, 86400, 86400]


@given(st.integers(1, 50), st.floats(0, 1), st.none() | st.floats(0, 1e9))
def test_a_wait_is_never_shorter_than_the_schedule_nor_much_longer_than_a_day(
    attempts: int, draw: float, asked: float | None
) -> None:
    wait = next_attempt(AT, attempts, draw, Sent(503, asked)) - AT
    assert DELAYS[min(attempts, len(DELAYS)) - 1] * SECOND <= wait <= DAY * 1.1
    if asked is not None:
        assert wait >= min(asked, 86_400) * SECOND - 1
