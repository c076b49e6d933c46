"""Credits: who is thanked, quoted or answered is a person; what is praised is not."""

from __future__ import annotations

import pytest

from sayso.redact.credits import credits
from sayso.redact.spans import Label
from sayso.redact.structured import Structured


def named(text: str) -> list[str]:
    """Return the names that are found, all of them as persons."""
    spans = list(credits(text))
    assert {span.label for span in spans} <= {Label.PERSON}
    return [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Thanks to Qorvax for the suggestion.", ["Qorvax"]),
        ("thank you, Ilse Brandt for pointing this out", ["Ilse Brandt"]),
        ("As suggested by Wrenly in the comments, I tried it.", ["Wrenly"]),
        ("as pointed out in the comments by Dorota Nowak-Zima", ["Dorota Nowak-Zima"]),
        ("Full credit goes to Xandro and his team", ["Xandro"]),
        ("I solved it after reading a post from Fenna Oduya on a forum.", ["Fenna Oduya"]),
        ("See Tolvan's answer, which adds to Pell's comment.", ["Tolvan", "Pell"]),
        ("Extending Rhuby's idea", ["Rhuby"]),
    ],
)
def test_who_is_given_credit_is_named(text: str, names: list[str]) -> None:
    assert named(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Thanks to everyone for the help.",
        "Thanks to Google for the maps.",
        "It was answered by the manual.",
        "This answer is wrong, and that comment too.",
        "Today's post is about tea.",
        "thanks for nothing",
        "as suggested by e-mail",
        "Credit to whom credit is due.",
    ],
)
def test_things_everybody_and_companies_are_given_credit_and_are_nobody(text: str) -> None:
    assert named(text) == []


def test_a_credit_reaches_the_finder_of_structured_identifiers() -> None:
    text = "Great answer from Zanthe, it works."
    [spans] = Structured().find([text])
    assert [(text[start:end], label) for start, end, label in spans] == [("Zanthe", Label.PERSON)]
