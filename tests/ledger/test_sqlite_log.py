"""What is special to the log in SQLite: its file, many processes, its failures."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from log_samples import KEY, NOW, choice, signed, some_choices
from sayso.errors import EdgeError, IntegrityError
from sayso.ledger import events as ev
from sayso.ledger.verify import verify_log
from sayso.stores import sqlite_log
from sayso.stores.group_commit import GroupCommit
from sayso.stores.sqlite_log import SqliteLog
from sayso.stores.sqlite_tags import SqliteTags

WRITER = """
import sys, threading
from pathlib import Path
from sayso.ledger.events import ChoiceMade
from sayso.stores.sqlite_log import SqliteLog

with SqliteLog(Path(sys.argv[1])) as log:
    def write(writer):
        for turn in range(40):
            tag = f"{sys.argv[2]}-{writer}-{turn}"
            (entry,) = log.append([ChoiceMade(tag, "genai", False, 0, "v1", "settings")], 0)
            sys.stdout.write(f"{entry.number} {tag}\\n")
    threads = [threading.Thread(target=write, args=(each,)) for each in range(3)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
"""


def test_three_processes_lose_nothing_and_leave_no_gap(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    SqliteLog.create(path).close()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", WRITER, str(path)]
    writers = [
        subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True, env=environment)
        for name in "abc"
    ]
    lines = [line.split() for writer in writers for line in writer.communicate()[0].splitlines()]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    acknowledged = {int(number): tag for number, tag in lines}
    with SqliteLog(path) as log:
        kept = {entry.number: ev.tag_of(entry.event) for entry in log.entries()}
        assert kept == acknowledged
        assert list(kept) == list(range(3 * 3 * 40))
        assert verify_log(log, KEY).holds


def test_two_open_logs_on_one_file_see_each_others_entries(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with SqliteLog.create(path) as one, SqliteLog(path) as other:
        for turn in range(6):
            (one if turn % 2 else other).append(some_choices(turn), NOW)
        assert one.size() == other.size() == 15
        assert one.root(15) == other.root(15)
        assert verify_log(one, KEY).holds


def test_a_long_log_is_read_in_pages_and_as_it_was_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_log, "CHUNK", 4)
    with SqliteLog.create(tmp_path / "log.sqlite") as log:
        log.append(some_choices(8), NOW)
        reading = log.entries()
        first = next(reading)
        log.append(some_choices(5), NOW)
        assert [first.number, *(entry.number for entry in reading)] == list(range(8))
        assert [entry.number for entry in log.entries(3)] == list(range(3, 13))
        assert verify_log(log, KEY).holds


def test_every_commit_is_synced_before_it_is_acknowledged(tmp_path: Path) -> None:
    with SqliteLog.create(tmp_path / "log.sqlite") as log:
        settings = [
            log._writer.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
        ]
    assert settings == ["wal", 2]  # 2 is FULL


def test_a_missing_log_is_not_made_in_silence(tmp_path: Path) -> None:
    with pytest.raises(EdgeError, match="this file is not there; run `sayso init`"):
        SqliteLog(tmp_path / "log.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_a_log_is_never_made_over_another(tmp_path: Path) -> None:
    SqliteLog.create(tmp_path / "log.sqlite").close()
    with pytest.raises(EdgeError, match="this file is there already"):
        SqliteLog.create(tmp_path / "log.sqlite")


def test_a_log_that_was_half_made_when_the_power_went_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "log.sqlite.new").write_bytes(b"half")
    with SqliteLog.create(tmp_path / "log.sqlite") as log:
        assert log.size() == 0
    assert [file.name for file in tmp_path.iterdir()] == ["log.sqlite"]


def test_a_log_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EdgeError, match=r"log\.sqlite: "):
        SqliteLog.create(tmp_path / "nowhere" / "log.sqlite")


@pytest.mark.parametrize(
    "content", [b"", b"not a database at all, whatever its name says", b"SQLite format 3\0" * 9]
)
def test_a_file_that_is_no_log_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log.sqlite").write_bytes(content)
    with pytest.raises(IntegrityError, match=r"log\.sqlite: this file is"):
        SqliteLog(tmp_path / "log.sqlite")


def test_another_file_of_ours_is_no_log(tmp_path: Path) -> None:
    SqliteTags.create(tmp_path / "tags.sqlite", bytes(32)).close()
    with pytest.raises(IntegrityError, match="not a Sayso file of format 1"):
        SqliteLog(tmp_path / "tags.sqlite")


def test_a_log_that_another_program_holds_says_so_and_goes_on_later(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with SqliteLog.create(path, busy_seconds=0.05) as log:
        log.append(some_choices(3), NOW)
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(EdgeError, match="SQLITE_BUSY"):
            log.append(some_choices(1), NOW)
        assert log.size() == 3
        holder.execute("ROLLBACK")
        holder.close()
        assert log.append(some_choices(1), NOW)[0].number == 3
        assert verify_log(log, KEY).holds


def test_a_commit_that_fails_leaves_nothing_of_its_batch(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with SqliteLog.create(path) as log:
        log.append(some_choices(2), NOW)
        db = sqlite3.connect(path)
        db.execute("INSERT INTO nodes VALUES (1, 1, x'00')")  # in the way of the fourth entry's second node
        db.commit()
        db.close()
        with pytest.raises(IntegrityError, match="damaged"):
            log.append(some_choices(2), NOW)
        assert log.size() == 2
        assert log.append(some_choices(1), NOW)[0].number == 2


def test_nothing_in_the_log_is_updated_or_deleted_by_an_honest_program(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with SqliteLog.create(path) as log:
        log.append(some_choices(2), NOW)
        log.keep_checkpoint(signed(2, log.root(2)))
    db = sqlite3.connect(path)
    for table, column in (("entries", "number"), ("nodes", "level"), ("checkpoints", "size")):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column} + 1"):
            with pytest.raises(sqlite3.IntegrityError, match="append only"):
                db.execute(statement)
    db.close()


def drop(path: Path, statement: str) -> None:
    db = sqlite3.connect(path)
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.execute(statement)
    db.commit()
    db.close()


def test_reading_over_a_gap_names_the_missing_entry(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with SqliteLog.create(path) as log:
        log.append(some_choices(5), NOW)
    drop(path, "DELETE FROM entries WHERE number = 2")
    with SqliteLog(path) as log, pytest.raises(IntegrityError, match="entry 2 of the log is missing"):
        list(log.entries())


def test_a_proof_over_a_missing_node_names_it(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with SqliteLog.create(path) as log:
        log.append(some_choices(5), NOW)
    drop(path, "DELETE FROM nodes WHERE level = 2")
    with (
        SqliteLog(path) as log,
        pytest.raises(IntegrityError, match="node 0 at level 2 of the log's tree is missing"),
    ):
        log.root(5)


def test_a_kept_checkpoint_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    SqliteLog.create(path).close()
    drop(path, "INSERT INTO checkpoints VALUES (4, 'no note')")
    with SqliteLog(path) as log, pytest.raises(IntegrityError, match="the checkpoint kept under size 4"):
        log.checkpoints()


def test_a_closed_log_answers_no_more(tmp_path: Path) -> None:
    log = SqliteLog.create(tmp_path / "log.sqlite")
    log.append([choice()], NOW)
    reading = log.entries()
    next(reading)
    log.close()
    with pytest.raises(ValueError, match="closed"):
        log.size()
    with pytest.raises(sqlite3.ProgrammingError):
        log.append([choice()], NOW)


def test_a_log_closed_while_somebody_reads_lets_them_finish(tmp_path: Path) -> None:
    log = SqliteLog.create(tmp_path / "log.sqlite")
    with log._reading() as db:
        log.close()
        assert db.execute("SELECT count(*) FROM entries").fetchone() == (0,)


def test_writers_that_wait_together_share_one_commit() -> None:
    batches: list[list[int]] = []
    begun, go_on = threading.Event(), threading.Event()

    def commit(batch: object) -> list[int]:
        begun.set()
        assert go_on.wait(10)
        batches.append(list(batch))  # type: ignore[call-overload]
        return [each * 2 for each in batches[-1]]

    group: GroupCommit[int, int] = GroupCommit(commit)
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(group, 0)
        assert begun.wait(10)
        others = [pool.submit(group, number) for number in range(1, 6)]
        while len(group._queue) < 5:
            threading.Event().wait(0.001)
        go_on.set()
        assert [answer.result(10) for answer in (first, *others)] == [0, 2, 4, 6, 8, 10]
    assert batches[0] == [0]
    assert sorted(batches[1]) == [1, 2, 3, 4, 5]


def test_an_interrupted_leader_tells_those_who_waited_that_nothing_is_certain() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def commit(batch: object) -> list[int]:
        begun.set()
        assert go_on.wait(10)
        raise KeyboardInterrupt

    group: GroupCommit[int, int] = GroupCommit(commit)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(group, 0)
        assert begun.wait(10)
        others = [pool.submit(group, number) for number in (1, 2)]
        while len(group._queue) < 2:
            threading.Event().wait(0.001)
        go_on.set()
        assert isinstance(first.exception(10), KeyboardInterrupt)
        assert {type(other.exception(10)) for other in others} == {KeyboardInterrupt, EdgeError}
