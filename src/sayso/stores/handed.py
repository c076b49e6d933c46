"""Places that a delivery is handed over at: a folder, one ZIP file, or an address in object storage.

Whatever is killed, a place holds a delivery whole or no delivery: a folder and a file appear under their name when all is in them, and
in object storage what has no ``delivery.dsse.json`` is none.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from pyarrow import fs

from sayso.errors import EdgeError, Problem, Refused
from sayso.stores.places import Spot, reaching
from sayso.stores.sqlite_files import sync_folder

LAST = "delivery.dsse.json"


class FolderPlace:
    """A folder that is made, with all in it, or a ZIP file where its name ends in ``.zip``."""

    def __init__(self, path: Path) -> None:
        """Use a path; nothing is made yet."""
        self._path = path.absolute()
        self._zip = path.suffix == ".zip"
        self._part = self._path.with_name(f".{self._path.name}.sayso-part")

    def __str__(self) -> str:
        """Return where it is, for people and to open it again."""
        return str(self._path)

    def check_free(self) -> None:
        """Return if nothing is there; raises ``Refused`` where something is."""
        if self._path.exists():
            raise _taken(str(self._path))

    def is_staged(self) -> bool:
        """Tell whether a delivery was begun here, and can be finished."""
        return self._part.exists()

    def put(self, name: str, data: bytes) -> None:
        """Write a file of the delivery, not to be seen yet."""
        with _writing(self._path):
            path = self._part / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def finish(self, name: str, data: bytes) -> None:
        """Write the last file and let the delivery be seen, whole and on disk."""
        self.put(name, data)
        with _writing(self._path):
            if self._zip:
                self._packed()
            else:
                _sync_all(self._part)
                self._part.rename(self._path)
            sync_folder(self._path.parent)

    def _packed(self) -> None:
        half = self._part.with_suffix(".zip")
        with ZipFile(half, "w", ZIP_STORED) as file:
            for path in sorted(each for each in self._part.rglob("*") if each.is_file()):
                # The time of day says nothing; a file of the year 1980 is the same file in every run.
                file.writestr(ZipInfo(path.relative_to(self._part).as_posix()), path.read_bytes())
        _sync(half)
        half.rename(self._path)
        shutil.rmtree(self._part)

    def discard(self) -> None:
        """Remove what was written and cannot be seen yet."""
        shutil.rmtree(self._part, ignore_errors=True)
        self._part.with_suffix(".zip").unlink(missing_ok=True)


class RemotePlace:
    """A prefix in object storage; its last object makes a delivery of the others."""

    def __init__(self, spot: Spot) -> None:
        """Use a place; nothing is asked of it yet."""
        self._spot = spot

    def __str__(self) -> str:
        """Return where it is, for people and to open it again."""
        return str(self._spot.address)

    def check_free(self) -> None:
        """Return if nothing is there; raises ``Refused`` where something is."""
        self._spot.check_bucket()
        if self._files():
            raise _taken(str(self))

    def is_staged(self) -> bool:
        """Tell whether a delivery was begun here, and can be finished."""
        files = self._files()
        return bool(files) and self._spot.below(LAST) not in files

    def put(self, name: str, data: bytes) -> None:
        """Write a file of the delivery."""
        with self._spot.writing(self._spot.below(name)) as out:
            out.write(data)

    def finish(self, name: str, data: bytes) -> None:
        """Write the last file, which makes a delivery of the others."""
        self.put(name, data)

    def discard(self) -> None:
        """Remove what was written, unless it is a delivery."""
        files = self._files()
        if self._spot.below(LAST) in files:
            return
        for path in files:
            with reaching(self._spot.address):
                self._spot.files.delete_file(path)

    def _files(self) -> list[str]:
        found = self._spot.listed(self._spot.address.path)
        return [each.path for each in found if each.type is fs.FileType.File]


HandedPlace: TypeAlias = FolderPlace | RemotePlace


def _taken(where: str) -> Refused:
    return Refused(
        Problem(
            "place-taken", f"there is something at {where} already", advice="name another place with --out"
        )
    )


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"{path} cannot be written: {(error.strerror or type(error).__name__).lower()}"
        raise EdgeError(Problem("unwritable", what, advice="name another place with --out")) from None


def _sync_all(folder: Path) -> None:
    for where, _, files in os.walk(folder):
        for name in files:
            _sync(Path(where) / name)
        _sync(Path(where))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
