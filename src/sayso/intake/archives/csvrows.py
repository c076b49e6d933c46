r"""CSV as platforms export it: notes before the header, quotes doubled or written ``\"``, line feeds in cells, a byte order mark.

The standard library's reader knows one way of escaping per file and loses its way at the other. Here every row is read as RFC 4180
asks, and where that does not come out even with the header, with backslashes.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from sayso.errors import Place
from sayso.intake.archives.limits import refuse
from sayso.intake.archives.streams import Stream
from sayso.intake.refusals import Refusal, RefusedRow, refused_row

LONGEST_ROW = 16 << 20
_PREAMBLE = 20
_FIRST_READ = 1 << 16
_MARK = 4
_DOUBLED = re.compile(r'"((?:[^"]++|"")*+)"')
_BACKSLASHED = re.compile(r'"((?:[^"\\]++|\\"|\\|"")*+)"')
_BARE = re.compile(r"[^,\r\n]*+")
_ESCAPED = re.compile(r'\\"|""')


class CsvRow(NamedTuple):
    """A row: its place, its cells by the header's names in small letters, and the bytes that its digest is made of."""

    place: Place
    cells: dict[str, str]
    raw: bytes


class _Scanned(NamedTuple):
    """The cells of a row, where the next one begins, and whether a quote stands where RFC 4180 has none."""

    cells: list[str]
    end: int
    stray: bool


def read_rows(stream: Stream, needed: tuple[str, ...]) -> Iterator[CsvRow | RefusedRow]:
    """Return the rows of a file in order; the header is the first line that has the ``needed`` names (in small letters).

    Lines before it are passed over, and a file without one is refused: ``bad-header``. Memory is bounded by the longest row (16 MiB).
    Raises ``InputError`` for a file that is not UTF-8 from its beginning on.
    """
    text = _Text(stream)
    header = _header(text, needed)
    if header is None:
        yield refused_row(Refusal.BAD_HEADER, stream.place, b"")
        return
    while not text.at_end():
        line = text.line
        row = text.row(len(header))
        place = Place(stream.place.file, line)
        if isinstance(row, Refusal):
            yield refused_row(row, place, b"")
        elif any(cell for cell in row):
            yield _row(place, header, row)


def _header(text: _Text, needed: tuple[str, ...]) -> list[str] | None:
    for _ in range(_PREAMBLE):
        if text.at_end():
            return None
        row = text.row(None)
        if isinstance(row, Refusal):
            continue
        names = [" ".join(name.split()).lower() for name in row]
        if set(needed) <= set(names):
            return names if len(set(names)) == len(names) else None
    return None


def _row(place: Place, header: list[str], row: list[str]) -> CsvRow | RefusedRow:
    raw = json.dumps(row).encode()
    while len(row) > len(header) and not row[-1]:
        row = row[:-1]
    if len(row) != len(header):
        wide = len(row) > len(header)
        return refused_row(Refusal.ROW_TOO_WIDE if wide else Refusal.ROW_TOO_SHORT, place, raw)
    if not all(map(_is_text, row)):
        return refused_row(Refusal.NOT_UNICODE, place, raw)
    return CsvRow(place, dict(zip(header, row, strict=True)), raw)


def _is_text(cell: str) -> bool:
    return cell.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in cell)


class _Text:
    """The text of a file, as much of it as the present row needs."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self._text, self._at, self._final = "", 0, False
        self.line = 1
        first = b""
        while len(first) < _MARK and (piece := stream.read()):
            first += piece
        if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in first[:_MARK]:
            refuse("wrong-encoding", "the file is not UTF-8", stream.place)
        self._take(first)

    def at_end(self) -> bool:
        """Tell whether nothing is left."""
        while self._at >= len(self._text) and not self._final:
            self._more(_FIRST_READ)
        return self._at >= len(self._text)

    def row(self, width: int | None) -> list[str] | Refusal:
        """Return the cells of the next row, which should be ``width`` of them, and go on behind it."""
        strict = self._scanned(_DOUBLED)
        if width is not None and not _is_even(strict, width):
            loose = self._scanned(_BACKSLASHED)
            if _is_even(loose, width):
                strict = loose
        return self._passed(strict) if isinstance(strict, _Scanned) else self._refused(strict)

    def _scanned(self, quoted: re.Pattern[str]) -> _Scanned | Refusal:
        """Return the next row by one way of escaping, reading on until it ends."""
        ask = _FIRST_READ
        while True:
            found = _scan(self._text, self._at, self._final, quoted)
            if found is not Refusal.TORN_FILE or self._final:
                return found
            if len(self._text) - self._at > LONGEST_ROW:
                return Refusal.ROW_TOO_WIDE
            self._more(ask)
            ask *= 2  # a long row is looked at again a few times, not many

    def _passed(self, found: _Scanned) -> list[str]:
        self.line += self._lines(found.end)
        self._at = found.end
        return found.cells

    def _refused(self, why: Refusal) -> Refusal:
        """Go on at the next line: what is wrong with this one is told."""
        self.line += 1
        self._at = self._text.find("\n", self._at) + 1 or len(self._text)
        return why

    def _lines(self, end: int) -> int:
        breaks = self._text.count("\n", self._at, end)
        return breaks or self._text.count("\r", self._at, end)

    def _more(self, size: int) -> None:
        piece = self._stream.read(size)
        self._text, self._at = self._text[self._at :], 0
        self._take(piece)

    def _take(self, piece: bytes) -> None:
        self._final = not piece
        self._text += self._decoder.decode(piece, self._final)


def _is_even(found: _Scanned | Refusal, width: int) -> bool:
    """Tell whether a row is one, of so many cells, with no quote where none belongs."""
    return isinstance(found, _Scanned) and not found.stray and len(found.cells) == width


def _scan(text: str, at: int, final: bool, quoted: re.Pattern[str]) -> _Scanned | Refusal:
    """Return the row that begins at a place: ``torn-file`` where it does not end in this text, ``bad-row`` where it is none."""
    cells, stray = [], False
    while True:
        in_quotes = text.startswith('"', at)
        found = (quoted if in_quotes else _BARE).match(text, at)
        if found is None:
            return Refusal.TORN_FILE
        cell, end = (_plain(found[1], quoted) if in_quotes else found[0]), found.end()
        stray = stray or (not in_quotes and '"' in cell)
        cells.append(cell)
        if end == len(text):
            return _Scanned(cells, end, stray) if final else Refusal.TORN_FILE
        if text[end] == ",":
            at = end + 1
        elif text[end] == "\n":
            return _Scanned(cells, end + 1, stray)
        elif text[end] == "\r":
            return _after_return(text, end, final, cells, stray)
        else:
            return Refusal.BAD_ROW


def _after_return(text: str, end: int, final: bool, cells: list[str], stray: bool) -> _Scanned | Refusal:
    if end + 1 == len(text) and not final:
        return Refusal.TORN_FILE
    return _Scanned(cells, end + (2 if text.startswith("\n", end + 1) else 1), stray)


def _plain(quoted: str, how: re.Pattern[str]) -> str:
    return quoted.replace('""', '"') if how is _DOUBLED else _ESCAPED.sub('"', quoted)
