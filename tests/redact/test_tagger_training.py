"""Training the light tagger on a platform's own texts, where the extra ``neural`` is installed."""

from __future__ import annotations

import io
from random import Random

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs more: pip install -c constraints.txt -e '.[neural]'")
pytest.importorskip("faker", reason="training needs more: pip install -c constraints.txt -e '.[neural]'")
pytest.importorskip("mimesis", reason="training needs more: pip install -c constraints.txt -e '.[neural]'")

from sayso.redact.spans import Label, Span
from sayso.redact.tagger import light_of, load_light, network_of, weights
from sayso.redact.training import light
from sayso.redact.training.corpus import CLASSES, Example, agreed, marked, renamed
from sayso.redact.training.light import resumed, train_light
from sayso.redact.training.sentences import Maker
from sayso.redact.training.templates import LANGUAGES


def test_a_learner_resumed_from_weights_stores_the_same_weights() -> None:
    kept, _ = network_of(weights("light"))
    stored = resumed(kept).stored()
    assert np.array_equal(stored["group"], kept.group)
    assert np.array_equal(stored["gram"], kept.gram)
    assert np.abs(stored["weight_1"] - kept.layers[1].weight).max() <= 1


def test_training_teaches_a_name_that_was_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light, "_MADE", 20)
    text = "the quozzles of zzorbath are open on sundays, says zzorbath"
    start = text.index("zzorbath")
    rows = [
        {
            "text": text,
            "spans": [[start, start + 8, "LOC"], [len(text) - 8, len(text), "LOC"]],
            "classes": ["PERSON", "LOC", "ORG"],
        }
    ]
    assert Span(start, start + 8, Label.LOC) not in load_light().find([text])[0]
    done: list[float] = []
    out = io.BytesIO()
    train_light(["nothing of note here"] * 5, rows * 60, out, done.append)
    taught = light_of(out.getvalue())
    assert Span(start, start + 8, Label.LOC) in taught.find([text])[0]
    assert taught.version != load_light().version
    assert network_of(out.getvalue())[1] is not None
    assert done == sorted(done)
    assert done[-1] == 1


def test_nothing_to_learn_from_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to learn"):
        train_light([], [], io.BytesIO())


@pytest.mark.parametrize("language", LANGUAGES)
def test_made_sentences_are_the_same_for_the_same_seed_and_their_spans_hold_words(language: str) -> None:
    one, other = Maker(language, 3), Maker(language, 3)
    for _ in range(50):
        made = one.sentence()
        assert made == other.sentence()
        assert all(made.text[span.start : span.end].strip() for span in made.spans)


def test_what_a_set_does_not_annotate_is_not_learnt() -> None:
    known = marked(Example("Ada at Siemens", (Span(0, 3, Label.PERSON),), (Label.PERSON,)))
    sure = marked(Example("Ada at Siemens", (Span(0, 3, Label.PERSON),)))
    assert known.allowed == (2, 1, 1 | 4 | 8)
    assert sure.allowed == (2, 1, 1)


def test_where_teachers_differ_either_may_be_right() -> None:
    ada = Span(0, 3, Label.PERSON)
    assert agreed("Ada left", CLASSES, [ada], [ada]).allowed == (2, 1)
    assert agreed("Ada left", CLASSES, [ada], []).allowed == (3, 1)


def test_other_names_stand_where_the_names_stood() -> None:
    text = "Ada Lovelace lives in London."
    one = Example(text, (Span(0, 12, Label.PERSON), Span(22, 28, Label.LOC)))
    other = renamed(one, Random(2), {"P": "Bo Li", "F": "Bo", "L": "Rome"}.__getitem__)
    assert {other.text[span.start : span.end] for span in other.spans} <= {
        "Bo Li",
        "Rome",
        "Ada Lovelace",
        "London",
    }
    assert [span.label for span in other.spans] == [Label.PERSON, Label.LOC]
