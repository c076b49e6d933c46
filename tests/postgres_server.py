"""A real PostgreSQL server for tests: made with ``initdb``, reached through a socket in its own folder, gone with the session.

A test that takes the fixture ``postgres_server`` or ``postgres_database`` is skipped where the server's programs are not
installed, and the skip says what to install. Nothing listens on the network.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

ADVICE = "PostgreSQL's server is not installed: apt-get install postgresql (Debian's; its initdb and postgres are all that is used)"
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_size": "256MB",
    "log_min_messages": "fatal",
    "autovacuum": "off",
    "timezone": "America/St_Johns",  # nothing of ours may lean on the server's zone
}
PATIENCE = 60.0


def programs() -> Path | None:
    """Return the folder of ``initdb`` and ``postgres``, the newest version's; ``None`` where they are not installed."""
    beside = shutil.which("initdb")
    folders = [Path(beside).resolve().parent] if beside else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    return next(
        (each for each in folders if (each / "initdb").exists() and (each / "postgres").exists()), None
    )


def _as_servant() -> list[str]:
    """Return the words before a command of the server: it refuses to run as root, and ends when this process does."""
    if os.geteuid():
        return ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig", "INT"]


class PostgresServer:
    """A server of its own data folder, of which a test may take databases, and which it may end, kill and start again.

    Whoever starts it again does so in the thread that started it: the system ends it with that thread.
    """

    def __init__(self, folder: Path, binaries: Path) -> None:
        self.folder, self._binaries = folder, binaries
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)

    @property
    def pid(self) -> int:
        """Return the process id of the postmaster."""
        assert self._process is not None
        return self._process.pid

    def url(self, database: str = "postgres", password: str = "") -> str:
        """Return the address of a database, with a password where one is given, which the server does not ask for."""
        user = f"sayso:{password}" if password else "sayso"
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def make(self) -> None:
        """Make the data folder, empty."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not os.geteuid():
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        words = ["-A", "trust", "-U", "sayso", "-E", "UTF8", "--locale=C", "--no-sync", "--wal-segsize=4"]
        command = [*_as_servant(), self._binaries / "initdb", "-D", self.folder / "data", *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        data = self.folder / "data"
        settings = {**SETTINGS, "unix_socket_directories": str(self.folder)}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "server.log").open("ab") as log:
            command = [*_as_servant(), self._binaries / "postgres", "-D", data, *words]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/")
        until = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(
                    f"the server did not start: {(self.folder / 'server.log').read_text()[-2000:]}"
                )
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url()).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop the server at once, like ``pg_ctl stop -m immediate``: no connection is told, and nothing is flushed."""
        self._end(signal.SIGQUIT)

    def kill(self) -> None:
        """Kill the postmaster with ``SIGKILL``, and wait until its children have noticed and the folder is free."""
        self._end(signal.SIGKILL)
        until = time.monotonic() + PATIENCE
        while self._has_children():
            if time.monotonic() > until:
                raise RuntimeError("the killed server's children are still there")
            time.sleep(0.02)

    def close(self) -> None:
        """Stop the server if it runs, and remove what it kept."""
        if self._process is not None and self._process.poll() is None:
            self._end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(PATIENCE)

    def _has_children(self) -> bool:
        # They hold the data folder's shared memory; a new postmaster refuses to start beside them.
        mine = str(self.folder / "data").encode()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(process / "cwd").encode() == mine:
                    return True
            except OSError:
                continue
        return False

    def create(self, template: str = "template0") -> str:
        """Return the name of a new database, a copy of another to which nobody is connected."""
        name = f"made_{os.getpid()}_{next(self._numbers)}"
        query = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._tell(query.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._tell(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _tell(self, query: sql.Composed) -> None:
        with psycopg.connect(self.url(), autocommit=True) as db:
            db.execute(query)


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Give a server that runs, on its own folder; skips the test where there is none to run."""
    binaries = programs()
    if binaries is None or not sys.platform.startswith("linux"):
        pytest.skip(ADVICE)
    # Not in pytest's folder: a socket's path has 107 bytes at most, and the server's user must get there.
    folder = Path(tempfile.mkdtemp(prefix="sayso-pg-"))
    server = PostgresServer(folder, binaries)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server for the whole session: tests take databases of it, and leave it running."""
    with running_server() as server:
        yield server


@pytest.fixture
def postgres_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty database, for one test."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    postgres_server.drop(name)
