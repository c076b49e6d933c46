"""The words of signals in terms of a policy: which purposes they mean, which controls hear them, and what outsiders are to be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sayso.policy.model import (
    Control,
    ControlKind,
    Default,
    MemberPredicate,
    Policy,
    PolicyVersion,
    RecordPredicate,
    Rule,
)
from sayso.policy.specificity import EVERYWHERE
from sayso.values.preferences import TRAINING, Preference, Usage, combined

PUBLIC = "public"
_USUAL: tuple[tuple[Usage, tuple[str, ...]], ...] = (
    (Usage.TRAIN_AI, ("ai-training", "licensing")),
    (Usage.TRAIN_GENAI, ("content-generation", "ai-training", "licensing")),
    (Usage.AI_USE, ("ai-use", "ai-input")),
    (Usage.SEARCH, ("search",)),
)
"""What usages are called in policies that say it as our packs do. Licensing is passing on, and what is passed on gets trained on."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Which purposes of a policy each usage means; a usage that is not there means none."""

    purposes: tuple[tuple[Usage, tuple[str, ...]], ...]

    def of(self, usage: Usage) -> tuple[str, ...]:
        """Return the purposes that a usage means."""
        return dict(self.purposes).get(usage, ())


def meaning_in(policy: Policy, given: Iterable[tuple[Usage, str]] = ()) -> Meaning:
    """Return which purposes of a policy usages mean: those given, and for other usages those with the usual names.

    Of training generative AI, the most special purpose that the policy has, and licensing. Raises ``KeyError`` for a given purpose
    that the policy does not have.
    """
    names = policy.purposes.names()
    own: dict[Usage, tuple[str, ...]] = {}
    for usage, purpose in given:
        if purpose not in names:
            raise KeyError(purpose)
        own[usage] = (*own.get(usage, ()), purpose)
    usual = {usage: tuple(one for one in wanted if one in names) for usage, wanted in _USUAL}
    if "content-generation" in usual[Usage.TRAIN_GENAI]:
        kept = tuple(one for one in usual[Usage.TRAIN_GENAI] if one != "ai-training")
        usual[Usage.TRAIN_GENAI] = kept
    if Usage.TRAIN_AI in own:
        own.setdefault(Usage.TRAIN_GENAI, own[Usage.TRAIN_AI])
    return Meaning(tuple((usage, found) for usage, found in (usual | own).items() if found))


def hearing(
    policy: Policy, version: PolicyVersion, meaning: Meaning, usages: Iterable[Usage]
) -> tuple[Control, ...]:
    """Return the controls of a version through which a signal's no to usages is heard, in the order of the version.

    Sale and sharing: those of kind ``browser-signal``, where the policy has any. Anything else: those that the rules for what
    is meant name, which are the narrowest that the policy has for it.
    """
    wanted = frozenset(usages)
    meant = tuple(purpose for usage in wanted for purpose in meaning.of(usage))
    named = {
        rule.control
        for rule in version.rules
        if rule.default in (Default.ON, Default.OFF) and _speaks_of(policy, rule, meant)
    }
    return tuple(
        one
        for one in version.controls
        if one.id in named or (Usage.SALE in wanted and one.kind is ControlKind.BROWSER_SIGNAL)
    )


def _speaks_of(policy: Policy, rule: Rule, meant: Iterable[str]) -> bool:
    return any(policy.purposes.related(one, purpose) for one in rule.purposes for purpose in meant)


def outsiders_told(
    policy: Policy, version: PolicyVersion, meaning: Meaning, recipient: str | None, categories: Iterable[str]
) -> Preference:
    """Return what a policy version says to outsiders about what members publish in some categories.

    ``recipient`` is the one that stands for outsiders; ``None``: nobody, so the policy allows them nothing. Training is always spoken
    of: what a policy does not name, nobody may do. Other usages are unknown where no purpose of the policy means them. Allowed is
    what the policy gives to everybody without asking: whatever depends on a member's word cannot be told of a whole site.
    """
    return combined(
        _told(policy, version, meaning, usage, recipient, category)
        for category in categories
        for usage in Usage
        if usage is not Usage.SALE
    )


def _told(
    policy: Policy,
    version: PolicyVersion,
    meaning: Meaning,
    usage: Usage,
    recipient: str | None,
    category: str,
) -> Preference:
    meant = meaning.of(usage)
    if not meant and usage not in TRAINING:
        return Preference()
    if (
        recipient is not None
        and meant
        and all(_given(policy, version, one, recipient, category) for one in meant)
    ):
        return Preference(allowed=frozenset((usage,)))
    return Preference(disallowed=frozenset((usage,)))


def _given(policy: Policy, version: PolicyVersion, purpose: str, recipient: str, category: str) -> bool:
    """Tell whether a purpose is given to a recipient for every public record of a category, whoever made it, without asking."""
    rules = [
        rule
        for rule in version.rules
        if recipient in rule.recipients and category in rule.categories and PUBLIC in rule.visibility
        and _speaks_of(policy, rule, (purpose,))
    ]  # fmt: skip
    stopped = any(
        policy.purposes.related(one, purpose) and (stop.recipients is None or recipient in stop.recipients)
        for stop in policy.suspensions
        for one in stop.purposes
    )
    covering = any(
        policy.purposes.covers(one, purpose)
        for rule in rules
        if EVERYWHERE in rule.regions
        for one in rule.purposes
    )
    return covering and not stopped and all(map(_unconditional, rules))


def _unconditional(rule: Rule) -> bool:
    return (
        rule.default is Default.NO_CHOICE
        and not rule.excepted
        and rule.notice_days is None
        and rule.member == MemberPredicate()
        and rule.record == RecordPredicate()
    )
