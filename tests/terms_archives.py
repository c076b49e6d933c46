"""Small archives of terms in git, with dated commits, as Open Terms Archive lays them out."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_QUIET = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "archive",
    "GIT_AUTHOR_EMAIL": "archive@archive.invalid",
    "GIT_COMMITTER_NAME": "archive",
    "GIT_COMMITTER_EMAIL": "archive@archive.invalid",
}


class TermsRepository:
    """A repository that texts are recorded in, each as a commit of a moment."""

    def __init__(self, folder: Path) -> None:
        """Make an empty one."""
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str, at: str = "2020-01-01T00:00:00Z") -> str:
        """Return what a git command in the repository says."""
        env = {"PATH": os.environ["PATH"], **_QUIET, "GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
        said = subprocess.run(["git", *words], cwd=self.folder, env=env, check=True, capture_output=True)
        return said.stdout.decode().strip()

    def record(self, document: str, at: str, text: str | None) -> str:
        """Record a document's text (``None``: it is taken away) at a moment, and return the commit."""
        file = self.folder / f"{document}.md"
        file.parent.mkdir(exist_ok=True)
        if text is None:
            file.unlink()
        else:
            file.write_text(text, encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", f"Record new changes of {document}", at=at)
        return self.git("rev-parse", "HEAD")
