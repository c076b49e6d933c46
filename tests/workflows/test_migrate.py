"""A log and its tags are moved from one kind of store to another, there and back, stopped anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from log_samples import KEY, NOW, choice, signed, some_choices
from sayso.errors import EdgeError, IntegrityError, Refused
from sayso.ledger.receipts import Receipt, make_receipt, verify_receipt
from sayso.ledger.verify import verify_log
from sayso.stores.postgres_log import PostgresLog
from sayso.stores.postgres_tags import PostgresTags
from sayso.stores.sqlite_log import SqliteLog
from sayso.stores.sqlite_tags import SqliteTags
from sayso.workflows import migrate
from sayso.workflows.migrate import Store, move

SECRET = bytes(32)


def nothing(done: int, total: int | None) -> None:
    """Show no progress."""


def receipt(log: SqliteLog, number: int) -> Receipt:
    (proof,) = log.inclusions((number,), log.size())
    return make_receipt(number, log.leaf(number), signed(log.size(), log.root(log.size())), proof, KEY)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Store]:
    with (
        SqliteLog.create(tmp_path / "log.sqlite") as log,
        SqliteTags.create(tmp_path / "tags", SECRET) as tags,
    ):
        log.append(some_choices(25), NOW)
        log.keep_checkpoint(signed(11, log.root(11)))
        log.keep_checkpoint(signed(25, log.root(25)))
        tags.give(["ada", "Ölaf 😀", "cem"])
        tags.erase("cem")
        yield Store(log, tags)


@pytest.fixture
def database(postgres_database: str) -> Iterator[Store]:
    with (
        PostgresLog.create(postgres_database, KEY.name, opened=False) as log,
        PostgresTags.create(postgres_database, SECRET) as tags,
    ):
        yield Store(log, tags)


def test_a_log_moves_with_its_numbers_bytes_checkpoints_and_receipts(files: Store, database: Store) -> None:
    assert isinstance(files.log, SqliteLog)
    taken = receipt(files.log, 7)
    tags = files.tags.table()
    leaves, root = files.log.leaves(0, 25), files.log.root(25)
    moved = move(files, database, KEY, nothing)
    there = database.log
    assert isinstance(there, PostgresLog)
    assert (moved.entries, moved.checkpoints, moved.members, moved.root) == (25, 2, 2, root)
    assert there.leaves(0, 25) == leaves
    assert there.checkpoints() == files.log.checkpoints()
    assert verify_log(there, KEY, [taken.checkpoint]).holds
    assert verify_receipt(taken, KEY).holds
    assert there.inclusions((7,), 25) == (taken.proof,)
    assert there.damage() == ()
    assert database.tags.table().equals(tags)
    assert files.tags.table().num_rows == 0
    assert isinstance(database.tags, PostgresTags)
    assert database.tags.is_erased("cem")
    assert there.append([choice()], NOW)[0].number == 25


def test_the_log_that_was_left_takes_nothing_and_answers_nothing(
    files: Store, database: Store, tmp_path: Path
) -> None:
    assert isinstance(files.log, SqliteLog)
    with SqliteLog(tmp_path / "log.sqlite") as another:
        move(files, database, KEY, nothing)
        for log in (files.log, another):
            for act in (
                lambda log=log: log.append([choice()], NOW),
                log.size,
                lambda log=log: log.hold().__enter__(),
            ):
                with pytest.raises(EdgeError, match="this log is closed"):
                    act()
    with pytest.raises(EdgeError, match="this log is closed"):
        SqliteLog(tmp_path / "log.sqlite")


def test_a_log_moves_there_and_back_and_there_again(files: Store, database: Store) -> None:
    for turn in range(2):
        move(files, database, KEY, nothing)
        assert isinstance(database.log, PostgresLog)
        database.log.append(some_choices(3), NOW)
        size = database.log.size()
        database.log.signed(signed)
        assert isinstance(files.log, SqliteLog)
        with pytest.raises(EdgeError, match="this log is closed"):
            files.log.size()
        move(database, files, KEY, nothing)
        with pytest.raises(EdgeError, match="this log is closed"):
            database.log.append([choice()], NOW)
        with pytest.raises(EdgeError, match="this log is closed"):
            database.log.size()
        assert files.log.size() == size
        files.log.append(some_choices(2), NOW)
        assert files.log.size() == 25 + 5 * (turn + 1)
        assert files.log.damage() == ()
        assert verify_log(files.log, KEY).holds


class Stopped(Exception):
    """Somebody pulled the plug."""


@pytest.mark.parametrize("at", range(1, 8))
def test_a_move_that_is_stopped_anywhere_leaves_one_log_at_most_and_is_finished_by_the_next(
    files: Store, database: Store, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(migrate, "AT_ONCE", 10)
    steps = 0

    def step(*words: object) -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            raise Stopped

    class Slow:
        """The log there, whose every change may be the last."""

        def __init__(self, log: PostgresLog) -> None:
            self._log = log

        def __getattr__(self, name: str) -> object:
            if name in ("bring", "open_up"):
                step()
            return getattr(self._log, name)

    class SlowTags:
        """The tags here, which are taken away last of all."""

        def __init__(self, tags: SqliteTags) -> None:
            self._tags = tags

        def __getattr__(self, name: str) -> object:
            if name == "bring":
                step()
            return getattr(self._tags, name)

    assert isinstance(database.log, PostgresLog)
    with pytest.raises(Stopped):
        move(Store(files.log, SlowTags(files.tags)), Store(Slow(database.log), database.tags), KEY, nothing)  # type: ignore[arg-type]
    assert not (files.log.is_open() and database.log.is_open())
    if files.log.is_open():
        assert isinstance(files.log, SqliteLog)
        files.log.append(some_choices(4), NOW)
    size = files.log.length()
    assert move(files, database, KEY, nothing).entries == size
    assert not files.log.is_open()
    assert database.log.is_open()
    assert verify_log(database.log, KEY).holds
    assert database.tags.table()["member"].to_pylist() == ["ada", "Ölaf 😀"]
    assert files.tags.table().num_rows == 0


def test_who_writes_meanwhile_is_in_the_log_there_or_was_told(files: Store, database: Store) -> None:
    assert isinstance(files.log, SqliteLog)
    here = files.log

    def write(writer: int) -> list[int]:
        acknowledged = []
        for turn in range(1_000):
            try:
                acknowledged += [each.number for each in here.append([choice(f"{writer}-{turn}")], NOW)]
            except EdgeError:
                break
        return acknowledged

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, writer) for writer in range(4)]
        move(files, database, KEY, nothing)
        acknowledged = sorted(number for writer in writers for number in writer.result())
    assert isinstance(database.log, PostgresLog)
    assert acknowledged == list(range(25, database.log.size()))


def test_a_log_that_is_in_use_or_is_another_is_not_written_over(
    files: Store, database: Store, tmp_path: Path
) -> None:
    assert isinstance(database.log, PostgresLog)
    database.log.bring(0, [database.log and files.log.leaves(5, 6)[0]])
    with pytest.raises(Refused, match="not the first ones of this log"):
        move(files, database, KEY, nothing)
    database.log.open_up()
    with pytest.raises(Refused, match="in use"):
        move(files, database, KEY, nothing)
    assert files.log.is_open()


def test_what_does_not_hold_is_not_moved(files: Store, database: Store, postgres_database: str) -> None:
    import psycopg

    assert isinstance(database.log, PostgresLog)
    database.log.bring(0, files.log.leaves(0, 5))
    with psycopg.connect(postgres_database) as db:
        db.execute("ALTER TABLE sayso_log.entries DISABLE TRIGGER ALL")
        db.execute("UPDATE sayso_log.entries SET leaf = set_byte(leaf, 30, 65) WHERE number = 3")
    with pytest.raises(IntegrityError, match="entry 3"):
        move(files, database, KEY, nothing)
    assert files.log.is_open()
    assert not database.log.is_open()
