"""``sayso report questions``, ``art53`` and ``ab2013``: forms that the project fills in as far as it knows."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import JsonFlag
from sayso.cli.report_app import app
from sayso.cli.report_paper import AnswersFile, FormOption, OutFile, given_in, hand_out
from sayso.reports.ab2013 import ab2013
from sayso.reports.art53 import art53, clock_of
from sayso.reports.questions import REPORTS, asked_for, form
from sayso.reports.wording import day
from sayso.workflows.reporting.subjects import subject_of

Asking = StrEnum("Asking", {name: name for name in REPORTS})  # type: ignore[misc]

Names = Annotated[
    list[str], typer.Argument(metavar="MODEL|DATASET...", help="A trained model, or published data sets.")
]


@app.command("questions")
def questions_command(
    ctx: typer.Context,
    reports: Annotated[
        list[Asking] | None, typer.Argument(metavar="[REPORT]...", help="Reports; left out, all that ask.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Ask what only a person knows: a file to fill in, each question explained, for one report or several.

    Nothing is asked that the log, the manifests or the policy know, and nothing twice.

    Example:

    \b
      sayso report questions art53 ab2013 > answers.yaml
    """
    wanted = tuple(str(one) for one in reports or REPORTS)
    if json:
        reply(ctx, Answer({"questions": _questions(wanted)}, ()), True)
    elif not desk_of(ctx).quiet:
        sys.stdout.write(form(wanted))


def _questions(wanted: tuple[str, ...]) -> list[Field]:
    found = dict.fromkeys(one for name in wanted for one in asked_for(name))
    return [
        {
            "key": one.key,
            "kind": str(one.kind),
            "asks": one.asks,
            "example": one.example,
            "reports": list(one.reports),
            "optional": one.optional,
        }
        for one in found
    ]


@app.command("art53")
def art53_command(
    ctx: typer.Context,
    names: Names,
    answers: AnswersFile = None,
    form: FormOption = None,
    out: OutFile = None,
    json: JsonFlag = False,
) -> None:
    """Write the public summary of training content: EU AI Act, Article 53(1)(d), by the Commission's template.

    For a model, with the data set version that it stands on, or for data sets. What nobody has said is marked as missing.

    Examples:

    \b
      sayso report art53 writers-suggestions --answers answers.yaml --out summary.html
      sayso report art53 writers --format json
    """
    given = given_in(answers)
    with desk_of(ctx).open() as project:
        subject = subject_of(project.shelf, names)
    clock = clock_of(subject, given)
    due: dict[str, Field] = {
        "next_update": day(clock.last_day),
        "overdue": clock.is_overdue(subject.ground.made_at),
        "outdated": clock.newer is not None,
    }
    hand_out(ctx, art53(subject, given), form, out, json, due)


@app.command("ab2013")
def ab2013_command(
    ctx: typer.Context,
    names: Names,
    answers: AnswersFile = None,
    form: FormOption = None,
    out: OutFile = None,
    json: JsonFlag = False,
) -> None:
    """Write the documentation of training data for California: AB 2013, its twelve items.

    Example:

    \b
      sayso report ab2013 writers threads --answers answers.yaml --out training-data.html
    """
    given = given_in(answers)
    with desk_of(ctx).open() as project:
        subject = subject_of(project.shelf, names)
    hand_out(ctx, ab2013(subject, given), form, out, json)
