"""``sayso policy check-terms`` and ``gaps``: what a policy rests on, held against archives and against what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, columns, count
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import At, JsonFlag, moment
from sayso.cli.policy import Which
from sayso.intake.terms_archive import open_archive
from sayso.policy.describe_facts import SHOWS, cited, when
from sayso.policy.gaps import Gap, Terms, gaps
from sayso.policy.model import Between, Policy
from sayso.policy.terms import Held, Outcome, Seen
from sayso.policy.wording import Labels, coded, listed, stopped
from sayso.values.moments import DAY, Moment, format_day, format_moment
from sayso.values.regions import COUNTRIES
from sayso.workflows.terms import GRACE_DAYS, TermsChecked, check_terms

_TOLD = {
    Outcome.STANDS: "stands",
    Outcome.BEGINS_LATER: "stands as far back as the archive goes",
    Outcome.GONE: "GONE SINCE",
    Outcome.LATER: "NOT YET THERE",
    Outcome.NOWHERE: "NOWHERE",
    Outcome.NO_RECORD: "NOT ARCHIVED",
}


def check_terms_command(
    ctx: typer.Context,
    policy: Which = None,
    archive: Annotated[
        list[Path] | None,
        typer.Option(
            "--archive", metavar="DIR", help="A clone of an archive of terms; give it again for another one."
        ),
    ] = None,
    grace: Annotated[
        int,
        typer.Option(
            "--grace", metavar="DAYS", min=0, help="How late an archive may record what is in force already."
        ),
    ] = GRACE_DAYS,
    json: JsonFlag = False,
) -> None:
    """Hold each quoted disclosure of a policy against archived terms: Markdown in git, with dated commits.

    Names the quotations that are nowhere, not yet there when the rule took effect, or gone while it stood; the exit status is
    then 1. Marks, links and white space do not count. Nothing in the archive is run, and nothing is fetched.

    Example:

    \b
      sayso policy check-terms linkedin --archive contrib-versions --archive pga-versions
    """
    found = desk_of(ctx).policy(policy)
    if not archive:
        raise typer.BadParameter("name at least one folder", param_hint="--archive")
    archives = [open_archive(folder) for folder in archive]
    checked = check_terms(found, [one.records for one in archives], grace)
    fields: dict[str, Field] = {
        "policy": found.id,
        "quotations": len(checked.held),
        "standing": len(checked.held) - len(checked.failed),
        "failed": len(checked.failed),
        "rules_without_quotation": checked.unquoted,
        "held": [_held_fields(one) for one in checked.held],
    }
    reply(ctx, Answer(fields, tuple(_checked_lines(checked)), 1 if checked.failed else 0), json)


def _held_fields(one: Held) -> dict[str, Field]:
    return {
        "version": one.quote.version,
        "rule": one.quote.rule,
        "since": format_moment(one.quote.since),
        "until": None if one.quote.until is None else format_moment(one.quote.until),
        "quotation": one.quote.text,
        "documents": list(one.quote.documents),
        "outcome": one.outcome.value,
        "stands": one.stands,
        "first": _seen_fields(one.first),
        "last": _seen_fields(one.last),
        "gone": _seen_fields(one.gone),
        "archive_begins": _seen_fields(one.begins),
    }


def _seen_fields(seen: Seen | None) -> Field:
    if seen is None:
        return None
    return {
        "archive": seen.archive,
        "document": seen.document,
        "commit": seen.commit,
        "at": format_moment(seen.at),
    }


def _checked_lines(checked: TermsChecked) -> Iterator[str]:
    for one in sorted(checked.held, key=lambda held: held.stands):
        yield f"{_TOLD[one.outcome]}  {one.quote.rule}, version {one.quote.version}"
        yield f"  “{one.quote.text}”"
        yield from (f"  {line}" for line in _seen_lines(one))
        yield ""
    total, failed = len(checked.held), len(checked.failed)
    yield f"{count(total, 'quotation', 'quotations')}: {total - failed} in the archive, {failed} not."
    if checked.unquoted:
        yield f"{count(checked.unquoted, 'rule quotes', 'rules quote')} nothing: in our words, and not held."


def _seen_lines(one: Held) -> Iterator[str]:
    yield f"in force     {format_day(one.quote.since)}{_late(one)}"
    for label, seen in (("first seen", one.first), ("last seen", one.last), ("gone", one.gone)):
        if seen and not (label == "last seen" and one.gone is None):
            yield f"{label:<11}  {_day(seen)}  {seen.commit[:12]}  {seen.document} ({seen.archive})"
    if one.first is None and one.begins:
        yield f"looked in    {', '.join(one.quote.documents)}, recorded since {_day(one.begins)}"
    if one.begins is None:
        yield f"looked for   {', '.join(one.quote.documents) or 'no document: no source names one'}"


def _late(one: Held) -> str:
    if one.first is None or one.first.at <= one.quote.since:
        return ""
    days = one.first.at // DAY - one.quote.since // DAY
    return f", first recorded {count(days, 'day', 'days') + ' later' if days else 'on that day'}"


def _day(seen: Seen) -> str:
    return format_moment(seen.at)[:10]


def gaps_command(ctx: typer.Context, policy: Which = None, at: At = None, json: JsonFlag = False) -> None:
    """Count the days on which data was used, or looked used, before a version in force disclosed it.

    Holds the dated facts of actual use that a policy has under `sightings` against its versions, by purpose and region. Where a
    date is only known to lie between two, the days are at least and at most so many.

    Example:

    \b
      sayso policy gaps linkedin
    """
    desk = desk_of(ctx)
    found = desk.policy(policy)
    spans = gaps(found, moment(at) or desk.clock.now())
    fields: dict[str, Field] = {
        "policy": found.id,
        "sightings": len(found.sightings),
        "gaps": [_gap_fields(one) for one in spans],
    }
    reply(ctx, Answer(fields, tuple(_gap_lines(found, spans))), json)


def _gap_fields(gap: Gap) -> dict[str, Field]:
    return {
        "sighting": gap.sighting.id,
        "shows": gap.sighting.shows,
        "purpose": gap.purpose,
        "recipients": None if gap.recipients is None else list(gap.recipients),
        **_region_fields(gap),
        "categories": None if gap.categories is None else list(gap.categories),
        "from": {"not_before": _moment(gap.since), "not_after": _moment(_latest_start(gap))},
        "until": format_moment(gap.until),
        "days": {"at_least": gap.least, "at_most": gap.most},
        "terms": gap.terms.value,
        "version": gap.version,
        "disclosed_by": gap.disclosed,
        "evidence": list(gap.sighting.evidence),
    }


def _region_fields(gap: Gap) -> dict[str, Field]:
    if gap.regions is None:
        return {"regions": None, "except": []}
    without = COUNTRIES - gap.regions
    if len(without) < len(gap.regions):
        return {"regions": "everywhere", "except": sorted(without)}
    return {"regions": sorted(gap.regions), "except": []}


def _moment(moment: Moment | None) -> str | None:
    return None if moment is None else format_moment(moment)


def _latest_start(gap: Gap) -> Moment:
    return max(gap.sighting.start.latest, gap.since) if gap.since is not None else gap.sighting.start.latest


def _gap_lines(policy: Policy, spans: tuple[Gap, ...]) -> Iterator[str]:
    if not policy.sightings:
        yield f"{policy.title}: nothing is recorded of actual use (no `sightings`)."
        return
    yield f"{policy.title}: what was seen before a version in force disclosed it."
    for sighting in policy.sightings:
        mine = [gap for gap in spans if gap.sighting is sighting]
        yield ""
        yield f"{SHOWS[sighting.shows]}: {stopped(sighting.what)}"
        yield f"  Seen {when(sighting)}."
        yield f"  Sources: {cited(policy, sighting.evidence)}."
        if mine:
            yield from columns(_table(policy, mine))
        else:
            yield "  No day of it was before its disclosure."
    yield ""
    if any(gap.version is None for gap in spans):
        yield "None on record: this policy has no version from before. Whether it was disclosed then is not known."
    yield "Days are those of the calendar in UTC. A sign is no proof of use, and disclosed never means lawful."


_HEAD = ("what for", "by", "where", "since", "until", "days", "the terms meanwhile", "disclosed by")


def _table(policy: Policy, spans: list[Gap]) -> Iterator[tuple[str, ...]]:
    """Yield a head and the rows; the kinds of record are a column where they differ."""
    by_kind = len({gap.categories for gap in spans}) > 1
    labels = Labels(policy)
    yield (*_HEAD, "of") if by_kind else _HEAD
    for gap in spans:
        kinds = listed([labels.category(one) for one in gap.categories or ()], "and")
        yield (*_row(policy, gap), kinds) if by_kind else _row(policy, gap)


def _row(policy: Policy, gap: Gap) -> tuple[str, ...]:
    labels = Labels(policy)
    by = None if gap.recipients is None else listed([labels.recipient(one) for one in gap.recipients], "and")
    return (
        labels.purpose(gap.purpose),
        by or "not known",
        _where(gap),
        _since(gap),
        format_day(gap.until),
        _days(gap),
        _meanwhile(gap),
        _disclosed(policy, gap),
    )


def _where(gap: Gap) -> str:
    if gap.regions is None:
        return "not known"
    without = COUNTRIES - gap.regions
    if len(without) < len(gap.regions):
        return f"everywhere, except {coded(without)}" if without else "everywhere"
    return coded(gap.regions)


def _disclosed(policy: Policy, gap: Gap) -> str:
    version = policy.version(gap.disclosed or "")
    if version is None:
        return "-"
    early = version.published_at < version.effective_at
    return f"{version.id} (published {format_day(version.published_at)})" if early else version.id


def _since(gap: Gap) -> str:
    span = Between(gap.since, min(_latest_start(gap), gap.until))
    if span.earliest is None:
        return f"by {format_day(span.latest)}" if span.latest < gap.until else "not known"
    if span.earliest >= span.latest:
        return format_day(span.earliest)
    return f"{format_day(span.earliest)} to {format_day(span.latest)}"


def _days(gap: Gap) -> str:
    """Return how many days, as people say it.

    With no bound above, nobody knows how many; where nothing is sure, it may be none.
    """
    if gap.most is None:
        return f"at least {gap.least:,}" if gap.least else "not known"
    return f"{gap.most:,}" if gap.least == gap.most else f"{gap.least:,} to {gap.most:,}"


def _meanwhile(gap: Gap) -> str:
    match gap.terms:
        case Terms.SILENT:
            return f"silent ({gap.version})"
        case Terms.NEVER:
            return f"say never ({gap.version})"
        case Terms.UNKNOWN:
            return "none on record" if gap.version is None else f"not known ({gap.version})"
