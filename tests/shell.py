"""The command line as a test calls it: in this process, with a clock that the test sets, and everything it said kept."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sayso.cli.main import main
from sayso.values.moments import SECOND, Moment, parse_moment
from sayso.wiring import Project, open_project

NOW = "2025-06-01T12:00:00Z"


class SetClock:
    """A clock that stands where it was set, and moves one second each time it is asked."""

    def __init__(self, at: str = NOW) -> None:
        """Set it."""
        self.at = parse_moment(at)

    def now(self) -> Moment:
        """Return the moment, and move on."""
        self.at = Moment(self.at + SECOND)
        return self.at


@dataclass(frozen=True, slots=True)
class Said:
    """What one call left: its exit status, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def fields(self) -> Any:
        """Return the JSON object that was written to standard output."""
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        """Return the codes of the problems of a ``--json`` error."""
        return [problem["code"] for problem in self.fields["error"]["problems"]]


class Shell:
    """Calls the command line in a folder."""

    def __init__(self, folder: Path, clock: SetClock | None = None) -> None:
        """Use a folder as the one the user stands in."""
        self.folder = folder
        self.clock = clock or SetClock()

    def __call__(self, *words: str | Path, status: int | None = 0) -> Said:
        """Return what a call said; holds it to an exit status, unless that is ``None``."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            found = main([str(word) for word in words], self.clock)
        said = Said(found, out.getvalue(), err.getvalue())
        assert status is None or found == status, f"{words}: {found}\n{said.out}\n{said.err}"
        return said

    def json(self, *words: str | Path, status: int | None = 0) -> Any:
        """Return the JSON object that a call answers with ``--json``."""
        return self(*words, "--json", status=status).fields

    def project(self) -> Project:
        """Return the folder's project, open."""
        return open_project(self.folder, self.clock)

    def write(self, name: str, text: str) -> Path:
        """Write a file into the folder, and return its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def snapshot(self) -> dict[str, bytes]:
        """Return every file below the folder and its bytes, but for SQLite's own working files."""
        found = (Path(folder) / name for folder, _, names in os.walk(self.folder) for name in names)
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in found
            if not path.name.endswith(("-wal", "-shm", ".lock"))
        }


_RANDOM = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "<digest>"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<tag>"),
    (re.compile(r"\b[0-9a-f]{16}…"), "<start>…"),
    (re.compile(r"sha256:[0-9a-f]{9}…"), "sha256:<start>…"),
    (re.compile(r"[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{60,}={0,2}"), "<base64>"),
)


def steady(text: str) -> str:
    """Return a text with what is random in it (keys, tags, roots) replaced."""
    for pattern, name in _RANDOM:
        text = pattern.sub(name, text)
    return text
