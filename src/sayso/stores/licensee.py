"""What a licensee has: a key to sign with, and its copy of what was delivered."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from sayso.errors import EdgeError, InputError, Place, Problem
from sayso.ledger.checkpoints import VerifierKey, is_key_name
from sayso.stores.datasets import ShardFiles


def make_key(file: Path, name: str, random: Callable[[int], bytes] = secrets.token_bytes) -> VerifierKey:
    """Return the public half, under a name, of a key that is made in a new file (PEM, PKCS 8), for its owner alone.

    Raises ``InputError`` for what cannot be the name of a key, ``EdgeError`` where the file is there or cannot be written.
    """
    if not is_key_name(name):
        advice = "use a name such as acme.example/removals, without spaces and plus signs"
        raise InputError(Problem("bad-name", "this cannot be the name of a key", advice=advice))
    key = Ed25519PrivateKey.from_private_bytes(random(32))
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        what = (
            "there is a file of this name already"
            if file.exists()
            else f"the file cannot be written ({type(error).__name__})"
        )
        raise EdgeError(Problem("unwritable", what, Place(file.name), "name another file")) from None
    with os.fdopen(handle, "wb") as out:
        out.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        out.flush()
        os.fsync(handle)
    return VerifierKey(name, _public(key))


class LicenseeKey:
    """The key that a licensee signs with, in a file."""

    def __init__(self, file: Path) -> None:
        """Load it; raises ``EdgeError`` where it cannot be read, or others can read it, ``InputError`` where it is no Ed25519 key."""
        try:
            mode, data = file.stat().st_mode, file.read_bytes()
        except OSError as error:
            what = f"the key cannot be read ({type(error).__name__})"
            raise EdgeError(
                Problem("missing-key", what, Place(file.name), "name the file that `sayso deliver key` made")
            ) from None
        if os.name == "posix" and mode & 0o077:
            what = f"others may read or write this private file (mode {mode & 0o777:03o})"
            raise EdgeError(Problem("open-key", what, Place(file.name), f"run `chmod 600` on {file.name}"))
        self._key = _private(data, file)

    def public_key(self) -> bytes:
        """Return the 32 bytes of the public key."""
        return _public(self._key)

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the Ed25519 signature of a message (RFC 8032)."""
        return self._key.sign(message)


def _private(data: bytes, file: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(
            Problem(
                "bad-key",
                "this is not an Ed25519 private key in PEM form",
                Place(file.name),
                "name the file that `sayso deliver key` made",
            )
        )
    return key


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class LicenseeCopy(ShardFiles):
    """A licensee's copy of a delivery: shard files that are replaced whole, or not at all."""

    def put(self, name: str, data: bytes) -> None:
        """Write a small file, in the place of what was there."""
        fresh = self.folder / f".{name}.new"
        fresh.write_bytes(data)
        fresh.replace(self.folder / name)

    def renew(self, name: str, rows: pa.Table) -> None:
        """Put other rows in the place of a shard's file: the old ones or the new, never a half."""
        fresh = f"{name}.new"
        self.put_table(fresh, rows)
        self.place(name, self.folder / fresh)
