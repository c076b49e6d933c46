"""What must hold of every decision, whatever the policy."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.policy.decide import decide
from sayso.values.decisions import CHECKS, GROUNDS, Verdict
from sayso.values.moments import DAY
from sayso.values.standing import Choice
from spec.worlds import CONTROLS, World, rarely_late, version_ids, worlds

LAST_ENTRY = 10_000


def asked(world: World):
    for use, at in world.questions:
        for person in world.people:
            for record in world.records:
                yield use, at, person, record


@settings(max_examples=100, deadline=None)
@given(worlds(), st.sampled_from(CONTROLS), rarely_late, version_ids)
def test_a_no_never_lets_more_through(world: World, control: str, at_no: int, version: str) -> None:
    no = Choice(control, yes=False, at=at_no, version=version, entry=LAST_ENTRY)
    for use, at, person, record in asked(world):
        after = replace(person.standing, choices=(*person.standing.choices, no))
        if decide(use, world.policy, person.member, record, after, at).permitted:
            assert decide(use, world.policy, person.member, record, person.standing, at).permitted


@settings(max_examples=100, deadline=None)
@given(worlds(), st.integers(0, 5))
def test_taking_a_notice_away_never_lets_more_through(world: World, place: int) -> None:
    for use, at, person, record in asked(world):
        notices = person.standing.notices
        fewer = replace(person.standing, notices=notices[:place] + notices[place + 1 :])
        if decide(use, world.policy, person.member, record, fewer, at).permitted:
            assert decide(use, world.policy, person.member, record, person.standing, at).permitted


@settings(max_examples=100, deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rules_controls_and_choices_is_irrelevant(world: World, chance) -> None:
    versions = []
    for version in world.policy.versions:
        rules, controls = list(version.rules), list(version.controls)
        chance.shuffle(rules)
        chance.shuffle(controls)
        versions.append(replace(version, rules=tuple(rules), controls=tuple(controls)))
    shuffled = replace(world.policy, versions=tuple(versions))
    for use, at, person, record in asked(world):
        choices = list(person.standing.choices)
        chance.shuffle(choices)
        other = replace(person.standing, choices=tuple(choices))
        assert decide(use, shuffled, person.member, record, other, at) == decide(
            use, world.policy, person.member, record, person.standing, at
        )


@settings(max_examples=100, deadline=None)
@given(worlds())
def test_every_answer_has_a_reason_that_fits_its_verdict_and_evidence_that_exists(world: World) -> None:
    for use, at, person, record in asked(world):
        answer = decide(use, world.policy, person.member, record, person.standing, at)
        assert answer.reason in (GROUNDS if answer.verdict is Verdict.PERMIT else CHECKS)
        standing = person.standing
        known = {fact.entry for fact in (*standing.choices, *standing.notices, *standing.suspensions)}
        assert set(answer.entries) <= known
        assert set(answer.facts) <= {suspension.id for suspension in world.policy.suspensions}
        if answer.reason in ("said-no", "opted-in"):
            assert answer.entries
        if answer.reason == "suspended":
            assert answer.entries or answer.facts
        if answer.reason not in ("not-yet", "not-in-force"):
            assert answer.version is not None


@settings(max_examples=60, deadline=None)
@given(worlds(), st.sampled_from((1, DAY, 30 * DAY)))
def test_what_happens_later_changes_no_earlier_answer(world: World, after: int) -> None:
    for use, at, person, record in asked(world):
        moment = at + after
        no = Choice(CONTROLS[0], yes=False, at=moment, version="v0", entry=LAST_ENTRY)
        later = replace(
            person.standing,
            choices=(*person.standing.choices, no),
            closed_at=person.standing.closed_at or moment,
        )
        assert decide(use, world.policy, person.member, record, later, at) == decide(
            use, world.policy, person.member, record, person.standing, at
        )
