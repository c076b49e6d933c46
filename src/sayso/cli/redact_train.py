"""``sayso redact train``: the light tagger, trained further on a platform's own texts."""

from __future__ import annotations

import json as json_text
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from sayso.cli.answer import Answer, Field
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import DryRun, JsonFlag
from sayso.cli.progress import progress_bar
from sayso.cli.redact_eval import examples_of
from sayso.config import read_text
from sayso.errors import EdgeError, InputError, Place, Problem
from sayso.redact.score import Example
from sayso.workflows.redaction import whole_file


def train_command(
    ctx: typer.Context,
    texts: Annotated[
        Path,
        typer.Argument(metavar="TEXTS.jsonl", help="The platform's texts, as `sayso redact` reads them."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the weights go, all or nothing.")],
    labelled: Annotated[
        Path | None,
        typer.Option("--labelled", metavar="FILE", help="Texts that people marked, as `eval` reads them."),
    ] = None,
    text_field: Annotated[
        str, typer.Option("--field", metavar="NAME", help="The field that holds the text.")
    ] = "text",
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Train the light tagger further on your own texts.

    The accurate tagger marks the texts, and the light one learns from it and from what people marked; it starts from the weights
    that come with Sayso. It needs PyTorch: pip install 'sayso[neural]'.

    Example:

    \b
      sayso redact train posts.jsonl --labelled marked.jsonl --out own.npz
    """
    own = list(_texts(texts, text_field))
    marked = [] if labelled is None else [_row(each) for each in examples_of(labelled)]
    if not own and not marked:
        raise InputError(
            Problem(
                "no-texts", "there is nothing to learn from", Place(str(texts)), "give texts, marked or not"
            )
        )
    if not dry_run:
        _train(ctx, own, marked, out)
    done = f"learnt from {len(own):,} texts and {len(marked):,} that people marked"
    first = (
        f"Dry run, nothing is written. It would have {done}."
        if dry_run
        else f"{out} has {done}: use it with --weights."
    )
    fields: dict[str, Field] = {
        "dry_run": dry_run,
        "out": str(out),
        "texts": len(own),
        "labelled": len(marked),
    }
    reply(ctx, Answer(fields, (first,)), json)


def _train(ctx: typer.Context, own: list[str], marked: list[Mapping[str, Any]], out: Path) -> None:
    try:
        from sayso.redact.training.light import train_light
    except ImportError as error:
        what = f"training needs {error.name or 'a part'}, which is not installed"
        raise EdgeError(Problem("missing-part", what, advice="pip install 'sayso[neural]'")) from None
    with whole_file(out) as file, progress_bar("Learning", desk_of(ctx).quiet) as tell:
        train_light(own, marked, file, lambda part: tell(round(1000 * part), 1000))


def _texts(path: Path, name: str) -> Iterator[str]:
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            yield _text(line, name, Place(str(path), number))


def _text(line: str, name: str, place: Place) -> str:
    try:
        row = json_text.loads(line)
    except (ValueError, RecursionError):
        row = None
    text = row.get(name) if isinstance(row, dict) else None
    if not isinstance(text, str):
        advice = "write one JSON object a line, or name the field with --field"
        raise InputError(Problem("no-text", f"the line holds no text in a field {name!r}", place, advice))
    return text


def _row(example: Example) -> Mapping[str, Any]:
    return {
        "text": example.text,
        "spans": [list(span) for span in example.spans],
        "classes": list(example.classes),
    }
