"""What the log costs in PostgreSQL, beside SQLite on the same disk in the same run.

Run ``python benchmarks/bench_postgres.py [FOLDER]``; the folder must lie on the disk to be measured (default: here). It starts a
server of its own, reached through a socket, as it comes out of the box but for what the tests set: each choice counts when its write
has returned, which is after the server's disk was synced.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from bench_log import START, choices
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from postgres_server import ADVICE, programs, running_server
from sayso.ledger.checkpoints import Checkpoint, VerifierKey, sign_checkpoint
from sayso.ledger.events import ChoiceMade
from sayso.ledger.verify import verify_log
from sayso.stores.postgres_log import PostgresLog
from sayso.stores.sqlite_log import SqliteLog

Log = SqliteLog | PostgresLog
ORIGIN = "bench.example/log"
WRITERS = 16
EACH = 600
ROUNDS = 3
PROCESS = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[4]]
from bench_log import START, choices
from sayso.stores.postgres_log import PostgresLog
from sayso.stores.sqlite_log import SqliteLog
where, writer, each = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
log = PostgresLog(where, "bench.example/log") if where.startswith("postgres") else SqliteLog(Path(where))
events = choices(each, writer * each)
print("ready", flush=True)
sys.stdin.readline()
for event in events:
    log.append([event], START)
print("done", flush=True)
"""


def rate(work: Callable[[], object], count: int) -> float:
    """Return how many were done in a second."""
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def by_threads(log: Log, writers: int, each: int) -> float:
    """Return choices per second of threads of one process, each of which writes its own, one at a time."""
    parts = [choices(each, writer * each) for writer in range(writers)]

    def write(part: Sequence[ChoiceMade]) -> None:
        for event in part:
            log.append([event], START)

    with ThreadPoolExecutor(writers) as pool:
        return rate(lambda: list(pool.map(write, parts)), writers * each)


def by_processes(where: str, writers: int, each: int) -> float:
    """Return choices per second of processes, each with its own connection, from when all are ready until all are done."""
    command = [sys.executable, "-c", PROCESS, where]
    here = str(Path(__file__).resolve().parent)
    running = [
        subprocess.Popen(
            [*command, str(writer), str(each), here], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for writer in range(writers)
    ]

    def wait(word: str) -> None:
        for one in running:
            assert one.stdout is not None
            if one.stdout.readline() != word + "\n":
                raise SystemExit("a writer failed")

    def work() -> None:
        for one in running:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        wait("done")

    wait("ready")
    found = rate(work, writers * each)
    for one in running:
        one.communicate()
    return found


def with_receipts(log: Log, key: VerifierKey, private: Ed25519PrivateKey, pieces: int) -> float:
    """Return choices per second in pieces of sixteen, each piece signed and each choice proved, as the service does it."""

    def sign(size: int, root: bytes) -> Checkpoint:
        return sign_checkpoint(Checkpoint(key.name, size, root), key, private.sign)

    def work() -> None:
        for piece in range(pieces):
            entries = log.append(choices(16, piece * 16), START)
            made = log.signed(sign, keep=False)
            log.inclusions([entry.number for entry in entries], made.size)

    return rate(work, pieces * 16)


def line(name: str, sqlite: float, postgres: float) -> None:
    """Print one comparison."""
    print(f"{name:<48} {sqlite:>9,.0f} {postgres:>12,.0f} {postgres / sqlite:>8.2f}", flush=True)


def median(figures: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the medians of two columns."""
    left, right = (sorted(column)[len(figures) // 2] for column in zip(*figures, strict=True))
    return left, right


def bench(folder: Path, url: str) -> None:
    """Print the figures: both stores in turn, the median of three rounds."""
    private = Ed25519PrivateKey.generate()
    key = VerifierKey(ORIGIN, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    path = folder / "log.sqlite"
    print(f"{'durable choices per second':<48} {'SQLite':>9} {'PostgreSQL':>12} {'ratio':>8}")
    with SqliteLog.create(path) as sqlite, PostgresLog.create(url, ORIGIN) as postgres:
        for writers in (1, WRITERS):
            each = EACH * WRITERS // writers // (4 if writers == 1 else 1)
            rounds = [
                (by_threads(sqlite, writers, each), by_threads(postgres, writers, each))
                for _ in range(ROUNDS)
            ]
            line(f"{writers} {'threads of one process' if writers > 1 else 'writer'}", *median(rounds))
        rounds = [
            (by_processes(str(path), WRITERS, EACH // 4), by_processes(url, WRITERS, EACH // 4))
            for _ in range(ROUNDS)
        ]
        line(f"{WRITERS} processes, a connection each", *median(rounds))
        rounds = [
            (with_receipts(sqlite, key, private, 150), with_receipts(postgres, key, private, 150))
            for _ in range(ROUNDS)
        ]
        line("16 at once with receipts, 1 writer", *median(rounds))
        bulk = choices(50_000)
        rounds = [
            tuple(
                rate(
                    lambda log=log: [
                        log.append(bulk[at : at + 10_000], START) for at in range(0, 50_000, 10_000)
                    ],
                    50_000,
                )
                for log in (sqlite, postgres)
            )
        ]
        line("10,000 a write", *median(rounds))
        for log in (sqlite, postgres):
            if not verify_log(log, key).holds:
                raise SystemExit("the log does not hold")


if __name__ == "__main__":
    if programs() is None:
        raise SystemExit(ADVICE)
    where = sys.argv[1] if len(sys.argv) > 1 else "."
    with tempfile.TemporaryDirectory(dir=where) as temporary, running_server(Path(where).resolve()) as server:
        bench(Path(temporary), server.url())
