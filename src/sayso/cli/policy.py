"""``sayso policy lint``, ``show`` and ``test``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field
from sayso.cli.desk import desk_of, reply
from sayso.cli.faults import problem_fields, problem_lines
from sayso.cli.options import JsonFlag
from sayso.config import read_text
from sayso.errors import InputError
from sayso.intake.policies import load_policy, pack_ids
from sayso.policy.case_run import CaseResult, render_results
from sayso.policy.describe import describe_policy, describe_version, render
from sayso.policy.lint import lint_policy
from sayso.policy.model import Policy
from sayso.policy.reasons import sentence
from sayso.workflows.choose import known_version
from sayso.workflows.policies import Tested, try_policy

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Read, check and test a policy.")

Which = Annotated[
    str | None,
    typer.Argument(
        metavar="[PACK|FILE]", help="A pack that comes with Sayso, or a file; left out, the project's policy."
    ),
]


@app.command()
def lint(ctx: typer.Context, policy: Which = None, json: JsonFlag = False) -> None:
    """Name everything that is wrong or looks odd in a policy, with line and column.

    Errors end with exit status 2; warnings are advice, and end with 0.

    Example:

    \b
      sayso policy lint policy/house.yaml
    """
    text, file = desk_of(ctx).policy_text(policy)
    problems = lint_policy(text, file)
    if any(problem.severity == "error" for problem in problems):
        raise InputError(*problems)
    fields: dict[str, Field] = {"file": file, "warnings": [problem_fields(each) for each in problems]}
    count = (
        "no problems" if not problems else "1 warning" if len(problems) == 1 else f"{len(problems)} warnings"
    )
    reply(ctx, Answer(fields, (*problem_lines("warning", problems), f"{file}: {count}.")), json)


@app.command()
def show(
    ctx: typer.Context,
    policy: Which = None,
    version: Annotated[
        str | None, typer.Option("--version", metavar="V", help="One version; left out, all of them.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Say a policy in plain sentences, as a member would read it.

    Example:

    \b
      sayso policy show linkedin --version 2025-11-03
    """
    found = desk_of(ctx).policy(policy)
    lines = (
        describe_policy(found) if version is None else describe_version(found, known_version(found, version))
    )
    fields: dict[str, Field] = {
        **_policy_fields(found),
        "lines": [{"level": line.level, "text": line.text} for line in lines],
    }
    reply(ctx, Answer(fields, tuple(render(lines).strip("\n").split("\n"))), json)


def _policy_fields(policy: Policy) -> dict[str, Field]:
    return {
        "policy": policy.id,
        "title": policy.title,
        "kind": policy.kind.value,
        "digest": policy.digest,
        "versions": [version.id for version in policy.versions],
    }


@app.command("test")
def try_command(
    ctx: typer.Context,
    cases: Annotated[Path, typer.Argument(metavar="CASES", help="The case file.")],
    whole: Annotated[
        bool, typer.Option("--all", help="Print every case and what it cites, not only those that fail.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Run a table of expectations against a policy, without a project and without any state.

    The file names its policy: a pack, or a path seen from the file. Each case that fails is printed with what came instead,
    why, and the sources that it cites; the exit status is then 1.

    Example:

    \b
      sayso policy test cases.yaml

    \b
      policy: linkedin
      cases:
        - name: Dublin before the European start
          member: {region: IE, birth_date: 1980-05-01}
          record: {category: post, visibility: public, created_at: 2019-03-01T00:00:00Z}
          choices: [{control: genai-training, value: "no", at: 2025-01-05T09:00:00Z}]
          use: {purpose: content-generation, recipient: linkedin}
          at: 2024-10-01T00:00:00Z
          expect: {verdict: deny, reason: never}
    """
    tested = try_policy(read_text(cases), str(cases), lambda name: _named(name, cases))
    reply(ctx, _tested(tested, whole), json)


def _named(name: str, cases: Path) -> Policy:
    return load_policy(name if name in pack_ids() else cases.parent / name)


def _tested(tested: Tested, whole: bool) -> Answer:
    total, failed = len(tested.results), len(tested.failed)
    fields: dict[str, Field] = {
        "policy": tested.policy.id,
        "total": total,
        "passed": total - failed,
        "failed": failed,
        "cases": [_case_fields(result) for result in tested.results],
    }
    lines = tuple(render_results(tested.results, whole).rstrip("\n").split("\n"))
    return Answer(fields, lines, status=1 if failed else 0)


def _case_fields(result: CaseResult) -> dict[str, Field]:
    case, decision = result.case, result.decision
    return {
        "name": case.name,
        "ok": result.passed,
        "verdict": decision.verdict.value,
        "reason": decision.reason.value,
        "rule": decision.rule,
        "version": decision.version,
        "because": sentence(decision),
        "cites": list(case.cites),
        "expected": {
            "verdict": case.verdict.value,
            "reason": None if case.reason is None else case.reason.value,
        },
        "line": case.place.line,
    }
