"""What a webhook is sent, and when it is tried again: CloudEvents 1.0 in the scheme of Standard Webhooks 1.0. Arithmetic alone.

Sources: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md (structured mode) and
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from hashlib import sha256

from sayso.service_ports import Sent, Webhook
from sayso.values.canonical import Json, canonical
from sayso.values.moments import SECOND, Moment, format_moment
from sayso.workflows.feed import Item, item_fields

CONTENT_TYPE = "application/cloudevents+json"
SECRET_PREFIX = "whsec_"
SECRET_BYTES = 32
"""The specification asks for at least 24 bytes, and 64 at most."""

DELAYS = (5, 5 * 60, 30 * 60, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24)))
"""Seconds to wait after the first, second, ... attempt in vain: the schedule of Standard Webhooks ("Deliverability and reliability").

After the last of them a webhook is tried once a day: a withdrawal is never given up, because nobody else tells of it.
"""

JITTER = 0.1
"""A wait is made longer by up to this part of it, so that many receivers that failed at once are not tried at once."""

GONE = 410


def secret_text(random: bytes) -> str:
    """Return a secret as it is shown to receivers.

    >>> secret_text(bytes(24))
    'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    return SECRET_PREFIX + b64encode(random).decode()


def event_type(item: Item) -> str:
    """Return the CloudEvents type of an item: the kind under a name that is ours, its words as steps of a hierarchy."""
    return "org.sayso." + item.kind.replace("-", ".")


def body_of(origin: str, item: Item) -> bytes:
    """Return the CloudEvent of an item, the same bytes each time; nothing outside ``data`` says whom it is about."""
    event: dict[str, Json] = {
        "specversion": "1.0",
        "id": f"{origin}#{item.entry}",
        "source": origin,
        "type": event_type(item),
        "time": format_moment(item.at),
        "datacontenttype": "application/json",
        "data": item_fields(item),
    }
    return canonical(event)


def headers_of(webhook: Webhook, item: Item, body: bytes, at: Moment) -> dict[str, str]:
    """Return the header fields of an attempt at a moment; ``webhook-id`` is the same in every attempt."""
    message, seconds = f"{webhook.id}_{item.entry}", at // SECOND
    return {
        "content-type": CONTENT_TYPE,
        "webhook-id": message,
        "webhook-timestamp": str(seconds),
        "webhook-signature": signature(webhook.secret, message, seconds, body),
    }


def signature(secret: str, message: str, seconds: int, body: bytes) -> str:
    """Return ``v1,`` and the base64 of HMAC-SHA-256 of ``message.seconds.body`` (its "Signature scheme")."""
    signed = f"{message}.{seconds}.".encode() + body
    key = b64decode(secret.removeprefix(SECRET_PREFIX))
    return "v1," + b64encode(hmac.digest(key, signed, sha256)).decode()


def is_delivered(sent: Sent | None) -> bool:
    """Tell whether a receiver took a message: it answered 200 to 299, and nothing else counts, a redirect neither."""
    return sent is not None and 200 <= sent.status <= 299


def next_attempt(now: Moment, attempts: int, draw: float, sent: Sent | None) -> Moment:
    """Return when to try again after so many attempts in vain (1 and more); ``draw`` (0 to 1) is the chance in it.

    A receiver that asks to be left alone for longer (``Retry-After``) is, for a day at most.
    """
    delay = DELAYS[min(attempts, len(DELAYS)) - 1]
    asked = min(sent.retry_after, DELAYS[-1]) if sent is not None and sent.retry_after is not None else 0
    return Moment(now + round(max(delay, asked) * (1 + JITTER * draw) * SECOND))
