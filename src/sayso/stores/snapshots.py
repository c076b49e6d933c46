"""Files that save work and may be lost: what is in them is judged by whoever reads them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from sayso.errors import EdgeError, Problem


class FileSnapshots:
    """Keeps bytes in a folder by name: the old ones or the new, never a half."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, which is made when it is needed."""
        self._folder = folder

    def load(self, name: str) -> bytes | None:
        """Return what was kept last under a name, ``None`` where there is nothing that can be read."""
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None

    def drop(self, name: str) -> None:
        """Leave nothing under a name; raises ``EdgeError`` where the disk does not let it go."""
        try:
            (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            what = f"kept/{name}, which holds what saves time, cannot be deleted ({type(error).__name__})"
            advice = "delete it in the project's state folder, then do this again"
            raise EdgeError(Problem("undeleted", what, advice=advice)) from error

    def keep(self, name: str, data: bytes) -> None:
        """Keep bytes under a name, in the place of those of before, which stay where the disk takes no more."""
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            handle, fresh = mkstemp(dir=self._folder, prefix=f".{name}.")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                Path(fresh).replace(self._folder / name)
            except BaseException:
                Path(fresh).unlink(missing_ok=True)
                raise
