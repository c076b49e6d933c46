"""Policy versions on a time line, what two differ in, and the notices that tell members of them."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from sayso.policy.describe import describe_version
from sayso.policy.differences import differences
from sayso.policy.model import Policy, PolicyVersion
from sayso.values.moments import DAY, Moment, parse_moment, to_datetime
from sayso.web.doors import Form, word
from sayso.web.jobs import Report
from sayso.web.office.desk import Officer, Reader, back, office_page, project_of, required, result_of, several
from sayso.web.office.forms import brief, moment_of
from sayso.web.office.pictures import Stretch, share, time_line
from sayso.web.pages import site_of
from sayso.workflows.choose import known_version
from sayso.workflows.notify import Audience, notify, region_codes
from sayso.workflows.office.notices import draft, notices
from sayso.workflows.office.overview import named_groups
from sayso.workflows.office.versions import Effect, effect

router = APIRouter()
EFFECT = "effect"


@router.get("/office/policies")
def policies_page(request: Request, _: Reader, old: str = "", new: str = "") -> Response:
    """Show the versions on a line, and what two of them differ in, in words and in members."""
    project = project_of(request)
    policy, now = project.policy, project.clock.now()
    in_force = policy.in_force(now)
    pair = _pair(policy, in_force, old, new)
    counted = None
    if pair and project.sources.names():
        counted = _effect(request, *pair)
    return office_page(
        request,
        "policies.html",
        versions=tuple(reversed(policy.versions)),
        in_force=in_force,
        now=now,
        picture=_line(policy, now),
        pair=pair,
        found=differences(policy, *pair) if pair else (),
        effect=counted if isinstance(counted, Effect) else None,
        job=None if isinstance(counted, Effect) else counted,
    )


def _pair(
    policy: Policy, in_force: PolicyVersion | None, old: str, new: str
) -> tuple[PolicyVersion, PolicyVersion] | None:
    """Return the two versions that are asked for; else the one in force, and the one before it."""
    if old and new:
        return known_version(policy, old), known_version(policy, new)
    place = policy.versions.index(in_force) if in_force in policy.versions else len(policy.versions) - 1
    return (policy.versions[place - 1], policy.versions[place]) if place > 0 else None


def _effect(request: Request, old: PolicyVersion, new: PolicyVersion) -> object:
    """Return what changes for members, or the work that finds it out."""
    project, jobs = project_of(request), site_of(request).jobs
    key = (old.id, new.id, project.policy.digest)
    last = jobs.last(EFFECT)
    if last is None or not last.answers(key):

        def work(report: Report) -> Effect:
            return effect(project.yard, old, new, project.clock.now(), report)

        last = jobs.start(EFFECT, key, work)
    if last.key != key:
        return last
    return result_of(last) or last


def _line(policy: Policy, now: Moment) -> object:
    versions = policy.versions
    first = min(version.published_at for version in versions)
    last = max(now, *(version.effective_at for version in versions)) + 30 * DAY
    span = last - first

    def part(moment: int) -> float:
        return (min(moment, last) - first) / span

    stretches = []
    for place, version in enumerate(versions):
        after = versions[place + 1].effective_at if place + 1 < len(versions) else last
        end = after if version.until is None else min(after, version.until)
        holds = version.effective_at <= now < end
        kind = "holds" if holds else "to-come" if now < version.effective_at else "past"
        title = f"{version.id}: {version.title}".strip(": ")
        stretches.append(Stretch(part(version.effective_at), part(end), version.id, title, kind))
    years = range(to_datetime(first).year + 1, to_datetime(Moment(last)).year + 1)
    ticks = [(part(parse_moment(f"{year}-01-01")), str(year)) for year in years]
    label = f"Time line of {len(versions)} versions. The table below says the same."
    return time_line(stretches, ticks, part(now), label)


@router.get("/office/policies/{version_id}")
def version_page(request: Request, _: Reader, version_id: str) -> Response:
    """Show one version in plain sentences, as a member would read it."""
    policy = project_of(request).policy
    version = known_version(policy, version_id)
    return office_page(request, "version.html", version=version, lines=describe_version(policy, version))


@router.get("/office/notices")
def notices_page(request: Request, _: Reader) -> Response:
    """Show who has not got a notice that the rules ask for, and what was sent."""
    project = project_of(request)
    if not project.sources.names():
        return office_page(request, "empty.html", title="Notices")
    found = notices(project.yard, project.clock.now())
    bars = {one.rule.id: _told(one.told, one.told + one.waiting + one.untold) for one in found.asking}
    versions = tuple(reversed(project.policy.versions))
    return office_page(
        request,
        "notices.html",
        found=found,
        bars=bars,
        versions=versions,
        groups=_groups(project.policy, found.version),
    )


def _told(told: int, members: int) -> object:
    return share(told, members, f"{told:,} of {members:,} members were told in time")


def _groups(policy: Policy, version: PolicyVersion | None) -> tuple[str, ...]:
    return named_groups(policy, version) if version else ()


@router.get("/office/notices/draft")
def draft_page(request: Request, _: Reader, version: str, regions: str = "") -> Response:
    """Show the text of a notice, and the form that records that it was sent."""
    project = project_of(request)
    policy = project.policy
    names = _names(regions.split(","))
    codes = region_codes(policy, names) if names else None
    shown = known_version(policy, version)
    in_force = policy.in_force(project.clock.now())
    return office_page(
        request,
        "draft.html",
        draft=draft(policy, shown, codes),
        version=shown,
        names=names,
        title=project.settings.name,
        days=sorted({rule.notice_days for rule in shown.rules if rule.notice_days is not None}),
        is_in_force=in_force is shown,
    )


def _names(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


@router.post("/office/notices")
def send(request: Request, _: Officer, form: Form) -> Response:
    """Record that a notice was sent."""
    project = project_of(request)
    version = required(form, "version", "the version that the notice tells of")
    channel = brief(required(form, "channel", "the channel"), "the channel", 60)
    at = moment_of(word(form, "at"), "the day on which it was sent")
    done = notify(project.book, project.tags, version, Audience(several(form, "regions")), at, channel)
    return back("/office/notices", done.written.number)
