"""Checkpoints: what the log's owner signs, in a form that other people's tools read.

The text is a C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint), signed as a C2SP signed note
(https://c2sp.org/signed-note) with Ed25519 (RFC 8032).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sayso.errors import InputError, Problem

ED25519 = b"\x01"
"""The signature type of Ed25519 in a signed note's key."""

MAX_NOTE = 64 * 1024
"""The greatest length of a note in characters; a checkpoint has some hundred."""

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line of a note: the key's name, its 4-byte hash, and the signature (64 bytes for
    Ed25519).
    """

    name: str
    key_hash: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's origin, size (entries) and 32-byte root at one time, extension lines, and who signed that."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    signatures: tuple[NoteSignature, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key that signs notes: its name, and the 32 bytes of an Ed25519 public key."""

    name: str
    public_key: bytes

    @property
    def key_hash(self) -> bytes:
        """Return the 4 bytes that name the key in a signature line."""
        return key_hash(self.name, self.public_key)

    def __str__(self) -> str:
        """Return the key in the form that ``parse_vkey`` reads."""
        return format_vkey(self)


class SignatureCheck(StrEnum):
    """What came of checking a checkpoint against one key."""

    GOOD = "good"
    MISSING = "missing"
    BAD = "bad"


def key_hash(name: str, public_key: bytes) -> bytes:
    """Return the key hash of an Ed25519 key: the first 4 bytes of SHA-256(name, newline, 1, key) (C2SP
    signed-note).
    """
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:4]


def is_key_name(name: str) -> bool:
    """Tell whether a note's key may have this name: not empty, no space or control character, no plus sign.

    >>> is_key_name("example.com/sayso"), is_key_name("two words")
    (True, False)
    """
    return bool(name) and "+" not in name and not any(c.isspace() or ord(c) < 32 for c in name)


def format_vkey(key: VerifierKey) -> str:
    """Return ``name+hash+base64(1, key)``, the text in which a log publishes its key (C2SP signed-note).

    >>> format_vkey(VerifierKey("example.com/log", bytes(32)))
    'example.com/log+a3ad76db+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    return f"{key.name}+{key.key_hash.hex()}+{_b64(ED25519 + key.public_key)}"


def parse_vkey(text: str) -> VerifierKey:
    """Return the verifier key that a text names.

    Raises ``InputError`` when it is not of the form above, is no Ed25519 key, or its hash is not that of
    its name and key.
    """
    parts = text.strip().split("+", 2)
    raw = _unb64(parts[2]) if len(parts) == 3 else None
    if raw is None or len(raw) != 33 or raw[:1] != ED25519 or not is_key_name(parts[0]):
        raise _unreadable("bad-vkey", "this is not a verifier key of the form name+hash+base64 for Ed25519")
    key = VerifierKey(parts[0], raw[1:])
    if parts[1] != key.key_hash.hex():
        raise _unreadable("bad-vkey", "the hash in this verifier key is not that of its name and key")
    return key


def format_body(checkpoint: Checkpoint) -> str:
    """Return the text that is signed: origin, size, root in base64, extensions, each on a line (C2SP
    tlog-checkpoint).

    Raises ``ValueError`` for what the format cannot hold: an empty line, a line break or control character
    inside one, a negative size, a root that is not 32 bytes.

    >>> format_body(Checkpoint("example.com/log", 3, bytes(32)))
    'example.com/log\\n3\\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\\n'
    """
    lines = (checkpoint.origin, str(checkpoint.size), _b64(checkpoint.root), *checkpoint.extensions)
    if checkpoint.size < 0 or len(checkpoint.root) != 32 or not all(_is_line(line) for line in lines):
        raise ValueError("a checkpoint cannot hold this origin, size, root or extension")
    return "".join(f"{line}\n" for line in lines)


def format_note(checkpoint: Checkpoint) -> str:
    """Return the whole signed note: the body, an empty line, a line per signature (C2SP signed-note).

    Raises ``ValueError`` like ``format_body``, and when nobody has signed.
    """
    if not checkpoint.signatures:
        raise ValueError("a note needs a signature")
    lines = [f"\u2014 {each.name} {_b64(each.key_hash + each.signature)}\n" for each in checkpoint.signatures]
    return format_body(checkpoint) + "\n" + "".join(lines)


def parse_note(text: str) -> Checkpoint:
    """Return the checkpoint that a signed note holds; no signature is checked yet.

    Raises ``InputError`` when the text is not a signed note around a checkpoint, in their one exact form.
    """
    body, gap, signed = text.rpartition("\n\n")
    if len(text) > MAX_NOTE or not gap or not signed.endswith("\n"):
        raise _unreadable("bad-note", "this is not a signed note: a text, an empty line, and signature lines")
    checkpoint = parse_body(body + "\n")
    signatures = tuple(_parse_signature(line) for line in signed[:-1].split("\n"))
    return replace(checkpoint, signatures=signatures)


def parse_body(text: str) -> Checkpoint:
    """Return the checkpoint that an unsigned text holds.

    Raises ``InputError`` when the text is not exactly what ``format_body`` writes.
    """
    lines = text.split("\n")
    root = _unb64(lines[2]) if len(lines) >= 4 else None
    if root is None or len(root) != 32 or lines[-1] or not _SIZE.fullmatch(lines[1]):
        raise _unreadable("bad-checkpoint", "this is not a checkpoint: origin, size and root, each on a line")
    if not all(_is_line(line) for line in lines[:-1]):
        raise _unreadable("bad-checkpoint", "a checkpoint has no empty line and no control character")
    return Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:-1]))


def sign_checkpoint(checkpoint: Checkpoint, key: VerifierKey, sign: Callable[[bytes], bytes]) -> Checkpoint:
    """Return the checkpoint with one more signature, made by ``sign`` (bytes to 64 bytes, RFC 8032) under
    that key.

    Raises ``ValueError`` when the key's name is none, or the format cannot hold the checkpoint.
    """
    if not is_key_name(key.name):
        raise ValueError("a key's name is not empty and has no space and no plus sign")
    made = NoteSignature(key.name, key.key_hash, sign(format_body(checkpoint).encode()))
    return replace(checkpoint, signatures=(*checkpoint.signatures, made))


@lru_cache(maxsize=64)
def check_signature(checkpoint: Checkpoint, key: VerifierKey) -> SignatureCheck:
    """Return whether the key signed the checkpoint.

    As the note format asks, lines of other keys are passed over, and a line of this key that does not
    verify makes the whole note bad.
    """
    mine = [s for s in checkpoint.signatures if s.name == key.name and s.key_hash == key.key_hash]
    if not mine:
        return SignatureCheck.MISSING
    message = format_body(checkpoint).encode()
    good = all(verify_bytes(key.public_key, each.signature, message) for each in mine)
    return SignatureCheck.GOOD if good else SignatureCheck.BAD


@lru_cache(maxsize=256)
def verify_bytes(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature (RFC 8032) of the message verifies with the 32-byte public key.

    The last ones are remembered: many receipts are handed out under one checkpoint.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _parse_signature(line: str) -> NoteSignature:
    parts = line.split(" ")
    raw = _unb64(parts[2]) if len(parts) == 3 and parts[0] == "\u2014" else None
    if raw is None or len(raw) < 5 or not is_key_name(parts[1]):
        raise _unreadable("bad-note", "a signature line is not a dash, a key name and base64")
    return NoteSignature(parts[1], raw[:4], raw[4:])


_NO_LINE = re.compile("[\x00-\x1f\ud800-\udfff]")


def _is_line(text: str) -> bool:
    return bool(text) and not _NO_LINE.search(text)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unb64(text: str) -> bytes | None:
    """Return the bytes of a base64 text in its one exact form (RFC 4648, section 3.5), else ``None``."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _b64(data) == text else None


def _unreadable(code: str, what: str) -> InputError:
    return InputError(Problem(code, what, advice="ask whoever gave it for the original text"))
