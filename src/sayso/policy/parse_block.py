"""A tree of words, read by a table of the format into typed values; what does not fit is reported and left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from sayso.errors import Place
from sayso.policy.fieldtypes import (
    Either,
    Field,
    Forest,
    Id,
    ListOf,
    MapOf,
    Nested,
    OneOf,
    Ref,
    Table,
    Text,
    Type,
    When,
    Whole,
    shape,
)
from sayso.policy.parse_report import Report, nearest, shown
from sayso.policy.yamltext import Fields, Items, Tree, Word
from sayso.values.moments import Moment, format_moment, parse_moment


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number, or a moment, and where it is written."""

    value: int
    place: Place


@dataclass(frozen=True, slots=True)
class Many:
    """Some values of one type, and where they are written."""

    values: tuple[Value, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Named:
    """Values by name, in the order of the file, and where they are written."""

    pairs: tuple[tuple[Word, Value], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Block:
    """A mapping of the file, read by its table: what was there, and was what its key may hold.

    ``whole`` is false where something in it was wrong, or missing.
    """

    place: Place
    values: tuple[tuple[Word, Value], ...]
    whole: bool = True

    def get(self, key: str) -> Value | None:
        """Return what a key holds, ``None`` where it is not there or was not right."""
        return next((value for word, value in self.values if word.text == key), None)

    def place_of(self, key: str) -> Place:
        """Return where a key's value is, else where the mapping starts."""
        found = self.get(key)
        return found.place if found else self.place

    def word(self, key: str) -> Word | None:
        """Return the word that a key holds, ``None`` where it holds none."""
        found = self.get(key)
        return found if isinstance(found, Word) else None

    def text(self, key: str, default: str = "") -> str:
        """Return the words that a key holds, each run of white space as one space."""
        found = self.word(key)
        return " ".join(found.text.split()) if found else default

    def words(self, key: str) -> tuple[Word, ...]:
        """Return the words of the list that a key holds, none where it holds no list."""
        found = self.get(key)
        return tuple(one for one in found.values if isinstance(one, Word)) if isinstance(found, Many) else ()

    def number(self, key: str) -> int | None:
        """Return the number that a key holds, ``None`` where it holds none."""
        found = self.get(key)
        return found.value if isinstance(found, Number) else None

    def moment(self, key: str) -> Moment | None:
        """Return the moment that a key holds, ``None`` where it holds none."""
        found = self.number(key)
        return None if found is None else Moment(found)

    def block(self, key: str) -> Block | None:
        """Return the mapping that a key holds, ``None`` where it holds none."""
        found = self.get(key)
        return found if isinstance(found, Block) else None

    def blocks(self, key: str) -> tuple[Block, ...]:
        """Return the mappings of the list that a key holds, none where it holds no list."""
        found = self.get(key)
        return tuple(one for one in found.values if isinstance(one, Block)) if isinstance(found, Many) else ()

    def pairs(self, key: str) -> tuple[tuple[Word, Value], ...]:
        """Return the names and values that a key holds, none where it holds no such mapping."""
        found = self.get(key)
        return found.pairs if isinstance(found, Named) else ()


Value: TypeAlias = "Word | Number | Many | Named | Block"


def read_block(table: Table, tree: Tree, report: Report) -> Block | None:
    """Return a mapping read by its table, ``None`` where it is no mapping; everything wrong in it is reported."""
    if not isinstance(tree, Fields):
        _report_shape(Nested(table), tree, report)
        return None
    before = report.count
    found = tuple(_fields(table, tree, report))
    written = [key.text for key, _ in tree.pairs]
    # A needed key that is only misspelt is reported once; looking at more than these would take minutes.
    meant = {nearest(key, table.keys()) for key in written[:50] if table.field(key) is None}
    for field in table.fields:
        if field.required and field.key not in written and field.key not in meant:
            what = f"the {table.name} needs the key {field.key!r}"
            report.add("missing-key", what, tree.place, f"for example `{field.key}: {field.example}`")
    return Block(tree.place, found, report.count == before)


def _fields(table: Table, tree: Fields, report: Report) -> Iterator[tuple[Word, Value]]:
    for key, value in tree.pairs:
        field = table.field(key.text)
        kind = field.type if field else _rest(table, key)
        if kind is None:
            report.unknown(
                "key", key.text, key.place, table.keys(), f"a {table.name} has {', '.join(table.keys())}"
            )
        elif _is_absent(field, value):
            continue
        else:
            read = read_value(kind, value, report)
            if read is not None:
                yield key, read


def _rest(table: Table, key: Word) -> Type | None:
    """Return what a key that the table does not know holds: attributes have ids, so that `brith_date` is none."""
    return table.rest if Id().matches(key.text) else None


def _is_absent(field: Field | None, value: Tree) -> bool:
    """Tell whether an optional key was left empty, which is the same as leaving it out."""
    return field is not None and not field.required and isinstance(value, Word) and not value.text


def read_value(kind: Type, tree: Tree, report: Report) -> Value | None:
    """Return a value of a type, ``None`` where the tree is none; why not is reported."""
    match kind:
        case Either(options):
            return _read_either(options, tree, report)
        case ListOf() if isinstance(tree, Items):
            return _read_list(kind, tree, report)
        case MapOf() if isinstance(tree, Fields):
            return _read_map(kind, tree, report)
        case Forest() if isinstance(tree, Fields):
            return Named(tuple(_read_forest(tree, None, report)), tree.place)
        case Nested(table):
            return read_block(table, tree, report)
        case _ if isinstance(tree, Word) and shape(kind) == "word":
            return _read_word(kind, tree, report)
    _report_shape(kind, tree, report)
    return None


def _read_either(options: tuple[Type, ...], tree: Tree, report: Report) -> Value | None:
    wanted = {"Word": "word", "Items": "list", "Fields": "mapping"}[type(tree).__name__]
    for option in options:
        if shape(option) == wanted and (not isinstance(option, OneOf) or _is_one(option, tree)):
            return read_value(option, tree, report)
    _report_shape(Either(options), tree, report)
    return None


def _is_one(option: OneOf, tree: Tree) -> bool:
    return isinstance(tree, Word) and tree.text in option.words


def _read_list(kind: ListOf, tree: Items, report: Report) -> Many:
    if not tree.items and kind.least:
        report.add("empty", "the list is empty", tree.place, "name at least one, or leave the key out")
    elif len(tree.items) < kind.least:
        what = f"the list holds {len(tree.items)}, and needs {kind.least} at least"
        report.add("too-few", what, tree.place, f"expected {expected(kind)}")
    read = (read_value(kind.item, item, report) for item in tree.items)
    return Many(tuple(value for value in read if value is not None), tree.place)


def _read_map(kind: MapOf, tree: Fields, report: Report) -> Named:
    if len(tree.pairs) < kind.least:
        report.add("empty", "the mapping is empty", tree.place, "name at least one, or leave the key out")
    read = [
        (key, value)
        for key, item in tree.pairs
        if _read_word(kind.key, key, report) and (value := read_value(kind.value, item, report))
    ]
    return Named(tuple(read), tree.place)


def _read_forest(tree: Fields, parent: Word | None, report: Report) -> Iterator[tuple[Word, Value]]:
    """Yield each name with its parent (an empty word at a root), parents before children."""
    for key, below in tree.pairs:
        if not _read_word(Id(), key, report):
            continue
        yield key, parent or Word("", key.place)
        if isinstance(below, Fields):
            yield from _read_forest(below, key, report)
        elif isinstance(below, Items) or below.text:
            report.add(
                "bad-shape",
                f"below {shown(key.text)} there is no mapping",
                below.place,
                "write `name:` lines",
            )


def _read_word(kind: Type, word: Word, report: Report) -> Value | None:
    if not word.text.strip() and kind != Text(optional=True):
        report.add("empty", "a value is missing here", word.place, f"expected {expected(kind)}")
        return None
    match kind:
        case Id() if not kind.matches(word.text):
            _report_id(kind, word, report)
            return None
        case OneOf(words) if word.text not in words:
            _report_choice(words, word, report)
            return None
        case When():
            return _read_moment(word, report)
        case Whole():
            return _read_whole(kind, word, report)
    return word


def _report_id(kind: Id, word: Word, report: Report) -> None:
    nearest = "-".join(word.text.lower().replace("_", " ").split())[:64]
    advice = f"for example {nearest!r}" if kind.matches(nearest) else ""
    report.add("bad-id", f"{shown(word.text)} is not a name: {kind.form}, at most 64", word.place, advice)


def _report_choice(words: tuple[str, ...], word: Word, report: Report) -> None:
    code = "unknown-format" if words == ("1",) else "bad-value"
    what = f"{shown(word.text)} is not {expected(OneOf(words))}"
    near = nearest(word.text, words)
    report.add(code, what, word.place, f"did you mean {near!r}?" if near and len(words) > 1 else "")


def _read_moment(word: Word, report: Report) -> Number | None:
    try:
        moment = parse_moment(word.text)
        format_moment(moment)  # an offset can push a moment out of the years that there are
        return Number(moment, word.place)
    except (ValueError, OverflowError):
        what = f"{shown(word.text)} is not a day or a moment"
        report.add("bad-date", what, word.place, "write 2025-11-03 or 2025-11-03T09:30:00Z (year-month-day)")
        return None


def _read_whole(kind: Whole, word: Word, report: Report) -> Number | None:
    text = word.text
    if text.isascii() and text.isdigit() and len(text) < 10 and kind.least <= int(text) <= kind.most:
        return Number(int(text), word.place)
    report.add("bad-number", f"{shown(text)} is not {expected(kind)}", word.place, "write it in digits")
    return None


def _report_shape(kind: Type, tree: Tree, report: Report) -> None:
    found = {"Word": "a word", "Items": "a list", "Fields": "a mapping"}[type(tree).__name__]
    if not isinstance(tree, Word):
        report.add("bad-shape", f"found {found}, expected {expected(kind)}", tree.place)
    elif not tree.text:
        report.add("empty", "a value is missing here", tree.place, f"expected {expected(kind)}")
    else:
        advice = f"write [{tree.text[:40]}]" if "a list" in expected(kind) else ""
        what = f"found the word {shown(tree.text)}, expected {expected(kind)}"
        report.add("bad-shape", what, tree.place, advice)


def expected(kind: Type) -> str:
    """Return what a type holds, in words.

    >>> expected(Either((OneOf(("all",)), ListOf(Ref("recipient")))))
    "'all' or a list (of recipients)"
    """
    match kind:
        case Text():
            return "words"
        case Id():
            return "a name"
        case Ref(noun):
            return f"a {noun}"
        case When():
            return "a day or a moment"
        case Whole(least, most):
            return f"a whole number from {least} to {most}"
        case OneOf(words):
            return (
                " or ".join(repr(word) for word in words) if len(words) < 3 else f"one of {', '.join(words)}"
            )
        case ListOf(item):
            return f"a list (of {_plural(item)})"
        case MapOf() | Forest():
            return "a mapping from names"
        case Nested(table):
            return f"a mapping ({', '.join(table.keys()[:6])}{', …' if len(table.fields) > 6 else ''})"
        case Either(options):
            return " or ".join(expected(option) for option in options)


def _plural(kind: Type) -> str:
    match kind:
        case Ref(noun):
            return {"category": "categories"}.get(noun, f"{noun}s")
        case Nested(table):
            return f"{table.name}s"
        case OneOf(words):
            return ", ".join(words)
        case Id():
            return "names"
        case _:
            return "words"
