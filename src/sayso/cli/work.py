"""``sayso work``: carries out what members' words call for, once or for as long as it runs."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, count, give
from sayso.cli.dataset import records_done
from sayso.cli.desk import Desk, desk_of, reply
from sayso.cli.options import DryRun, JsonFlag
from sayso.values.moments import format_day, format_moment
from sayso.workflows.work import Done, Task, waiting, work


def work_command(
    ctx: typer.Context,
    follow: Annotated[
        int | None,
        typer.Option(
            "--follow", min=1, metavar="SECONDS", help="Look again after so many seconds, until you stop it."
        ),
    ] = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Carry out what members have taken back: in data sets, then in models, then in old copies whose days are over.

    A no through a control that reaches back needs nobody to act on it while this runs. It can be stopped at any time and goes on
    where it was: what is left to do follows from the log. With --dry-run it shows what waits, and by when it is due.

    Examples:

    \b
      sayso work --dry-run
      sayso work --follow 60
    """
    desk = desk_of(ctx)
    if dry_run:
        with desk.open() as project:
            tasks = waiting(project.shelf)
        reply(ctx, _waiting(tasks), json)
        return
    give(_worked(_once(desk)), json, desk.quiet)
    while follow is not None:
        time.sleep(follow)
        done = _once(desk)
        if done:
            give(_worked(done), json, desk.quiet)


def _once(desk: Desk) -> tuple[Done, ...]:
    with desk.open() as project, records_done("Working", desk, None) as progress:
        return work(project.shelf, progress)


def _waiting(tasks: tuple[Task, ...]) -> Answer:
    lines = tuple(_sentence(task) for task in tasks) or ("Nothing waits.",)
    return Answer({"dry_run": True, "tasks": [_fields(task) for task in tasks]}, lines)


def _worked(done: tuple[Done, ...]) -> Answer:
    lines = tuple(f"{_entry(one)}{_sentence(one.task)}" for one in done) or ("Nothing waits.",)
    tasks = [{**_fields(one.task), "entry": one.entry} for one in done]
    return Answer({"dry_run": False, "tasks": tasks}, lines)


def _entry(done: Done) -> str:
    return "" if done.entry is None else f"Entry {done.entry}: "


def _sentence(task: Task) -> str:
    if task.versions:
        versions = ", ".join(f"v{version:04d}" for version in task.versions)
        return f"delete the bytes of {task.name} {versions}"
    if task.what == "forget":
        return f"let {task.name} follow its data set"
    due = "" if task.due is None else f", due {format_day(task.due)}"
    words = count(task.words, "word of a member", "words of members")
    return f"withdraw from {task.name}: {words}{due}"


def _fields(task: Task) -> dict[str, Field]:
    return {
        "what": task.what,
        "name": task.name,
        "words": task.words,
        "due": None if task.due is None else format_moment(task.due),
        "versions": list(task.versions),
    }
