"""What identifies together: job, employer and place; age, job and place; the only one in a place; words in quotation marks."""

from __future__ import annotations

import re
import sys
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sayso.redact import together as module
from sayso.redact.spans import Label, Span, resolve
from sayso.redact.titles import (
    _GERMAN_ENDINGS,
    _LAST_PARTS,
    WORD,
    heads,
    is_occupation,
    occupations,
    spots,
    titles,
    words_of,
)
from sayso.redact.together import WHY, each_together, reasons, together


def gone(text: str, *spans: Span) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], str(span.label)) for span in together(text, spans)]


def span(text: str, part: str, label: Label) -> Span:
    start = text.index(part)
    return Span(start, start + len(part), label)


JOBS = [
    ("I'm head of cardiology at St. Mary's in Leeds.", "head of cardiology", "St. Mary's", "Leeds"),
    ("Head of Cardiology at Nuffield Health in Leeds", "Head of Cardiology", "Nuffield Health", "Leeds"),
    ("She is a senior tax accountant with Harper & Moore in Hull.", "senior tax accountant", "Harper & Moore", "Hull"),
    ("I was a PhD student at MIT in Boston", "PhD student", "MIT", "Boston"),
    ("As a Leeds-based nurse at Spire Hospital I see it daily.", "nurse", "Spire Hospital", "Leeds"),
    ("Ich bin Chefarzt der Kardiologie am Klinikum Nord in Bremen.", "Chefarzt der Kardiologie", "Klinikum Nord", "Bremen"),
    ("Softwareentwicklerin bei Siemens in Erlangen", "Softwareentwicklerin", "Siemens", "Erlangen"),
    ("Je suis directrice des ressources humaines chez Danone à Lyon.", "directrice des ressources humaines", "Danone", "Lyon"),
    ("Soy enfermera en el Hospital Clínico, en Valencia", "enfermera", "Hospital Clínico", "Valencia"),
    ("Sou engenheira de software na Embraer em Campinas", "engenheira de software", "Embraer", "Campinas"),
    ("Ik ben huisarts bij Medisch Centrum Noord in Groningen", "huisarts", "Medisch Centrum Noord", "Groningen"),
    ("Sono infermiera presso Ospedale San Carlo a Milano", "infermiera", "Ospedale San Carlo", "Milano"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "title", "employer", "place"), JOBS, ids=[row[1] for row in JOBS])
def test_a_job_with_its_employer_and_place_goes_in_seven_languages(
    text: str, title: str, employer: str, place: str
) -> None:
    assert sorted(gone(text)) == sorted([(title, "TITLE"), (employer, "ORG"), (place, "LOC")])


STAY = [
    "Any nurse in Leeds can tell you.",
    "I work as a driver for Acme.",
    "The developer at Acme fixed it.",
    "Software engineers at Acme in Leeds like tea.",
    "I am a teacher. We met at Costa in Leeds.",
    "The operator at Alice in Basis B is unitary.",
    "A driver for Linux in March.",
    "I have an engineer degree at Acme in Leeds",
    "We are the only shop in Leeds.",
    "The first developer in Leeds was hired in 1970.",
]


@pytest.mark.parametrize("text", STAY)
def test_what_points_at_nobody_stays(text: str) -> None:
    assert gone(text) == []


def test_two_of_three_go_where_the_text_names_somebody() -> None:
    text = "Ada told me that. She is a nurse at Spire Hospital."
    assert gone(text) == []
    assert gone(text, span(text, "Ada", Label.PERSON)) == [("nurse", "TITLE"), ("Spire Hospital", "ORG")]


def test_what_others_found_counts_as_employer_and_place_without_any_word_before_it() -> None:
    text = "acme, leeds: senior baker wanted me gone"
    spans = span(text, "acme", Label.ORG), span(text, "leeds", Label.LOC)
    assert ("senior baker", "TITLE") in gone(text, *spans)
    assert gone(text) == []


def test_a_place_that_somebody_works_at_is_an_employer() -> None:
    text = "I'm head of cardiology at St. Mary's in Leeds."
    places = span(text, "St. Mary", Label.LOC), span(text, "Leeds", Label.LOC)
    assert ("St. Mary's", "ORG") in gone(text, *places)


def test_labels_of_an_earlier_redaction_count_and_are_never_touched() -> None:
    text = "I'm a midwife at [ORG 1] in [LOC FR]."
    assert gone(text) == [("midwife", "TITLE")]
    assert gone("I'm a [TITLE] at [ORG] in [LOC].") == []


def test_a_rare_combination_goes() -> None:
    text = "As a 43-year-old blacksmith from Hay I know."
    assert gone(text) == [("43-year-old", "DATE"), ("blacksmith", "TITLE"), ("Hay", "LOC")]
    assert gone("As a 43-year-old blacksmith I know.") == []


@pytest.mark.parametrize(
    ("text", "who", "place"),
    [
        ("Ask the only vet in Settle.", "only vet", "Settle"),
        ("I'm the only Korean in Ballina, sadly", "only Korean", "Ballina"),
        ("She is the youngest councillor of Great Yarmouth", "youngest councillor", "Great Yarmouth"),
    ],
)
def test_the_only_one_of_a_kind_in_a_place_goes(text: str, who: str, place: str) -> None:
    assert gone(text) == [(who, "TITLE"), (place, "LOC")]


def test_words_in_quotation_marks_behind_a_name_and_a_verb_go() -> None:
    text = 'As @ada wrote: "I never liked that place" and left'
    assert gone(text, span(text, "@ada", Label.HANDLE)) == [("I never liked that place", "QUOTE")]
    assert gone(text) == []


def test_every_span_comes_with_a_rule_that_is_told_in_a_sentence() -> None:
    text = "I'm head of cardiology at St. Mary's in Leeds. I'm the only Korean in Ballina."
    rules = {found.rule for found in reasons(text, [])}
    assert rules == {"job", "only"}
    assert all(WHY[rule] for rule in rules)


def test_titles_keep_their_modifiers_and_what_they_are_of() -> None:
    text = "My deputy head of human resources and the fire safety officer"
    assert [text[one.start : one.end] for one in titles(text)] == [
        "deputy head of human resources",
        "fire safety officer",
    ]


@pytest.mark.parametrize("word", ["nurse", "NURSE", "Ärztin", "Forstmeisterin", "sage-femme", "co-founder"])
def test_occupations_are_known_in_any_case_and_as_german_compounds(word: str) -> None:
    assert is_occupation(word)


HARD = (
    "nurse|NURSE|nUrSe|Ärztin|ÄRZTIN|Ärztinnen|Oberforstmeister|oberforstmeister|Therapeut|-Assistent|Co-Mechaniker"
    "|editor-in-chief|Editor-in-Chief|sage-femme|\u212aoch|Ober\u212aoch|maître|Ingénieur|IngÉnieur|leader|am|bin|x"
    "|é|“|”|’|²|_|7| | |. |! |? |…|\n|\r\n|-|.|St.|Mrs. |Prof.|the only |our youngest | in | of the |St. |Leeds|Œuf"
    '| wrote|said|has |: |"long enough"|«long enough words»|\x85|\ud800'
).split("|")
HARD_TEXTS = st.lists(st.sampled_from(HARD) | st.text(max_size=2), max_size=16).map("".join)
PLAIN_END = re.compile(
    r"(?<!\bSt)(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bProf)[.!?…]+[\"'”»)]?(?=\s)|[\r\n]+"
)


def spots_of(text: str) -> list[int]:
    return list(spots(b"\xff" + text.encode("utf-8", "surrogatepass") + b"\xff"))


@given(HARD_TEXTS, st.booleans())
@example("Therapeut", True)
@example("I am. Oberforstmeister", False)
def test_the_words_at_spots_are_all_that_occupations_may_stand_at(text: str, german: bool) -> None:
    assert heads(text, spots_of(text), german) == occupations(words_of(text), german)


@given(HARD_TEXTS)
def test_every_occupation_has_a_spot(text: str) -> None:
    places = spots_of(text)
    assert all(0 <= place < len(text) for place in places)
    for word in WORD.finditer(text):
        if is_occupation(word[0]):
            assert any(word.start() <= place < word.end() for place in places)


@given(HARD_TEXTS)
def test_sentences_end_where_the_plain_pattern_says(text: str) -> None:
    ends = [found.span() for found in PLAIN_END.finditer(text)]
    assert [found.span() for found in module._END.finditer(text)] == ends


@given(HARD_TEXTS)
def test_the_marks_of_the_rules_are_where_their_patterns_are(text: str) -> None:
    letters = b"\xff" + text.encode("utf-8", "surrogatepass") + b"\xff"
    for mark, pattern in ((module._ONLY_MARK, module._ONLY), (module._SAID_MARK, module._SAID)):
        assert module._seen(mark)(letters) or not pattern.search(text)


@given(st.lists(HARD_TEXTS, max_size=4))
def test_texts_at_once_are_texts_one_by_one(texts: list[str]) -> None:
    spans = [[Span(0, min(2, len(text)), Label.PERSON)] for text in texts]
    alone = [together(text, some) for text, some in zip(texts, spans, strict=True)]
    assert list(each_together(texts, spans)) == alone


def test_no_letter_in_another_case_hides_a_title() -> None:
    letters = set("".join((*_LAST_PARTS, *_GERMAN_ENDINGS)))
    for point in range(sys.maxunicode + 1):
        small = chr(point).lower()
        if small in letters and chr(point) != small:
            assert chr(point) in (small.upper(), "\u212a"), hex(point)


WORDS = [
    *("nurse", "at", "in", "Leeds", "Acme", "I'm a", "the only", "43 years old", "of", ".", "\n", "[LOC]"),
    *('wrote: "', "from", "engineer", "@ada", "Head"),
]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=30).map(" ".join))
@example("\ud800 nurse at \ud800 in \0")
def test_spans_lie_in_the_text_outside_labels_and_depend_on_the_text_alone(text: str) -> None:
    found = together(text, [])
    assert found == together(text, [])
    for one in found:
        assert 0 <= one.start < one.end <= len(text)
        assert "[LOC]" not in text[one.start : one.end]


@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_redacting_until_nothing_is_found_ends(text: str) -> None:
    for _ in range(20):
        found = resolve(together(text, []))
        if not found:
            return
        for one in reversed(found):
            text = f"{text[: one.start]}[{one.label}]{text[one.end :]}"
    pytest.fail("it still finds something after twenty rounds")


@pytest.mark.parametrize(
    "piece", ["a", "engineer ", "I'm the only ", "A-", "nurse at Acme in Leeds ", "43 ans ", "[LOC]", "a.\n"]
)
def test_time_grows_with_the_length_alone(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        started = time.process_time()
        together(text, [])
        return time.process_time() - started

    seconds(1_000)
    assert seconds(160_000) < 40 * max(seconds(20_000), 0.005)
