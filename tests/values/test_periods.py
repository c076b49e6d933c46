"""One month, as Regulation 1182/71 counts it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sayso.values.moments import DAY, SECOND, Moment, parse_moment, to_datetime
from sayso.values.periods import days_between, end_of_period, same_date

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
MONTHS = st.integers(0, 40)
MOMENTS = st.integers(0, parse_moment("2090-01-01")).map(Moment)


def day_month(day: date) -> int:
    return day.year * 12 + day.month - 1


@given(DAYS, MONTHS)
def test_the_same_date_or_the_last_day_of_the_month(day: date, months: int) -> None:
    found = same_date(day, months)
    assert day_month(found) == day_month(day) + months
    tomorrow = found + timedelta(days=1)
    assert found.day == day.day or (found.day < day.day and tomorrow.day == 1)


@given(DAYS, DAYS, MONTHS)
def test_who_comes_earlier_is_never_answered_later(one: date, other: date, months: int) -> None:
    first, second = sorted((one, other))
    assert same_date(first, months) <= same_date(second, months)


@given(DAYS, MONTHS)
def test_no_months_are_the_day_itself_and_each_month_has_28_to_31_days(day: date, months: int) -> None:
    assert same_date(day, 0) == day
    assert 28 * months <= (same_date(day, months) - day).days <= 31 * months


@given(MOMENTS, MONTHS, st.integers(0, 90))
def test_a_period_ends_with_the_last_hour_of_its_last_day(received: Moment, months: int, days: int) -> None:
    end = end_of_period(received, months, days)
    assert end % DAY == 0
    last = to_datetime(Moment(end - 1)).date()
    assert last == same_date(to_datetime(received).date(), months) + timedelta(days=days)


def test_the_examples_of_the_edpb_and_of_short_months() -> None:
    # The first two are those of the EDPB's Guidelines 01/2022 on the right of access, on Article 12(3).
    assert same_date(date(2022, 3, 5), 1) == date(2022, 4, 5)
    assert same_date(date(2022, 8, 31), 1) == date(2022, 9, 30)
    assert same_date(date(2027, 12, 31), 2) == date(2028, 2, 29)


def test_days_are_counted_by_how_often_the_day_changed() -> None:
    late, early = parse_moment("2026-03-01T23:59:59Z"), parse_moment("2026-03-02T00:00:00Z")
    assert days_between(late, early) == 1
    assert days_between(early, Moment(early + 86_399 * SECOND)) == 0
