"""The frozen tokenizer: any string comes back, labels are one piece, digits stand alone."""

from __future__ import annotations

from collections import Counter
from importlib import resources
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.suggest_samples import small_base
from sayso.models.suggest.base import load_base
from sayso.models.suggest.bpe import joined, learnt, pieces_of
from sayso.models.suggest.tokenizer import Tokenizer

ANY = st.text(st.characters(), max_size=60) | st.text("ab [PERSON2]'’ \n\t9é", max_size=60)
HALVES = st.text(st.characters(categories=["Cs", "Lu", "So", "Zs"]), max_size=20)


@given(ANY | HALVES)
def test_any_string_comes_back_from_its_numbers_half_surrogate_pairs_too(text: str) -> None:
    for tokenizer in (small_base().tokenizer, load_base().tokenizer, Tokenizer([], [])):
        numbers = tokenizer.encode(text)
        assert tokenizer.decode(numbers) == text
        assert all(2 <= number < tokenizer.size for number in numbers)


@given(st.lists(ANY, max_size=5))
def test_many_texts_are_cut_as_each_alone(texts: list[str]) -> None:
    tokenizer = load_base().tokenizer
    assert [numbers.tolist() for numbers in tokenizer.encode_all(texts)] == [
        tokenizer.encode(text) for text in texts
    ]


def test_a_label_of_a_redaction_is_one_piece_that_no_text_has() -> None:
    tokenizer = load_base().tokenizer
    for label in ("[PERSON]", "[PERSON 2]", "[EMAIL]", "[URL 4]"):
        (number,) = tokenizer.encode(label)
        assert number < tokenizer.first
        assert tokenizer.decode([number]) == label
        for text in (f"ask {label}.", f"({label})", f"a\n {label}{label}", f"x{label}y", f"[{label}"):
            assert tokenizer.encode(text).count(number) == text.count(label)
    assert all(number >= tokenizer.first for number in tokenizer.encode("[PERSON 5f0c2a9e] [person] PERSON"))


def test_a_digit_is_a_piece_of_its_own() -> None:
    tokenizer = load_base().tokenizer
    numbers = tokenizer.encode("4711 a4 ٣٤")
    assert [tokenizer.decode([number]) for number in numbers[:6]] == ["4", "7", "1", "1", " a", "4"]
    digits = [piece for piece in tokenizer.pieces[tokenizer.first :] if any(48 <= one < 58 for one in piece)]
    assert sorted(digits) == [bytes([one]) for one in range(48, 58)]


def test_bytes_that_are_no_text_decode_to_replacement_characters() -> None:
    tokenizer = Tokenizer([], [])
    assert tokenizer.decode([tokenizer.first + 0xFF]) == "�"


@given(st.dictionaries(st.binary(min_size=1, max_size=6), st.integers(1, 9), max_size=8), st.integers(0, 12))
def test_pairs_are_learnt_as_counting_them_anew_each_time_would(words: dict[bytes, int], count: int) -> None:
    parts = {word: [word[at : at + 1] for at in range(len(word))] for word in words}
    slow = []
    while len(slow) < count:
        pairs: Counter[tuple[bytes, bytes]] = Counter()
        for word, own in parts.items():
            for pair in pairwise(own):
                pairs[pair] += words[word]
        if not pairs or max(pairs.values()) < 2:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        slow.append(best)
        parts = {word: joined(own, best) for word, own in parts.items()}
    assert learnt(words, count) == slow
    ranks = {pair: rank for rank, pair in enumerate(slow)}
    assert all(pieces_of(word, ranks) == own for word, own in parts.items())


def test_the_base_that_comes_with_the_package_is_the_one_that_its_notice_names() -> None:
    notice = (resources.files("sayso.models") / "weights" / "NOTICE").read_text(encoding="utf-8")
    assert load_base().digest in notice
    assert load_base().tokenizer.size == 4096
