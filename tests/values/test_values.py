"""The nouns that every layer shares: moments, regions, canonical bytes, purposes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pycountry
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sayso.values.canonical import canonical, digest, keyed
from sayso.values.moments import (
    SECOND,
    Moment,
    format_day,
    format_moment,
    latest_birthday,
    parse_moment,
    to_datetime,
    to_moment,
)
from sayso.values.regions import COUNTRIES, EEA, EU, country_of, is_region, lies_in
from sayso.values.uses import PurposeTree

YEARS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
TREE = PurposeTree((("ai", None), ("write", "ai"), ("draft", "write"), ("rank", "ai"), ("sell", None)))


@given(YEARS)
def test_a_moment_survives_being_written_and_read(when: datetime) -> None:
    moment = to_moment(when)
    assert to_datetime(moment) == when
    assert parse_moment(format_moment(moment)) == moment
    assert parse_moment(f"  {format_moment(moment).lower().replace('t', ' ')}  ") == moment


@given(YEARS, st.integers(-23 * 60 - 59, 23 * 60 + 59))
def test_an_offset_is_taken_off(when: datetime, minutes: int) -> None:
    there = when.replace(microsecond=0).astimezone(timezone(timedelta(minutes=minutes)))
    assert parse_moment(there.isoformat()) == to_moment(there)


@pytest.mark.parametrize("text", ["2024-02-30", "2024-13-01", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00", "20240101", "1-2-3", "",
                                  "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00+10:60", "２０２４-01-01", "2024-01-01T00:00Z",
                                  "2024-01-01T00:00:00.Z", "2023-02-29"])  # fmt: skip
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_moment(text)


def test_fractions_finer_than_a_microsecond_are_cut() -> None:
    assert parse_moment("1970-01-01T00:00:00.0000019Z") == 1
    assert parse_moment("1970-01-01T00:00:01.5-00:00") == SECOND * 3 // 2


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        to_moment(datetime(2024, 1, 1))  # noqa: DTZ001


def test_a_midnight_is_shown_as_its_day() -> None:
    assert format_day(Moment(0)) == "1970-01-01"
    assert format_day(Moment(SECOND)) == "1970-01-01 00:00:01 UTC"


@given(YEARS, st.integers(0, 120))
def test_somebody_born_on_the_latest_birthday_is_that_old_and_not_a_day_later(
    when: datetime, years: int
) -> None:
    born = latest_birthday(to_moment(when), years)
    year, month_day = divmod(born, 10_000)
    assert (year, month_day) == (when.year - years, when.month * 100 + when.day)


def test_countries_are_those_that_iso_has_assigned() -> None:
    assert {country.alpha_2 for country in pycountry.countries} == COUNTRIES
    assert EU < EEA < COUNTRIES
    assert (len(EU), sorted(EEA - EU)) == (27, ["IS", "LI", "NO"])


@pytest.mark.parametrize(("code", "is_one"), [("GB", True), ("GB-SCT", True), ("US-CA", True), ("XX", False), ("XX-CA", False),
                                              ("gb", False), ("GB-", False), ("GB-SCOT", False),
                                              ("", False), ("GB\n", False)])  # fmt: skip
def test_a_region_has_the_form_of_iso_3166(code: str, is_one: bool) -> None:
    assert is_region(code) is is_one


def test_every_subdivision_that_iso_lists_is_a_region_in_its_country() -> None:
    for subdivision in pycountry.subdivisions:
        assert is_region(subdivision.code)
        assert country_of(subdivision.code) == subdivision.country_code
        assert lies_in(subdivision.code, frozenset({subdivision.country_code}))
        assert not lies_in(subdivision.country_code, frozenset({subdivision.code}))


@given(st.sampled_from(TREE.names()), st.sampled_from(TREE.names()))
def test_purposes_are_related_as_the_tree_says(one: str, other: str) -> None:
    above = {
        "ai": {"ai"},
        "write": {"ai", "write"},
        "draft": {"ai", "write", "draft"},
        "rank": {"ai", "rank"},
        "sell": {"sell"},
    }
    assert set(TREE.lineage(one)) == above[one]
    assert TREE.covers(one, other) == (one in above[other])
    assert TREE.related(one, other) == (one in above[other] or other in above[one])


def test_a_purpose_that_is_not_in_the_tree_has_no_parent() -> None:
    assert TREE.parent("telepathy") is None
    assert TREE.lineage("telepathy") == ("telepathy",)


def test_canonical_bytes_do_not_depend_on_order_and_hold_no_fractions() -> None:
    assert canonical({"b": 1, "a": [True, None, "é"]}) == canonical({"a": [True, None, "é"], "b": 1})
    with pytest.raises(Exception, match=r"(?i)integer|range|exceed"):
        canonical(2**53)


_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**54), 2**54)
    | st.sampled_from([2**53, 2**53 - 1, -(2**53), 1 - 2**53])
    | st.text(st.characters(), max_size=6)
)


@given(
    st.recursive(
        _scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
        max_leaves=12,
    )
)
def test_canonical_bytes_are_those_of_rfc_8785(value: Any) -> None:
    try:
        wanted = rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        with pytest.raises(type(error)):
            canonical(value)
    else:
        assert canonical(value) == wanted


def test_a_key_answers_in_one_domain_only() -> None:
    key = bytes(32)
    assert (
        len(
            {keyed(key, "a", b"b"), keyed(key, "ab", b""), keyed(key, "a", b"c"), keyed(b"k" * 32, "a", b"b")}
        )
        == 4
    )
    assert digest(b"") != digest(b"\0")
