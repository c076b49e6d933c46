"""A kind of model: what all models of a project have in common, whatever they do.

A model is f(sum over members of φ(member)): φ depends on one member's rows alone, f is deterministic. So a model that follows a change
of its data set equals, digest for digest, one trained on the changed data set from nothing. Another kind of model is one file that
keeps to this Protocol (docs/how-to/a-model-of-ones-own.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from sayso.dataset.rows import Row

Arrays: TypeAlias = Mapping[str, NDArray[Any]]
"""Named arrays, as a store keeps them: of numbers or of bytes, never of Python objects."""
Settings: TypeAlias = tuple[tuple[str, int | str], ...]
"""What was set before any member's row was seen, by name."""
State = TypeVar("State")


class Kind(Protocol[State]):
    """A kind of model. ``State`` is whatever it makes of rows; nobody else looks into it."""

    @property
    def name(self) -> str:
        """The kind's name: a word, or ``module:name`` where somebody else wrote it."""
        ...

    @property
    def version(self) -> str:
        """What names the rules by which it is trained: other rules, another version."""
        ...

    @property
    def purpose(self) -> str:
        """The purpose that such models serve: a data set must have been decided for it, or for one below it."""
        ...

    @property
    def settings(self) -> Settings:
        """What the same rows would come out differently with."""
        ...

    def train(self, rows: Iterable[Row]) -> State:
        """Return the state of a data set's rows; the rows of a member come together, and no order matters otherwise."""
        ...

    def change(self, state: State, before: Sequence[Row], after: Sequence[Row]) -> State | None:
        """Return the state that training on the changed data set gives, ``None`` where this kind must be trained anew for it.

        ``before`` and ``after`` are all rows of the members who have not the same rows in both. ``state`` is not used afterwards:
        it may be taken over.
        """
        ...

    def arrays(self, state: State) -> Arrays:
        """Return all of a state as arrays; they hold what members contributed, and are for the platform alone."""
        ...

    def state_of(self, arrays: Arrays) -> State:
        """Return the state that arrays hold; raises ``IntegrityError`` where they hold none."""
        ...

    def digest(self, state: State) -> str:
        """Return the digest of a state, ``sha256:`` and 64 hexadecimal digits: the same however the state came about."""
        ...

    def served(self, state: State) -> Arrays:
        """Return what answers are given from, always the same for states of the same digest."""
        ...


def by_member(rows: Iterable[Row]) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield each member's pseudonym with their rows, which must come together."""
    return groupby(rows, key=lambda row: row.member)


def arrays_digest(arrays: Arrays) -> str:
    """Return the digest of named arrays, whatever order they are in: ``sha256:`` and 64 hexadecimal digits.

    Hashed are, after a line that says so, each array in the order of the names: name, type (little-endian) and shape as a line, then
    its bytes in C order.

    >>> arrays_digest({"a": np.arange(3)}) == arrays_digest({"a": np.arange(3, dtype=">i8")})
    True
    """
    hashed = hashlib.sha256(b"sayso-arrays-v1\n")
    for name in sorted(arrays):
        plain = np.ascontiguousarray(arrays[name])
        little = plain.astype(plain.dtype.newbyteorder("<"), copy=False)
        hashed.update(f"{name} {little.dtype.str} {'x'.join(map(str, little.shape))}\n".encode())
        hashed.update(little.reshape(-1).view(np.uint8).data)
    return "sha256:" + hashed.hexdigest()
