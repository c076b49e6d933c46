"""Scoring of finders: what counts as right, missed and wrong."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.redact.score import Counts, Example, parse_examples, score
from shared_data import need_shared

PEOPLE = Example("a", "Ada Lovelace met Byron in Rome", ((0, 12, "PERSON"), (17, 22, "PERSON")), ("PERSON",))

words = st.text("ab .é-😀", min_size=1, max_size=30)
names = st.sampled_from(("PERSON", "LOC", "SSN", "ID", "MEMBER", "ZIP"))


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@st.composite
def spans_of(draw: st.DrawFn, text: str) -> list[tuple[int, int, str]]:
    pairs = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text)), names)
    return [(start, max(end, start + 1), name) for start, end, name in draw(st.lists(pairs, max_size=5))]


@st.composite
def examples(draw: st.DrawFn) -> tuple[Example, list[tuple[int, int, str]]]:
    text = draw(words)
    classes = tuple(draw(st.lists(st.sampled_from(("PERSON", "LOC", "SSN")), unique=True)))
    return Example("x", text, tuple(draw(spans_of(text))), classes), draw(spans_of(text))


def test_what_is_found_as_marked_is_right_by_every_measure() -> None:
    scores = score([PEOPLE], [PEOPLE.spans])
    assert scores.strict == Counts(2)
    assert scores.token == scores.any == Counts(3)


def test_half_a_name_is_wrong_strictly_and_half_right_by_token() -> None:
    scores = score([PEOPLE], [[(0, 3, "PERSON")]])
    assert scores.strict == Counts(0, 2, 1)
    assert scores.token == Counts(1, 2, 0)


def test_a_name_taken_out_as_a_place_is_missed_by_class_and_gone_all_the_same() -> None:
    scores = score([PEOPLE], [[(17, 22, "LOC")]])
    assert scores.token == Counts(0, 3, 0)
    assert scores.any == Counts(1, 2, 0)


def test_a_label_that_the_set_does_not_mark_is_never_wrong() -> None:
    scores = score([PEOPLE], [[(26, 30, "LOC")]])
    assert (scores.strict.wrong, scores.token.wrong, scores.any.wrong) == (0, 0, 0)


def test_a_word_taken_out_for_nothing_is_wrong_by_every_measure() -> None:
    scores = score([PEOPLE], [[(13, 16, "PERSON")]])
    assert (scores.strict.wrong, scores.token.wrong, scores.any.wrong) == (1, 1, 1)


def test_the_wrong_class_on_marked_words_is_wrong_by_class_only() -> None:
    one = Example("o", "Siemens here", ((0, 7, "ORG"),), ("PERSON",))
    scores = score([one], [[(0, 7, "PERSON")]])
    assert scores.token == Counts(0, 0, 1)
    assert scores.any == Counts(0, 0, 0)


def test_members_and_signatures_are_persons_and_ids_are_social_security_numbers() -> None:
    one = Example("o", "Ada 123 Bo", ((0, 3, "PERSON"), (4, 7, "SSN"), (8, 10, "PERSON")), ("PERSON", "SSN"))
    assert score([one], [[(0, 3, "MEMBER"), (4, 7, "ID"), (8, 10, "SIGNATURE")]]).strict == Counts(3)


def test_a_set_that_marks_ids_gets_ids() -> None:
    one = Example("o", "id 123", ((3, 6, "ID"),), ("ID", "SSN"))
    assert score([one], [[(3, 6, "ID")]]).strict == Counts(1)


def test_an_id_marked_beyond_the_classes_counts_neither_way() -> None:
    one = Example("o", "id 123 or 456", ((3, 6, "ID"),), ("SSN",))
    scores = score([one], [[(3, 6, "ID"), (10, 13, "ID")]])
    assert scores.strict == scores.token == scores.any == Counts(0, 0, 1)


def test_a_span_given_twice_counts_once() -> None:
    assert score([PEOPLE], [[(0, 3, "PERSON"), (0, 3, "MEMBER")]]).strict == Counts(0, 2, 1)


def test_part_of_a_word_counts_as_the_word() -> None:
    one = Example("o", "rebecca", ((0, 7, "PERSON"),), ("PERSON",))
    assert score([one], [[(2, 3, "PERSON")]]).token == Counts(1)


def test_finds_for_another_number_of_texts_are_refused() -> None:
    with pytest.raises(ValueError):
        score([PEOPLE], [])


def test_what_was_not_measured_has_no_figure() -> None:
    assert (Counts().precision, Counts().recall, Counts().f1) == (None, None, None)
    assert (Counts(0, 1, 0).precision, Counts(0, 1, 0).recall, Counts(0, 1, 0).f1) == (None, 0.0, 0.0)


@given(examples())
def test_finding_just_what_is_marked_is_without_fault(
    given_: tuple[Example, list[tuple[int, int, str]]],
) -> None:
    example, _ = given_
    marked = [span for span in example.spans if span[2] in example.classes]
    scores = score([example], [marked])
    for counts in (scores.strict, scores.token, scores.any):
        assert counts.missed == counts.wrong == 0


@given(examples())
def test_what_is_taken_out_under_its_class_is_taken_out_at_all(
    given_: tuple[Example, list[tuple[int, int, str]]],
) -> None:
    example, found = given_
    scores = score([example], [found])
    assert scores.any.missed <= scores.token.missed
    assert scores.any.wrong <= scores.token.wrong
    assert scores.any.right + scores.any.missed <= scores.token.right + scores.token.missed


@given(examples(), st.randoms())
def test_the_order_of_finds_does_not_matter(
    given_: tuple[Example, list[tuple[int, int, str]]], chance: Random
) -> None:
    example, found = given_
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert score([example], [found]) == score([example], [shuffled + found])


@given(st.lists(examples(), max_size=4))
def test_a_set_scores_as_its_parts_together(many: list[tuple[Example, list[tuple[int, int, str]]]]) -> None:
    whole = score([one for one, _ in many], [found for _, found in many])
    parts = [score([one], [found]) for one, found in many]
    assert whole.any == sum((part.any for part in parts), Counts())
    assert whole.token == sum((part.token for part in parts), Counts())


@given(any_json)
def test_any_json_is_an_example_or_a_problem(value: object) -> None:
    parsed, problems = parse_examples([json.dumps(value)], "x.jsonl")
    assert len(parsed) + len(problems) == 1


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[" * 100_000,
        "[]",
        '{"id": "a", "text": "x", "spans": []}',
        '{"id": 1, "text": "x", "spans": [], "classes": []}',
        '{"id": "a", "text": "x", "spans": [], "classes": [1]}',
        '{"id": "a", "text": "x", "spans": [[0, 1]], "classes": []}',
        '{"id": "a", "text": "x", "spans": [[0, true, "X"]], "classes": []}',
        '{"id": "a", "text": "x", "spans": [[0, 2, "X"]], "classes": []}',
        '{"id": "a", "text": "x", "spans": [[1, 1, "X"]], "classes": []}',
        '{"id": "a", "text": "x", "spans": [[-1, 1, "X"]], "classes": []}',
    ],
)
def test_a_bad_line_is_a_problem_at_its_place(line: str) -> None:
    parsed, problems = parse_examples(["", line], "set.jsonl")
    assert not parsed
    assert str(problems[0]).startswith("set.jsonl:2: ")


def test_a_problem_holds_nothing_of_the_text() -> None:
    _, problems = parse_examples(['{"id": "a", "text": "Ada", "spans": [[0, 9, "X"]], "classes": []}'], "s")
    assert "Ada" not in str(problems[0])


@pytest.mark.needs_shared
@pytest.mark.parametrize("name", ["btc_dev", "so_dev", "presidio_synth_v2", "datafog_mixed_pii"])
def test_the_real_sets_parse_without_problems_and_score_full_against_themselves(name: str) -> None:
    path = need_shared(f"pii/{name}.jsonl")
    parsed, problems = parse_examples(path.read_text(encoding="utf-8").splitlines(), path.name)
    assert not problems
    assert parsed
    scores = score(parsed, [one.spans for one in parsed])
    assert scores.any.missed == scores.any.wrong == scores.strict.missed == scores.strict.wrong == 0
