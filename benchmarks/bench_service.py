"""How many decisions and choices the service answers over real sockets: ``python benchmarks/bench_service.py [--members 2000]``.

A made-up community in a project of its own, ``sayso serve`` in a process of its own on loopback, and wrk (Debian's package ``wrk``) as
the load. Single decisions, choices (each durable, with its receipt) from 16 connections, and batches of 10,000 records. Then choices
again from 16 threads, while the server is killed (``kill -9``) and started anew again and again: every choice that was
acknowledged has to be in the log. On a machine of two cores wrk and the server share them.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq

from sayso.ledger.events import ChoiceMade
from sayso.wiring import open_project

SCOPES = ("choices:write", "decisions:read")
CONTROL, BATCH, CONNECTIONS = "ai-training", 10_000, 16
PROMISED = {"decisions": 1_500.0, "choices": 1_000.0, "batch": 500_000.0}
"""Single decisions, durable choices, and records in batches, a second."""
PROMISED_P99 = 0.050
"""Seconds in which 99 of 100 choices are answered."""
KILLS = 5


def sayso(folder: Path, *words: str) -> str:
    """Run a command of Sayso in a folder, and return what it said."""
    command = [sys.executable, "-m", "sayso", *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def prepare(folder: Path, members: int) -> str:
    """Make a project with a community in it, and return a service's token."""
    folder.mkdir(parents=True)
    sayso(folder, "init", "--policy", "opt-out-with-notice")
    sayso(folder, "import", "community", "--members", str(members), "--seed", "1")
    scopes = [word for scope in SCOPES for word in ("--scope", scope)]
    return str(json.loads(sayso(folder, "token", "create", "bench", *scopes, "--json"))["token"])


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Give the address of a server of the project, and its process; it is ended with the context."""
    command = [sys.executable, "-m", "sayso", "--project", str(folder), "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        said = next(found[0] for line in server.stdout if (found := re.search(r"http://[0-9.:]+", line)))
        yield said, server
    finally:
        server.kill()
        server.wait()


class Load(NamedTuple):
    """What a load came to: answers a second, the 99th percentile in seconds, and answers that were no success."""

    rate: float
    p99: float
    failed: int


def wrk(url: str, script: str, seconds: int, connections: int = CONNECTIONS) -> Load:
    """Return what wrk says of a Lua script's requests."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            "--timeout",
            "30s",
            "--latency",
            "-s",
            file.name,
            url,
        ]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([0-9.]+)", out)
    late = re.search(r"99%\s+([0-9.]+)(us|ms|s|m)", out)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    assert rate, out
    assert late, out
    unit = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}[late[2]]
    return Load(float(rate[1]), float(late[1]) * unit, int(failed[1]) if failed else 0)


def lua(requests: list[tuple[str, str, str]], token: str) -> str:
    """Return a script that sends requests (method, path, body) again and again, in their order."""
    rows = ",\n".join(f"{{{json.dumps(m)}, {json.dumps(p)}, {json.dumps(b)}}}" for m, p, b in requests)
    return f"""
local requests = {{{rows}}}
local at = 0
request = function()
  at = at % #requests + 1
  local one = requests[at]
  local headers = {{["Authorization"] = "Bearer {token}", ["Content-Type"] = "application/json"}}
  return wrk.format(one[1], one[2], headers, one[3] ~= "" and one[3] or nil)
end
"""


def column(folder: Path, file: str, name: str) -> list[str]:
    """Return a column of the community's table."""
    (path,) = folder.glob(f".sayso/sources/*/{file}.parquet")
    return [one for one in pq.read_table(path, columns=[name]).column(name).to_pylist() if one is not None]


def choice(member: str, yes: bool) -> str:
    """Return the body of a choice."""
    return json.dumps({"member": member, "control": CONTROL, "value": "yes" if yes else "no"})


@dataclass
class Choosers:
    """Threads that choose over one connection each, and remember what was acknowledged."""

    members: list[str]
    token: str
    port: int = 0
    acknowledged: dict[int, tuple[str, bool]] = field(default_factory=dict)
    over: bool = False

    def run(self, seed: int) -> None:
        """Choose until it is over; a connection that breaks is opened again."""
        draw = random.Random(seed)
        connection: http.client.HTTPConnection | None = None
        while not self.over:
            member, yes = draw.choice(self.members), draw.random() < 0.5
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
                connection.request("POST", "/v1/choices", choice(member, yes), headers)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status == 201:
                    self.acknowledged[int(json.loads(body)["entry"])] = (member, yes)
            except (OSError, http.client.HTTPException):
                connection = None
                time.sleep(0.02)


def killed(folder: Path, token: str, members: list[str], kills: int) -> tuple[int, int]:
    """Kill the server again and again while threads choose; return how many choices were acknowledged, and how many are lost."""
    choosers = Choosers(members, token)
    threads = [threading.Thread(target=choosers.run, args=(seed,)) for seed in range(CONNECTIONS)]
    for round_ in range(kills + 1):
        with serving(folder) as (url, server):
            choosers.port = int(url.rpartition(":")[2])
            if not round_:
                for thread in threads:
                    thread.start()
            time.sleep(1.0 + 0.37 * round_)
            if round_ < kills:
                server.send_signal(signal.SIGKILL)
            else:
                choosers.over = True
                for thread in threads:
                    thread.join()
    return len(choosers.acknowledged), lost(folder, choosers.acknowledged)


def lost(folder: Path, acknowledged: dict[int, tuple[str, bool]]) -> int:
    """Return how many acknowledged choices the log does not hold as they were said."""
    with open_project(folder) as project:
        said = {
            entry.number: (project.tags.member_of(entry.event.tag), entry.event.yes)
            for entry in project.log.entries()
            if isinstance(entry.event, ChoiceMade)
        }
    return sum(said.get(number) != what for number, what in acknowledged.items())


def show(what: str, rate: float, unit: str, p99: float, failed: int, kept: bool) -> None:
    """Print a line of figures, and whether the promise is kept."""
    verdict = "PASS" if kept and not failed else "SHORT"
    print(
        f"{what:<18} {rate:12,.0f} {unit}/s   p99 {1_000 * p99:8.1f} ms   {failed} failed   {verdict}",
        flush=True,
    )


def load(folder: Path, token: str, seconds: int) -> None:
    """Print what the three loads come to."""
    records, members = column(folder, "records", "record"), column(folder, "members", "member")
    random.Random(1).shuffle(records)
    ask = "/v1/decisions?purpose=content-generation&recipient=platform&record="
    single = lua([("GET", ask + record, "") for record in records[:5_000]], token)
    said = lua([("POST", "/v1/choices", choice(one, bool(n % 2))) for n, one in enumerate(members)], token)
    use = {"purpose": "content-generation", "recipient": "platform"}
    some = (records * (BATCH // len(records) + 1))[:BATCH]
    many = lua([("POST", "/v1/decisions", json.dumps({"use": use, "records": some}))], token)
    with serving(folder) as (url, _):
        wrk(url, single, 3)  # the first requests read tables and compile rules
        found = wrk(url, single, seconds)
        show(
            "single decisions",
            found.rate,
            "decisions",
            found.p99,
            found.failed,
            found.rate >= PROMISED["decisions"],
        )
        found = wrk(url, said, seconds)
        kept = found.rate >= PROMISED["choices"] and found.p99 <= PROMISED_P99
        show("durable choices", found.rate, "choices", found.p99, found.failed, kept)
        found = wrk(url, many, seconds, connections=4)
        show(
            "batch decisions",
            found.rate * BATCH,
            "records",
            found.p99,
            found.failed,
            found.rate * BATCH >= PROMISED["batch"],
        )


def main() -> None:
    """Measure in a folder that is gone afterwards."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--members", type=int, default=2_000)
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--kills", type=int, default=KILLS)
    given = options.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed: apt-get install wrk")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "project"
        token = prepare(folder, given.members)
        load(folder, token, given.seconds)
        acknowledged, gone = killed(folder, token, column(folder, "members", "member"), given.kills)
        verdict = "SHORT" if gone else "PASS"
        print(
            f"kill -9, {given.kills} times under load: {acknowledged:,} choices acknowledged, {gone} lost   {verdict}"
        )


if __name__ == "__main__":
    main()
