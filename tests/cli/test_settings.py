"""``sayso.yaml``: what it may say, and every problem at its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldens import check_golden
from sayso.config import MAX_SHARDS, Settings, parse_settings, settings_text
from sayso.config_spark import Spark
from sayso.errors import InputError, Problem
from sayso.ledger.checkpoints import is_key_name
from shell import Shell


def is_printed(text: str) -> bool:
    """Tell whether all of a text can be seen: a settings file holds nothing else."""
    return text.isprintable()


BAD = {
    "empty": "",
    "a list": "- one\n- two\n",
    "torn": "sayso: 1\nname: [forum\n",
    "wrong everywhere": "sayso: 7\nname: Our Forum\norigin: two words\npolicy: ../elsewhere.yaml\nshards: many\ncolour: red\n",
    "missing keys": "policy: policy/house.yaml\n",
    "too many shards": f"sayso: 1\nname: f\norigin: o\nshards: {MAX_SHARDS + 1}\n",
    "a list where a word belongs": "sayso: 1\nname: [a, b]\norigin: o\n",
    "twice": "sayso: 1\nname: f\nname: g\norigin: o\n",
    "an alias": "sayso: 1\nname: &a f\norigin: *a\n",
    "a mode, an operator and an engine that are none": (
        "sayso: 1\nname: f\norigin: o\nengine: sparks\nredaction: {mode: lite, operators: {PERSON: hide}}\n"
    ),
    "a control character": "sayso: 1\nname: f\norigin: o\x07\n",
}


def test_every_problem_of_a_settings_file_is_named_at_its_place() -> None:
    parts = []
    for name, text in BAD.items():
        with pytest.raises(InputError) as caught:
            parse_settings(text, "sayso.yaml")
        parts.append(f"# {name}\n{caught.value}\n")
    check_golden("cli/settings_errors.txt", "\n".join(parts))


def test_a_settings_file_that_is_not_utf8_is_named_with_its_line(forum: Shell) -> None:
    (forum.folder / "sayso.yaml").write_bytes(b"sayso: 1\nname: caf\xe9\n")
    said = forum("log", "show", status=2)
    assert said.err.startswith("input error: sayso.yaml:2: not UTF-8 text [bad-encoding]")


def test_the_policy_that_the_settings_name_must_be_there(forum: Shell) -> None:
    (forum.folder / "policy/house.yaml").rename(forum.folder / "policy/other.yaml")
    assert forum("log", "show", "--json", status=2).codes == ["unreadable"]
    settings = (forum.folder / "sayso.yaml").read_text().replace("policy/house.yaml", "policy/other.yaml")
    forum.write("sayso.yaml", settings)
    forum("log", "show")


@given(
    name=st.from_regex(r"[a-z0-9][a-z0-9-]{0,63}", fullmatch=True),
    origin=st.text(min_size=1, max_size=40).filter(is_key_name).filter(is_printed),
    shards=st.integers(1, MAX_SHARDS),
)
def test_settings_are_read_back_as_they_were_written(name: str, origin: str, shards: int) -> None:
    settings = Settings(name, origin, "policy/house.yaml", shards)
    assert parse_settings(settings_text(settings), "sayso.yaml") == settings


@given(st.text(max_size=200))
def test_any_text_is_settings_or_an_error_with_a_place(text: str) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        parse_settings(text, "sayso.yaml")
    except InputError as error:
        problems = error.problems
    assert all(problem.place for problem in problems)


def test_what_the_settings_say_of_spark_is_read_back_as_it_was_written() -> None:
    spark = Spark("spark://10.0.0.7:7077", (("spark.executor.memory", "8g"),), (("writers", "ai.writers"),))
    settings = Settings("forum", "example.org/forum", engine="spark", spark=spark)
    assert parse_settings(settings_text(settings), "sayso.yaml") == settings


def test_every_problem_of_the_spark_block_is_named_at_its_place() -> None:
    text = """\
sayso: 1
name: forum
origin: example.org/forum
engine: sparks
spark:
  master: here and there
  setting: {spark.executor.memory: 8g}
  settings: {executor.memory: 8g}
  tables: {writers: "a; DROP TABLE b"}
"""
    with pytest.raises(InputError) as error:
        parse_settings(text, "sayso.yaml")
    found = [(problem.code, problem.place and problem.place.line) for problem in error.value.problems]
    assert found == [
        ("bad-value", 4), ("bad-value", 6), ("unknown-key", 7), ("bad-value", 8), ("bad-value", 9)
    ]  # fmt: skip
