"""``sayso train``, ``forget``, ``suggest``, ``recommend`` and ``similar``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, Line, columns, count
from sayso.cli.dataset import records_done
from sayso.cli.desk import Desk, desk_of, reply
from sayso.cli.options import DryRun, JsonFlag
from sayso.cli.progress import progress_bar
from sayso.errors import InputError, Problem
from sayso.ledger.events import Delivered
from sayso.models.manifest import ModelManifest, model_digest
from sayso.values.moments import format_day, format_moment
from sayso.wiring import Project
from sayso.workflows.farewell import ELSEWHERE, receipt_fields
from sayso.workflows.forget import Forgotten, forget
from sayso.workflows.forget_member import Farewell, forget_member
from sayso.workflows.serve import Post, recommend, similar, suggest
from sayso.workflows.train import Trained, Wish, train

ModelName = Annotated[str, typer.Argument(metavar="MODEL", help="The model's name.")]
Many = Annotated[int, typer.Option("-k", min=1, max=100, metavar="N", help="How many at most.")]


def train_command(
    ctx: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="suggestions, neural-suggestions, member-adapters, recommendations, or your own module:Class.",
        ),
    ],
    dataset: Annotated[str, typer.Argument(metavar="NAME", help="A published data set.")],
    name: Annotated[
        str | None, typer.Option("--as", metavar="MODEL", help="The model's name; left out, NAME-KIND.")
    ] = None,
    json_flag: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Train a model on a published data set, sign it and publish it.

    The data set must have been built for what such models do, or for a purpose below it; where words in it were taken back since,
    withdraw first. What the model has learnt of members can be taken out of it again: see `sayso forget`.

    Example:

    \b
      sayso train suggestions writers
      sayso train recommendations threads --as front-page
    """
    desk = desk_of(ctx)
    wish = Wish(name or f"{dataset}-{kind.rpartition(':')[2].lower()}", dataset, dry_run)
    with desk.open() as project, records_done("Training", desk, None) as progress:
        done = train(project.shelf, project.shelf.kind_of(kind), wish, progress)
    reply(ctx, _trained(done), json_flag)


def _trained(done: Trained) -> Answer:
    manifest = done.manifest
    fields: dict[str, Field] = {
        "dry_run": done.entry is None,
        "entry": None if done.entry is None else done.entry.number,
        **_model_fields(manifest),
    }
    stands = f"{manifest.dataset.name} v{manifest.dataset.version:04d}"
    version = f"{manifest.name} v{manifest.version:04d}"
    if done.entry is None:
        head = f"Dry run, nothing is published. {version} would stand on {stands}."
    else:
        head = f"Entry {done.entry.number}: {version} is published; it stands on {stands}."
    return Answer(fields, (head, *_digest_lines(manifest)))


def _model_fields(manifest: ModelManifest) -> dict[str, Field]:
    dataset = manifest.dataset
    return {
        "model": manifest.name,
        "version": manifest.version,
        "kind": manifest.kind.name,
        "purpose": manifest.use.purpose,
        "recipient": manifest.use.recipient,
        "dataset": dataset.name,
        "dataset_version": dataset.version,
        "records": dataset.rows,
        "members": dataset.members,
        "state": manifest.state,
        "served": manifest.served,
        "manifest": model_digest(manifest),
    }


def _digest_lines(manifest: ModelManifest) -> tuple[Line, ...]:
    dataset = manifest.dataset
    size = f"{count(dataset.rows, 'record', 'records')} of {count(dataset.members, 'member', 'members')}, for {manifest.use}."
    rows = (("state", manifest.state), ("served", manifest.served), ("manifest", model_digest(manifest)))
    return (size, *columns(rows))


def forget_command(
    ctx: typer.Context,
    model: Annotated[
        str | None, typer.Argument(metavar="[MODEL]", help="One model, to be brought to its data set.")
    ] = None,
    member: Annotated[
        str | None,
        typer.Option("--member", metavar="ID", help="A member, to be forgotten by every data set and model."),
    ] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Delete superseded bytes at once, not when their days are over.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the member's receipt, as JSON, to this file."),
    ] = None,
    json_flag: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Take out of models what their data sets no longer hold; or a member out of everything.

    A model that has forgotten equals, digest for digest, one trained on what is left. With --member, every data set that holds
    words of theirs is withdrawn from first, every model of it follows, and a receipt says so with proofs; it is refused while
    they have not said no.

    Example:

    \b
      sayso forget --member 1204 --out receipt.json
      sayso forget writers-suggestions
    """
    if (model is None) == (member is None):
        advice = "write `sayso forget MODEL` or `sayso forget --member ID`"
        raise InputError(Problem("usage", "name a model, or a member with --member", advice=advice))
    desk = desk_of(ctx)
    with desk.open() as project:
        if member is not None:
            answer = _forget_member(desk, project, member, now, out, dry_run)
        else:
            answer = _forget_model(desk, project, model or "", now, dry_run)
    reply(ctx, answer, json_flag)


def _forget_model(desk: Desk, project: Project, name: str, now: bool, dry_run: bool) -> Answer:
    with records_done("Forgetting", desk, None) as progress:
        done = forget(project.shelf, name, progress, now, dry_run)
    fields: dict[str, Field] = {
        "dry_run": dry_run,
        "changed": done.changed,
        "entries": [entry.number for entry in done.entries],
        **_model_fields(done.manifest),
        "before": _before(done.before),
        "forgot": _forgot_fields(done),
        "purged": list(done.purged),
        "kept_until": None if done.kept_until is None else format_moment(done.kept_until),
    }
    return Answer(fields, (*_model_lines(done, dry_run), *_old_lines(done)))


def _before(manifest: ModelManifest) -> dict[str, Field]:
    return {
        "version": manifest.version,
        "dataset_version": manifest.dataset.version,
        "state": manifest.state,
        "served": manifest.served,
        "manifest": model_digest(manifest),
    }


def _forgot_fields(done: Forgotten) -> dict[str, Field] | None:
    forgot = done.manifest.forgot if done.changed else None
    if forgot is None:
        return None
    return {
        "members_out": forgot.members_out,
        "members_changed": forgot.members_changed,
        "anew": forgot.anew,
    }


def _model_lines(done: Forgotten, dry_run: bool) -> tuple[Line, ...]:
    manifest, before = done.manifest, done.before
    stands = f"{manifest.dataset.name} v{manifest.dataset.version:04d}"
    if not done.changed:
        return (f"Nothing to forget: {manifest.name} v{manifest.version:04d} stands on {stands}.",)
    numbers = " and ".join(str(entry.number) for entry in done.entries)
    head = "Dry run, nothing is published." if dry_run else f"Entries {numbers}:"
    head += f" {manifest.name} v{manifest.version:04d} stands on {stands}{_whom(done)}."
    changed = (
        ("state", _short(before.state), _short(manifest.state)),
        ("served", _short(before.served), _short(manifest.served)),
    )
    lines = columns((name, f"{old} → {new}") for name, old, new in changed)
    return (head, *lines, "  The same as a model trained on what is left.")


def _whom(done: Forgotten) -> str:
    forgot = done.manifest.forgot
    if forgot is None:
        return "; nobody had to be forgotten"
    if forgot.members_out is None or forgot.members_changed is None:
        return "; trained anew"
    out = count(forgot.members_out, "member is", "members are")
    return f"; {out} out, {forgot.members_changed:,} changed" + (", trained anew" if forgot.anew else "")


def _short(digest: str) -> str:
    return f"{digest[:16]}…"


def _old_lines(done: Forgotten) -> tuple[Line, ...]:
    lines: list[Line] = []
    if done.purged:
        versions = ", ".join(f"v{version:04d}" for version in done.purged)
        lines.append(f"Deleted for good: the bytes of {versions}. Their manifests stay.")
    if done.kept_until is not None:
        lines.append(f"Older bytes are kept until {format_day(done.kept_until)}; --now deletes them at once.")
    return tuple(lines)


def _forget_member(
    desk: Desk, project: Project, member: str, now: bool, out: Path | None, dry_run: bool
) -> Answer:
    with records_done("Forgetting", desk, None) as progress:
        done = forget_member(project.shelf, member, progress, now, dry_run)
    receipt = None if dry_run else receipt_fields(project.shelf, done)
    if out is not None and receipt is not None:
        out.write_text(json.dumps(receipt, ensure_ascii=False, indent=2) + "\n", "utf-8")
    fields: dict[str, Field] = {
        "dry_run": dry_run,
        "datasets": [
            {"name": each.before.name, "records": each.rows, "version": each.after.version}
            for each in done.datasets
        ],
        "models": [each.manifest.name for each in done.models] or list(done.waiting),
        "entries": [] if dry_run else list(done.entries),
        "receipt": receipt,
    }
    return Answer(fields, _farewell_lines(done, dry_run, out))


def _farewell_lines(done: Farewell, dry_run: bool, out: Path | None) -> tuple[Line, ...]:
    if not done.datasets:
        return ("Nothing to forget: no published data set and no model holds words of this member.",)
    lines: list[Line] = ["Dry run, nothing is changed. It would touch:"] if dry_run else []
    for each in done.datasets:
        records = count(each.rows, "record", "records")
        then = "" if dry_run else f": v{each.before.version:04d} → v{each.after.version:04d}"
        lines.append(f"Data set {each.before.name}, {records} of theirs{then}.")
    lines += [f"Model {name}." for name in done.waiting]
    for model in done.models:
        lines.append(
            f"Model {model.manifest.name}: v{model.before.version:04d} → v{model.manifest.version:04d}, "
            f"state {_short(model.before.state)} → {_short(model.manifest.state)}."
        )
    if done.purged:
        lines.append(f"Deleted for good: the bytes of {', '.join(done.purged)}.")
    if done.kept_until is not None:
        lines.append(f"Older bytes are kept until {format_day(done.kept_until)}; --now deletes them at once.")
    lines.append(f"Not covered: {ELSEWHERE}.")
    lines += [_handed(each) for each in done.delivered]
    if not dry_run:
        where = f"in {out}; check it with `sayso receipt verify {out}`" if out else "keep it with --out FILE"
        lines.append(f"Receipt: {count(len(done.entries), 'entry', 'entries')} of the log, signed; {where}.")
    return tuple(lines)


def _handed(each: Delivered) -> str:
    feed = "" if each.delivery is None else f": `sayso deliver feed {each.recipient}` asks for it back"
    return f"  {each.name} v{each.version:04d} was handed to {each.recipient} on {format_day(each.at)}{feed}."


def suggest_command(
    ctx: typer.Context,
    model: ModelName,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What has been written so far.")],
    k: Many = 3,
    json_flag: JsonFlag = False,
) -> None:
    """Say how a text may go on: words that enough different members wrote, or that are in the public base text.

    Example:

    \b
      sayso suggest writers-suggestions "Thank you for the"
    """
    desk = desk_of(ctx)
    with desk.open() as project, progress_bar("Reading the model", desk.quiet):
        manifest, found = suggest(project.shelf, model, text, k)
    fields: dict[str, Field] = {
        "model": manifest.name,
        "version": manifest.version,
        "suggestions": [{"text": one.text, "chance": round(one.chance, 4)} for one in found],
    }
    lines = columns((f"{one.chance:.1%}", f"…{one.text}") for one in found)
    reply(ctx, Answer(fields, lines or ("Nothing that enough members wrote.",)), json_flag)


def recommend_command(
    ctx: typer.Context,
    model: ModelName,
    member: Annotated[str, typer.Option("--member", metavar="ID", help="Whom to recommend to.")],
    k: Many = 10,
    json_flag: JsonFlag = False,
) -> None:
    """Recommend posts to a member, each with the reason in words.

    What they took part in is read from the data set; of a member who has said no nothing is read.

    Example:

    \b
      sayso recommend threads-recommendations --member 1204 -k 5
    """
    desk = desk_of(ctx)
    with desk.open() as project, progress_bar("Reading the model", desk.quiet):
        manifest, found = recommend(project.shelf, model, member, k)
    nothing = "Nothing to recommend: nothing of theirs is in the data set, or nobody else took part in it."
    reply(ctx, _posts(manifest, found, nothing), json_flag)


def similar_command(
    ctx: typer.Context,
    model: ModelName,
    record: Annotated[str, typer.Argument(metavar="RECORD", help="A record's id in its source.")],
    k: Many = 10,
    json_flag: JsonFlag = False,
) -> None:
    """Show the posts that a post leads to.

    Example:

    \b
      sayso similar threads-recommendations post-4711
    """
    desk = desk_of(ctx)
    with desk.open() as project, progress_bar("Reading the model", desk.quiet):
        manifest, found = similar(project.shelf, model, record, k)
    reply(ctx, _posts(manifest, found, "No other post has anything in common with it."), json_flag)


def _posts(manifest: ModelManifest, found: tuple[Post, ...], nothing: str) -> Answer:
    fields: dict[str, Field] = {
        "model": manifest.name,
        "version": manifest.version,
        "posts": [
            {"record": one.record, "score": round(one.score, 4), "reason": one.reason} for one in found
        ],
    }
    lines = columns((f"{one.score:.2f}", one.record or "a post that is gone", one.reason) for one in found)
    return Answer(fields, lines or (nothing,))
