"""Notices: what was sent to whom and when, and who has not got one of a rule that asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sayso.ledger.events import NoticeGiven
from sayso.ledger.index import LogIndex
from sayso.policy.describe import Words
from sayso.policy.model import Default, Policy, PolicyVersion, Rule
from sayso.policy.question import Question
from sayso.policy.specificity import footprint
from sayso.policy.wording import Line
from sayso.values.moments import DAY, Moment
from sayso.values.regions import lies_in
from sayso.values.standing import Notice
from sayso.values.uses import Use
from sayso.workflows.facts import Yard
from sayso.workflows.logstate import stood
from sayso.workflows.office.people import present
from sayso.workflows.office.uses import question


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice in the log: its entry, what it told of, when, by which channel, and to whom (``None``: everyone)."""

    entry: int
    version: str
    at: Moment
    channel: str
    regions: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Personal:
    """How many members got a notice of their own of a version."""

    version: str
    members: int


@dataclass(frozen=True, slots=True)
class Told:
    """Members of a region (``None``: not known), by what a rule that asks for notice finds: told early enough, told and still
    waiting, or not told at all.
    """

    region: str | None
    members: int
    told: int
    waiting: int

    @property
    def untold(self) -> int:
        """Return how many were not told at all."""
        return self.members - self.told - self.waiting

    @property
    def missing(self) -> int:
        """Return how many were not told early enough, or not at all."""
        return self.members - self.told


@dataclass(frozen=True, slots=True)
class Asking:
    """A rule that asks for notice, its days, and who lives where it applies, by region in rising order."""

    rule: Rule
    days: int
    regions: tuple[Told, ...]

    @property
    def untold(self) -> int:
        """Return how many members were not told at all."""
        return sum(one.untold for one in self.regions)

    @property
    def waiting(self) -> int:
        """Return how many members were told, and not yet early enough."""
        return sum(one.waiting for one in self.regions)

    @property
    def told(self) -> int:
        """Return how many members were told early enough."""
        return sum(one.told for one in self.regions)


@dataclass(frozen=True, slots=True)
class Notices:
    """All notices to many, the latest first, those to single members by version, and who has not got what is asked for now."""

    at: Moment
    version: PolicyVersion | None
    sent: tuple[Sent, ...]
    personal: tuple[Personal, ...]
    asking: tuple[Asking, ...]


def notices(yard: Yard, at: Moment) -> Notices:
    """Return what is known of notices at a moment, with all that the log says."""
    policy, index = yard.book.policy, stood(yard).index
    version = policy.in_force(at)
    asking: tuple[Asking, ...] = ()
    if version is not None and any(_asks(rule) for rule in version.rules):
        members = present(yard, index, at)
        asking = tuple(
            _asking(policy, version, rule, members, index, at) for rule in version.rules if _asks(rule)
        )
    return Notices(at, version, _sent(index), _personal(index), asking)


def _asks(rule: Rule) -> bool:
    return rule.notice_days is not None and rule.default is not Default.NEVER


def _sent(index: LogIndex) -> tuple[Sent, ...]:
    found = [(one.number, one.event) for one in index.wide() if isinstance(one.event, NoticeGiven)]
    return tuple(Sent(number, e.version, e.at, e.channel, e.regions) for number, e in reversed(found))


def _personal(index: LogIndex) -> tuple[Personal, ...]:
    found = index.personal.group_by("version").aggregate([("tag", "count_distinct")])
    rows = zip(
        found.column("version").to_pylist(), found.column("tag_count_distinct").to_pylist(), strict=True
    )
    return tuple(Personal(version, int(members)) for version, members in sorted(rows))


def _asking(
    policy: Policy, version: PolicyVersion, rule: Rule, members: pa.Table, index: LogIndex, at: Moment
) -> Asking:
    """Count the members where a rule applies, region by region, by the notices that told of it."""
    asked = _questions(policy, version, rule)
    versions = asked[0].told_of(rule)
    days = rule.notice_days or 0
    wide = [one for one in index.notices() if one.version in versions and one.at <= at]
    own = _told_personally(index, versions, at, days)
    coded = members.column("region").combine_chunks().dictionary_encode(null_encoding="encode")
    places, tags = coded.indices.to_numpy(zero_copy_only=False), members.column("tag")
    early, late = (pc.is_in(tags, value_set=one).to_numpy(zero_copy_only=False) for one in own)
    joined = pc.fill_null(members.column("joined_at"), _UNKNOWN).to_numpy()
    found, reach = [], footprint(rule, policy)
    for place, region in enumerate(coded.dictionary.to_pylist()):
        if reach.level(region) is not None and _applies(asked, rule, region):
            here = places == place
            since = joined[here]
            told = early[here] | (since <= _latest(wide, region, Moment(at - days * DAY)))
            heard = told | late[here] | (since <= _latest(wide, region, at))
            found.append(Told(region, int(here.sum()), int(told.sum()), int((heard & ~told).sum())))
    return Asking(
        rule, days, tuple(sorted(found, key=lambda one: (one.region is not None, one.region or "")))
    )


_NEVER = np.iinfo(np.int64).min
_UNKNOWN = _NEVER + 1
"""When somebody joined of whom that is not known: before every notice, but after none at all."""


def _latest(wide: Iterable[Notice], region: str | None, until: Moment) -> int:
    """Return when the last notice that reaches a region was given: whoever had joined by then has got it."""
    reaching = [
        notice.at
        for notice in wide
        if notice.at <= until
        and (notice.regions is None or (region is not None and lies_in(region, notice.regions)))
    ]
    return max(reaching, default=_NEVER)


def _told_personally(
    index: LogIndex, versions: frozenset[str], at: Moment, days: int
) -> tuple[pa.Array, pa.Array]:
    """Return the tags of those who were told by themselves early enough, and of all who were told."""
    of_it = index.personal.filter(
        pc.is_in(index.personal.column("version"), pa.array(sorted(versions), pa.string()))
    )
    given, tags = of_it.column("given_at"), of_it.column("tag")
    early = tags.filter(pc.less_equal(given, at - days * DAY))
    return early.combine_chunks(), tags.filter(pc.less_equal(given, at)).combine_chunks()


def _questions(policy: Policy, version: PolicyVersion, rule: Rule) -> tuple[Question, ...]:
    return tuple(question(policy, Use(*pair), version) for pair in product(rule.purposes, rule.recipients))


def _applies(asked: Iterable[Question], rule: Rule, region: str | None) -> bool:
    """Tell whether a rule is the one that applies to any record of a member of a region, for any of its uses."""
    cells = [(category, seen) for category in rule.categories for seen in rule.visibility]
    return any(one.rule_for(region, *cell) is rule for one in asked for cell in cells)


# A draft


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of a notice of a version to members of some regions (``None``: everywhere): a subject, and the policy's words."""

    version: str
    regions: tuple[str, ...] | None
    subject: str
    lines: tuple[Line, ...]


def draft(policy: Policy, version: PolicyVersion, regions: tuple[str, ...] | None = None) -> Draft:
    """Return what members of these regions are told of a version: the rules that can apply to them, and how to answer."""
    words = Words(policy)
    rules = [rule for rule in version.rules if regions is None or _touches(policy, version, rule, regions)]
    lines = [line for rule in rules for line in words.rule(rule, version)]
    return Draft(version.id, regions, version.title or policy.title, tuple(lines))


def _touches(policy: Policy, version: PolicyVersion, rule: Rule, regions: tuple[str, ...]) -> bool:
    """Tell whether a rule is the one that applies to any record in a region, or in a part of it that rules name."""
    reach = footprint(rule, policy)
    inside = {code for code in reach.named() if lies_in(code, frozenset(regions))}
    asked = _questions(policy, version, rule)
    return any(_applies(asked, rule, region) for region in sorted(inside | set(regions)))
