"""How a report comes out: printed, or written to a file, as HTML, Markdown or JSON."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, count
from sayso.cli.desk import desk_of, reply
from sayso.config import read_text
from sayso.reports.answers import NOTHING, Given, read_answers
from sayso.reports.as_html import as_html
from sayso.reports.as_json import as_json
from sayso.reports.as_markdown import as_markdown
from sayso.reports.document import Document, State
from sayso.workflows.redaction import whole_file


class Form(StrEnum):
    """The forms of a report."""

    HTML = "html"
    MD = "md"
    JSON = "json"


_RENDER = {Form.HTML: as_html, Form.MD: as_markdown, Form.JSON: as_json}
_ENDINGS = {".html": Form.HTML, ".htm": Form.HTML, ".json": Form.JSON}

AnswersFile = Annotated[
    Path | None,
    typer.Option("--answers", metavar="FILE", help="What only a person knows: see `sayso report questions`."),
]
FormOption = Annotated[
    Form | None,
    typer.Option("--format", help="Left out: by the ending of --out, and Markdown where that says nothing."),
]
OutFile = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write it to this file; left out, it is printed."),
]


def given_in(file: Path | None) -> Given:
    """Return the answers in a file, none where none is named.

    Raises ``InputError`` with every problem.
    """
    return NOTHING if file is None else read_answers(read_text(file), file.name)


def hand_out(
    ctx: typer.Context,
    document: Document,
    form: Form | None,
    out: Path | None,
    as_object: bool,
    more: dict[str, Field] | None = None,
) -> None:
    """Print a report, or write it to a file and say what is in it; ``as_object`` prints JSON whatever is asked for besides."""
    if out is None:
        wanted = Form.JSON if as_object else form or Form.MD
        if not desk_of(ctx).quiet or as_object:
            sys.stdout.write(_RENDER[wanted](document))
            sys.stdout.flush()
        return
    wanted = form or _ENDINGS.get(out.suffix.lower(), Form.MD)
    with whole_file(out) as file:
        file.write(_RENDER[wanted](document).encode())
    reply(ctx, Answer(_fields(document, wanted, out) | (more or {}), _lines(document, out)), as_object)


def _fields(document: Document, form: Form, out: Path) -> dict[str, Field]:
    return {
        "kind": document.kind,
        "subject": list(document.subject),
        "file": str(out),
        "format": str(form),
        "fields": sum(1 for _ in document.fields()),
        "missing": [field.id for field in document.missing],
        "questions": list(dict.fromkeys(field.question for field in document.missing)),
    }


def _lines(document: Document, out: Path) -> tuple[str, ...]:
    total, missing = sum(1 for _ in document.fields()), document.missing
    lines = [f"{document.title}: {out}."]
    if total:
        known, given = document.count(State.KNOWN), document.count(State.GIVEN)
        lines.append(
            f"  {count(total, 'field', 'fields')}: {known} from the project, {given} from answers, {len(missing)} missing."
        )
    if missing:
        keys = ", ".join(dict.fromkeys(field.question for field in missing))
        lines.append(f"  Missing: {keys}.")
        lines.append(f"  `sayso report questions {document.kind}` asks for them; give the file as --answers.")
    return tuple(lines)
