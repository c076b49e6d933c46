"""Revising texts on one machine: in this process where there are few, in one process per core where there are many.

The directory is built once. Where there are several processes it lies in files of a folder of its own, which they map: they hold it
in memory once between them. The folder is only this user's, and goes when the work is done.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sayso.dataset.taken import Recall
from sayso.redact.measured import measured
from sayso.redact.operators import CountryOf
from sayso.redact.plan import Plan
from sayso.redaction_ports import Acquaintance, Revised, Reviser
from sayso.values.canonical import keyed

if TYPE_CHECKING:
    from sayso.redact.directory import Directory, Mentions
    from sayso.redact.mention import Mention
    from sayso.redact.spans import Span

WORTH_A_PROCESS = 20_000
"""Texts from which on a process for each core is worth its start (a second or two)."""

CHUNK = 1_000
"""Texts that go to a process at a time."""


@dataclass(frozen=True, slots=True)
class Making:
    """All that a reviser is made of; it can be sent to another process. ``country_of`` is a function of a module.

    The acquaintance may be left out for one that is given its directory.
    """

    plan: Plan
    acquaintance: Acquaintance | None
    key: bytes
    country_of: CountryOf


class LocalReviser:
    """Revises texts in this process."""

    def __init__(self, making: Making, directory: Directory | None = None) -> None:
        """Load the models, and build the directory unless it is given."""
        # Not before they are needed: they take most of a second to load, and most commands redact nothing.
        from sayso.redact.apply import Join, Redactor
        from sayso.redact.directory import Mentions
        from sayso.redact.together import TOGETHER, each_together
        from sayso.redaction import finders

        key = _key(making)
        directory = directory or directory_of(making)
        self._members = _Members(directory, Mentions(directory, making.plan.everybody))
        found_by = (*finders(making.plan.mode), self._members)
        join = Join(TOGETHER, each_together)
        self._redactor = Redactor(found_by, making.plan.rules, key, making.country_of, join)
        self.version = self._redactor.version
        self.measured = tuple(Recall(*row) for row in measured(making.plan.mode))

    def revise(self, batches: Iterable[Sequence[str]]) -> Iterator[list[Revised]]:
        """Yield what becomes of each batch of texts, in order."""
        for texts in batches:
            yield self.revised(texts)

    def revised(self, texts: Sequence[str]) -> list[Revised]:
        """Return what becomes of texts."""
        mentions = self._members.look_up(texts)
        return [
            Revised(redacted, tuple(sorted({tag for mention in found for tag in mention.told})))
            for redacted, found in zip(self._redactor.redact(texts), mentions, strict=True)
        ]


def _key(making: Making) -> bytes:
    return keyed(making.key, "sayso-redaction-v1", b"")


def directory_of(making: Making) -> Directory:
    from sayso.redact.directory import Directory

    if making.acquaintance is None:
        raise ValueError("neither whom it knows nor its directory is given")
    return Directory.of_roll(making.acquaintance.roll, making.acquaintance.objectors, _key(making))


def write_directory(directory: Directory, folder: Path) -> None:
    import numpy as np

    for name, array in directory.arrays.items():
        np.save(folder / f"{name}.npy", array)


def mapped(folder: Path) -> Directory:
    """Return the directory that was written to a folder; its arrays stay in the files, and are read where they are needed."""
    import numpy as np

    from sayso.redact.directory import Directory

    return Directory({path.stem: np.load(path, mmap_mode="r").view(np.ndarray) for path in folder.iterdir()})


class _Members:
    """The finder of mentions, which remembers those of the texts at hand: they are asked for twice."""

    def __init__(self, directory: Directory, mentions: Mentions) -> None:
        self._directory, self._mentions = directory, mentions
        self.version = mentions.version
        self._known: dict[str, list[Mention]] = {}

    def look_up(self, texts: Sequence[str]) -> list[list[Mention]]:
        found = self._directory.mentions(texts)
        self._known = dict(zip(texts, found, strict=True))
        return found

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        new = [text for text in texts if text not in self._known]
        found = self._known | dict(zip(new, self._directory.mentions(new), strict=True))
        return [self._mentions.spans(found[text]) for text in texts]


class PooledReviser:
    """Revises texts in several processes; what comes out is what one would give."""

    def __init__(self, pool: ProcessPoolExecutor, ahead: int) -> None:
        """Use a pool whose processes have a reviser each; ``ahead`` chunks are under way at most."""
        self._pool, self._ahead = pool, ahead
        self.version, self.measured = pool.submit(_names).result()

    def revise(self, batches: Iterable[Sequence[str]]) -> Iterator[list[Revised]]:
        """Yield what becomes of each batch of texts, in order."""
        waiting: deque[list[Future[list[Revised]]]] = deque()
        chunks = 0
        for texts in batches:
            futures = [self._pool.submit(_revise, some) for some in _chunked(texts)]
            waiting.append(futures)
            chunks += len(futures)
            while waiting and chunks > self._ahead:
                chunks -= len(waiting[0])
                yield _gathered(waiting.popleft())
        while waiting:
            yield _gathered(waiting.popleft())


def _chunked(texts: Sequence[str]) -> Iterator[list[str]]:
    walk = iter(texts)
    while chunk := list(islice(walk, CHUNK)):
        yield chunk


def _gathered(futures: list[Future[list[Revised]]]) -> list[Revised]:
    return [one for future in futures for one in future.result()]


_MINE: list[LocalReviser] = []


def _begin(making: Making, folder: Path) -> None:
    _MINE.append(LocalReviser(making, mapped(folder)))


def _names() -> tuple[str, tuple[Recall, ...]]:
    return _MINE[0].version, _MINE[0].measured


def _revise(texts: list[str]) -> list[Revised]:
    return _MINE[0].revised(texts)


@contextmanager
def _pooled(making: Making, workers: int) -> Iterator[Reviser]:
    # Not forked: DuckDB's threads hold locks that a child would wait for in vain.
    context = get_context("spawn")
    with TemporaryDirectory(prefix="sayso-directory-") as name:
        folder = Path(name)
        write_directory(directory_of(making), folder)
        told = replace(making, acquaintance=None)
        with ProcessPoolExecutor(workers, context, _begin, (told, folder)) as pool:
            yield PooledReviser(pool, 4 * workers)


@dataclass(frozen=True, slots=True)
class OpenRevisers:
    """Opens revisers by a plan."""

    plan: Plan
    country_of: CountryOf
    workers: int = 0

    def __call__(self, acquaintance: Acquaintance, key: bytes, texts: int) -> AbstractContextManager[Reviser]:
        """Return a reviser as a context manager."""
        making = Making(self.plan, acquaintance, key, self.country_of)
        workers = self.workers or len(os.sched_getaffinity(0))
        if texts < WORTH_A_PROCESS or workers < 2:
            return nullcontext(LocalReviser(making))
        return _pooled(making, workers)
