"""``sayso policy diff``: what one policy says otherwise than another, for a member."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, columns, count
from sayso.cli.crowd import community
from sayso.cli.desk import Desk, desk_of, reply
from sayso.cli.options import JsonFlag
from sayso.config import SETTINGS_FILE
from sayso.errors import InputError, Problem
from sayso.intake.policies import load_policy, pack_ids
from sayso.policy.comparing import Side
from sayso.policy.model import Policy, PolicyVersion
from sayso.workflows.choose import known_version
from sayso.workflows.simulation.difference import Compared, Told, Total, Touched, compare, cuts_for

SHOWN = 24
"""So many differences are printed; with ``--json`` all are."""
Which = "a pack, a file, or either with @VERSION; or a version of the project's policy"


def diff_command(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(metavar="A", help=f"Before: {Which}.")],
    new: Annotated[str, typer.Argument(metavar="B", help=f"After: {Which}.")],
    sample: Annotated[
        bool, typer.Option("--sample", help="Count in a made-up community, even where a project is.")
    ] = False,
    members: Annotated[
        int, typer.Option("--members", min=1, max=1_000_000, help="How many are in the made-up one.")
    ] = 600,
    seed: Annotated[int, typer.Option("--seed", help="The same seed makes the same community.")] = 1,
    all_: Annotated[
        bool, typer.Option("--all", help="Print every difference, however few it touches.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Say what changes from one policy to another, in words for a member, and how many members and records it touches.

    Two versions of a policy, two files of one, or two platforms. Left out, the version is the one in force today.
    Counted are the records of the project, or of a made-up community where there is none; nobody is taken to have said
    anything. Suspensions are left out: they are the regulators' words, not the policy's.

    Examples:

    \b
      sayso policy diff linkedin@2025-02-27 linkedin@2025-11-03
      sayso policy diff policy/house.yaml policy/draft.yaml --json
      sayso policy diff linkedin opt-in
    """
    from sayso.engines.tally import DuckTally
    from sayso.web.words import region_name

    desk = desk_of(ctx)
    one, other = (_side(desk, which) for which in (old, new))
    cuts = cuts_for(one, other, desk.clock.now())
    with community(desk, sample, members, seed) as (name, crowd, _), DuckTally(crowd, cuts) as tally:
        found = compare(one, other, tally, cuts, region_name)
    lines = tuple(_lines(found, name, None if all_ else SHOWN))
    reply(ctx, Answer(_fields(found, name), lines), json)


def _side(desk: Desk, which: str) -> Side:
    name, _, version = which.rpartition("@")
    if name and not Path(which).exists():
        return _at(desk, load_policy(name), version)
    if which in pack_ids() or Path(which).exists():
        return _at(desk, load_policy(which), None)
    if (own := _own(desk)) is not None and own.version(which) is not None:
        return _at(desk, own, which)
    what = f"{which} is no pack, no file and no version of the project's policy"
    raise InputError(
        Problem("unknown-policy", what, advice=f"packs are {', '.join(pack_ids())}; or name a file")
    )


def _own(desk: Desk) -> Policy | None:
    try:
        root = desk.root()
    except InputError:
        return None
    return desk.policy(None) if (root / SETTINGS_FILE).is_file() else None


def _at(desk: Desk, policy: Policy, version: str | None) -> Side:
    if version is not None:
        return Side(policy, known_version(policy, version))
    found: PolicyVersion | None = policy.in_force(desk.clock.now())
    return Side(policy, policy.versions[-1] if found is None else found)


def _lines(found: Compared, name: str, most: int | None) -> Iterator[str]:
    yield f"From {found.old.title}, to {found.new.title}."
    if not found.told and not found.details:
        yield "They say the same."
        return
    touched, whole = found.touched, found.all
    yield f"It touches {_touch(touched)} of {name} ({_touch(whole)} in all)."
    yield ""
    silent = False
    for one in found.told[:most]:
        if not one.what.matters and not silent:
            silent = True
            yield ""
            yield "Used neither before nor now, but said otherwise:"
        yield f"- {one.words} Touches {_touch(one.touched)}."
    if most is not None and len(found.told) > most:
        yield f"  and {count(len(found.told) - most, 'difference', 'differences')} more, with --all."
    yield from _details(found)
    yield from _totals(found)
    yield "Would be used: by stated policy, nobody having said anything. It never means that it is lawful."


def _details(found: Compared) -> Iterator[str]:
    if found.details:
        yield ""
        yield "Rule by rule:"
    for one in found.details:
        yield f"- {one.noun} {one.change.value}: {one.headline}"
        yield from (f"    {detail}" for detail in one.details)
    for side, controls in zip((found.old, found.new), found.controls, strict=True):
        if found.old.whole.id != found.new.whole.id:
            yield ""
            yield f"How to say no to {side.whole.id}:"
            yield from (f"- {one}" for one in controls or ("no way is named.",))


def _totals(found: Compared) -> Iterator[str]:
    yield ""
    yield "Records that would be used:"
    rows: list[tuple[str, ...]] = [("", "before", "now", "newly", "no longer")]
    rows += [
        (one.title, *(f"{part.records:,}" for part in (one.before, one.now, one.gained, one.lost)))
        for one in found.totals
    ]
    yield from columns(rows)


def _touch(touched: Touched) -> str:
    return f"{count(touched.records, 'record', 'records')} of {count(touched.members, 'member', 'members')}"


def _fields(found: Compared, name: str) -> dict[str, Field]:
    return {
        "old": _side_fields(found.old),
        "new": _side_fields(found.new),
        "community": name,
        "members": found.all.members,
        "records": found.all.records,
        "touches": _touch_fields(found.touched),
        "differences": [_told_fields(one) for one in found.told],
        "uses": [_total_fields(one) for one in found.totals],
        "details": [
            {"noun": one.noun, "change": one.change.value, "name": one.name, "headline": one.headline, "details": list(one.details)}
            for one in found.details
        ],
        "controls": {"old": list(found.controls[0]), "new": list(found.controls[1])},
    }  # fmt: skip


def _side_fields(side: Side) -> dict[str, Field]:
    return {"policy": side.whole.id, "version": side.version.id, "digest": side.whole.digest}


def _touch_fields(touched: Touched) -> dict[str, Field]:
    return {"members": touched.members, "records": touched.records}


def _told_fields(one: Told) -> dict[str, Field]:
    before, now = one.what.before, one.what.now
    kinds = dict.fromkeys(cell.kinds for cell in one.what.cells)
    return {
        "says": one.words,
        "uses": [
            {
                "old": None if pair.old is None else list(pair.old),
                "new": None if pair.new is None else list(pair.new),
            }
            for pair in one.what.pairs
        ],
        "matters": one.what.matters,
        "before": None if before is None else before.value,
        "now": None if now is None else now.value,
        "categories": [{"old": kind.old, "new": kind.new} for kind in kinds],
        "visibility": list(dict.fromkeys(cell.visibility for cell in one.what.cells)),
        "touches": _touch_fields(one.touched),
    }


def _total_fields(one: Total) -> dict[str, Field]:
    parts = {"before": one.before, "now": one.now, "newly": one.gained, "no_longer": one.lost}
    return {"use": one.title, **{name: _touch_fields(part) for name, part in parts.items()}}
