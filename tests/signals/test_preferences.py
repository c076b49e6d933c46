"""Preferences are put together as the most restrictive, in whatever order they are met."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.values.preferences import SILENT, Preference, Say, Usage, combined, stated

says = st.dictionaries(st.sampled_from(Usage), st.booleans()).map(
    lambda found: stated((frozenset((usage,)), yes) for usage, yes in found.items())
)
ORDER = (Say.UNKNOWN, Say.ALLOWED, Say.DISALLOWED)


@given(says, says)
def test_the_order_of_two_statements_does_not_matter(one: Preference, other: Preference) -> None:
    assert one | other == other | one


@given(says, says, says)
def test_statements_may_be_put_together_in_any_groups(
    one: Preference, two: Preference, three: Preference
) -> None:
    assert (one | two) | three == one | (two | three) == combined([one, two, three])


@given(says)
def test_saying_the_same_twice_or_nothing_changes_nothing(one: Preference) -> None:
    assert one | one == one == one | SILENT


@given(says, says, st.sampled_from(Usage))
def test_another_statement_never_makes_a_usage_less_restricted(
    one: Preference, other: Preference, usage: Usage
) -> None:
    both = ORDER.index((one | other).of(usage))
    assert both == max(ORDER.index(one.of(usage)), ORDER.index(other.of(usage)))


def test_nothing_is_both_allowed_and_disallowed() -> None:
    with pytest.raises(ValueError, match="both"):
        Preference(frozenset(Usage), frozenset(Usage))
