"""What the house keeps of its deliveries, in the state folder: signed statements, its own tables of rows, feeds, acknowledgements.

``deliveries/<id>/`` is whole from the moment that it has this name. A killed delivery leaves a ``.draft``, or a folder that no log
entry knows: both go with the next one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sayso.errors import EdgeError, Problem, Refused
from sayso.stores.sqlite_files import sync_folder

FOLDER, DRAFT, NOTE = "deliveries", ".draft", ".staging"
PATIENCE = 10.0
"""Seconds to wait for others who write."""


class FileDeliveries:
    """The deliveries of one project, below its state folder."""

    def __init__(self, state: Path) -> None:
        """Use the state folder (``.sayso``); nothing is made yet."""
        self._root = state / FOLDER

    def ids(self) -> tuple[str, ...]:
        """Return the ids of the deliveries that are kept, logged or not, sorted."""
        if not self._root.is_dir():
            return ()
        return tuple(
            sorted(each.name for each in self._root.iterdir() if each.is_dir() and each.name[0] != ".")
        )

    @contextmanager
    def writing(self, what: str) -> Iterator[None]:
        """Keep everybody else from writing one thing here, ``deliveries`` or ``feeds``.

        Raises ``Refused`` where somebody else does for longer than ten seconds.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        with (self._root / f".{what}.lock").open("w") as lock:
            _lock(lock.fileno(), what)
            yield

    def note(self, place: str) -> None:
        """Note the place that bytes are being staged at, empty where none is: whoever comes after a killed process clears it."""
        _write_anew(self._root / NOTE, place.encode())

    def noted(self) -> str:
        """Return the place that bytes were being staged at, empty where none is."""
        path = self._root / NOTE
        return path.read_text() if path.is_file() else ""

    def keep(self, delivery: str, files: dict[str, bytes]) -> None:
        """Keep the files of a new delivery, all of them and on disk, or none."""
        draft = self._root / DRAFT
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        for name, data in files.items():
            _write(draft / name, data)
        sync_folder(draft)
        draft.rename(self._root / delivery)
        sync_folder(self._root)

    def drop(self, delivery: str) -> None:
        """Keep nothing of a delivery that no log entry knows."""
        shutil.rmtree(self._root / delivery, ignore_errors=True)

    def get(self, delivery: str, name: str) -> bytes | None:
        """Return the bytes of a file of a delivery, ``None`` where it is missing."""
        path = self._root / delivery / name
        return path.read_bytes() if path.is_file() else None

    def put(self, delivery: str, name: str, data: bytes) -> None:
        """Write a file of a delivery, in the place of what was there: the old one or the new, on disk, never a half."""
        _write_anew(self._root / delivery / name, data)

    def names(self, delivery: str) -> tuple[str, ...]:
        """Return the names of the files of a delivery, sorted."""
        folder = self._root / delivery
        return (
            tuple(sorted(each.name for each in folder.iterdir() if each.name[0] != "."))
            if folder.is_dir()
            else ()
        )


def _lock(handle: int, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError:
            if time.monotonic() >= end:
                busy = f"another process writes {what}"
                raise Refused(Problem("being-delivered", busy, advice="wait until it has finished")) from None
        time.sleep(0.02)


def _write_anew(path: Path, data: bytes) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    _write(fresh, data)
    fresh.replace(path)
    sync_folder(path.parent)


def _write(path: Path, data: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
    except OSError as error:
        what = f"{path.name} cannot be written ({(error.strerror or type(error).__name__).lower()})"
        raise EdgeError(
            Problem("unwritable", what, advice="see that there is room, and that you may write here")
        ) from None
