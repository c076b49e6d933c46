"""``sayso seen``: a member's records in a data set, as the model saw them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.text import Text

from sayso.cli.answer import Answer, Field, Line, console_for, count
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import JsonFlag
from sayso.redact.apply import Redacted
from sayso.redact.operators import Removed
from sayso.workflows.redaction import diff_of, visible
from sayso.workflows.seen import Seen, seen


def seen_command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The data set.")],
    member: Annotated[str, typer.Option("--member", metavar="ID", help="Whose records.")],
    json: JsonFlag = False,
) -> None:
    """Show which of a member's records a data set holds, and each as the model saw it.

    What was taken out is struck through, or stands as [-words-]{+[LABEL]+} where there are no colours. It shows the member's
    own words on your screen, to be read with the member or by them, and keeps nothing of it.

    Example:

    \b
      sayso seen writers --member 1204
    """
    with desk_of(ctx).open() as project:
        found = seen(project.yard, project.datasets, name, member)
    reply(ctx, _seen(name, found, console_for(sys.stdout.isatty()).color_system is not None), json)


def _seen(name: str, found: tuple[Seen, ...], colour: bool) -> Answer:
    head = f"{name} holds {count(len(found), 'record', 'records')} of this member."
    lines: list[Line] = [head]
    for one in found:
        lines += _lines(one, colour)
    return Answer({"name": name, "records": [_fields(one) for one in found]}, tuple(lines))


def _lines(one: Seen, colour: bool) -> tuple[Line, ...]:
    if one.removals is None:
        why = "the source or the detectors changed since: this is what the model saw"
        return "", f"{one.record}: {why}", visible(one.text)
    taken = count(len(one.removals), "span", "spans")
    shown = diff_of(one.original, Redacted(one.text, one.removals), colour)
    return "", f"{one.record}: {taken} taken out", Text.from_ansi(shown) if colour else shown


def _fields(one: Seen) -> dict[str, Field]:
    removals = None if one.removals is None else [_removed(each) for each in one.removals]
    return {"record": one.record, "original": one.original, "text": one.text, "removals": removals}


def _removed(one: Removed) -> dict[str, Field]:
    return {
        "start": one.start,
        "end": one.end,
        "label": str(one.label),
        "operator": str(one.operator),
        "written": one.written,
    }
