"""A table's mapping: which column becomes which field, read from YAML with every mistake named at its place."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from sayso.errors import InputError, Place, Problem
from sayso.policy.parse_report import Report, shown
from sayso.policy.yamltext import Fields, Items, Tree, Word, read_yaml

FORMAT_VERSION = "1"
MEMBER_FIELDS = (
    "member", "name", "handle", "former_names", "former_handles", "region", "born", "age", "joined_at", "closed_at",
)  # fmt: skip
RECORD_FIELDS = (
    "record", "author", "category", "visibility", "created_at", "collected_at", "deleted_at", "language", "text", "contributors",
    "reply_to",
)  # fmt: skip
NEEDED = {
    "members": ("member",),
    "records": ("record", "author", "category", "visibility", "created_at", "text"),
}
Needed: TypeAlias = "dict[str, tuple[str, ...]]"
FORMATS = ("csv", "jsonl", "parquet")
NAMED_TIMES = ("instant", "utc", "epoch-seconds", "epoch-milliseconds", "epoch-microseconds")
READINGS = {"region": ("code", "name", "free-text"), "text": ("plain", "html")}
_TIMES = frozenset(("born", "joined_at", "closed_at", "created_at", "collected_at", "deleted_at"))
_ENTRY_KEYS = ("column", "constant", "values", "otherwise", "format", "as", "separator")
_FILE_KEYS = ("format", "delimiter", "encoding", "quote", "escape")
_NAME = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a field's value comes from.

    A ``column`` or a ``constant``, one of them ``None``; ``values`` replaces what is found, ``otherwise`` (``None``: left as
    found) what is not among them; ``time_format`` is a ``strptime`` pattern or one of ``NAMED_TIMES``, ``None`` for RFC 3339;
    ``reading`` says how a region or a text is written; ``separator`` parts a list; ``place`` is where the mapping says so.
    """

    field: str
    place: Place
    column: str | None = None
    constant: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    otherwise: str | None = None
    time_format: str | None = None
    reading: str = ""
    separator: str = ""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How a file is written; ``name`` is ``None`` where its ending tells."""

    name: str | None = None
    delimiter: str | None = None
    encoding: str = "utf-8"
    quote: str = '"'
    escape: str | None = None


@dataclass(frozen=True, slots=True)
class TableMapping:
    """One table: its file's format, the words that mean "no value", the fields and the attributes.

    ``table`` is its name in a warehouse, empty where it has none, and ``place`` where the mapping begins to speak of it.
    """

    file: FileFormat
    unknown: frozenset[str]
    fields: tuple[Entry, ...]
    attributes: tuple[Entry, ...]
    table: str = ""
    place: Place | None = None

    def columns(self) -> tuple[str, ...]:
        """Return the columns that are read, each once, in the order of the mapping."""
        named = (entry.column for entry in (*self.fields, *self.attributes) if entry.column is not None)
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class Mapping:
    """Both tables' mappings, each ``None`` where not given, and a note on the licence."""

    members: TableMapping | None
    records: TableMapping | None
    licence: str = ""


def read_mapping(path: Path, needed: Needed = NEEDED) -> Mapping:
    """Return the mapping in a YAML file, which must say of each table the ``needed`` fields.

    Raises ``InputError`` with every problem, each at file:line:column.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise InputError(
            Problem("no-file", f"the mapping cannot be read: {reason}", Place(path.name))
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        place = Place(path.name, line)
        raise InputError(
            Problem("wrong-encoding", "the mapping is not UTF-8", place, "save it as UTF-8")
        ) from None
    return parse_mapping(text, path.name, needed)


def parse_mapping(text: str, file: str, needed: Needed = NEEDED) -> Mapping:
    """Return the mapping that a YAML text says; ``file`` is the name that places carry, ``needed`` are the fields it must say.

    Raises ``InputError`` like ``read_mapping``.
    """
    report = Report(file)
    tree = read_yaml(text, report)
    found = _Parser(report, needed).mapping(tree) if tree is not None else Mapping(None, None)
    if report.count:
        raise InputError(*report.problems())
    return found


class _Parser:
    """Reads the tree, and reports what does not make sense without stopping."""

    def __init__(self, report: Report, needed: Needed) -> None:
        self._report, self._needed = report, needed

    def mapping(self, tree: Tree) -> Mapping:
        top = self._keys(tree, ("mapping", "licence", "members", "records"))
        version = top.get("mapping")
        if version is None:
            self._say("missing-key", "the key 'mapping' is needed", tree.place, "start with `mapping: 1`")
        elif self._word(version) != FORMAT_VERSION:
            self._say(
                "unknown-format", "this format of mapping is not known", version.place, "write `mapping: 1`"
            )
        if not ({"members", "records"} & set(top)):
            self._say("missing-key", "neither 'members' nor 'records' is here", tree.place, "map one of them")
        tables = {name: self._table(name, top[name]) for name in ("members", "records") if name in top}
        return Mapping(tables.get("members"), tables.get("records"), self._word(top.get("licence")) or "")

    def _table(self, name: str, tree: Tree) -> TableMapping:
        parts = self._keys(tree, ("table", "file", "unknown", "columns", "attributes"))
        known = MEMBER_FIELDS if name == "members" else RECORD_FIELDS
        columns = self._keys(parts["columns"], known) if "columns" in parts else {}
        for needed in self._needed[name]:
            if needed not in columns:
                place = parts["columns"].place if "columns" in parts else tree.place
                self._say("missing-key", f"'{needed}' is not mapped", place, f"add `{needed}: COLUMN`")
        return TableMapping(
            self._file(parts.get("file")),
            frozenset(("", *self._list(parts.get("unknown")))),
            tuple(self._entry(field, value) for field, value in columns.items()),
            self._attributes(parts.get("attributes")),
            self._word(parts.get("table")) or "",
            tree.place,
        )

    def _attributes(self, tree: Tree | None) -> tuple[Entry, ...]:
        if tree is None:
            return ()
        for word, _ in tree.pairs if isinstance(tree, Fields) else ():
            if not _NAME.fullmatch(word.text):
                advice = "use small letters, digits and hyphens"
                self._say("bad-id", f"{shown(word.text)} is no name for an attribute", word.place, advice)
        pairs = self._keys(tree, None)
        return tuple(
            sorted((self._entry(name, value) for name, value in pairs.items()), key=lambda one: one.field)
        )

    def _entry(self, field: str, tree: Tree) -> Entry:
        if isinstance(tree, Word):
            if not tree.text:
                self._say(
                    "bad-value", f"'{field}' names no column", tree.place, "name one, or leave the line out"
                )
            return Entry(field, tree.place, column=tree.text)
        keys = self._keys(tree, _ENTRY_KEYS)
        column, constant = self._word(keys.get("column")), self._word(keys.get("constant"))
        if (column is None) == (constant is None):
            self._say("bad-shape", f"'{field}' needs a column or a constant, and not both", tree.place, "")
        return Entry(
            field,
            tree.place,
            column,
            constant,
            self._values(keys.get("values")),
            self._word(keys.get("otherwise")),
            self._time_format(field, keys.get("format")),
            self._reading(field, keys.get("as")),
            self._word(keys.get("separator")) or "",
        )

    def _values(self, tree: Tree | None) -> tuple[tuple[str, str], ...]:
        pairs = self._keys(tree, None) if tree is not None else {}
        return tuple((found, self._word(value) or "") for found, value in pairs.items())

    def _time_format(self, field: str, tree: Tree | None) -> str | None:
        found = self._word(tree)
        if tree is None or found is None:
            return None
        if field not in _TIMES:
            self._say("bad-shape", f"'{field}' is not a moment: it has no format", tree.place, "leave it out")
        elif "%" not in found and found not in NAMED_TIMES:
            known = f"use one of {', '.join(NAMED_TIMES)}, or a pattern such as %d.%m.%Y"
            self._say("bad-value", f"{shown(found)} is no format of moments", tree.place, known)
        return found

    def _reading(self, field: str, tree: Tree | None) -> str:
        found = self._word(tree)
        if tree is None or found is None:
            return ""
        known = READINGS.get(field, ())
        if found not in known:
            advice = f"use one of {', '.join(known)}" if known else "leave it out"
            self._say("bad-value", f"'{field}' cannot be read as {shown(found)}", tree.place, advice)
        return found

    def _file(self, tree: Tree | None) -> FileFormat:
        keys = self._keys(tree, _FILE_KEYS) if tree is not None else {}
        name, encoding = self._word(keys.get("format")), self._word(keys.get("encoding")) or "utf-8"
        if name is not None and name not in FORMATS:
            self._say(
                "bad-value",
                f"{shown(name)} is no format",
                keys["format"].place,
                f"use one of {', '.join(FORMATS)}",
            )
        if not _is_encoding(encoding):
            self._say(
                "bad-value",
                f"{shown(encoding)} is no encoding",
                keys["encoding"].place,
                "such as utf-8, cp1252",
            )
        single = {key: self._single(key, keys.get(key)) for key in ("delimiter", "quote", "escape")}
        return FileFormat(name, single["delimiter"], encoding, single["quote"] or '"', single["escape"])

    def _single(self, key: str, tree: Tree | None) -> str | None:
        found = self._word(tree)
        if tree is None or found is None:
            return None
        found = "\t" if found == "\\t" else found
        if len(found) != 1:
            self._say("bad-value", f"'{key}' is one character", tree.place, "put it into quotes")
        return found

    def _keys(self, tree: Tree, known: tuple[str, ...] | None) -> dict[str, Tree]:
        if not isinstance(tree, Fields):
            self._say("bad-shape", "a mapping of keys belongs here", tree.place, "write `key: value`")
            return {}
        for word, _ in tree.pairs:
            if known is not None and word.text not in known:
                self._report.unknown("key", word.text, word.place, known, f"known here: {', '.join(known)}")
        return {word.text: value for word, value in tree.pairs if known is None or word.text in known}

    def _word(self, tree: Tree | None) -> str | None:
        if tree is None or isinstance(tree, Word):
            return tree.text if tree is not None else None
        self._say("bad-shape", "a word belongs here", tree.place, "write it on the same line")
        return None

    def _list(self, tree: Tree | None) -> tuple[str, ...]:
        if tree is None or isinstance(tree, Items):
            return tuple(self._word(item) or "" for item in tree.items) if tree is not None else ()
        self._say("bad-shape", "a list belongs here", tree.place, "write [one, other]")
        return ()

    def _say(self, code: str, what: str, place: Place, advice: str) -> None:
        self._report.add(code, what, place, advice)


def _is_encoding(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding
    except LookupError:
        return False
