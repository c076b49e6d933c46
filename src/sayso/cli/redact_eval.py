"""``sayso redact eval``: how much of what people marked is found, as a table, a picture and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, columns
from sayso.cli.charts import bars_svg, page
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import JsonFlag
from sayso.cli.progress import progress_bar
from sayso.cli.redact import ModeOption, WeightsOption
from sayso.config import read_text
from sayso.errors import InputError, Place, Problem
from sayso.redact.plan import Mode
from sayso.redact.score import Counts, Example, Found, Scores, parse_examples, score
from sayso.redaction import DEFAULT_MODE, Recipe, redactor
from sayso.workflows.redaction import whole_file

BATCH = 256
SHOWN = 10
"""So many wrong lines are named."""

Row = tuple[str, Counts | None, Counts]


def eval_command(
    ctx: typer.Context,
    data: Annotated[
        Path, typer.Argument(metavar="DATA.jsonl", help="Texts with the spans that people marked.")
    ],
    mode: ModeOption = DEFAULT_MODE,
    weights: WeightsOption = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE", help="Draw it, too: FILE.svg or FILE.html.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Measure what is found against what people marked: precision, recall and F1.

    A line of the file is {"id": "a", "text": "Hi Ada", "spans": [[3, 6, "PERSON"]], "classes": ["PERSON"]};
    only the classes that a line says it marks count. `strict` counts spans with the right start, end and class, `token` words
    with the right class; `any` asks of each word alone whether it was taken out.

    Example:

    \b
      sayso redact eval marked.jsonl --picture recall.svg
    """
    examples = examples_of(data)
    maker = redactor(Recipe(mode, weights=weights))
    found: list[Found] = []
    with progress_bar("Finding", desk_of(ctx).quiet, counted=True) as tell:
        for start in range(0, len(examples), BATCH):
            done = maker.redact([each.text for each in examples[start : start + BATCH]])
            found += [[(one.start, one.end, one.label) for one in each.receipt] for each in done]
            tell(len(found), len(examples))
    scores = score(examples, found)
    if picture is not None:
        _draw(picture, data.name, mode, scores)
    reply(ctx, _answer(data, mode, maker.version, scores, picture), json)


def examples_of(data: Path) -> Sequence[Example]:
    """Return the examples of a file of marked texts; raises ``InputError`` for lines that hold none, and for a file of none."""
    examples, problems = parse_examples(read_text(data).split("\n"), str(data))
    if problems:
        raise InputError(*problems[:SHOWN])
    if not examples:
        raise InputError(
            Problem(
                "no-examples", "there is no example in it", Place(str(data)), "write one JSON object a line"
            )
        )
    return examples


def _rows(scores: Scores) -> list[Row]:
    rows: list[Row] = [(each.name, each.strict, each.token) for each in scores.classes]
    return [*rows, ("all classes", scores.strict, scores.token), ("any", None, scores.any)]


def _answer(data: Path, mode: Mode, version: str, scores: Scores, picture: Path | None) -> Answer:
    heads = ("class", "marked", "precision", "recall", "F1", "token precision", "token recall", "token F1")
    cells = [
        heads,
        *(
            (name, _marked(strict, token), *_shown(strict), *_shown(token))
            for name, strict, token in _rows(scores)
        ),
    ]
    lines = [f"{scores.texts:,} texts of {data.name}, mode {mode}.", *columns(cells)]
    if picture is not None:
        lines.append(f"Drawn in {picture}.")
    fields: dict[str, Field] = {
        "data": str(data),
        "mode": str(mode),
        "version": version,
        "texts": scores.texts,
        "classes": {
            each.name: {"strict": _fields(each.strict), "token": _fields(each.token)}
            for each in scores.classes
        },
        "strict": _fields(scores.strict),
        "token": _fields(scores.token),
        "any": _fields(scores.any),
        "picture": None if picture is None else str(picture),
    }
    return Answer(fields, tuple(lines))


def _marked(strict: Counts | None, token: Counts) -> str:
    counts = token if strict is None else strict
    return f"{counts.right + counts.missed:,}"


def _shown(counts: Counts | None) -> tuple[str, str, str]:
    if counts is None:
        return "", "", ""
    first, second, third = ("-" if each is None else f"{each:.3f}" for each in _measures(counts))
    return first, second, third


def _measures(counts: Counts) -> tuple[float | None, float | None, float | None]:
    return counts.precision, counts.recall, counts.f1


def _fields(counts: Counts) -> dict[str, Field]:
    precision, recall, f1 = _measures(counts)
    return {
        "right": counts.right,
        "missed": counts.missed,
        "wrong": counts.wrong,
        "precision": precision,
        "recall": recall,
        "f1": f1,
    }


def _draw(picture: Path, name: str, mode: Mode, scores: Scores) -> None:
    if picture.suffix.lower() not in (".svg", ".html"):
        advice = "call it FILE.svg or FILE.html"
        raise InputError(Problem("unknown-format", "a picture is SVG or HTML", Place(str(picture)), advice))
    title = f"What is found in {name}, by word"
    note = f"{scores.texts:,} texts, mode {mode}; any: taken out at all, whatever the class"
    svg = bars_svg(
        title,
        note,
        ("precision", "recall", "F1"),
        {label: _measures(token) for label, _, token in _rows(scores)},
    )
    with whole_file(picture) as file:
        file.write((page(title, svg) if picture.suffix.lower() == ".html" else svg).encode())
