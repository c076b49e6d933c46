"""Progress on standard error: a bar on a terminal, nothing where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from sayso.cli.answer import console_for

Tell = Callable[[int, int | None], None]
"""Is told how much is done, and how much there is in all."""


@contextmanager
def progress_bar(what: str, quiet: bool, counted: bool = False) -> Iterator[Tell]:
    """Give a function that moves a bar; ``counted`` shows how many of how many. The bar is gone at the end."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    columns = [TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()]
    if counted:
        columns.insert(2, MofNCompleteColumn())
    with Progress(*columns, console=console_for(True, stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
