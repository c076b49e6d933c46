"""YAML text to a tree of words with places: nothing is guessed, ``on``, ``no`` and ``2024-09-18`` stay what was written.

Read from the parser's events (PyYAML, ``SafeLoader``), never constructed, and without recursion: a file cannot make it do
more work than its size. Anchors, aliases, tags and more than one document are refused: a policy has no use for them.

A plain text is read by libyaml (``CSafeLoader``) where PyYAML was built with it: every command reads the policy, and that takes a
sixth of the time. Whatever libyaml refuses, or could read otherwise, is PyYAML's own to read, and to say what is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import yaml

from sayso.errors import Place
from sayso.policy.parse_report import Report, shown

MAX_BYTES = 1 << 20
MAX_DEPTH = 50
_PLAIN = re.compile(r"[ -~\n\u00a0-\u2027\u202a-\ud7ff]*")
_APART = re.compile(r"[|>][-+0-9]*#|^ *(?:- +)*\?(?!\S)", re.MULTILINE)
"""Where libyaml and PyYAML are of two minds: a comment on the head of a text, and ``?`` before a key."""


@dataclass(frozen=True, slots=True)
class Word:
    """A scalar as written, and where; empty for YAML's null."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Items:
    """A list, and where it starts."""

    items: tuple[Tree, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping with plain keys, none of them twice, and where it starts."""

    pairs: tuple[tuple[Word, Tree], ...]
    place: Place


Tree: TypeAlias = "Word | Items | Fields"


def read_yaml(text: str, report: Report) -> Tree | None:
    """Return the tree of a YAML text, ``None`` where the report says why there is none."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        report.add(
            "too-large", "the file is larger than 1 MiB", Place(report.file), "a policy is text of some pages"
        )
        return None
    return read_fast(text, report) or read_slowly(text, report)


def read_fast(text: str, report: Report) -> Tree | None:
    """Return the tree of a text that is as nearly all are, ``None`` for any other: one with a fault, or with what YAML rarely has."""
    if not yaml.__with_libyaml__ or not _PLAIN.fullmatch(text) or _APART.search(text):
        return None
    builder = _Builder(Report(report.file))
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
            if builder.stopped or _is_apart(event, builder.flows):
                return None
    except (yaml.YAMLError, ValueError, OverflowError):
        return None
    tree = builder.tree()
    return None if builder.report.count else tree


def _is_apart(event: yaml.Event, flows: bool) -> bool:
    """Tell whether a word in brackets is one of which libyaml and PyYAML say different things: an empty one, or one with ``?``."""
    if not flows or not isinstance(event, yaml.ScalarEvent) or event.style:
        return False
    return not event.value or "?" in event.value


def read_slowly(text: str, report: Report) -> Tree | None:
    """Return the tree of a text, ``None`` where the report says why there is none."""
    builder = _Builder(report)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            builder.take(event)
            if builder.stopped:
                break
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        _report_syntax(error, text, builder.last, report)
        return None
    return builder.tree()


# What PyYAML says, and what to do about it.
_ADVICE = (
    ("'\\t'", "indent with spaces, not with tabs"),
    ("mapping values are not allowed", "put a text that holds ': ' into quotes, and mind the indentation"),
    ("could not find expected ':'", "a key is followed by a colon and a space"),
    ("expected <block end>", "entries of one block start in the same column, and quotes are closed"),
    ("found unexpected end of stream", "a quote or a bracket is not closed"),
    ("did not find expected ',' or", "a bracket is not closed"),
    ("expected ',' or", "a bracket is not closed, or a comma is missing"),
    ("cannot start any token", "put a text that starts with a special character into quotes"),
)


def _report_syntax(error: Exception, text: str, last: Place, report: Report) -> None:
    """Report what PyYAML could not read; ``last`` is the place of the last thing that it could."""
    if isinstance(error, yaml.reader.ReaderError):
        what = "a character that a text file does not hold"
        advice = "save the policy as plain UTF-8 text"
        report.add("yaml", what, _place_of_index(text, error.position, report.file), advice)
        return
    mark = getattr(error, "problem_mark", None)
    place = Place(report.file, mark.line + 1, mark.column + 1) if mark else last
    what = str(getattr(error, "problem", None) or "a character or number that does not exist")
    advice = next(
        (advice for sign, advice in _ADVICE if sign in what), "mind quotes, colons and indentation here"
    )
    report.add("yaml", f"not YAML: {what}", place, advice)


def _place_of_index(text: str, index: int, file: str) -> Place:
    before = text[:index]
    return Place(file, before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is still open."""

    mapping: bool
    flows: bool
    place: Place
    children: list[Tree]


class _Builder:
    """Builds the tree from the events, one after the other."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.stopped = False
        self.last = Place(report.file, 1, 1)
        self._refused = False
        self._anchors: set[str | None] = set()
        self._documents = 0
        self._stack: list[_Frame] = []
        self._root: Tree | None = None

    @property
    def flows(self) -> bool:
        """Tell whether what is open is written in brackets."""
        return bool(self._stack) and self._stack[-1].flows

    def tree(self) -> Tree | None:
        if self._refused:
            return None
        if self._root is None or self._root == Word("", self._root.place):
            self.report.add("empty", "the file is empty", Place(self.report.file, 1, 1), "start from a pack")
            return None
        return self._root

    def take(self, event: yaml.Event) -> None:
        place = self.last = self._place(event)
        match event:
            case yaml.DocumentStartEvent():
                self._document(place)
            case yaml.AliasEvent():
                self._refuse_alias(event.anchor, place)
                self._put(Word("", place))
            case yaml.ScalarEvent():
                self._check_marks(event, place)
                self._put(Word(self._scalar(event, place), place))
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._check_marks(event, place)
                flows = self.flows or bool(event.flow_style)
                self._open(_Frame(isinstance(event, yaml.MappingStartEvent), flows, place, []))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._close()

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self.report.file, mark.line + 1, mark.column + 1) if mark else Place(self.report.file)

    def _document(self, place: Place) -> None:
        self._documents += 1
        if self._documents > 1:
            self.report.add(
                "more-documents", "a second YAML document starts here", place, "one policy, one file"
            )
            self._refused = self.stopped = True

    def _refuse_alias(self, name: str | None, place: Place) -> None:
        """Report an anchor or an alias, once for each name: where the one goes, the others go."""
        self._refused = True
        if name in self._anchors:
            return
        self._anchors.add(name)
        what = "YAML anchors and aliases (&name, *name) are not allowed"
        self.report.add("alias", what, place, "write the value out; `based_on` takes over a version's rules")

    def _check_marks(self, event: yaml.NodeEvent, place: Place) -> None:
        if event.anchor is not None:
            self._refuse_alias(event.anchor, place)
        if event.tag not in (None, "!"):  # type: ignore[attr-defined]
            self.report.add("bad-tag", "YAML tags are not allowed", place, "leave out what starts with '!'")

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> str:
        text: str = event.value
        if any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t" for one in text):
            what = "a control character, or half of a character, in a text"
            self.report.add("bad-character", what, place, "leave it out")
        return "" if not event.style and text in ("~", "null") else text

    def _open(self, frame: _Frame) -> None:
        self._stack.append(frame)
        if len(self._stack) > MAX_DEPTH:
            self.report.add(
                "too-deep", f"more than {MAX_DEPTH} levels of nesting", frame.place, "write it flatter"
            )
            self._refused = self.stopped = True

    def _close(self) -> None:
        frame = self._stack.pop()
        children = frame.children
        if not frame.mapping:
            self._put(Items(tuple(children), frame.place))
            return
        self._put(Fields(self._pairs(children), frame.place))

    def _pairs(self, children: list[Tree]) -> tuple[tuple[Word, Tree], ...]:
        found: dict[str, tuple[Word, Tree]] = {}
        for key, value in list(pairwise(children))[::2]:
            if not isinstance(key, Word) or not key.text:
                self.report.add("bad-key", "a key has to be a word", key.place, "write `key: value`")
            elif key.text in found:
                first = found[key.text][0].place.line
                self.report.add(
                    "duplicate-key",
                    f"the key {shown(key.text)} is here twice",
                    key.place,
                    f"the first is in line {first}",
                )
            else:
                found[key.text] = key, value
        return tuple(found.values())

    def _put(self, tree: Tree) -> None:
        if self._stack:
            self._stack[-1].children.append(tree)
        else:
            self._root = tree
