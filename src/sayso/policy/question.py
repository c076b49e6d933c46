"""What one policy version says of one use, worked out once: rules, words that count, notices that count.

``decide`` asks it record by record; ``compile`` writes it out as SQL. Both read the same table, so they cannot disagree on
which rule applies, whose word counts or which notice told of which rule.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sayso.policy.model import Default, Policy, PolicyVersion, Rule
from sayso.policy.specificity import footprint, names_regions
from sayso.values.decisions import Decision, Reason, Verdict
from sayso.values.moments import Moment
from sayso.values.regions import lies_in
from sayso.values.standing import Suspension
from sayso.values.uses import Use


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule that applies, the versions whose notice told of it, and the decisions under it that rest on no entry of the log.

    They are made once and not for every record: making one takes as long as two of the twelve checks. ``settled`` is the answer
    of a rule that asks for nothing more: it says never, or nobody knows what it said.
    """

    rule: Rule
    told: frozenset[str]
    settled: Decision | None
    deleted: Decision
    no_notice: Decision
    not_opted_in: Decision
    default_on: Decision
    no_choice_offered: Decision


class Question:
    """One use under one policy version; the attributes are read-only by convention.

    ``rules`` are those that name the use; ``noes`` the controls whose no speaks of it, in this version; ``yeses`` the
    (version shown, control) pairs whose yes speaks of it; ``suspensions`` the policy's own that cover it;
    ``region_unknown`` and ``not_disclosed`` the two answers that need no rule.
    """

    def __init__(self, policy: Policy, use: Use, version: PolicyVersion) -> None:
        """Work the question out; ``version`` is one of the policy's."""
        tree = policy.purposes
        self.policy, self.use, self.version = policy, use, version
        self.lineage = frozenset(tree.lineage(use.purpose))
        self.rules = tuple(rule for rule in version.rules if _names(rule, use, self.lineage))
        self.noes = frozenset(c.id for c in version.controls if c.touches(use, tree))
        self.yeses = frozenset(
            (shown.id, c.id) for shown in policy.versions for c in shown.controls if c.covers(use, tree)
        )
        self.suspensions = self.covering(policy.suspensions)
        self.regional = frozenset(
            category for rule in self.rules if names_regions(rule) for category in rule.categories
        )
        self.reach = {rule.id: footprint(rule, policy) for rule in self.rules}
        self._told = {rule.id: _versions_told(policy, rule) for rule in self.rules}
        self.region_unknown = Decision(Verdict.UNKNOWN, Reason.REGION_UNKNOWN, None, version.id)
        self.not_disclosed = Decision(Verdict.DENY, Reason.NOT_DISCLOSED, None, version.id)
        self._rulings: dict[tuple[str | None, str, str], Ruling | None] = {}
        self._stops: dict[str | None, tuple[Suspension, ...]] = {}

    def covering(self, suspensions: Iterable[Suspension]) -> tuple[Suspension, ...]:
        """Return those of the suspensions that cover the use, whatever their regions and times."""
        return tuple(s for s in suspensions if self.is_covered(s))

    def is_covered(self, suspension: Suspension) -> bool:
        """Tell whether a suspension names the recipient and the purpose or an ancestor of it."""
        for_recipient = suspension.recipients is None or self.use.recipient in suspension.recipients
        return for_recipient and not self.lineage.isdisjoint(suspension.purposes)

    def told_of(self, rule: Rule) -> frozenset[str]:
        """Return the versions whose notice told of the rule: those that hold a rule of the same content."""
        return self._told[rule.id]

    def stops(self, region: str | None) -> tuple[Suspension, ...]:
        """Return the policy's own suspensions that can hold for a member of a region: all where it is not known."""
        if region not in self._stops:
            self._stops[region] = tuple(one for one in self.suspensions if _can_hold(one, region))
        return self._stops[region]

    def ruling(self, region: str | None, category: str, visibility: str) -> Ruling | None:
        """Return what ``rule_for`` returns, with what decisions need of it; worked out once."""
        key = (region, category, visibility)
        if key not in self._rulings:
            rule = self.rule_for(region, category, visibility)
            self._rulings[key] = None if rule is None else self._ruling(rule)
        return self._rulings[key]

    def _ruling(self, rule: Rule) -> Ruling:
        refused = (Reason.DELETED, Reason.NO_NOTICE, Reason.NOT_OPTED_IN)
        granted = (Reason.DEFAULT_ON, Reason.NO_CHOICE_OFFERED)
        return Ruling(
            rule,
            self.told_of(rule),
            self._settled(rule),
            *(Decision(Verdict.DENY, reason, rule.id, self.version.id) for reason in refused),
            *(Decision(Verdict.PERMIT, reason, rule.id, self.version.id) for reason in granted),
        )

    def _settled(self, rule: Rule) -> Decision | None:
        if rule.default is Default.NEVER:
            return Decision(Verdict.DENY, Reason.NEVER, rule.id, self.version.id)
        if rule.default is Default.UNKNOWN:
            return Decision(Verdict.UNKNOWN, Reason.NOT_DISCLOSED, rule.id, self.version.id)
        return None

    def rule_for(self, region: str | None, category: str, visibility: str) -> Rule | None:
        """Return the rule with the most specific region that matches, ``None`` where none does (DESIGN section 3)."""
        best: tuple[int, Rule] | None = None
        for rule in self.rules:
            if category in rule.categories and visibility in rule.visibility:
                level = self.reach[rule.id].level(region)
                if level is not None and (best is None or level > best[0]):
                    best = (level, rule)
        return best[1] if best else None


def _can_hold(suspension: Suspension, region: str | None) -> bool:
    return suspension.regions is None or region is None or lies_in(region, suspension.regions)


def _names(rule: Rule, use: Use, lineage: frozenset[str]) -> bool:
    return use.recipient in rule.recipients and not lineage.isdisjoint(rule.purposes)


def _versions_told(policy: Policy, rule: Rule) -> frozenset[str]:
    content = rule.content()
    return frozenset(
        version.id
        for version in policy.versions
        if any(other.content() == content for other in version.rules)
    )


def question_at(policy: Policy, use: Use, at: Moment) -> Question | None:
    """Return the question under the version in force, ``None`` if none is; worked out at most once a policy object, use and version.

    In force is the version with the greatest ``effective_at`` ≤ ``at`` unless its ``until`` has come.
    """
    moments, versions, asked = _line(policy, use)
    place = bisect_right(moments, at) - 1
    if place < 0:
        return None
    until = versions[place].until
    if until is not None and until <= at:
        return None
    if place not in asked:
        asked[place] = Question(policy, use, versions[place])
    return asked[place]


@lru_cache(maxsize=1024)
def _line(
    policy: Policy, use: Use
) -> tuple[tuple[Moment, ...], tuple[PolicyVersion, ...], dict[int, Question]]:
    """Return when the versions of a policy begin, the versions, and the questions of a use that were asked so far."""
    ordered = tuple(sorted(policy.versions, key=lambda version: version.effective_at))
    return tuple(version.effective_at for version in ordered), ordered, {}
