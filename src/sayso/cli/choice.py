"""``sayso choose`` and ``sayso receipt verify``."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, Line, count
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import At, Channel, DryRun, JsonFlag, moment
from sayso.cli.written import written_fields, written_lines
from sayso.config import read_text
from sayso.errors import IntegrityError, Problem
from sayso.ledger.checkpoints import VerifierKey
from sayso.ledger.events import ChoiceMade, Entry
from sayso.ledger.receipts import Receipt, ReceiptCheck, format_receipt
from sayso.values.moments import format_day, format_moment
from sayso.workflows.choose import Chosen, Wish, choose
from sayso.workflows.farewell import FarewellCheck, check_farewell, is_farewell
from sayso.workflows.receipts import receipt_of

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Check what a member took away.")


class YesNo(StrEnum):
    """What a member says."""

    YES = "yes"
    NO = "no"


def choose_command(
    ctx: typer.Context,
    member: Annotated[str, typer.Argument(metavar="MEMBER", help="The member's id in the imported source.")],
    control: Annotated[str, typer.Argument(metavar="CONTROL", help="A control of the policy version shown.")],
    value: Annotated[YesNo, typer.Argument(metavar="yes|no", help="What the member said.")],
    at: At = None,
    version: Annotated[
        str | None,
        typer.Option(
            "--version", metavar="V", help="The policy version shown; left out, that in force at --at."
        ),
    ] = None,
    channel: Channel = "settings",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the receipt, as JSON, to this file.")
    ] = None,
    json_flag: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Record that a member said yes or no through a control, and print a receipt.

    The last word stands. A no covers everything that the control covers, now or later; a yes covers what the version shown
    says of it. A moment in the future is refused.

    Examples:

    \b
      sayso choose 1204 ai-training no
      sayso choose 1204 ai-training yes --at 2025-01-05T09:00:00Z --out receipt.json
    """
    wish = Wish(member, control, value is YesNo.YES, moment(at), version, channel)
    with desk_of(ctx).open() as project:
        done = choose(project.book, project.tags, wish, dry_run)
        number = done.written.number
        receipt = None if number is None else receipt_of(project.log, project.keys, number)
    if out is not None and receipt is not None:
        out.write_text(format_receipt(receipt), encoding="utf-8")
    reply(ctx, _chosen(done, receipt, out, dry_run), json_flag)


def _chosen(done: Chosen, receipt: Receipt | None, out: Path | None, dry_run: bool) -> Answer:
    event = done.event
    what = f"{'yes' if event.yes else 'no'} through {event.control}, {format_day(event.at)}, version {event.version} shown"
    lines: list[Line] = [*written_lines(f"{what}.", f"It would record: {what}.", done.written, dry_run)]
    lines += [f"  {sentence}" for sentence in done.meaning]
    if receipt is not None:
        lines += _receipt_lines(receipt, out)
    fields: dict[str, Field] = {
        **written_fields(done.written, dry_run),
        "control": event.control,
        "value": "yes" if event.yes else "no",
        "at": format_moment(event.at),
        "version": event.version,
        "channel": event.channel,
        "meaning": list(done.meaning),
        "receipt": None if receipt is None else json.loads(format_receipt(receipt)),
    }
    return Answer(fields, tuple(lines))


def _receipt_lines(receipt: Receipt, out: Path | None) -> tuple[str, ...]:
    signed = receipt.checkpoint
    where = (
        f"in {out}; check it with `sayso receipt verify {out} --key .sayso/keys/log.pub`"
        if out
        else "keep it with --out FILE"
    )
    return (
        f"  Receipt: entry {receipt.number} of {signed.size} in the log {signed.origin}, root {signed.root.hex()[:16]}…, "
        f"signed; {where}.",
    )


@app.command()
def verify(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The receipt.")],
    key: Annotated[
        str | None,
        typer.Option(
            "--key",
            metavar="KEY",
            help="The log's public key as you know it (name+hash+base64), or its file.",
        ),
    ] = None,
    json_flag: JsonFlag = False,
) -> None:
    """Check a receipt, offline and without a project: its words, its proof and its signature.

    Without --key the receipt vouches for its own key; with the key that the log's owner publishes (.sayso/keys/log.pub) it proves
    that this log holds the entry. A receipt in JSON-LD (`sayso receipt jsonld`) is checked with the words around it.

    Example:

    \b
      sayso receipt verify receipt.json --key .sayso/keys/log.pub
    """
    text = read_text(file)
    if is_farewell(text):
        reply(ctx, _farewell(check_farewell(text, _key_text(key))), json_flag)
        return
    from sayso.workflows.reporting.consent import check_any_receipt

    check = check_any_receipt(text, _key_text(key))
    if not check.holds:
        raise IntegrityError(*check.problems)
    reply(ctx, _checked(check), json_flag)


@app.command("jsonld")
def jsonld_command(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A member's receipt of a choice.")],
    about: Annotated[
        Path | None, typer.Option("--about", metavar="FILE", help="What only a person knows of the platform.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it to this file, and say so.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help='Hold it to the SHACL shapes first (needs "sayso[reports]").')
    ] = False,
    json_flag: JsonFlag = False,
) -> None:
    """Tell a receipt of a choice in JSON-LD, around it as it is.

    In the terms of ISO/IEC TS 27560 and W3C DPV 2.3; the signed part stays what it is. It names the member by the tag alone, like
    the receipt. `sayso receipt verify` checks both forms.

    Example:

    \b
      sayso receipt jsonld receipt.json --out receipt.jsonld
    """
    from sayso.cli.report_standards import about_of, checked_consent, give_document
    from sayso.workflows.reporting.consent import receipt_of_choice

    with desk_of(ctx).open() as project:
        found = receipt_of_choice(project.yard, project.sources, read_text(file), about_of(about))
    give_document(ctx, found, "a consent receipt", out, json_flag, checked_consent(found, check))


def _farewell(check: FarewellCheck) -> Answer:
    if check.problems or check.signed_by is None:
        raise IntegrityError(*check.problems or (Problem("bad-receipt", "it proves nothing", advice=_NEW),))
    names = f"{count(check.datasets, 'data set', 'data sets')} and {count(check.models, 'model', 'models')}"
    entries = ", ".join(map(str, check.entries))
    fields: dict[str, Field] = {
        "holds": True,
        "entries": list(check.entries),
        "datasets": check.datasets,
        "models": check.models,
        "signed_by": str(check.signed_by),
        "pinned": check.pinned,
    }
    head = f"The receipt holds: {names} without this member, as entries {entries} say."
    return Answer(fields, (head, _by(check.signed_by, check.pinned)))


_NEW = "ask the log's owner for a new receipt"


def _by(signed_by: VerifierKey, pinned: bool) -> str:
    known = "the key you named" if pinned else "by the receipt's own word: name the log's key with --key"
    return f"Signed by {signed_by.name}, {known}."


def _key_text(key: str | None) -> str | None:
    if key is None or "+" in key:
        return key
    return read_text(Path(key))


def _checked(check: ReceiptCheck) -> Answer:
    entry, signed_by = check.entry, check.signed_by
    if entry is None or signed_by is None:
        raise TypeError("a receipt that holds has an entry and a signature")
    fields: dict[str, Field] = {
        "holds": True,
        "entry": entry.number,
        "logged_at": format_moment(entry.logged_at),
        "said": _said(entry),
        "signed_by": str(signed_by),
        "pinned": check.pinned,
    }
    return Answer(
        fields, (f"The receipt holds: entry {entry.number}, {_said(entry)}.", _by(signed_by, check.pinned))
    )


def _said(entry: Entry) -> str:
    event = entry.event
    logged = f"logged {format_day(entry.logged_at)}"
    if not isinstance(event, ChoiceMade):
        return logged
    word = "yes" if event.yes else "no"
    return (
        f"{word} through {event.control} on {format_day(event.at)}, version {event.version} shown, {logged}"
    )
