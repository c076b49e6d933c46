"""``sayso build``, ``plan``, ``verify`` and ``decide``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, Line, count
from sayso.cli.desk import Desk, desk_of, reply
from sayso.cli.faults import problem_fields, problem_lines
from sayso.cli.options import At, DryRun, JsonFlag, Purpose, Recipient, moment, use
from sayso.cli.progress import progress_bar
from sayso.dataset.funnel import Funnel, lines, stages
from sayso.errors import IntegrityError, Problem
from sayso.values.moments import format_day, format_moment
from sayso.wiring import Project
from sayso.workflows.build import Built, Request, build
from sayso.workflows.decide import Answered, decide_one
from sayso.workflows.delivering.standing import delivery_problems
from sayso.workflows.logbook import pending_adoption
from sayso.workflows.plan import Plan, plan
from sayso.workflows.verify import Verified, VersionReport, verify
from sayso.workflows.verify_models import ModelReport, verify_models

DatasetName = Annotated[str, typer.Argument(metavar="NAME", help="The data set's name.")]


def plan_command(
    ctx: typer.Context,
    name: DatasetName,
    purpose: Purpose,
    recipient: Recipient,
    at: At = None,
    json: JsonFlag = False,
) -> None:
    """Show what a build would take and leave out, at any moment, publishing nothing.

    Example:

    \b
      sayso plan writers --purpose content-generation --recipient linkedin --at 2024-10-01
    """
    desk = desk_of(ctx)
    with desk.open() as project, progress_bar("Deciding", desk.quiet):
        found = plan(project.yard, use(purpose, recipient), moment(at))
        changed = bool(pending_adoption(project.book))
    reply(ctx, _planned(name, found, changed), json)


def _planned(name: str, found: Plan, changed: bool) -> Answer:
    version = "no version in force" if found.version is None else f"version {found.version}"
    head = f"{name}: {found.use} on {format_day(found.at)}, {version}, log of {found.log_size:,} entries."
    note = (_CHANGED,) if changed else ()
    fields: dict[str, Field] = {
        "name": name,
        "purpose": found.use.purpose,
        "recipient": found.use.recipient,
        "at": format_moment(found.at),
        "version": found.version,
        "log_size": found.log_size,
        "policy_changed": changed,
        "funnel": _funnel_fields(found.funnel),
    }
    return Answer(fields, (head, *note, *_funnel_lines(found.funnel)))


_CHANGED = (
    "The policy file has changed since the log adopted it: the next write or build adopts it as it is now."
)


def _funnel_lines(funnel: Funnel) -> tuple[Line, ...]:
    return tuple(f"  {line}" for line in lines(funnel))


def _funnel_fields(funnel: Funnel) -> dict[str, Field]:
    return {
        "considered": funnel.considered,
        "permitted": funnel.permitted,
        "published": funnel.published,
        "outcomes": [
            {"verdict": one.verdict.value, "reason": one.reason.value, "count": count}
            for one, count in funnel.outcomes
        ],
        "withheld": {why.value: count for why, count in funnel.withheld},
        "stages": [step._asdict() for step in stages(funnel)],
    }


def build_command(
    ctx: typer.Context,
    name: DatasetName,
    purpose: Purpose,
    recipient: Recipient,
    fresh: Annotated[
        int | None,
        typer.Option(
            "--at-least", metavar="ENTRY", help="An entry of the log that must be taken into account."
        ),
    ] = None,
    whole: Annotated[
        bool,
        typer.Option("--whole", help="Take nothing over from the version before; the result is the same."),
    ] = False,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Build a training set and publish it.

    Only what is permitted now is in it, redacted, sharded by member and signed. A no that is acknowledged while it runs is still
    heard: the log's tail is read again before anything is published. Where there is a version before, from the same sources,
    records that would come out the same are taken over from it.

    Example:

    \b
      sayso build writers --purpose content-generation --recipient platform
    """
    desk, asked = desk_of(ctx), use(purpose, recipient)
    with desk.open() as project:
        changed = bool(pending_adoption(project.book))
        if dry_run:
            planned = _planned(name, plan(project.yard, asked), changed)
            answer = Answer({"dry_run": True, **planned.fields}, (_DRY, *planned.lines))
        else:
            request = Request(name, asked, project.settings.shards, fresh, whole)
            answer = _built(_build(desk, project, request), project, changed)
    reply(ctx, answer, json)


_DRY = "Dry run, nothing is published. This is what would be taken and left out:"


def _build(desk: Desk, project: Project, request: Request) -> Built:
    with records_done("Building", desk, None) as progress:
        return build(project.yard, project.datasets, request, progress)


@contextmanager
def records_done(what: str, desk: Desk, total: int | None) -> Iterator[Callable[[int], None]]:
    """Give a function that is told how many more records have been dealt with."""
    done = 0
    with progress_bar(what, desk.quiet, counted=True) as tell:

        def more(records: int) -> None:
            nonlocal done
            done += records
            tell(done, total)

        yield more


def _built(built: Built, project: Project, changed: bool) -> Answer:
    manifest, folder = built.manifest, project.datasets.address(built.manifest.name, built.manifest.version)
    version = (
        "no version in force" if manifest.policy.version is None else f"version {manifest.policy.version}"
    )
    number = built.entry.number if built.entry else None
    head = f"Entry {number}: {manifest.name} v{manifest.version:04d} is published, for {manifest.use}, {version}."
    records, members = (
        "record" if manifest.rows == 1 else "records",
        "member" if manifest.members == 1 else "members",
    )
    size = f"{manifest.rows:,} {records} of {manifest.members:,} {members} in {len(manifest.shards)} shards: {folder}"
    extra = ["The records are those of the version before."] if built.unchanged else []
    if built.carried and not built.unchanged:
        extra.append(f"{built.carried:,} of the records were taken over from the version before.")
    if changed:
        extra.append("The policy file had changed, and was adopted as it is now.")
    if built.remade:
        extra.append(f"{built.remade} shards were made again: the log changed while it was built.")
    fields: dict[str, Field] = {
        "dry_run": False,
        "entry": number,
        "name": manifest.name,
        "version": manifest.version,
        "purpose": manifest.use.purpose,
        "recipient": manifest.use.recipient,
        "decided_at": format_moment(manifest.decided_at),
        "policy_version": manifest.policy.version,
        "policy_changed": changed,
        "log_size": manifest.log.size,
        "records": manifest.rows,
        "members": manifest.members,
        "shards": len(manifest.shards),
        "remade": built.remade,
        "carried": built.carried,
        "unchanged": built.unchanged,
        "manifest": built.digest,
        "folder": str(folder),
        "funnel": _funnel_fields(manifest.funnel),
    }
    return Answer(fields, (head, *_funnel_lines(manifest.funnel), size, *extra, f"Manifest {built.digest}"))


def verify_command(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="One data set or model; left out, everything."),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Check everything that is kept, decide again, and name what does not hold.

    The log with its tree and checkpoints, tags, sources, manifests, shards; the decisions, made anew from the log as it was;
    models, with what they serve made anew from what they have counted; and deliveries, with what licensees were to remove by now.

    Example:

    \b
      sayso verify writers
    """
    desk = desk_of(ctx)
    with desk.open() as project, records_done("Deciding again", desk, None) as progress:
        models = verify_models(project.shelf, name)
        # A model is checked with the data set that it stands on: without that, it stands on nothing.
        dataset = next((each.dataset for each in models if each.name == name), name)
        found = verify(project.yard, project.datasets, project.log, dataset, progress)
        handed = delivery_problems(project.yard, project.datasets, project.deliveries) if name is None else ()
    reply(ctx, _verified(found, models, handed), json)


def _verified(found: Verified, models: tuple[ModelReport, ...], handed: tuple[Problem, ...]) -> Answer:
    problems = (*found.problems, *(problem for each in models for problem in each.problems), *handed)
    fields: dict[str, Field] = {
        "holds": not problems,
        "log": {
            "entries": found.log.entries,
            "checkpoints": found.log.checkpoints,
            "signed": found.log.signed_size,
        },
        "datasets": [_version_fields(each) for each in found.versions],
        "models": [_report_fields(each) for each in models],
        "problems": [problem_fields(problem) for problem in problems],
    }
    log = found.log
    head = f"Log: {count(log.entries, 'entry', 'entries')}, {count(log.checkpoints, 'checkpoint', 'checkpoints')}"
    head += f"; the first {log.signed_size:,} are signed for."
    told = [*map(_version_line, found.versions), *map(_report_line, models)]
    last = (
        "Everything holds."
        if not problems
        else f"{count(len(problems), 'thing does', 'things do')} not hold."
    )
    faults = problem_lines("does not hold", problems)
    return Answer(fields, (head, *told, *faults, last), status=IntegrityError.exit_status if problems else 0)


def _version_line(each: VersionReport) -> str:
    again = "decided again, the same" if each.recomputed else f"not decided again: {each.not_recomputed}"
    if each.problems:
        again = count(len(each.problems), "problem", "problems")
    return f"{each.name} v{each.version:04d}: {each.rows:,} records; {again}."


def _report_line(each: ModelReport) -> str:
    again = "what it serves was made again, the same" if each.recomputed else "not made again"
    told = count(len(each.problems), "problem", "problems") if each.problems else again
    remark = f"; {each.remark}" if each.remark else ""
    return f"{each.name} v{each.version:04d}: on {each.dataset} v{each.dataset_version:04d}; {told}{remark}."


def _report_fields(each: ModelReport) -> dict[str, Field]:
    return {
        "name": each.name,
        "version": each.version,
        "dataset": each.dataset,
        "dataset_version": each.dataset_version,
        "recomputed": each.recomputed,
        "remark": each.remark,
        "problems": len(each.problems),
    }


def _version_fields(each: VersionReport) -> dict[str, Field]:
    return {
        "name": each.name,
        "version": each.version,
        "records": each.rows,
        "recomputed": each.recomputed,
        "not_recomputed": each.not_recomputed,
        "problems": len(each.problems),
    }


def decide_command(
    ctx: typer.Context,
    record: Annotated[str, typer.Option("--record", metavar="ID", help="The record's id in its source.")],
    purpose: Purpose,
    recipient: Recipient,
    member: Annotated[
        str | None, typer.Option("--member", metavar="ID", help="Its author; left out, whoever it is.")
    ] = None,
    at: At = None,
    json: JsonFlag = False,
) -> None:
    """Decide for one record: verdict, reason, rule and evidence, in a sentence.

    Example:

    \b
      sayso decide --member 1204 --record post-4711 --purpose content-generation --recipient platform --at 2025-03-01
    """
    with desk_of(ctx).open() as project:
        found = decide_one(project.yard, project.sources, use(purpose, recipient), record, moment(at), member)
    reply(ctx, _decided(found), json)


def _decided(found: Answered) -> Answer:
    decision = found.decision
    fields: dict[str, Field] = {
        "verdict": decision.verdict.value,
        "reason": decision.reason.value,
        "rule": decision.rule,
        "version": decision.version,
        "entries": list(decision.entries),
        "facts": list(decision.facts),
        "whose": found.whose,
        "purpose": found.use.purpose,
        "recipient": found.use.recipient,
        "at": format_moment(found.at),
        "sentences": list(found.sentences),
    }
    return Answer(fields, tuple(found.sentences))
