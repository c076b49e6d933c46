"""Write ``src/sayso/redact/measured.py``: how many annotated words the detectors of each mode find, set by set, class by class.

    python benchmarks/measure_redaction.py [--sets ../shared/data/pii]

A word counts as found where it was taken out, whatever the label: that is what a reader of a card wants to know. Run it whenever rules
or weights change; manifests carry these figures.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

from sayso.redact.plan import Mode
from sayso.redact.score import Example, parse_examples
from sayso.redaction import Recipe, redactor

SETS = ("btc_dev", "wnut17_dev", "so_dev", "ambient_standard", "presidio_synth_v2", "datafog_mixed_pii")
OURS = {"SSN": "ID"}
WORD = re.compile(r"\w+")
TARGET = Path(__file__).parents[1] / "src" / "sayso" / "redact" / "measured.py"


def found_words(example: Example, removals: list[tuple[int, int]]) -> Counter[tuple[str, bool]]:
    """Return, by class, how many annotated words of a text were taken out and how many were not."""
    counts: Counter[tuple[str, bool]] = Counter()
    words = [one.span() for one in WORD.finditer(example.text)]
    for first, last, label in example.spans:
        if label in example.classes:
            for start, end in words:
                if start < last and first < end:
                    gone = any(begin < end and start < stop for begin, stop in removals)
                    counts[OURS.get(label, label), gone] += 1
    return counts


def rows(mode: Mode, folder: Path) -> list[tuple[str, str, int, int]]:
    """Return (class, set, found, planted) of a mode."""
    redact = redactor(Recipe(mode))
    found: list[tuple[str, str, int, int]] = []
    for name in SETS:
        examples, _ = parse_examples((folder / f"{name}.jsonl").read_text("utf-8").splitlines(), name)
        counts: Counter[tuple[str, bool]] = Counter()
        for example, redacted in zip(examples, redact.redact([one.text for one in examples]), strict=True):
            counts += found_words(example, [(one.start, one.end) for one in redacted.receipt])
        found += [
            (label, name, counts[label, True], counts[label, True] + counts[label, False])
            for label in {label for label, _ in counts}
        ]
    return sorted(found)


def main() -> None:
    """Measure every mode and write the module."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sets", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "pii")
    folder = options.parse_args().sets
    lines = []
    for mode in Mode:
        lines.append(f"    (\n        Mode.{mode.name},\n        (")
        lines += [f'            ("{a}", "{b}", {c}, {d}),' for a, b, c, d in rows(mode, folder)]
        lines.append("        ),\n    ),")
        print(f"{mode}: measured")
    text = TARGET.read_text("utf-8")
    head, tail = text.partition("MEASURED: ")[0], text.partition("\n\n\ndef measured")[2]
    table = "MEASURED: tuple[tuple[Mode, tuple[Row, ...]], ...] = (\n" + "\n".join(lines) + "\n)"
    TARGET.write_text(f"{head}{table}\n\n\ndef measured{tail}", "utf-8")


if __name__ == "__main__":
    main()
