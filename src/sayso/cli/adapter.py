"""``sayso adapter``: what a language model learns from texts that no member wrote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, Line, count
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import DryRun, JsonFlag
from sayso.cli.progress import progress_bar
from sayso.config import read_text
from sayso.errors import InputError, Problem
from sayso.neural.adapters import DESCRIPTION, learn, planned
from sayso.neural.learning import Recipe
from sayso.neural.opening import opened

_TEXTS = (".txt", ".md", ".rst")


def adapter_command(
    ctx: typer.Context,
    texts: Annotated[
        Path, typer.Argument(metavar="TEXTS", help="A folder of text files: .txt, .md or .rst, UTF-8.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Where the adapter goes; a new folder.")
    ],
    most: Annotated[
        int,
        typer.Option("--tokens", min=0, metavar="N", help="Learn from so many tokens at most; 0 for all."),
    ] = 0,
    passes: Annotated[
        int, typer.Option("--passes", min=1, max=20, metavar="N", help="Read all so often.")
    ] = 1,
    seed: Annotated[int, typer.Option("--seed", min=0, metavar="N", help="What chance starts from.")] = 0,
    json_flag: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Teach the language model under suggestions from texts that no member wrote.

    The texts are yours to choose: manuals, help pages, articles of your own staff. No member's words may be among them, for nothing
    here can be forgotten. The same texts, seed, versions and machine give the same adapter; its description says what it was made of,
    and so does the manifest of each model over it. It needs PyTorch: pip install 'sayso[neural]'.

    Example:

    \b
      sayso adapter help-pages --out adapters/help
      # then, in sayso.yaml, neural: {adapter: adapters/help}
      sayso train neural-suggestions writers
    """
    if out.exists():
        raise InputError(Problem("exists", f"{out} is there already", advice="name a new folder with --out"))
    desk, recipe = desk_of(ctx), replace(Recipe(), passes=passes, seed=seed)
    with desk.open() as project, progress_bar("Learning", desk.quiet) as tell:
        model = opened(project.settings.neural.model, project.paths.root, project.paths.language_models)
        plan = planned(model, _read(texts), recipe, most)
        done, whole = 0, plan.pieces * passes

        def learnt(pieces: int) -> None:
            nonlocal done
            done += pieces
            tell(done, whole)

        said = {} if dry_run else learn(model, plan, recipe, out, learnt)
    size = f"{count(plan.pieces, 'token', 'tokens')} of {count(plan.texts, 'text', 'texts')}"
    fields: dict[str, Field] = {
        "dry_run": dry_run,
        "out": str(out),
        "model": model.digest,
        "texts": plan.texts,
        "texts_sha256": plan.digest,
        "tokens": plan.pieces,
        "weights": said.get("weights"),
    }
    reply(ctx, Answer(fields, _lines(size, out, said, dry_run)), json_flag)


def _lines(size: str, out: Path, said: dict[str, Field], dry_run: bool) -> tuple[Line, ...]:
    if dry_run:
        return (f"Dry run, nothing is written. It would learn from {size}.",)
    head = f"{out} has learnt from {size}; {DESCRIPTION} in it says which."
    return (head, f"  weights  {said['weights']}", "Name it in sayso.yaml, under neural: adapter.")


def _read(folder: Path) -> list[str]:
    """Return the texts of all text files of a folder; raises ``InputError`` where there is none."""
    found = [read_text(path) for path in sorted(folder.rglob("*")) if path.suffix in _TEXTS]
    if not found:
        what = f"there is no text file in {folder}"
        raise InputError(Problem("no-texts", what, advice="give a folder with .txt, .md or .rst files"))
    return found
