"""What signals mean in a policy: after a no to training, nothing that members decide on is trained on any more."""

from __future__ import annotations

import pytest

from sayso.intake.policies import load_policy
from sayso.policy.decide import decide
from sayso.policy.model import Control, Policy
from sayso.policy.outside import hearing, meaning_in
from sayso.values.decisions import Reason
from sayso.values.members import Member
from sayso.values.moments import Moment, parse_moment
from sayso.values.preferences import TRAINING, Usage
from sayso.values.records import Record
from sayso.values.standing import Choice, Notice, Standing
from sayso.values.uses import Use

NOW = parse_moment("2026-06-01")
REGIONS = ("US-CA", "DE", "GB", "BR")


def after(policy: Policy, controls: tuple[Control, ...]) -> Standing:
    """Return the standing of somebody who was told of everything, and said yes to everything before a signal said no."""
    version = policy.in_force(NOW)
    assert version is not None
    before, then = Moment(NOW - 2), Moment(NOW - 1)
    yeses = tuple(Choice(one.id, True, before, version.id) for one in version.controls)
    noes = tuple(Choice(one.id, False, then, version.id, channel="signal") for one in controls)
    return Standing((*yeses, *noes), tuple(Notice(one.id, one.published_at) for one in policy.versions))


def uses_permitted(policy: Policy, controls: tuple[Control, ...]) -> set[Use]:
    """Return the uses that a choice still permits somewhere, of some kind of record."""
    version, standing = policy.in_force(NOW), after(policy, controls)
    assert version is not None
    uses = {Use(p, r) for rule in version.rules for p in rule.purposes for r in rule.recipients}
    kinds = [(region, one.id) for region in REGIONS for one in policy.categories]
    found = set()
    for use in uses:
        for region, category in kinds:
            member, record = (
                Member("m", region, born=19800101),
                Record("r", "m", category, "public", NOW, NOW),
            )
            decision = decide(use, policy, member, record, standing, NOW)
            if decision.permitted and decision.reason is not Reason.NO_CHOICE_OFFERED:
                found.add(use)
    return found


@pytest.mark.parametrize(
    ("pack", "given"),
    [("opt-in", ()), ("opt-out-with-notice", ()), ("linkedin", ((Usage.TRAIN_AI, "content-generation"),))],
)
def test_after_a_no_to_training_nothing_concerned_is_used_by_a_choice(
    pack: str, given: tuple[tuple[Usage, str], ...]
) -> None:
    policy = load_policy(pack)
    version, meaning = policy.in_force(NOW), meaning_in(policy, given)
    assert version is not None
    before = uses_permitted(policy, ())
    left = uses_permitted(policy, hearing(policy, version, meaning, TRAINING))
    meant = meaning.of(Usage.TRAIN_AI)
    concerned = {use for use in before if any(policy.purposes.covers(one, use.purpose) for one in meant)}
    assert concerned
    assert not left & concerned


@pytest.mark.parametrize("pack", ["opt-in", "opt-out-with-notice"])
def test_after_global_privacy_control_the_platform_itself_may_still_train(pack: str) -> None:
    policy = load_policy(pack)
    version = policy.in_force(NOW)
    assert version is not None
    controls = hearing(policy, version, meaning_in(policy), [Usage.SALE])
    assert [one.id for one in controls] == ["global-privacy-control"]
    assert {use.recipient for use in uses_permitted(policy, controls)} == {"platform"}


def test_training_generative_ai_means_less_than_all_training_where_the_policy_tells_them_apart() -> None:
    policy = load_policy("opt-in")
    meaning = meaning_in(policy)
    assert meaning.of(Usage.TRAIN_GENAI) == ("content-generation", "licensing")
    assert meaning.of(Usage.TRAIN_AI) == ("ai-training", "licensing")
    assert meaning.of(Usage.SEARCH) == ()
    assert meaning_in(policy, [(Usage.TRAIN_AI, "licensing")]).of(Usage.TRAIN_GENAI) == ("licensing",)
    with pytest.raises(KeyError):
        meaning_in(policy, [(Usage.SEARCH, "juggling")])
