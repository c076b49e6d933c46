"""The engine: files and tables alike, contributors, tags, and errors that quote nobody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from policy.test_decide_examples import ADULT, EVERYONE, EXAMPLES, POST, WRITE, at, with_choices
from sayso.engines.duckdb import BATCH_ROWS, DuckEngine
from sayso.errors import EdgeError, IntegrityError
from sayso.policy.codes import PERMIT_FROM, outcome_of
from sayso.policy.compile import Wide, compile_gate
from sayso.policy.gate import Gate
from sayso.ports import GateTables
from sayso.values.standing import Choice, Standing
from spec.gate_tables import numbered, record_row, tables_of
from spec.worlds import Person

MAY = at("2024-05-01")
NO = with_choices(Choice("toggle", False, at("2024-02-01"), "v1", 5))
SECRET_WORDS = "Suggest three walks near my house"


def gate(when: int = MAY) -> Gate:
    """Return the gate of the examples' policy, everybody told."""
    return compile_gate(EXAMPLES, WRITE, when, Wide(EVERYONE.notices))  # type: ignore[arg-type]


def person(name: str, standing: Standing = EVERYONE) -> Person:
    """Return an adult."""
    return Person(replace(ADULT, id=name), standing)


def post(name: str, author: str | None, *hands: str) -> dict[str, object]:
    """Return the row of a post that others had a hand in."""
    return record_row(replace(POST, contributors=hands, text=SECRET_WORDS), name, author)


def on_disk(tables: GateTables, folder: Path, statistics: bool = True) -> GateTables:
    """Return the same tables with members and records in two files each, whose footers say what is in them or not."""
    paths = {}
    for name in ("members", "records"):
        table = getattr(tables, name)
        half = table.num_rows // 2
        paths[name] = (folder / f"it's {name} 1.parquet", folder / f"{name}2.parquet")
        for path, rows in zip(paths[name], (table.slice(0, half), table.slice(half)), strict=True):
            pq.write_table(rows, path, write_statistics=statistics)
    return replace(tables, **paths)  # type: ignore[arg-type]


def told(tables: GateTables) -> dict[str, str]:
    """Return the reason for each record."""
    with DuckEngine(tables, threads=1) as engine:
        engine.stand(gate())
        return {row["record"]: str(outcome_of(row["code"]).reason) for row in engine.codes().to_pylist()}


PEOPLE = [person("ada"), person("bob", NO), person("cyd")]
RECORDS = [
    post("alone", "ada"), post("no", "bob"), post("with cyd", "ada", "cyd"), post("with bob", "ada", "bob"),
    post("with both", "ada", "cyd", "bob"), post("of bob with ada", "bob", "ada"), post("with ?", "ada", "?"),
    post("with a stranger", "ada", "eve"), post("orphan", None), post("orphan with ada", None, "ada"),
]  # fmt: skip
EXPECTED = {
    "alone": "default-on", "no": "said-no", "with cyd": "default-on", "with bob": "said-no", "with both": "said-no",
    "of bob with ada": "said-no", "with ?": "member-excluded", "with a stranger": "member-excluded",
    "orphan": "member-excluded", "orphan with ada": "member-excluded",
}  # fmt: skip


def test_everybody_with_a_hand_in_a_record_must_permit_it() -> None:
    assert told(tables_of(PEOPLE, RECORDS, [])) == EXPECTED


@pytest.mark.parametrize("sources", [1, 2, 3])
def test_authors_and_contributors_are_found_by_number_and_by_id_alike(tmp_path: Path, sources: int) -> None:
    assert told(numbered(tables_of(PEOPLE, RECORDS, []), tmp_path, sources)) == EXPECTED


def test_numbers_join_where_they_name_everybody_and_ids_where_they_do_not(tmp_path: Path) -> None:
    """An author who is not among the members of his own source may be among another's."""
    of_all = [post("alone", "ada"), post("no", "bob")]
    stranger = [*of_all, post("of a stranger", "eve")]
    for rows, sources, by_number in (
        (of_all, 1, True),
        (of_all, 2, True),
        (stranger, 1, True),
        (stranger, 2, False),
    ):
        folder = tmp_path / f"{len(rows)} {sources}"
        folder.mkdir()
        with DuckEngine(numbered(tables_of(PEOPLE, rows, []), folder, sources), threads=1) as engine:
            assert engine._given.by_number is by_number
    assert not DuckEngine(on_disk(tables_of(PEOPLE, of_all, []), tmp_path))._given.by_number


def test_numbers_that_are_words_join_nobody_and_ids_do(tmp_path: Path) -> None:
    tables = numbered(tables_of(PEOPLE, RECORDS, []), tmp_path)
    for path, column in ((tables.members[0], "number"), (tables.records[0], "author_number")):
        table = pq.read_table(path)
        words = pa.array(["one"] * table.num_rows)
        pq.write_table(table.set_column(table.schema.get_field_index(column), column, words), path)
        assert told(tables) == EXPECTED


@pytest.mark.parametrize("older", [(), (0,), (0, 1)])
def test_what_a_record_replies_to_is_carried_and_unknown_where_a_file_has_no_such_column(
    tmp_path: Path, older: tuple[int, ...]
) -> None:
    rows = [post(name, "ada", *hands) | {"reply_to": "q"} for name, *hands in (("r0",), ("r1", "cyd"))]
    tables = on_disk(tables_of(PEOPLE, rows, []), tmp_path)
    assert isinstance(tables.records, tuple)
    for number in older:
        file = tables.records[number]
        pq.write_table(pq.read_table(file).drop_columns(["reply_to"]), file)
    with DuckEngine(tables, threads=1) as engine:
        engine.stand(gate())
        batches = engine.permitted(("reply_to",))
        found = {row["record"]: row["reply_to"] for batch in batches for row in batch.to_pylist()}
    assert found == {f"r{number}": None if number in older else "q" for number in (0, 1)}


@pytest.mark.parametrize("statistics", [True, False])
def test_files_say_what_tables_say(tmp_path: Path, statistics: bool) -> None:
    assert told(on_disk(tables_of(PEOPLE, RECORDS, []), tmp_path, statistics)) == EXPECTED


def test_a_contributor_in_the_second_of_two_files_is_asked_too(tmp_path: Path) -> None:
    rows = [post("alone", "ada"), post("no", "bob"), post("orphan", None), post("with bob", "ada", "bob")]
    expected = {row["record"]: EXPECTED[str(row["record"])] for row in rows}
    assert told(on_disk(tables_of(PEOPLE, rows, []), tmp_path)) == expected
    alone = tables_of(PEOPLE, rows[:3], [])
    assert told(on_disk(alone, tmp_path)) == {name: expected[name] for name in ("alone", "no", "orphan")}


def test_a_deletion_in_the_log_outweighs_a_file_that_says_nothing_or_something_later() -> None:
    deletions = [("alone", at("2024-03-01")), ("alone", at("2024-06-01")), ("with cyd", at("2024-06-01"))]
    found = told(tables_of(PEOPLE, RECORDS, deletions))
    assert found == {**EXPECTED, "alone": "deleted"}


def test_counts_and_what_is_permitted_agree_and_a_gate_may_follow_another() -> None:
    with DuckEngine(tables_of(PEOPLE, RECORDS, []), threads=2) as engine:
        for when in (at("2023-01-01"), MAY):
            engine.stand(gate(when))
            permitted = [row for batch in engine.permitted(("author", "text")) for row in batch.to_pylist()]
            counts = dict(engine.counts())
            assert sum(counts.values()) == len(RECORDS)
            assert sum(n for code, n in counts.items() if code >= PERMIT_FROM) == len(permitted)
        assert {row["record"] for row in permitted} == {"alone", "with cyd"}
        assert {(row["author"], row["text"]) for row in permitted} == {("ada", SECRET_WORDS)}


def test_every_permitted_record_comes_once_in_batches_of_a_known_size() -> None:
    rows = [post(f"r{n}", "ada") for n in range(BATCH_ROWS + 5)]
    with DuckEngine(tables_of(PEOPLE, rows, []), memory="512MB") as engine:
        engine.stand(gate())
        batches = list(engine.permitted(("author",)))
        names = [name for batch in batches for name in batch.column("record").to_pylist()]
        assert sorted(names) == sorted(f"r{n}" for n in range(BATCH_ROWS + 5))
        assert max(batch.num_rows for batch in batches) <= BATCH_ROWS


def test_no_gate_no_answer() -> None:
    with (
        DuckEngine(tables_of(PEOPLE, RECORDS, [])) as engine,
        pytest.raises(ValueError, match="no gate stands yet"),
    ):
        engine.counts()


def test_a_member_without_a_tag_is_refused_because_nobody_would_hear_them() -> None:
    tables = tables_of(PEOPLE, RECORDS, [])
    tables = replace(tables, tags=tables.tags.slice(1))
    with pytest.raises(IntegrityError, match="1 members have no tag") as error:
        DuckEngine(tables)
    assert "ada" not in str(error.value)


def test_a_missing_file_and_one_that_is_no_parquet_are_named_without_their_words(tmp_path: Path) -> None:
    tables = on_disk(tables_of(PEOPLE, RECORDS, []), tmp_path)
    torn = tmp_path / "torn.parquet"
    torn.write_bytes(SECRET_WORDS.encode())
    for path in (tmp_path / "missing.parquet", torn):
        with pytest.raises(EdgeError) as error:
            DuckEngine(replace(tables, records=(path,)))
        assert "DuckDB cannot read the tables" in str(error.value)
        assert SECRET_WORDS not in str(error.value)


def test_what_breaks_while_rows_are_read_is_named_without_their_words(tmp_path: Path) -> None:
    """DuckDB quotes the value that it stumbles over; that value is somebody's."""
    table = tables_of(PEOPLE, [post(f"r{n}", "ada") for n in range(40)], []).records
    path = tmp_path / "records.parquet"
    pq.write_table(table, path, compression="none", use_dictionary=False)
    data = path.read_bytes()
    path.write_bytes(data.replace(SECRET_WORDS.encode(), b"\xff" + SECRET_WORDS.encode()[1:]))
    tables = replace(tables_of(PEOPLE, [], []), records=(path,))
    with DuckEngine(tables) as engine:
        engine.stand(gate())
        with pytest.raises(EdgeError) as error:
            list(engine.permitted(("author", "text")))
    assert SECRET_WORDS[5:] not in "".join(map(str, (error.value, error.value.__cause__)))


def test_attributes_that_nobody_carries_are_not_carried() -> None:
    story = record_row(replace(POST, category="story"), "s", "ada")
    with DuckEngine(tables_of(PEOPLE, [story], [])) as engine:
        engine.stand(gate())
        assert [str(outcome_of(code).reason) for code, _ in engine.counts()] == ["member-excluded"]
    free = Person(replace(ADULT, id="ada", attributes=(("plan", "free"),)), EVERYONE)
    with DuckEngine(tables_of([free], [story], [])) as engine:
        engine.stand(gate())
        assert [str(outcome_of(code).reason) for code, _ in engine.counts()] == ["default-on"]


def test_members_and_records_may_be_none() -> None:
    tables = tables_of([], [], [])
    assert isinstance(tables.members, pa.Table)
    with DuckEngine(tables) as engine:
        engine.stand(gate())
        assert (engine.counts(), list(engine.permitted(()))) == ((), [])
