"""What a policy version does with the records of a member: which rule names which use of which kinds of record, and what they said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sayso.policy.model import Category, Control, ControlKind, Default, Policy, PolicyVersion, Rule
from sayso.policy.question import Question
from sayso.values.members import Member
from sayso.values.moments import Moment
from sayso.values.regions import lies_in
from sayso.values.standing import Choice, Notice
from sayso.values.uses import Use


@dataclass(frozen=True, slots=True, eq=False)
class Treatment:
    """A use that a rule of a version names where a member lives, and the kinds of their records that the rule decides on there."""

    asked: Question
    rule: Rule
    kinds: tuple[Category, ...]

    @property
    def use(self) -> Use:
        """Return the use."""
        return self.asked.use

    @property
    def control(self) -> Control | None:
        """Return the control that the rule names, ``None`` where it offers no choice."""
        controls = self.asked.version.controls
        return next((one for one in controls if one.id == self.rule.control), None)

    @property
    def objections(self) -> tuple[Control, ...]:
        """Return the objection forms whose no speaks of the use, but for the rule's own control."""
        forms = (one for one in self.asked.version.controls if one.kind is ControlKind.OBJECTION_FORM)
        return tuple(one for one in forms if one.id in self.asked.noes and one.id != self.rule.control)

    def words(self, choices: Iterable[Choice], at: Moment) -> tuple[Choice, ...]:
        """Return the choices up to a moment that speak of the use, as ``decide`` hears them, in the order in which they count."""
        heard = (one for one in choices if one.at <= at and self._speaks(one))
        return tuple(sorted(heard, key=lambda one: (one.at, one.entry)))

    def _speaks(self, word: Choice) -> bool:
        if word.yes:
            return (word.version, word.control) in self.asked.yeses
        return word.control in self.asked.noes

    def told(self, notices: Iterable[Notice], member: Member, at: Moment) -> tuple[Notice, ...]:
        """Return the notices of the rule, or of one of the same content, that had reached a member by a moment, in their order."""
        versions = self.asked.told_of(self.rule)
        found = (one for one in notices if one.version in versions and one.at <= at and reaches(one, member))
        return tuple(sorted(found, key=lambda one: (one.at, one.entry)))


def reaches(notice: Notice, member: Member) -> bool:
    """Tell whether a notice reached a member: to them, to everyone, or to their region, and not before they joined."""
    if notice.personal:
        return True
    if member.joined_at is not None and member.joined_at > notice.at:
        return False
    return notice.regions is None or (member.region is not None and lies_in(member.region, notice.regions))


def treatments(policy: Policy, version: PolicyVersion, region: str | None) -> tuple[Treatment, ...]:
    """Return what a version does with records of members of a region, in the order of the policy; what is never done is left out."""
    return tuple(
        Treatment(asked, rule, kinds)
        for asked in (Question(policy, use, version) for use in _uses(version))
        for rule, kinds in _kinds(policy, asked, region).values()
        if rule.default is not Default.NEVER
    )


def _uses(version: PolicyVersion) -> Iterator[Use]:
    named = (
        Use(purpose, recipient)
        for rule in version.rules
        for purpose in rule.purposes
        for recipient in rule.recipients
    )
    yield from dict.fromkeys(named)


def _kinds(
    policy: Policy, asked: Question, region: str | None
) -> dict[str, tuple[Rule, tuple[Category, ...]]]:
    found: dict[str, tuple[Rule, tuple[Category, ...]]] = {}
    for category in policy.categories:
        if region is None and category.id in asked.regional:
            continue  # nobody knows which rule applies, so nothing is used (``region-unknown``)
        for rule in _deciding(asked, region, category.id):
            _, before = found.get(rule.id, (rule, ()))
            found[rule.id] = (rule, (*before, category))
    return found


def _deciding(asked: Question, region: str | None, category: str) -> Iterator[Rule]:
    """Yield the rules that decide on records of a category, each once, whatever their visibility."""
    seen = dict.fromkeys(one for rule in asked.rules for one in rule.visibility)
    rules = (asked.rule_for(region, category, visibility) for visibility in seen)
    yield from {rule.id: rule for rule in rules if rule is not None}.values()
