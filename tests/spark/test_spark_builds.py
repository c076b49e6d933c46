"""Whole builds on Spark: to the bit what DuckDB builds, and as true to the log."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engines.test_duckdb import EXPECTED, PEOPLE, RECORDS, SECRET_WORDS, at, gate, on_disk, post
from sayso.engines import workroom as workrooms
from sayso.engines.cluster import ClusterEngine
from sayso.engines.compare import ComparingDuckEngine
from sayso.engines.spark import SparkEngine
from sayso.engines.spark_session import Cluster
from sayso.engines.workroom import workroom
from sayso.errors import EdgeError, IntegrityError
from sayso.policy.codes import PERMIT_FROM, outcome_of
from spark.sessions import for_spark
from spec.gate_tables import numbered, tables_of
from workflows.worlds_on_disk import (
    NAME,
    built,
    community,
    copied,
    logicals,
    make,
    once,
    opened,
    say,
    verified,
    without_a_model,
)  # fmt: skip

pytestmark = for_spark()
MADE = community(40)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that redacts without a model, nothing built yet."""
    return without_a_model(make(tmp_path_factory.mktemp("prepared") / "forum", MADE))


def on_spark(folder: Path) -> Path:
    """Let a project build on Spark; return its folder."""
    with (folder / "sayso.yaml").open("a") as file:
        file.write("\nengine: spark\n")
    return folder


def files_of(folder: Path, version: int) -> dict[str, bytes]:
    place = folder / ".sayso" / "datasets" / NAME / f"v{version:04d}"
    return {
        str(path.relative_to(place)): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()
    }


def test_a_build_on_spark_is_to_the_bit_what_duckdb_builds_and_carries_on_from_it(
    cluster: Cluster, prepared: Path, tmp_path: Path
) -> None:
    near, far = copied(prepared, tmp_path / "near"), on_spark(copied(prepared, tmp_path / "far"))
    with opened(near) as here, opened(far) as there:
        one, other = built(here), built(there)
        assert logicals(one) == logicals(other)
        assert one.digest == other.digest
        assert files_of(near, 1) == files_of(far, 1)
        assert len({shard.rows for shard in other.manifest.shards}) > 1
        member = min(row["member"] for row in there.tags.table().to_pylist())
        say(here, member, yes=False)
        say(there, member, yes=False)
        assert logicals(built(here)) == logicals(built(there))
        assert verified(there).problems == ()
    assert list((far / ".sayso" / "spill").iterdir()) == []


@pytest.mark.deep
def test_a_no_while_spark_works_is_heard_before_anything_is_published(
    cluster: Cluster, prepared: Path, tmp_path: Path
) -> None:
    folder = on_spark(copied(prepared, tmp_path / "forum"))
    with opened(copied(prepared, tmp_path / "other")) as project:
        shard = max(built(project).manifest.shards, key=lambda each: each.rows)
        everybody = sorted(row["member"] for row in project.tags.table().to_pylist())
        for member in everybody:
            say(project, member, yes=False)
        nobody = logicals(built(project))
        assert shard.rows
    with opened(folder) as project:
        one = built(project, once(lambda: [say(project, member, yes=False) for member in everybody]))
        assert one.manifest.rows == 0
        assert logicals(one) == nobody
        assert one.remade


def told(engine: SparkEngine) -> dict[str, str]:
    engine.stand(gate())
    return {row["record"]: str(outcome_of(row["code"]).reason) for row in engine.codes().to_pylist()}


def test_the_engine_keeps_the_contract_of_engines(cluster: Cluster, tmp_path: Path) -> None:
    """The examples of ``test_duckdb``, in fewer tests because each engine takes seconds here."""
    deletions = [("alone", at("2024-03-01")), ("alone", at("2024-06-01")), ("with cyd", at("2024-06-01"))]
    odd = tmp_path / "it's [an] odd {name}*"
    odd.mkdir()
    with SparkEngine(numbered(tables_of(PEOPLE, RECORDS, deletions), odd, 2), cluster) as engine:
        with pytest.raises(ValueError, match="no gate stands yet"):
            engine.counts()
        assert told(engine) == {**EXPECTED, "alone": "deleted"}
        counts = dict(engine.counts())
        assert sum(counts.values()) == len(RECORDS)
        permitted = [row for batch in engine.permitted(("author", "text")) for row in batch.to_pylist()]
        assert sum(n for code, n in counts.items() if code >= PERMIT_FROM) == len(permitted)
        assert [(row["record"], row["author"], row["text"]) for row in permitted] == [
            ("with cyd", "ada", SECRET_WORDS)
        ]
        assert list(engine.permitted(("author",), ["alone"])) == []
        room = engine.room
        assert room.is_dir()
    assert not room.exists()


def test_files_without_numbers_and_of_an_earlier_sayso_say_what_others_say(
    cluster: Cluster, tmp_path: Path
) -> None:
    tables = on_disk(tables_of(PEOPLE, RECORDS, []), tmp_path, statistics=False)
    assert isinstance(tables.records, tuple)
    older = pq.read_table(tables.records[0]).drop_columns(["reply_to"])
    pq.write_table(older, tables.records[0])
    with SparkEngine(tables, cluster) as engine:
        assert told(engine) == EXPECTED
        found = [row for batch in engine.permitted(("reply_to",)) for row in batch.to_pylist()]
        assert {row["reply_to"] for row in found} == {None}


def test_members_and_records_may_be_none(cluster: Cluster) -> None:
    with SparkEngine(tables_of([], [], []), cluster) as engine:
        engine.stand(gate())
        assert (engine.counts(), list(engine.permitted(()))) == ((), [])


def test_what_is_wrong_with_tables_is_told_without_their_words(
    cluster: Cluster, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    tables = tables_of(PEOPLE, RECORDS, [])
    with pytest.raises(IntegrityError, match="1 members have no tag") as untagged:
        SparkEngine(replace(tables, tags=tables.tags.slice(1)), cluster)
    assert "ada" not in str(untagged.value)
    torn = tmp_path / "torn.parquet"
    torn.write_bytes(SECRET_WORDS.encode())
    for path in (tmp_path / "missing.parquet", torn):
        with pytest.raises(EdgeError, match="Spark cannot do it") as error:
            SparkEngine(replace(tables, records=(path,)), cluster)
        assert SECRET_WORDS not in str(error.value)
    assert capfd.readouterr() == ("", "")


def test_what_breaks_while_rows_are_read_is_named_without_their_words(
    cluster: Cluster, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "records.parquet"
    table = tables_of(PEOPLE, [post(f"r{n}", "ada") for n in range(40)], []).records
    pq.write_table(table, file, compression="none", use_dictionary=False)
    data = file.read_bytes()
    words = data.index(SECRET_WORDS.encode())
    file.write_bytes(data[: words - 4] + b"\xff\xff\xff\x7f" + data[words:])  # a length beyond all bounds
    with SparkEngine(replace(tables_of(PEOPLE, [], []), records=(file,)), cluster) as engine:
        engine.stand(gate())
        with pytest.raises(EdgeError, match="Spark cannot do it") as error:
            list(engine.permitted(("author", "text")))
    assert SECRET_WORDS[5:] not in "".join(map(str, (error.value, error.value.__cause__)))
    assert capfd.readouterr() == ("", "")


def test_what_compares_is_opened_only_when_it_is_asked(tmp_path: Path) -> None:
    """No cluster is there, and none is needed for what few records answer."""
    nowhere = Cluster("spark://127.0.0.1:1", (), tmp_path)
    with ClusterEngine(
        numbered(tables_of(PEOPLE, RECORDS, []), tmp_path), nowhere, ComparingDuckEngine
    ) as engine:
        engine.stand(gate())
        assert engine.may() == {"ada", "bob", "cyd"}  # by some category each
        assert sum(dict(engine.counts()).values()) == len(RECORDS)


def test_what_a_killed_process_left_in_its_room_goes_and_a_living_ones_stays(tmp_path: Path) -> None:
    with workroom(tmp_path) as living:
        (living / "words").write_text("somebody's")
        left = tmp_path / f"{workrooms._PREFIX}left"
        shutil.copytree(living, left)
        with workroom(tmp_path) as mine:
            assert sorted(tmp_path.iterdir()) == sorted((living, mine))
    assert list(tmp_path.iterdir()) == []
