"""What redaction took out of a data set version, class by class, and how well its detectors did where somebody had looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Taken(NamedTuple):
    """How much of one class was taken out: ``spans`` in all, in ``records`` published records."""

    label: str
    spans: int
    records: int


class Recall(NamedTuple):
    """What the detectors found of one class in a set that people or a generator had annotated: ``found`` of ``planted`` words."""

    label: str
    data: str
    found: int
    planted: int


@dataclass(frozen=True, slots=True)
class RedactionUsed:
    """The redaction of one version: ``version`` names rules, finders and directory; ``mentions`` is the SHA-256 of the mention index.

    ``taken`` is in the order of labels; ``measured`` are the figures of the detectors of that version, none where they were trained
    by the platform itself and not measured.
    """

    version: str
    mentions: str
    taken: tuple[Taken, ...] = ()
    measured: tuple[Recall, ...] = ()


@dataclass(slots=True)
class Tally:
    """Counts what is taken out while rows are made."""

    spans: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)

    def count(self, pairs: Iterable[tuple[str, int]], records: int = 1) -> None:
        """Count the (label, number of spans) pairs of a published record, or of so many records that have the same."""
        for label, number in pairs:
            self.spans[label] += number * records
            self.records[label] += records

    def taken(self) -> tuple[Taken, ...]:
        """Return what was counted, in the order of labels.

        >>> tally = Tally()
        >>> tally.count((("EMAIL", 2), ("URL", 1)))
        >>> tally.count((("EMAIL", 1),))
        >>> tally.taken()
        (Taken(label='EMAIL', spans=3, records=2), Taken(label='URL', spans=1, records=1))
        """
        return tuple(Taken(label, self.spans[label], self.records[label]) for label in sorted(self.spans))


def recall_of(rows: Iterable[Recall]) -> Mapping[str, str]:
    """Return, by class, the recall on each set in words: ``93 % (86 of 92) on ambient_standard``."""
    found: dict[str, list[str]] = {}
    for row in rows:
        share = f"{row.found / row.planted:.0%}" if row.planted else "nothing planted"
        found.setdefault(row.label, []).append(f"{share} ({row.found:,} of {row.planted:,}) on {row.data}")
    return {label: "; ".join(texts) for label, texts in found.items()}
