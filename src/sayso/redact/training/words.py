"""The lexicon is made here: 20,000 groups of like words from published vectors, and lists of names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from sayso.redact import lexicon as flags_of
from sayso.redact.lexicon import Lexicon
from sayso.redact.shapes import keys
from sayso.redact.tokens import tokens
from sayso.redact.training.sentences import Lists
from sayso.redact.training.templates import LANGUAGES, part

_FIRM_WORDS = (
    "inc ltd llc llp corp co gmbh ag kg sa sarl spa srl bv nv ltda plc group university "
    "bank hospital records council institute"
).split()


def words_of_lists(names: Mapping[str, Lists], cities: Iterable[str]) -> dict[str, int]:
    """Return the words of the lists in small letters, each with the flags of the lists that hold it."""
    found: dict[str, int] = {}
    for one in names.values():
        _add(found, one.first, flags_of.FIRST_NAME)
        _add(found, one.last, flags_of.LAST_NAME)
    _add(found, (city for city in cities if " " not in city), flags_of.CITY)
    _add(found, (city for city in cities if " " in city), flags_of.CITY_PART)
    _add(found, (name for language in LANGUAGES for name in part("countries", language)), flags_of.COUNTRY)
    _add(found, (*_FIRM_WORDS, *part("organisations", "known")), flags_of.FIRM)
    return found


def _add(found: dict[str, int], names: Iterable[str], flag: int) -> None:
    for name in names:
        for token in tokens(name):
            word = token.strip().lower()
            if len(word) > 1 and word.isalpha():
                found[word] = found.get(word, 0) | flag


def common_words(texts: Iterable[str], least: int = 3) -> set[str]:
    """Return the words that stand in small letters at least ``least`` times."""
    counted = Counter(token.strip() for text in texts for token in tokens(text))
    return {word for word, count in counted.items() if count >= least and word.islower() and word.isalpha()}


def lexicon(group_of: Mapping[str, int], listed: Mapping[str, int], common: set[str]) -> Lexicon:
    """Return the lexicon of the words with a group (1 and up) and of those of the lists; of two with one key the first stays."""
    words = list(dict.fromkeys([*listed, *group_of]))
    key, first = np.unique(keys(words), return_index=True)
    group = np.array([group_of.get(words[place], 0) for place in first], dtype=np.uint16)
    flags = [
        listed.get(words[place], 0)
        | (flags_of.KNOWN if words[place] in group_of else 0)
        | (flags_of.ALSO_COMMON if words[place] in common else 0)
        for place in first
    ]
    return Lexicon(key, group, np.array(flags, dtype=np.uint8))


def narrowed(vectors: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Return the vectors' first ``width`` principal components, about half a unit wide each, row 0 of zeros put before them."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    middle = vectors / np.maximum(length, 1e-6)
    middle -= middle.mean(axis=0)
    _, axes = np.linalg.eigh(middle.T.astype(np.float64) @ middle)
    parts = middle @ axes[:, ::-1][:, :width]
    parts *= 0.5 / parts.std(axis=0) ** 0.5 / parts.std() ** 0.5
    return np.concatenate([np.zeros((1, width)), parts]).astype(np.float32)
