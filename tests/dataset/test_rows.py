"""Rows: pseudonyms, shards, order, and their table."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.makings import row
from sayso.dataset.rows import (
    SCHEMA,
    Row,
    dataset_key,
    format_counts,
    from_table,
    in_order,
    key_id,
    member_pseudonym,
    month_of,
    parse_counts,
    record_pseudonym,
    row_of,
    says_nothing,
    shard_of,
    to_table,
)
from sayso.redact.apply import redact
from sayso.values.moments import parse_moment
from sayso.values.records import Record

KEY = dataset_key(b"s" * 32, "posts")
ROWS = st.lists(
    st.builds(
        Row,
        *(st.text(max_size=4),) * 4,
        st.none() | st.text(max_size=3),
        st.none() | st.text(max_size=3),
        st.text(),
        st.text(max_size=5),
        st.none() | st.text(max_size=4),
    )
)


def test_a_row_holds_no_id_and_no_moment_of_its_record() -> None:
    at = parse_moment("2019-03-31T10:00:00Z")
    record = Record("r-17", "m-4", "post", "public", at, text="I am @ada, see a@b.org", reply_to="r-3")
    made = row_of(record, "tag-9", redact(record.text), KEY)
    assert made == Row(
        record_pseudonym(KEY, "r-17"),
        member_pseudonym(KEY, "tag-9"),
        "post",
        "public",
        None,
        "2019-03",
        "I am [HANDLE], see [EMAIL]",
        "EMAIL:1 HANDLE:1",
        record_pseudonym(KEY, "r-3"),
    )


def test_a_row_that_answers_nothing_says_so() -> None:
    record = Record("r-17", "m-4", "post", "public", text="One.")
    assert row_of(record, "tag-9", redact(record.text), KEY).reply_to is None


def test_pseudonyms_hold_in_one_data_set_alone() -> None:
    other = dataset_key(b"s" * 32, "comments")
    assert member_pseudonym(KEY, "t") == member_pseudonym(dataset_key(b"s" * 32, "posts"), "t")
    names = {
        member_pseudonym(KEY, "t"),
        member_pseudonym(other, "t"),
        record_pseudonym(KEY, "t"),
        key_id(KEY),
    }
    assert len(names) == 4
    assert {len(name) for name in names} == {32, 16}


def test_an_id_that_is_no_proper_text_has_a_pseudonym_too() -> None:
    assert record_pseudonym(KEY, "\ud800") != record_pseudonym(KEY, "\ud801")


def test_members_spread_over_the_shards() -> None:
    places = [shard_of(KEY, f"t{number}", 8) for number in range(800)]
    assert set(places) == set(range(8))
    assert min(places.count(place) for place in range(8)) > 60


def test_a_data_set_without_shards_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one shard"):
        shard_of(KEY, "t", 0)


def test_a_record_without_a_moment_has_no_month() -> None:
    assert month_of(None) is None


@given(st.lists(st.tuples(st.sampled_from(["EMAIL", "URL"]), st.integers(1, 9))))
def test_label_counts_come_back_as_written(pairs: list[tuple[str, int]]) -> None:
    assert parse_counts(format_counts(pairs)) == tuple(pairs)


@pytest.mark.parametrize("text", ["EMAIL", "EMAIL:x", "EMAIL:1  URL:1"])
def test_label_counts_of_another_form_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_counts(text)


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("", True),
        (" \n", True),
        ("[EMAIL] [QUOTE]\n-", True),
        ("[OTHER]", False),
        ("ok [URL]", False),
        ("名", False),
    ],
)
def test_a_text_of_labels_alone_says_nothing(text: str, nothing: bool) -> None:
    assert says_nothing(text) is nothing


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_depend_on_how_they_came(rows: list[Row], chance: object) -> None:
    unique = list({(one.member, one.record): one for one in rows}.values())
    shuffled = list(unique)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    parts = [to_table(shuffled[::2]), to_table(shuffled[1::2])]
    told = sorted(unique, key=lambda one: (one.member, one.record))
    assert in_order(parts).equals(to_table(told))


@given(ROWS)
def test_a_table_gives_its_rows_back_whatever_its_chunks_and_string_type(rows: list[Row]) -> None:
    table = to_table(rows)
    assert table.schema == SCHEMA
    wide = table.cast(pa.schema([pa.field(name, pa.large_string()) for name in SCHEMA.names]))
    chunked = pa.concat_tables([wide.slice(0, 1), wide.slice(1)])
    reordered = chunked.select(SCHEMA.names[::-1]).append_column("more", pa.nulls(len(rows)))
    assert list(from_table(reordered)) == rows


@pytest.mark.parametrize("name", [name for name in SCHEMA.names if name != "reply_to"])
def test_a_table_without_a_column_is_refused(name: str) -> None:
    with pytest.raises(KeyError):
        list(from_table(to_table([row()]).drop_columns([name])))


@given(ROWS)
def test_a_shard_of_before_rows_said_what_they_reply_to_is_read_as_saying_nothing_of_it(
    rows: list[Row],
) -> None:
    older = to_table(rows).drop_columns(["reply_to"])
    assert list(from_table(older)) == [one._replace(reply_to=None) for one in rows]
