"""Plain tables: three formats, one meaning; every row that cannot be used refused alone."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldens import check_golden
from sayso.errors import InputError
from sayso.intake.cells import age_band, birth_day, moment_of
from sayso.intake.mapping import Mapping, parse_mapping
from sayso.intake.refusals import ImportReport, RowError
from sayso.intake.sink import TableSink, read_digest
from sayso.intake.tables import import_table
from sayso.values.moments import format_moment, parse_moment

MAPPING = """
mapping: 1
licence: house rules
members:
  columns:
    member: id
    name: name
    region: {column: country, as: name}
    born: birthday
    age: age
    joined_at: joined
  attributes:
    plan: {column: plan, values: {"1": free, "2": pro}}
records:
  columns:
    record: id
    author: who
    category: {column: kind, values: {POST: post}}
    visibility: {column: seen, values: {ALL: public}}
    created_at: at
    deleted_at: gone
    text: {column: body, as: html}
    contributors: {column: with, separator: ";"}
"""
MEMBERS = [
    {
        "id": "1",
        "name": "Ada",
        "country": "France",
        "birthday": "1980-05-01",
        "age": "",
        "joined": "2020-01-01",
        "plan": "1",
    },
    {"id": "2", "name": "Bo", "country": "", "birthday": "", "age": "18-24", "joined": "", "plan": "?"},
]
RECORDS = [
    {"id": "a", "who": "1", "kind": "POST", "seen": "ALL",
     "at": "2021-01-01T10:00:00+01:00", "gone": "", "body": "<p>x</p>", "with": "2;3"},
    {"id": "b", "who": "", "kind": "memo", "seen": "private",
     "at": "2021-01-02T00:00:00Z", "gone": "2022-01-01", "body": "", "with": ""},
]  # fmt: skip
Row = dict[str, str]


def write_csv(path: Path, rows: list[Row]) -> Path:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_jsonl(path: Path, rows: list[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def write_parquet(path: Path, rows: list[Row]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def bring_in(
    place: Path, members: Path | None, records: Path | None, mapping: Mapping | None = None
) -> ImportReport:
    with TableSink(place) as sink:
        report = import_table(members, records, mapping or parse_mapping(MAPPING, "m.yaml"), sink)
        sink.commit()
    return report


@pytest.mark.parametrize(
    ("ending", "write"), [("csv", write_csv), ("jsonl", write_jsonl), ("parquet", write_parquet)]
)
def test_the_three_formats_mean_the_same(
    tmp_path: Path, ending: str, write: Callable[[Path, list[Row]], Path]
) -> None:
    members, records = write(tmp_path / f"m.{ending}", MEMBERS), write(tmp_path / f"r.{ending}", RECORDS)
    report = bring_in(tmp_path / "out", members, records)
    ada, bo = pq.read_table(tmp_path / "out" / "members.parquet").to_pylist()
    one, other = pq.read_table(tmp_path / "out" / "records.parquet").to_pylist()
    assert (ada["region"], ada["born"], ada["attr_plan"]) == ("FR", 19800501, "free")
    assert (bo["region"], bo["age_min"], bo["age_max"], bo["attr_plan"]) == (None, 18, 24, "?")
    assert (one["author"], one["category"], one["visibility"], one["text"]) == ("1", "post", "public", "x")
    assert (one["created_at"], one["contributors"]) == (parse_moment("2021-01-01T09:00:00Z"), ["2", "3"])
    assert (other["author"], other["category"], other["text"]) == (None, "memo", "")
    assert other["deleted_at"] == parse_moment("2022-01-01")
    assert (report.members, report.records, report.orphans, report.deleted, report.licence) == (
        2,
        2,
        1,
        1,
        "house rules",
    )
    first = bring_in(
        tmp_path / "again", write_csv(tmp_path / "x.csv", MEMBERS), write_csv(tmp_path / "y.csv", RECORDS)
    )
    assert report.digest == first.digest


@pytest.mark.parametrize(
    ("ending", "write"), [("csv", write_csv), ("jsonl", write_jsonl), ("parquet", write_parquet)]
)
def test_a_record_says_what_it_replies_to_where_the_mapping_does(
    tmp_path: Path, ending: str, write: Callable[[Path, list[Row]], Path]
) -> None:
    rows = [RECORDS[0] | {"id": f"r{number}", "on": on} for number, on in enumerate(["r1", "", "?", "gone"])]
    file = write(tmp_path / f"r.{ending}", rows)
    bring_in(tmp_path / "out", None, file, parse_mapping(MAPPING + "    reply_to: on\n", "m.yaml"))
    found = pq.read_table(tmp_path / "out" / "records.parquet").column("reply_to").to_pylist()
    assert found == ["r1", None, None, "gone"]


def test_a_source_without_replies_has_the_digest_that_it_had_before_records_said_what_they_reply_to(
    tmp_path: Path,
) -> None:
    report = bring_in(tmp_path / "out", None, write_csv(tmp_path / "r.csv", RECORDS))
    file = tmp_path / "out" / "records.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["reply_to"]), file)
    assert read_digest(tmp_path / "out") == report.digest


FAULTS = {
    "missing-id": {"id": " "}, "duplicate-id": {"id": "a"}, "bad-id": {"id": "?"}, "bad-moment": {"at": "yesterday"},
    "ambiguous-moment": {"at": "1-2-3"}, "missing-created-at": {"at": ""}, "unknown-visibility": {"seen": "friends"},
    "missing-category": {"kind": ""}, "bad-category": {"kind": "Big Post"}, "text-too-long": {"body": "a" * 200_001},
}  # fmt: skip


def test_each_fault_of_a_record_is_refused_with_its_reason_and_the_rest_kept(tmp_path: Path) -> None:
    faulty = [RECORDS[0] | {"id": f"f{number}"} | fault for number, fault in enumerate(FAULTS.values())]
    report = bring_in(tmp_path / "out", None, write_jsonl(tmp_path / "r.jsonl", [*RECORDS, *faulty]))
    assert report.records == 2
    assert report.refused == tuple(sorted((code, 1) for code in FAULTS))
    check_golden("intake/table_refused.jsonl", (tmp_path / "out" / "refused.jsonl").read_text())


def test_each_fault_of_a_member_is_refused_with_its_reason(tmp_path: Path) -> None:
    faults = {
        "unknown-country": {"country": "Ruritania"}, "bad-age": {"age": "24-18"}, "ambiguous-moment": {"birthday": "1/2/80"},
        "duplicate-id": {"id": "2"},
    }  # fmt: skip
    faulty = [MEMBERS[0] | {"id": f"f{number}"} | fault for number, fault in enumerate(faults.values())]
    report = bring_in(tmp_path / "out", write_csv(tmp_path / "m.csv", [*MEMBERS, *faulty]), None)
    assert (report.members, report.refused) == (2, tuple(sorted((code, 1) for code in faults)))


ONE = parse_mapping("mapping: 1\nmembers: {columns: {member: id, name: name}}\n", "m.yaml")


@pytest.mark.parametrize(
    ("content", "kept", "refused"),
    [
        (b"id,name\n1,a\n2\n3,b,c\n4,d\n", 2, {"row-too-short": 1, "row-too-wide": 1}),
        (b"id,name\n1,caf\xe9\n2,b\n", 1, {"not-unicode": 1}),
        (b'id,name\n1,"a"x\n2,b\n', 1, {"bad-row": 1}),
        (b'id,name\n1,a\n2,"b and then', 1, {"torn-file": 1}),
        (b'id,name\n\n1,"a\nb"\n\n2,b\n', 2, {}),
        (b"\xef\xbb\xbfid,name\r\n1,a\r\n", 1, {}),
    ],
)
def test_faulty_lines_of_csv_are_refused_alone(
    tmp_path: Path, content: bytes, kept: int, refused: dict[str, int]
) -> None:
    (tmp_path / "m.csv").write_bytes(content)
    report = bring_in(tmp_path / "out", tmp_path / "m.csv", None, ONE)
    assert (report.members, dict(report.refused)) == (kept, refused)


@pytest.mark.parametrize(
    ("content", "kept", "refused"),
    [
        (b'{"id": 1, "name": "a"}\n[1]\n{"id": NaN}\n{bad}\n{"id": 2}\n', 2, {"bad-row": 3}),
        (b'{"id": 1, "name": "caf\xe9"}\n{"id": 2, "name": null}\n', 1, {"not-unicode": 1}),
        (b'{"id": "\\ud800", "name": ""}\n{"id": 2}\n', 1, {"not-unicode": 1}),
        (b'{"id": 1, "name": "a"}\n{"id": 2, "na', 1, {"torn-file": 1}),
        (b'{"id": {"a": 1}, "name": ["x"]}\n{"id": 1, "name": 1.50}\n', 1, {"bad-row": 1}),
        (b'{"id": ' + b"[" * 100_000 + b'\n{"id": 1, "name": true}\n', 1, {"bad-row": 1}),
    ],
)
def test_faulty_lines_of_jsonl_are_refused_alone(
    tmp_path: Path, content: bytes, kept: int, refused: dict[str, int]
) -> None:
    (tmp_path / "m.jsonl").write_bytes(content)
    report = bring_in(tmp_path / "out", tmp_path / "m.jsonl", None, ONE)
    assert (report.members, dict(report.refused)) == (kept, refused)


def test_parquet_text_that_is_not_utf_8_refuses_its_own_row_alone(tmp_path: Path) -> None:
    raw = pa.array([b"1", b"caf\xe9", b"3"], pa.binary())
    broken = pa.Array.from_buffers(pa.string(), 3, raw.buffers())
    pq.write_table(pa.table({"id": broken, "name": ["a", "b", "c"]}), tmp_path / "m.parquet")
    report = bring_in(tmp_path / "out", tmp_path / "m.parquet", None, ONE)
    assert (report.members, report.refused) == (2, (("not-unicode", 1),))


def test_a_torn_parquet_file_is_refused_as_a_whole(tmp_path: Path) -> None:
    whole = write_parquet(tmp_path / "m.parquet", MEMBERS).read_bytes()
    (tmp_path / "m.parquet").write_bytes(whole[:-20])
    with pytest.raises(InputError, match="not-parquet"):
        bring_in(tmp_path / "out", tmp_path / "m.parquet", None)


def test_moments_of_parquet_need_their_zone_or_a_format(tmp_path: Path) -> None:
    text = "mapping: 1\nmembers: {columns: {member: id, joined_at: %s}}\n"
    table = {
        "id": ["1", "2"],
        "naive": [datetime(2020, 1, 1)] * 2,  # noqa: DTZ001
        "aware": [datetime(2020, 1, 1, tzinfo=UTC)] * 2,
    }
    pq.write_table(pa.table(table), tmp_path / "m.parquet")
    kept = {}
    for column in ("naive", "aware", "{column: naive, format: utc}"):
        place = tmp_path / str(len(kept))
        kept[column] = bring_in(
            place, tmp_path / "m.parquet", None, parse_mapping(text % column, "m")
        ).members
    assert list(kept.values()) == [0, 2, 2]


def test_nested_json_is_reached_by_dots(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text('{"user": {"id": 7, "name": {"full": "Ada"}}}\n{"user": 3}\n')
    mapping = parse_mapping("mapping: 1\nmembers: {columns: {member: user.id, name: user.name.full}}\n", "m")
    report = bring_in(tmp_path / "out", tmp_path / "m.jsonl", None, mapping)
    assert (report.members, report.refused) == (1, (("missing-id", 1),))


def test_files_that_are_refused_as_a_whole_say_where_and_what_to_do(tmp_path: Path) -> None:
    files = {
        "m.csv": b"identifier,name\n1,a\n", "empty.csv": b"",
        "utf16.csv": "id,name\n1,a\n".encode("utf-16"), "latin.csv": b"id,name,\xe9\n",
        "twice.csv": b"id,name,id\n", "m.xls": b"", "m.parquet": b"PAR1", "m.jsonl": b'{"id": 1}\n',
    }  # fmt: skip
    texts = []
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError) as caught:
            bring_in(tmp_path / "out", tmp_path / name, None, ONE)
        texts.append(f"{name}:\n  {caught.value}\n")
    for path, mapping in ((tmp_path / "absent.csv", ONE), (None, ONE)):
        with pytest.raises(InputError) as caught:
            bring_in(tmp_path / "out", path, None, mapping)
        texts.append(f"{path.name if path else 'no file'}:\n  {caught.value}\n")
    with pytest.raises(InputError) as caught:
        bring_in(tmp_path / "out", None, tmp_path / "m.csv", ONE)
    check_golden("intake/table_errors.txt", "".join([*texts, f"unmapped:\n  {caught.value}\n"]))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "time_format", "moment"),
    [
        ("3.2.2001", "%d.%m.%Y", "2001-02-03"),
        ("2001-02-03 04:05:06", "utc", "2001-02-03T04:05:06Z"),
        ("2001-02-03T04:05:06+02:00", "utc", "2001-02-03T02:05:06Z"),
        ("1.5", "epoch-seconds", "1970-01-01T00:00:01.500000Z"),
        ("-1.5", "epoch-seconds", "1969-12-31T23:59:58.500000Z"),
        ("1500", "epoch-milliseconds", "1970-01-01T00:00:01.500000Z"),
        ("1", "epoch-microseconds", "1970-01-01T00:00:00.000001Z"),
    ],
)
def test_a_moment_follows_its_format(text: str, time_format: str, moment: str) -> None:
    assert moment_of(text, time_format) == parse_moment(moment)


@pytest.mark.parametrize(
    ("text", "time_format", "code"),
    [
        ("1-2-3", None, "ambiguous-moment"),
        ("01/02/2003 10:00", None, "ambiguous-moment"),
        ("2003/1/2", None, "ambiguous-moment"),
        ("2003-02-30", None, "bad-moment"),
        ("2003-02-03 10:00:00", None, "bad-moment"),
        ("9999-12-31", None, "bad-moment"),
        ("31.2.2001", "%d.%m.%Y", "bad-moment"),
        ("x", "epoch-seconds", "bad-moment"),
        ("9" * 30, "epoch-seconds", "bad-moment"),
    ],
)
def test_a_moment_in_doubt_is_refused(text: str, time_format: str | None, code: str) -> None:
    with pytest.raises(RowError, match=code):
        moment_of(text, time_format)


@given(st.integers(-(2**53) + 1, 2**53 - 1))
def test_a_moment_written_by_us_is_read_back(moment: int) -> None:
    assert moment_of(str(moment), "epoch-microseconds") == moment
    assert moment_of(format_moment(moment), None) == moment  # type: ignore[arg-type]


@given(st.text(max_size=15))
def test_any_text_is_an_age_and_a_birthday_or_refused(text: str) -> None:
    for read in (age_band, lambda one: birth_day(one, None), lambda one: moment_of(one, None)):
        with suppress(RowError):
            read(text)


def test_former_names_and_handles_are_kept_whatever_the_format_and_change_no_digest_of_those_without(
    tmp_path: Path,
) -> None:
    text = MAPPING.replace(
        "    name: name\n",
        "    name: name\n    handle: login\n    former_names: {column: was, separator: ';'}\n",
    )
    mapping = parse_mapping(
        text.replace("    handle: login\n", "    handle: login\n    former_handles: logins\n"), "m.yaml"
    )
    rows = [{**row, "login": f"u{row['id']}", "was": "", "logins": ""} for row in MEMBERS]
    plain = bring_in(tmp_path / "plain", write_csv(tmp_path / "p.csv", rows), None, mapping)
    renamed = [{**rows[0], "was": "Ada Byron; Ada ;Ada", "logins": "ada_b,u1"}, rows[1]]
    found = bring_in(tmp_path / "csv", write_csv(tmp_path / "m.csv", renamed), None, mapping)
    ada, bo = pq.read_table(tmp_path / "csv" / "members.parquet").to_pylist()
    assert (ada["former_names"], ada["former_handles"]) == (["Ada Byron"], ["ada_b"])
    assert (bo["former_names"], bo["former_handles"]) == (None, None)
    listed = [{**renamed[0], "was": ["Ada Byron"], "logins": ["ada_b"]}, rows[1]]
    again = bring_in(tmp_path / "jsonl", write_jsonl(tmp_path / "m.jsonl", listed), None, mapping)  # type: ignore[arg-type]
    without = parse_mapping(
        MAPPING.replace("    name: name\n", "    name: name\n    handle: login\n"), "m.yaml"
    )
    assert again.digest == found.digest != plain.digest
    assert (
        bring_in(tmp_path / "without", write_csv(tmp_path / "w.csv", rows), None, without).digest
        == plain.digest
    )
