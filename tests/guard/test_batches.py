"""Batches in every form: whose the rows are, and the same batch with some rows alone."""

from __future__ import annotations

from collections import UserDict
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pytest

from sayso.errors import InputError
from sayso.guard.batches import rows_of


@dataclass
class Post:
    author: str
    id: str


class Pair(NamedTuple):
    author: list[str]
    id: list[str]


IDS, RECORDS = ["ada", "bob", "cem"], ["p1", "p2", "p3"]
ROWS = [{"author": author, "id": record} for author, record in zip(IDS, RECORDS, strict=True)]


@pytest.mark.parametrize(
    ("batch", "kept"),
    [
        (ROWS, [ROWS[0], ROWS[2]]),
        ([Post(*pair) for pair in zip(IDS, RECORDS, strict=True)], [Post("ada", "p1"), Post("cem", "p3")]),
        (
            {"author": IDS, "id": RECORDS, "epoch": 3, "of": "all"},
            {"author": ["ada", "cem"], "id": ["p1", "p3"], "epoch": 3, "of": "all"},
        ),
        ({"author": tuple(IDS), "id": RECORDS}, {"author": ("ada", "cem"), "id": ["p1", "p3"]}),
        (UserDict(author=IDS, id=RECORDS), UserDict(author=["ada", "cem"], id=["p1", "p3"])),
        (
            {"author": IDS, "id": RECORDS, "inputs": {"tokens": [[1], [2], [3]]}},
            {"author": ["ada", "cem"], "id": ["p1", "p3"], "inputs": {"tokens": [[1], [3]]}},
        ),
        (
            pa.RecordBatch.from_pydict({"author": IDS, "id": RECORDS}),
            pa.RecordBatch.from_pydict({"author": ["ada", "cem"], "id": ["p1", "p3"]}),
        ),
        (pa.table({"author": IDS, "id": RECORDS}), pa.table({"author": ["ada", "cem"], "id": ["p1", "p3"]})),
    ],
)
def test_a_batch_is_read_and_cut_in_its_own_form(batch: Any, kept: Any) -> None:
    rows = rows_of(batch, "author", "id")
    assert rows.members == (("ada",), ("bob",), ("cem",))
    assert rows.records == ("p1", "p2", "p3")
    cut = rows.keep([0, 2])
    assert cut == kept
    assert type(cut) is type(batch)


def test_columns_of_arrays_are_cut_row_by_row() -> None:
    batch = {"author": np.array([7, 8, 9]), "x": np.arange(6).reshape(3, 2), "n": np.float32(0.5)}
    rows = rows_of(batch, "author", None)
    assert rows.members == (("7",), ("8",), ("9",))
    cut = rows.keep([0, 2])
    assert cut["x"].tolist() == [[0, 1], [4, 5]]
    assert cut["n"] == np.float32(0.5)


def test_a_mapping_of_arrow_columns_is_cut_too() -> None:
    rows = rows_of({"author": pa.array(IDS), "id": pa.array(RECORDS)}, "author", "id")
    assert rows.members == (("ada",), ("bob",), ("cem",))
    assert rows.keep([1])["id"].to_pylist() == ["p2"]


@pytest.mark.parametrize("form", [tuple, list])
def test_columns_without_names_are_asked_for_by_place(form: type) -> None:
    batch = form([np.arange(3), IDS])
    rows = rows_of(batch, 1, None)
    cut = rows.keep([2])
    assert (cut[0].tolist(), cut[1], type(cut)) == ([2], ["cem"], form)


@pytest.mark.parametrize(
    "example",
    [{"author": "ada", "id": "p1"}, Post("ada", "p1"), {"author": "ada", "id": "p1", "tokens": [1, 2]}],
)
def test_a_single_example_is_kept_whole(example: Any) -> None:
    rows = rows_of(example, "author", "id")
    assert (rows.members, rows.records) == ((("ada",),), ("p1",))
    assert rows.keep([0]) is example


def test_functions_find_what_lies_deeper() -> None:
    batch = [{"meta": {"who": "ada"}}, {"meta": {"who": "bob"}}]
    assert rows_of(batch, lambda row: row["meta"]["who"], None).members == (("ada",), ("bob",))
    whole = {"meta": [{"who": "ada"}, {"who": "bob"}]}
    assert rows_of(whole, lambda each: [one["who"] for one in each["meta"]], None).members == (
        ("ada",),
        ("bob",),
    )


def test_a_form_of_ones_own_is_cut_by_a_function_of_ones_own() -> None:
    batch = Pair(IDS, RECORDS)
    with pytest.raises(InputError, match="select="):
        rows_of(batch, lambda one: one.author, None)
    rows = rows_of(
        batch, lambda one: one.author, None, lambda one, at: Pair(*([c[n] for n in at] for c in one))
    )
    assert rows.keep([1]) == Pair(["bob"], ["p2"])


def test_a_row_of_several_has_several_members_and_one_of_nobody_none() -> None:
    batch = {"author": [["ada", "bob"], [], None, "", float("nan"), [None, "ada"], b"cem"]}
    assert rows_of(batch, "author", None).members == (("ada", "bob"), (), (), (), (), (), ("cem",))


@pytest.mark.parametrize(
    ("batch", "member_of", "record_of"),
    [
        ({"author": IDS}, "writer", None),
        ({"author": IDS, "id": ["p1"]}, "author", "id"),
        ([{"author": "ada"}, {}], "author", None),
        (17, "author", None),
        (pa.table({"author": IDS}), "writer", None),
    ],
)
def test_a_batch_that_cannot_be_read_is_an_error_and_never_passed_on(
    batch: Any, member_of: str, record_of: Any
) -> None:
    with pytest.raises(InputError, match="bad-batch"):
        rows_of(batch, member_of, record_of)


def test_a_column_of_another_length_is_not_cut_by_the_places_of_the_rows() -> None:
    rows = rows_of({"author": IDS, "tokens": np.zeros((5, 3))}, "author", None)  # time first
    with pytest.raises(InputError, match="select="):
        rows.keep([0, 2])


def test_one_record_of_several_members_is_no_batch_of_them() -> None:
    with pytest.raises(InputError, match="bad-batch"):
        rows_of({"author": ["ada", "bob"], "id": "p1", "text": "both wrote this"}, "author", "id")
