"""Operators: what is written in the place of what was found, and that it stays there."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.redact.apply import Redactor
from sayso.redact.operators import MASK, Operator, Removed, Rules, Writer, written_over
from sayso.redact.spans import Label, Span

NAMES = re.compile(r"(?:Ada|Ben|Cleo)(?: Lo\w+)?|\d{1,2} May \d{4}|Lyon|\+44 20 \d+")


class Named:
    """Finds a few names, a date, a place and a number: enough to see what is written for each."""

    version = "named/1"

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        return [[Span(*one.span(), label_of(one[0])) for one in NAMES.finditer(text)] for text in texts]


def label_of(words: str) -> Label:
    if words[0] == "+":
        return Label.PHONE
    if words[0].isdigit():
        return Label.DATE
    return Label.LOC if words == "Lyon" else Label.PERSON


def redactor(operator: Operator, key: bytes = b"k" * 32) -> Redactor:
    return Redactor((Named(),), Rules(operator), key, {"Lyon": "FR"}.get)


TEXT = "Ada Lovelace met Ben in Lyon on 3 May 1984; Ada and Ben rang +44 20 7946."


@pytest.mark.parametrize(
    ("operator", "wanted"),
    [
        (
            Operator.LABEL,
            "[PERSON] met [PERSON] in [LOC] on [DATE]; [PERSON] and [PERSON] rang [PHONE].",
        ),
        (
            Operator.NUMBERED,
            "[PERSON 1] met [PERSON 2] in [LOC 1] on [DATE 1]; [PERSON 3] and [PERSON 2] rang [PHONE 1].",
        ),
        (
            Operator.GENERALISE,
            "[PERSON] met [PERSON] in [LOC FR] on [DATE 1984]; [PERSON] and [PERSON] rang [PHONE +44].",
        ),
        (Operator.MASK, f"{MASK} met {MASK} in {MASK} on {MASK}; {MASK} and {MASK} rang {MASK}."),
        (Operator.REMOVE, "met in on ; and rang ."),
    ],
)
def test_each_operator_writes_what_it_says(operator: Operator, wanted: str) -> None:
    assert redactor(operator).redact([TEXT])[0].text == wanted


def test_a_pseudonym_is_the_same_in_every_text_and_another_under_another_key() -> None:
    one, other = (
        redactor(Operator.PSEUDONYM, key).redact(["Ben and Cleo", "so Ben"]) for key in (b"1", b"2")
    )
    names = re.findall(r"\[PERSON [0-9a-f]{8}\]", one[0].text + one[1].text)
    assert len(names) == 3
    assert names[0] == names[2] != names[1]
    assert not set(names) & set(re.findall(r"\[[^]]+\]", other[0].text))


def test_a_label_may_have_an_operator_of_its_own() -> None:
    rules = Rules(Operator.REMOVE, ((Label.DATE, Operator.GENERALISE),))
    assert Redactor((Named(),), rules).redact(["Ada, 3 May 1984"])[0].text == ", [DATE 1984]"


def test_what_is_removed_between_letters_leaves_a_blank_and_makes_no_new_word() -> None:
    text = "Ada+44 20 7946 0958Lovelace"
    spans = [Span(3, 19, Label.PHONE)]
    (gone,) = Writer(Rules(Operator.REMOVE), b"", None).removals(text, spans)
    assert (gone.written, written_over(text, [gone])) == (" ", "Ada Lovelace")


def test_the_version_names_finders_and_rules() -> None:
    assert redactor(Operator.MASK).version == "sayso-redact/3 named/1 rules(mask)"


def test_what_was_taken_out_once_goes_wherever_it_stands() -> None:
    class Once:
        version = "once/1"

        def find(self, texts: Sequence[str]) -> list[list[Span]]:
            return [[Span(0, 3, Label.PERSON)] if text.startswith("Zoe") else [] for text in texts]

    found = Redactor((Once(),)).redact(["Zoe said; ask Zoe, not Zoey or aZoe. Zoe's"])[0]
    assert found.text == "[PERSON] said; ask [PERSON], not Zoey or aZoe. [PERSON]'s"


def test_a_text_that_never_stops_showing_something_new_is_taken_out_whole() -> None:
    class Gnawing:
        version = "gnawing/1"

        def find(self, texts: Sequence[str]) -> list[list[Span]]:
            return [
                [Span(found.start(), found.end(), Label.ID)] if (found := re.search(r"[a-z]", text)) else []
                for text in texts
            ]

    assert Redactor((Gnawing(),)).redact(["a b c d e f g h i j k l m n o p q r s t"])[0].text == "[ID]"


PIECES = st.sampled_from(
    [
        "Ada",
        "Ben",
        "Ada Lovelace",
        "3 May 1984",
        "Lyon",
        "+44 20 7946",
        " ",
        "  ",
        "x",
        "[PERSON 1]",
        "\n",
        "[",
    ]
)


@given(st.lists(PIECES).map("".join), st.sampled_from(Operator))
def test_with_any_operator_redacting_twice_is_redacting_once(text: str, operator: Operator) -> None:
    once = redactor(operator).redact([text])[0]
    again = redactor(operator).redact([once.text])[0]
    assert (again.text, again.receipt) == (once.text, ())
    assert once.text == written_over(text, once.receipt)
    assert not NAMES.search(once.text)


@given(st.lists(PIECES).map("".join), st.sampled_from(Operator))
def test_places_are_those_of_the_original_and_nothing_of_it_is_in_the_receipt(
    text: str, operator: Operator
) -> None:
    for removed in redactor(operator).redact([text])[0].receipt:
        assert isinstance(removed, Removed)
        assert NAMES.search(text[removed.start : removed.end])
        assert not NAMES.search(removed.written.replace("+44", ""))


@given(st.lists(st.lists(PIECES).map("".join), max_size=6))
def test_a_batch_is_its_texts_one_by_one(texts: list[str]) -> None:
    one = redactor(Operator.NUMBERED)
    assert one.redact(texts) == [one.redact([text])[0] for text in texts]
