"""Searches that start at anchors find what searches of the whole text find."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redact.test_structured_gate import PIECES
from sayso.redact import dates, identifiers, secrets, streets
from sayso.redact.anchored import anchored

MORE = (
    "1|12|2|31|89|1989|2018|-|/|.| |, |T10:20|st|th| of | de |September|septiembre|février|März|mar.|may|août|Dec|jun"
    "|password|pw|PIN|secret_key|encryption_key|key|mot de passe|mdp|token|otp|clave|credential|access-key-id|bearer"
    "|:| = |=>|:=| is | ist |est|es| es |\"|'|`|hunter2|xY9|é|\n|\t|Calle |C/|avenida |Av. |Plaza |paseo |ronda "
    "|Carretera |Rua |travessa |Praça |Largo |Estrada |Alameda |Via |Viale |piazza |Corso |vicolo |Strada |Contrada "
    "|lungomare |ul. |Ulica |Str. |Mayor|del |n. |#|ID-|AB|ABCD-|ABCDE|a1|7|\u0661|\u017f|\u0130"
).split("|")
TEXTS = st.lists(st.sampled_from([*PIECES, *MORE, *MORE]) | st.text(max_size=2), max_size=16).map("".join)
LEADING_TOKEN = re.compile(
    r"(?<![\w.,/+-])(?:[A-Za-z]{1,4}-?)?[0-9](?:[ ./-]?[0-9]|[-/]?[A-Za-z]){4,18}(?![\w/]|[-.,]\w)", re.ASCII
)
SEARCHES = {
    "numeric dates": (dates._NUMERIC_START, dates._NUMERIC),
    "named dates": (dates._NAMED_START, dates._NAMED),
    "short dates": (dates._FIGURES, dates._SHORT),
    "short named dates": (dates._SHORT_NAMED_START, dates._SHORT_NAMED),
    "southern streets": (
        re.compile(streets._SOUTHERN_START),
        re.compile(rf"(?<![\w./#-]){streets._SOUTHERN}"),
    ),
}


@pytest.mark.parametrize("name", SEARCHES)
@given(text=TEXTS)
@example(text="12 septiembre 1989, 1 de Mar. 89, C/ Mayor 5, ul. Mayor 5")
def test_an_anchored_search_finds_what_the_pattern_finds(name: str, text: str) -> None:
    starts, pattern = SEARCHES[name]
    assert [found.span() for found in anchored(starts, pattern, text)] == [
        found.span() for found in pattern.finditer(text)
    ]


@given(TEXTS)
@example("api key is key: abcd=efgh; mot de passe est xyz1")
def test_told_secrets_are_looked_for_wherever_their_pattern_matches(text: str) -> None:
    assert [found.span() for found in secrets._tellings(text)] == [
        found.span() for found in secrets._TOLD.finditer(text)
    ]


@given(TEXTS)
@example("ABCD-12345 ABCDE12345 .A12345 12345-6 A-1B2C3D4")
def test_tokens_and_the_letters_before_them_are_the_tokens_that_letters_may_lead(text: str) -> None:
    found = [(identifiers._lead(text, one.start()), one.end()) for one in identifiers._TOKEN.finditer(text)]
    assert found == [one.span() for one in LEADING_TOKEN.finditer(text)]


@given(TEXTS)
@example("my passport number is ")
@example("Numéro fiscal: ")
@example("ID-+44 20 7946 0958 id ")
def test_a_glance_misses_no_word(text: str) -> None:
    told = (
        (identifiers._STRONG_GLANCE, identifiers._STRONG_WORD),
        (identifiers._WEAK_GLANCE, identifiers._WEAK_WORD),
    )
    for glance, word in told:
        assert glance.sees(text) or not word.search(text)


def test_an_apostrophe_of_three_bytes_hides_no_identity_card() -> None:
    assert identifiers._STRONG_GLANCE.sees("carte d’identité")
    assert re.search(identifiers.STRONG, "carte d’identité")
