"""What a member sees of their privacy: the controls of the policy in force where they live, what each does, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sayso.ledger.standing import StandingIndex
from sayso.policy.decide import decide
from sayso.policy.model import Control, ControlKind, Default, Policy, PolicyVersion, Rule
from sayso.policy.question import Question, question_at
from sayso.values.decisions import Decision, Reason
from sayso.values.members import Member
from sayso.values.moments import Moment
from sayso.values.records import VISIBILITIES, Record
from sayso.values.standing import Choice, Standing
from sayso.values.uses import Use
from sayso.workflows.choose import known_tag
from sayso.workflows.decide import Finder
from sayso.workflows.facts import Yard


@dataclass(frozen=True, slots=True)
class Effect:
    """What comes of a member's words for one use and some kinds of their records: the decision, were such a record made now.

    ``kinds`` are categories as members call them; ``rule`` is the one that decides.
    """

    use: Use
    purpose: str
    recipient: str
    kinds: tuple[str, ...]
    rule: Rule
    decision: Decision


@dataclass(frozen=True, slots=True)
class Switch:
    """A control as it stands for a member: their last word through it (``None``: none yet), and what comes of it."""

    control: Control
    word: Choice | None
    effects: tuple[Effect, ...]

    @property
    def said(self) -> bool | None:
        """Return the member's last word through this control, ``None`` where they said nothing."""
        return None if self.word is None else self.word.yes

    @property
    def asks_first(self) -> bool:
        """Tell whether nothing is used before a yes."""
        return all(effect.rule.default is Default.OFF for effect in self.effects)

    @property
    def overruled(self) -> bool:
        """Tell whether a no through another control, an objection say, stands over what was said or not said through this one."""
        by_no = any(effect.decision.reason is Reason.SAID_NO for effect in self.effects)
        return by_no and self.said is not False and not self.in_use

    @property
    def in_use(self) -> bool:
        """Tell whether anything that it covers may be used as things stand."""
        return any(effect.decision.permitted for effect in self.effects)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A rule that no switch changes, what it decides, and for which purposes, recipients and kinds of record."""

    rule: Rule
    decision: Decision
    purposes: tuple[str, ...]
    recipients: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Privacy:
    """A member's privacy at a moment: where they live, the version in force, switches, and what no switch changes."""

    member: Member
    at: Moment
    version: PolicyVersion | None
    switches: tuple[Switch, ...] = ()
    fixed: tuple[Fixed, ...] = ()

    def of_kind(self, kind: ControlKind) -> tuple[Switch, ...]:
        """Return the switches of a kind."""
        return tuple(one for one in self.switches if one.control.kind is kind)


def privacy(yard: Yard, finder: Finder, member: str) -> Privacy:
    """Return a member's privacy at this moment.

    Raises ``Refused`` for an erased member, ``InputError`` for one that no source has brought.
    """
    tag = known_tag(yard.tags, member)
    found = finder.member(member) or Member(member)
    at, policy = yard.book.clock.now(), yard.book.policy
    version = policy.in_force(at)
    if version is None:
        return Privacy(found, at, None)
    standing = standing_of(yard, tag)
    effects = tuple(_effects(policy, version, found, standing, at))
    return Privacy(found, at, version, _switches(policy, version, standing, effects, at), _fixed(effects))


def standing_of(yard: Yard, tag: str) -> Standing:
    """Return the standing of a tag, from its own entries and those that touch everybody."""
    log = yard.book.log
    entries = {entry.number: entry for entry in (*log.wide_entries(), *log.entries_of(tag))}
    return StandingIndex.of(entries[number] for number in sorted(entries)).standing(tag)


def _switches(
    policy: Policy, version: PolicyVersion, standing: Standing, effects: tuple[Effect, ...], at: Moment
) -> tuple[Switch, ...]:
    """Return the controls that change anything for this member, in the order of the policy."""
    found = []
    for control in version.controls:
        own = tuple(one for one in effects if _offers(one) and control.covers(one.use, policy.purposes))
        if own:
            found.append(Switch(control, _last(standing, control.id, at), own))
    return tuple(found)


def _last(standing: Standing, control: str, at: Moment) -> Choice | None:
    own = [one for one in standing.choices if one.control == control and one.at <= at]
    return max(own, key=lambda one: (one.at, one.entry), default=None)


def _offers(effect: Effect) -> bool:
    return effect.rule.default in (Default.ON, Default.OFF)


def _fixed(effects: tuple[Effect, ...]) -> tuple[Fixed, ...]:
    """Return what no switch changes, a rule at a time."""
    found: dict[tuple[str, Reason], list[Effect]] = {}
    for one in effects:
        if not _offers(one):
            found.setdefault((one.rule.id, one.decision.reason), []).append(one)
    return tuple(
        Fixed(
            some[0].rule,
            some[0].decision,
            tuple(dict.fromkeys(one.purpose for one in some)),
            tuple(dict.fromkeys(one.recipient for one in some)),
            tuple(dict.fromkeys(kind for one in some for kind in one.kinds)),
        )
        for some in found.values()
    )


def _effects(
    policy: Policy, version: PolicyVersion, member: Member, standing: Standing, at: Moment
) -> Iterator[Effect]:
    """Yield what each use that a rule names comes to, kinds of record that come to the same together."""
    names = {recipient.id: recipient.name for recipient in policy.recipients}
    labels = dict(policy.purpose_labels)
    for use in _uses(version):
        asked = question_at(policy, use, at)
        if asked is None:
            continue
        for (rule, decision), kinds in _decisions(policy, asked, member, standing, at).items():
            purpose = labels.get(use.purpose, use.purpose.replace("-", " "))
            applied = next(one for one in asked.rules if one.id == rule)
            yield Effect(use, purpose, names.get(use.recipient, use.recipient), kinds, applied, decision)


def _uses(version: PolicyVersion) -> tuple[Use, ...]:
    """Return the uses that rules name, in the order of the policy."""
    return tuple(
        dict.fromkeys(
            Use(purpose, recipient)
            for rule in version.rules
            for purpose in rule.purposes
            for recipient in rule.recipients
        )
    )


def _decisions(
    policy: Policy, asked: Question, member: Member, standing: Standing, at: Moment
) -> dict[tuple[str, Decision], tuple[str, ...]]:
    """Return, for each rule and decision, the kinds of record (and how visible they are) that it holds for."""
    labels = {category.id: category.label or category.id.replace("-", " ") for category in policy.categories}
    found: dict[tuple[str, Decision], dict[str, list[str]]] = {}
    for category in labels:
        for visibility in _visibilities(asked, category):
            record = Record("", member.id, category, visibility, at, at)
            decision = decide(asked.use, policy, member, record, standing, at)
            rule = decision.rule or _rule(asked, member, category, visibility)
            if rule is not None:
                kinds = found.setdefault((rule, decision), {})
                kinds.setdefault(labels[category], []).append(visibility)
    return {key: tuple(_kind(label, seen) for label, seen in kinds.items()) for key, kinds in found.items()}


def _visibilities(asked: Question, category: str) -> tuple[str, ...]:
    named = [rule.visibility for rule in asked.rules if category in rule.categories]
    return tuple(dict.fromkeys(one for some in named for one in some))


def _rule(asked: Question, member: Member, category: str, visibility: str) -> str | None:
    """Return the rule for members whose region is not known, where the decision rests on that alone."""
    rule = asked.rule_for(member.region, category, visibility)
    return None if rule is None else rule.id


def _kind(label: str, visibilities: list[str]) -> str:
    """Return a kind of record, with who sees it where only some such records are meant.

    >>> _kind("Posts", ["public"]), _kind("Posts", ["network", "private"]), _kind("Profile", ["network", "public", "private"])
    ('Posts', 'Posts (not public)', 'Profile')
    """
    shown = frozenset(visibilities)
    if shown in (frozenset(VISIBILITIES), frozenset(("public",))):
        return label
    return f"{label} ({_SHOWN.get(shown, ' and '.join(visibilities))})"


_SHOWN = {
    frozenset(("network", "private")): "not public",
    frozenset(("network",)): "shown to some",
    frozenset(("private",)): "private",
    frozenset(("public", "network")): "unless private",
}

BECAUSE = {
    Reason.REGION_UNKNOWN: "nobody here knows where you live, and the rules depend on it",
    Reason.NOT_DISCLOSED: "nothing you were told names this use where you live",
    Reason.NEVER: "the rules say never, whatever you choose",
    Reason.DELETED: "you closed your account",
    Reason.SUSPENDED: "this use is stopped where you live",
    Reason.MEMBER_EXCLUDED: "the rules leave you out",
    Reason.RECORD_EXCLUDED: "the rules leave such records out",
    Reason.NO_NOTICE: "you have not been told long enough ago",
    Reason.SAID_NO: "you said no",
    Reason.NOT_OPTED_IN: "you have not said yes",
    Reason.OPTED_IN: "you said yes",
    Reason.DEFAULT_ON: "you have not said no",
    Reason.NO_CHOICE_OFFERED: "the rules offer no choice",
    Reason.NOT_YET: "nothing is there yet",
    Reason.NOT_IN_FORCE: "no rules are in force",
}
"""Why something may or may not be used, said to the member, for each reason."""
