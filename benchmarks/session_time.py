"""What a command takes with all processes of its session, those that nobody waits for among them (a Java machine's workers)."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

EVERY = 0.2
"""Seconds between two looks: what a process does after the last one is missed."""
_SESSION, _USER, _SYSTEM = (
    3,
    11,
    12,
)  # fields of /proc/PID/stat behind the name (proc(5) counts from 1, and the name is its second)
_TICKS = os.sysconf("SC_CLK_TCK")


class Taken(NamedTuple):
    """What a command printed and how it ended; seconds by the clock and of all processors, MiB of its largest process."""

    said: str
    status: int
    wall: float
    cpu: float
    memory: float


def taken(command: Sequence[str]) -> Taken:
    """Run a command in a session of its own and return what it took."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    ticks: dict[int, int] = {}
    peak = [0]
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, ticks, peak, ended))
    watcher.start()
    said, _ = process.communicate()
    ended.set()
    watcher.join()
    return Taken(
        said,
        process.returncode,
        time.perf_counter() - began,
        sum(ticks.values()) / _TICKS,
        peak[0] / 1024,
    )


def _watch(session: int, ticks: dict[int, int], peak: list[int], ended: threading.Event) -> None:
    while not ended.wait(EVERY):
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                _look(folder, session, ticks, peak)


def _look(folder: Path, session: int, ticks: dict[int, int], peak: list[int]) -> None:
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        if int(fields[_SESSION]) != session:
            return
        held = [line for line in (folder / "status").read_text().splitlines() if line.startswith("VmHWM")]
    except (OSError, IndexError):
        return  # it ended meanwhile
    ticks[int(folder.name)] = int(fields[_USER]) + int(fields[_SYSTEM])
    peak[0] = max([peak[0], *(int(line.split()[1]) for line in held)])
