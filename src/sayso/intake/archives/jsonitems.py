"""JSON as platforms export it: one object in a file, or the items of one long list in it, one at a time."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from sayso.errors import Place
from sayso.intake.archives.limits import refuse
from sayso.intake.archives.streams import Stream
from sayso.intake.refusals import Refusal, RefusedRow, refused_row

LONGEST_ITEM = 16 << 20
DEEPEST = 64
"""How deep an item may be nested: posts are nested five deep, and the parser recurses."""

# Whole strings at once where they end in the same piece: they are most of the text.
_MARK = re.compile(r'"(?:[^"\\]++|\\.)*+"|["{}\[\],]', re.DOTALL)
_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\]]', re.DOTALL)
_IN_TEXT = re.compile(r'["\\]')


class JsonItem(NamedTuple):
    """An item: its place, counted from 1 in its list, what it holds, and the bytes that its digest is made of."""

    place: Place
    value: object
    raw: bytes


def read_object(stream: Stream) -> dict[str, object]:
    """Return the one object in a small file. Raises ``InputError`` where it holds something else, or too much of it."""
    raw = stream.whole(LONGEST_ITEM)
    try:
        text = raw.decode("utf-8-sig")
        found = _parsed(text) if _depth(text) <= DEEPEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        refuse("bad-json", "the file is not one JSON object in UTF-8", stream.place)
    return found


def read_items(stream: Stream, key: str) -> Iterator[JsonItem | RefusedRow]:
    """Return the items of the list under a key of the file's one object, in order.

    An item that is no JSON, too long (16 MiB) or too deep is refused alone. Memory is bounded by the longest item. A file that ends in
    the middle gives the items before, then a refusal. Raises ``InputError`` where the file is not UTF-8 or has no such list.
    """
    cutter = _Cutter(key)
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    number = 0
    while True:
        piece = stream.read()
        for text in cutter.cut(_decoded(decoder, piece, stream.place)):
            number += 1
            yield _item(Place(stream.place.file, number), text)
        if not piece:
            break
    if not cutter.seen:
        refuse("bad-json", f"the file has no list {key!r}", stream.place)
    if cutter.is_open():
        yield refused_row(Refusal.TORN_FILE, Place(stream.place.file, number + 1), b"")


def _decoded(decoder: codecs.IncrementalDecoder, piece: bytes, place: Place) -> str:
    try:
        return decoder.decode(piece, not piece)
    except UnicodeDecodeError:
        refuse("wrong-encoding", "the file is not UTF-8", place)


def _item(place: Place, text: str | None) -> JsonItem | RefusedRow:
    if text is None:
        return refused_row(Refusal.ROW_TOO_WIDE, place, b"")
    raw = text.encode("utf-8", "surrogatepass")
    try:
        if _depth(text) > DEEPEST:
            return refused_row(Refusal.BAD_ROW, place, raw)
        return JsonItem(place, _parsed(text), raw)
    except (ValueError, RecursionError):
        return refused_row(Refusal.BAD_ROW, place, raw)


def _depth(text: str) -> int:
    """Return how deep a text is nested at most, without the parser, which would recurse."""
    deepest = depth = 0
    for mark in _BRACKET.findall(text):
        depth += 1 if mark in ("{", "[") else -1 if mark in ("}", "]") else 0
        deepest = max(deepest, depth)
    return deepest


def _parsed(text: str) -> object:
    return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object, none of whose keys may be there twice: readers differ on which one counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


class _Cutter:
    """Cuts the items of one list out of a JSON text that comes in pieces."""

    def __init__(self, key: str) -> None:
        self._key, self._last = key, ""
        self._depth = 0
        self._in_text = self._skip = self._inside = False
        self._kept: list[str] = []
        self._length = 0
        self._start: int | None = None
        self.seen = False

    def is_open(self) -> bool:
        """Tell whether the text has ended in the middle."""
        return self._depth > 0 or self._in_text

    def cut(self, piece: str) -> Iterator[str | None]:
        """Return the items that end in the next piece of text, ``None`` for one that is too long."""
        at = 1 if self._skip and piece else 0
        self._skip = self._skip and not piece
        self._start = None if self._start is None else 0
        while found := (_IN_TEXT if self._in_text else _MARK).search(piece, at):
            at = found.end()
            if found[0] == "\\":
                self._skip = at >= len(piece)
                at += 1
            elif self._in_text:
                self._text_ends(piece, found.start())
            elif len(found[0]) > 1:
                self._last = found[0][1:-1] if self._depth == 1 else self._last
            elif self._mark(found[0], at):
                item = self._taken(piece, found.start())
                self._begin(at if self._inside else None)
                if item is None or item.strip():
                    yield item
        self._keep(piece, len(piece))

    def _text_ends(self, piece: str, end: int) -> None:
        self._in_text = False
        if self._depth == 1:
            self._last = self._taken(piece, end) or ""
            self._begin(None)

    def _mark(self, mark: str, at: int) -> bool:
        """Follow a mark outside of strings; tell whether an item of the list ends at it."""
        if mark == '"':
            self._in_text = True
            if self._depth == 1:
                self._begin(at)
        elif mark in "{[":
            self._depth += 1
            if mark == "[" and self._depth == 2 and self._last == self._key:
                self._inside = self.seen = True
                self._begin(at)
        elif mark in "}]":
            self._depth -= 1
            if self._inside and self._depth == 1:
                self._inside = False
                return True
        return self._inside and mark == "," and self._depth == 2

    def _begin(self, start: int | None) -> None:
        """Begin to keep the text from a place on, or none."""
        self._kept, self._length, self._start = [], 0, start

    def _keep(self, piece: str, end: int) -> None:
        if self._start is not None:
            self._length += end - self._start
            if self._length <= LONGEST_ITEM:
                self._kept.append(piece[self._start : end])

    def _taken(self, piece: str, end: int) -> str | None:
        self._keep(piece, end)
        return "".join(self._kept) if self._length <= LONGEST_ITEM else None
