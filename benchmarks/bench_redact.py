"""How fast redaction is, and how well it finds: ``python benchmarks/bench_redact.py [../shared/data]``."""

from __future__ import annotations

import html
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from sayso.redact.apply import redact
from sayso.redact.spans import Label

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
SCORED = {"EMAIL", "PHONE", "URL", "CARD", "IBAN", "IP", "HANDLE"}


def posts(folder: Path) -> Iterator[str]:
    """Yield the texts of a dump's posts and comments, tags taken away."""
    for name, field in (("Posts.xml", "Body"), ("Comments.xml", "Text")):
        for _, row in ElementTree.iterparse(folder / name):
            text = row.get(field)
            if text:
                yield html.unescape(re.sub(r"<[^>]+>", "", text))


def speed(folder: Path) -> None:
    """Print megabytes a second over a dump's texts, and what was found."""
    texts = list(posts(folder))
    size = sum(len(text.encode()) for text in texts) / 1e6
    labels: Counter[str] = Counter()
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        results = [redact(text) for text in texts]
        best = min(best, time.perf_counter() - started)
    for result in results:
        labels.update(str(span.label) for span in result.receipt)
    print(f"{folder.name}: {len(texts)} texts, {size:.1f} MB, {size / best:.1f} MB/s; {dict(labels)}")


def score(path: Path, show: bool) -> Counter[tuple[str, str]]:
    """Return hits, misses and false finds by class: a span is hit when redaction takes all of it away."""
    tally: Counter[tuple[str, str]] = Counter()
    for line in path.open(encoding="utf-8"):
        row = json.loads(line)
        receipt = redact(row["text"]).receipt
        classes = SCORED & set(row["classes"])
        truth = [span for span in row["spans"] if span[2] in classes]
        for start, end, name in truth:
            hit = any(one.start <= start and end <= one.end for one in receipt)
            tally[name, "hit" if hit else "miss"] += 1
            if show and not hit:
                print("  miss", name, repr(row["text"][max(0, start - 25) : end + 12]))
        for one in receipt:
            if str(one.label) in classes:
                right = any(one.start < end and start < one.end for start, end, _ in row["spans"])
                tally[str(one.label), "right" if right else "wrong"] += 1
                if show and not right:
                    print("  wrong", one.label, repr(row["text"][max(0, one.start - 25) : one.end + 12]))
    return tally


def main(data: Path, show: bool) -> None:
    """Print everything."""
    for site in ("quantumcomputing_2018", "french_meta_2021"):
        speed(data / "stackexchange" / site)
    for path in sorted((data / "pii").glob("*.jsonl")):
        tally = score(path, show)
        for label in Label:
            hit, miss = tally[label, "hit"], tally[label, "miss"]
            right, wrong = tally[label, "right"], tally[label, "wrong"]
            if hit + miss + wrong:
                recall = hit / (hit + miss) if hit + miss else 1.0
                precision = right / (right + wrong) if right + wrong else 1.0
                print(
                    f"{path.stem:26} {label:7} recall {recall:.3f} ({hit + miss}), precision {precision:.3f} ({right + wrong})"
                )


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument != "--show"]
    folder = Path(given[0]) if given else SHARED
    if (folder / "pii").is_dir():
        main(folder, "--show" in sys.argv)
    else:
        print(
            f"redaction is not measured: the shared data is not in {folder}; name its folder as the argument"
        )
