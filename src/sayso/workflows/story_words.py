"""What a demonstration shows of a model that has learnt: a suggestion that stands on so few members that one no takes it away."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from sayso.dataset.rows import Row, dataset_key, member_pseudonym
from sayso.models.suggest.model import Suggestions
from sayso.workflows.facts import Yard
from sayso.workflows.serve import SUGGESTIONS
from sayso.workflows.shelf import STATE, Shelf, dataset_of, model_of, rows_of

LARGE, TRIED = 20_000, 24
"""Above so many rows nothing is looked for: there is hardly anything that few wrote. And how many beginnings are tried at most."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_WORD, _SHOWN = re.compile(r"[A-Za-z]+"), re.compile(r"[a-z]{4,}")

Written: TypeAlias = tuple[str, str]
"""The beginning of a sentence, and the word after it."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """A suggestion, by what was written so far and what is shown, that is gone once ``member`` is out; ``writers`` wrote it."""

    member: str
    prompt: str
    shown: str
    writers: int


def leaning(shelf: Shelf, name: str) -> Leaning | None:
    """Return the likeliest suggestion of a model that leans on each of its writers, and the one of them with the smallest id.

    ``None`` where none was found. The same community and choices give the same one, whatever the project's keys.
    """
    log = shelf.log()
    manifest = model_of(shelf, log, name)
    dataset = dataset_of(shelf, log, manifest.dataset.name)
    if dataset.rows > LARGE:
        return None
    rows = list(rows_of(shelf.datasets.shards(dataset.name, dataset.version), dataset.shards, lambda _: None))
    model: Suggestions = shelf.kind_of(SUGGESTIONS).state_of(
        shelf.models.shards(name, manifest.version).arrays(STATE)
    )
    ids = _ids(shelf.yard, dataset_key(shelf.yard.book.keys.secret(), dataset.name))
    written = _written(rows, model.at_least)
    for prompt, shown in _likeliest(model, written):
        member, pseudonym = min((ids[each], each) for each in written[prompt, shown])
        if _gone(model, (prompt, shown), pseudonym, rows):
            return Leaning(member, prompt, shown, model.at_least)
    return None


def _written(rows: Iterable[Row], at_least: int) -> Mapping[Written, frozenset[str]]:
    """Return the beginnings of English sentences that just so many members wrote, always with the same word next, with these members.

    The word and the one before it stand together nowhere else.
    """
    starts, pairs = defaultdict[Written, set[str]](set), defaultdict[tuple[str, str], set[str]](set)
    for row in rows:
        for sentence in _SENTENCE.split(row.text):
            words = sentence.split()
            for pair in pairwise(words):
                pairs[pair].add(row.member)
            if row.language == "en":
                for start in _starts(words):
                    starts[start].add(row.member)
    return {
        (prompt, shown): frozenset(members)
        for (prompt, shown), members in starts.items()
        if len(members) == len(pairs[prompt.rpartition(" ")[2], shown]) == at_least
    }


def _starts(words: list[str]) -> Iterator[Written]:
    for size in (3, 4, 5):
        if len(words) > size and all(map(_WORD.fullmatch, words[:size])) and _SHOWN.fullmatch(words[size]):
            yield " ".join(words[:size]), words[size]


def _likeliest(model: Suggestions, written: Iterable[Written]) -> Iterator[Written]:
    """Yield those that the model suggests first of all, the likeliest first."""
    found: list[tuple[float, Written]] = []
    for prompt, shown in sorted(written, key=lambda one: (-len(one[1]), one))[:TRIED]:
        first = model.suggest(prompt, 1)
        if first and first[0].text == f" {shown}":
            found.append((-round(first[0].chance, 6), (prompt, shown)))
    return (one for _, one in sorted(found))


def _gone(model: Suggestions, written: Written, pseudonym: str, rows: Iterable[Row]) -> bool:
    """Tell whether a suggestion is gone without a member; the model is as before afterwards."""
    own = [(pseudonym, [row.text for row in rows if row.member == pseudonym])]
    model.forget(own)
    left = model.suggest(written[0], 3)
    model.add(own)
    return not any(one.text.startswith(f" {written[1]}") for one in left)


def _ids(yard: Yard, key: bytes) -> dict[str, str]:
    """Return the members' ids by their pseudonyms."""
    known = yard.tags.table().select(["tag", "member"]).to_pylist()
    return {member_pseudonym(key, one["tag"]): one["member"] for one in known}
