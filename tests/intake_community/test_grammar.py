"""The grammar of the demo community: its format, and that every language can say everything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sayso.intake.community.passage import Passage
from sayso.intake.community.phrases import GRAMMARS, TOPICS, Slot, Template, expand, read_grammar

FILLED_BY_THE_WRITER = {
    "city",
    "years",
    "n",
    "nn",
    "name",
    "handle",
    "email",
    "phone",
    "url",
    "card",
    "iban",
    "ip",
}


class First:
    """Takes the first filling of everything, and writes a slot's name where the writer would fill it."""

    def choose(self, slot: str, number: int) -> int:
        return 0

    def fill(self, slot: str) -> Passage:
        return Passage(slot)


def test_a_slot_at_the_start_of_a_sentence_gets_a_capital() -> None:
    grammar = read_grammar("[a]\n= tool: a saw | a hoe\n[a.open]\n{tool} lies beside {tool}.")
    assert [expand(one, First()).text for one in grammar["a.open"]] == ["A saw lies beside a saw."]


def test_a_filling_may_have_slots_and_a_line_may_go_on() -> None:
    grammar = read_grammar("[a]\n= care: oil it in {city}\n  | wash it\n[a.open]\nI {care},\n  and {n} more.")
    assert [expand(one, First()).text for one in grammar["a.open"]] == ["I oil it in city, and n more."]


def test_a_subject_may_use_the_common_slots() -> None:
    grammar = read_grammar("[common]\n= day: Monday\n[a.open]\nOn {day}.")
    assert expand(grammar["a.open"][0], First()).text == "On Monday."


@pytest.mark.parametrize("language", GRAMMARS)
def test_every_language_has_every_part(language: str) -> None:
    assert set(GRAMMARS[language]) == set(GRAMMARS["en"])


@pytest.mark.parametrize("language", GRAMMARS)
def test_every_slot_can_be_filled(language: str) -> None:
    templates = [template for part in GRAMMARS[language].values() for template in part]
    assert {name for one in templates for name in _open_slots(one)} <= FILLED_BY_THE_WRITER


def _open_slots(template: Template) -> Iterator[str]:
    for piece in template:
        if isinstance(piece, Slot):
            if not piece.fillings:
                yield piece.name
            for filling in piece.fillings:
                yield from _open_slots(filling)


@pytest.mark.parametrize("topic", TOPICS)
def test_english_has_forty_templates_for_each_subject(topic: str) -> None:
    assert sum(len(GRAMMARS["en"][f"{topic}.{part}"]) for part in ("open", "middle", "reply")) >= 40


@pytest.mark.parametrize("language", GRAMMARS)
def test_sentences_begin_with_a_capital_and_end_with_a_mark(language: str) -> None:
    for part, templates in GRAMMARS[language].items():
        if part.split(".")[1] in ("open", "middle", "reply", "close"):
            for text in (expand(one, First()).text for one in templates):
                assert text[-1] in ".?!"
                assert text.lstrip("¿").startswith("city") or text.lstrip("¿")[0].isupper()
                assert "  " not in text
