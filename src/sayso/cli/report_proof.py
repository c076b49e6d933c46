"""``sayso report proof`` and ``check``: that an opt-out reached every data set and model, and what holds of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, Line
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import JsonFlag
from sayso.cli.report_app import app
from sayso.cli.report_paper import FormOption, OutFile, hand_out
from sayso.config import read_text
from sayso.errors import InputError, IntegrityError, Problem
from sayso.ledger.receipts import parse_receipt
from sayso.reports.proof import proof
from sayso.reports.proof_check import ProofCheck, check_proof
from sayso.wiring import Project
from sayso.workflows.reporting.reaching import known_in_log, reach_of, tag_by_entry, tag_by_member
from sayso.workflows.reporting.shards import looked_for, none_to_look_for


@app.command("proof")
def proof_command(
    ctx: typer.Context,
    member: Annotated[
        str | None, typer.Argument(metavar="[MEMBER]", help="The member's id in the imported source.")
    ] = None,
    receipt: Annotated[
        Path | None, typer.Option("--receipt", metavar="FILE", help="Or: the receipt of what they said.")
    ] = None,
    tag: Annotated[
        str | None, typer.Option("--tag", metavar="TAG", help="Or: their tag in the log, also of the erased.")
    ] = None,
    with_pseudonyms: Annotated[
        bool,
        typer.Option(
            "--with-pseudonyms",
            help="For an auditor: name the pseudonym to look for. Whoever has an older version finds them by it.",
        ),
    ] = False,
    form: FormOption = None,
    out: OutFile = None,
    json: JsonFlag = False,
) -> None:
    """Show where an opt-out reached: every data set and model, older copies, and copies of others.

    The JSON form holds the evidence: receipts with inclusion proofs and the signed manifests, to be checked offline with
    `sayso report check`. Nobody is named in it: a member is the random tag of their entries in the log.

    Examples:

    \b
      sayso report proof 1204 --out proof.json
      sayso report proof --receipt receipt.json --out proof.html
    """
    with desk_of(ctx).open() as project:
        reach = reach_of(project.shelf, _tag(project, member, receipt, tag), with_pseudonyms)
    more: dict[str, Field] = {
        "complete": reach.is_complete,
        "data_sets": {f"{one.name} v{one.version:04d}": str(one.state) for one in reach.sets},
        "models": {f"{one.name} v{one.version:04d}": str(one.state) for one in reach.models},
    }
    hand_out(ctx, proof(reach), form, out, json, more)


def _tag(project: Project, member: str | None, receipt: Path | None, tag: str | None) -> str:
    if [member, receipt, tag].count(None) != 2:
        advice = "write `sayso report proof MEMBER`, or --receipt FILE, or --tag TAG"
        raise InputError(Problem("usage", "name one member, one receipt or one tag", advice=advice))
    if member is not None:
        return tag_by_member(project.shelf, member)
    if receipt is not None:
        return tag_by_entry(project.shelf, parse_receipt(read_text(receipt)).number)
    return known_in_log(project.shelf, tag or "")


@app.command("check")
def check_command(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The JSON form of a proof.")],
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="KEY", help="The log's public key as you know it, or its file."),
    ] = None,
    shards: Annotated[
        Path | None,
        typer.Option("--shards", metavar="FOLDER", help="A folder of data sets to look for the member in."),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Check the proof of an opt-out, offline and without a project: receipts, manifests, and what they rest on.

    Without --key the proof vouches for its own key; with the key that the log's owner publishes (.sayso/keys/log.pub) it
    proves what this log holds. With --shards the named files are looked through, too.

    Example:

    \b
      sayso report check proof.json --key log.pub
    """
    check = check_proof(read_text(file), _key_text(key))
    problems = list(check.problems)
    clean: tuple[str, ...] = ()
    if shards is not None:
        clean, wrong = looked_for(check, shards)
        problems += [*wrong, *none_to_look_for(check)]
    if problems or check.signed_by is None:
        raise IntegrityError(*problems)
    reply(ctx, _checked(check, clean), json)


def _key_text(key: str | None) -> str | None:
    return key if key is None or "+" in key else read_text(Path(key))


def _checked(check: ProofCheck, clean: tuple[str, ...]) -> Answer:
    fields: dict[str, Field] = {
        "holds": True,
        "words": list(check.words),
        "reached": list(check.reached),
        "by_word": list(check.by_word),
        "not_reached": list(check.not_reached),
        "shards_without": list(clean),
        "signed_by": str(check.signed_by),
        "pinned": check.pinned,
    }
    said = ", ".join(map(str, check.words)) or "none"
    lines: list[Line] = [f"The proof holds. Opt-outs: entries {said}."]
    lines += [f"  Reached: {name}." for name in check.reached]
    lines += [f"  Nothing of theirs, by the platform's word: {name}." for name in check.by_word]
    lines += [f"  Looked through, and nothing of theirs found: {name}." for name in clean]
    lines += [f"  NOT REACHED: {name}." for name in check.not_reached]
    known = "the key you named" if check.pinned else "by the proof's own word: name the log's key with --key"
    lines.append(f"Signed by {check.signed_by.name if check.signed_by else ''}, {known}.")
    return Answer(fields, tuple(lines))
