"""A project's log and tags are moved to another kind of store: entries keep their numbers and bytes, so every receipt still verifies.

Most of the log is copied while others write. Then they wait: the rest is copied, all of it is held against the log here, and the log
here is closed before the one there is opened. Whatever stops the work, at most one of the two can be written, and doing it again goes
on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa

from sayso.errors import IntegrityError, Problem, Refused
from sayso.ledger.checkpoints import Checkpoint, VerifierKey
from sayso.ledger.verify import verify_log
from sayso.moving import ClosableLog, MovableLog, MovableTags

AT_ONCE = 10_000
Progress: TypeAlias = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Store:
    """Where a project's log and tags are, or go."""

    log: MovableLog
    tags: MovableTags


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved: how many entries, checkpoints and members, and the log's root, the same in both places."""

    entries: int
    checkpoints: int
    members: int
    root: bytes


def move(here: Store, there: Store, key: VerifierKey, progress: Progress) -> Moved:
    """Return what was moved; from then on the log there is open, the one here is closed, and no tag is left here.

    Raises ``Refused`` where the log there is in use, or is not one that this log goes on from; ``IntegrityError`` where anything
    does not hold: then nothing has changed but that more may have been copied.
    """
    _check_start(here.log, there.log)
    if not there.log.is_open():  # else this is the rest of a move that was stopped at its very end
        _fill(here, there, key, progress)
        there.log.open_up()
    here.tags.bring(_NOBODY, frozenset())
    return state(there)


def state(store: Store) -> Moved:
    """Return what is in a store."""
    size, root, checkpoints = _state(store.log)
    return Moved(size, len(checkpoints), store.tags.table().num_rows, root)


_NOBODY = pa.table({"member": pa.array([], pa.string()), "tag": pa.array([], pa.string())})


def _fill(here: Store, there: Store, key: VerifierKey, progress: Progress) -> None:
    """Have everything there that is here, and nobody write here any more."""
    _copy(here.log, there.log, progress)
    _check(there.log, key)
    with _closing(here.log) as held:
        _copy(here.log, there.log, progress)
        _compare(here, there)
        if held is not None:
            held.seal()


def _closing(log: MovableLog) -> AbstractContextManager[ClosableLog | None]:
    return log.hold() if log.is_open() else nullcontext()


def _check_start(here: MovableLog, there: MovableLog) -> None:
    size = there.length()
    if there.is_open() and here.is_open():
        what = "the log there is in use: two logs cannot become one"
        raise Refused(Problem("in-use", what, advice="name a database that holds no log"))
    if (
        size > here.length()
        or (there.is_open() and size < here.length())
        or here.root(size) != there.root(size)
    ):
        what = f"the {size} entries that are there already are not the first ones of this log"
        raise Refused(Problem("other-log", what, advice="name a database that holds no log"))


def _copy(here: MovableLog, there: MovableLog, progress: Progress) -> None:
    end = here.length()
    for start in range(there.length(), end, AT_ONCE):
        progress(start, end)
        there.bring(start, here.leaves(start, min(start + AT_ONCE, end)))
    progress(end, end)
    kept = set(there.checkpoints())
    there.bring(end, (), [each for each in here.checkpoints() if each not in kept])


def _check(there: MovableLog, key: VerifierKey) -> None:
    """Read everything there again, before anybody waits for it."""
    report = verify_log(there, key)
    if not report.holds:
        raise IntegrityError(*report.problems)


def _compare(here: Store, there: Store) -> None:
    """Bring the tags, and see that all is in both places alike; the log here is held or closed, so neither changes meanwhile."""
    rows, digests = here.tags.table(), here.tags.digests()
    there.tags.bring(rows, digests)
    tags_are = there.tags.table().equals(rows) and there.tags.digests() == digests
    if not tags_are or _state(here.log) != _state(there.log):
        what = "what was copied is not what is here"
        raise IntegrityError(Problem("bad-copy", what, advice="run `sayso verify` here, then try again"))


def _state(log: MovableLog) -> tuple[int, bytes, frozenset[Checkpoint]]:
    size = log.length()
    return size, log.root(size), frozenset(log.checkpoints())
