"""``sayso report art30``, ``art15`` and ``objections``: what data protection law asks for."""

from __future__ import annotations

from typing import Annotated

import typer

from sayso.cli.answer import Field
from sayso.cli.desk import desk_of
from sayso.cli.options import JsonFlag
from sayso.cli.report_app import app
from sayso.cli.report_paper import AnswersFile, FormOption, OutFile, given_in, hand_out
from sayso.reports.art15 import art15
from sayso.reports.art30 import art30
from sayso.reports.objections import STAGES, objections
from sayso.workflows.reporting.ground import ground_of
from sayso.workflows.reporting.member import Texts, member_in
from sayso.workflows.reporting.processing import objections_in, processing_of


@app.command("art30")
def art30_command(
    ctx: typer.Context,
    answers: AnswersFile = None,
    form: FormOption = None,
    out: OutFile = None,
    json: JsonFlag = False,
) -> None:
    """Write the record of processing activities: GDPR, Article 30, an activity for each use of the policy.

    Example:

    \b
      sayso report art30 --answers answers.yaml --out processing.html
    """
    given = given_in(answers)
    with desk_of(ctx).open() as project:
        found = processing_of(project.shelf)
    hand_out(ctx, art30(found, given), form, out, json)


@app.command("art15")
def art15_command(
    ctx: typer.Context,
    member: Annotated[str, typer.Argument(metavar="MEMBER", help="The member's id in the imported source.")],
    texts: Annotated[
        Texts,
        typer.Option(
            "--texts", help="What the member wrote: without what may be others', as it is, or not at all."
        ),
    ] = Texts.REDACTED,
    answers: AnswersFile = None,
    form: FormOption = None,
    out: OutFile = None,
    json: JsonFlag = False,
) -> None:
    """Answer a member who asks what is held of them: GDPR, Article 15. It goes to that member and nobody else.

    Others' data is left out: their ids, and in the texts whatever detectors take for personal. Look at the texts before
    you hand them out with --texts as-written.

    Example:

    \b
      sayso report art15 1204 --answers answers.yaml --out answer.html
    """
    given = given_in(answers)
    with desk_of(ctx).open() as project:
        found = member_in(project.yard, project.datasets, project.sources, member, texts)
    hand_out(ctx, art15(found, given), form, out, json)


@app.command("objections")
def objections_command(
    ctx: typer.Context, form: FormOption = None, out: OutFile = None, json: JsonFlag = False
) -> None:
    """List the objections with their clocks: what is due when, what was done, and whether data sets follow.

    An objection is named by its entry in the log, and nobody by name.

    Example:

    \b
      sayso report objections --out objections.html
    """
    with desk_of(ctx).open() as project:
        ground = ground_of(project.yard)
        found = objections_in(project.yard, project.datasets)
    stages: dict[str, Field] = {stage: sum(one.stage == stage for one in found) for stage in STAGES}
    hand_out(ctx, objections(ground, found), form, out, json, stages)
