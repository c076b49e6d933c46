"""Checkpoints and signed notes, held against the C2SP texts and a note that somebody else signed."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from log_samples import KEY, OTHER_KEY, sign, signed
from sayso.errors import InputError
from sayso.ledger.checkpoints import (
    Checkpoint,
    NoteSignature,
    SignatureCheck,
    VerifierKey,
    check_signature,
    format_body,
    format_note,
    format_vkey,
    is_key_name,
    parse_body,
    parse_note,
    parse_vkey,
    sign_checkpoint,
    verify_bytes,
)

# The key and the note in the documentation of Go's golang.org/x/mod/sumdb/note, made with another implementation.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="

ROOT = hashlib.sha256(b"root").digest()
GOOD = signed(12, ROOT)
lines = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)


def test_a_key_and_signature_of_gos_note_package_verify() -> None:
    key, raw = parse_vkey(GO_KEY), base64.b64decode(GO_SIGNATURE)
    assert format_vkey(key) == str(key) == GO_KEY
    assert raw[:4] == key.key_hash
    assert verify_bytes(key.public_key, raw[4:], GO_TEXT.encode())
    assert not verify_bytes(key.public_key, raw[4:], GO_TEXT.encode() + b"\n")


def test_a_checkpoint_is_what_the_c2sp_texts_say() -> None:
    """Written from c2sp.org/signed-note and c2sp.org/tlog-checkpoint alone, with nothing of ours but the result."""
    note = format_note(GOOD)
    text, _, signature_line = note.rpartition("\n\n")
    text += "\n"
    origin, size, root = text.splitlines()
    assert (origin, size, base64.b64decode(root)) == ("example.com/sayso", "12", ROOT)
    dash, name, blob = signature_line.removesuffix("\n").split(" ")
    raw = base64.b64decode(blob)
    assert (dash, name) == ("—", "example.com/sayso")
    assert raw[:4] == hashlib.sha256(b"example.com/sayso\n\x01" + KEY.public_key).digest()[:4]
    Ed25519PublicKey.from_public_bytes(KEY.public_key).verify(raw[4:], text.encode())


@given(lines, st.integers(0, 2**53), st.binary(min_size=32, max_size=32), st.lists(lines, max_size=3))
def test_a_checkpoint_is_read_back_the_same(origin: str, size: int, root: bytes, extra: list[str]) -> None:
    made = sign_checkpoint(Checkpoint(origin, size, root, tuple(extra)), KEY, sign)
    assert parse_note(format_note(made)) == made
    assert parse_body(format_body(made)) == replace(made, signatures=())
    assert check_signature(made, KEY) is SignatureCheck.GOOD


@given(st.integers(0, len(format_note(GOOD).encode()) * 8 - 1))
def test_a_flipped_bit_anywhere_in_a_note_is_found(place: int) -> None:
    note = bytearray(format_note(GOOD).encode())
    note[place // 8] ^= 1 << place % 8
    try:
        found = parse_note(note.decode())
    except (InputError, UnicodeDecodeError):
        return
    assert check_signature(found, KEY) is not SignatureCheck.GOOD


def test_a_signature_of_another_key_is_passed_over() -> None:
    strange = NoteSignature("witness.example", b"\1\2\3\4", b"any length")
    both = replace(GOOD, signatures=(strange, *GOOD.signatures))
    assert parse_note(format_note(both)) == both
    assert check_signature(both, KEY) is SignatureCheck.GOOD
    assert check_signature(both, OTHER_KEY) is SignatureCheck.MISSING


def test_one_bad_signature_of_a_key_makes_the_note_bad() -> None:
    bad = replace(GOOD.signatures[0], signature=bytes(64))
    assert check_signature(replace(GOOD, signatures=(*GOOD.signatures, bad)), KEY) is SignatureCheck.BAD
    torn = replace(GOOD.signatures[0], signature=b"short")
    assert check_signature(replace(GOOD, signatures=(torn,)), KEY) is SignatureCheck.BAD


@pytest.mark.parametrize("text", [
    "",
    "example.com/sayso\n",
    format_body(GOOD),
    format_note(GOOD).removesuffix("\n"),
    format_note(GOOD) + "\n",
    format_note(GOOD).replace("\n12\n", "\n012\n"),
    format_note(GOOD).replace("\n12\n", "\n-1\n"),
    format_note(GOOD).replace("\n12\n", "\ntwelve\n"),
    format_note(GOOD).replace("\n12\n", "\n12\r\n"),
    format_note(GOOD).replace("=\n\n", "\n\n"),
    format_note(GOOD).replace("— ", "- "),
    format_note(GOOD).replace("— example.com/sayso ", "— example.com/sayso  "),
    format_note(GOOD).replace("— example.com/sayso ", "— "),
    "\n" + format_note(GOOD),
    "example.com/sayso\n12\nAAAA\n\n— k AAAAAAAA\n",
    format_note(GOOD).split("\n\n")[0] + "\n\n— k AAAA\n",
    "x" * 70_000,
])  # fmt: skip
def test_a_text_that_is_no_signed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_note(text)


@pytest.mark.parametrize("text", [
    "",
    "name+12345678",
    "name+12345678+!!!!",
    "name+00000000+" + base64.b64encode(b"\1" + KEY.public_key).decode(),
    GO_KEY.replace("ARpc", "AhpC"),
    GO_KEY.replace("PeterNeumann", "Peter Neumann"),
    GO_KEY.replace("c74f20a3", "C74F20A3"),
    GO_KEY + "AAAA",
])  # fmt: skip
def test_a_text_that_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="verifier key"):
        parse_vkey(text)


def test_names_that_would_break_a_note_are_no_key_names() -> None:
    assert is_key_name("example.com/a-b_c.d")
    assert not any(is_key_name(name) for name in ("", "a b", "a+b", "a\nb", "a\u00a0b", "a\u2028b", "a\x01b"))
    with pytest.raises(ValueError, match="key's name"):
        sign_checkpoint(GOOD, VerifierKey("two words", KEY.public_key), sign)


@pytest.mark.parametrize("bad", [
    replace(GOOD, origin=""),
    replace(GOOD, origin="two\nlines"),
    replace(GOOD, size=-1),
    replace(GOOD, root=b"short"),
    replace(GOOD, extensions=("",)),
    replace(GOOD, extensions=("\ud800",)),
])  # fmt: skip
def test_a_checkpoint_that_the_format_cannot_hold_is_not_written(bad: Checkpoint) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        format_body(bad)


def test_a_note_without_a_signature_is_not_written() -> None:
    with pytest.raises(ValueError, match="needs a signature"):
        format_note(Checkpoint("example.com/sayso", 0, ROOT))


@pytest.mark.parametrize("line", ["", "bell\x07"])
def test_a_checkpoint_with_an_empty_line_or_a_control_character_is_refused(line: str) -> None:
    with pytest.raises(InputError, match="no empty line and no control character"):
        parse_body(format_body(GOOD) + line + "\n")
