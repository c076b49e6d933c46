"""What holds of redaction for every text, near misses and hostile ones included."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sayso.redact.apply import redact
from sayso.redact.operators import written_over
from sayso.redact.spans import Label, Span, resolve

PIECES = [
    "ada@example.org",
    "@ada",
    "@ada@social.example",
    "https://example.org/x",
    "www.example.org",
    "example.com/me",
    "+44 20 7946 0958",
    "0044 20 7946 0958",
    "(415) 555-0198",
    "call ",
    "tel: 1234567",
    "x12",
    "4111 1111 1111 1111",
    "5500000000000004",
    "DE44 5001 0517 5407 3249 31",
    "203.0.113.9",
    "2001:db8::7",
    "> quoted",
    "[EMAIL]",
    "[PHONE]",
    "[",
    "]",
    "(",
    ")",
    "@",
    "+",
    "://",
    "/",
    ".",
    ".com/",
    ":",
    "-",
    "_",
    "'",
    " ",
    "\n",
    "\r",
    ", ",
    "12",
    "x",
    "é",
    "٣",
    "😀",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)


@given(TEXTS)
@example("foo@x.io@bar@baz")
@example("tel 1234567, 1234567, 1234567")
@example("ada@example.org5551234567")
def test_redacting_twice_is_redacting_once(text: str) -> None:
    once = redact(text).text
    assert redact(once).text == once
    assert redact(once).receipt == ()


@given(TEXTS)
def test_spans_lie_in_the_text_in_order_and_apart(text: str) -> None:
    receipt = redact(text).receipt
    ends = [0, *(span.end for span in receipt)]
    assert all(0 <= span.start < span.end <= len(text) for span in receipt)
    assert all(end <= span.start for end, span in zip(ends, receipt, strict=False))


@given(TEXTS)
def test_the_output_is_the_original_with_its_spans_replaced(text: str) -> None:
    result = redact(text)
    assert result.text == written_over(text, result.receipt)


@given(TEXTS, TEXTS)
def test_what_was_redacted_before_changes_nothing(text: str, other: str) -> None:
    first = redact(text)
    redact(other)
    assert redact(text) == first


SPANS = st.builds(
    lambda start, length, label: Span(start, start + length, label),
    st.integers(0, 30),
    st.integers(1, 12),
    st.sampled_from(Label),
)


@given(st.lists(SPANS))
def test_what_stays_covers_what_was_found_and_no_more_and_lies_apart(found: list[Span]) -> None:
    kept = resolve(found)
    assert {place for span in kept for place in range(span.start, span.end)} == {
        place for span in found for place in range(span.start, span.end)
    }
    assert all(one.end <= other.start for one, other in pairwise(kept))


@given(st.lists(SPANS))
def test_a_span_that_stays_has_the_label_of_the_longest_in_it(found: list[Span]) -> None:
    order = list(Label)
    for kept in resolve(found):
        inside = [span for span in found if kept.start <= span.start and span.end <= kept.end]
        longest = min(inside, key=lambda span: (span.start - span.end, span.start, order.index(span.label)))
        assert kept.label is longest.label


@given(st.lists(SPANS), st.randoms(use_true_random=False))
def test_the_order_in_which_spans_are_found_does_not_matter(found: list[Span], chance: object) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert resolve(shuffled) == resolve(found)


HOSTILE = [
    *PIECES,
    *"@1>.:/+x_ ",
    "> ",
    ">\n",
    "a@",
    "@a@b.c",
    "a@b.c_",
    "00 ",
    "(1",
    "1x",
    "1-",
    "ab:",
    "::",
    "((",
    "http://a(",
]


def work(text: str) -> float:
    """Return the processor time of redacting a text, the least of three."""
    spent = []
    for _ in range(3):
        started = time.process_time()
        redact(text)
        spent.append(time.process_time() - started)
    return min(spent)


@pytest.mark.parametrize("piece", HOSTILE)
def test_four_times_the_text_is_not_sixteen_times_the_work(piece: str) -> None:
    small, large = (piece * (size // len(piece)) for size in (15_000, 60_000))
    assert work(large) < 10 * work(small) + 0.05
