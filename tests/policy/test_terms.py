"""Quotations held against recorded terms: what counts as the same words, and when they stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.policy.quotes import Quote
from sayso.policy.terms import Held, Outcome, Record, best, folded, holds, pieces, watch
from sayso.values.moments import parse_moment

TEXT = """
## 2\\. How we use data

* We _may_ use **your** [personal data](https://x.example/policy?a=b_(c)#d) to improve, “develop” and
  provide   Services\\; we don’t sell it.<br>| cell | other |

![a picture](https://x.example/p.png) [![nested](https://x.example/i.png) link](https://x.example/n)
[reference link][1] ends&nbsp;here.

[1]: https://x.example/reference "Title words"
"""


@pytest.mark.parametrize(
    "quote",
    [
        'We may use your personal data to improve, "develop" and provide Services',
        "we MAY use your personal data",
        "We don't sell it",
        "personal data … provide services",
        "We may use [...] and provide",
        "nested link reference link ends here",
        "2. How we use data: we may",
        "cell other",
    ],
)
def test_marks_links_and_white_space_do_not_count(quote: str) -> None:
    assert holds(folded(TEXT), pieces(quote))


@pytest.mark.parametrize(
    "quote",
    [
        "we may use personal data",
        "provide services … personal data",  # the pieces are in the other order
        "we may use your personal dat",  # a word is a word
        "x example",  # an address is not among the words
        "Title words",
        "",
        "…",
    ],
)
def test_other_words_are_not_held(quote: str) -> None:
    assert not holds(folded(TEXT), pieces(quote))


@given(st.text(max_size=60))
def test_folding_is_done_once(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert once == once.casefold()
    assert "  " not in once or not once.strip()


@given(
    st.lists(st.sampled_from(["we", "may", "train", "AI", "models", "not"]), min_size=1, max_size=9),
    st.data(),
)
def test_any_run_of_words_is_held_by_the_text_it_is_from(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    marks = data.draw(
        st.lists(st.sampled_from([" ", "\n", " **", "** ", ", ", " “", "” "]), min_size=9, max_size=9)
    )
    text = "".join(word + mark for word, mark in zip(words, marks, strict=False))
    assert holds(folded(text), pieces(" ".join(words[first : last + 1])))


QUOTE = Quote("1", "rule", "we train", ("S/T",), parse_moment("2025-03-10"))


def held(*texts: tuple[str, str], until: str | None = None, grace: int = 2) -> Held:
    quote = (
        QUOTE if until is None else Quote("1", "rule", "we train", ("S/T",), QUOTE.since, parse_moment(until))
    )
    records = [
        Record("archive", "S/T", f"commit{number}", parse_moment(at), text)
        for number, (at, text) in enumerate(texts)
    ]
    return next(watch([quote], records, grace))


NO, YES = "We do not.", "We **train**."


def test_a_quotation_stands_from_its_first_record_on() -> None:
    found = held(("2025-01-01", NO), ("2025-03-10T06:00:00Z", YES))
    assert (found.outcome, found.stands) == (Outcome.STANDS, True)
    assert found.first
    assert found.first.commit == "commit1"
    assert found.begins
    assert found.begins.commit == "commit0"


def test_an_archive_may_be_as_late_as_it_is_allowed_to_be() -> None:
    late = (("2025-01-01", NO), ("2025-03-12", YES))
    assert held(*late).outcome is Outcome.STANDS
    assert held(*late, grace=1).outcome is Outcome.LATER
    assert not held(*late, grace=1).stands


def test_an_archive_that_begins_later_cannot_tell_of_before() -> None:
    found = held(("2025-06-01", YES))
    assert (found.outcome, found.stands) == (Outcome.BEGINS_LATER, True)
    assert held(("2025-06-01", NO), ("2025-07-01", YES)).outcome is Outcome.LATER


def test_words_that_are_taken_out_while_the_rule_stands_are_gone() -> None:
    found = held(("2025-03-01", YES), ("2025-05-01", NO))
    assert (found.outcome, found.stands) == (Outcome.GONE, False)
    assert found.gone
    assert found.gone.commit == "commit1"
    assert held(("2025-03-01", YES), ("2025-05-01", "")).outcome is Outcome.GONE


def test_words_that_are_taken_out_when_the_rule_ends_have_stood() -> None:
    assert held(("2025-03-01", YES), ("2025-05-01", NO), until="2025-05-02").outcome is Outcome.STANDS
    assert held(("2025-03-01", YES), ("2025-05-01", NO), until="2025-06-01").outcome is Outcome.GONE


def test_a_record_that_failed_in_between_takes_nothing_away() -> None:
    assert held(("2025-03-01", YES), ("2025-05-01", ""), ("2025-05-02", YES)).outcome is Outcome.STANDS


def test_words_that_are_nowhere_and_documents_that_are_not_there() -> None:
    assert held(("2025-03-01", NO)).outcome is Outcome.NOWHERE
    assert held().outcome is Outcome.NO_RECORD


def test_of_several_documents_the_one_that_holds_it_best_counts() -> None:
    nowhere, stands = held(("2025-03-01", NO)), held(("2025-03-01", YES))
    assert best([nowhere, stands], QUOTE) is stands
    assert best([], QUOTE) == Held(QUOTE, Outcome.NO_RECORD)
