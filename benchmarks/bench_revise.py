"""What it takes to make texts ready for a data set: posts of 300 bytes, a directory of a million names, the light tagger, all cores.

    python benchmarks/bench_revise.py [--posts 100000] [--names 1000000] [--mode light]

The posts are those of made-up communities, cut or joined to about 300 bytes; the names are made of syllables, a tenth of them as
the posts' own authors have them. It prints posts and megabytes per second, the time that a million posts take at that rate, and
the peak memory of this process and what each worker holds. The promise: a million posts within 10 minutes on two cores, under 4 GiB.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import random
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from sayso.engines.revise import OpenRevisers
from sayso.intake.community import generate
from sayso.intake.gazetteer import country_of
from sayso.redact.owners import Roll
from sayso.redact.plan import Mode, Plan
from sayso.redaction_ports import Acquaintance, Known

SYLLABLES = "ka lo mi ra ten vor sel bri da no ur pe gan tis mo ley fa shi bel ru".split()
BATCH = 10_000


def names(wanted: int, own: list[str]) -> Iterator[Known]:
    """Yield so many members with a name and a handle."""
    chance = random.Random(1)
    for number in range(wanted):
        first, last = ("".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).title() for _ in range(2))
        name = own[number // 10 % len(own)] if number % 10 == 0 else f"{first} {last}"
        yield Known(f"t{number:07d}", (name,), (f"{first.lower()}{number}",))


def posts(wanted: int, texts: list[str]) -> Iterator[list[str]]:
    """Yield batches of posts of about 300 bytes, so many in all."""
    joined = (f"{one} {other}"[:300] for one, other in itertools.pairwise(itertools.cycle(texts)))
    numbered = (f"{text} ({number})" for number, text in enumerate(itertools.islice(joined, wanted)))
    while batch := list(itertools.islice(numbered, BATCH)):
        yield batch


def worker_shares() -> list[float]:
    """Return the megabytes that each worker holds; pages that several hold are shared out among them (PSS, Linux).

    What ``getrusage`` says of a child includes what its parent held when it was started.
    """
    shares = []
    for child in multiprocessing.active_children():
        told = Path(f"/proc/{child.pid}/smaps_rollup").read_text(encoding="ascii")
        shares.append(int(told.split("Pss:")[1].split()[0]) / 1024)
    return shares


def main() -> None:
    """Revise everything and print what it took."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--posts", type=int, default=100_000)
    options.add_argument("--names", type=int, default=1_000_000)
    options.add_argument("--mode", choices=tuple(Mode), default=Mode.LIGHT)
    given = options.parse_args()
    community = generate(1, 2_000)
    own = [person.name for person in community.people if person.name]
    known = tuple(names(given.names, own))
    acquaintance = Acquaintance(Roll.of(known), frozenset(one.tag for one in known[::100]))
    texts = [record.text for record in community.records if record.text]
    began = time.perf_counter()
    with OpenRevisers(Plan(Mode(given.mode)), country_of)(acquaintance, b"k" * 32, given.posts) as reviser:
        ready = time.perf_counter()
        size = removed = 0
        for batch in reviser.revise(posts(given.posts, texts)):
            size += sum(len(one.redacted.text) for one in batch)
            removed += sum(len(one.redacted.receipt) for one in batch)
        done = time.perf_counter()
        peak, shares = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, worker_shares()
    rate = given.posts / (done - ready)
    print(f"{given.names:,} names known after {ready - began:.0f} s")
    print(
        f"{given.posts:,} posts, {size / 1e6:.0f} MB written, {removed:,} spans removed: {rate:,.0f} posts/s"
    )
    minutes = (ready - began + 1_000_000 / rate) / 60
    held = " + ".join(f"{share:.0f}" for share in (peak, *shares))
    print(f"a million posts: {minutes:.1f} minutes (promised: 10); memory {held} MB (promised: 4,096 in all)")


if __name__ == "__main__":
    main()
