"""Archives into the tables: every archive's member first, then what is theirs, so that nobody's author is a stranger by mistake."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from sayso.errors import Place, Problem
from sayso.intake.archives.streams import Archive
from sayso.intake.htmltext import plain_text
from sayso.intake.refusals import ImportReport, Refusal, RefusedRow, RowError, refused_row
from sayso.intake.sink import TableSink
from sayso.intake.tablefiles import NamedMember
from sayso.values.moments import Moment
from sayso.values.records import Record

LICENCE = "a member's own export of their account; whoever imports it answers for being allowed to"
UNSTATED = "private"
"""How far a record counts as visible where nothing says: doubts mean no."""


@dataclass(frozen=True, slots=True)
class Given:
    """What whoever imports says of the archives; each ``None`` where they leave it to the archive.

    ``member`` is the member's id, ``region`` and ``born`` (``yyyymmdd``) are theirs; ``unstated`` is how far records are visible that
    do not say so themselves; ``collected_at`` is when the archive was made.
    """

    member: str | None = None
    region: str | None = None
    born: int | None = None
    unstated: str | None = None
    collected_at: Moment | None = None

    @property
    def visibility(self) -> str:
        """Return the visibility of a record that says nothing of it."""
        return self.unstated or UNSTATED


class Theirs(NamedTuple):
    """A record that was found in an archive, where, and the bytes it was read from."""

    place: Place
    raw: bytes
    record: Record


class LeftOut(NamedTuple):
    """Something in an archive that does not come in: what it is, in the plural."""

    what: str


class Remark(NamedTuple):
    """Something that whoever imports must know of an archive."""

    problem: Problem


Found = Theirs | RefusedRow | LeftOut | Remark


class Reader(Protocol):
    """One open archive of a platform."""

    def member(self) -> NamedMember:
        """Return whose archive it is. Raises ``InputError`` where it does not say."""
        ...

    def found(self) -> Iterator[Found]:
        """Return what is in it, in order."""
        ...


class Opening(Protocol):
    """What opens one archive of a platform, by its path and what errors call it."""

    def __call__(self, path: Path, label: str) -> AbstractContextManager[Reader]:
        """Give the archive in a file, open."""
        ...


def import_archives(
    name: str,
    paths: tuple[Path, ...],
    opening: Opening,
    sink: TableSink,
    attributes: tuple[tuple[str, ...], tuple[str, ...]],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ImportReport:
    """Pour archives of one platform into the sink, and return what was brought in; the caller commits.

    ``name`` is that of the format, ``attributes`` are those that its members and records may carry, and ``progress`` is told
    archives read and archives in all. Raises ``InputError`` where one of them is refused as a whole: then none comes in.
    """
    sink.begin(name, LICENCE, *attributes)
    labels = ["archive"] if len(paths) == 1 else [f"archive {number}" for number in range(1, len(paths) + 1)]
    for path, label in zip(paths, labels, strict=True):
        with opening(path, label) as reader:
            _keep_member(reader.member(), Place(label), sink)
    for number, (path, label) in enumerate(zip(paths, labels, strict=True)):
        with opening(path, label) as reader:
            _keep_all(reader.found(), sink)
        progress(number + 1, len(paths))
    return sink.finish()


def _keep_member(member: NamedMember, place: Place, sink: TableSink) -> None:
    try:
        sink.add_member(member)
    except RowError as error:
        sink.refuse(refused_row(error.code, place, member.member.id.encode("utf-8", "surrogatepass")))


def _keep_all(found: Iterable[Found], sink: TableSink) -> None:
    for one in found:
        if isinstance(one, RefusedRow):
            sink.refuse(one)
        elif isinstance(one, LeftOut):
            sink.leave_out(one.what)
        elif isinstance(one, Remark):
            sink.warn(one.problem)
        else:
            _keep_record(one, sink)


def _keep_record(one: Theirs, sink: TableSink) -> None:
    try:
        sink.add_record(one.record)
    except RowError as error:
        sink.refuse(refused_row(error.code, one.place, one.raw))


def made(place: Place, raw: bytes, make: Callable[[], Record]) -> Theirs | RefusedRow:
    """Return the record that a row makes, or its refusal with the reason."""
    try:
        return Theirs(place, raw, make())
    except RowError as error:
        return refused_row(error.code, place, raw)


def short_digest(*parts: str) -> str:
    """Return 16 hexadecimal digits that stand for some texts: an id for what has none.

    >>> short_digest("a", "bc") == short_digest("ab", "c")
    False
    """
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:16]


def stranger(*names: str) -> str:
    """Return the id of somebody whom an archive names and whose archive it is not: no member has such an id."""
    return f"someone-{short_digest(*names)}"


def words_of(html: str) -> str:
    """Return the words of HTML. Raises ``RowError`` (``text-too-long``) for more than the reader takes."""
    try:
        return plain_text(html)
    except ValueError:
        raise RowError(Refusal.TEXT_TOO_LONG) from None


def collected(given: Given, archive_made: Moment | None, newest: Moment | None) -> Moment | None:
    """Return when a record was collected: as given, else when the archive was made, and then never before the record was."""
    if given.collected_at is not None or archive_made is None:
        return given.collected_at
    return archive_made if newest is None else max(archive_made, newest)


def unstated_remark(archive: Archive, count: int, given: Given) -> Iterator[Remark]:
    """Tell how many records do not say who could see them, unless whoever imports has said so."""
    if count and given.unstated is None:
        records = "1 record does" if count == 1 else f"{count:,} records do"
        what = f"{records} not say who could see them, and count as {UNSTATED}"
        advice = "where you know it, say --unstated public or --unstated network"
        yield Remark(Problem("visibility-unstated", what, Place(archive.label), advice, severity="warning"))
