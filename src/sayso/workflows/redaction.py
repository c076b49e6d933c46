"""Redacting files of texts: a chunk of lines at a time, in order, over as many processes as asked for, in constant memory."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NoReturn

from sayso.errors import EdgeError, Problem
from sayso.redact.apply import Redacted
from sayso.redaction import Recipe, redactor

LONGEST_LINE = 16 << 20
"""Bytes of a line of JSON or of plain text; a longer one is refused. It bounds the memory."""

CHUNK_BYTES, CHUNK_LINES = 256 << 10, 2_000

WHY_REFUSED = {
    "bad-row": "the line is not one JSON object",
    "no-text": "the object has no such field, or what it holds is not a text",
    "not-unicode": "the line is not UTF-8",
    "row-too-wide": "the line is longer than 16 MiB",
}
"""The reasons for which a line is refused, each in a sentence."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How texts come and go: in a field of JSON objects, one a line, or (``None``) as plain lines.

    ``diff`` writes what was taken out and what stands there now, side by side, for eyes alone: in colour, or in the marks of wdiff.
    """

    field: str | None = "text"
    diff: bool = False
    colour: bool = False


@dataclass(slots=True)
class Tally:
    """What was done: texts and their bytes in UTF-8, how many of them were touched, and the spans by label."""

    texts: int = 0
    touched: int = 0
    bytes: int = 0
    spans: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add what was done elsewhere."""
        self.texts += other.texts
        self.touched += other.touched
        self.bytes += other.bytes
        self.spans.update(other.spans)


@dataclass(frozen=True, slots=True)
class Piece:
    """What became of a chunk of lines: the bytes to write, the refused lines with their reasons, the counts, and the bytes read."""

    out: bytes
    refused: tuple[tuple[int, str], ...]
    tally: Tally
    read: int


@dataclass(frozen=True, slots=True)
class _Chunk:
    first: int
    lines: tuple[bytes, ...]


def redacted_pieces(file: BinaryIO, recipe: Recipe, layout: Layout, workers: int = 1) -> Iterator[Piece]:
    """Yield what becomes of a file's lines, in order: the same bytes whatever the number of processes.

    Raises what ``redaction.redactor`` raises, before anything is read, and ``EdgeError`` when a process dies.
    """
    redactor(recipe)
    chunks = _chunks(file)
    if workers <= 1:
        return (_redacted(chunk, recipe, layout) for chunk in chunks)
    return _over_processes(chunks, recipe, layout, workers)


def redacted_text(file: BinaryIO, recipe: Recipe, layout: Layout) -> Piece:
    """Return what becomes of a file that is one text; it is held in memory. A file that is not UTF-8 comes back refused."""
    data = file.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Piece(b"", ((data.count(b"\n", 0, error.start) + 1, "not-unicode"),), Tally(), len(data))
    (done,) = redactor(recipe).redact([text])
    shown = diff_of(text, done, layout.colour) if layout.diff else done.text
    return Piece(_encoded(shown), (), _tally([text], [done]), len(data))


def diff_of(text: str, done: Redacted, colour: bool) -> str:
    """Return a text with what was taken out struck through in red and what stands there now in green.

    Without ``colour`` it has the marks of GNU wdiff: ``[-out-]{+in+}``. Control characters are shown as U+FFFD, so that a text cannot
    play tricks on a terminal.
    """
    before, middle, after = ("\x1b[31;9m", "\x1b[0m\x1b[32m", "\x1b[0m") if colour else ("[-", "-]{+", "+}")
    parts: list[str] = []
    last = 0
    for entry in done.receipt:
        gone = visible(text[entry.start : entry.end])
        parts += (visible(text[last : entry.start]), before, gone, middle, visible(entry.written), after)
        last = entry.end
    return "".join((*parts, visible(text[last:])))


_HIDDEN = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "\ufffd")


def visible(text: str) -> str:
    """Return a text with its control characters, but for tabs and line ends, as U+FFFD.

    >>> visible("a\\x1b[2Jb")
    'a\\ufffd[2Jb'
    """
    return text.translate(_HIDDEN)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write; what was written is there under its name, whole, when the context ends well, and else nothing of it."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with fresh.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _chunks(file: BinaryIO) -> Iterator[_Chunk]:
    lines: list[bytes] = []
    size, first = 0, 1
    for number, line in enumerate(_lines(file), 1):
        lines.append(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
        size += len(line)
        if size >= CHUNK_BYTES or len(lines) >= CHUNK_LINES:
            yield _Chunk(first, tuple(lines))
            lines, size, first = [], 0, number + 1
    if lines:
        yield _Chunk(first, tuple(lines))


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Return the lines; of one that is too long, its beginning, which is one byte longer than allowed."""
    while line := file.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE + 1)


def _over_processes(
    chunks: Iterable[_Chunk], recipe: Recipe, layout: Layout, workers: int
) -> Iterator[Piece]:
    # Fresh interpreters, not forks: a fork of a process with threads can hang, and not every system has it.
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), initializer=_leave_stopping_to_us
    )
    waiting: deque[Future[Piece]] = deque()
    try:
        for chunk in chunks:
            waiting.append(pool.submit(_redacted, chunk, recipe, layout))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        _died()
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_stopping_to_us() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _died() -> NoReturn:
    advice = "give fewer --workers: each holds its own lists and weights in memory"
    raise EdgeError(
        Problem("worker-died", "a process that redacts was ended from outside", advice=advice)
    ) from None


def _redacted(chunk: _Chunk, recipe: Recipe, layout: Layout) -> Piece:
    read, refused = (_plain_rows if layout.field is None else _json_rows)(chunk, layout.field or "")
    texts = [text for text, _ in read]
    done = redactor(recipe).redact(texts)
    if layout.diff:
        written = [diff_of(text, one, layout.colour) + "\n" for text, one in zip(texts, done, strict=True)]
    elif layout.field is None:
        written = [one.text + str(end) for (_, end), one in zip(read, done, strict=True)]
    else:
        written = [_line_of(row, layout.field, one) for (_, row), one in zip(read, done, strict=True)]
    out = b"".join(map(_encoded, written))
    return Piece(out, tuple(refused), _tally(texts, done), sum(map(len, chunk.lines)))


_Rows = tuple[list[tuple[str, object]], list[tuple[int, str]]]


def _json_rows(chunk: _Chunk, name: str) -> _Rows:
    """Return the texts with their objects, and the refused lines; empty lines are passed over."""
    read: list[tuple[str, object]] = []
    refused = []
    for number, line in enumerate(chunk.lines, chunk.first):
        if not line.strip():
            continue
        row = _object(line)
        text = row.get(name) if isinstance(row, dict) else None
        if isinstance(text, str):
            read.append((text, row))
        else:
            refused.append((number, row if isinstance(row, str) else "no-text"))
    return read, refused


def _object(line: bytes) -> dict[str, object] | str:
    """Return the object of a line, or why there is none."""
    if len(line) > LONGEST_LINE:
        return "row-too-wide"
    try:
        row = json.loads(line.decode(), parse_constant=_no_constant)
    except UnicodeDecodeError:
        return "not-unicode"
    except (ValueError, RecursionError):
        return "bad-row"
    return row if isinstance(row, dict) else "bad-row"


def _no_constant(name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _plain_rows(chunk: _Chunk, _: str) -> _Rows:
    """Return the texts with their line ends, and the refused lines."""
    read: list[tuple[str, object]] = []
    refused = []
    for number, line in enumerate(chunk.lines, chunk.first):
        content = line.rstrip(b"\r\n")
        try:
            if len(line) > LONGEST_LINE:
                refused.append((number, "row-too-wide"))
            else:
                read.append((content.decode(), line[len(content) :].decode()))
        except UnicodeDecodeError:
            refused.append((number, "not-unicode"))
    return read, refused


def _line_of(row: object, name: str, done: Redacted) -> str:
    spans = [{"start": entry.start, "end": entry.end, "label": str(entry.label)} for entry in done.receipt]
    fields = {**row, name: done.text, "redactions": spans} if isinstance(row, dict) else {}
    return json.dumps(fields, ensure_ascii=False) + "\n"


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # a lone surrogate: as JSON escapes, or as a question mark in plain text
        return _escaped(text)


def _escaped(text: str) -> bytes:
    try:
        return (json.dumps(json.loads(text)) + "\n").encode()
    except ValueError:
        return text.encode(errors="replace")


def _tally(texts: list[str], done: Iterable[Redacted]) -> Tally:
    tally = Tally(len(texts), bytes=sum(len(text.encode(errors="surrogatepass")) for text in texts))
    for one in done:
        tally.touched += bool(one.receipt)
        tally.spans.update(str(entry.label) for entry in one.receipt)
    return tally
