"""A frozen language model under members' counts: what it forecasts, and that nothing of it is in the counts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.dataset.rows import Row
from sayso.errors import InputError, IntegrityError
from sayso.models.suggest.base import Base
from sayso.models.suggest.kneser_ney import View
from sayso.models.suggest.model import Suggestions
from sayso.models.suggestions import SuggestionsKind
from sayso.neural.files import digest_of, folder_of, located
from sayso.neural.language_model import LanguageModel
from sayso.neural.opening import language_base, opened
from sayso.neural.pieces import LanguagePieces

HOW = "language models need more: pip install -c constraints.txt -e '.[neural]'"
pytest.importorskip("torch", reason=HOW)
pytest.importorskip("transformers", reason=HOW)

TEXTS = st.text(st.characters(codec=None), max_size=30)
WORDS = st.lists(
    st.sampled_from(["Thank", "you", "for", "the", "answer", "zebra"]), min_size=1, max_size=6
).map(" ".join)
MEMBERS = st.dictionaries(
    st.sampled_from("abcdefg"), st.lists(WORDS, min_size=1, max_size=3), min_size=1, max_size=6
)


@pytest.fixture(scope="session")
def base(place: Path) -> Base:
    """The small model as a base."""
    return language_base(opened("tiny", place.parent, place.parent / "cache"))


@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
def test_any_text_comes_back_and_none_is_a_special_token(base: Base, text: str) -> None:
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    for one in (whole, f"{whole}<|end|>"):
        numbers = base.tokenizer.encode(one)
        assert base.tokenizer.bytes_of(numbers) == one.encode()
        assert min(numbers, default=3) >= 3


def test_chances_are_chances_of_the_models_own_pieces_and_the_end(base: Base) -> None:
    context = [0, *base.tokenizer.encode("Thank you")]
    chances = base.frozen.next_piece(context)
    assert chances.shape == (base.tokenizer.size,)
    assert chances.sum() == pytest.approx(1)
    assert chances[0] == 0
    assert chances[2] == 0
    assert chances[1] > 0


@settings(max_examples=15, deadline=None)
@given(text=WORDS, more=WORDS)
def test_a_model_that_has_read_a_beginning_forecasts_as_before_whatever_it_was_asked(
    base: Base, text: str, more: str
) -> None:
    context, path = [0, *base.tokenizer.encode(text)], base.tokenizer.encode(f" {more}")[:3]
    one, other = base.frozen.settled(context), base.frozen.settled(context)
    for length in range(len(path)):
        one.next_piece([*context, *path[:length]])
    whole = [*context, *path]
    assert np.array_equal(one.next_piece(whole), other.next_piece(whole))
    assert one.next_piece(whole) == pytest.approx(base.frozen.next_piece(whole), abs=1e-6)


@pytest.mark.parametrize("words", [0, 5, 300])
def test_chances_of_a_text_are_those_piece_by_piece_in_windows(base: Base, words: int) -> None:
    text = np.array(base.tokenizer.encode("zebra " * words), np.uint32)
    (logs,) = base.frozen.log_chances([text])
    assert len(logs) == len(text) + 1
    whole = [0, *text.tolist(), 1]
    for at in {1, len(whole) // 2, min(200, len(text)) + 1}:
        if at <= 256:
            expected = np.log(base.frozen.next_piece(whole[:at])[whole[at]])
            assert logs[at - 1] == pytest.approx(expected, abs=1e-4)
    assert np.isfinite(logs).all()


@settings(max_examples=25, deadline=None)
@given(members=MEMBERS, leaving=st.sets(st.sampled_from("abcdefg")))
def test_forgetting_over_a_language_model_equals_a_training_without(
    base: Base, members: dict[str, list[str]], leaving: set[str]
) -> None:
    model, without = Suggestions(base), Suggestions(base)
    model.add(members.items())
    model.forget((tag, texts) for tag, texts in members.items() if tag in leaving)
    without.add((tag, texts) for tag, texts in members.items() if tag not in leaving)
    assert model.digest() == without.digest()
    context = [0, *base.tokenizer.encode("Thank")]
    assert np.array_equal(model.view().next_piece(context), without.view().next_piece(context))


@settings(max_examples=8, deadline=None)
@given(members=MEMBERS, prompt=WORDS)
def test_what_fewer_members_wrote_has_no_influence_over_a_language_model_either(
    base: Base, members: dict[str, list[str]], prompt: str
) -> None:
    kind = SuggestionsKind(called="neural-suggestions", over=base)
    model = Suggestions(base)
    model.add(members.items())
    bare = kind.state_of(kind.served(model))
    assert model.suggest(prompt, 4) == bare.suggest(prompt, 4)


def test_counting_and_digests_never_open_the_network(place: Path) -> None:
    def forbidden() -> None:
        raise AssertionError("the network was opened")

    pieces = LanguagePieces(place)
    shut = Base(pieces, LanguageModel(pieces, place, forbidden), "00" * 32)
    kind = SuggestionsKind(called="neural-suggestions", over=shut)
    rows = [
        Row(f"{n:032x}", who, "post", "public", "en", "2024-05", "Thank you", "")
        for n, who in enumerate("ab")
    ]
    state = kind.train(rows)
    found = kind.change(kind.state_of(kind.arrays(state)), rows[:1], ())
    assert found is not None
    assert kind.digest(found) == kind.digest(kind.train(rows[1:])) != kind.digest(state)


def test_counts_are_of_as_many_pieces_as_fit_in_64_bits(base: Base) -> None:
    model = Suggestions(base)
    assert (model.counts.shape.order, model.counts.shape.bits) == (5, 9)
    assert isinstance(model.view(), View)


def test_a_model_is_named_by_the_bytes_of_its_files(place: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(place, tmp_path / "other"))
    assert digest_of(other) == digest_of(place)
    config = json.loads((other / "config.json").read_text())
    (other / "config.json").write_text(json.dumps({**config, "rms_norm_eps": 0.1}))
    assert digest_of(other) != digest_of(place)


@pytest.mark.parametrize("gone", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_folder_that_is_no_model_is_refused_with_advice(place: Path, tmp_path: Path, gone: str) -> None:
    other = Path(shutil.copytree(place, tmp_path / "other"))
    (other / gone).unlink()
    with pytest.raises(InputError, match="is no language model"):
        located("other", tmp_path)


def test_a_tokenizer_that_does_not_give_texts_back_is_refused(place: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(place, tmp_path / "other"))
    said = json.loads((other / "tokenizer.json").read_text())
    (other / "tokenizer.json").write_text(json.dumps({**said, "normalizer": {"type": "Lowercase"}}))
    with pytest.raises(InputError, match="byte for byte"):
        LanguagePieces(other)


def test_what_was_turned_from_a_file_is_checked_before_it_is_read(place: Path, tmp_path: Path) -> None:
    from sayso.neural.files import _held

    kept = Path(shutil.copytree(place, tmp_path / ("a" * 32)))
    (kept / "sayso.json").write_text(json.dumps(_held(kept)))
    file = tmp_path / "given.gguf"
    file.write_bytes(b"GGUF")
    assert folder_of(file, "a" * 64, tmp_path) == kept
    (kept / "config.json").write_text("{}")
    with pytest.raises(IntegrityError, match="not what was written"):
        folder_of(file, "a" * 64, tmp_path)
