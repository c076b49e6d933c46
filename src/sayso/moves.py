"""Where the parts of a move are joined: a project's log and tags from files to PostgreSQL, or back (``sayso migrate``)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from sayso.config import SETTINGS_FILE, Settings, parse_settings, read_secret, read_settings, read_text
from sayso.config_service import SecretPlace, with_log
from sayso.errors import InputError, Problem, Refused
from sayso.ledger.checkpoints import VerifierKey
from sayso.stores.file_keys import FileKeys
from sayso.stores.sqlite_log import SqliteLog
from sayso.stores.sqlite_tags import SqliteTags
from sayso.wiring import Paths
from sayso.workflows.init import NewFile, write_files
from sayso.workflows.migrate import Moved, Progress, Store, move, state


def move_project(root: Path, place: SecretPlace | None, progress: Progress, dry_run: bool = False) -> Moved:
    """Return what was moved: the project's log and tags are in the database whose address lies at a place, or in files (``None``).

    ``sayso.yaml`` says so from then on, and where they were no member's id is left; a dry run reads, and says what would be moved.
    Raises like ``workflows.migrate.move``, and ``Refused`` where they are there already.
    """
    text, settings = read_text(root / SETTINGS_FILE), read_settings(root)
    changed = _changed(text, settings, place)
    keys = FileKeys(Paths(root).keys)
    with _store(root, settings, keys, made=False) as here:
        if changed is None:
            raise _there_already()
        if dry_run:
            return state(here)
        with _store(root, replace(settings, log=place), keys, made=True) as there:
            moved = move(here, there, VerifierKey(keys.origin(), keys.public_key()), progress)
        write_files(root, (NewFile(SETTINGS_FILE, changed),))
    return moved


def _changed(text: str, settings: Settings, place: SecretPlace | None) -> str | None:
    """Return the project file that names the place, ``None`` where it does already."""
    if settings.log == place:
        return None
    changed = with_log(text, place)
    try:
        says = parse_settings(changed, SETTINGS_FILE)
    except InputError:
        says = None
    if says != replace(settings, log=place):
        advice = "write the block `log` on lines of its own, as docs/how-to/postgres.md shows it"
        raise Refused(
            Problem("settings", f"{SETTINGS_FILE} is not written so that this can change it", advice=advice)
        )
    return changed


def _there_already() -> Refused:
    return Refused(
        Problem("there-already", "the log and the tags are there already", advice="see `log` in sayso.yaml")
    )


@contextmanager
def _store(root: Path, settings: Settings, keys: FileKeys, made: bool) -> Iterator[Store]:
    """Give the log and the tags where some settings say; ``made``: empty ones where there are none, for a migration to fill."""
    with ExitStack() as stack:
        if settings.log is None:
            yield _files(Paths(root), keys, made, stack)
        else:
            yield _database(read_secret(root, settings.log), keys, made, stack)


def _files(paths: Paths, keys: FileKeys, made: bool, stack: ExitStack) -> Store:
    if made and not paths.log.exists():
        SqliteLog.create(paths.log, opened=False).close()
    if made and not paths.tags.exists():
        SqliteTags.create(paths.tags, keys.secret()).close()
    log = stack.enter_context(SqliteLog(paths.log, even_closed=True))
    return Store(log, stack.enter_context(SqliteTags(paths.tags, keys.secret())))


def _database(url: str, keys: FileKeys, made: bool, stack: ExitStack) -> Store:
    from sayso.stores.postgres_log import PostgresLog
    from sayso.stores.postgres_tags import PostgresTags

    if made:
        PostgresLog.create(url, keys.origin(), opened=False).close()
        PostgresTags.create(url, keys.secret()).close()
    log = stack.enter_context(PostgresLog(url, keys.origin(), even_closed=True))
    return Store(log, stack.enter_context(PostgresTags(url, keys.secret())))
