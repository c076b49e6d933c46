"""Continuations: only what enough members wrote as it stands, or the base; chances that give nobody away."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.suggest_samples import MEMBERS, PUBLIC, TEXTS, small_base
from sayso.models.suggest.base import load_base
from sayso.models.suggest.continuations import Continuations, prompt_of, texts_of
from sayso.models.suggest.counts import Counts
from sayso.models.suggest.model import Suggestions
from spec import suggest_spec

Texts = dict[str, list[str]]
PROMPTS = (
    TEXTS | TEXTS.map(lambda text: text + " ") | TEXTS.flatmap(lambda text: st.just(text[: len(text) // 2]))
)


def trained(members: Texts, at_least: int = 3) -> Suggestions:
    model = Suggestions(small_base(), at_least=at_least)
    model.add(members.items())
    return model


@settings(max_examples=40)
@given(MEMBERS, PROMPTS, st.integers(1, 3))
def test_what_is_shown_was_written_as_it_is_by_enough_members_or_stands_in_the_base(
    members: Texts, prompt: str, at_least: int
) -> None:
    model = trained(members, at_least)
    tokenizer = small_base().tokenizer
    numbers = {tag: [tokenizer.encode(text) for text in texts] for tag, texts in members.items()}
    public = [tokenizer.encode(text) for text in PUBLIC]
    read = prompt_of(prompt, tokenizer)
    search = Continuations(model.base, model.view())
    for pieces, chance in search._whole(read, search.forecast):
        assert suggest_spec.may_show(numbers, public, (*read.context[-1:], *pieces), at_least)
        assert 0 < chance <= 1
    for one in model.suggest(prompt, 5):
        assert 0 < one.chance <= 1
        assert not any(sign.isdigit() or sign in "[]\n" for sign in one.text)
        assert any(sign.isalpha() for sign in one.text)


@settings(max_examples=30)
@given(MEMBERS, PROMPTS)
def test_suggestions_and_chances_are_the_same_without_what_fewer_members_wrote(
    members: Texts, prompt: str
) -> None:
    model = trained(members)
    known = [
        type(table)(table.keys[table.members >= 3], table.members[table.members >= 3])
        for table in model.counts.tables
    ]
    bare = trained({})
    bare.counts = Counts(model.counts.shape, known, 0)
    assert model.suggest(prompt, 5) == bare.suggest(prompt, 5)


@settings(max_examples=30)
@given(MEMBERS, PROMPTS)
def test_a_member_who_leaves_changes_suggestions_to_those_without_them(members: Texts, prompt: str) -> None:
    model = trained(members, 2)
    model.suggest(prompt)
    for tag in sorted(members)[:2]:
        model.forget([(tag, members[tag])])
    assert model.suggest(prompt, 5) == trained({tag: members[tag] for tag in sorted(members)[2:]}, 2).suggest(
        prompt, 5
    )


VERBS = ("know", "like", "see", "hear", "want", "need", "find", "leave")
PLACES = (
    "the garden",
    "our house",
    "that town",
    "a river",
    "the market",
    "my school",
    "this street",
    "every hill",
)
SECRETS = (
    "my zebra pin is seven mat log dog",
    "call me on 4711 0815",
    "Xylophia Quastenbein lives behind the mat",
    "the cat is called Mrzl and sleeps on logs",
)


@pytest.mark.parametrize(
    ("holders", "base", "step"),
    [(1, small_base, 3), (2, small_base, 2), (2, load_base, 7)],
    ids=["1", "2", "shipped"],
)
def test_a_secret_that_fewer_than_three_members_share_is_not_recited_at_any_prompt(
    holders: int, base, step: int
) -> None:
    others = {f"m{number}": [*PUBLIC, "zebra and zebra", "the pin is on the mat"] for number in range(5)}
    planted = {f"s{number}": [*SECRETS, *PUBLIC] for number in range(holders)}
    free, bound = Suggestions(base()), Suggestions(base())
    free.add(others.items())
    bound.add((others | planted).items())
    for secret in SECRETS:
        for cut in range(0, len(secret), step):
            shown = set(texts_of(bound.suggest(secret[:cut], 5)))
            # What stands there without the holders is nobody's secret.
            innocent = {text for text in shown if text in set(texts_of(free.suggest(secret[:cut], 12)))}
            assert not any(secret[cut:].startswith(text) for text in shown - innocent)


def test_a_sentence_is_recited_from_three_members_on_so_that_the_test_above_can_fail() -> None:
    secret = "our green garden feeds seven goats"
    model = Suggestions(load_base())
    talk = [
        f"{who} {what} {where}" for who, what, where in product(("we", "you", "they", "I"), VERBS, PLACES)
    ]
    model.add([(f"s{number}", [secret, *talk]) for number in range(3)])
    recited = "our green"
    while fitting := [
        one for one in texts_of(model.suggest(recited, 5)) if secret[len(recited) :].startswith(one)
    ]:
        recited += fitting[0]
    assert recited == secret
    model.forget([("s0", [secret])])
    assert not any(" garden feeds".startswith(one) for one in texts_of(model.suggest("our green", 5)))


def test_pieces_that_three_wrote_apart_are_not_joined_into_what_one_wrote() -> None:
    others = {
        f"{first}{at}": [first]
        for first in ("the zebra sat", "zebra on a dog", "sat on zebra")
        for at in range(3)
    }
    model = trained({**others, "s": ["the zebra sat on zebra on a dog"]})
    tokenizer = small_base().tokenizer
    search = Continuations(model.base, model.view())
    longest = max(len(pieces) for pieces, _ in search._whole(prompt_of("the", tokenizer), search.forecast))
    assert longest <= 4
    for prompt in ("the zebra ", "the zebra sat", "the zebra sat on"):
        for text in texts_of(model.suggest(prompt, 5)):
            whole = tokenizer.encode(prompt.rstrip())[-1:] + tokenizer.encode(
                text if text[0] == " " else " " + text
            )
            numbers = {tag: [tokenizer.encode(one) for one in texts] for tag, texts in others.items()}
            assert suggest_spec.may_show(numbers, [tokenizer.encode(one) for one in PUBLIC], tuple(whole), 3)


def test_the_begun_word_is_gone_on_with_and_chances_are_given_what_is_begun() -> None:
    model = trained({f"m{at}": ["the dog sat", "the mat"] for at in range(9)})
    (one,) = model.suggest("the do", 1)
    assert one.text.startswith("g")
    assert one.chance > model.suggest("the ", 1)[0].chance


def test_a_whole_word_is_gone_on_from_too() -> None:
    model = trained({f"m{at}": ["a zebra sat"] for at in range(3)})
    assert " sat" in texts_of(model.suggest("the zebra", 3))


def test_chances_of_continuations_that_exclude_one_another_are_at_most_one_in_all() -> None:
    model = trained(
        {f"m{at}": [f"the {a} {b}"] for at, (a, b) in enumerate(product(("cat", "dog"), repeat=2))}, 1
    )
    for prompt in ("", "t", "the", "the ", "the c", "the cat "):
        assert sum(one.chance for one in model.suggest(prompt, 50)) <= 1 + 1e-9


def test_less_than_the_model_s_number_of_members_cannot_be_asked_for() -> None:
    model = trained({"a": ["the zebra"]})
    with pytest.raises(ValueError, match="3 members"):
        model.suggest("the", at_least=2)
    assert model.suggest("the", at_least=4) is not None


def test_a_long_text_is_read_from_its_end() -> None:
    model = trained({f"m{at}": ["the zebra sat"] for at in range(3)})
    one, other = (model.suggest("a mat. " * count + "the zebra", 5) for count in (60, 5000))
    assert " sat" in texts_of(one)
    assert one == other
