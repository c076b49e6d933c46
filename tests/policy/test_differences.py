"""What one policy version says otherwise than another, in plain words."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from sayso.intake.policies import load_policy
from sayso.policy.differences import Change, Difference, differences
from sayso.policy.model import Default, Forgetting, Policy, PolicyVersion
from spec.worlds import World, worlds

LINKEDIN = load_policy("linkedin")
HOUSE = load_policy("opt-out-with-notice")


def between(old: str, new: str) -> dict[str, Difference]:
    before, after = LINKEDIN.version(old), LINKEDIN.version(new)
    assert before
    assert after
    return {one.name: one for one in differences(LINKEDIN, before, after)}


def changed(version: PolicyVersion, rule: str, **what: object) -> PolicyVersion:
    rules = tuple(replace(one, **what) if one.id == rule else one for one in version.rules)  # type: ignore[arg-type]
    return replace(version, id="next", rules=rules)


def test_linkedin_in_september_2024_added_training_and_ways_to_say_no() -> None:
    found = between("2024-07-31", "2024-09-18")
    assert {one.change for one in found.values()} == {Change.ADDED}
    assert found["genai-elsewhere"].headline.endswith("for AI models that create content, unless you say no.")
    assert found["processing-objection"].headline.startswith(
        "The objection form “Data Processing Objection form”"
    )


def test_linkedin_in_november_2025_came_to_europe_and_left_minors_out() -> None:
    found = between("2025-02-27", "2025-11-03")
    assert found["genai-european"].change is Change.ADDED
    assert found["european-never"].change is Change.REMOVED
    details = found["genai-elsewhere"].details
    assert "Kinds of record, no longer: feedback, such as a thumb up or down." in details
    assert "New: Left out: anybody under 18, or whose age is not known." in details
    assert any(one.startswith("Where: before, everywhere, except european") for one in details)


def test_every_part_of_a_rule_is_told_of() -> None:
    (old,) = HOUSE.versions
    new = changed(
        old, "our-ai", default=Default.OFF, notice_days=None, visibility=("public", "network"), basis="consent",
        disclosed="We ask.", purposes=("recommendation",), recipients=("affiliate",), control="licensing",
    )  # fmt: skip
    (found,) = differences(HOUSE, old, new)
    assert found.details == (
        "Before, used unless the member says no; now, used only after the member's yes.",
        "Purposes, new: models that recommend.",
        "Purposes, no longer: training AI.",
        "Recipients, new: our affiliate.",
        "Recipients, no longer: this community.",
        "Visibility, new: what only some can see.",
        "Notice: before, 30 days before; now, none asked for.",
        "Control: before, ai-training; now, licensing.",
        "Legal basis: before, legitimate-interests; now, consent.",
        "The words that members read are others.",
    )


def test_another_name_of_a_rule_is_no_difference_and_another_deadline_is_one() -> None:
    (old,) = HOUSE.versions
    assert differences(HOUSE, old, changed(old, "our-ai", id="renamed")) == ()
    slower = replace(old, id="next", forgetting=Forgetting(60, 7))
    (found,) = differences(HOUSE, old, slower)
    assert (found.noun, found.change) == ("forgetting", Change.CHANGED)
    (gone,) = differences(HOUSE, slower, replace(old, forgetting=None))
    assert gone.change is Change.REMOVED


def contents(version: PolicyVersion) -> set[object]:
    return {rule.content() for rule in version.rules}


@given(worlds())
def test_versions_of_equal_content_do_not_differ_and_others_do(world: World) -> None:
    policy: Policy = world.policy
    for old in policy.versions:
        for new in policy.versions:
            found = [one for one in differences(policy, old, new) if one.noun == "rule"]
            ids = {rule.id: rule.content() for rule in old.rules} == {
                rule.id: rule.content() for rule in new.rules
            }
            if ids:
                assert found == []
            if contents(old) != contents(new):
                assert found
            back = {(one.name, one.change) for one in differences(policy, new, old) if one.noun == "rule"}
            turned = {
                Change.ADDED: Change.REMOVED,
                Change.REMOVED: Change.ADDED,
                Change.CHANGED: Change.CHANGED,
            }
            assert {(name, turned[change]) for name, change in back} == {
                (one.name, one.change) for one in found
            }
