"""Gzipped tar archives from strangers: read once from front to back, the files that are asked for kept in unnamed temporary files."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from tempfile import SpooledTemporaryFile
from typing import IO

from sayso.errors import Place
from sayso.intake.archives.limits import (
    Limits,
    check_count,
    check_ratio,
    check_size,
    entry_place,
    is_litter,
    refuse,
    safe_parts,
)
from sayso.intake.archives.streams import CHUNK, Archive, Entry, guarded

_KEPT_IN_MEMORY = 8 << 20
_LONGEST_HEADER = 1 << 20
_PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE)


def open_tar(
    file: IO[bytes],
    label: str,
    given_name: str,
    is_wanted: Callable[[str], bool],
    limits: Limits,
    stack: ExitStack,
) -> Archive:
    """Return the gzipped tar in an open file, with those of its files whose names are wanted.

    ``stack`` closes the temporary files. Raises ``InputError`` for what is torn, too much, or made to trick whoever unpacks it.
    """
    place = Place(label)
    unpacked, shelf = _Unpacked(file, place, limits), _Shelf(stack, place, limits)
    entries: dict[tuple[str, ...], Entry] = {}
    seen: set[tuple[str, ...]] = set()
    with guarded(place), tarfile.open(fileobj=unpacked, mode="r:") as inside:  # type: ignore[call-overload]
        for number, one in enumerate(_members(inside, place, limits), 1):
            parts = _checked(one, entry_place(label, number), seen)
            if one.isfile() and not is_litter(parts) and is_wanted(parts[-1]):
                entries[parts] = shelf.kept(inside, one, parts)
        unpacked.end()
    return Archive(label, given_name, tuple(entries.values()), limits.entry_bytes)


def _members(inside: tarfile.TarFile, place: Place, limits: Limits) -> Iterator[tarfile.TarInfo]:
    count = 0
    while (one := inside.next()) is not None:
        inside.members = []  # type: ignore[attr-defined]  # else it remembers every file it has passed
        count += 1
        check_count(count, place, limits)
        yield one


def _checked(one: tarfile.TarInfo, place: Place, seen: set[tuple[str, ...]]) -> tuple[str, ...]:
    if one.size < 0:
        raise tarfile.ReadError
    if one.type not in _PLAIN or one.issparse():
        what = "it is a link or a device, or has holes, and is no plain file"
        refuse("bad-entry", what, place, "no platform puts one there: ask it for the archive again")
    parts = safe_parts(one.name, place)
    if one.isfile() and parts in seen:
        refuse("duplicate-entry", "another file has the same name", place)
    seen.add(parts)
    return parts


class _Shelf:
    """One temporary file for all that is kept of a tar: however many files it has, one is open."""

    def __init__(self, stack: ExitStack, place: Place, limits: Limits) -> None:
        self._file = stack.enter_context(SpooledTemporaryFile(_KEPT_IN_MEMORY))  # noqa: SIM115
        self._place, self._limits = place, limits
        self._end = 0

    def kept(self, inside: tarfile.TarFile, one: tarfile.TarInfo, parts: tuple[str, ...]) -> Entry:
        """Return a file of the tar as one that can be read at any time."""
        start = self._end
        self._end += one.size
        check_size(self._end, self._limits.entry_bytes, self._place)
        source = inside.extractfile(one)
        self._file.seek(start)
        while source is not None and (piece := source.read(CHUNK)):
            self._file.write(piece)
        if self._file.tell() != self._end:
            raise tarfile.ReadError
        return Entry(parts, one.size, lambda: nullcontext(_Slice(self._file, start, one.size)))


class _Slice:
    """A stretch of a file, from its beginning on."""

    def __init__(self, file: SpooledTemporaryFile[bytes], start: int, size: int) -> None:
        self._file, self._at, self._end = file, start, start + size

    def read(self, size: int) -> bytes:
        """Return the next bytes, none at the end."""
        self._file.seek(self._at)
        found = self._file.read(min(size, self._end - self._at))
        self._at += len(found)
        return found


class _Unpacked:
    """What a gzipped file unpacks to, forward only, counted as it comes."""

    def __init__(self, file: IO[bytes], place: Place, limits: Limits) -> None:
        self._packed, self._place, self._limits = file, place, limits
        self._inner = gzip.GzipFile(fileobj=file, mode="rb")
        self._at = 0
        self._last = b""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; a header that asks for very many at once is a trick."""
        if size < 0 or size > _LONGEST_HEADER:
            refuse("archive-bomb", "a header in it claims to be longer than 1 MiB", self._place)
        found = self._last = self._inner.read(size)
        self._at += len(found)
        check_size(self._at, self._limits.total_bytes, self._place)
        check_ratio(self._at, self._packed.tell(), self._place, self._limits)
        return found

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go forward to a place, reading what lies before it."""
        if whence != io.SEEK_SET or offset < self._at:
            raise OSError("only forward")
        while self._at < offset and self.read(min(CHUNK, offset - self._at)):
            pass
        return self._at

    def end(self) -> None:
        """Hold the rest to the empty blocks that end a tar: the library takes a broken header for the end."""
        while not self._last.strip(b"\0"):
            if not self.read(CHUNK):
                return
        raise tarfile.ReadError
