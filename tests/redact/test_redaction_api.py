"""The three functions, and the types that people know from Presidio."""

from __future__ import annotations

import inspect
import pickle
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.errors import EdgeError, InputError
from sayso.presidio import ENTITY, PresidioLikeAnalyzer, RecognizerResult, to_presidio
from sayso.redact.plan import Mode
from sayso.redact.spans import Label, Span
from sayso.redact.why import WHY_FOUND
from sayso.redaction import explain, find, finders, redact

TEXT = "Mail ada@example.org, card 4111 1111 1111 1111."


def test_one_text_gives_one_answer_and_several_give_as_many() -> None:
    assert find([TEXT, "none"]) == [find(TEXT), []]
    assert redact([TEXT, "none"])[0] == redact(TEXT)
    assert redact(TEXT, "structured").text == "Mail [EMAIL], card [CARD]."


@given(st.lists(st.text(max_size=30), max_size=4))
def test_neighbours_change_nothing(texts: list[str]) -> None:
    assert find(texts) == [find(text) for text in texts]
    assert redact(texts) == [redact(text) for text in texts]


def test_what_is_found_is_what_is_taken_out_and_explained() -> None:
    spans = find(TEXT)
    receipt, told = redact(TEXT).receipt, explain(TEXT)
    assert [one[:3] for one in receipt] == spans
    assert [(one.start, one.end, one.label) for one in told.reasons] == spans
    assert told.text == redact(TEXT).text


def test_every_label_has_a_reason_and_a_name_of_presidio() -> None:
    assert set(WHY_FOUND) == set(ENTITY) == set(Label)


def test_unknown_words_are_refused() -> None:
    with pytest.raises(ValueError):
        find(TEXT, mode="psychic")
    with pytest.raises(ValueError):
        redact(TEXT, operator="vanish")
    with pytest.raises(ValueError):
        redact(TEXT, operators={"NAME": "mask"})
    with pytest.raises(InputError, match="no-key"):
        redact(TEXT, operator="pseudonym")


def test_pseudonyms_depend_on_the_key_alone() -> None:
    one, two = (redact(TEXT, operator="pseudonym", key=key).text for key in (b"k" * 16, b"l" * 16))
    assert one != two
    assert one == redact([TEXT], operator="pseudonym", key=b"k" * 16)[0].text


def test_a_result_has_the_fields_that_presidio_documents() -> None:
    # presidio_analyzer.RecognizerResult of 2.2, as its API page names them.
    documented = ["entity_type", "start", "end", "score", "analysis_explanation", "recognition_metadata"]
    assert list(inspect.signature(RecognizerResult).parameters) == documented
    one = RecognizerResult("PERSON", 0, 3, 0.85)
    assert list(one.to_dict()) == documented
    assert str(one) == "type: PERSON, start: 0, end: 3, score: 0.85"
    assert RecognizerResult.from_json({"entity_type": "PERSON", "start": 0, "end": 3, "score": 0.85}) == one
    for name in ("intersects", "contained_in", "contains", "equal_indices"):
        assert callable(getattr(one, name))


def test_the_names_are_those_of_presidios_list_of_supported_entities() -> None:
    listed = {
        "CREDIT_CARD", "CRYPTO", "DATE_TIME", "EMAIL_ADDRESS", "IBAN_CODE", "IP_ADDRESS", "MAC_ADDRESS", "LOCATION", "PERSON",
        "PHONE_NUMBER", "URL", "ORGANIZATION", "US_SSN",
    }  # fmt: skip
    own = {"QUOTE", "SECRET", "BIC", "ID", "PASSPORT", "DRIVER_LICENSE", "USERNAME", "TITLE"}
    assert set(PresidioLikeAnalyzer().get_supported_entities()) == listed | own


def test_places_are_compared_as_presidio_compares_them() -> None:
    wide, inner, beside = (RecognizerResult("URL", *place, 1.0) for place in ((0, 9), (2, 5), (9, 12)))
    assert (wide.contains(inner), inner.contained_in(wide), inner.contains(wide)) == (True, True, False)
    assert (wide.intersects(inner), wide.intersects(beside)) == (3, 0)
    assert wide.equal_indices(RecognizerResult("PERSON", 0, 9, 0.1))


def test_the_analyzer_is_called_like_presidios() -> None:
    analyzer = PresidioLikeAnalyzer("structured")
    both = analyzer.analyze(text=TEXT, language="en")
    assert [one.entity_type for one in both] == ["EMAIL_ADDRESS", "CREDIT_CARD"]
    assert analyzer.analyze(text=TEXT, language="en", entities=["CREDIT_CARD"]) == both[1:]
    assert analyzer.analyze(TEXT, "en", score_threshold=0.99) == both[1:]
    assert analyzer.analyze(TEXT, "en", allow_list=["ada@example.org"]) == both[1:]
    told = analyzer.analyze(TEXT, "en", return_decision_process=True)[0].analysis_explanation
    assert told == WHY_FOUND[Label.EMAIL]


def test_the_analyzer_can_be_sent_to_another_process() -> None:
    sent = pickle.loads(pickle.dumps(PresidioLikeAnalyzer()))  # noqa: S301
    assert sent.analyze(TEXT) == PresidioLikeAnalyzer().analyze(TEXT)


def test_an_id_in_the_form_of_a_social_security_number_is_called_so() -> None:
    assert to_presidio([Span(0, 11, Label.ID)])[0].entity_type == "ID"
    assert to_presidio([Span(0, 11, Label.ID)], "078-05-1120")[0].entity_type == "US_SSN"


def test_modes_have_names() -> None:
    assert find(TEXT, mode=Mode.STRUCTURED) == find(TEXT, mode="structured")


def test_a_missing_part_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    finders.cache_clear()
    monkeypatch.setitem(sys.modules, "sayso.redact.tagger", None)
    with pytest.raises(EdgeError, match="missing-part") as caught:
        finders(Mode.LIGHT)
    assert caught.value.problems[0].advice.endswith("or look for less with --mode structured")
    finders.cache_clear()
