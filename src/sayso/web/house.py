"""The project that a server serves, opened once, and opened anew when its settings or its policy file have changed."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from sayso.config import SETTINGS_FILE, Settings, read_settings
from sayso.errors import EdgeError, InputError, Problem
from sayso.ports import Clock
from sayso.values.canonical import keyed
from sayso.wiring import Project, open_project

_Seen = tuple[tuple[int, int, int], ...]


class House:
    """A project for many requests at once.

    ``demo`` says that it is a demonstration: whoever comes may sign in as any member of a made-up community.
    """

    def __init__(self, root: Path, clock: Clock | None = None, demo: bool = False) -> None:
        """Open the project in a folder; raises like ``wiring.open_project``."""
        self.root, self.demo = root, demo
        self._clock, self._lock = clock, Lock()
        self._opened: list[Project] = []
        self._files = self._watched(read_settings(root))
        self._seen = self._look()
        self._open()
        self.service = self._opened[-1].service()

    @property
    def project(self) -> Project:
        """Return the project as its files say now; raises ``EdgeError`` where they have come to say nonsense.

        Requests under way go on with the one that they began with.
        """
        if self._look() != self._seen:
            with self._lock:
                if self._look() != self._seen:
                    self._renew()
        return self._opened[-1]

    @property
    def name(self) -> str:
        """Return the community's name as the settings had it last when they made sense."""
        return self._opened[-1].settings.name

    def _renew(self) -> None:
        # They are looked at before they are read: what is written in between is noticed the next time.
        seen = self._look()
        try:
            self._open()
        except InputError as error:
            codes = ", ".join(problem.code for problem in error.problems)
            what = f"the settings or the policy of this service have just been changed, and say nonsense ({codes})"
            advice = "try again; whoever runs the service: see `sayso policy lint`"
            raise EdgeError(Problem("bad-settings", what, advice=advice)) from None
        self._seen = seen

    def _open(self) -> None:
        self._opened.append(open_project(self.root, self._clock))
        self._files = self._watched(self._opened[-1].settings)

    def secret(self, use: str) -> bytes:
        """Return 32 bytes that only this project's server knows, others for each use."""
        return keyed(self._opened[-1].keys.secret(), "web", use.encode())

    def close(self) -> None:
        """Close every project that was opened, and the service's own file."""
        self.service.close()
        for project in self._opened:
            project.log.close()
            project.tags.close()

    def __enter__(self) -> Self:
        """Return the house itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _watched(self, settings: Settings) -> tuple[str, ...]:
        """Return the files that say what is enforced, as text: every request looks at them."""
        return str(self.root / SETTINGS_FILE), str(self.root / settings.policy)

    def _look(self) -> _Seen:
        return tuple(map(_state, self._files))


def _state(file: str) -> tuple[int, int, int]:
    try:
        found = os.stat(file)
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_ino, found.st_size, found.st_mtime_ns
