"""A file in object storage as whoever reads tables wants it: piece by piece, and the same from the first byte to the last."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal

from pyarrow import fs

from sayso.errors import EdgeError, Problem
from sayso.stores.places import Spot, reaching, spot_of
from sayso.values.addresses import Address

READ_AHEAD = 4 << 20
"""Bytes that are fetched at a time where a file is read through."""


@dataclass(frozen=True, slots=True)
class Size:
    """What ``stat`` tells of a file."""

    st_size: int


@dataclass(slots=True)
class RemoteFile:
    """A file at an address; what is asked of it is what tables ask of a path."""

    address: Address
    _spot: Spot = field(init=False)
    _seen: fs.FileInfo | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Open the place; nothing is asked of it yet."""
        self._spot = spot_of(self.address)

    @property
    def name(self) -> str:
        """Return the last part of the address."""
        return self.address.name

    @property
    def suffix(self) -> str:
        """Return the ending with its dot."""
        return PurePosixPath(self.name).suffix

    @property
    def stem(self) -> str:
        """Return the name without its ending."""
        return PurePosixPath(self.name).stem

    def is_file(self) -> bool:
        """Tell whether there is such a file; raises ``EdgeError`` where its bucket is missing or closed to us."""
        found = self._spot.info(self.address.path).type is fs.FileType.File
        if not found:
            self._spot.check_bucket()
        return found

    def stat(self) -> Size:
        """Return the file's size as it was when it was asked first."""
        return Size(self._first().size or 0)

    def open(self, mode: Literal["rb"]) -> io.BufferedReader:
        """Return the file open for reading; every error while it is read is an ``EdgeError``, never the end of the file."""
        return io.BufferedReader(_Raw(self._spot), READ_AHEAD)

    def check_same(self) -> None:
        """Return if the file is what it was when it was asked first.

        Raises ``EdgeError`` where another was put in its place meanwhile: what was read is a part of each.
        """
        first, now = self._first(), self._spot.info(self.address.path)
        if (first.size, first.mtime) != (now.size, now.mtime):
            what = f"{self.name} was replaced while it was read"
            raise EdgeError(Problem("changed-meanwhile", what, advice="import it again"))

    def _first(self) -> fs.FileInfo:
        if self._seen is None:
            self._seen = self._spot.info(self.address.path)
        return self._seen


class _Raw(io.RawIOBase):
    """The bytes of a file, fetched when they are asked for."""

    def __init__(self, spot: Spot) -> None:
        self._address = spot.address
        with reaching(self._address):
            self._file = spot.files.open_input_file(spot.address.path)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with reaching(self._address):
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
