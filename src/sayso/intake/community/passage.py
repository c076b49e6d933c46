"""A piece of text that knows where its personal data lies, however it is put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Mark(NamedTuple):
    """A span of a passage (code points, end not included), what it is, and which member it means."""

    start: int
    end: int
    kind: str
    member: str | None = None


class Passage(NamedTuple):
    """A text and its marks, in the order of their starts."""

    text: str
    marks: tuple[Mark, ...] = ()


def marked(text: str, kind: str, member: str | None = None) -> Passage:
    """Return a text that is personal data from end to end.

    >>> marked("a@example.org", "EMAIL").marks
    (Mark(start=0, end=13, kind='EMAIL', member=None),)
    """
    return Passage(text, (Mark(0, len(text), kind, member),))


def join(passages: Sequence[Passage], between: str = " ") -> Passage:
    """Return the passages one after the other, with ``between`` between them and every mark moved along.

    >>> join([Passage("Hi"), marked("@ada_may", "HANDLE")]).marks
    (Mark(start=3, end=11, kind='HANDLE', member=None),)
    """
    marks: list[Mark] = []
    at = 0
    for passage in passages:
        if passage.marks:
            marks += [Mark(at + start, at + end, kind, member) for start, end, kind, member in passage.marks]
        at += len(passage.text) + len(between)
    return Passage(between.join([passage.text for passage in passages]), tuple(marks))


def quote(passage: Passage, member: str | None) -> Passage:
    """Return one line as a quotation (CommonMark 0.31.2, section 5.1): one mark over the line, the marks inside it kept.

    >>> quote(Passage("Thank you."), "m000001")
    Passage(text='> Thank you.', marks=(Mark(start=0, end=12, kind='QUOTE', member='m000001'),))
    """
    moved = join([Passage(">"), passage])
    return Passage(moved.text, (Mark(0, len(moved.text), "QUOTE", member), *moved.marks))
