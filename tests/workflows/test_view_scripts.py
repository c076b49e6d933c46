"""How long views may be read: until the first moment at which time alone could take a permit away, and no longer."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.test_three_tellings_agree import pairs
from sayso.errors import InputError
from sayso.intake.policies import load_policy
from sayso.policy.compile import Wide
from sayso.policy.decide import decide
from sayso.policy.dialects import DIALECTS
from sayso.policy.warehouse import Column, own_tables
from sayso.values.moments import DAY, Moment, parse_moment
from sayso.values.standing import Suspension
from sayso.values.uses import Use
from sayso.workflows.views import Asked, Script, dialect_of, gate_script, lasts
from spec.worlds import Person, World, worlds

LINKEDIN = load_policy("linkedin")
USE = Use("content-generation", "linkedin")
EVE = parse_moment("2025-11-02T20:00:00Z")
HOUR = DAY // 24


def script(at: int, until: int | None, wide: Wide | None = None) -> Script:
    """Return views of LinkedIn's policy."""
    asked = Asked(
        USE, Moment(at), None if until is None else Moment(until), wide or Wide(), None, DIALECTS["duckdb"]
    )
    return gate_script(LINKEDIN, asked)  # fmt: skip


def test_views_end_after_their_hours_or_with_their_version() -> None:
    assert script(EVE - 10 * DAY, EVE - 9 * DAY).until == EVE - 9 * DAY
    assert script(EVE, EVE + DAY).until == parse_moment("2025-11-03")
    assert script(EVE, None).until is None
    found = script(parse_moment("2020-01-01"), parse_moment("2026-01-01"))
    assert (found.version, found.until) == (None, LINKEDIN.versions[0].effective_at)


def test_views_end_when_a_suspension_of_their_use_begins() -> None:
    stop = Suspension("s", frozenset({"ai-training"}), EVE + HOUR, EVE + HOUR, None, None, None, entry=3)
    assert script(EVE, EVE + DAY, Wide((), (stop,))).until == EVE + HOUR
    of_others = replace(stop, recipients=frozenset({"microsoft"}))
    assert script(EVE, EVE + 2 * HOUR, Wide((), (of_others,))).until == EVE + 2 * HOUR
    over = replace(stop, starts_earliest=EVE - DAY, starts_latest=EVE - DAY, until=EVE + HOUR)
    assert script(EVE, EVE + 2 * HOUR, Wide((), (over,))).until == EVE + 2 * HOUR


def as_known(world: World, at: int) -> World:
    """Return the world as a log and a platform know it at a moment: of what happens later they know suspensions alone."""
    people = tuple(
        Person(
            None
            if person.member is None
            else replace(person.member, closed_at=_past(person.member.closed_at, at)),
            replace(
                person.standing,
                choices=tuple(one for one in person.standing.choices if one.at <= at),
                notices=tuple(one for one in person.standing.notices if one.at <= at),
                deletions=tuple(one for one in person.standing.deletions if one[1] <= at),
                closed_at=_past(person.standing.closed_at, at),
            ),
        )
        for person in world.people
    )
    records = tuple(replace(one, deleted_at=_past(one.deleted_at, at)) for one in world.records)
    notices = tuple(one for one in world.notices if one.at <= at)
    return replace(world, people=people, records=records, notices=notices)


def _past(moment: int | None, at: int) -> Moment | None:
    return None if moment is None or moment > at else Moment(moment)


def test_what_views_permit_stays_permitted_until_they_end() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=100, deadline=None)
    @given(worlds(), st.integers(0, 60 * 24))
    def hold(world: World, hours: int) -> None:
        for use, at in world.questions:
            known = as_known(world, at)
            wide = Wide(known.notices, known.suspensions)
            asked = Asked(use, Moment(at), Moment(at + 60 * DAY), wide, None, DIALECTS["duckdb"])
            until = lasts(known.policy, asked)
            later = min(at + hours * HOUR, (until or at) - 1)
            for _, person, record in pairs(known):
                now, then = (
                    decide(use, known.policy, person.member, record, person.standing, Moment(when))
                    for when in (at, later)
                )
                seen[f"{now.permitted} {then.permitted}"] += 1
                assert then.permitted or not now.permitted

    hold()
    assert seen["True True"] > 100


def test_names_and_words_that_sql_cannot_hold_are_refused() -> None:
    tables = own_tables((), ())
    odd = replace(tables, records=replace(tables.records, table="posts; DROP TABLE people"))
    members = tuple((name, Column("it's") if name == "region" else column) for name, column in tables.members.fields)  # fmt: skip
    quoted = replace(tables, members=replace(tables.members, fields=members))
    asked = Asked(USE, EVE, None, Wide(), None, DIALECTS["postgres"], odd)
    assert '"posts; DROP TABLE people" r' in gate_script(LINKEDIN, asked).sql(), "it is a name, however odd"
    for wrong in (replace(asked, warehouse=quoted), replace(asked, prefix='a"b')):
        with pytest.raises(InputError, match="unwritable-name"):
            gate_script(LINKEDIN, wrong)
    with pytest.raises(InputError, match="unknown-dialect"):
        dialect_of("cobol")
