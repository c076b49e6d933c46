"""``sayso signals check``, ``import`` and ``emit``."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, Line, columns, count
from sayso.cli.desk import desk_of, reply
from sayso.cli.faults import problem_fields
from sayso.cli.options import At, DryRun, JsonFlag, moment
from sayso.cli.progress import progress_bar
from sayso.cli.written import written_fields, written_lines
from sayso.errors import InputError, Problem
from sayso.intake.signalrows import Sites, read_loosely, read_sightings, read_sites
from sayso.policy.outside import hearing
from sayso.signals.emit import Published
from sayso.signals.reading import kind_of, read_signal
from sayso.signals.statement import Kind, Statement, heard, said, stance
from sayso.values.preferences import Preference, Usage
from sayso.workflows.emit import emit, meaning_of
from sayso.workflows.signals import Heard, hear

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Hear what sites, files and browsers say about AI, and say it to others.",
)

SHOWN = 20
"""How many refused rows are printed; --refused writes all of them."""
Means = Annotated[
    list[str] | None,
    typer.Option(
        "--means",
        metavar="USAGE=PURPOSE",
        help="Which purpose of the policy a usage means, where it is not called ai-training.",
    ),
]
Which = Annotated[
    str | None,
    typer.Option("--policy", metavar="PACK|FILE", help="A pack or a file; left out, the project's policy."),
]


@app.command()
def check(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that says something about AI.")],
    kind: Annotated[
        Kind | None,
        typer.Option("--kind", help="What it is; left out, by its name and how it begins."),
    ] = None,
    path: Annotated[
        str,
        typer.Option("--path", metavar="PATH", help="What is asked about; a slash at its end: all below."),
    ] = "/",
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy", metavar="PACK|FILE", help="Also say through which controls its no would be heard."
        ),
    ] = None,
    means: Means = None,
    json: JsonFlag = False,
) -> None:
    """Say how a robots.txt, tdmrep.json, RSL licence, page or other signal is read, and why.

    Nothing is fetched and nothing is written: no project is needed.

    Examples:

    \b
      sayso signals check robots.txt --path /blog/
      sayso signals check rsl.xml --policy opt-in
    """
    text = read_loosely(file)
    found = kind or kind_of(file.name, text)
    if found is None:
        what = "nothing tells what kind of signal this file is"
        raise InputError(Problem("unknown-kind", what, advice=f"give --kind, one of: {', '.join(Kind)}"))
    told = heard([read_signal(found, text)], path)
    controls = None if policy is None else _controls(ctx, policy, means, stance(told))
    reply(ctx, _checked(found, path, told, controls), json)


def _controls(
    ctx: typer.Context, policy: str, means: Iterable[str] | None, preference: Preference
) -> tuple[str, ...]:
    desk = desk_of(ctx)
    found = desk.policy(policy)
    version = found.in_force(desk.clock.now())
    if version is None:
        return ()
    through = hearing(found, version, meaning_of(found, list(means or ())), preference.disallowed)
    return tuple(one.id for one in through)


def _checked(kind: Kind, path: str, told: tuple[Statement, ...], controls: tuple[str, ...] | None) -> Answer:
    whole = stance(told)
    lines: list[Line] = [f"Read as {kind}, about {path}:"]
    lines += [f"  {one.why}" for one in told] or ["  It says nothing about this path."]
    lines += ["Together:", *columns([(usage.value, whole.of(usage).value) for usage in Usage])]
    lines.append(_outcome(whole, controls))
    fields: dict[str, Field] = {
        "kind": kind.value,
        "path": path,
        "said": [one.why for one in told],
        "preference": {usage.value: whole.of(usage).value for usage in Usage},
        "controls": None if controls is None else list(controls),
    }
    return Answer(fields, tuple(lines))


def _outcome(whole: Preference, controls: tuple[str, ...] | None) -> str:
    if not whole.disallowed:
        return "It is not a no: members' own words stand as they are. A signal is never a yes."
    if controls is None:
        return f"Imported, it is a no of the member: {said(Preference(disallowed=whole.disallowed))}."
    if not controls:
        return "Imported, it changes nothing: the policy in force has no control for what it says."
    return f"Imported, it is a no of the member through {', '.join(controls)}."


@app.command("import")
def import_signals(
    ctx: typer.Context,
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="What was seen: CSV, JSONL or Parquet.")],
    sites: Annotated[
        Path | None,
        typer.Option("--sites", metavar="FILE", help="Whose sites are whose: a table of site and member."),
    ] = None,
    refused: Annotated[
        Path | None,
        typer.Option("--refused", metavar="FILE", help="Write the rows that were refused to this file."),
    ] = None,
    means: Means = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Take signals from members' sites, files and browsers as their noes, of channel `signal`.

    The table has the columns kind and seen_at, member or record or url, and value or file: see docs/how-to/signals.md.
    A no counts from when it was seen, and is recorded once: a later yes by the member's own hand stands. No signal is a yes.

    Examples:

    \b
      sayso signals import seen.csv --sites sites.csv
      sayso signals import gpc.jsonl --dry-run
    """
    desk = desk_of(ctx)
    owners = Sites() if sites is None else read_sites(sites)
    with desk.open() as project, progress_bar("Reading", desk.quiet) as tell:
        catalogue, size = project.catalogue(), table.stat().st_size if table.is_file() else 0

        def author_of(record: str) -> str | None:
            found = catalogue.record(record)
            return None if found is None else found.author

        rows = read_sightings(table, owners, author_of, lambda done: tell(done, size))
        meaning = meaning_of(project.policy, means or ())
        done = hear(project.book, project.tags, meaning, rows, dry_run)
    if refused is not None and not dry_run:
        refused.write_text("".join(f"{jsonlib.dumps(problem_fields(one))}\n" for one in done.refused))
    reply(ctx, _heard(done, dry_run), json)


def _heard(done: Heard, dry_run: bool) -> Answer:
    what = (
        f"{count(done.noes, 'no', 'noes')} of {count(done.members, 'member', 'members')}, by channel signal"
    )
    lines: list[Line] = (
        [*written_lines(f"{what}.", f"It would record {what}.", done.written, dry_run)]
        if done.noes
        else ["Nothing new was said: nothing is written."]
    )
    lines += columns([(f"{number:,}", f"{kind} said no") for kind, number in done.kinds])
    lines += [f"  {text}" for text in _notes(done)]
    lines += [f"  refused: {one}" for one in done.refused[:SHOWN]]
    if len(done.refused) > SHOWN:
        lines.append(f"  … and {len(done.refused) - SHOWN:,} more: give --refused FILE to have all of them.")
    fields: dict[str, Field] = {
        **written_fields(done.written, dry_run),
        "noes": done.noes,
        "members": done.members,
        "kinds": {kind.value: number for kind, number in done.kinds},
        "heard_before": done.before,
        "without_control": done.unheard,
        "silent": done.silent,
        "refused": [problem_fields(one) for one in done.refused],
    }
    return Answer(fields, tuple(lines))


def _notes(done: Heard) -> list[str]:
    told = (
        (done.before, "no", "noes", "had been heard before: what the member said since stands"),
        (done.unheard, "signal", "signals", "said no to what no control then in force covers"),
        (done.silent, "signal", "signals", "said no to nothing; a signal is never a yes"),
        (len(done.refused), "row", "rows", "refused"),
    )
    return [f"{count(number, one, many)} {rest}." for number, one, many, rest in told if number]


@app.command("emit")
def emit_command(
    ctx: typer.Context,
    policy: Which = None,
    recipient: Annotated[
        str | None,
        typer.Option(
            "--recipient",
            metavar="R",
            help="The recipient that stands for outsiders; left out, nobody does, and they are told no.",
        ),
    ] = None,
    path: Annotated[
        list[str] | None,
        typer.Option(
            "--path",
            metavar="CATEGORY=PATH",
            help="Where records of a category are, as robots.txt writes paths.",
        ),
    ] = None,
    base: Annotated[
        str, typer.Option("--base", metavar="URL", help="The site's address, such as https://forum.example.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write the files into this folder.")
    ] = None,
    at: At = None,
    means: Means = None,
    json: JsonFlag = False,
) -> None:
    """Print what the platform should publish, so that outsiders are told what its policy says.

    robots.txt, header fields, tdmrep.json, an RSL licence, meta elements, Content Credentials and gpc.json: each with what it says
    and why. What depends on a member's word is told as a no: a site cannot say yes for its members.

    Examples:

    \b
      sayso signals emit --base https://forum.example --out public
      sayso signals emit --policy opt-in --path article=/articles/
    """
    desk = desk_of(ctx)
    found = desk.policy(policy)
    meaning = meaning_of(found, means or ())
    when = moment(at) or desk.clock.now()
    made = emit(found, when, meaning, recipient, [_placed(text) for text in path or ()], base)
    if out is not None:
        _write(out, made)
    reply(ctx, _emitted(made, out), json)


def _placed(text: str) -> tuple[str, str]:
    category, _, path = text.partition("=")
    return category, path


def _write(folder: Path, made: tuple[Published, ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for one in made:
        (folder / one.file).write_text(one.text, encoding="utf-8")


def _emitted(made: tuple[Published, ...], out: Path | None) -> Answer:
    lines: list[Line] = []
    for one in made:
        lines += [f"== {one.where}", one.why]
        lines += [f"Written to {out / one.file}."] if out else one.text.splitlines()
        lines.append("")
    lines.append("This is what the policy states. It is no advice on law, and binds only those who read it.")
    fields: dict[str, Field] = {
        "published": [
            {"file": one.file, "where": one.where, "why": one.why, "text": one.text} for one in made
        ]
    }
    return Answer(fields, tuple(lines))
