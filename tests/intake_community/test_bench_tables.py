"""The gate benchmark's tables: the promised columns and mix, and the same rows every time."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sayso.intake.tablefiles import member_schema, record_schema

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "generate.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    found = importlib.util.spec_from_file_location("bench_generate", SCRIPT)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def files(script: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made: dict[str, Path] = script.generate(tmp_path_factory.mktemp("bench"), 2_000, 40_000)
    return made


def kinds(schema: pa.Schema) -> list[str]:
    """Return the types of the columns; what a list calls its elements is the writer's affair."""
    return [
        f"list of {field.type.value_type}" if pa.types.is_list(field.type) else str(field.type)
        for field in schema
    ]


def test_the_columns_are_those_of_an_import(files: dict[str, Path]) -> None:
    members, records = pq.read_schema(files["members"]), pq.read_schema(files["records"])
    expected = member_schema(("plan", "school"))
    assert (members.names, kinds(members)) == (expected.names, kinds(expected))
    expected = record_schema(("sensitive-group",))
    assert (records.names, kinds(records)) == (expected.names, kinds(expected))


def test_words_and_notices_have_the_columns_of_the_gate(files: dict[str, Path]) -> None:
    words, notices = pq.read_schema(files["words"]), pq.read_schema(files["notices"])
    assert [(field.name, str(field.type)) for field in words] == [
        ("member", "string"), ("control", "string"), ("yes", "bool"), ("at", "int64"), ("version", "string"),
        ("entry", "int64"),
    ]  # fmt: skip
    assert [(field.name, str(field.type)) for field in notices] == [
        ("member", "string"), ("version", "string"), ("at", "int64"), ("entry", "int64"),
    ]  # fmt: skip


def test_the_mix_holds_unknown_authors_and_missing_facts(files: dict[str, Path]) -> None:
    strangers, undated, orphans = duckdb.execute(
        """SELECT avg((m.member IS NULL)::INT), avg((r.created_at IS NULL)::INT), avg((r.author IS NULL)::INT)
           FROM read_parquet(?) r LEFT JOIN read_parquet(?) m ON r.author = m.member""",
        [str(files["records"]), str(files["members"])],
    ).fetchall()[0]
    assert strangers == pytest.approx(0.006, abs=0.002)
    assert undated == pytest.approx(0.003, abs=0.0015)
    assert 0 < orphans < strangers


def test_every_word_was_shown_a_version_in_force(files: dict[str, Path]) -> None:
    words = duckdb.execute(
        """SELECT count(*), min("at"), max("at"), bool_and((version = '2025-11-03') = ("at" >= 1762128000000000)),
                  count(DISTINCT entry) FROM read_parquet(?)""",
        [str(files["words"])],
    ).fetchall()[0]
    assert words[0] == words[4] == 800
    assert words[1] >= 1726617600000000
    assert words[2] < 1793404800000000
    assert words[3]


def test_the_same_arguments_give_the_same_rows(
    script: ModuleType, files: dict[str, Path], tmp_path: Path
) -> None:
    again = script.generate(tmp_path, 2_000, 40_000, threads=1)
    for name, file in files.items():
        assert pq.read_table(again[name]).equals(pq.read_table(file))
    other = script.generate(tmp_path / "other", 2_000, 40_000, seed=2)
    assert not pq.read_table(other["records"]).equals(pq.read_table(files["records"]))


def test_text_has_one_size_where_it_is_asked_for(script: ModuleType, tmp_path: Path) -> None:
    file = script.generate(tmp_path, 100, 1_000, sentences=2)["records"]
    assert {len(text) for text in pq.read_table(file)["text"].to_pylist()} == {128}
