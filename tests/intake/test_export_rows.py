"""CSV, JSON and dates of export archives: every odd way of writing them has one meaning, and no bytes do more than be refused."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.errors import InputError, Place
from sayso.intake.archives.csvrows import CsvRow, read_rows
from sayso.intake.archives.dates import birth_day_in, export_moment, moment_of_number
from sayso.intake.archives.jsonitems import JsonItem, read_items, read_object
from sayso.intake.archives.linkedin_urns import Urn, comment_of, profile_name, urn_of
from sayso.intake.archives.quotes import quoted_lines
from sayso.intake.archives.streams import Stream
from sayso.intake.refusals import RefusedRow, RowError
from sayso.values.moments import format_moment

CELL = st.text(
    st.sampled_from("ab \",\\\r\n'é\u2028") | st.characters(exclude_categories=["Cs"]), max_size=12
)


class Pieces(io.BytesIO):
    """Bytes that come a few at a time, whatever is asked for."""

    def __init__(self, raw: bytes, size: int) -> None:
        super().__init__(raw)
        self._size = size

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self._size)


def stream(raw: bytes | str, size: int = 1 << 16) -> Stream:
    return Stream(Pieces(raw.encode() if isinstance(raw, str) else raw, size), Place("archive/x"), 1 << 30)


def rows(raw: bytes | str, *needed: str, size: int = 1 << 16) -> list[dict[str, str] | str]:
    """Return the cells of the rows, and the code of each one that is refused."""
    return [
        one.cells if isinstance(one, CsvRow) else str(one.code)
        for one in read_rows(stream(raw, size), needed)
    ]


def items(raw: bytes | str, size: int = 1 << 16) -> list[object]:
    return [
        one.value if isinstance(one, JsonItem) else str(one.code)
        for one in read_items(stream(raw, size), "orderedItems")
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert rows(b"\xef\xbb\xbfDate,Link\r\n1,2\r\n", "date") == [{"date": "1", "link": "2"}]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_rows_end_in_any_way_and_the_last_need_not_end(ending: str) -> None:
    assert rows(ending.join(("A,B", "1,2", "", "3,4")), "a") == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]


def test_quotes_are_escaped_by_doubling_or_by_a_backslash_even_in_one_file() -> None:
    text = 'D,M\n1,"She said ""no"", then\nleft."\n2,"She said \\"no\\", then\nleft."\n3,"\\"yes\\""\n4,"by C:\\"\n5,"12\\" wide"\n'
    assert [row["m"] if isinstance(row, dict) else row for row in rows(text, "d")] == [
        'She said "no", then\nleft.', 'She said "no", then\nleft.', '"yes"', "by C:\\", '12" wide',
    ]  # fmt: skip


def test_a_quote_in_a_cell_without_quotes_is_a_quote() -> None:
    assert rows('A,B\n12" wide,x\n', "a") == [{"a": '12" wide', "b": "x"}]


def test_notes_before_the_header_are_passed_over() -> None:
    text = (
        'Notes:\r\n"Some emails, ""perhaps"",\nare missing."\r\n\r\nFirst Name,Last Name\r\nAda,Example\r\n'
    )
    assert rows(text, "first name", "last name") == [{"first name": "Ada", "last name": "Example"}]


@pytest.mark.parametrize("text", ["", "A,B\n1,2\n", "\n" * 40 + "Date\n", "Date,Date\n1,2\n"])
def test_a_file_without_its_header_is_refused_as_a_whole(text: str) -> None:
    assert rows(text, "date") == ["bad-header"]


def test_rows_that_do_not_come_out_even_are_refused_alone() -> None:
    text = 'A,B\n1,2\n1\n1,2,3\n1,2,,\n1,"2"x\n3,4\n5,"open'
    assert rows(text, "a") == [
        {"a": "1", "b": "2"}, "row-too-short", "row-too-wide", {"a": "1", "b": "2"}, "bad-row", {"a": "3", "b": "4"}, "torn-file",
    ]  # fmt: skip


def test_a_cell_that_is_too_long_is_refused_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso.intake.archives.csvrows.LONGEST_ROW", 1_000)
    found = rows('A,B\n1,"' + "x" * 5_000 + '"\n3,4\n', "a", size=100)
    assert found[0] == "row-too-wide"
    assert found[-1] == {"a": "3", "b": "4"}


def test_places_are_the_lines_on_which_rows_begin() -> None:
    found = list(read_rows(stream('A,B\r\n1,"two\r\nlines"\r\n3,4\r\n5\r\n'), ("a",)))
    assert [one.place.line for one in found] == [2, 4, 5]


def test_bytes_that_are_no_text_are_refused_in_their_row() -> None:
    assert rows(b"A,B\n1,\xff\n3,4\n", "a") == ["not-unicode", {"a": "3", "b": "4"}]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_another_encoding_is_refused_with_its_place(encoding: str) -> None:
    with pytest.raises(InputError, match=r"archive/x: the file is not UTF-8.*\[wrong-encoding\]"):
        rows("Date,Link\n1,2\n".encode(encoding), "date")


@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6),
    st.integers(1, 40),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_csv_writer_writes_is_read_back_whatever_the_cells_hold(
    table: list[list[str]], size: int, ending: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=ending)
    writer.writerow(["A", "B", "C"])
    writer.writerows(table)
    expected = [dict(zip("abc", row, strict=True)) for row in table if any(row)]
    assert rows(text.getvalue(), "a", "b", "c", size=size) == expected


@given(
    st.lists(st.lists(CELL.map(lambda cell: cell.replace("\\", "/")), min_size=2, max_size=2), max_size=6),
    st.integers(1, 40),
)
def test_what_is_escaped_with_backslashes_is_read_back(table: list[list[str]], size: int) -> None:
    # Quotes around a quote or before a comma read as RFC 4180, too: a writer that doubles them means another text.
    calm = [[f"x{cell}x".replace('"', '"w') for cell in row] for row in table]
    lines = ["A,B", *(",".join('"' + cell.replace('"', '\\"') + '"' for cell in row) for row in calm)]
    assert rows("\n".join(lines), "a", "b", size=size) == [{"a": one, "b": other} for one, other in calm]


@given(st.binary(max_size=300), st.integers(1, 50))
def test_no_bytes_do_more_to_a_table_than_be_refused(raw: bytes, size: int) -> None:
    try:
        found = list(read_rows(stream(b"A,B\n" + raw, size), ("a", "b")))
    except InputError:
        return
    assert all(isinstance(one, CsvRow | RefusedRow) for one in found)
    again = list(read_rows(stream(b"A,B\n" + raw), ("a", "b")))
    assert found == again


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(VALUES, max_size=5), st.integers(1, 30), st.booleans(), st.booleans())
def test_the_items_of_a_list_come_as_they_are_however_they_are_cut(
    values: list[object], size: int, ascii_only: bool, indented: bool
) -> None:
    whole = {"a": {"orderedItems": [1]}, "type": "orderedItems", "orderedItems": values, "z": [[2]]}
    text = json.dumps(whole, ensure_ascii=ascii_only, indent=2 if indented else None)
    assert items(text.encode("utf-8", "surrogatepass"), size) == values


@given(
    st.binary(max_size=200) | st.text(st.sampled_from('{}[]",:\\ 1a'), max_size=60).map(str.encode),
    st.integers(1, 20),
)
def test_no_bytes_do_more_to_a_list_than_be_refused(raw: bytes, size: int) -> None:
    try:
        found = list(read_items(stream(b'{"orderedItems": [' + raw, size), "orderedItems"))
    except InputError:
        return
    assert all(isinstance(one, JsonItem | RefusedRow) for one in found)


def test_an_item_too_deep_or_with_a_key_twice_is_refused_alone() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    assert items('{"orderedItems": [1, ' + deep + ', {"to": 1, "to": 2}, NaN, {"a": 2}]}') == [
        1,
        "bad-row",
        "bad-row",
        "bad-row",
        {"a": 2},
    ]


def test_an_item_that_is_too_long_is_passed_by_without_being_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso.intake.archives.jsonitems.LONGEST_ITEM", 100)
    text = json.dumps({"orderedItems": ["a" * 1000, "b"]})
    assert items(text, 7) == ["row-too-wide", "b"]


def test_a_list_that_breaks_off_keeps_what_came_before() -> None:
    assert items('{"orderedItems": [{"a": 1}, {"b": ') == [{"a": 1}, "torn-file"]


def test_an_object_that_is_none_is_refused_with_its_place() -> None:
    for raw in (b"[1]", b"{", b"\xff\xfe{}", b'{"a": 1, "a": 2}', b'{"a":' + b"[" * 100_000):
        with pytest.raises(InputError, match=r"archive/x: the file is not one JSON object"):
            read_object(stream(raw))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-09-18 06:04:05", "2024-09-18T06:04:05Z"),
        ("2024-09-18 06:04:05 UTC", "2024-09-18T06:04:05Z"),
        ("2024/09/18 06:04:05 UTC", "2024-09-18T06:04:05Z"),
        ("18 Sep 2024", "2024-09-18T00:00:00Z"),
        ("9/18/24, 6:04 AM", "2024-09-18T06:04:00Z"),
        ("9/18/24, 12:04 AM", "2024-09-18T00:04:00Z"),
        ("12/1/24, 12:04\u202fPM", "2024-12-01T12:04:00Z"),
        ("Sep 2024", "2024-09-01T00:00:00Z"),
        ("2024-09-18 06:04", "2024-09-18T06:04:00Z"),
        ("2024-09-18T06:04:05.250Z", "2024-09-18T06:04:05.250000Z"),
        ("2024-09-18T06:04:05+02:00", "2024-09-18T04:04:05Z"),
    ],
)
def test_each_form_of_date_names_its_moment(text: str, moment: str) -> None:
    assert format_moment(export_moment(f" {text} ")) == moment


@pytest.mark.parametrize(
    "text", ["1-2-3", "18/9/24, 6:04 AM", "31 Feb 2024", "9/18/24, 13:04 PM", "Smarch 2024", "soon"]
)
def test_a_date_of_no_known_form_is_refused_and_not_guessed(text: str) -> None:
    with pytest.raises(RowError, match="bad-moment"):
        export_moment(text)


@given(
    st.text(max_size=40)
    | st.from_regex(r"[0-9]{1,4}[-/ ][0-9A-Za-z]{1,4}[-/ ][0-9]{1,4}( [0-9:.]{1,9})?", fullmatch=True)
)
def test_no_text_does_more_to_a_date_than_be_refused(text: str) -> None:
    assert birth_day_in(text) is None or 1_0000 < birth_day_in(text) < 1_0000_0000  # type: ignore[operator]
    with suppress(RowError):
        assert isinstance(export_moment(text), int)


def test_an_id_holds_its_moment_and_an_old_one_none() -> None:
    assert format_moment(moment_of_number(7319000000000000000) or 0) == "2025-04-18T14:13:00.444000Z"  # type: ignore[arg-type]
    assert (moment_of_number(123456), moment_of_number(10**30)) == (None, None)


@pytest.mark.parametrize("kind", ["share", "activity", "ugcPost"])
def test_a_post_is_known_by_its_urn_plain_or_encoded_once_or_twice(kind: str) -> None:
    for sign in (":", "%3A", "%253A"):
        address = f"https://www.linkedin.com/feed/update/urn:li:{kind}:7319000000000000000".replace(
            ":li:", f"{sign}li{sign}"
        )
        assert urn_of(address.replace(f"{kind}:", f"{kind}{sign}")) == Urn(kind, "7319000000000000000")
    assert urn_of("https://www.linkedin.com/pulse/bread") is None


def test_a_comment_is_known_by_its_own_urn_and_its_posts() -> None:
    address = "https://www.linkedin.com/feed/update/urn:li:ugcPost:12?commentUrn=urn%3Ali%3Acomment%3A%28ugcPost%3A12%2C34%29"
    assert comment_of(address) == (Urn("comment", "34"), Urn("ugcPost", "12"))
    assert comment_of("https://www.linkedin.com/feed/update/urn:li:activity:12") == (
        None,
        Urn("activity", "12"),
    )


def test_a_profile_is_known_by_its_address_in_any_form() -> None:
    forms = (
        "https://www.linkedin.com/in/Ada",
        "http://ie.linkedin.com/in/ada/",
        "www.linkedin.com/in/ada?x",
        "linkedin.com/pub/ada/1/2",
    )
    assert {profile_name(form) for form in forms} == {"ada"}
    assert profile_name("https://www.linkedin.com/company/ada") is None


def test_quoted_blocks_become_lines_that_redaction_takes_for_quoted() -> None:
    text = 'Before.\n[quote="bob, post:1, topic:2, full:true"]\nTheirs.\n[quote]Deeper.[/quote]\n[/quote]\nAfter.'
    assert quoted_lines(text) == "Before.\n\n> Theirs.\n\n> > Deeper.\n\nAfter."
    assert quoted_lines("[quote=x]Never closed.\nStill theirs.") == "> Never closed.\n> Still theirs."
    assert quoted_lines("Nobody is quoted.\n") == "Nobody is quoted.\n"
