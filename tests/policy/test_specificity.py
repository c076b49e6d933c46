"""Which rule is the more specific, and which two clash."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.writing import SMALL
from sayso.policy.model import Policy, Rule
from sayso.policy.parse import parse_policy
from sayso.policy.specificity import (
    clashes,
    expand_regions,
    footprint,
    group_codes,
    match_level,
    names_regions,
    outranked,
    overlap,
)
from sayso.values.regions import EEA, EU
from spec.decide_spec import specificity
from spec.worlds import GROUPS, NAMES, REGIONS, policies


def policy() -> Policy:
    text = SMALL.replace("purposes:\n", "groups:\n  isles: [GB, IE, FR-20R]\npurposes:\n", 1)
    found = parse_policy(text, "p.yaml")
    assert isinstance(found, Policy)
    return found


def rule(*regions: str, excepted: tuple[str, ...] = (), **fields: object) -> Rule:
    base = policy().versions[0].rules[0]
    return replace(base, regions=regions, excepted=excepted, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("regions", "excepted", "region", "level"),
    [
        (("everywhere",), (), "GB", 0),
        (("everywhere",), (), None, 0),
        (("everywhere",), ("FR",), None, None),
        (("everywhere",), ("FR",), "FR-20R", None),
        (("everywhere",), ("FR-20R",), "FR", 0),
        (("isles",), (), "GB-SCT", 1),
        (("isles",), (), "FR-20R", 1),
        (("isles",), (), "FR", None),
        (("isles",), (), None, None),
        (("EU", "FR"), (), "FR", 2),
        (("GB",), (), "GB-SCT", 2),
        (("GB-SCT",), (), "GB-SCT", 3),
        (("GB-SCT",), (), "GB", None),
        (("GB-SCT", "GB"), (), "GB", 2),
        (("EEA",), (), "NO", 1),
        (("EU",), (), "NO", None),
        (("isles",), ("IE",), "IE", None),
    ],
)
def test_the_best_entry_of_a_rule_says_how_specific_it_is(
    regions: tuple[str, ...], excepted: tuple[str, ...], region: str | None, level: int | None
) -> None:
    assert match_level(rule(*regions, excepted=excepted), region, policy()) == level


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from((*NAMES, "everywhere")), min_size=1, unique=True).map(tuple),
    st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple),
    st.sampled_from((None, *REGIONS, "DE", "GB-ENG")),
)
def test_the_level_is_that_of_the_slow_telling(
    regions: tuple[str, ...], excepted: tuple[str, ...], region: str | None
) -> None:
    drawn = replace(policy(), groups=GROUPS)
    one = rule(*regions, excepted=excepted)
    level = match_level(one, region, drawn)
    assert (-1 if level is None else level) == specificity(drawn, one, region)


def test_names_stand_for_codes() -> None:
    assert expand_regions(policy(), ("everywhere",)) == (True, frozenset())
    assert expand_regions(policy(), ("isles", "US")).codes == {"GB", "IE", "FR-20R", "US"}
    assert group_codes(policy(), "EU") == EU
    assert group_codes(replace(policy(), groups=()), "EEA") == EEA
    assert group_codes(policy(), "GB") is None
    with pytest.raises(KeyError):
        expand_regions(policy(), ("Narnia",))


def test_a_rule_names_regions_if_it_names_or_excepts_any() -> None:
    assert not names_regions(rule("everywhere"))
    assert names_regions(rule("everywhere", excepted=("FR",)))
    assert names_regions(rule("GB"))


def clash_of(*rules: Rule) -> list[tuple[str, str, str | None, int]]:
    named = tuple(replace(one, id=str(number)) for number, one in enumerate(rules))
    version = replace(policy().versions[0], rules=named)
    return [(one.first, one.second, one.region, one.level) for one in clashes(version, policy())]


def test_two_rules_for_everywhere_clash_everywhere() -> None:
    assert clash_of(rule("everywhere"), rule("everywhere")) == [("0", "1", None, 0)]


def test_a_more_specific_rule_does_not_clash() -> None:
    assert clash_of(rule("everywhere"), rule("isles"), rule("GB"), rule("GB-SCT")) == []


def test_a_subdivision_of_a_country_that_both_name_is_enough() -> None:
    assert clash_of(rule("GB"), rule("GB", excepted=("GB-ENG",)))[0][2:] == ("GB", 2)
    assert clash_of(rule("GB-ENG", "FR"), rule("GB-ENG", "DE"))[0][2:] == ("GB-ENG", 3)


def test_rules_clash_only_where_both_apply() -> None:
    assert clash_of(rule("everywhere", excepted=("EEA", "GB")), rule("GB", "EEA")) == []
    assert clash_of(rule("EU", excepted=("IE", "FR")), rule("isles")) == []
    assert clash_of(rule("EU", excepted=("FR",)), rule("isles"))[0][2:] == ("IE", 1)


def test_most_of_the_world_is_not_the_whole_world() -> None:
    [clash] = clash_of(rule("everywhere", excepted=("FR",)), rule("everywhere"))
    assert clash[2] is not None
    assert clash[3] == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"purposes": ("licensing",)},
        {"recipients": ("buyer",)},
        {"categories": ("comment",)},
        {"visibility": ("private",)},
    ],
)
def test_rules_clash_only_if_they_share_everything(fields: dict[str, object]) -> None:
    one = rule("everywhere", visibility=("public",))
    assert clash_of(one, replace(one, **fields)) == []  # type: ignore[arg-type]
    assert clash_of(one, replace(one, purposes=("ai-training",))) != []


@settings(max_examples=50, deadline=None)
@given(policies())
def test_what_is_drawn_without_clashes_has_none(drawn: Policy) -> None:
    assert all(clashes(version, drawn) == () for version in drawn.versions)


def test_outranked_names_a_region_where_the_special_rule_wins() -> None:
    assert outranked(rule("EU"), rule("FR"), policy()) == "FR"
    assert outranked(rule("FR"), rule("EU"), policy()) is None
    assert outranked(rule("everywhere", excepted=("FR",)), rule("FR"), policy()) is None


def test_an_overlap_is_the_narrower_purpose() -> None:
    wide, narrow = rule("everywhere", purposes=("ai-training",)), rule("everywhere")
    assert overlap(wide, narrow, policy()) == ("content-generation", "us", "post", "public")
    assert overlap(narrow, wide, policy()) == ("content-generation", "us", "post", "public")


def test_a_footprint_knows_every_code_it_depends_on() -> None:
    assert footprint(rule("isles", "US-CA", "DE", excepted=("FR",)), policy()).named() == {
        *("GB", "IE", "FR-20R", "US-CA", "DE", "FR")
    }
