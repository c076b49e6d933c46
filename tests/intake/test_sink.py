"""The sink: all or nothing, one row per id, and a digest of rows rather than of files."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sayso.errors import EdgeError, Place, Refused
from sayso.intake.refusals import WHY, Refusal, RowError, refused_row
from sayso.intake.sink import LONGEST_TEXT, TableSink, read_digest
from sayso.intake.tablefiles import NamedMember, canonical_line
from sayso.values.members import Member
from sayso.values.records import Record

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
CELLS = st.none() | TEXTS | st.integers(-(2**53) + 1, 2**53 - 1) | st.lists(TEXTS, max_size=3)


def fill(sink: TableSink, people: int = 3) -> None:
    sink.begin("test", "none", ("plan",), ())
    for number in range(people):
        sink.add_member(
            NamedMember(Member(f"m{number}", "FR", attributes=(("plan", "free"),)), f"name {number}")
        )
        sink.add_record(Record(f"r{number}", f"m{number}", "post", "public", text="words"))
    sink.finish()


def test_authors_are_numbered_as_their_members_came_and_strangers_and_nobody_are_told_apart(
    tmp_path: Path,
) -> None:
    with TableSink(tmp_path / "source") as sink:
        sink.begin("test", "none", (), ())
        for name in ("zoe", "abe", "zoe", "kim"):
            with suppress(RowError):
                sink.add_member(NamedMember(Member(name)))
        for number, author in enumerate(("kim", None, "eve", "zoe", "abe")):
            sink.add_record(Record(f"r{number}", author, "post", "public"))
        sink.finish()
        sink.commit()
    members, records = (
        pq.read_table(tmp_path / "source" / f"{name}.parquet") for name in ("members", "records")
    )
    assert members.select(["member", "number"]).to_pydict() == {
        "member": ["zoe", "abe", "kim"],
        "number": [0, 1, 2],
    }
    assert records.column("author_number").to_pylist() == [2, None, -1, 0, 1]


def test_nothing_is_there_until_the_commit(tmp_path: Path) -> None:
    with TableSink(tmp_path / "source") as sink:
        fill(sink)
        assert not (tmp_path / "source").exists()
        sink.commit()
    assert {path.name for path in (tmp_path / "source").iterdir()} == {
        "members.parquet", "records.parquet", "refused.jsonl", "source.json",
    }  # fmt: skip


def test_leaving_without_a_commit_leaves_nothing(tmp_path: Path) -> None:
    with TableSink(tmp_path / "source") as sink:
        fill(sink)
    assert [path.name for path in tmp_path.iterdir()] == [".source.lock"]


def test_a_commit_before_the_end_is_refused(tmp_path: Path) -> None:
    with TableSink(tmp_path / "source") as sink, pytest.raises(RuntimeError):
        sink.commit()


KILLED = """
import os, signal, sys
from contextlib import suppress
from pathlib import Path
from sayso.intake.sink import TableSink
from sayso.intake.tablefiles import NamedMember
from sayso.values.members import Member
sink = TableSink(Path(sys.argv[1]), replace=True)
sink.begin("test", "none")
sink.add_member(NamedMember(Member("m1")))
if sys.argv[2] == "finished":
    sink.finish()
if sys.argv[2] == "between":
    sink.finish()
    sink.folder.rename(sink.folder.with_name(".source.earlier"))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("moment", ["started", "finished", "between"])
def test_a_killed_import_leaves_the_old_source_and_the_next_one_works(tmp_path: Path, moment: str) -> None:
    with TableSink(tmp_path / "source") as sink:
        fill(sink, 2)
        sink.commit()
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", KILLED, tmp_path / "source", moment], check=False, env=paths)
    assert done.returncode == -signal.SIGKILL
    with TableSink(tmp_path / "source", replace=True) as sink:
        assert pq.read_metadata(tmp_path / "source" / "members.parquet").num_rows == 2
        fill(sink, 5)
        sink.commit()
    assert pq.read_metadata(tmp_path / "source" / "members.parquet").num_rows == 5
    assert sorted(os.listdir(tmp_path)) == [".source.lock", "source"]


def test_a_source_is_not_replaced_unless_asked(tmp_path: Path) -> None:
    with TableSink(tmp_path / "source") as sink:
        fill(sink)
        sink.commit()
    with pytest.raises(Refused, match="source-exists"):
        TableSink(tmp_path / "source")


def test_two_imports_of_one_source_do_not_run_at_once(tmp_path: Path) -> None:
    with TableSink(tmp_path / "source"), pytest.raises(EdgeError, match="import-running"):
        TableSink(tmp_path / "source")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "missing-id"),
        ("?", "bad-id"),
        ("a\nb", "bad-id"),
        ("x" * 201, "bad-id"),
        ("m1", "duplicate-id"),
        ("\ud800", "not-unicode"),
    ],
)
def test_an_id_that_cannot_be_one_is_refused(tmp_path: Path, name: str, code: str) -> None:
    with TableSink(tmp_path / "source") as sink:
        sink.begin("test", "none")
        sink.add_member(NamedMember(Member("m1")))
        with pytest.raises(RowError, match=code):
            sink.add_member(NamedMember(Member(name)))


def test_a_text_of_a_million_letters_comes_in_and_a_longer_one_does_not(tmp_path: Path) -> None:
    with TableSink(tmp_path / "source") as sink:
        sink.begin("test", "none")
        sink.add_record(Record("r1", None, "post", "public", text="a" * LONGEST_TEXT))
        with pytest.raises(RowError, match="text-too-long"):
            sink.add_record(Record("r2", None, "post", "public", text="a" * (LONGEST_TEXT + 1)))
        assert sink.finish().records == 1


def test_the_digest_is_of_the_rows_and_not_of_how_they_are_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = set()
    for name, rows in (("a", 50_000), ("b", 2)):
        monkeypatch.setattr("sayso.intake.tablewriter.ROWS_IN_GROUP", rows)
        with TableSink(tmp_path / name) as sink:
            fill(sink, 7)
            sink.commit()
        digests |= {
            read_digest(tmp_path / name),
            json.loads((tmp_path / name / "source.json").read_text())["digest"],
        }
    assert len(digests) == 1
    assert pq.read_metadata(tmp_path / "b" / "members.parquet").num_row_groups == 4


def test_one_changed_word_changes_the_digest(tmp_path: Path) -> None:
    with TableSink(tmp_path / "source") as sink:
        fill(sink)
        sink.commit()
    before = read_digest(tmp_path / "source")
    file = tmp_path / "source" / "records.parquet"
    table = pq.read_table(file)
    texts = ["other", *table["text"].to_pylist()[1:]]
    pq.write_table(
        table.set_column(table.schema.get_field_index("text"), table.schema.field("text"), [texts]), file
    )
    assert read_digest(tmp_path / "source") != before


@given(st.dictionaries(st.sampled_from(["a", "b_c", "record", "text", "z"]), CELLS))
def test_a_rows_line_is_its_canonical_json(cells: dict[str, object]) -> None:
    held = {name: cell for name, cell in cells.items() if cell is not None}
    assert canonical_line(list(cells), tuple(cells.values())) == rfc8785.dumps(held) + b"\n"  # type: ignore[arg-type]


def test_a_refused_row_is_known_by_place_reason_and_digest_alone(tmp_path: Path) -> None:
    with TableSink(tmp_path / "source") as sink:
        fill(sink)
    with TableSink(tmp_path / "source") as sink:
        sink.begin("test", "none")
        sink.refuse(refused_row(Refusal.BAD_ID, Place("r.csv", 3), b"a secret"))
        report = sink.finish()
        sink.commit()
    kept = json.loads((tmp_path / "source" / "refused.jsonl").read_text())
    digest = hashlib.sha256(b"a secret").hexdigest()[:12]
    assert kept == {"file": "r.csv", "line": 3, "code": "bad-id", "row": digest}
    assert report.refused == (("bad-id", 1),)


def test_every_reason_has_its_sentence() -> None:
    assert set(WHY) == set(Refusal)


def test_the_reference_page_lists_every_reason_with_its_sentence() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "import.md").read_text(encoding="utf-8")
    assert [
        f"| `{code}` | {WHY[code]} |" for code in Refusal if f"| `{code}` | {WHY[code]} |" not in page
    ] == []
