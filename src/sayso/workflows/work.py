"""The work that words of members call for: data sets are withdrawn from, models follow, old bytes go. It can stop and go on anywhere.

Nothing is kept of what is under way: what is left to do follows from the log and the published versions, so that a worker that was
killed begins again where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sayso.slicing import Progress
from sayso.values.moments import Moment
from sayso.workflows.forget import forget
from sayso.workflows.pending import pending
from sayso.workflows.shelf import Shelf, dataset_of, model_of
from sayso.workflows.withdraw import DATASET, MODEL, purge, rewrite, superseded


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do: ``withdraw`` from a data set, let a model ``forget``, or ``purge`` versions of either.

    ``words`` is how many entries of the log call for it, ``due`` when the first of them has to be carried out (``None``: nothing was
    promised); ``versions`` are those to purge.
    """

    what: str
    name: str
    words: int = 0
    due: Moment | None = None
    versions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """A task that was carried out, and the log's entry that says so (``None``: there was nothing to publish)."""

    task: Task
    entry: int | None


def waiting(shelf: Shelf) -> tuple[Task, ...]:
    """Return what there is to do now: withdrawals first, then models, then bytes whose days are over."""
    return (*_withdrawals(shelf), *_forgettings(shelf), *_purges(shelf))


def _withdrawals(shelf: Shelf) -> Iterator[Task]:
    for name in sorted(shelf.log().published):
        words = pending(shelf.yard, shelf.datasets, name)
        if words:
            due = min((one.due for one in words if one.due is not None), default=None)
            yield Task("withdraw", name, len(words), due)


def _forgettings(shelf: Shelf) -> Iterator[Task]:
    log = shelf.log()
    for name in sorted(log.models):
        stands = model_of(shelf, log, name).dataset
        if dataset_of(shelf, log, stands.name).version != stands.version:
            yield Task("forget", name)


def _purges(shelf: Shelf) -> Iterator[Task]:
    log, now = shelf.log(), shelf.yard.book.clock.now()
    for kind, artefacts, names in (
        (DATASET, shelf.datasets, log.published),
        (MODEL, shelf.models, log.models),
    ):
        for name in sorted(names):
            old = superseded(shelf.yard, artefacts, name, kind)
            due = tuple(version for version, when in old if when is not None and when <= now)
            if due:
                yield Task(f"purge {kind}", name, versions=due)


def work(
    shelf: Shelf, progress: Progress, told: Callable[[Done], None] = lambda done: None
) -> tuple[Done, ...]:
    """Return what was done: everything that waits now, and what follows from it, in order; ``told`` hears of each as it is done.

    Raises what ``withdraw``, ``forget`` and ``purge`` raise; what was done before stays done.
    """
    done = []
    for find in (_withdrawals, _forgettings, _purges):
        for task in tuple(find(shelf)):
            done.append(Done(task, _carried_out(shelf, task, progress)))
            told(done[-1])
    return tuple(done)


def _carried_out(shelf: Shelf, task: Task, progress: Progress) -> int | None:
    if task.what == "withdraw":
        entry = rewrite(shelf.yard, shelf.datasets, task.name, progress, False).built.entry
        return None if entry is None else entry.number
    if task.what == "forget":
        entries = forget(shelf, task.name, progress).entries
        return entries[-1].number if entries else None
    kind = task.what.removeprefix("purge ")
    purge(shelf.yard, shelf.datasets if kind == DATASET else shelf.models, task.name, False, kind)
    return shelf.yard.book.log.size() - 1
