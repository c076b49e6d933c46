"""What a service's decisions cost in process: look-ups, single decisions and batches of 10,000 record ids, next to ``decide_one``.

    python benchmarks/bench_answers.py [--folder build/bench-answers] [--members 200000] [--records 1000000] [--batches 100]

The tables are those of the gate's benchmark (``generate.py``) under the LinkedIn pack; what its members said and were told is in the
log of a project. Ids are drawn at random, so nearly every record asked about is another one: the first questions about a member read
the log, and a batch's first records of a kind are decided one by one. Rates are of CPU time, which other work on
the machine disturbs least: one core's worth. Memory is what the process holds more than before.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from sayso.config import Settings, settings_text
from sayso.intake.policies import read_policy_text
from sayso.ledger.events import ChoiceMade, Event, NoticeGiven
from sayso.stores.sources import MEMBERS, RECORDS
from sayso.values.moments import Moment
from sayso.values.uses import Use
from sayso.wiring import Project, SystemClock, create_project, open_project, policy_of
from sayso.workflows.answers import MOST_RECORDS, Answers
from sayso.workflows.choose import Wish, choose
from sayso.workflows.decide import decide_one
from sayso.workflows.init import lay_out

USE = Use("content-generation", "linkedin")
AT_ONCE = 5_000


def made(folder: Path, members: int, records: int) -> Path:
    """Make the project in a folder, unless it is there."""
    root, tables = folder / "project", folder / "tables"
    if (root / "sayso.yaml").exists():
        return root
    print(f"generating {records:,} records by {members:,} members in {folder}", flush=True)
    sizes = ("--members", str(members), "--records", str(records), "--sentences", "1")
    # In a process of its own: memory that it takes is not counted below.
    subprocess.run(
        [sys.executable, str(Path(__file__).with_name("generate.py")), str(tables), *sizes], check=True
    )
    text, settings = read_policy_text("linkedin"), Settings("bench", "example.org/bench")
    create_project(
        root, settings, policy_of(*text), lay_out(root, settings_text(settings), text[0]), SystemClock()
    )
    with open_project(root) as project:
        place = project.sources.folder("bench")
        place.mkdir(parents=True)
        for name in (MEMBERS, RECORDS):
            (tables / name).rename(place / name)
        project.tags.give(project.sources.members(place))
        said = events(project, tables)
        for first in range(0, len(said), AT_ONCE):
            project.log.append(said[first : first + AT_ONCE], project.clock.now())
    return root


def events(project: Project, tables: Path) -> list[Event]:
    """Return what the members of the tables said and were told, in the order of their moments."""
    given = project.tags.table()
    tags = dict(zip(given.column("member").to_pylist(), given.column("tag").to_pylist(), strict=True))
    words = pq.read_table(tables / "words.parquet").to_pylist()
    notices = pq.read_table(tables / "notices.parquet").to_pylist()
    said: list[ChoiceMade | NoticeGiven] = [
        ChoiceMade(
            tags[row["member"]], row["control"], row["yes"], Moment(row["at"]), row["version"], "settings"
        )
        for row in words
    ]
    said += [
        NoticeGiven(row["version"], Moment(row["at"]), "e-mail", None, tags[row["member"]]) for row in notices
    ]
    return sorted(said, key=lambda event: event.at)


def resident() -> float:
    """Return the resident memory of this process in megabytes (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096 / 1e6


def said(name: str, unit: str, count: int, seconds: float) -> float:
    """Print a rate, and return it."""
    print(
        f"{name:<52} {count / seconds:>12,.0f} {unit}/s   {seconds / count * 1e6:10.1f} us each", flush=True
    )
    return count / seconds


def rate(name: str, unit: str, things: Sequence[str], ask: Callable[[str], object]) -> float:
    """Ask of each thing once and print how many it was in a second."""
    started = time.process_time()
    for thing in things:
        ask(thing)
    return said(name, unit, len(things), time.process_time() - started)


def batches(answers: Answers, draws: Sequence[Sequence[str]]) -> list[float]:
    """Return the seconds that each batch took."""
    found = []
    for ids in draws:
        started = time.process_time()
        answers.decide_many(USE, ids)
        found.append(time.process_time() - started)
    return found


def bench(project: Project, count: int) -> None:
    """Print all figures of a project."""
    chance, before, answers = random.Random(1), resident(), project.answers()
    catalogue = answers.catalogue
    started = time.process_time()
    held = catalogue.now()
    print(f"{held.records:,} records and {held.members:,} members read in {time.process_time() - started:.1f} s, "
          f"{resident() - before:.0f} MB more; {project.log.size():,} entries in the log")  # fmt: skip

    def drawn(size: int) -> list[str]:
        return [f"r{chance.randrange(held.records):09d}" for _ in range(size)]

    some = drawn(5_000)
    rate("look-ups of a record", "records", some, catalogue.record)
    authors = [found.author for record in some if (found := catalogue.record(record)) and found.author]
    rate("look-ups of a member", "members", authors, catalogue.member)
    rate("pages of 100 of a member's own records", "pages", authors, catalogue.records_of)
    rate("texts, one at a time", "texts", some[:50], catalogue.text)
    slow = rate(
        "decide_one", "decisions", some[:10], lambda one: decide_one(project.yard, project.sources, USE, one)
    )
    answers.decide(USE, some[0])
    cold = rate(
        "single decisions, of members not asked about before",
        "decisions",
        some,
        lambda one: answers.decide(USE, one),
    )
    warm = rate(
        "single decisions, of the same again", "decisions", some, lambda one: answers.decide(USE, one)
    )
    print(f"single decisions / decide_one: {cold / slow:,.0f} and {warm / slow:,.0f} times")
    (first,) = batches(answers, [drawn(MOST_RECORDS)])
    print(f"the first batch, with the log's index and the tags of all: {first:.2f} s")
    taken = batches(answers, [drawn(MOST_RECORDS) for _ in range(count)])
    said("batches, the first ten after that", "records", 10 * MOST_RECORDS, sum(taken[:10]))
    median = statistics.median(taken[len(taken) // 2 :])
    many = said("batches, the median of the later half", "records", MOST_RECORDS, median)
    print(f"batches / decide_one: {many / slow:,.0f} times")
    # By default a batch reads the clock; what is kept must serve the next one all the same, and survive writes of others.
    for member in authors[:20]:
        choose(project.book, project.tags, Wish(member, "genai-training", yes=False))
    (after,) = batches(answers, [drawn(MOST_RECORDS)])
    said("a batch after 20 choices", "records", MOST_RECORDS, after)
    print(f"in all {resident() - before:.0f} MB more than before")


def main() -> None:
    """Make the project, where it is not there, and measure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--folder", type=Path, default=Path("build/bench-answers"))
    options.add_argument("--members", type=int, default=200_000)
    options.add_argument("--records", type=int, default=1_000_000)
    options.add_argument("--batches", type=int, default=100)
    given = options.parse_args()
    with open_project(made(given.folder, given.members, given.records)) as project:
        bench(project, given.batches)


if __name__ == "__main__":
    main()
