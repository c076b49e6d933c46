"""What the log costs: durable choices per second, reading, folding and verifying them.

Run ``python benchmarks/bench_log.py [FOLDER]``; the folder must lie on the disk to be measured (default: here). A
choice counts when its write has returned, which is after the disk was synced.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sayso.ledger.checkpoints import Checkpoint, VerifierKey, sign_checkpoint
from sayso.ledger.codec import decode, encode
from sayso.ledger.events import ChoiceMade, Entry
from sayso.ledger.standing import StandingIndex
from sayso.ledger.verify import verify_log
from sayso.stores.sqlite_log import SqliteLog
from sayso.stores.sqlite_tags import SqliteTags
from sayso.values.moments import SECOND, Moment, parse_moment

START = parse_moment("2024-09-18")
BULK = 200_000
MEMBERS = 1_000_000


def choices(count: int, first: int = 0) -> list[ChoiceMade]:
    """Return choices of members whose tags look random, as real ones do."""
    return [
        ChoiceMade(f"{number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}", "genai-training", number % 3 == 0,
                   Moment(START + number * SECOND), "2024-09-18", "settings")
        for number in range(first, first + count)
    ]  # fmt: skip


def timed(name: str, unit: str, count: int, work: Callable[[], object]) -> None:
    """Run the work once and print how many it did in a second."""
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    print(f"{name:<44} {count / seconds:>12,.0f} {unit}/s   ({count:,} in {seconds:.2f} s)", flush=True)


def write_alone(log: SqliteLog, events: Sequence[ChoiceMade]) -> None:
    """Append each event by itself."""
    for event in events:
        log.append([event], START)


def write_together(log: SqliteLog, writers: int, each: int) -> None:
    """Append each event by itself, from that many threads at once, and see that none is lost."""
    before = log.size()
    parts = [choices(each, BULK + writer * each) for writer in range(writers)]
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(lambda part: write_alone(log, part), parts))
    if log.size() != before + writers * each:
        raise SystemExit("choices were lost")


def bench_log(folder: Path) -> None:
    """Print the log's figures."""
    private = Ed25519PrivateKey.generate()
    key = VerifierKey("bench.example/log", private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    with SqliteLog.create(folder / "log.sqlite") as log:
        timed("durable choices, 1 writer", "choices", 2_000, lambda: write_alone(log, choices(2_000)))
        for writers in (4, 16):
            name = f"durable choices, {writers} writers"
            timed(
                name,
                "choices",
                16_000,
                lambda writers=writers: write_together(log, writers, 16_000 // writers),
            )
        bulk = choices(BULK)
        timed("durable choices, 10,000 a write", "choices", BULK, lambda: [
            log.append(bulk[start : start + 10_000], START) for start in range(0, BULK, 10_000)
        ])  # fmt: skip
        size = log.size()
        log.keep_checkpoint(sign_checkpoint(Checkpoint(key.name, size, log.root(size)), key, private.sign))
        timed("read and decode", "entries", size, lambda: sum(1 for _ in log.entries()))
        timed("verify the whole log", "entries", size, lambda: must_hold(log, key))
        timed(
            "inclusion proofs",
            "proofs",
            2_000,
            lambda: [log.inclusions((number,), size) for number in range(2_000)],
        )


def must_hold(log: SqliteLog, key: VerifierKey) -> None:
    """Verify the log; a benchmark of a log that does not hold measures nothing."""
    if not verify_log(log, key).holds:
        raise SystemExit("the log does not hold")


def bench_values() -> None:
    """Print what encoding, decoding and folding cost in memory."""
    events = choices(BULK)
    leaves = [encode(event, START) for event in events]
    entries = [Entry(number, START, event) for number, event in enumerate(events)]
    timed("encode", "entries", BULK, lambda: [encode(event, START) for event in events])
    timed("decode", "entries", BULK, lambda: [decode(leaf, number) for number, leaf in enumerate(leaves)])
    timed("fold into standing", "entries", BULK, lambda: StandingIndex.of(entries))


def bench_tags(folder: Path) -> None:
    """Print what the tag table costs."""
    with SqliteTags.create(folder / "tags.sqlite", bytes(32)) as tags:
        timed(
            "give tags",
            "members",
            MEMBERS,
            lambda: tags.give(f"member-{number}" for number in range(MEMBERS)),
        )
        timed("read the tag table", "members", MEMBERS, tags.table)
        timed("erase a member among a million", "members", 1, lambda: tags.erase("member-77"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else ".") as temporary:
        bench_values()
        bench_log(Path(temporary))
        bench_tags(Path(temporary))
