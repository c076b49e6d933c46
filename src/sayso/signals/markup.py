"""XML that strangers wrote, as a small tree, from a parser that obeys nobody (decision 0006)."""

from __future__ import annotations

import xml.parsers.expat as expat
from dataclasses import dataclass, field
from typing import NoReturn

from sayso.errors import InputError, Place, Problem

LARGEST = 1 << 20
_DEEPEST, _MOST = 32, 20_000


@dataclass(slots=True)
class Element:
    """An element: its name as ``namespace name``, its attributes, the text directly in it, and the elements in it."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> list[Element]:
        """Return the children of a name, in any namespace."""
        return [one for one in self.children if one.name.rpartition(" ")[2] == name]


def read_tree(text: str) -> Element:
    """Return the root element.

    Raises ``InputError`` for what is no XML, for any document type declaration (which can hide entities that swell without end), and
    for more than 1 MiB, 20,000 elements or a depth of 32.
    """
    if len(text) > LARGEST:
        raise InputError(Problem("xml-too-large", "it is larger than 1 MiB", advice="is it the right file?"))
    builder = _Builder()
    try:
        builder.parser.Parse(text, True)
    except expat.ExpatError as error:
        what = f"the markup is not XML ({expat.ErrorString(error.code)})"
        place = Place("xml", error.lineno, error.offset + 1)
        raise InputError(Problem("bad-xml", what, place, "fetch the file again from its source")) from None
    assert builder.root is not None  # XML without an element is no XML
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def _refuse(self, *_: object) -> NoReturn:
        what = "it declares a document type, which can hide entities that swell without end"
        place = Place("xml", self.parser.CurrentLineNumber)
        raise InputError(Problem("xml-doctype", what, place, "no such file needs one: take it out"))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > _MOST or len(self._open) >= _DEEPEST:
            what = "it has more elements, or deeper ones, than any honest file"
            raise InputError(Problem("xml-too-large", what, advice="is it the right file?"))
        found = Element(name, attributes)
        if self._open:
            self._open[-1].children.append(found)
        else:
            self.root = found
        self._open.append(found)

    def _end(self, name: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].text += text
