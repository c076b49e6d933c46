"""What a policy promises of forgetting: read, taken over, said, and reckoned with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.writing import SMALL
from sayso.intake.policies import load_policy, read_policy_text
from sayso.policy.describe import describe_policy, render
from sayso.policy.model import Forgetting, Policy, Reach
from sayso.policy.parse import parse_policy
from sayso.values.moments import DAY, Moment, parse_moment
from spec.worlds import forgettings, moments

HOUSES = ("opt-in", "opt-out-with-notice")


def promising(said: str, tail: str = "") -> Policy:
    found = parse_policy(
        SMALL.replace("    controls:\n", f"    forgetting: {said}\n    controls:\n") + tail, "p"
    )
    assert isinstance(found, Policy), "\n".join(map(str, found))
    return found


def second(said: str = "", based_on: str = 'based_on: "1", ') -> str:
    says = f", forgetting: {said}" if said else ""
    return f'  - {{version: "2", {based_on}published_at: 2026-01-01, effective_at: 2026-02-01{says}}}\n'


def terms(policy: Policy) -> list[Forgetting | None]:
    return [version.forgetting for version in policy.versions]


def test_a_policy_that_does_not_say_promises_nothing() -> None:
    assert terms(promising("")) == [None]
    assert terms(promising("none")) == [None]
    assert promising("").digest == promising("none").digest


def test_both_spans_are_read_and_old_bytes_go_with_the_forgetting_unless_said() -> None:
    assert terms(promising("{within_days: 30, keep_days: 7}")) == [Forgetting(30, 7)]
    assert terms(promising("{within_days: 30}")) == [Forgetting(30, 0)]
    assert terms(promising("{within_days: 0}")) == [Forgetting(0, 0)]
    assert terms(promising("{within_days: 7, keep_days: 7}")) == [Forgetting(7, 7)]
    assert promising("{within_days: 7}").digest == promising("{within_days: 7, keep_days: 0}").digest


def test_a_promise_is_taken_over_until_another_is_made_or_it_is_taken_back() -> None:
    first, promise = Forgetting(30, 7), "{within_days: 30, keep_days: 7}"
    assert terms(promising(promise, second())) == [first, first]
    assert terms(promising(promise, second("~"))) == [first, first]
    assert terms(promising(promise, second("{within_days: 5}"))) == [first, Forgetting(5)]
    assert terms(promising(promise, second("none"))) == [first, None]
    assert terms(promising(promise, second(based_on=""))) == [first, None]


def test_the_terms_are_those_of_the_version_in_force() -> None:
    policy = promising("{within_days: 30}", second("{within_days: 5}"))
    ask = ("2025-01-31", "2025-02-01", "2026-01-31T23:59:59Z", "2026-02-01")
    found = [policy.forgetting(parse_moment(at)) for at in ask]
    assert found == [None, Forgetting(30), Forgetting(30), Forgetting(5)]


def test_where_no_version_is_in_force_no_deadline_is_promised() -> None:
    ended = promising("{within_days: 30}\n    until: 2025-03-01")
    assert ended.forgetting(parse_moment("2025-02-28")) == Forgetting(30)
    assert ended.forgetting(parse_moment("2025-03-01")) is None


def test_the_digest_sees_both_spans() -> None:
    said = ("", "{within_days: 30}", "{within_days: 30, keep_days: 7}", "{within_days: 31, keep_days: 7}")
    assert len({promising(one).digest for one in said}) == len(said)


def test_a_policy_without_terms_has_the_digest_that_it_had_before_there_were_any() -> None:
    small = parse_policy(SMALL, "p")
    assert isinstance(small, Policy)
    assert small.digest == "sha256:62c3a135e810fcdc2b893ae47f9b43f339d4c2374498df338cc588d1f7c91b48"
    linkedin = "sha256:50493bdf682aaeb4d800d86c09011e5bae2dea02d52c5e33aea745541b09996a"
    assert load_policy("linkedin").digest == linkedin


@pytest.mark.parametrize(
    ("pack", "before"),
    [
        ("opt-in", "sha256:4ebe2982fe55bcf13ec26a030a5d1dfe48ad6c6bf16caac0491d9883d5d02a47"),
        ("opt-out-with-notice", "sha256:5c241dc62055229e767644ff5faca9a27658c0c20a50d2dff937cd8df8bd3174"),
    ],
)
def test_the_promise_of_a_house_pack_is_part_of_its_digest(pack: str, before: str) -> None:
    text, file = read_policy_text(pack)
    without = parse_policy(text.replace("    forgetting: {within_days: 30, keep_days: 7}\n", ""), file)
    assert isinstance(without, Policy)
    assert without.digest == before
    assert load_policy(pack).digest != before


@pytest.mark.parametrize("pack", HOUSES)
def test_a_house_pack_takes_back_what_is_taken_back(pack: str) -> None:
    for version in load_policy(pack).versions:
        assert version.forgetting == Forgetting(30, 7)
        assert {control.reach for control in version.controls} == {Reach.RETROACTIVE}


def test_the_linkedin_pack_promises_no_forgetting_as_its_terms_do_not() -> None:
    assert terms(load_policy("linkedin")) == [None] * len(load_policy("linkedin").versions)


def test_members_are_told_of_what_they_delete_where_no_no_reaches_back() -> None:
    text = render(describe_policy(promising("{within_days: 30, keep_days: 1}")))
    said = "What you delete is out of data sets and models within 30 days; the old copies are deleted within 1 day of that"
    assert said in text
    assert "data sets and models" not in render(describe_policy(promising("")))


@given(forgettings, moments, st.integers(0, 60 * DAY))
def test_old_bytes_are_kept_as_long_as_said_and_never_beyond_the_deadline(
    said: Forgetting, since: int, later: int
) -> None:
    start, done = Moment(since), Moment(since + later)
    deadline, purged = said.deadline(start), said.purge_at(start, done)
    assert deadline - start == said.within_days * DAY
    assert done <= purged <= max(done, deadline)
    assert purged - done <= said.keep_days * DAY
    if done + said.keep_days * DAY <= deadline:
        assert purged - done == said.keep_days * DAY


def test_forgetting_at_once_leaves_every_old_byte_its_days() -> None:
    since = parse_moment("2025-01-01")
    assert Forgetting(30, 7).purge_at(since, since) == parse_moment("2025-01-08")
    assert Forgetting(30, 7).purge_at(since, parse_moment("2025-01-28")) == parse_moment("2025-01-31")
    late = parse_moment("2025-03-01")
    assert Forgetting(30, 7).purge_at(since, late) == late
    assert Forgetting(0).purge_at(since, since) == since
