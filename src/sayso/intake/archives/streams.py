"""An archive that is open, and its files as streams of bytes that end in a refusal where they are not what they should be."""

from __future__ import annotations

import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Protocol

from sayso.errors import Place
from sayso.intake.archives.limits import ONE_EACH, check_size, refuse

DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)
"""What the standard library raises for archives that are torn or were tampered with."""
CHUNK = 1 << 16


class Readable(Protocol):
    """What is asked of an open file."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive: the folders and the name, how long it is unpacked, and what opens it."""

    parts: tuple[str, ...]
    size: int
    opened: Callable[[], AbstractContextManager[Readable]]

    @property
    def name(self) -> str:
        """Return the name without its folders."""
        return self.parts[-1]


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive: what to call it in errors, the name it was given by, its files, and the limit of each."""

    label: str
    given_name: str
    entries: tuple[Entry, ...]
    limit: int

    def place(self, file: str, line: int | None = None) -> Place:
        """Return the place of something in a file, named as the platform names it for everybody."""
        return Place(f"{self.label}/{file}", line)

    @contextmanager
    def open(self, entry: Entry, file: str) -> Iterator[Stream]:
        """Give a file of the archive for reading; ``file`` is what errors call it."""
        place = self.place(file)
        check_size(entry.size, self.limit, place)
        with ExitStack() as stack:
            with guarded(place):  # the opening alone: what readers raise is theirs
                inner = stack.enter_context(entry.opened())
            yield Stream(inner, place, self.limit)


def lying_beside(archive: Archive, main: str, names: tuple[str, ...]) -> dict[str, Entry]:
    """Return the files of these names that lie where ``main`` lies, by their names in small letters; none where it is not there.

    Raises ``InputError`` where it is there twice: two members' archives were put into one, and nobody could tell whose is what.
    """
    places = [entry.parts[:-1] for entry in archive.entries if entry.name.lower() == main]
    if len(places) > 1:
        refuse("duplicate-entry", "it holds this file twice", archive.place(main), ONE_EACH)
    near = [entry for entry in archive.entries if [entry.parts[:-1]] == places]
    found = {entry.name.lower(): entry for entry in near if entry.name.lower() in names}
    if len(found) != sum(entry.name.lower() in names for entry in near):
        refuse("duplicate-entry", "it holds a file twice, but for the case of its name", Place(archive.label))
    return found


class Stream:
    """Bytes of one file, each piece checked as it comes."""

    def __init__(self, inner: Readable, place: Place, limit: int) -> None:
        """Read from an open file; ``limit`` is how many bytes it may give in all."""
        self._inner, self.place, self._limit = inner, place, limit
        self._given = 0

    def read(self, size: int = CHUNK) -> bytes:
        """Return the next bytes, none at the end. Raises ``InputError`` where the file is torn, or longer than it may be."""
        with guarded(self.place):
            found = self._inner.read(size)
        self._given += len(found)
        check_size(self._given, self._limit, self.place)
        return found

    def whole(self, limit: int) -> bytes:
        """Return all bytes; raises ``InputError`` where there are more than ``limit``."""
        found = bytearray()
        while piece := self.read():
            found += piece
            check_size(len(found), limit, self.place)
        return bytes(found)


@contextmanager
def guarded(place: Place) -> Iterator[None]:
    """Turn what the standard library raises for a damaged archive into a refusal; refusals of our own pass."""
    try:
        yield
    except DAMAGED:
        refuse("torn-archive", "it is torn, or its contents do not have the check sum it names", place)
