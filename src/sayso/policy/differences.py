"""What one policy version says otherwise than another, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from sayso.policy.describe import VISIBLE, Words, limits, soon
from sayso.policy.model import Control, ControlKind, Default, Policy, PolicyVersion, Reach, Rule
from sayso.policy.wording import capital, listed


class Change(StrEnum):
    """What became of a rule, a control or a promise."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A rule, a control or the promise of forgetting (``noun``) that is not as it was: its id, a sentence, and what changed in it."""

    noun: str
    change: Change
    name: str
    headline: str
    details: tuple[str, ...] = ()


def differences(
    policy: Policy, old: PolicyVersion, new: PolicyVersion, before: Policy | None = None
) -> tuple[Difference, ...]:
    """Return what a version says otherwise than another of the same policy: rules in their order, controls, then forgetting.

    Rules and controls are the same where their ids are; a rule that has only another name is no difference. ``before`` is the policy
    as it was in another file, of which the old version is.
    """
    words = Words(policy if before is None else _with_names_of(policy, before))
    return (
        *_rules(words, old, new),
        *_controls(words, old, new),
        *_forgetting(old, new),
    )


def _with_names_of(policy: Policy, before: Policy) -> Policy:
    """Return a policy that also knows the names that an earlier file of it had, and this one has not."""
    return replace(
        policy,
        recipients=tuple({one.id: one for one in (*before.recipients, *policy.recipients)}.values()),
        categories=tuple({one.id: one for one in (*before.categories, *policy.categories)}.values()),
        groups=tuple({**dict(before.groups), **dict(policy.groups)}.items()),
        purpose_labels=tuple({**dict(before.purpose_labels), **dict(policy.purpose_labels)}.items()),
    )


def _rules(words: Words, old: PolicyVersion, new: PolicyVersion) -> Iterator[Difference]:
    before = {rule.id: rule for rule in old.rules}
    after = {rule.id for rule in new.rules}
    gone = {rule.content() for rule in old.rules if rule.id not in after}
    come = {rule.content() for rule in new.rules if rule.id not in before}
    for rule in new.rules:
        was = before.get(rule.id)
        if was is None:
            if rule.content() not in gone:
                yield Difference("rule", Change.ADDED, rule.id, words.headline(rule), tuple(limits(rule)))
        elif details := tuple(_rule_details(words, was, rule)):
            yield Difference("rule", Change.CHANGED, rule.id, words.headline(rule), details)
    for rule in old.rules:
        if rule.id not in after and rule.content() not in come:
            yield Difference("rule", Change.REMOVED, rule.id, words.headline(rule))


_DEFAULT = {
    Default.ON: "used unless the member says no",
    Default.OFF: "used only after the member's yes",
    Default.NEVER: "never used",
    Default.NO_CHOICE: "used, and the member is not asked",
    Default.UNKNOWN: "not known whether used",
}


def _rule_details(words: Words, old: Rule, new: Rule) -> Iterator[str]:
    """Yield what changed in a rule, a sentence each."""
    yield from _turned("", _DEFAULT[old.default], _DEFAULT[new.default])
    yield from _moved("Purposes", old.purposes, new.purposes, words.purpose)
    yield from _moved("Recipients", old.recipients, new.recipients, words.recipient)
    yield from _turned("Where: ", words.regions(old), words.regions(new))
    yield from _moved("Kinds of record", old.categories, new.categories, words.category)
    yield from _moved("Visibility", old.visibility, new.visibility, VISIBLE.__getitem__)
    yield from _turned("Notice: ", _notice(old), _notice(new))
    yield from _turned("Control: ", old.control or "none", new.control or "none")
    yield from _turned("Legal basis: ", old.basis or "not said", new.basis or "not said")
    before, after = tuple(limits(old)), tuple(limits(new))
    yield from (f"No longer: {one}" for one in before if one not in after)
    yield from (f"New: {one}" for one in after if one not in before)
    if old.keeps_deleted != new.keeps_deleted:
        yield (
            "Deleted records are kept now." if new.keeps_deleted else "Deleted records are not kept any more."
        )
    if old.disclosed != new.disclosed:
        yield "The words that members read are others."


def _notice(rule: Rule) -> str:
    if rule.notice_days is None:
        return "none asked for"
    return f"{rule.notice_days} {'day' if rule.notice_days == 1 else 'days'} before"


def _turned(what: str, old: str, new: str) -> Iterator[str]:
    if old != new:
        yield capital(f"{what}before, {old}; now, {new}.")


def _moved(what: str, old: Iterable[str], new: Iterable[str], named: Callable[[str], str]) -> Iterator[str]:
    """Yield what came into a list and what went."""
    before, after = tuple(old), tuple(new)
    came = [named(one) for one in after if one not in before]
    went = [named(one) for one in before if one not in after]
    if came:
        yield f"{what}, new: {listed(came, 'and')}."
    if went:
        yield f"{what}, no longer: {listed(went, 'and')}."


def _controls(words: Words, old: PolicyVersion, new: PolicyVersion) -> Iterator[Difference]:
    before = {control.id: control for control in old.controls}
    after = {control.id for control in new.controls}
    for control in new.controls:
        was = before.get(control.id)
        if was is None:
            yield Difference("control", Change.ADDED, control.id, control_words(words, control))
        elif details := tuple(_control_details(words, was, control)):
            yield Difference("control", Change.CHANGED, control.id, control_words(words, control), details)
    for control in old.controls:
        if control.id not in after:
            yield Difference("control", Change.REMOVED, control.id, control_words(words, control))


_KIND = {
    ControlKind.TOGGLE: "the switch",
    ControlKind.OBJECTION_FORM: "the objection form",
    ControlKind.BROWSER_SIGNAL: "the browser's signal",
    ControlKind.ADMIN_SETTING: "the administrator's setting",
}
_REACH = {Reach.PROSPECTIVE: "a no holds from then on", Reach.RETROACTIVE: "a no reaches back"}


def control_words(words: Words, control: Control) -> str:
    """Return a control in a sentence: what it is, what it is for, and whether a no reaches back."""
    covered = listed([words.purpose(one) for one in control.purposes], "and")
    who = listed([words.recipient(one) for one in control.recipients], "and")
    label = f" “{control.label}”" if control.label else ""
    return f"{capital(_KIND[control.kind])}{label}, for {covered} by {who}; {_REACH[control.reach]}."


def _control_details(words: Words, old: Control, new: Control) -> Iterator[str]:
    """Yield what changed in a control, a sentence each."""
    yield from _turned("", _KIND[old.kind], _KIND[new.kind])
    yield from _turned("Label: ", f"“{old.label}”", f"“{new.label}”")
    yield from _turned("Path: ", old.path or "not said", new.path or "not said")
    yield from _moved("Covers", old.purposes, new.purposes, words.purpose)
    yield from _moved("Recipients", old.recipients, new.recipients, words.recipient)
    yield from _turned("", _REACH[old.reach], _REACH[new.reach])
    if old.not_covered != new.not_covered:
        yield "What it does not cover is told in other words."


def _forgetting(old: PolicyVersion, new: PolicyVersion) -> Iterator[Difference]:
    before, after = (one.forgetting and soon(one.forgetting) for one in (old, new))
    if before == after:
        return
    if after is None:
        yield Difference(
            "forgetting", Change.REMOVED, "", f"No longer promised: what is taken back is out {before}."
        )
    else:
        change = Change.ADDED if before is None else Change.CHANGED
        details = () if before is None else (f"Before: {before}.",)
        yield Difference(
            "forgetting", change, "", f"What is taken back is out of data sets and models {after}.", details
        )
