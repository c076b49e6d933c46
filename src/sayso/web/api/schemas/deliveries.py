"""Deliveries to licensees, their revocation feeds, and acknowledgements of removal."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sayso.web.api.schemas.common import Asked, Base64, Digest, EntryNumber, GivenMoment, Shape

_SIGNED = r"^[A-Za-z0-9+/_=-]*$"


class SignatureFields(Shape):
    """A signature, and the id of the key that made it: a hint that proves nothing."""

    keyid: str
    sig: Base64


class EnvelopeFields(Shape):
    """A DSSE envelope around an in-toto statement: what is signed, and by whom."""

    payload: Base64
    payloadType: str
    signatures: list[SignatureFields]


class DeliveryFields(Shape):
    """A delivery, how it stands, and its feed, signed."""

    delivery: str = Field(description="Its id: 16 hexadecimal digits of its statement's digest.")
    entry: EntryNumber
    name: str
    version: int
    licensee: str
    delivered_at: GivenMoment
    until: GivenMoment
    rows: int = Field(description="How many of its rows the feed asks to be removed, in all.")
    items: int
    feed: EnvelopeFields = Field(description="The revocation feed (docs/reference/revocation-feed.md).")


class ListedDeliveries(Shape):
    """Deliveries, in the order of the log."""

    items: list[DeliveryFields]


class AskedSignature(Asked):
    """A signature, and the id of the key that made it."""

    keyid: Annotated[str, Field(max_length=128)] = ""
    sig: Annotated[str, Field(min_length=1, max_length=200, pattern=_SIGNED)]


class AskedAcknowledgement(Asked):
    """The DSSE envelope that `sayso deliver acknowledge` wrote."""

    payload: Annotated[str, Field(min_length=1, max_length=900_000, pattern=_SIGNED)]
    payloadType: Literal["application/vnd.in-toto+json"]
    signatures: Annotated[list[AskedSignature], Field(min_length=1, max_length=4)]


class TakenAcknowledgement(Shape):
    """An acknowledgement that was taken in."""

    entry: EntryNumber
    delivery: str
    items: int = Field(description="How many items of the feed it speaks of.")
    rows: int = Field(description="How many rows these name.")
    removed_at: GivenMoment
    acknowledgement: Digest
