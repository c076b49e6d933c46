"""The quick way to the words of a text, and the slow way that keeps a place for each letter, agree on every text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sayso.redact.folding import TEXT_END, Batch, Words, folded

PIECES = [*"aB1 ?.-_éŁ山Иß½\u0301\u200b\0😀\ud800", "Ｗ", "\u00a0", "ﬁ", "İ", "각", "\n"]
TEXTS = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=20).map("".join)


@given(TEXTS)
def test_words_stand_where_they_are_said_to_stand(text: str) -> None:
    words = Words.of(text)
    assert " ".join(words.folded) == folded(text)
    for word, start, end in zip(words.folded, words.starts, words.ends, strict=True):
        assert word in folded(text[start:end])


@given(TEXTS)
def test_a_text_with_a_letter_that_folds_to_two_has_the_same_words(text: str) -> None:
    words, longer = Words.of(text), Words.of(text + " ß")
    assert longer.folded[:-1] == words.folded
    assert longer.starts[:-1] == words.starts
    assert longer.ends[:-1] == words.ends


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_joined_texts_are_the_folded_texts(texts: list[str]) -> None:
    lines = Batch(texts).plain.split(TEXT_END)
    assert [" ".join(line.decode().split()) for line in lines] == [folded(text) for text in texts]
