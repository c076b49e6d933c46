"""The trend of choices is what counting them one by one gives."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sayso.ledger.events import ChoiceMade, Entry
from sayso.ledger.index import LogIndex
from sayso.values.moments import DAY, Moment, parse_moment, to_datetime
from sayso.workflows.office.trend import Span, trend

START = parse_moment("2023-12-20")
WORDS = st.lists(
    st.tuples(st.integers(0, 100 * DAY), st.sampled_from(["a", "b"]), st.booleans()), max_size=30
)


def index(words: list[tuple[int, str, bool]]) -> LogIndex:
    said = [ChoiceMade("5f", control, yes, Moment(START + at), "v", "settings") for at, control, yes in words]
    return LogIndex.of(Entry(number, event.at, event) for number, event in enumerate(said))


def begins(at: Moment, span: Span) -> str:
    day = to_datetime(at).date()
    if span is Span.WEEK:
        day -= timedelta(days=day.weekday())
    return str(day.replace(day=1) if span is Span.MONTH else day)


@given(WORDS, st.sampled_from(Span), st.integers(0, 100 * DAY))
def test_each_word_is_counted_once_in_the_step_that_it_lies_in(
    words: list[tuple[int, str, bool]], span: Span, until: int
) -> None:
    found = trend(index(words), span, Moment(START + until))
    counted = {
        (line.control, yes, begins(start, span)): count
        for line in found.lines
        for yes, counts in ((False, line.noes), (True, line.yeses))
        for start, count in zip(found.starts, counts, strict=True)
        if count
    }
    heard = [(control, yes, begins(Moment(START + at), span)) for at, control, yes in words if at <= until]
    assert counted == dict(Counter(heard))
    assert [begins(start, span) for start in found.starts] == sorted(
        {begins(start, span) for start in found.starts}
    )


def test_steps_have_no_gaps_and_only_the_latest_are_kept() -> None:
    words = [(0, "a", False), (70 * DAY, "a", True)]
    days = trend(index(words), Span.DAY, Moment(START + 80 * DAY))
    assert len(days.starts) == 81
    few = trend(index(words), Span.DAY, Moment(START + 80 * DAY), longest=11)
    assert (few.starts[0], few.lines[0].yeses) == (START + 70 * DAY, (1, *[0] * 10))
    assert trend(index([]), Span.DAY, START).starts == ()
