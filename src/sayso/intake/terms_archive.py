"""Archives of terms in the layout of Open Terms Archive: Markdown in git, one file a document, one commit a change.

Read by the program ``git``, and by a few of its plumbing commands alone. The archive is somebody else's, so nothing in it may run:
no hook, no pager, no file-system monitor, no transport, and no configuration of this machine either.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from sayso.errors import EdgeError, InputError, Place, Problem
from sayso.policy.terms import Record
from sayso.values.moments import SECOND, Moment

_GIVEN_UP = 300
_SAFE = (
    *("--no-pager", "--literal-pathspecs", "--no-replace-objects"),
    *("-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false", "-c", "core.useReplaceRefs=false"),
)
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


@dataclass(frozen=True, slots=True)
class TermsArchive:
    """An archive: its name for people, and where git keeps it."""

    name: str
    git: Path

    def records(self, document: str) -> Iterator[Record]:
        """Yield a document (``SERVICE/TERMS TYPE``) as it was recorded, oldest first; nothing where it never was.

        Raises ``EdgeError`` where git fails.
        """
        path = f"{document}.md"
        commits = sorted(self._commits(path), key=lambda commit: commit[1])
        with self._blobs() as ask:
            for commit, at in commits:
                text = ask(f"{commit}:{path}")
                if text is None and _run(self.git, "ls-tree", "--name-only", commit, "--", path):
                    raise _failed("a text that the archive recorded is not in it")
                yield Record(self.name, document, commit, at, text or "")

    def _commits(self, path: str) -> Iterator[tuple[str, Moment]]:
        """Yield the commits that changed a file, with the moments of their recording."""
        said = _run(self.git, "rev-list", "--format=%at", "HEAD", "--", path).split("\n")
        for line, after in pairwise(said):
            if line.startswith("commit "):
                yield line.removeprefix("commit "), Moment(int(after) * SECOND)

    @contextmanager
    def _blobs(self) -> Iterator[_Ask]:
        """Open a git that is asked for one object after the other, and ends with the block."""
        command = _command(self.git, "cat-file", "--batch")
        with _started(command) as process:
            try:
                yield _Ask(process)
            finally:
                if process.stdin:
                    process.stdin.close()
                process.wait(_GIVEN_UP)


@dataclass(frozen=True, slots=True)
class _Ask:
    """Asks a running ``git cat-file --batch``."""

    process: subprocess.Popen[bytes]

    def __call__(self, name: str) -> str | None:
        """Return the text of an object, ``None`` where there is none."""
        asked, told = self.process.stdin, self.process.stdout
        if asked is None or told is None:
            raise _failed("git has no pipes")
        asked.write(name.encode() + b"\n")
        asked.flush()
        head = told.readline().split()
        if head[-1:] == [b"missing"]:
            return None
        if len(head) != 3 or head[1] != b"blob":
            raise _failed("git did not answer with a text")
        size = int(head[2])
        body = told.read(size + 1)
        if len(body) != size + 1:
            raise _failed("git ended in the middle of a text")
        return body[:size].decode("utf-8", "replace")


def open_archive(folder: Path) -> TermsArchive:
    """Return the archive in a folder: a clone, or a bare one.

    Raises ``InputError`` where it is none or has no whole history, ``EdgeError`` where git is missing or fails.
    """
    git = folder / ".git" if (folder / ".git").exists() else folder
    if not (git.is_file() or (git / "HEAD").is_file()):
        advice = "give a clone of an archive such as OpenTermsArchive/contrib-versions"
        raise InputError(Problem("no-archive", "the folder is no git repository", Place(str(folder)), advice))
    if _run(git, "rev-parse", "--is-shallow-repository").strip() == "true":
        what = "the archive is a shallow clone: when its words first appeared cannot be told"
        advice = "run `git fetch --unshallow` in it"
        raise InputError(Problem("shallow-archive", what, Place(str(folder)), advice))
    return TermsArchive(folder.resolve().name, git)


def _run(git: Path, *words: str) -> str:
    try:
        said = subprocess.run(
            _command(git, *words),
            capture_output=True,
            env=_environment(),
            timeout=_GIVEN_UP,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed("git did not answer") from error
    if said.returncode:
        raise _failed(f"git {words[0]} ended with status {said.returncode}")
    return said.stdout.decode("utf-8", "replace")


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
    except OSError as error:
        raise _failed("git could not be started") from error


def _command(git: Path, *words: str) -> list[str]:
    program = shutil.which("git")
    if program is None:
        what = "reading archives of terms needs the program git, which is not installed"
        raise EdgeError(Problem("missing-part", what, advice="install it (Debian: apt install git)"))
    return [program, f"--git-dir={git.resolve()}", *_SAFE, *words]


def _environment() -> dict[str, str]:
    """Return what git is told: the way to its own programs, and nothing else of this process."""
    return {key: os.environ[key] for key in ("PATH", "SYSTEMROOT") if key in os.environ} | _ENVIRONMENT


def _failed(what: str) -> EdgeError:
    return EdgeError(Problem("git-failed", what, advice="check the archive with `git fsck`"))
