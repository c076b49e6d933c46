"""Work that goes on behind a page: one of a kind at a time, and never silent about what went wrong."""

from __future__ import annotations

from threading import Event

import pytest

from sayso.errors import InputError, IntegrityError, Problem
from sayso.web.jobs import Jobs, Report
from sayso.web.office.desk import result_of


def test_one_of_a_kind_runs_at_a_time_and_the_last_result_stays() -> None:
    jobs, go = Jobs(), Event()

    def slow(report: Report) -> int:
        report(1, 2)
        go.wait(10)
        return 7

    first = jobs.start("count", "a", slow)
    assert jobs.start("count", "b", lambda report: 8) is first
    other = jobs.start("verify", "a", lambda report: 9)
    assert other is not first
    assert (first.runs, first.result) == (True, None)
    go.set()
    jobs.close()
    assert (first.runs, first.result, first.done, first.of) == (False, 7, 1, 2)
    assert jobs.last("count") is first
    assert jobs.start("count", "b", lambda report: 8).ended.wait(10)
    assert jobs.last("count") is not first


def test_what_goes_wrong_is_kept_as_a_problem_without_its_words() -> None:
    jobs = Jobs()

    def known(report: Report) -> None:
        raise InputError(Problem("no-records", "nothing was brought in"))

    def unknown(report: Report) -> None:
        raise ValueError("the words of a member")

    one, other = jobs.start("a", 0, known), jobs.start("b", 0, unknown)
    jobs.close()
    assert [problem.code for problem in one.problems] == ["no-records"]
    assert [problem.code for problem in other.problems] == ["unexpected"]
    assert "words" not in other.problems[0].what
    assert jobs.last("c") is None
    with pytest.raises(InputError, match="no-records"):
        result_of(one)
    with pytest.raises(IntegrityError, match="unexpected"):  # a fault of ours is no fault of whoever asks
        result_of(other)


def test_work_answers_for_its_own_key_and_for_a_time_that_goes_with_how_long_it_took() -> None:
    jobs, go = Jobs(), Event()
    job = jobs.start("count", "a", lambda report: go.wait(10))
    assert job.answers("a")
    assert not job.answers("b")
    go.set()
    jobs.close()
    job.seconds = 60.0
    assert job.answers("a")
    job.ended_at -= 20 * 60.0
    assert not job.answers("a")
