"""What is special to the log in PostgreSQL: connections that break, signers that hang, tables that were touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from log_samples import KEY, NOW, choice, signed, some_choices
from postgres_server import PostgresServer, running_server
from sayso.errors import EdgeError, InputError, IntegrityError
from sayso.ledger import events as ev
from sayso.ledger.checkpoints import Checkpoint
from sayso.ledger.verify import verify_log
from sayso.stores import postgres_log
from sayso.stores.postgres_link import MOST
from sayso.stores.postgres_log import PostgresLog
from stores.postgres_breaks import Door, When, door_to

WRITER = """
import os, sys, threading
from sayso.ledger.events import ChoiceMade
from sayso.stores.postgres_log import PostgresLog

log, run, turns = PostgresLog(sys.argv[1], sys.argv[2]), sys.argv[3], int(sys.argv[4])

def write(writer):
    for turn in range(turns):
        tag = f"{run}-{writer}-{turn}"
        (entry,) = log.append([ChoiceMade(tag, "genai", False, 0, "v1", "settings")], 0)
        os.write(1, f"{entry.number} {tag}\\n".encode())

threads = [threading.Thread(target=write, args=(each,)) for each in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def writer(url: str, run: str, turns: int) -> subprocess.Popen[str]:
    """Return a process that writes from four threads, each choice alone, and says which were acknowledged."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", WRITER, url, KEY.name, run, str(turns)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def acknowledged(output: str) -> dict[int, str]:
    """Return what a writer said was acknowledged; a line that a kill cut off was not said."""
    lines = [line.split() for line in output.splitlines(keepends=True) if line.endswith("\n")]
    return {int(number): tag for number, tag in lines}


@pytest.fixture
def log(postgres_database: str) -> Iterator[PostgresLog]:
    with PostgresLog.create(postgres_database, KEY.name, patience=10) as made:
        yield made


@pytest.fixture
def door(postgres_server: PostgresServer, postgres_database: str) -> Iterator[Door]:
    with door_to(postgres_server.folder) as made:
        yield made


def through(door: Door, url: str) -> str:
    """Return the same address, through a door."""
    return f"{url.split('?')[0]}?host={door.folder}"


def test_three_processes_lose_nothing_and_leave_no_gap(log: PostgresLog, postgres_database: str) -> None:
    writers = [writer(postgres_database, name, 40) for name in "abc"]
    said = [each.communicate()[0] for each in writers]
    assert [each.returncode for each in writers] == [0, 0, 0]
    everything = {number: tag for output in said for number, tag in acknowledged(output).items()}
    kept = {entry.number: ev.tag_of(entry.event) for entry in log.entries()}
    assert kept == everything
    assert list(kept) == list(range(3 * 4 * 40))
    assert verify_log(log, KEY).holds
    assert log.damage() == ()


def kill_writers(log: PostgresLog, url: str, kills: int) -> None:
    everything: dict[int, str] = {}
    with PostgresLog(url, KEY.name) as other:
        for run in range(kills):
            killed = writer(url, str(run), 10**9)
            assert killed.stdout is not None
            first = killed.stdout.readline()
            everything |= {other.append([choice(f"own-{run}")], NOW)[0].number: f"own-{run}"}
            threading.Event().wait(0.02 * (run % 5))
            killed.send_signal(signal.SIGKILL)
            everything |= acknowledged(first + killed.stdout.read())
            killed.stdout.close()
            killed.wait()
            everything |= {other.append([choice(f"after-{run}")], NOW)[0].number: f"after-{run}"}
    kept = {entry.number: ev.tag_of(entry.event) for entry in log.entries()}
    assert kept.items() >= everything.items()
    assert len(set(kept.values())) == len(kept)
    assert verify_log(log, KEY).holds


def test_no_acknowledged_choice_is_missing_after_writers_are_killed(
    log: PostgresLog, postgres_database: str
) -> None:
    kill_writers(log, postgres_database, 4)


@pytest.mark.deep
def test_no_acknowledged_choice_is_missing_after_a_hundred_writers_are_killed(
    log: PostgresLog, postgres_database: str
) -> None:
    kill_writers(log, postgres_database, 100)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_connection_that_breaks_at_a_commit_leaves_each_choice_once(
    log: PostgresLog, door: Door, postgres_database: str, when: When
) -> None:
    with PostgresLog(through(door, postgres_database), KEY.name) as client:
        assert client.append([choice("first")], NOW)[0].number == 0
        door.shut(when, '"second"')
        entries = client.append([choice("second"), choice("third")], NOW)
        assert door.fell == 1
        assert [entry.number for entry in entries] == [1, 2]
        assert client.append_if(2, [choice("late")], NOW) is None
        log.append([choice("another's")], NOW)
        door.shut(when, "COMMIT")
        entry = client.append_if(4, [choice("fifth")], NOW)
        assert door.fell == 2
        assert entry is not None
        assert entry[0].number == 4
    tags = [ev.tag_of(each.event) for each in log.entries()]
    assert tags == ["first", "second", "third", "another's", "fifth"]
    assert verify_log(log, KEY).holds


def test_a_hold_whose_commit_the_server_heard_is_in_the_log_and_one_that_it_did_not_is_not(
    log: PostgresLog, door: Door, postgres_database: str
) -> None:
    with PostgresLog(through(door, postgres_database), KEY.name) as client:
        with client.hold() as held:
            held.append([choice("heard")], NOW)
            door.shut("after", "COMMIT")
        assert [ev.tag_of(each.event) for each in log.entries()] == ["heard"]

        def unheard() -> None:
            with client.hold() as held:
                held.append([choice("unheard")], NOW)
                door.shut("before", "COMMIT")

        with pytest.raises(EdgeError, match="nothing was written"):
            unheard()
        assert client.append([choice("next")], NOW)[0].number == 1
    assert verify_log(log, KEY).holds


def test_a_holder_whom_the_server_lets_go_of_writes_nothing(log: PostgresLog, postgres_database: str) -> None:
    def hold() -> None:
        with log.hold() as held:
            held.append([choice("held")], NOW)
            terminate(postgres_database)
            with PostgresLog(postgres_database, KEY.name) as other:
                other.append([choice("meanwhile")], NOW)

    with pytest.raises(EdgeError, match="nothing was written"):
        hold()
    assert [ev.tag_of(each.event) for each in log.entries()] == ["meanwhile"]


def test_a_commit_of_which_nobody_can_say_what_became_is_said_to_be_so(
    door: Door, postgres_database: str
) -> None:
    with PostgresLog.create(through(door, postgres_database), KEY.name, patience=0.2) as client:
        door.shut("after", "INSERT")
        door.close()
        with pytest.raises(EdgeError, match="may or may not be in the log") as error:
            client.append([choice()], NOW)
    assert error.value.problems[0].code == "unknown-outcome"


def terminate(url: str) -> None:
    """End every other connection to a database."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_writers_that_are_long_gone_leave_no_row(log: PostgresLog, postgres_database: str) -> None:
    log.append([choice()], NOW)
    with psycopg.connect(postgres_database) as db:
        db.execute("UPDATE sayso_log.writers SET at = at - interval '8 days'")
    with PostgresLog(postgres_database, KEY.name) as fresh:
        fresh.append([choice()], NOW)
    with psycopg.connect(postgres_database) as db:
        assert db.execute("SELECT size FROM sayso_log.writers").fetchall() == [(1,)]


def test_a_transaction_that_was_left_open_is_never_seen_and_others_go_on_when_it_ends(
    log: PostgresLog, postgres_database: str
) -> None:
    log.append([choice("before")], NOW)
    open_one = psycopg.connect(postgres_database)
    open_one.execute("SELECT size FROM sayso_log.head FOR UPDATE")
    open_one.execute("INSERT INTO sayso_log.entries VALUES (1, 'choice-made', 'x', 'half')")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(log.append, [choice("after")], NOW)
        assert [entry.number for entry in log.entries()] == [0]
        assert log.size() == 1
        assert not waiting.done()
        open_one.close()
        assert waiting.result(30)[0].number == 1
    assert verify_log(log, KEY).holds


def test_a_writer_waits_no_longer_than_it_was_told(log: PostgresLog, postgres_database: str) -> None:
    hasty = PostgresLog(postgres_database, KEY.name, busy_seconds=0.05)
    for size in range(2):  # a writer that has written before goes another way
        with log.hold(), pytest.raises(EdgeError, match="kept the log to itself"):
            hasty.append([choice()], NOW)
        assert log.size() == size
        assert hasty.append([choice()], NOW)[0].number == size
    hasty.close()


def test_what_is_asked_over_connections_that_broke_is_asked_again(
    log: PostgresLog, postgres_database: str
) -> None:
    log.append(some_choices(5), NOW)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: list(log.entries()), range(8)))
    terminate(postgres_database)
    assert log.size() == 5
    terminate(postgres_database)
    assert log.append([choice()], NOW)[0].number == 5
    terminate(postgres_database)
    assert log.signed(signed) == signed(6, log.root(6))
    terminate(postgres_database)
    assert len(list(log.entries())) == 6


def test_a_long_log_is_read_in_pages_and_as_it_was_when_asked(
    log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_log, "CHUNK", 4)
    log.append(some_choices(8), NOW)
    reading = log.entries()
    first = next(reading)
    log.append(some_choices(5), NOW)
    assert [first.number, *(entry.number for entry in reading)] == list(range(8))
    assert [entry.number for entry in log.entries(3)] == list(range(3, 13))
    assert verify_log(log, KEY).holds


# Signing

SIGNER = """
import sys, time
from log_samples import signed
from sayso.stores.postgres_log import PostgresLog

def slowly(size, root):
    print("signing", flush=True)
    time.sleep(3600)

PostgresLog(sys.argv[1], sys.argv[2]).signed(slowly)
"""


def test_one_process_signs_at_a_time_and_the_next_takes_over_from_one_that_was_killed(
    log: PostgresLog, postgres_database: str
) -> None:
    log.append(some_choices(3), NOW)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([os.path.dirname(os.path.dirname(__file__)), *sys.path]),
    }
    command = [sys.executable, "-c", SIGNER, postgres_database, KEY.name]
    hanging = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert hanging.stdout is not None
    assert hanging.stdout.readline() == "signing\n"
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(log.signed, signed)
        assert log.append([choice()], NOW)[0].number == 3  # who writes does not wait for who signs
        assert not waiting.done()
        hanging.send_signal(signal.SIGKILL)
        assert waiting.result(30).size == 4
    hanging.wait()
    hanging.stdout.close()
    assert log.checkpoints() == (signed(4, log.root(4)),)


def test_a_signer_whom_the_server_lets_go_of_gives_that_signature_to_nobody(
    log: PostgresLog, postgres_database: str
) -> None:
    log.append(some_choices(3), NOW)
    sizes: list[int] = []

    def sign(size: int, root: bytes) -> Checkpoint:
        sizes.append(size)
        if len(sizes) == 1:
            terminate(postgres_database)
            with PostgresLog(postgres_database, KEY.name) as other:
                other.append([choice()], NOW)
                other.signed(signed)
        return signed(size, root)

    assert log.signed(sign).size == 4
    assert sizes == [3, 4]
    assert [each.size for each in log.checkpoints()] == [4]


@pytest.mark.parametrize("remembered_by", ["database", "process"])
def test_a_log_that_does_not_go_on_from_what_was_signed_is_not_signed(
    log: PostgresLog, postgres_database: str, remembered_by: str
) -> None:
    log.append(some_choices(6), NOW)
    log.signed(signed, keep=False)
    log.append(some_choices(2), NOW)
    with PostgresLog(postgres_database, KEY.name) as other:
        assert (other if remembered_by == "database" else log).signed(signed, keep=False).size == 8
    # As a database that was set back to an earlier copy: entries that were signed for are gone, and then others come.
    with psycopg.connect(postgres_database) as db:
        tamper(db, "DELETE FROM sayso_log.entries WHERE number >= 5")
        tamper(db, "DELETE FROM sayso_log.nodes WHERE (position + 1) << level > 5")
        peaks = "ARRAY(SELECT hash FROM sayso_log.nodes WHERE level = 2 OR position = 4 ORDER BY level DESC)"
        db.execute(f"UPDATE sayso_log.head SET size = 5, peaks = {peaks}")
        if remembered_by == "process":
            db.execute("DELETE FROM sayso_log.signed")
    assert verify_log(log, KEY).holds
    for others in (0, 3, 2):
        log.append([choice("another")] * others, NOW)
        with pytest.raises(IntegrityError, match="does not go on from the 8 entries"):
            log.signed(signed)
    assert log.checkpoints() == ()


# Damage


def tamper(db: psycopg.Connection, statement: str) -> None:
    """Do what the triggers keep an honest program from."""
    db.execute("SET session_replication_role = replica")
    db.execute(statement)
    db.execute("SET session_replication_role = origin")


def test_nothing_in_the_log_is_updated_or_deleted_by_an_honest_program(
    log: PostgresLog, postgres_database: str
) -> None:
    log.append(some_choices(2), NOW)
    log.keep_checkpoint(signed(2, log.root(2)))
    with psycopg.connect(postgres_database, autocommit=True) as db:
        for table, column in (("entries", "number"), ("nodes", "level"), ("checkpoints", "size")):
            for statement in (
                f"DELETE FROM sayso_log.{table}",
                f"UPDATE sayso_log.{table} SET {column} = {column} + 1",
                f"TRUNCATE sayso_log.{table}",
            ):
                with pytest.raises(psycopg.errors.RaiseException, match="append only"):
                    db.execute(statement)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ("UPDATE sayso_log.entries SET leaf = set_bit(leaf, 100, 1 - get_bit(leaf, 100)) WHERE number = 5", "entry 5"),
        ("UPDATE sayso_log.entries SET tag = 'other' WHERE number = 4", "entry 4 is kept under another tag"),
        ("UPDATE sayso_log.entries SET type = 'delivered' WHERE number = 4", "entry 4 is kept under another type"),
        ("UPDATE sayso_log.nodes SET hash = set_bit(hash, 9, 1 - get_bit(hash, 9)) WHERE level = 1 AND position = 2",
         "node 2 at level 1"),
        ("DELETE FROM sayso_log.entries WHERE number = 6", "not entry 6"),
        ("DELETE FROM sayso_log.entries WHERE number >= 8", "before the kept checkpoint of size 10"),
        ("UPDATE sayso_log.checkpoints SET note = set_bit(note, 150, 1 - get_bit(note, 150))", "checkpoint"),
        ("UPDATE sayso_log.checkpoints SET size = 9", "the checkpoint kept under size 9"),
    ],
)  # fmt: skip
def test_what_was_changed_in_the_tables_is_named(
    log: PostgresLog, postgres_database: str, change: str, names: str
) -> None:
    log.append(some_choices(10), NOW)
    log.keep_checkpoint(signed(10, log.root(10)))
    with psycopg.connect(postgres_database) as db:
        tamper(db, change)
    report = verify_log(log, KEY)
    assert not report.holds
    assert any(names in problem.what for problem in report.problems)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ("DELETE FROM sayso_log.entries WHERE number = 9", "its head is not that of its entries"),
        ("UPDATE sayso_log.head SET size = 11", "its head is not that of its entries"),
        ("UPDATE sayso_log.head SET peaks[1] = sha256('')", "its head is not that of its entries"),
        ("DROP TRIGGER append_only ON sayso_log.nodes", "not as they were made"),
        ("ALTER TABLE sayso_log.entries DISABLE TRIGGER append_only", "not as they were made"),
        ("DROP INDEX sayso_log.entries_by_tag", "not as they were made"),
        ("ALTER TABLE sayso_log.entries ALTER leaf DROP NOT NULL", "not as they were made"),
        ("CREATE OR REPLACE FUNCTION sayso_log.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
         "not as they were made"),
    ],
)  # fmt: skip
def test_the_stores_own_check_names_what_was_touched(
    log: PostgresLog, postgres_database: str, change: str, names: str
) -> None:
    log.append(some_choices(10), NOW)
    assert log.damage() == ()
    with psycopg.connect(postgres_database) as db:
        tamper(db, change)
    assert any(names in problem.what for problem in log.damage())


def test_a_log_without_its_head_is_damaged_and_not_empty(log: PostgresLog, postgres_database: str) -> None:
    log.append(some_choices(3), NOW)
    with psycopg.connect(postgres_database) as db:
        db.execute("DELETE FROM sayso_log.head")
    for ask in (log.size, lambda: log.append([choice()], NOW), lambda: log.signed(signed)):
        with pytest.raises(IntegrityError, match="missing or damaged"):
            ask()
    assert log.damage()


def test_a_commit_that_fails_leaves_nothing_of_its_batch(log: PostgresLog, postgres_database: str) -> None:
    log.append(some_choices(2), NOW)
    with psycopg.connect(postgres_database) as db:
        db.execute(
            "INSERT INTO sayso_log.nodes VALUES (1, 1, '\\x00')"
        )  # in the way of the fourth entry's second node
    with pytest.raises(IntegrityError, match="not as it was made") as error:
        log.append(some_choices(2), NOW)
    assert "23505" in str(error.value)
    assert log.size() == 2
    assert log.append(some_choices(1), NOW)[0].number == 2


# Addresses and servers


@pytest.mark.parametrize("url", ["", "http://somewhere", "postgresql://a:secret@[::1/x", "host='half"])
def test_what_is_no_address_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises((InputError, EdgeError)) as error:
        PostgresLog(url, KEY.name)
    assert "secret" not in str(error.value)
    assert "half" not in str(error.value)


def test_a_server_that_does_not_sync_its_disk_is_refused_and_one_that_stands_by_is_no_place_to_write() -> (
    None
):
    with running_server() as server:
        PostgresLog.create(server.url(), KEY.name).close()
        server.stop()
        server.start({"fsync": "off"})
        with pytest.raises(EdgeError, match="does not sync its disk"):
            PostgresLog(server.url(), KEY.name)
        server.stop()
        server.start({"default_transaction_read_only": "on"})
        with pytest.raises(EdgeError, match="could not be reached"):
            PostgresLog(server.url(), KEY.name)


def test_a_commit_is_on_disk_whatever_the_servers_default(log: PostgresLog, postgres_database: str) -> None:
    with psycopg.connect(postgres_database, autocommit=True) as db:
        (name,) = db.execute("SELECT current_database()").fetchone() or ("",)
        db.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        db.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    with PostgresLog(postgres_database, KEY.name) as fresh:
        found = fresh._rows(
            "SELECT current_setting('synchronous_commit'), current_setting('transaction_isolation')"
        )
        assert found == [("on", "read committed")]
        assert fresh.append([choice()], NOW)


def test_a_database_of_another_encoding_holds_any_text(postgres_server: PostgresServer) -> None:
    with psycopg.connect(postgres_server.url(), autocommit=True) as db:
        db.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    with PostgresLog.create(postgres_server.url("latin"), KEY.name) as log:
        entry = log.append([choice("Ölaf 😀 \0")], NOW)[0]
        assert log.entries_of("Ölaf 😀 \0") == (entry,)
        log.signed(signed)
        assert verify_log(log, KEY).holds
        assert log.damage() == ()
    postgres_server.drop("latin")


def test_more_threads_than_connections_wait_for_one_another(log: PostgresLog, postgres_database: str) -> None:
    log.append(some_choices(3), NOW)
    with ThreadPoolExecutor(2 * MOST) as pool, log.hold():
        assert all(pool.map(lambda _: len(list(log.entries())) == 3, range(8 * MOST)))
    with psycopg.connect(postgres_database) as db:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sayso'"
        (found,) = db.execute(query).fetchone() or (0,)
    assert 2 <= found <= MOST


def test_a_missing_psycopg_is_one_line_that_says_what_to_install(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from sayso.cli.main import main\n"
        "raise SystemExit(main(['init', '--log-url-in', 'SAYSO_LOG_URL']))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "SAYSO_LOG_URL": "postgresql:///x"}
    said = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 5
    assert "psycopg is not installed" in said.stderr
    assert "pip install 'sayso[postgres]'" in said.stderr


def test_a_closed_log_answers_no_more(log: PostgresLog) -> None:
    log.append([choice()], NOW)
    log.close()
    with pytest.raises(ValueError, match="closed"):
        log.size()
    with pytest.raises(ValueError, match="closed"):
        log.append([choice()], NOW)
