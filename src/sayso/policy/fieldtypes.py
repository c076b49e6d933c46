"""The types of the policy format: what a key may hold, from which the parser, the JSON Schema and the reference are made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

ID = r"[a-z0-9][a-z0-9-]{0,63}"
VERSION_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
GROUP_NAME = r"[A-Za-z][A-Za-z0-9-]{0,63}"


@dataclass(frozen=True, slots=True)
class Text:
    """Any words; runs of white space count as one space. ``optional``: none will do, too."""

    optional: bool = False


@dataclass(frozen=True, slots=True)
class Id:
    """A name of a fixed form; ``pattern`` is a regular expression that it matches whole, ``form`` says it in words."""

    pattern: str = ID
    form: str = "lower-case letters, digits and hyphens"

    def matches(self, text: str) -> bool:
        """Tell whether a text is a name of this form."""
        return re.fullmatch(self.pattern, text) is not None


@dataclass(frozen=True, slots=True)
class Ref:
    """The name of something declared elsewhere; ``noun`` says what (``purpose``, ``region``, ``source``, ...)."""

    noun: str


@dataclass(frozen=True, slots=True)
class When:
    """A day (its first instant, UTC) or an RFC 3339 moment."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from ``least`` to ``most``."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of at least ``least`` values of one type."""

    item: Type
    least: int = 1


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping from names to values of one type, with at least ``least`` of them."""

    key: Id | Ref
    value: Type
    least: int = 1


@dataclass(frozen=True, slots=True)
class Forest:
    """Names in names in names: a tree of ids in which a leaf is empty."""


@dataclass(frozen=True, slots=True)
class Nested:
    """A mapping with keys of its own."""

    table: Table


@dataclass(frozen=True, slots=True)
class Either:
    """Values of different shapes (word, list, mapping), told apart by their shape."""

    options: tuple[Type, ...]


Type: TypeAlias = "Text | Id | Ref | When | Whole | OneOf | ListOf | MapOf | Forest | Nested | Either"


@dataclass(frozen=True, slots=True)
class Field:
    """A key: what it may hold, one sentence of what it means, an example, and whether it is needed."""

    key: str
    type: Type
    doc: str
    example: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping with known keys; where ``rest`` is a type, any other key is allowed and holds a value of it."""

    name: str
    doc: str
    fields: tuple[Field, ...]
    rest: Type | None = None

    def field(self, key: str) -> Field | None:
        """Return the field of a key, ``None`` where there is none."""
        return next((one for one in self.fields if one.key == key), None)

    def keys(self) -> tuple[str, ...]:
        """Return the known keys in their order."""
        return tuple(one.key for one in self.fields)


def shape(kind: Type) -> str:
    """Return the shape that a type is written in: ``word``, ``list`` or ``mapping``.

    Raises ``ValueError`` for ``Either``, which has several.

    >>> shape(ListOf(Text()))
    'list'
    """
    match kind:
        case ListOf():
            return "list"
        case MapOf() | Forest() | Nested():
            return "mapping"
        case Either():
            raise ValueError("either of several shapes")
        case _:
            return "word"
