"""Logical digests: the same for the same rows, another for others, and provable row by row."""

from __future__ import annotations

import pymerkle
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dataset.makings import row
from sayso.dataset.digest import FIRST, row_bytes, row_proof, shard_digest, verify_row
from sayso.dataset.digest_table import table_digest
from sayso.dataset.rows import Row, to_table
from sayso.errors import InputError
from sayso.ledger.merkle import leaf_hash, root_of
from sayso.values.canonical import canonical

TEXT = st.text(max_size=8)
MAYBE = st.none() | TEXT
ROW = st.builds(Row, TEXT, TEXT, TEXT, TEXT, MAYBE, MAYBE, st.text(), TEXT, MAYBE)


@given(ROW)
@example(row(text='\x00\x1f\x7f\u2028\u2029"\\/\b\f\n\r\té\U0001f600\ufffe'))
def test_the_bytes_of_a_row_are_those_of_rfc_8785(one: Row) -> None:
    assert row_bytes(one) == canonical(one._asdict())


@given(ROW)
def test_the_first_form_of_a_row_does_not_say_what_it_replies_to(one: Row) -> None:
    parts = {name: part for name, part in one._asdict().items() if name != "reply_to"}
    assert row_bytes(one, FIRST) == canonical(parts)
    assert shard_digest([one], FIRST) != shard_digest([one])


def test_half_a_surrogate_pair_is_refused_without_showing_the_text() -> None:
    with pytest.raises(InputError, match="half a surrogate pair") as refusal:
        row_bytes(row(text="secret \ud800"))
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 8, 13, 33])
def test_the_digest_is_the_tree_hash_of_rfc_6962(size: int) -> None:
    rows = [row(number) for number in range(size)]
    theirs = pymerkle.InmemoryTree(algorithm="sha256")
    for one in rows:
        theirs.append_entry(row_bytes(one))
    assert shard_digest(rows) == root_of(leaf_hash(row_bytes(one)) for one in rows).hex()
    if size:
        assert shard_digest(rows) == theirs.get_root().hex()


WHOLE = st.text(st.characters(exclude_categories=("Cs",)))
TABLED = st.builds(
    Row, WHOLE, WHOLE, WHOLE, WHOLE, st.none() | WHOLE, st.none() | WHOLE, WHOLE, WHOLE, st.none() | WHOLE
)


@given(st.lists(TABLED, max_size=9))
@example(
    [row(text='\x00\x1f\x7f\u2028\u2029"\\/\b\f\n\r\té\U0001f600\ufffe'), row(text="plain", language=None)]
)
def test_the_digest_of_a_table_is_that_of_its_rows(rows: list[Row]) -> None:
    assert table_digest(to_table(rows)) == shard_digest(rows)


@given(st.lists(ROW, min_size=1, max_size=20), st.data())
def test_every_row_can_be_proved_and_no_other(rows: list[Row], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(rows) - 1))
    proof, digest = row_proof(rows, number), shard_digest(rows)
    assert verify_row(rows[number], number, len(rows), proof, digest)
    assert not verify_row(
        rows[number]._replace(text=rows[number].text + "x"), number, len(rows), proof, digest
    )


def test_a_row_that_is_not_there_has_no_proof() -> None:
    for number in (-1, 1):
        with pytest.raises(IndexError):
            row_proof([row()], number)


def test_order_and_absence_show_in_the_digest() -> None:
    first, second = row(1), row(2)
    digests = {
        shard_digest(rows) for rows in ([first, second], [second, first], [first], [first, first, second], [])
    }
    assert len(digests) == 5


def test_a_missing_language_is_not_an_empty_one() -> None:
    assert shard_digest([row(language=None)]) != shard_digest([row(language="")])


def test_what_a_row_replies_to_shows_in_the_digest() -> None:
    assert len({shard_digest([row(reply_to=other)]) for other in (None, "", "0" * 32)}) == 3
