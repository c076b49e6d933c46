"""``sayso report consent``, ``croissant``, ``openlineage`` and ``ml-bom``: reports that other people's programs read."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sayso.cli.answer import Answer, Field, as_object, count
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import At, JsonFlag, moment
from sayso.cli.report_app import app
from sayso.config import read_text
from sayso.workflows.redaction import whole_file

if TYPE_CHECKING:  # reports are loaded when one is asked for: no other command waits for them
    from sayso.reports.about import About

Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write the report to this file, and say so.")
]
Check = Annotated[
    bool,
    typer.Option("--check", help='Hold it to the standard\'s own validator first (needs "sayso[reports]").'),
]
AboutFile = Annotated[
    Path | None,
    typer.Option(
        "--about",
        metavar="FILE",
        help="What only a person knows: see docs/how-to/standards.md.",
    ),
]


def about_of(file: Path | None) -> About:
    """Return what a file says of the platform, nothing where none is named.

    Raises ``InputError`` with every problem of the file.
    """
    from sayso.reports.about import NOTHING, parse_about

    return NOTHING if file is None else parse_about(read_text(file), file.name)


@app.command("consent")
def consent_command(
    ctx: typer.Context,
    member: Annotated[str, typer.Argument(metavar="MEMBER", help="The member's id in the imported source.")],
    at: At = None,
    about: AboutFile = None,
    out: Out = None,
    check: Check = False,
    json: JsonFlag = False,
) -> None:
    """Write a member's consent records, by ISO/IEC TS 27560.

    In the terms of W3C DPV 2.3, as JSON-LD. For the office: it names the member. One record for each use that a rule names where
    they live, with every word and notice about it in the log. What the standard asks for and nobody gave stands there as
    dpv:NotAvailable.

    Examples:

    \b
      sayso report consent 1204
      sayso report consent 1204 --about about.yaml --out 1204.jsonld --check
    """
    from sayso.workflows.reporting.consent import consent_of

    with desk_of(ctx).open() as project:
        found = consent_of(project.yard, project.sources, member, about_of(about), moment(at))
    records = found["dpv:hasRecordOfActivity"]
    size = count(len(records) if isinstance(records, Sequence) else 0, "record", "records")
    give_document(ctx, found, f"{size} of consent", out, json, checked_consent(found, check))


@app.command("croissant")
def croissant_command(
    ctx: typer.Context,
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="A published data set.")],
    version: Annotated[
        int | None, typer.Option("--version", metavar="N", min=1, help="Not the last version, but this one.")
    ] = None,
    about: AboutFile = None,
    out: Out = None,
    check: Check = False,
    json: JsonFlag = False,
) -> None:
    """Describe a data set in Croissant 1.1.

    As machine learning libraries load it, with its conditions of use (ODRL) and the vocabulary of responsible AI. Whoever is given
    the folder `shards` puts the file beside it. It names nobody.

    Examples:

    \b
      sayso report croissant writers --out croissant.json --check
      sayso report croissant writers --version 2 --about about.yaml
    """
    from sayso.workflows.reporting.exchange import croissant_of

    with desk_of(ctx).open() as project:
        found = croissant_of(project.shelf, dataset, about_of(about), version)
    give_document(ctx, found, f"{dataset} in Croissant 1.1", out, json, _held("croissant", found, check))


@app.command("openlineage")
def openlineage_command(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[DATASET|MODEL]", help="Left out: all of the project.")
    ] = None,
    out: Out = None,
    check: Check = False,
    json: JsonFlag = False,
) -> None:
    """Tell what was built, trained and forgotten, in OpenLineage.

    One JSON object a line, in the order of the log. The events are the same each time: one that was sent before can be told by its
    run. With --json, one document of all events.

    Examples:

    \b
      sayso report openlineage > events.ndjson
      sayso report openlineage writers --check
    """
    from sayso.workflows.reporting.exchange import events_of

    with desk_of(ctx).open() as project:
        found = events_of(project.shelf, name)
    notes = _held("openlineage", found, check)
    if out is None:
        document = {"events": [*found]}
        reply(ctx, Answer(document, tuple(lines_of(found).splitlines())), json)
        return
    write(out, lines_of(found))
    give_written(ctx, out, count(len(found), "event", "events"), json, notes)


@app.command("ml-bom")
def ml_bom_command(
    ctx: typer.Context,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A trained model.")],
    about: AboutFile = None,
    out: Out = None,
    check: Check = False,
    json: JsonFlag = False,
) -> None:
    """Write a model's bill of materials, in CycloneDX 1.7.

    With its data set, and what each version forgot, in numbers. It names nobody.

    Example:

    \b
      sayso report ml-bom writers-suggestions --out bom.json --check
    """
    from sayso.workflows.reporting.exchange import bom_of

    with desk_of(ctx).open() as project:
        found = bom_of(project.shelf, model, about_of(about))
    give_document(ctx, found, f"{model} as an ML-BOM", out, json, _held("ml-bom", found, check))


def _held(standard: str, found: Any, check: bool) -> tuple[str, ...]:
    """Return what is said of a report that was held to its standard, nothing where it is not to be; raises like ``standards``."""
    if not check:
        return ()
    from sayso import standards  # it loads other people's libraries

    match standard:
        case "croissant":
            warnings = standards.check_croissant(found)
            return ("  It holds by mlcroissant.", *(f"  mlcroissant warns: {one}" for one in warnings))
        case "openlineage":
            standards.check_openlineage(found)
            return ("  They hold by the OpenLineage client.",)
        case _:
            standards.check_ml_bom(jsonlib.dumps(found))
            return ("  It holds by the schema of CycloneDX 1.7.",)


def checked_consent(document: Mapping[str, Any], check: bool) -> tuple[str, ...]:
    """Return what is said of a consent record or receipt that was held to its shapes, nothing where it is not to be.

    Raises like ``standards.check_consent``.
    """
    if not check:
        return ()
    from sayso.standards import check_consent  # it loads other people's libraries

    check_consent(document)
    missing = ", ".join(map(str, document["sayso:missing"]))
    asked = (f"  Not given yet: {missing}; write them to a file for --about.",) if missing else ()
    return ("  It holds by the SHACL shapes of the profile.", *asked)


def give_document(
    ctx: typer.Context,
    document: Mapping[str, Any],
    what: str,
    out: Path | None,
    json: bool,
    notes: tuple[str, ...] = (),
) -> None:
    """Print a document, or write it to a file and say so."""
    if out is None:
        reply(ctx, Answer(document, (as_object(document).rstrip("\n"),)), json)
        return
    write(out, as_object(document))
    give_written(ctx, out, what, json, notes)


def give_written(ctx: typer.Context, out: Path, what: str, json: bool, notes: tuple[str, ...]) -> None:
    """Say what was written, and to which file."""
    fields: dict[str, Field] = {"file": str(out), "what": what, "notes": [one.strip() for one in notes]}
    reply(ctx, Answer(fields, (f"{out}: {what}.", *notes)), json)


def write(out: Path, text: str) -> None:
    """Write a report to a file, whole or not at all."""
    with whole_file(out) as file:
        file.write(text.encode())


def lines_of(events: Sequence[Mapping[str, Any]]) -> str:
    """Return events as NDJSON: one JSON object on each line."""
    return "".join(jsonlib.dumps(one, ensure_ascii=False) + "\n" for one in events)
