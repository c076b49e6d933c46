"""A small base and small members for the tests of writing suggestions."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from hypothesis import strategies as st

from sayso.models.suggest.base import Base, base_of, stored
from sayso.models.suggest.bpe import learnt
from sayso.models.suggest.grams import Shape
from sayso.models.suggest.tokenizer import Tokenizer

PUBLIC = (
    "the cat sat on the mat",
    "the dog sat on the log",
    "a cat and a dog",
    "thank you for the cat",
    "the cat and the dog sat on the mat, and the log",
)
WORDS = ("the", "cat", "dog", "sat", "on", "zebra", "pin", "is", "42", "[PERSON]", "mat,")


@lru_cache(maxsize=1)
def small_base() -> Base:
    """Return a base over five sentences."""
    bare = Tokenizer(["[PERSON]", "[PERSON 2]", "[EMAIL]"], [])
    words = Counter(word.encode() for text in PUBLIC for word in bare.words(text))
    tokenizer = Tokenizer(bare.labels, learnt(words, 40))
    return base_of(stored(tokenizer, list(tokenizer.encode_all(PUBLIC)), Shape(3, 12)))


TEXTS = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)
MEMBERS = st.dictionaries(st.sampled_from("abcdef"), st.lists(TEXTS, max_size=4), max_size=6)
PIECES = st.lists(st.lists(st.integers(2, 6), max_size=6), max_size=4)
"""The texts of one member as numbers, few different ones, so that they meet."""
NUMBERED = st.dictionaries(st.sampled_from("abcdef"), PIECES, max_size=6)
