"""Repeats: what was taken out in one place is found wherever else it stands, however it is looked for."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from sayso.redact.repeats import _apart, _standing, _walked, repeats
from sayso.redact.spans import Label, Span

PIECES = ["Ada", "Ann", "Anna", "@ada", "+44 20", "a.b", "_", "7", " ", ", ", "é", "-", "@", "...", "\n"]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=14).map("".join)


def spans(text: str, bounds: list[tuple[int, int]]) -> list[Span]:
    """Return spans of a text from any pairs of numbers."""
    places = [sorted((start % (len(text) + 1), end % (len(text) + 1))) for start, end in bounds]
    return [Span(start, end, Label.PERSON) for start, end in places if end - start >= 3]


@given(TEXTS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5))
@example("Ann Anna @ada ada Ann", [(0, 3), (9, 13)])
def test_a_look_for_each_word_finds_what_a_walk_over_the_text_finds(
    text: str, bounds: list[tuple[int, int]]
) -> None:
    words = {text[one.start : one.end] for one in spans(text, bounds)}
    apart = [
        {found for found in look(text, words) if _apart(text, found[0], found[0] + len(found[1]))}
        for look in (_standing, _walked)
    ]
    once = {found for found in apart[1] if text.find(found[1], text.find(found[1]) + 1) < 0}
    assert apart[0] == apart[1] - once


@given(TEXTS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=5))
def test_what_repeats_stands_elsewhere_in_the_same_words(text: str, bounds: list[tuple[int, int]]) -> None:
    found = spans(text, bounds)
    told = {text[one.start : one.end] for one in found}
    for one in repeats(text, found):
        assert text[one.start : one.end] in told
        assert one.start not in {each.start for each in found}
        assert _apart(text, one.start, one.end)
