"""The sieve before the networks: what it loses, that its sums are those of every neighbour, and that it can be fitted anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.taggers import TEXTS
from sayso.redact.lexicon import Lexicon
from sayso.redact.network import Network
from sayso.redact.sieve import PLACES, Sieve, sieve_of, stored, total
from sayso.redact.tagger import LightTagger, lexicon_of, network_of, weights
from sayso.redact.training.sieving import fitted, half_redacted, lost
from shared_data import need_shared


@cache
def shipped() -> tuple[Lexicon, Network, Sieve]:
    network, sieve = network_of(weights("light"))
    assert sieve is not None
    return lexicon_of(weights("lexicon")), network, sieve


@given(st.lists(st.tuples(*(st.integers(-9, 9) for _ in PLACES)), min_size=1, max_size=9))
def test_a_token_is_spoken_for_by_its_neighbours_and_by_nobody_beyond_the_ends(
    said: list[tuple[int, ...]],
) -> None:
    expected = [
        sum(said[at + place][number] for number, place in enumerate(PLACES) if 0 <= at + place < len(said))
        for at in range(len(said))
    ]
    assert total(np.array(said, dtype=np.int32)).tolist() == expected


def test_a_sieve_is_stored_and_read_again_as_it_was() -> None:
    sieve = shipped()[2]
    again = sieve_of(stored(sieve))
    assert again is not None
    assert all(np.array_equal(getattr(sieve, name), getattr(again, name)) for name in Sieve.__slots__)


def test_words_in_clear_sentences_pass_whatever_their_letters() -> None:
    lexicon, network, sieve = shipped()
    every, sieved = LightTagger(lexicon, network, None, ""), LightTagger(lexicon, network, sieve, "")
    for texts in (TEXTS, [text.lower() for text in TEXTS], [text.upper() for text in TEXTS]):
        assert every.find(texts) == sieved.find(texts)


NAMES = [
    f"My name is {name} and I live in {place}." for name in ("Ada", "Bo", "Eve") for place in ("Rome", "Bern")
]
PLAIN = [
    "for (int i = 0; i < n; i++) { total += values[i]; }",
    "and then it rains, they say; never mind the rest of it",
]


def test_a_sieve_is_fitted_to_what_a_network_takes_out() -> None:
    lexicon, network, _ = shipped()
    sieve = fitted(lexicon, network, (NAMES + PLAIN) * 4, NAMES + PLAIN)
    out, gone, passed, read = lost(sieve, lexicon, network, NAMES + PLAIN)
    assert out >= 2 * len(NAMES)
    assert gone == 0
    assert passed < read / 2
    again = fitted(lexicon, network, (NAMES + PLAIN) * 4, NAMES + PLAIN)
    assert all(np.array_equal(getattr(sieve, name), getattr(again, name)) for name in Sieve.__slots__)


def test_half_of_what_is_found_is_replaced_by_labels() -> None:
    lexicon, network, sieve = shipped()
    texts = list(half_redacted(LightTagger(lexicon, network, sieve, ""), NAMES + PLAIN, Random(1)))
    assert len(texts) == len(NAMES)
    assert {"[PERSON]" in text for text in texts} == {"[LOC]" in text for text in texts} == {True, False}
    assert all(
        "[PERSON]" in text or text.startswith(name[:14]) for text, name in zip(texts, NAMES, strict=True)
    )


def test_where_a_network_takes_nothing_out_every_word_passes() -> None:
    lexicon, network, _ = shipped()
    for texts in ([], PLAIN):
        sieve = fitted(lexicon, network, texts, texts)
        assert lost(sieve, lexicon, network, ["Ada lives  in Rome"])[2:] == (4, 5)


UNSEEN = ("btc_dev", "wnut17_dev", "so_dev", "ambient_standard", "presidio_synth_v2")


@pytest.mark.needs_shared
@pytest.mark.parametrize("letters", [str, str.lower])
def test_of_texts_that_it_did_not_see_it_loses_hardly_a_word(letters: Callable[[str], str]) -> None:
    rows = [
        row for name in UNSEEN for row in need_shared(f"pii/{name}.jsonl").read_text("utf-8").splitlines()
    ]
    lexicon, network, sieve = shipped()
    out, gone, passed, read = lost(
        sieve, lexicon, network, [letters(json.loads(row)["text"]) for row in rows]
    )
    assert gone <= 0.003 * out
    assert passed < 0.6 * read
