"""A notice: a policy version is brought to the attention of everyone, of regions or of one member."""

from __future__ import annotations

from dataclasses import dataclass

from sayso.errors import InputError, Problem
from sayso.ledger.events import NoticeGiven
from sayso.policy.model import Policy
from sayso.policy.specificity import group_codes
from sayso.ports import TagStore
from sayso.values.moments import Moment
from sayso.values.regions import is_region
from sayso.workflows.choose import known_tag, known_version
from sayso.workflows.logbook import Logbook, Written, past, write


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a notice reaches: regions by code or group name, one member by id, or everyone (both empty)."""

    regions: tuple[str, ...] = ()
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Noticed:
    """A notice, and what was written of it."""

    event: NoticeGiven
    written: Written


def notify(
    book: Logbook,
    tags: TagStore,
    version: str,
    audience: Audience,
    at: Moment | None = None,
    channel: str = "e-mail",
    dry_run: bool = False,
) -> Noticed:
    """Return the notice, which is in the log from then on, unless ``dry_run``; group names are kept as their ISO codes.

    Raises ``InputError`` for an unknown version, region or member; ``Refused`` for an erased member and a moment in the future.
    """
    moment = past(at, book.clock.now(), "the notice")
    shown = known_version(book.policy, version)
    tag = known_tag(tags, audience.member) if audience.member is not None else None
    regions = region_codes(book.policy, audience.regions) if audience.regions else None
    event = NoticeGiven(shown.id, moment, channel, regions, tag)
    return Noticed(event, Written() if dry_run else write(book, [event]))


def region_codes(policy: Policy, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ISO codes that regions and names of groups stand for, sorted.

    Raises ``InputError``, naming each, for what is neither.
    """
    problems = [_unknown(policy, name) for name in names if not _codes(policy, name)]
    if problems:
        raise InputError(*problems)
    return tuple(sorted(frozenset[str]().union(*(_codes(policy, name) for name in names))))


def _codes(policy: Policy, name: str) -> frozenset[str]:
    group = group_codes(policy, name)
    if group is not None:
        return group
    return frozenset((name,)) if is_region(name) else frozenset()


def _unknown(policy: Policy, name: str) -> Problem:
    groups = ", ".join(sorted({"EEA", "EU", *(group for group, _ in policy.groups)}))
    advice = f"use ISO 3166 codes such as GB or US-CA, or a group: {groups}"
    return Problem("unknown-region", f"{name!r} is neither a region nor a group of the policy", advice=advice)
