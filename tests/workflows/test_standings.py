"""Standings that follow a log are those of a fold of the whole log, at every size, whoever asks meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory_log import MemoryLog
from sayso.errors import InputError
from sayso.ledger.events import (
    AccountClosed,
    ChoiceMade,
    Event,
    NoticeGiven,
    RecordDeleted,
    SuspensionLifted,
    SuspensionSet,
)
from sayso.ledger.standing import StandingIndex
from sayso.values.moments import Moment
from sayso.workflows.standings import Standings

NOW = Moment(100)
TAGS = ("5f", "6a", "7b")
tags, moments = st.sampled_from(TAGS), st.integers(0, 9).map(Moment)
events = st.one_of(
    st.builds(ChoiceMade, tags, st.just("genai"), st.booleans(), moments, st.just("v1"), st.just("settings")),
    st.builds(NoticeGiven, st.just("v1"), moments, st.just("e-mail"), st.none(), st.none() | tags),
    st.builds(SuspensionSet, st.just(("all",)), moments, st.just("the office"), st.just("")),
    st.builds(SuspensionLifted, st.integers(0, 9), moments),
    st.builds(RecordDeleted, tags, st.just("ab" * 32), moments),
    st.builds(AccountClosed, tags, moments),
)


@given(st.lists(st.lists(events, max_size=4), max_size=6), st.integers(1, 4), st.sampled_from((2, 10_000)))
def test_each_standing_is_that_of_a_fold_of_the_whole_log(
    batches: list[list[Event]], kept: int, tail: int
) -> None:
    log = MemoryLog()
    standings = Standings(log, kept, tail)
    views = [standings.now()]
    for batch in batches:
        log.append(batch, NOW)
        views.append(standings.now())
        for view in reversed(views):  # older views, too, once the newer ones have left what they found
            folded = StandingIndex.of(log.entries(0, view.size))
            assert [view.of(tag) for tag in (*TAGS, None)] == [folded.standing(tag) for tag in (*TAGS, None)]


def test_what_was_written_is_seen_by_whoever_asks_next_in_whatever_thread() -> None:
    log = MemoryLog()
    standings = Standings(log)

    def write_and_read(turn: int) -> bool:
        tag = TAGS[turn % len(TAGS)]
        standings.now().of(tag)
        said = ChoiceMade(tag, "genai", False, NOW, "v1", "settings")
        (entry,) = log.append([said], NOW)
        view = standings.now(at_least=entry.number)
        return entry.number in [choice.entry for choice in view.of(tag).choices]

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(write_and_read, range(400)))


def test_an_entry_that_is_not_there_cannot_be_demanded() -> None:
    log = MemoryLog()
    log.append([AccountClosed("5f", NOW)], NOW)
    standings = Standings(log)
    assert standings.now(at_least=0).size == 1
    for number in (1, -1):
        with pytest.raises(InputError, match="unknown-entry"):
            standings.now(at_least=number)


def test_no_more_standings_are_kept_than_asked_for() -> None:
    standings = Standings(MemoryLog(), kept=2)
    view = standings.now()
    for tag in TAGS:
        view.of(tag)
    assert set(standings._kept) == set(TAGS[1:])
