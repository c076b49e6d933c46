"""A project folder is laid out: settings and policy under version control, state beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sayso.errors import Place, Problem, Refused

SETTINGS, POLICY, IGNORE, STATE = "sayso.yaml", "policy/house.yaml", ".gitignore", ".sayso"
IGNORED = f"{STATE}/"


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file of the project that is to be written: its path below the project's folder, and its text."""

    path: str
    text: str


def project_name(folder: str) -> str:
    """Return a name for a project in a folder of this name: small letters, digits and hyphens.

    >>> project_name("My Forum (2024)"), project_name("...")
    ('my-forum-2024', 'project')
    """
    return re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-")[:64].rstrip("-") or "project"


def lay_out(root: Path, settings: str, policy: str | None) -> tuple[NewFile, ...]:
    """Return the files that a new project in a folder needs, ``sayso.yaml`` last: with it, the project is there.

    ``policy`` is the text of the policy to start from, ``None`` to keep the one that the folder has. Raises ``Refused`` where the
    folder is a project already, and where a policy would be written over another.
    """
    if (root / SETTINGS).exists():
        what = "this folder is a Sayso project already"
        raise Refused(Problem("project-exists", what, Place(SETTINGS), "use it, or choose another folder"))
    files = [*_policy(root / POLICY, policy), *_ignore(root / IGNORE), NewFile(SETTINGS, settings)]
    return tuple(files)


def _policy(path: Path, text: str | None) -> list[NewFile]:
    if text is None:
        return []
    if path.exists() and path.read_bytes() != text.encode():
        advice = "leave out --policy to keep it, or move it away"
        raise Refused(Problem("policy-exists", "another policy is there already", Place(POLICY), advice))
    return [NewFile(POLICY, text)]


def _ignore(path: Path) -> list[NewFile]:
    before = path.read_text(encoding="utf-8", errors="surrogateescape") if path.exists() else ""
    if IGNORED in before.splitlines():
        return []
    gap = "" if not before or before.endswith("\n") else "\n"
    return [NewFile(IGNORE, f"{before}{gap}{IGNORED}\n")]


def write_files(root: Path, files: tuple[NewFile, ...]) -> None:
    """Write the files below a folder, each of them whole or not at all."""
    for file in files:
        path = root / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(file.text, encoding="utf-8", errors="surrogateescape", newline="\n")
        fresh.replace(path)
