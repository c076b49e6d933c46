"""``sayso audit``: whether a model has forgotten, in sentences, as a table, as JSON and as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, as_object, columns, count
from sayso.cli.audit_picture import picture
from sayso.cli.dataset import records_done
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import JsonFlag
from sayso.errors import IntegrityError
from sayso.models.audit import Told
from sayso.models.manifest import model_digest
from sayso.workflows.audit import Asked, Audit, Check, audit
from sayso.workflows.plant import Planted
from sayso.workflows.redaction import whole_file
from sayso.workflows.trial import Scores, Trial, Tried, doubts

FORMAT = "sayso-audit/1"
PLACES = 6
"""Figures are told to so many places: what comes after differs from machine to machine."""


def audit_command(
    ctx: typer.Context,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The model's name.")],
    seed: Annotated[int, typer.Option("--seed", min=0, metavar="N", help="Draws members and canaries.")] = 0,
    members: Annotated[
        int, typer.Option("--members", min=1, metavar="N", help="How many in each group at most.")
    ] = 200,
    canaries: Annotated[
        int,
        typer.Option("--canaries", min=0, max=100, metavar="N", help="Plant N secrets in a scratch copy."),
    ] = 0,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Draw scores and curves, too.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Keep the report: the same for a seed.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Show whether a model has forgotten, and that the test could have failed.

    It is trained again from nothing on what it stands on, and every digest compared. Then an attack tries to tell who was in it:
    before they left, as it is, and trained anew. Nothing is published or kept.

    Example:

    \b
      sayso audit writers-suggestions --canaries 8 --svg audit.svg --out audit.json
    """
    desk = desk_of(ctx)
    with desk.open() as project, records_done("Training again", desk, None) as progress:
        found = audit(project.shelf, Asked(model, seed, members, canaries), progress)
    report = _report(found)
    if svg is not None and found.trial is not None:
        with whole_file(svg) as file:
            file.write(picture(found.manifest, found.trial).encode())
    if out is not None:
        with whole_file(out) as file:
            file.write(as_object(report).encode())
    seconds = {"training": found.checked.training, "comparing": found.checked.comparing}
    status = 0 if found.holds else IntegrityError.exit_status
    reply(ctx, Answer({**report, "seconds": seconds}, tuple(_lines(found)), status), json)


# As fields


def _report(found: Audit) -> dict[str, Field]:
    """Return what may be kept: nothing in it differs from one run to the next."""
    manifest, dataset = found.manifest, found.manifest.dataset
    checked = found.checked
    return {
        "format": FORMAT,
        "holds": found.holds,
        "model": {"name": manifest.name, "version": manifest.version, "manifest": model_digest(manifest)},
        "dataset": {"name": dataset.name, "version": dataset.version, "manifest": dataset.manifest},
        "kind": {"name": manifest.kind.name, "version": manifest.kind.version},
        "code": manifest.code,
        "seed": found.asked.seed,
        "taken_back": found.taken_back,
        "trained_again": [_check_fields(check) for check in checked.trained],
        "files": [_check_fields(check) for check in checked.files],
        "membership": None if found.trial is None else _trial_fields(found.trial),
        "canaries": None if found.planted is None else _planted_fields(found.planted),
    }


def _check_fields(check: Check) -> dict[str, Field]:
    return {"name": check.name, "written": check.written, "found": check.found, "holds": check.holds}


def _trial_fields(trial: Trial) -> dict[str, Field]:
    return {
        "left": trial.left,
        "stayed": trial.stayed,
        "unseen": trial.unseen,
        "before": trial.before,
        "before_at_hand": trial.at_hand,
        "forgetful_state": trial.forgetful,
        "retrained_state": trial.retrained,
        "holds": trial.holds,
        "doubts": list(doubts(trial)),
        "attacks": [_tried_fields(one) for one in trial.tried],
    }


def _tried_fields(one: Tried) -> dict[str, Field]:
    return {
        "name": one.attack.name,
        "how": one.attack.how,
        "has_power": one.has_power,
        "same_scores": one.same,
        **{name: _scores_fields(scores) for name, scores in _models(one)},
    }


def _models(one: Tried) -> tuple[tuple[str, Scores], ...]:
    return ("before", one.before), ("as_it_is", one.now), ("trained_anew", one.retrained)


def _scores_fields(scores: Scores) -> dict[str, Field]:
    return {"left": _told_fields(scores.of_left), "stayed": _told_fields(scores.of_stayed)}


def _told_fields(told: Told) -> dict[str, Field]:
    return {
        "auc": round(told.auc, PLACES),
        "low": round(told.low, PLACES),
        "high": round(told.high, PLACES),
        "tpr_at_1_percent_fpr": round(told.tpr, PLACES),
    }


def _planted_fields(planted: Planted) -> dict[str, Field]:
    recital = planted.recital
    return {
        "members": planted.members,
        "secrets": planted.secrets,
        "planted": _told_fields(planted.found),
        "forgotten": _told_fields(planted.forgotten),
        "state": planted.state,
        "without": planted.without,
        "holds": planted.holds,
        "recited": None
        if recital is None
        else {
            "prompts": recital.prompts,
            "planted": recital.planted,
            "forgotten": recital.forgotten,
            "control": recital.control,
            "control_prompts": recital.control_prompts,
        },
    }


# As sentences


def _lines(found: Audit) -> Iterator[str]:
    manifest, dataset = found.manifest, found.manifest.dataset
    yield (
        f"{manifest.name} v{manifest.version:04d} stands on {dataset.name} v{dataset.version:04d}: "
        f"{count(dataset.rows, 'record', 'records')} of {count(dataset.members, 'member', 'members')}."
    )
    yield from _moved_on(found)
    yield from _checked_lines(found)
    if found.trial is not None:
        yield from _trial_lines(found.trial)
    elif found.checked.holds:
        yield "Membership inference: not tried; there are too few members, or no attack on this kind that forgets."
    if found.planted is not None:
        yield from _planted_lines(found.planted)
    yield (
        "It holds: the model is, digest for digest, what training without them gives."
        if found.holds
        else "It does not hold: see the digests above."
    )


def _moved_on(found: Audit) -> Iterator[str]:
    model = found.manifest.name
    if found.taken_back is None:
        yield f"The data set has moved on since; `sayso forget {model}` brings the model after it."
    elif found.taken_back:
        records = count(found.taken_back, "record", "records")
        yield (
            f"{records} in it may not be used any more: run `sayso withdraw {found.manifest.dataset.name}`, "
            f"then `sayso forget {model}`."
        )


def _checked_lines(found: Audit) -> Iterator[str]:
    checked = found.checked
    yield f"Trained again from nothing in {checked.training:.1f} s:"
    yield from columns(map(_check_cells, checked.trained))
    yield f"The model's files, compared in {checked.comparing:.1f} s:"
    yield from columns(map(_check_cells, checked.files))


def _check_cells(check: Check) -> tuple[str, str, str]:
    verdict = "the same" if check.holds else "ANOTHER" if check.found else "CANNOT BE READ"
    return check.name, _short(check.written), verdict


def _short(digest: str) -> str:
    return f"{digest.removeprefix('sha256:')[:16]}…"


def _trial_lines(trial: Trial) -> Iterator[str]:
    if trial.before is None:
        yield "Nobody is out of it whose words are still at hand: no removed members can be tested."
        yield f"A drill in their place: {count(trial.left, 'other', 'others')} left a scratch copy."
    else:
        yield f"Membership inference: {count(trial.left, 'member', 'members')} who left after v{trial.before:04d}."
        if not trial.at_hand:
            yield "The model before is gone; it was trained again on what its data set was then."
    yield (
        f"Beside them {trial.stayed:,} who stayed, and {trial.unseen:,} held out of all three models: "
        "AUC and TPR are against these."
    )
    for one in trial.tried:
        yield from _tried_lines(one)
    yield from (f"Mind: {doubt}." for doubt in doubts(trial))


def _tried_lines(one: Tried) -> Iterator[str]:
    yield f"{one.attack.name.capitalize()}: {one.attack.how}."
    heads = ("", "left: AUC", "95 %", "TPR at 1 % FPR", "stayed: AUC")
    names = ("before", "as it is", "trained anew")
    rows = (
        (name, *_told_cells(scores.of_left), f"{scores.of_stayed.auc:.3f}")
        for name, (_, scores) in zip(names, _models(one), strict=True)
    )
    yield from columns([heads, *rows])
    same = "gives everybody the very score" if one.same else "DOES NOT give everybody the score"
    yield f"  The model as it is {same} that the one trained anew gives."


def _told_cells(told: Told) -> tuple[str, str, str]:
    return f"{told.auc:.3f}", f"{told.low:.3f} to {told.high:.3f}", f"{told.tpr:.1%}"


def _planted_lines(planted: Planted) -> Iterator[str]:
    yield (
        f"Canaries: {count(planted.secrets, 'secret', 'secrets')} of "
        f"{count(planted.members, 'made-up member', 'made-up members')}, planted in a scratch copy."
    )
    rows = (("planted", planted.found), ("forgotten", planted.forgotten))
    yield from columns(
        [("", "AUC", "95 %", "TPR at 1 % FPR"), *((name, *_told_cells(told)) for name, told in rows)]
    )
    same = "the very digest" if planted.state == planted.without else "ANOTHER digest than that"
    yield f"  Once forgotten, the copy has {same} of the model that never had them."
    recital = planted.recital
    if recital is not None:
        yield (
            f"  Of {recital.prompts:,} prompts {_times(recital.planted)} made it recite one while they were in, "
            f"{_times(recital.forgotten)} afterwards."
        )
        yield (
            f"  A secret that enough members share was given at {recital.control:,} of "
            f"{recital.control_prompts:,}: it would have been seen."
        )


def _times(number: int) -> str:
    return f"{number:,}" if number else "none"
