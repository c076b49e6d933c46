"""What is measured about suggestions, held to hand counts; and the whole on real texts."""

from __future__ import annotations

import html
import math
import re
from collections import defaultdict
from xml.etree import ElementTree

import pytest

from models.suggest_samples import small_base
from sayso.models.suggest.base import load_base
from sayso.models.suggest.evaluate import Keystrokes, fit_of, keystrokes, top_one
from sayso.models.suggest.model import Suggestions
from shared_data import need_shared


def taught() -> Suggestions:
    model = Suggestions(small_base())
    model.add([(f"m{at}", ["the cat sat on the mat"]) for at in range(5)])
    return model


def test_the_fit_is_the_information_of_all_pieces_in_bits() -> None:
    model, texts = taught(), ["the cat sat", "a dog"]
    fit = fit_of(model, texts)
    assert fit.characters == 16
    assert fit.pieces == sum(len(small_base().tokenizer.encode(text)) + 1 for text in texts)
    assert fit.bits == pytest.approx(-sum(one.sum() for one in model.log_chances(texts)) / math.log(2))
    assert fit.perplexity_per_character == pytest.approx(2 ** (fit.bits / 16))
    assert fit.perplexity_per_piece == pytest.approx(2 ** (fit.bits / fit.pieces))


def test_top_one_counts_the_pieces_that_were_likeliest() -> None:
    model = taught()
    right, number = top_one(model, ["the cat sat on the mat", ""])
    numbers = [0, *small_base().tokenizer.encode("the cat sat on the mat"), 1]
    slow = sum(
        model.forecast().next_piece(numbers[:at]).argmax() == numbers[at] for at in range(1, len(numbers))
    )
    assert number == len(numbers)
    assert slow <= right <= slow + 1


def test_keys_are_counted_as_somebody_presses_them() -> None:
    model, text = taught(), "the cat sat on the mat"
    pressed, at = 0, 0
    while at < len(text):
        shown = [one.text for one in model.suggest(text[:at], 3)]
        fitting = [one for one in shown if (text + " ").startswith((one + " ", one + ","), at)]
        at += max(map(len, fitting), default=1)
        pressed += 1
    assert keystrokes(model, [text], 3) == Keystrokes(len(text), pressed)
    assert pressed < len(text)
    assert Keystrokes(20, 15).saved == 0.25


def authors(folder) -> dict[str, list[str]]:
    """Return the posts and comments of a dump by author, tags taken away."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, field, who in (("Posts.xml", "Body", "OwnerUserId"), ("Comments.xml", "Text", "UserId")):
        for _, row in ElementTree.iterparse(folder / name):
            if row.get(who) and row.get(field):
                found[row.get(who)].append(html.unescape(re.sub(r"<[^>]+>", "", row.get(field))))
    return found


def test_real_authors_are_forgotten_exactly_and_others_words_help_to_foresee_theirs() -> None:
    every = sorted(authors(need_shared("stackexchange/french_meta_2021")).items())[:80]
    stay, leave, new = every[:55], every[55:70], every[70:]
    model, without = Suggestions(load_base()), Suggestions(load_base())
    model.add(every[:70])
    without.add(stay)
    unseen = [text for _, texts in new for text in texts][:60]
    gone = [text for _, texts in leave for text in texts][:60]
    assert sum(model.ratios(gone)) > sum(without.ratios(gone))
    for member in leave:
        model.forget([member])
    assert model.digest() == without.digest()
    assert model.ratios(gone) == without.ratios(gone)
    prompts = ("Je ne", "Merci ", "I think", "La ques", "")
    assert [model.suggest(prompt) for prompt in prompts] == [without.suggest(prompt) for prompt in prompts]
    alone, served, full = (
        fit_of(one, unseen, number) for one, number in ((Suggestions(load_base()), 3), (model, 3), (model, 1))
    )
    assert alone.bits > served.bits > full.bits
