"""The envelope, held against somebody else's implementation of DSSE and against bad input."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib import dsse as theirs
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner, SSlibKey

from dataset.makings import PUBLIC, SIGNER, manifest
from sayso.dataset.dsse import (
    IN_TOTO,
    Envelope,
    encode,
    is_signed_by,
    pae,
    parse,
    public_key_id,
    seal,
    unseal,
)
from sayso.dataset.manifest import manifest_bytes
from sayso.dataset.reading import open_manifest, seal_manifest
from sayso.errors import InputError, IntegrityError
from spec.dsse_vectors import ENCODED, PAYLOAD, PAYLOAD_TYPE

OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
SEALED = seal(b"{}", IN_TOTO, PUBLIC, SIGNER.sign)


def their_key() -> SSlibKey:
    """Return our key as theirs, under the id that we give it."""
    return SSlibKey.from_crypto(SIGNER.public_key(), keyid=public_key_id(PUBLIC))


def test_the_encoding_is_that_of_the_specification() -> None:
    assert pae(PAYLOAD_TYPE, PAYLOAD) == ENCODED


@given(st.binary(), st.text())
def test_the_encoding_is_theirs_too(payload: bytes, kind: str) -> None:
    assert pae(kind, payload) == theirs.Envelope(payload, kind, {}).pae()


def test_they_verify_what_we_sealed() -> None:
    envelope = theirs.Envelope.from_dict(json.loads(seal_manifest(manifest(), PUBLIC, SIGNER.sign)))
    assert envelope.payload == manifest_bytes(manifest())
    assert set(envelope.verify([their_key()], 1)) == {public_key_id(PUBLIC)}


def test_they_refuse_what_we_sealed_with_another_key() -> None:
    envelope = theirs.Envelope.from_dict(json.loads(seal(b"{}", IN_TOTO, PUBLIC, OTHER.sign)))
    with pytest.raises(VerificationError):
        envelope.verify([their_key()], 1)


def test_we_open_what_they_sealed() -> None:
    envelope = theirs.Envelope(manifest_bytes(manifest()), IN_TOTO, {})
    envelope.sign(CryptoSigner(SIGNER, their_key()))
    assert open_manifest(json.dumps(envelope.to_dict()).encode(), PUBLIC) == manifest()


@given(
    st.binary(max_size=40),
    st.text(max_size=9),
    st.lists(st.tuples(st.text(max_size=5), st.binary(max_size=70))),
)
def test_an_envelope_comes_back_as_it_was_written(
    payload: bytes, kind: str, signatures: list[tuple[str, bytes]]
) -> None:
    envelope = Envelope(payload, kind, tuple(signatures))
    assert parse(encode(envelope)) == envelope


@given(st.integers(0, len(SEALED) * 8 - 1))
def test_a_flipped_bit_changes_nothing_silently(bit: int) -> None:
    data = bytearray(SEALED)
    data[bit // 8] ^= 1 << bit % 8
    try:
        opened = unseal(bytes(data), IN_TOTO, PUBLIC)
    except (InputError, IntegrityError):
        return
    assert opened == b"{}"  # the bit was in the key id, which is a hint


def test_any_of_several_signatures_will_do_and_key_ids_prove_nothing() -> None:
    message = pae(IN_TOTO, b"{}")
    envelope = Envelope(b"{}", IN_TOTO, (("", OTHER.sign(message)), ("wrong", SIGNER.sign(message))))
    assert is_signed_by(envelope, PUBLIC)
    assert not is_signed_by(Envelope(b"{}", IN_TOTO, ()), PUBLIC)


def test_base64_for_urls_is_read_as_well() -> None:
    raw = json.loads(SEALED)
    raw["payload"] = base64.urlsafe_b64encode(b"\xfb\xff\xfe").decode()
    assert parse(json.dumps(raw).encode()).payload == b"\xfb\xff\xfe"


def test_a_key_id_may_be_missing_and_more_may_be_there() -> None:
    raw = json.loads(SEALED) | {"more": 1}
    del raw["signatures"][0]["keyid"]
    assert unseal(json.dumps(raw).encode(), IN_TOTO, PUBLIC) == b"{}"


def test_another_payload_type_is_refused() -> None:
    with pytest.raises(IntegrityError, match="does not hold application/vnd"):
        unseal(seal(b"{}", "text/plain", PUBLIC, SIGNER.sign), IN_TOTO, PUBLIC)


def test_another_key_is_refused() -> None:
    with pytest.raises(IntegrityError, match="no signature in the envelope"):
        unseal(SEALED, IN_TOTO, OTHER.public_key().public_bytes_raw())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"[" * 100_000,
        b'{"payload":"e30=","payloadType":"x","signatures":[1]}',
        b'{"payload":"e30=","payloadType":"x","signatures":[{"sig":7}]}',
        b'{"payload":"e30=","payloadType":"x","signatures":[{"sig":"?"}]}',
        b'{"payload":"e30","payloadType":"x","signatures":[]}',
        b'{"payload":"e30=","payloadType":"\\ud800","signatures":[]}',
        b'{"payload":null,"payloadType":"x","signatures":[]}',
        '{"payload":"é","payloadType":"x","signatures":[]}'.encode(),
    ],
)
def test_what_is_no_envelope_is_told_so(data: bytes) -> None:
    with pytest.raises(InputError, match="not a DSSE envelope"):
        parse(data)
