"""The only place that joins ports to edges: a project folder becomes a policy, a log, tags, keys and sources."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from secrets import token_bytes
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias

from sayso.addressed import Versions, file_at, versions_at
from sayso.clustered import TABLE, CataloguedDatasets, catalog_table, cluster_of, engine_of
from sayso.config import SETTINGS_FILE, Settings, read_secret, read_settings, read_text
from sayso.engines.revise import OpenRevisers
from sayso.engines.spot import OpenSpotters
from sayso.errors import InputError, Problem
from sayso.intake.gazetteer import country_of
from sayso.intake.refusals import ImportReport
from sayso.intake.sink import TableSink, read_digest
from sayso.intake.tablefiles import NamedMember
from sayso.ledger.events import RecordsImported
from sayso.policy.model import Policy
from sayso.policy.parse import parse_policy
from sayso.ports import Clock
from sayso.service_ports import Chance
from sayso.stores.catalogue import FileCatalogue
from sayso.stores.datasets import DATASETS, MODELS
from sayso.stores.deliveries import FileDeliveries
from sayso.stores.file_keys import FileKeys
from sayso.stores.remote_files import RemoteFile
from sayso.stores.snapshots import FileSnapshots
from sayso.stores.sources import FileSources
from sayso.stores.sqlite_log import SqliteLog
from sayso.stores.sqlite_service import SqliteService
from sayso.stores.sqlite_tags import SqliteTags
from sayso.values.members import UNKNOWN
from sayso.values.moments import Moment
from sayso.values.records import Record
from sayso.workflows.answers import Answers
from sayso.workflows.bring import Arrived
from sayso.workflows.facts import Yard, state_of
from sayso.workflows.init import NewFile, write_files
from sayso.workflows.kinds import Brought, kind_of
from sayso.workflows.logbook import Logbook, Written, write
from sayso.workflows.shelf import Shelf
from sayso.workflows.webhooks import Deliverer

if TYPE_CHECKING:
    # Most projects have none, and psycopg is an optional part.
    from sayso.stores.postgres_log import PostgresLog
    from sayso.stores.postgres_tags import PostgresTags

STATE = ".sayso"
Log: TypeAlias = "SqliteLog | PostgresLog"
Tags: TypeAlias = "SqliteTags | PostgresTags"

random_bytes: Chance = token_bytes
"""The system's chance, for tokens and secrets."""


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
    def kept(self) -> Path:
        """Return the folder of what was worked out from the log, and is worked out again where it is missing."""
        return self.state / "kept"

    @property
    def tags(self) -> Path:
        """Return the file that joins members to tags."""
        return self.state / "tags.sqlite"

    @property
    def service(self) -> Path:
        """Return the service's own file: tokens, webhooks, answers that may be asked for again."""
        return self.state / "service.sqlite"

    @property
    def sources(self) -> Path:
        """Return the folder of what was brought in."""
        return self.state / "sources"

    @property
    def datasets(self) -> Path:
        """Return the folder of the published data sets."""
        return self.state / "datasets"

    @property
    def language_models(self) -> Path:
        """Return the folder of language models that were turned from another form."""
        return self.state / "language-models"


@dataclass(frozen=True, slots=True)
class Project:
    """An open project; as a context manager it closes its files at the end."""

    paths: Paths
    settings: Settings
    policy: Policy
    keys: FileKeys
    log: Log
    tags: Tags
    sources: FileSources
    clock: Clock
    book: Logbook

    @property
    def yard(self) -> Yard:
        """Return what questions about records need."""
        revisers = OpenRevisers(self.settings.redaction, country_of)
        open_engine, open_slicing = engine_of(self.settings, self.paths.state, revisers)
        return Yard(
            self.book,
            self.tags,
            self.sources,
            open_engine,
            revisers,
            OpenSpotters(self.settings.redaction.rules),
            open_slicing,
            FileSnapshots(self.paths.kept),
        )

    @contextmanager
    def table_file(self, where: str | None) -> Iterator[Path | RemoteFile | None]:
        """Give a file by its path or its address, or for ``table:NAME`` one with the rows of that table in Spark's catalog.

        Raises ``InputError`` for an address that is none, ``EdgeError`` for what cannot be opened.
        """
        if where is not None and where.startswith(TABLE):
            cluster = cluster_of(self.settings, self.paths.state)
            with catalog_table(cluster, where.removeprefix(TABLE)) as file:
                yield file
        else:
            yield file_at(where)

    @property
    def datasets(self) -> Versions:
        """Return the published data sets; those that the settings name a table for are read as that, too.

        Raises ``InputError`` where they name tables, and an address as well.
        """
        tables = dict(self.settings.spark.tables)
        if not tables:
            return versions_at(self.paths.state, DATASETS, self.settings.datasets)
        if self.settings.datasets:
            what = "data sets are kept at an address, and named as tables of Spark's catalog"
            advice = f"leave out `datasets`, or `tables` in `spark`, in {SETTINGS_FILE}"
            raise InputError(Problem("two-places", what, advice=advice))
        return CataloguedDatasets(self.paths.state, tables, cluster_of(self.settings, self.paths.state))

    @property
    def models(self) -> Versions:
        """Return the published models."""
        return versions_at(self.paths.state, MODELS, self.settings.models)

    @property
    def deliveries(self) -> FileDeliveries:
        """Return what is kept of deliveries to licensees."""
        return FileDeliveries(self.paths.state)

    def catalogue(self) -> FileCatalogue:
        """Return a new catalogue of the sources, for a process that asks them often; it reads them at the first question."""
        return FileCatalogue(self.sources, state_of)

    def answers(self) -> Answers:
        """Return what decides for a process that is asked often, over a catalogue of its own."""
        return Answers(self.yard, self.catalogue())

    @property
    def shelf(self) -> Shelf:
        """Return the models, and what workflows with them need."""
        kinds = partial(kind_of, brought=self._neural_kinds())
        return Shelf(self.yard, self.datasets, self.models, kinds)

    def service(self) -> SqliteService:
        """Return the service's own file, open, made where an older project has none; the caller closes it."""
        return SqliteService.at(self.paths.service)

    def deliverer(self, service: SqliteService) -> Deliverer:
        """Return what tells the webhooks of the service's file over HTTP."""
        from sayso.http_poster import HttpPoster  # most commands send nothing

        return Deliverer(self.yard, service, HttpPoster(), random_bytes)

    def _neural_kinds(self) -> Brought:
        from sayso.neural.kinds import NEURAL, Wanted  # few projects need it
        from sayso.neural.member_adapters import Cut

        said, paths = self.settings.neural, self.paths
        cut = Cut(said.groups, said.slices)
        wanted = Wanted(said.model, said.adapter, paths.root, paths.language_models, cut)
        return {name: partial(make, wanted) for name, make in NEURAL.items()}

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
    log = _log_of(paths, settings)
    try:
        tags = _tags_of(paths, settings, keys)
    except BaseException:
        log.close()
        raise
    sources = FileSources(paths.state, read_digest)
    return Project(
        paths, settings, policy, keys, log, tags, sources, clock, Logbook(log, keys, clock, policy)
    )


def _log_of(paths: Paths, settings: Settings) -> Log:
    if settings.log is None:
        return SqliteLog(paths.log)
    from sayso.stores.postgres_log import PostgresLog

    return PostgresLog(read_secret(paths.root, settings.log), settings.origin)


def _tags_of(paths: Paths, settings: Settings, keys: FileKeys) -> Tags:
    if settings.log is None:
        return SqliteTags(paths.tags, keys.secret())
    from sayso.stores.postgres_tags import PostgresTags

    return PostgresTags(read_secret(paths.root, settings.log), keys.secret())


def create_project(
    root: Path, settings: Settings, policy: Policy, files: tuple[NewFile, ...], clock: Clock
) -> Written:
    """Make a project of a folder and return what was written in its log: the adoption of its policy.

    ``files`` are those of ``workflows.init.lay_out``; the last of them makes the folder a project, so that an interrupted call is
    finished by the next. Raises ``EdgeError`` where the folder cannot be written.
    """
    root.mkdir(parents=True, exist_ok=True)
    write_files(root, files[:-1])
    _make_state(Paths(root), settings)
    with _joined(root, settings, policy, clock) as project:
        written = write(project.book, [])
    write_files(root, files[-1:])
    return written


def _make_state(paths: Paths, settings: Settings) -> None:
    paths.state.mkdir(mode=0o700, exist_ok=True)
    keys = FileKeys(paths.keys) if paths.keys.exists() else FileKeys.create(paths.keys, settings.origin)
    if settings.log is not None:
        _make_tables(read_secret(paths.root, settings.log), settings.origin, keys)
    elif not paths.log.exists():
        SqliteLog.create(paths.log).close()
    if settings.log is None and not paths.tags.exists():
        SqliteTags.create(paths.tags, keys.secret()).close()
    SqliteService.at(paths.service).close()


def _make_tables(url: str, origin: str, keys: FileKeys) -> None:
    from sayso.stores.postgres_log import PostgresLog
    from sayso.stores.postgres_tags import PostgresTags

    PostgresLog.create(url, origin).close()
    PostgresTags.create(url, keys.secret()).close()


class Gatehouse(TableSink):
    """A sink that lets nothing of erased members in, counting what it left out, and puts a prefix before every id."""

    def __init__(self, folder: Path, is_erased: Callable[[str], bool], prefix: str = "") -> None:
        """Take the folder's place in hand; ``is_erased`` tells whether a member of an id was erased."""
        super().__init__(folder)
        self._is_erased = lru_cache(maxsize=1 << 16)(is_erased)
        self._prefix = prefix
        self.left_out = 0

    def add_member(self, row: NamedMember) -> None:
        """Keep a member who was not erased; raises like ``TableSink``."""
        member = replace(row.member, id=self._named(row.member.id))
        if self._is_erased(member.id):
            self.left_out += 1
        else:
            super().add_member(row._replace(member=member))

    def add_record(self, record: Record) -> None:
        """Keep a record whose author was not erased, with ``?`` for erased contributors; raises like ``TableSink``."""
        author = None if record.author is None else self._named(record.author)
        if author is not None and self._is_erased(author):
            self.left_out += 1
            return
        hands = dict.fromkeys(self._present(self._named(each)) for each in record.contributors)
        # What is answered keeps its id here where it is left out itself: the thread is that of its other replies, too.
        reply_to = None if record.reply_to is None else self._named(record.reply_to)
        named = replace(record, id=self._named(record.id), author=author, reply_to=reply_to)
        super().add_record(replace(named, contributors=tuple(hands)))

    def _named(self, name: str) -> str:
        return self._prefix + name if name and name != UNKNOWN else name

    def _present(self, member: str) -> str:
        return UNKNOWN if self._is_erased(member) else member


def filled(sink: Gatehouse, pour: Callable[[TableSink], ImportReport]) -> tuple[Arrived, ImportReport]:
    """Return what an intake poured into a sink; its folder is there, whole, from then on."""
    with sink:
        report = pour(sink)
        sink.commit()
    return Arrived(imported(report), sink.left_out), report


def imported(report: ImportReport) -> RecordsImported:
    """Return the event that tells of an import."""
    return RecordsImported(report.source, report.digest, report.members, report.records, report.refused_rows)
