"""The pieces of a language model: its own tokenizer, with a start and an end before its numbers.

Number 0 is the start of a text, 1 its end, and each piece of the model has its own number and two. A text that has the spelling of a
special token in it is cut like any other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sayso.errors import InputError, Problem
from sayso.models.suggest.tokenizer import Cut, Numbers, Tokenizer
from sayso.neural.files import library

SHIFT = 2
MOST = 1 << 21
"""Three pieces must fit in 64 bits."""
BETWEEN = "<|endoftext|>"
"""What stands between documents: Radford et al. (2019), and models that took it from there."""
_PROBE = "Say  so, it's 42 ½ naïve [PERSON 2]\n\tdéjà-vu 漢字 🙂!"
_WORDS = Tokenizer((), ())


class LanguagePieces:
    """The tokenizer of a language model, which works on bytes, as the counts want one."""

    def __init__(self, folder: Path) -> None:
        """Read it; raises ``InputError`` where it does not give every text back, and for one of more than two million pieces."""
        text = (folder / "tokenizer.json").read_text("utf-8")
        self._library: Any = library("tokenizers").Tokenizer.from_str(text)
        self._library.no_padding()
        self._library.no_truncation()
        self._library.encode_special_tokens = True
        self.own = int(self._library.get_vocab_size())
        """How many pieces the model's tokenizer has."""
        self.first = SHIFT
        if self.size > MOST or self.bytes_of(self.encode(_PROBE)) != _PROBE.encode():
            what = (
                "the tokenizer of this language model does not give texts back byte for byte, or is too large"
            )
            advice = "take a model whose tokenizer works on bytes: SmolLM2, Llama 3, Qwen, GPT-2 and others"
            raise InputError(Problem("no-language-model", what, advice=advice))

    @cached_property
    def pieces(self) -> tuple[bytes, ...]:
        """Return the bytes of each number."""
        special = self._library.get_added_tokens_decoder()
        own = (self._library.id_to_token(number) or "" for number in range(self.own))
        spelt = (
            one.encode() if number in special else bytes(_BYTES.get(sign, 0xFF) for sign in one)
            for number, one in enumerate(own)
        )
        return (b"", b"", *spelt)

    @property
    def size(self) -> int:
        """Return how many numbers there are."""
        return self.own + SHIFT

    def words(self, text: str) -> list[str]:
        """Return the words of a text, each with the space before it: joined they are the text."""
        return _WORDS.words(text)

    def encode(self, text: str) -> list[int]:
        """Return the numbers of a text; half a surrogate pair counts as U+FFFD."""
        whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return [one + SHIFT for one in self._library.encode(whole, add_special_tokens=False).ids]

    def cut_words(self) -> Cut:
        """Return a memory of words, which stays empty: the library is quick without."""
        return Cut(self.encode)

    def encode_all(self, texts: Iterable[str], cut: Cut | None = None) -> Iterator[Numbers]:
        """Yield the numbers of each text."""
        return (np.array(self.encode(text), np.uint32) for text in texts)

    def bytes_of(self, numbers: Iterable[int]) -> bytes:
        """Return the bytes of numbers; the start and the end of a text have none."""
        return b"".join(self.pieces[number] for number in numbers)


def rules() -> str:
    """Return what names the code that cuts: another version of the library might cut a text otherwise."""
    return f"tokenizers {library('tokenizers').__version__}"


def ends(folder: Path) -> tuple[int | None, tuple[int, ...]]:
    """Return the model's own numbers of the token that starts a text, where it has one, and of those that end one.

    Where a model has ``BETWEEN``, its texts were learnt with that before and after them, whatever was put into chats later:
    it foresees them better by 0.03 bits a character.
    """
    config = json.loads((folder / "config.json").read_text("utf-8"))
    added = json.loads((folder / "tokenizer.json").read_text("utf-8")).get("added_tokens", [])
    between = [int(one["id"]) for one in added if one["content"] == BETWEEN]
    end, start = config.get("eos_token_id"), config.get("bos_token_id")
    named = end if isinstance(end, list) else [] if end is None else [end]
    found = tuple(sorted({*between, *named}))
    return next(iter([*between, *([] if start is None else [start]), *found]), None), found


def _byte_table() -> dict[str, int]:
    """Return which sign stands for which byte in byte-level tokenizers.

    Printable ones stand for themselves, the others for the signs from U+0100 on: Radford et al., "Language models are unsupervised
    multitask learners" (2019), ``bytes_to_unicode`` of the code that came with it.
    """
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [value for value in range(256) if value not in printable]
    return {chr(value): value for value in printable} | {chr(256 + at): one for at, one in enumerate(others)}


_BYTES = _byte_table()
