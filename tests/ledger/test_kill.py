"""Any acknowledged choice survives ``kill -9``."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from log_samples import KEY
from sayso.ledger.codec import encode
from sayso.ledger.events import ChoiceMade
from sayso.ledger.verify import verify_log
from sayso.stores.sqlite_log import SqliteLog

WRITER = """
import os, sys, threading
from pathlib import Path
from sayso.ledger.events import ChoiceMade
from sayso.stores.sqlite_log import SqliteLog

log, run = SqliteLog(Path(sys.argv[1])), sys.argv[2]

def write(writer):
    for turn in range(10**9):
        tag = f"{run}-{writer}-{turn}"
        (entry,) = log.append([ChoiceMade(tag, "genai", False, 0, "v1", "settings")], 0)
        os.write(1, f"{entry.number} {tag}\\n".encode())

for writer in range(4):
    threading.Thread(target=write, args=(writer,)).start()
"""


def write_until_killed(path: Path, run: str, seconds: float) -> list[tuple[int, str]]:
    """Return what a writer had acknowledged when it was killed, ``seconds`` after its first word."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), run], stdout=subprocess.PIPE, env=environment
    )
    assert writer.stdout is not None
    first = writer.stdout.readline()
    time.sleep(seconds)
    writer.send_signal(signal.SIGKILL)
    rest = writer.stdout.read()
    writer.stdout.close()
    assert writer.wait() == -signal.SIGKILL
    whole = [
        line.split() for line in (first + rest).decode().splitlines(keepends=True) if line.endswith("\n")
    ]
    return [(int(number), tag) for number, tag in whole]


def kill_again_and_again(path: Path, kills: int, seed: int) -> None:
    chance, acknowledged = random.Random(seed), {}
    SqliteLog.create(path).close()
    for run in range(kills):
        fresh = write_until_killed(path, str(run), chance.uniform(0, 0.15))
        assert fresh
        assert not acknowledged.keys() & dict(fresh).keys()
        acknowledged |= dict(fresh)
    with SqliteLog(path) as log:
        kept = {entry.number: entry.event for entry in log.entries()}
        for number, tag in acknowledged.items():
            event = kept[number]
            assert isinstance(event, ChoiceMade)
            assert event.tag == tag
        assert log.append([event], 0)[0].number == len(kept)  # type: ignore[arg-type]
        assert log.leaf(len(kept)) == encode(event, 0)  # type: ignore[arg-type]
        assert verify_log(log, KEY).holds


def test_no_acknowledged_choice_is_missing_after_twelve_kills(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path / "log.sqlite", kills=12, seed=1)


@pytest.mark.deep
def test_no_acknowledged_choice_is_missing_after_a_hundred_kills(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path / "log.sqlite", kills=100, seed=2)
