"""Batches in the forms that training loops have, taken apart: whose each row is, and the same batch with some rows alone.

A mapping of columns (Hugging Face datasets, a collated batch), an Arrow batch or table, a list of rows, columns in a tuple or list, or
a single example. Nothing is imported for it: arrays and tensors are asked in ways that NumPy, PyTorch, pandas and Arrow share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sayso.errors import InputError, Problem

Of: TypeAlias = "str | int | Callable[[Any], Any]"
"""Where an id is found: the name of a column or a field, the place of a column, or a function of an example."""

Select: TypeAlias = Callable[[Any, list[int]], Any]
"""Returns a batch with the rows at some places alone."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a batch holds: of each row its members (none: nobody knows) and its record; and how to keep some of them."""

    members: tuple[tuple[str, ...], ...]
    records: tuple[str | None, ...]
    keep: Callable[[list[int]], Any]


def rows_of(example: Any, member_of: Of, record_of: Of | None, select: Select | None = None) -> Rows:
    """Return what a batch or a single example holds.

    Raises ``InputError`` where ``member_of`` or ``record_of`` finds nothing, or other numbers of rows, and for a batch that
    cannot be cut without ``select``.
    """
    if _is_list_of_rows(example, member_of):
        return _rows(
            [_at(row, member_of) for row in example],
            None if record_of is None else [_at(row, record_of) for row in example],
            lambda places: [example[place] for place in places],
        )
    members = _at(example, member_of)
    records = None if record_of is None else _at(example, record_of)
    if _is_many(members) and records is not None and not _is_many(records):
        raise _unreadable(
            "a batch has several members and one record", "give a list of rows, each with all of its members"
        )
    if not _is_many(members):
        return _rows([members], None if records is None else [records], lambda places: example)
    listed = _listed(members)
    cut = select or _cut_of(example, len(listed))
    return _rows(listed, None if records is None else _listed(records), lambda places: cut(example, places))


def _is_list_of_rows(example: Any, member_of: Of) -> bool:
    if not isinstance(example, list):
        return False
    return all(isinstance(row, Mapping) for row in example) or (
        not isinstance(member_of, int) and not any(_is_many(row) for row in example)
    )


def _rows(members: Sequence[Any], records: Sequence[Any] | None, keep: Callable[[list[int]], Any]) -> Rows:
    if records is not None and len(records) != len(members):
        raise _unreadable(
            "a batch has another number of records than of members", "see member_of and record_of"
        )
    ids = tuple(_ids(each) for each in members)
    return Rows(ids, (None,) * len(ids) if records is None else tuple(map(_id, records)), keep)


def _at(example: Any, of: Of) -> Any:
    try:
        if callable(of):
            return of(example)
        if isinstance(of, str) and hasattr(example, "schema") and hasattr(example, "column"):
            return example.column(of).to_pylist()  # an Arrow batch or table
        if isinstance(of, str) and not hasattr(example, "__getitem__"):
            return getattr(example, of)
        return example[of]
    except (LookupError, AttributeError, TypeError):
        what = f"an example has no {of if not callable(of) else 'value'} that member_of or record_of asks for"
        raise _unreadable(
            what, "give the name or place of the column, or a function of the example"
        ) from None


def _is_many(value: Any) -> bool:
    single = isinstance(value, (str, bytes, Mapping)) or getattr(value, "ndim", 1) == 0
    return not single and hasattr(value, "__len__")


def _listed(values: Any) -> list[Any]:
    found: list[Any] = values.tolist() if hasattr(values, "tolist") else list(values)
    return found


def _ids(value: Any) -> tuple[str, ...]:
    """Return the ids of a row's members: several where others have a hand in it, none where it is not known whose it is."""
    if _is_many(value):
        found = tuple(_id(each) for each in _listed(value))
        return () if None in found else tuple(each for each in found if each is not None)
    one = _id(value)
    return () if one is None else (one,)


def _id(value: Any) -> str | None:
    plain = value.item() if hasattr(value, "item") else value
    if plain is None or plain == "" or isinstance(plain, float):
        return None  # a float is a missing value, of pandas say
    return plain.decode() if isinstance(plain, bytes) else str(plain)


def _cut_of(example: Any, rows: int) -> Select:
    if isinstance(example, Mapping):
        return lambda batch, places: _cut_mapping(batch, places, rows)
    if hasattr(example, "schema") and hasattr(example, "take"):
        return lambda batch, places: batch.take(places)
    if isinstance(example, (list, tuple)) and not hasattr(example, "_fields"):
        return lambda batch, places: type(batch)(_cut_column(each, places, rows) for each in batch)
    raise _unreadable(f"a batch of the kind {type(example).__name__} cannot be cut", _SELECT)


_SELECT = (
    "give select=: a function of the batch and a list of places that returns the batch with those rows alone"
)


def _cut_mapping(batch: Any, places: list[int], rows: int) -> Any:
    cut = {name: _cut_column(column, places, rows) for name, column in batch.items()}
    return cut if type(batch) is dict else type(batch)(cut)


def _cut_column(column: Any, places: list[int], rows: int) -> Any:
    if isinstance(column, Mapping):
        return _cut_mapping(column, places, rows)
    if not _is_many(column):
        return column  # the same for the whole batch
    if len(column) != rows:  # time first, say: to cut it here would leave in what has to go
        what = f"a column of a batch has {len(column)} places for {rows} rows, so that nobody knows whose each is"
        raise _unreadable(what, _SELECT)
    if isinstance(column, (list, tuple)):
        return type(column)(column[place] for place in places)
    if hasattr(column, "iloc"):
        return column.iloc[places]
    if hasattr(column, "to_pylist"):
        return column.take(places)
    return column[places]


def _unreadable(what: str, advice: str) -> InputError:
    return InputError(Problem("bad-batch", what, advice=advice))
