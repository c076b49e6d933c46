"""Identifiers that anyone can work out again, held against Python's own and against RFC 9562."""

from __future__ import annotations

import re
import uuid

from hypothesis import given
from hypothesis import strategies as st

from sayso.reports.ids import name_uuid, timed_uuid, urn
from sayso.values.moments import Moment

MOMENTS = st.integers(0, 4_000_000_000_000_000).map(Moment)


@given(st.text())
def test_a_name_has_the_uuid_that_python_gives_it(name: str) -> None:
    plain = urn(name)
    assert name_uuid(plain) == str(uuid.uuid5(uuid.NAMESPACE_URL, plain))


@given(MOMENTS, st.text())
def test_a_timed_uuid_is_one_of_version_7_that_holds_its_moment(moment: Moment, name: str) -> None:
    made = uuid.UUID(timed_uuid(moment, urn(name)))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == moment // 1000
    assert timed_uuid(moment, urn(name)) == str(made)


@given(st.lists(st.text(), max_size=3), st.lists(st.text(), max_size=3))
def test_different_names_have_different_urns_without_spaces(one: list[str], two: list[str]) -> None:
    assert (urn(*one) == urn(*two)) == (one == two)
    assert re.fullmatch(r"urn:sayso[!-~]*", urn(*one))
