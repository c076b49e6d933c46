"""A folder for one piece of work, seen by every process that does it, and gone when it ends: even where it was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

_PREFIX, _LOCK = ".work-", "lock"


@contextmanager
def workroom(parent: Path) -> Iterator[Path]:
    """Give an empty folder of this user's alone, below another; what killed processes left there is removed first.

    A folder belongs to a living process for as long as its lock is held.
    """
    parent.mkdir(parents=True, exist_ok=True)
    _sweep(parent)
    room = Path(mkdtemp(prefix=_PREFIX, dir=parent))
    with (room / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)


def _sweep(parent: Path) -> None:
    for left in parent.glob(f"{_PREFIX}*"):
        try:
            handle = os.open(left / _LOCK, os.O_RDWR)
        except OSError:
            continue  # it is being made, or removed
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
        except OSError:
            pass  # somebody works there
        finally:
            os.close(handle)
