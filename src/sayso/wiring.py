"""The only place that joins ports to edges: a project folder becomes a policy, a log, tags, keys and sources."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sayso.config import Settings, read_settings, read_text
from sayso.errors import InputError
from sayso.intake.sink import read_digest
from sayso.policy.model import Policy
from sayso.policy.parse import parse_policy
from sayso.ports import Clock
from sayso.stores.file_keys import FileKeys
from sayso.stores.sources import FileSources
from sayso.stores.sqlite_log import SqliteLog
from sayso.stores.sqlite_tags import SqliteTags
from sayso.values.moments import Moment
from sayso.workflows.init import NewFile, write_files
from sayso.workflows.logbook import Logbook, Written, write

STATE = ".sayso"


class SystemClock:
    """The clock of this machine."""

    def now(self) -> Moment:
        """Return the present moment, to the microsecond."""
        return Moment(time.time_ns() // 1000)


@dataclass(frozen=True, slots=True)
class Paths:
    """Where the parts of a project are: ``root`` holds ``sayso.yaml``, ``state`` what is not under version control."""

    root: Path

    @property
    def state(self) -> Path:
        """Return the state folder."""
        return self.root / STATE

    @property
    def keys(self) -> Path:
        """Return the folder of the log's key and the project's secret."""
        return self.state / "keys"

    @property
    def log(self) -> Path:
        """Return the log's file."""
        return self.state / "log.sqlite"

    @property
    def tags(self) -> Path:
        """Return the file that joins members to tags."""
        return self.state / "tags.sqlite"

    @property
    def sources(self) -> Path:
        """Return the folder of what was brought in."""
        return self.state / "sources"

    @property
    def datasets(self) -> Path:
        """Return the folder of the published data sets."""
        return self.state / "datasets"


@dataclass(frozen=True, slots=True)
class Project:
    """An open project; as a context manager it closes its files at the end."""

    paths: Paths
    settings: Settings
    policy: Policy
    keys: FileKeys
    log: SqliteLog
    tags: SqliteTags
    sources: FileSources
    clock: Clock
    book: Logbook

    def __enter__(self) -> Self:
        """Return the project itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the log and the tags."""
        self.log.close()
        self.tags.close()


def open_project(root: Path, clock: Clock | None = None) -> Project:
    """Return the project in a folder, open.

    Raises ``InputError`` with every problem of its settings or its policy, ``EdgeError`` for a file that is missing or locked,
    ``IntegrityError`` for one that is torn.
    """
    settings = read_settings(root)
    return _joined(root, settings, read_policy(root, settings), clock or SystemClock())


def read_policy(root: Path, settings: Settings) -> Policy:
    """Return the policy that a project enforces.

    Raises ``InputError`` with every problem, its place named relative to the project.
    """
    return policy_of(read_text(root / settings.policy), settings.policy)


def policy_of(text: str, file: str) -> Policy:
    """Return the policy that a text says; ``file`` is the name that places carry.

    Raises ``InputError`` with every problem.
    """
    policy = parse_policy(text, file)
    if isinstance(policy, Policy):
        return policy
    raise InputError(*policy)


def _joined(root: Path, settings: Settings, policy: Policy, clock: Clock) -> Project:
    paths = Paths(root)
    keys = FileKeys(paths.keys)
    log = SqliteLog(paths.log)
    try:
        tags = SqliteTags(paths.tags, keys.secret())
    except BaseException:
        log.close()
        raise
    sources = FileSources(paths.state, read_digest)
    return Project(
        paths, settings, policy, keys, log, tags, sources, clock, Logbook(log, keys, clock, policy)
    )


def create_project(
    root: Path, settings: Settings, policy: Policy, files: tuple[NewFile, ...], clock: Clock
) -> Written:
    """Make a project of a folder and return what was written in its log: the adoption of its policy.

    ``files`` are those of ``workflows.init.lay_out``; the last of them makes the folder a project, so that an interrupted call is
    finished by the next. Raises ``EdgeError`` where the folder cannot be written.
    """
    root.mkdir(parents=True, exist_ok=True)
    write_files(root, files[:-1])
    _make_state(Paths(root), settings.origin)
    with _joined(root, settings, policy, clock) as project:
        written = write(project.book, [])
    write_files(root, files[-1:])
    return written


def _make_state(paths: Paths, origin: str) -> None:
    paths.state.mkdir(mode=0o700, exist_ok=True)
    keys = FileKeys(paths.keys) if paths.keys.exists() else FileKeys.create(paths.keys, origin)
    if not paths.log.exists():
        SqliteLog.create(paths.log).close()
    if not paths.tags.exists():
        SqliteTags.create(paths.tags, keys.secret()).close()
