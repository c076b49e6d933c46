"""The page about the format tells the truth: its program recomputes our digest."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from dataset.makings import row
from sayso.dataset.digest import shard_digest
from sayso.dataset.rows import SCHEMA, to_table
from sayso.redact.spans import Label

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "dataset-format.md"


def test_the_program_on_the_page_recomputes_the_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row(number, language=None if number % 2 else "fr") for number in range(7)]
    (tmp_path / "shards").mkdir()
    pq.write_table(to_table(rows), tmp_path / "shards" / "00.parquet", compression="zstd", row_group_size=2)
    program = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert program
    monkeypatch.chdir(tmp_path)
    exec(compile(program[1], "page", "exec"), {})
    assert capsys.readouterr().out.strip() == shard_digest(rows)


def test_the_query_on_the_page_tells_who_wrote_in_which_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, gone = f"{1:032x}", f"{9:032x}"
    rows = [
        row(1),
        row(2, reply_to=post),
        row(3, reply_to=post),
        row(4, reply_to=gone),
        row(5, reply_to=post),
    ]
    (tmp_path / "shards").mkdir()
    pq.write_table(to_table(rows), tmp_path / "shards" / "00.parquet")
    query = re.search(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert query
    monkeypatch.chdir(tmp_path)
    found = duckdb.sql(query[1]).fetchall()
    members = [one.member for one in rows]
    assert sorted(found) == sorted(
        [(members[0], post), (members[1], post), (members[2], post), (members[3], gone)]
    )


def test_the_page_names_every_column_and_every_label_in_its_order() -> None:
    names = re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert names[: len(SCHEMA)] == SCHEMA.names
    assert names[-len(Label) :] == list(Label)
