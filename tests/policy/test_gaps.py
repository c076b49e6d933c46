"""Days before disclosure: counted by hand, at the edges of what is known, and against the slow telling."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from policy.writing import SMALL
from sayso.intake.policies import load_policy
from sayso.policy.gaps import Gap, Terms, gaps
from sayso.policy.model import Between, Policy, Sighting
from sayso.policy.parse import parse_policy
from sayso.values.decisions import Reason
from sayso.values.members import Member
from sayso.values.moments import DAY, Moment, parse_moment
from sayso.values.records import VISIBILITIES, Record
from sayso.values.regions import COUNTRIES
from sayso.values.standing import Standing
from sayso.values.uses import Use
from spec.decide_spec import decide_slowly
from spec.worlds import CATEGORIES, RECIPIENTS, REGIONS, TREE, moments, policies

NOW = parse_moment("2026-11-23")
TWO = (
    SMALL.replace("regions: everywhere", "regions: [GB, FR]").replace("default: never", "default: no-choice")
    + """  - version: "2"
    based_on: "1"
    published_at: 2025-06-01
    effective_at: 2025-06-01
    rules:
      - id: everywhere
        purposes: [content-generation]
        recipients: [us]
        regions: everywhere
        categories: [post]
        default: off
        control: training
"""
)


def at(day: str) -> Between:
    return Between(parse_moment(day), parse_moment(day))


def between(first: str, last: str) -> Between:
    return Between(parse_moment(first), parse_moment(last))


def seen(**fields: object) -> Sighting:
    known = Sighting(
        "s", "Seen.", "use", ("content-generation",), at("2025-03-01"), None, ("us",), ("everywhere",)
    )
    return replace(known, **fields)  # type: ignore[arg-type]


def policy(text: str = TWO) -> Policy:
    found = parse_policy(text, "p.yaml")
    assert isinstance(found, Policy), found
    return found


def of(sighting: Sighting, text: str = TWO, now: Moment = NOW) -> list[Gap]:
    return list(gaps(replace(policy(text), sightings=(sighting,)), now))


def told(found: list[Gap]) -> list[tuple[str, str | None, int, int | None, str | None]]:
    return [(gap.terms.value, gap.version, gap.least, gap.most, gap.disclosed) for gap in found]


def test_the_days_until_the_first_version_that_discloses_are_counted_by_region() -> None:
    found = of(seen())
    assert told(found) == [("silent", "1", 92, 92, "2")]
    assert found[0].regions == COUNTRIES - {"GB", "FR"}
    assert of(seen(regions=("GB",))) == []


def test_dates_that_lie_between_two_give_at_least_and_at_most() -> None:
    unsure = seen(start=between("2025-03-01", "2025-05-31"), end=between("2025-05-30", "2025-08-01"))
    assert told(of(unsure)) == [("silent", "1", 0, 92, "2")]
    surer = seen(start=between("2025-03-01", "2025-03-11"), end=between("2025-03-21", "2025-03-31"))
    assert told(of(surer)) == [("silent", "1", 10, 30, None)]


def test_before_the_first_version_on_record_nobody_knows() -> None:
    found = of(seen(start=at("2025-01-30")))
    assert told(found) == [
        ("not-known", None, 2, 2, None),
        ("not-known", None, 2, 2, "1"),  # in GB and FR, where version 1 discloses it
        ("silent", "1", 120, 120, "2"),
    ]
    assert [gap.regions for gap in found][1] == {"GB", "FR"}
    assert told(of(seen(start=Between(None, parse_moment("2025-02-01"))))) == [
        ("not-known", None, 0, None, None),
        ("not-known", None, 0, None, "1"),
        ("silent", "1", 120, 120, "2"),
    ]


def test_what_nobody_knows_the_place_of_is_sure_nowhere_unless_it_is_the_same_everywhere() -> None:
    assert [(gap.least, gap.most) for gap in of(seen(regions=None))] == [(0, 92)]
    alone = of(seen(regions=None, purposes=("licensing",), start=at("2025-01-31")), SMALL)
    assert {(gap.regions is None, gap.least > 0) for gap in alone if gap.terms is Terms.UNKNOWN} == {
        (True, True)
    }


def test_what_ended_before_its_disclosure_counts_until_its_end() -> None:
    assert told(of(seen(end=at("2025-03-02")))) == [("silent", "1", 1, 1, None)]


def test_what_was_never_disclosed_counts_until_now() -> None:
    found = of(seen(recipients=("buyer",)), now=parse_moment("2025-07-01"))
    assert told(found) == [("silent", "1", 92, 92, None), ("silent", "2", 30, 30, None)]


def test_terms_that_say_never_are_told_apart() -> None:
    never = SMALL.replace("regions: [GB]", "regions: everywhere")
    found = of(seen(purposes=("licensing",), recipients=("buyer",), end=at("2025-03-04")), never)
    assert told(found) == [("say-never", "1", 3, 3, None)]


def test_kinds_of_record_that_differ_are_told_apart_and_others_together() -> None:
    found = of(seen(categories=("post", "comment"), regions=("GB",), end=at("2025-03-04")))
    assert [(gap.categories, gap.most) for gap in found] == [(("comment",), 3)]
    both = of(seen(categories=("post", "comment"), regions=("US",), end=at("2025-03-04")))
    assert [(gap.categories, gap.most) for gap in both] == [(("post", "comment"), 3)]


def test_the_days_before_disclosure_of_the_packs() -> None:
    first = {name: gaps(load_policy(name), NOW)[0] for name in ("linkedin", "github", "pinterest")}
    assert (first["linkedin"].least, first["linkedin"].most) == (18, 48)
    assert (first["github"].least, first["github"].most) == (3, 3)
    assert first["github"].until == parse_moment("2026-04-27")
    assert (first["pinterest"].terms, first["pinterest"].most) == (Terms.UNKNOWN, 55)


UNDISCLOSED = {Reason.NOT_IN_FORCE, Reason.NOT_DISCLOSED, Reason.NEVER}


@settings(max_examples=40, deadline=None)
@given(policies(), st.data())
def test_a_moment_is_in_a_gap_just_where_the_slow_telling_finds_no_rule(
    drawn: Policy, data: st.DataObject
) -> None:
    start, end = sorted((data.draw(moments), data.draw(moments)))
    use = Use(data.draw(st.sampled_from(TREE.names())), data.draw(st.sampled_from(RECIPIENTS)))
    category, region = data.draw(st.sampled_from(CATEGORIES)), data.draw(st.sampled_from(REGIONS))
    begun, ended = Moment(start), Moment(end + DAY)
    sighting = seen(
        purposes=(use.purpose,),
        recipients=(use.recipient,),
        regions=(region,),
        categories=(category,),
        start=Between(begun, begun),
        end=Between(ended, ended),
    )
    found = gaps(replace(drawn, sightings=(sighting,)), NOW)
    asked = Moment(data.draw(st.integers(begun, ended - 1)))
    here = [gap for gap in found if gap.since is not None and gap.since <= asked < gap.until]
    mine = [gap for gap in here if gap.regions is not None and region in gap.regions]
    assert all(0 <= gap.least == gap.most for gap in found)
    answers = {
        decide_slowly(
            use, drawn, Member("m", region), Record("r", "m", category, visibility), Standing(), asked
        )[1]
        for visibility in VISIBILITIES
    }
    assert bool(mine) == (answers <= UNDISCLOSED)
