"""``sayso adapter``, and models over what it made, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from neural.tiny import PUBLIC, tiny_model
from shell import Shell

HOW = "adapters need more: pip install -c constraints.txt -e '.[neural]'"
pytest.importorskip("torch", reason=HOW)
pytest.importorskip("transformers", reason=HOW)
pytest.importorskip("peft", reason=HOW)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A project over a small language model, with public texts beside it."""
    shell = Shell(tmp_path / "forum")
    shell.folder.mkdir()
    shell("init", "--policy", "opt-in")
    tiny_model(shell.folder / "lm")
    with (shell.folder / "sayso.yaml").open("a") as file:
        file.write("neural: {model: lm}\n")
    (shell.folder / "help/more").mkdir(parents=True)
    for at, text in enumerate(sorted(set(PUBLIC))):
        (shell.folder / "help" / ("more" if at else "") / f"{at}.txt").write_text(text)
    return shell


def test_an_adapter_is_learnt_from_a_folder_of_texts_and_says_so(shell: Shell) -> None:
    tried = shell("adapter", "help", "--out", "public", "--dry-run", "--json")
    assert tried.fields["texts"] == 3
    assert not (shell.folder / "public").exists()
    done = shell("adapter", "help", "--out", "public", "--json")
    said = json.loads((shell.folder / "public/sayso.json").read_bytes())
    assert done.fields["texts_sha256"] == tried.fields["texts_sha256"] == said["texts"]["sha256"]
    assert done.fields["weights"] == said["weights"]
    again = shell("adapter", "help", "--out", "again", "--json")
    assert again.fields["weights"] == said["weights"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("help", "--out", "help"), "exists"), (("lm", "--out", "new"), "no-texts")],
)
def test_what_cannot_be_done_is_said(shell: Shell, arguments: tuple[str, ...], code: str) -> None:
    said = shell("adapter", *arguments, "--json", status=2)
    assert said.codes == [code]


def test_a_model_or_an_adapter_that_is_not_there_is_named(shell: Shell) -> None:
    file = shell.folder / "sayso.yaml"
    plain = file.read_text()
    for block, code in (
        ("{model: nowhere}", "no-language-model"),
        ("{model: lm, adapter: gone}", "no-adapter"),
    ):
        file.write_text(plain.replace("{model: lm}", block))
        said = shell("train", "neural-suggestions", "writers", "--json", status=2)
        assert said.codes == [code]
