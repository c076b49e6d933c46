"""A model as named arrays, and back, every claim of theirs checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sayso.errors import IntegrityError, Problem
from sayso.models.suggest.base import Base
from sayso.models.suggest.counts import Counts
from sayso.models.suggest.grams import Shape, Table
from sayso.models.suggest.model import Suggestions

FORMAT = 1
Array = NDArray[np.generic]


def arrays_of(model: Suggestions) -> dict[str, Array]:
    """Return the model as named arrays: the same for the same members, whatever was added and forgotten before.

    ``head`` (uint64): format, pieces of the longest n-gram, bits of a piece, number of members, cap, least members. ``base`` (32
    bytes): the digest of the base. ``keys_1`` (uint64) and ``members_1`` (uint32), and so on for each length: ``Counts.digest`` says
    what they hold.
    """
    counts = model.counts
    head = [FORMAT, counts.shape.order, counts.shape.bits, counts.joined, model.cap, model.at_least]
    arrays: dict[str, Array] = {
        "head": np.array(head, np.uint64),
        "base": np.frombuffer(bytes.fromhex(model.base.digest), np.uint8),
    }
    for length, table in enumerate(counts.canonical(), 1):
        arrays[f"keys_{length}"] = table.keys
        arrays[f"members_{length}"] = table.members.astype(np.uint32)
    return arrays


def model_of(arrays: Mapping[str, Array], base: Base) -> Suggestions:
    """Return the model that named arrays hold.

    Raises ``IntegrityError`` (``not-a-model``) where a name, a type or a form is not as ``arrays_of`` makes it, keys do not rise, a
    number of members is none or more than all, or an n-gram holds a shorter one that fewer members wrote; (``another-base``) where it
    was made over another base than ``base``.
    """
    head = _array(arrays, "head", np.uint64)
    if len(head) != 6 or head[0] != FORMAT or head.max(initial=0) >= 1 << 31:
        raise _broken("its head is of another format")
    _, order, bits, joined, cap, at_least = (int(number) for number in head)
    if _array(arrays, "base", np.uint8).tobytes().hex() != base.digest:
        raise IntegrityError(
            Problem(
                "another-base", "the model was made over another base text", advice="give the base it names"
            )
        )
    try:
        model = Suggestions(base, at_least, cap, order)
    except ValueError:
        raise _broken("its head holds impossible numbers") from None
    if model.counts.shape.bits != bits or len(arrays) != 2 + 2 * order:
        raise _broken("its head and its arrays do not agree")
    tables = [_table(arrays, length, joined, model.counts.shape, base) for length in range(1, order + 1)]
    for length in range(2, order + 1):
        _check_within(tables[length - 2], tables[length - 1], length, model.counts.shape)
    model.counts = Counts(model.counts.shape, tables, joined)
    return model


def _broken(what: str) -> IntegrityError:
    return IntegrityError(
        Problem("not-a-model", f"this is no model of suggestions: {what}", advice="train it again")
    )


def _array(arrays: Mapping[str, Array], name: str, kind: type[np.generic]) -> NDArray[np.generic]:
    array = arrays.get(name)
    if array is None or array.dtype != kind or array.ndim != 1:
        raise _broken(f"{name} is missing or of another form")
    return array


def _table(arrays: Mapping[str, Array], length: int, joined: int, shape: Shape, base: Base) -> Table:
    keys = _array(arrays, f"keys_{length}", np.uint64).astype(np.uint64)
    members = _array(arrays, f"members_{length}", np.uint32).astype(np.uint32)
    if len(keys) != len(members) or (keys[1:] <= keys[:-1]).any():
        raise _broken(f"keys_{length} do not rise, or are not as many as members_{length}")
    if len(keys) and (members.min() < 1 or members.max() > joined):
        raise _broken(f"members_{length} holds none, or more than there are")
    if len(keys) and keys.max() > shape.low(length):
        raise _broken(f"keys_{length} are too long")
    if (keys & shape.low(1) >= base.tokenizer.size).any() or (keys & shape.low(1) == 0).any():
        raise _broken(f"keys_{length} hold unknown pieces")
    return Table(keys, members.astype(np.int32))


def _check_within(shorter: Table, longer: Table, length: int, shape: Shape) -> None:
    """Raise where an n-gram's beginning or end was written by fewer than it was itself."""
    ends = longer.keys & shape.low(length - 1)
    starts = longer.keys >> np.uint64(shape.bits)
    for parts in (ends, starts[starts > 0] if length == 2 else starts):
        own = longer.members if len(parts) == len(longer.keys) else longer.members[starts > 0]
        if not _covered(shorter, parts, own):
            raise _broken(f"keys_{length} hold n-grams whose parts are missing")


def _covered(shorter: Table, parts: NDArray[np.uint64], members: Sequence[int] | NDArray[np.int32]) -> bool:
    if not len(parts):
        return True
    at = np.minimum(np.searchsorted(shorter.keys, parts), max(0, len(shorter.keys) - 1))
    return bool(
        len(shorter.keys) and (shorter.keys[at] == parts).all() and (shorter.members[at] >= members).all()
    )
