"""``sayso log show``, ``sayso log checkpoint`` and ``sayso log prove``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, Line, columns
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import JsonFlag
from sayso.ledger.checkpoints import VerifierKey, format_note, format_vkey
from sayso.ledger.codec import encode, type_name
from sayso.ledger.events import Entry
from sayso.ledger.receipts import format_receipt
from sayso.values.moments import format_moment
from sayso.workflows.logbook import checkpoint, page
from sayso.workflows.receipts import receipt_of

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Read the log, sign it, prove what is in it."
)


@app.command()
def show(
    ctx: typer.Context,
    start: Annotated[
        int,
        typer.Option(
            "--from", metavar="ENTRY", help="The first entry; a negative number counts from the end."
        ),
    ] = -20,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many entries at most.")] = 20,
    as_json: JsonFlag = False,
) -> None:
    """Show entries of the log: the last twenty, or those from one on.

    Members appear by their tags, records by theirs: the log has no names.

    Examples:

    \b
      sayso log show
      sayso log show --from 0 --limit 100 --json
    """
    with desk_of(ctx).open() as project:
        size = project.log.size()
        entries = tuple(islice(page(project.log, start, None), limit))
    fields: dict[str, Field] = {"size": size, "entries": [_entry_fields(entry) for entry in entries]}
    rows = [
        (str(entry.number), format_moment(entry.logged_at), type_name(entry.event), _summary(entry))
        for entry in entries
    ]
    lines: tuple[Line, ...] = (f"{size:,} entries.", *columns(rows))
    reply(ctx, Answer(fields, lines), as_json)


def _leaf(entry: Entry) -> dict[str, Field]:
    leaf: dict[str, Field] = json.loads(encode(entry.event, entry.logged_at))
    return leaf


def _entry_fields(entry: Entry) -> dict[str, Field]:
    leaf = _leaf(entry)
    return {"entry": entry.number, **{name: value for name, value in leaf.items() if name != "v"}}


def _summary(entry: Entry) -> str:
    parts = (f"{name}={_short(value)}" for name, value in _words(_leaf(entry)))
    return " ".join(parts)


def _words(leaf: dict[str, Field]) -> Iterator[tuple[str, Field]]:
    return ((name, value) for name, value in leaf.items() if name not in ("v", "type", "logged_at"))


def _short(value: Field) -> str:
    if isinstance(value, list):
        names = [_short(each) for each in value]
        return ",".join(names[:4]) + (f",+{len(names) - 4}" if len(names) > 4 else "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    text = text if len(text) <= 24 or text[4:5] == "-" else text[:16] + "…"
    return f'"{text}"' if " " in text else text


@app.command("checkpoint")
def checkpoint_command(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """Sign the log as it stands, and print the checkpoint (a C2SP signed note).

    Give it to somebody else to keep: with it they can tell later that nothing was taken out or changed.

    Example:

    \b
      sayso log checkpoint > checkpoint.txt
    """
    with desk_of(ctx).open() as project:
        signed = checkpoint(project.log, project.keys)
        key = format_vkey(VerifierKey(project.keys.origin(), project.keys.public_key()))
    note = format_note(signed)
    fields: dict[str, Field] = {
        "origin": signed.origin,
        "size": signed.size,
        "root": signed.root.hex(),
        "note": note,
        "key": key,
    }
    reply(ctx, Answer(fields, tuple(note.rstrip("\n").split("\n"))), as_json)


@app.command()
def prove(
    ctx: typer.Context,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", help="The entry's number.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the receipt to this file, not to the screen."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Prove that an entry is in the log: its leaf, its inclusion proof and a signed checkpoint, as a receipt.

    `sayso receipt verify` checks it, offline.

    Example:

    \b
      sayso log prove 12 --out entry-12.json
    """
    with desk_of(ctx).open() as project:
        receipt = receipt_of(project.log, project.keys, entry)
    text = format_receipt(receipt)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    shown = (f"The receipt of entry {entry} is in {out}.",) if out else tuple(text.rstrip("\n").split("\n"))
    fields: dict[str, Field] = {"entry": entry, "size": receipt.checkpoint.size, "receipt": json.loads(text)}
    reply(ctx, Answer(fields, shown), as_json)
