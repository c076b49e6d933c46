"""``sayso redact``: a file of texts without personal data; ``redact explain`` and ``redact eval``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from rich.text import Text
from typer.core import TyperGroup

from sayso.cli.answer import Answer, Field, Line, as_object, columns, console_for, count
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import DryRun, JsonFlag
from sayso.cli.progress import progress_bar
from sayso.errors import InputError, Place, Problem
from sayso.intake.gazetteer import country_of
from sayso.redact.operators import Operator, Rules
from sayso.redact.plan import Mode
from sayso.redact.spans import Label
from sayso.redaction import DEFAULT_MODE, Explained, Reason, Recipe, explain, rules_of
from sayso.workflows.redaction import (
    WHY_REFUSED,
    Layout,
    Piece,
    Tally,
    redacted_pieces,
    redacted_text,
    visible,
    whole_file,
)

FILE = "file"
NAMED = 10
"""So many refused lines are named one by one."""


class FileFirst(TyperGroup):
    """A group in which a word that is no command is the file to redact: ``sayso redact posts.jsonl``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put ``file`` before words that begin with no command of the group and do not ask for its help."""
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = [FILE, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=FileFirst,
    no_args_is_help=True,
    rich_markup_mode=None,
)

ModeOption = Annotated[
    Mode,
    typer.Option(
        "--mode",
        help="How much: forms and check digits; names by a small model, too; by a large one where that is unsure.",
    ),
]
WeightsOption = Annotated[
    Path | None,
    typer.Option("--weights", metavar="FILE", help="What `sayso redact train` wrote, for --mode light."),
]


@app.callback()
def redact() -> None:
    """Take personal data out of texts.

    A word that is no command here is the file to redact: `sayso redact posts.jsonl` is
    `sayso redact file posts.jsonl`. No project is needed.

    Examples:

    \b
      sayso redact posts.jsonl --out clean.jsonl --workers 2
      sayso redact posts.jsonl --diff
      cat letter.txt | sayso redact - --whole
    """


@app.command(FILE)
def file_command(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The texts; - reads standard input.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write here, all or nothing; left out, to standard output."
        ),
    ] = None,
    text_field: Annotated[
        str, typer.Option("--field", metavar="NAME", help="The field that holds the text.")
    ] = "text",
    plain: Annotated[
        bool, typer.Option("--plain", help="The file is no JSONL: each line is a text.")
    ] = False,
    whole: Annotated[
        bool, typer.Option("--whole", help="The file is no JSONL: all of it is one text.")
    ] = False,
    diff: Annotated[
        bool,
        typer.Option(
            "--diff", help="Show what is taken out, and what stands there now; it shows personal data."
        ),
    ] = False,
    mode: ModeOption = DEFAULT_MODE,
    weights: WeightsOption = None,
    operator: Annotated[
        Operator, typer.Option("--operator", help="What is written in the place of what is taken out.")
    ] = Operator.LABEL,
    operator_for: Annotated[
        list[str] | None,
        typer.Option(
            "--operator-for",
            metavar="LABEL=OPERATOR",
            help="Another operator for one label; may be given again.",
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key", metavar="FILE", help="The secret that pseudonyms are made with: 16 bytes or more."
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=256, metavar="N", help="How many processes.")
    ] = 1,
    refused: Annotated[
        Path | None,
        typer.Option("--refused", metavar="FILE", help="Note lines that cannot be used here, and go on."),
    ] = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Take personal data out of the texts of a file.

    A JSONL file comes out with its texts redacted and all other fields as they were; `redactions` says where in the original
    something was taken out (start, end, label), never what it was. The counts go to standard error; with --json they are the
    answer on standard output, and the texts need --out. Lines that cannot be used are named, and the exit status is then 2;
    with --refused they are noted in a file, by number and reason, and it is 0.

    Examples:

    \b
      sayso redact file posts.jsonl --out clean.jsonl --operator-for PERSON=pseudonym --key secret.key
      sayso redact file notes.txt --plain --diff
    """
    if json and out is None and not dry_run:
        advice = "name a file with --out, or count alone with --dry-run"
        raise InputError(
            Problem("two-answers", "--json and the texts cannot share standard output", advice=advice)
        )
    recipe = Recipe(mode, _rules(operator, operator_for or []), _key(key), country_of, weights)
    layout = Layout(None if plain or whole else text_field, diff, diff and out is None and _coloured())
    outcome = Outcome()
    with ExitStack() as stack:
        source, size = stack.enter_context(_source(file))
        sink = None if dry_run else stack.enter_context(_sink(out))
        notes = None if refused is None or dry_run else stack.enter_context(whole_file(refused))
        tell = stack.enter_context(progress_bar("Redacting", desk_of(ctx).quiet))
        pieces = (
            iter([redacted_text(source, recipe, layout)])
            if whole
            else redacted_pieces(source, recipe, layout, workers)
        )
        for piece in pieces:
            outcome.take(piece, sink, notes)
            tell(outcome.read, size)
    _finish(ctx, outcome, out, file, refused is not None, json, dry_run)


@dataclass(slots=True)
class Outcome:
    """What has come of a file so far: counts, the first refused lines, how many were refused by reason, and the bytes read."""

    tally: Tally = field(default_factory=Tally)
    first: list[tuple[int, str]] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    read: int = 0

    def take(self, piece: Piece, sink: BinaryIO | None, notes: BinaryIO | None) -> None:
        """Write a piece, and note its refused lines."""
        if sink is not None:
            sink.write(piece.out)
        self.tally.add(piece.tally)
        self.read += piece.read
        for line, reason in piece.refused:
            self.refused[reason] = self.refused.get(reason, 0) + 1
            if len(self.first) < NAMED:
                self.first.append((line, reason))
            if notes is not None:
                notes.write(
                    f'{{"line": {line}, "reason": "{reason}", "why": "{WHY_REFUSED[reason]}"}}\n'.encode()
                )


def _rules(operator: Operator, pairs: Sequence[str]) -> Rules:
    named: dict[Label, Operator] = {}
    for pair in pairs:
        label, _, other = pair.partition("=")
        if label not in Label.__members__ or other not in set(Operator):
            advice = f"labels: {', '.join(Label)}; operators: {', '.join(Operator)}"
            raise InputError(
                Problem("bad-operator", f"--operator-for {pair!r} is not LABEL=OPERATOR", advice=advice)
            )
        named[Label(label)] = Operator(other)
    return rules_of(operator, named)


def _key(path: Path | None) -> bytes:
    if path is None:
        return b""
    key = path.read_bytes().strip()
    if len(key) < 16:
        raise InputError(
            Problem(
                "short-key",
                "the key has fewer than 16 bytes",
                Place(str(path)),
                "head -c 32 /dev/urandom > key",
            )
        )
    return key


@contextmanager
def _source(name: str) -> Iterator[tuple[BinaryIO, int | None]]:
    """Give the bytes to read, and how many there are where that is known."""
    if name == "-":
        yield sys.stdin.buffer, None
        return
    path = Path(name)
    if not path.is_file():
        raise InputError(
            Problem(
                "no-file",
                "there is no such file",
                Place(name),
                "check the path, or give - for standard input",
            )
        )
    with path.open("rb") as file:
        yield file, path.stat().st_size


@contextmanager
def _sink(out: Path | None) -> Iterator[BinaryIO]:
    if out is not None:
        with whole_file(out) as file:
            yield file
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def _coloured() -> bool:
    return console_for(sys.stdout.isatty()).color_system is not None and not console_for(True).no_color


def _finish(
    ctx: typer.Context,
    outcome: Outcome,
    out: Path | None,
    file: str,
    noted: bool,
    as_json: bool,
    dry_run: bool,
) -> None:
    """Say what was done, and end with exit status 2 where lines were refused and nobody asked for them to be noted."""
    if as_json and (noted or not outcome.refused):
        sys.stdout.write(as_object(_fields(outcome, out, dry_run)))
    if not as_json and not desk_of(ctx).quiet:
        console = console_for(sys.stderr.isatty(), stderr=True)
        for line in _lines(outcome, out, dry_run):
            console.print(line)
    if outcome.refused and not noted:
        more = sum(outcome.refused.values()) - len(outcome.first)
        problems = [Problem(code, WHY_REFUSED[code], Place(file, line)) for line, code in outcome.first]
        if more:
            problems.append(
                Problem(
                    "more-lines", f"{count(more, 'more line was', 'more lines were')} refused", Place(file)
                )
            )
        advice = "mend them, or note them with --refused FILE; all other lines are done"
        raise InputError(
            *problems[:-1], Problem(problems[-1].code, problems[-1].what, problems[-1].place, advice)
        )


def _fields(outcome: Outcome, out: Path | None, dry_run: bool) -> dict[str, Field]:
    tally = outcome.tally
    return {
        "dry_run": dry_run,
        "out": None if out is None else str(out),
        "texts": tally.texts,
        "touched": tally.touched,
        "bytes": tally.bytes,
        "spans": dict(sorted(tally.spans.items())),
        "refused": dict(sorted(outcome.refused.items())),
    }


def _lines(outcome: Outcome, out: Path | None, dry_run: bool) -> tuple[str, ...]:
    tally, spans = outcome.tally, sum(outcome.tally.spans.values())
    where = "" if out is None or dry_run else f", into {out}"
    first = "Dry run, nothing is written. " if dry_run else ""
    some = f"{count(tally.texts, 'text', 'texts')}, {tally.touched:,} of them touched, {count(spans, 'span', 'spans')} taken out"
    rows = [(f"{number:,}", label) for label, number in sorted(tally.spans.items())]
    rows += [
        (f"{number:,}", f"refused: {WHY_REFUSED[code]}") for code, number in sorted(outcome.refused.items())
    ]
    return (f"{first}{some}{where}.", *(columns(rows) if rows else ()))


@app.command("explain")
def explain_command(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT|-", help="The text; - reads standard input.")],
    mode: ModeOption = DEFAULT_MODE,
    weights: WeightsOption = None,
    json: JsonFlag = False,
) -> None:
    """Say what is taken out of one text, which rule found it, and why.

    It shows what you gave it, on your own screen, and keeps nothing of it.

    Example:

    \b
      sayso redact explain "Mail me: ada@example.org"
    """
    given = sys.stdin.buffer.read().decode("utf-8", "replace") if text == "-" else text
    reply(ctx, _explained(given, explain(given, mode, weights)), json)


def _explained(text: str, found: Explained) -> Answer:
    fields: dict[str, Field] = {
        "text": found.text,
        "reasons": [
            {
                "start": one.start,
                "end": one.end,
                "label": str(one.label),
                "operator": str(one.operator),
                "written": one.written,
                "rule": one.rule,
                "why": one.why,
            }
            for one in found.reasons
        ],
    }
    lines: list[Line] = []
    for one in found.reasons:
        lines += _reason_lines(text, one)
    return Answer(fields, (*lines, *(() if lines else ("Nothing to take out.",)), visible(found.text)))


def _reason_lines(text: str, one: Reason) -> tuple[Line, ...]:
    first = Text(f"{one.label} {one.start}-{one.end} ")
    first.append(visible(text[one.start : one.end]), style="red strike")
    return first, f"  {one.rule}: {one.why}"
