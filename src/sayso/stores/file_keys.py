"""The log's key and the project's secret, in files that only their owner can read."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from sayso.errors import EdgeError, InputError, IntegrityError, Place, Problem
from sayso.ledger.checkpoints import VerifierKey, format_vkey, is_key_name, parse_vkey
from sayso.stores.sqlite_files import sync_folder

PRIVATE_KEY, PUBLIC_KEY, SECRET = "log.ed25519.pem", "log.pub", "secret"
SECRET_BYTES = 32


class FileKeys:
    """A ``Keys`` whose key pair (PEM, PKCS 8), verifier key and 32-byte secret lie in one folder."""

    def __init__(self, folder: Path) -> None:
        """Load what ``create`` wrote.

        Raises ``EdgeError`` when a file is missing or others can read a private one, ``IntegrityError``
        when one is torn or the two halves of the key do not belong together.
        """
        private = _load_private(folder / PRIVATE_KEY)
        self._key = _load_public(folder / PUBLIC_KEY)
        self._secret = _load_secret(folder / SECRET)
        self._sign = private.sign
        if private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) != self._key.public_key:
            raise _torn(folder / PUBLIC_KEY, "this public key does not belong to the private key beside it")

    @classmethod
    def create(
        cls, folder: Path, origin: str, random: Callable[[int], bytes] = secrets.token_bytes
    ) -> FileKeys:
        """Make a key pair and a secret in a new folder, all of it or nothing, and load them.

        ``origin`` is the log's name, ``example.com/sayso`` say; ``random`` returns that many random bytes.
        Raises ``InputError`` when the origin cannot name a key, ``EdgeError`` when the folder is there or
        cannot be written.
        """
        if not is_key_name(origin):
            advice = "choose a name such as example.com/sayso, without spaces and plus signs"
            raise InputError(Problem("bad-origin", "this cannot be the name of a log", advice=advice))
        if folder.exists():
            advice = "keep it: without its key the log cannot be continued"
            raise EdgeError(
                Problem("exists", "there is a folder of keys already", Place(folder.name), advice)
            )
        try:
            _write_keys(folder, origin, random)
        except OSError as error:
            what = f"the keys cannot be written ({type(error).__name__})"
            raise EdgeError(
                Problem("file", what, Place(folder.name), "see that you may write here")
            ) from None
        return cls(folder)

    def origin(self) -> str:
        """Return the log's origin, which is also the name of its key."""
        return self._key.name

    def public_key(self) -> bytes:
        """Return the 32 bytes of the Ed25519 public key."""
        return self._key.public_key

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the Ed25519 signature of a message (RFC 8032)."""
        return self._sign(message)

    def secret(self) -> bytes:
        """Return the project's 32-byte secret."""
        return self._secret


def _write_keys(folder: Path, origin: str, random: Callable[[int], bytes]) -> None:
    private = Ed25519PrivateKey.from_private_bytes(random(32))
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    half = folder.with_name(f"{folder.name}.{os.getpid()}.new")
    half.mkdir(mode=0o700, parents=True)
    _write(half / PRIVATE_KEY, pem, 0o600)
    _write(half / PUBLIC_KEY, f"{format_vkey(VerifierKey(origin, public))}\n".encode(), 0o644)
    _write(half / SECRET, f"{random(SECRET_BYTES).hex()}\n".encode(), 0o600)
    sync_folder(half)
    half.rename(folder)
    sync_folder(folder.parent)


def _write(path: Path, data: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)


def _load_private(path: Path) -> Ed25519PrivateKey:
    data = _read(path, private=True)
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise _torn(path, "this is not an Ed25519 private key in PEM form")
    return key


def _load_public(path: Path) -> VerifierKey:
    try:
        return parse_vkey(_read(path, private=False).decode())
    except (InputError, UnicodeDecodeError):
        raise _torn(path, "this is not a verifier key of the form name+hash+base64") from None


def _load_secret(path: Path) -> bytes:
    try:
        secret = bytes.fromhex(_read(path, private=True).decode().strip())
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise _torn(path, f"this is not a secret of {SECRET_BYTES} bytes in hexadecimal")
    return secret


def _read(path: Path, *, private: bool) -> bytes:
    try:
        mode, data = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        what = f"this key file cannot be read ({type(error).__name__})"
        raise EdgeError(Problem("missing-key", what, Place(path.name), "bring it back from a copy")) from None
    if private and os.name == "posix" and mode & 0o077:
        what = f"others may read or write this private file (mode {mode & 0o777:03o})"
        raise EdgeError(Problem("open-key", what, Place(path.name), f"run `chmod 600` on {path.name}"))
    return data


def _torn(path: Path, what: str) -> IntegrityError:
    return IntegrityError(Problem("bad-key", what, Place(path.name), "bring it back from a copy"))
