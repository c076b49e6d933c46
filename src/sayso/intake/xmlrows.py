"""Rows of an XML dump, one at a time, from a parser that obeys nobody (decision 0006).

The standard library's expat, with every declaration that XML bombs and outside entities need refused where it begins.
"""

from __future__ import annotations

import xml.parsers.expat as expat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

from sayso.errors import InputError, Place, Problem

CHUNK = 1 << 18
LONGEST_ROW = 16 << 20

# Error numbers of expat.h: what it says when the data ends too early.
_NO_ELEMENTS, _INVALID_TOKEN, _UNCLOSED_TOKEN, _PARTIAL_CHAR, _UNKNOWN_ENCODING, _WRONG_ENCODING = (
    3,
    4,
    5,
    6,
    18,
    19,
)
_ENDS_EARLY = frozenset((_NO_ELEMENTS, _UNCLOSED_TOKEN, _PARTIAL_CHAR, 20))
_NAMED_UTF8 = ("utf-8", "utf8", "us-ascii", None)


class XmlRow(NamedTuple):
    """One ``<row .../>``: the line it begins on (from 1) and its attributes."""

    line: int
    cells: dict[str, str]


class Tear(NamedTuple):
    """The file ends in the middle; the rows before this place are whole."""

    place: Place


def read_rows(
    path: Path, root: str, progress: Callable[[int], None] = lambda _: None
) -> Iterator[XmlRow | Tear]:
    """Return the rows of a dump file in order, and a ``Tear`` last where the file ends too early.

    ``root`` is the name the file's root element must have; ``progress`` is told the bytes read so far. Memory is bounded by
    the longest row (16 MiB at most). Raises ``InputError`` with line and column for a document type declaration, text that
    is not in the declared encoding, markup that is not XML, another root element, a row that is too long, an empty file.
    """
    reader = _Reader(path, root)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            tear = reader.feed(chunk, False)
            yield from reader.taken()
            progress(file.tell())
            if tear:
                yield tear
                return
    tear = reader.feed(b"", True)
    yield from reader.taken()
    if tear:
        yield tear


class _Reader:
    """Holds the parser, and the rows it has found and nobody has taken yet."""

    def __init__(self, path: Path, root: str) -> None:
        self._name, self._root = path.name, root
        self._rows: list[XmlRow] = []
        self._depth = 0
        self._fed = self._chunk_start = self._row_start = 0
        self._chunk = b""
        self._encoding: str | None = None
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        parser.ExternalEntityRefHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def feed(self, chunk: bytes, final: bool) -> Tear | None:
        self._chunk, self._chunk_start = chunk, self._fed
        self._fed += len(chunk)
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError as error:
            return self._broken(error)
        except LookupError:
            self._unreadable(Place(self._name, 1))
        if self._fed - self._row_start > LONGEST_ROW + CHUNK:
            self._fail("row-too-wide", "a row is longer than 16 MiB", "check that this is a dump's own file")
        return None

    def taken(self) -> list[XmlRow]:
        rows, self._rows = self._rows, []
        return rows

    def _start(self, tag: str, cells: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and tag != self._root:
            self._fail(
                "not-a-dump", f"the root element is not <{self._root}>", "is this the file its name says?"
            )
        if self._depth == 2 and tag == "row":
            self._rows.append(XmlRow(self._parser.CurrentLineNumber, cells))
            self._row_start = self._parser.CurrentByteIndex

    def _end(self, tag: str) -> None:
        self._depth -= 1

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        self._encoding = encoding

    def _doctype(self, *_: object) -> NoReturn:
        what = "the file declares a document type, which can hide entities that swell without end"
        self._fail(
            "xml-doctype", what, "a dump has none: take it out, or fetch the dump again from its source"
        )

    def _broken(self, error: expat.ExpatError) -> Tear:
        place = Place(self._name, error.lineno, error.offset + 1)
        if error.code in _ENDS_EARLY and self._fed == 0:
            raise InputError(
                Problem("empty-file", "the file is empty", Place(self._name), "fetch it again")
            ) from None
        if error.code in _ENDS_EARLY:
            return Tear(place)
        if self._is_encoding_error(error.code):
            self._unreadable(place)
        what = f"the markup is not XML ({expat.ErrorString(error.code)})"
        raise InputError(Problem("bad-xml", what, place, "fetch the file again from its source")) from None

    def _unreadable(self, place: Place) -> NoReturn:
        named = self._encoding or "utf-8, as nothing else is declared"
        advice = "convert the file, or name its encoding in the first line"
        raise InputError(Problem("wrong-encoding", f"the text is not in {named}", place, advice)) from None

    def _is_encoding_error(self, code: int) -> bool:
        if code in (_UNKNOWN_ENCODING, _WRONG_ENCODING):
            return True
        if code != _INVALID_TOKEN or (self._encoding or "utf-8").lower() not in _NAMED_UTF8:
            return False
        start = max(self._parser.ErrorByteIndex - self._chunk_start, 0)
        return not _is_utf8(self._chunk[start : start + 4])

    def _fail(self, code: str, what: str, advice: str) -> NoReturn:
        place = Place(self._name, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)
        raise InputError(Problem(code, what, place, advice))


def _is_utf8(start: bytes) -> bool:
    """Tell whether the bytes begin with a whole UTF-8 character, or with the beginning of one that is cut off."""
    try:
        start.decode()
    except UnicodeDecodeError as error:
        return error.start > 0 or (error.end == len(start) and "unexpected end" in error.reason)
    return True
