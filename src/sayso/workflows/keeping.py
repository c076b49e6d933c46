"""What is worked out from the log and kept to save time: sealed with the project's secret, and bound to the log it came from."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Protocol

from sayso.values.canonical import keyed
from sayso.workflows.logbook import Logbook


class Snapshots(Protocol):
    """Keeps bytes by name between commands; what it loses costs time alone."""

    def load(self, name: str) -> bytes | None:
        """Return what was kept last under a name, ``None`` where there is nothing."""
        ...

    def keep(self, name: str, data: bytes) -> None:
        """Keep bytes under a name, in the place of those of before."""
        ...

    def drop(self, name: str) -> None:
        """Leave nothing under a name."""
        ...


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Snapshots that are read and never written: those of a dry run, which changes no byte of a project."""

    snapshots: Snapshots

    def load(self, name: str) -> bytes | None:
        """Return what was kept last under a name, ``None`` where there is nothing."""
        return self.snapshots.load(name)

    def keep(self, name: str, data: bytes) -> None:
        """Keep nothing."""

    def drop(self, name: str) -> None:
        """Leave what is there."""


_MAC, _SIZE = 32, 8


def keep(
    book: Logbook, snapshots: Snapshots | None, name: str, size: int, data: bytes, ground: bytes = b""
) -> None:
    """Keep what follows from the first ``size`` entries of the log, and from a ``ground`` besides."""
    if snapshots is not None:
        body = size.to_bytes(_SIZE) + data
        snapshots.keep(name, _seal(book, name, size, body, ground) + body)


def kept(
    book: Logbook, snapshots: Snapshots | None, name: str, ground: bytes = b""
) -> tuple[int, bytes] | None:
    """Return what was kept under a name, and of how many entries of the log, ``None`` where there is nothing to be believed.

    It is believed only where the holder of the project's secret made it, from the same ground, of a log that had the root hash that
    this one has at that size: never the snapshot of another history, nor a damaged one.
    """
    data = None if snapshots is None else snapshots.load(name)
    if data is None or len(data) < _MAC + _SIZE:
        return None
    body = data[_MAC:]
    size = int.from_bytes(body[:_SIZE])
    if size > book.log.size() or not compare_digest(data[:_MAC], _seal(book, name, size, body, ground)):
        return None
    return size, body[_SIZE:]


def _seal(book: Logbook, name: str, size: int, body: bytes, ground: bytes) -> bytes:
    bound = (book.log.root(size), sha256(ground).digest(), sha256(body).digest())
    return keyed(book.keys.secret(), f"sayso-kept-v1 {name}", b"".join(bound))
