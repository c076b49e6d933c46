"""DSSE: a signed envelope around bytes and their type (github.com/secure-systems-lab/dsse, protocol and envelope v1.0.2)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sayso.errors import InputError, IntegrityError, Problem
from sayso.values.canonical import canonical

IN_TOTO = "application/vnd.in-toto+json"
"""The payload type of an in-toto statement (in-toto attestation framework, v1, envelope)."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload, its type, and (key id, signature) pairs; a key id is a hint and proves nothing."""

    payload: bytes
    payload_type: str
    signatures: tuple[tuple[str, bytes], ...]


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the pre-authentication encoding, which is what gets signed (DSSE protocol, "signature definition").

    >>> pae("http://example.com/HelloWorld", b"hello world")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def public_key_id(public_key: bytes) -> str:
    """Return the id under which a key's signatures stand: the SHA-256 of its 32 bytes, 64 hexadecimal digits."""
    return hashlib.sha256(public_key).hexdigest()


def seal(payload: bytes, payload_type: str, public_key: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """Return the canonical JSON of an envelope with one Ed25519 signature, made by ``sign`` over the encoding above."""
    signature = sign(pae(payload_type, payload))
    return encode(Envelope(payload, payload_type, ((public_key_id(public_key), signature),)))


def encode(envelope: Envelope) -> bytes:
    """Return the RFC 8785 bytes of an envelope in its JSON form."""
    signatures = [{"keyid": key, "sig": _b64(signature)} for key, signature in envelope.signatures]
    return canonical(
        {"payload": _b64(envelope.payload), "payloadType": envelope.payload_type, "signatures": signatures}
    )


def parse(data: bytes) -> Envelope:
    """Return the envelope that some bytes hold.

    Members of the JSON that are not known are passed over, as the protocol asks. Raises ``InputError`` where the bytes are no
    envelope.
    """
    try:
        raw = json.loads(data)
        signatures = tuple((_text(one.get("keyid") or ""), _unb64(one["sig"])) for one in raw["signatures"])
        envelope = Envelope(_unb64(raw["payload"]), _text(raw["payloadType"]), signatures)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(
            Problem(
                "bad-envelope",
                "this is not a DSSE envelope",
                advice="is it the file that Sayso wrote, and whole?",
            )
        ) from None
    return envelope


def is_signed_by(envelope: Envelope, public_key: bytes) -> bool:
    """Tell whether one of the signatures is that of an Ed25519 key (RFC 8032), whatever the key ids say."""
    message = pae(envelope.payload_type, envelope.payload)
    return any(_verifies(public_key, signature, message) for _, signature in envelope.signatures)


def unseal(data: bytes, payload_type: str, public_key: bytes) -> bytes:
    """Return the payload of an envelope, whose type and signature hold.

    Raises ``InputError`` where the bytes are no envelope, ``IntegrityError`` where type or signature do not hold.
    """
    envelope = parse(data)
    if envelope.payload_type != payload_type:
        raise IntegrityError(Problem("payload-type", f"the envelope does not hold {payload_type}"))
    if not is_signed_by(envelope, public_key):
        name = public_key_id(public_key)[:16]
        raise IntegrityError(Problem("bad-signature", f"no signature in the envelope is that of key {name}"))
    return envelope.payload


def _verifies(public_key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    value.encode()  # refuses lone surrogates, which have no UTF-8
    return value


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unb64(text: str) -> bytes:
    # Standard or URL-safe, either is to be accepted (DSSE envelope).
    try:
        return base64.b64decode(_text(text).replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
