"""``sayso simulate``: one community under every observed policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, columns
from sayso.cli.crowd import community
from sayso.cli.desk import Desk, desk_of, reply
from sayso.cli.options import JsonFlag, moment
from sayso.cli.progress import progress_bar
from sayso.errors import InputError, Problem
from sayso.intake.policies import load_policy, pack_ids
from sayso.policy.model import Kind, Policy
from sayso.policy.reasons import sentence
from sayso.ports import Crowd
from sayso.values.moments import DAY, Moment, format_day, to_datetime, to_moment
from sayso.workflows.redaction import whole_file
from sayso.workflows.simulation.posts import Answer as PostAnswer
from sayso.workflows.simulation.posts import Finder, Removed, answers, nearest, people_of
from sayso.workflows.simulation.running import FAMILY_TITLES, Asked

FIRST = "2023-01"


def simulate_command(
    ctx: typer.Context,
    packs: Annotated[
        str | None,
        typer.Option(
            "--packs", metavar="A,B,...", help="Packs or policy files; left out, every observed pack."
        ),
    ] = None,
    since: Annotated[str, typer.Option("--from", metavar="MONTH|DAY", help="From when.")] = FIRST,
    until: Annotated[
        str | None, typer.Option("--to", metavar="MONTH|DAY", help="Until when; left out, today.")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DAY", help="The day that tables are of; left out, the last."),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a page that needs nothing but itself."),
    ] = None,
    post: Annotated[
        str | None,
        typer.Option(
            "--post", metavar="RECORD", help="What would each have done with this record on that day?"
        ),
    ] = None,
    sample: Annotated[
        bool,
        typer.Option(
            "--sample", help="A made-up community, even where a project is; so it is where there is none."
        ),
    ] = False,
    members: Annotated[
        int, typer.Option("--members", min=1, max=1_000_000, help="How many are in the made-up one.")
    ] = 600,
    seed: Annotated[int, typer.Option("--seed", help="The same seed makes the same community.")] = 1,
    say_no: Annotated[
        str | None,
        typer.Option(
            "--say-no",
            metavar="SHARE",
            help="Suppose that so many members, such as 7%, said no wherever they could.",
        ),
    ] = None,
    daily: Annotated[
        bool, typer.Option("--daily", help="Look at every day, not only at changes of policy and each month.")
    ] = False,
    apart: Annotated[
        bool,
        typer.Option("--by-region", help="Keep every region apart, also those that no policy tells apart."),
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Ask what every platform's stated policy would have used of one community, and when.

    The community is the project's, or a made-up one. Each platform is asked with the words that it had published at the time.
    "permit" is what its stated policy allows: never that it is lawful, nor that it was done. What is not known stays unknown.
    Nobody is taken to have said anything, and everybody to have been told when a policy was published.

    Examples:

    \b
      sayso simulate --packs linkedin --from 2024-01 --to 2026-12 --html simulation.html
      sayso simulate --packs linkedin --sample --on 2024-09-25 --say-no 7%
      sayso simulate --sample --post r000001-002 --on 2025-11-03
    """
    desk = desk_of(ctx)
    policies = _policies(packs)
    last = _day(until, "--to", end=True) or desk.clock.now() // DAY * DAY
    first = _day(since, "--from") or last
    chosen = moment(on, "--on")
    at = Moment(last) if chosen is None else chosen
    if first > last:
        raise InputError(
            Problem("bad-span", "--from is later than --to", advice="give the earlier of the two first")
        )
    asked = Asked(
        policies,
        Moment(first),
        Moment(last),
        desk.clock.now(),
        daily=daily,
        apart=apart,
        no_share=_share(say_no),
        also=(at,) if first <= at <= last else (),
    )
    with community(desk, sample, members, seed) as (name, crowd, finder):
        answer = (
            _of_all(desk, asked, name, crowd, at, html)
            if post is None
            else _of_post(policies, finder, crowd, post, at)
        )
    reply(ctx, answer, json)


def _of_all(desk: Desk, asked: Asked, name: str, crowd: Crowd, at: Moment, html: Path | None) -> Answer:
    # What counts, and what draws, take longer to load than most commands to run.
    from dataclasses import replace

    from sayso.cli.simulate_told import fields_of, lines_of
    from sayso.engines.tally import DuckTally
    from sayso.reports.simulation_page import page
    from sayso.web.words import region_name
    from sayso.workflows.simulation.archetypes import archetypes
    from sayso.workflows.simulation.running import simulate

    if not asked.since <= at <= asked.until:
        what = f"--on is not between {format_day(asked.since)} and {format_day(asked.until)}"
        raise InputError(Problem("bad-day", what, advice="choose a day of the time that is simulated"))
    asked = replace(asked, community=name)
    cuts = asked.cuts()
    with progress_bar("Simulating", desk.quiet) as bar, DuckTally(crowd, cuts, asked.no_share) as tally:
        found = simulate(asked, tally, cuts, region_name, lambda _, done, total: bar(done, total))
    written = None
    if html is not None:
        with whole_file(html) as file:
            file.write(page(found, at, archetypes(found, asked.policies)).encode())
        written = str(html)
    return Answer(fields_of(found, at, written), tuple(lines_of(found, at, written)))


def _policies(packs: str | None) -> tuple[Policy, ...]:
    if packs is None:
        found = (load_policy(name) for name in pack_ids())
        return tuple(policy for policy in found if policy.kind is Kind.OBSERVED)
    named = [name.strip() for name in packs.split(",") if name.strip()]
    policies = tuple(load_policy(name) for name in named)
    ids = [policy.id for policy in policies]
    if not policies or len(set(ids)) < len(ids):
        what = "--packs names a policy twice" if policies else "--packs names no policy"
        raise InputError(Problem("bad-packs", what, advice=f"for example --packs {','.join(pack_ids()[:2])}"))
    return policies


_MONTH = re.compile(r"(\d{4})-(\d{2})")


def _day(text: str | None, option: str, end: bool = False) -> int | None:
    """Return the first instant of a day, or of a month's first or last day."""
    found = _MONTH.fullmatch(text.strip()) if text else None
    if not found:
        return moment(text, option)
    first = moment(f"{text}-01", option)
    if first is None or not end:
        return first
    later = to_datetime(Moment(first + 31 * DAY)).replace(day=1)
    return to_moment(later) - DAY


def _share(text: str | None) -> float:
    if text is None:
        return 0.0
    found = re.fullmatch(r"\s*(\d{1,3}(?:\.\d+)?)\s*%\s*", text)
    share = float(found.group(1)) / 100 if found else -1.0
    if not 0.0 <= share <= 1.0:
        raise InputError(
            Problem("bad-share", "--say-no is not a share of members", advice="write 7% or 12.5%")
        )
    return share


def _of_post(policies: tuple[Policy, ...], finder: Finder, crowd: Crowd, post: str, at: Moment) -> Answer:
    record = finder.record(post)
    if record is None:
        raise InputError(
            Problem("unknown-record", "this community has no record of this id", advice="check the id")
        )
    closed = dict(zip(*(crowd.closings.column(n).to_pylist() for n in ("member", "closed_at")), strict=True))
    gone = dict(zip(*(crowd.deletions.column(n).to_pylist() for n in ("record", "deleted_at")), strict=True))
    found = answers(policies, record, people_of(finder, record), at, Removed(closed, gone))
    head = f"What each stated policy says of this record on {format_day(at)} (permit: by its stated policy; never that it is lawful):"
    fields: dict[str, Field] = {
        "record": post,
        "at": format_day(at),
        "platforms": [_post_fields(one) for one in found],
    }
    return Answer(fields, (head, *(line for one in found for line in _post_lines(one))))


def _post_fields(answer: PostAnswer) -> dict[str, Field]:
    return {
        "platform": answer.policy.id,
        "category": answer.category,
        "uses": [
            {
                "family": one.family.value,
                "purpose": one.use.purpose,
                "recipient": one.use.recipient,
                "verdict": None if one.decision is None else one.decision.verdict.value,
                "reason": "no-counterpart" if one.decision is None else one.decision.reason.value,
                "rule": None if one.decision is None else one.decision.rule,
                "version": None if one.decision is None else one.decision.version,
                "because": one.why,
            }
            for one in answer.verdicts
        ],
    }


def _post_lines(answer: PostAnswer) -> Iterator[str]:
    yield f"{answer.policy.id}:"
    if answer.category is None:
        yield "  no counterpart: it has no such kind of record"
        return
    rows = []
    for family in dict.fromkeys(one.family for one in answer.verdicts):
        one = nearest(each for each in answer.verdicts if each.family is family)
        if one is not None and one.decision is not None:
            verdict = one.decision.verdict.value
            rows.append((FAMILY_TITLES[family], verdict, one.decision.reason.value, sentence(one.decision)))
    yield from columns(rows)
