"""Where every import pours its rows: two Parquet files, the refused rows beside them, published in one piece."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import IO

from sayso.errors import EdgeError, Problem, Refused
from sayso.intake import tablefiles
from sayso.intake.refusals import Counts, ImportReport, Refusal, RefusedRow, RowError
from sayso.intake.sightings import Sightings
from sayso.intake.tablefiles import NamedMember
from sayso.intake.tablewriter import TableWriter
from sayso.values.canonical import canonical, digest
from sayso.values.members import UNKNOWN
from sayso.values.records import Record

LONGEST_ID = 200
LONGEST_TEXT = 1_000_000
"""Characters: no platform known to us allows a longer post; what is longer is a dump of something else."""
_WARNED = frozenset((Refusal.TORN_FILE, Refusal.BAD_HEADER))


class TableSink:
    """Streams members and records into ``folder``, which is there, whole, after ``commit`` and not before.

    Rows go to a hidden folder beside it; what a killed import left there, the next one clears away. Use it as a context
    manager: leaving it without ``commit`` leaves nothing. Members go in before records, so that authors can be told apart
    from strangers.
    """

    def __init__(self, folder: Path, replace: bool = False) -> None:
        """Take the folder's place in hand; ``replace`` lets ``commit`` put an earlier import of it aside.

        Raises ``Refused`` where the folder exists and may not be replaced, ``EdgeError`` where another import of it runs.
        """
        _put_back(folder)
        if folder.exists() and not replace:
            advice = "import under another name, or ask to replace it"
            raise Refused(
                Problem("source-exists", f"a source {folder.name!r} is there already", advice=advice)
            )
        self.folder = folder
        self._partial = folder.with_name(f".{folder.name}.partial")
        self._lock = _lock(folder)
        shutil.rmtree(self._partial, ignore_errors=True)
        self._partial.mkdir()
        self.sightings = Sightings(self._partial / "sightings.sqlite")
        self._refused: IO[str] = (self._partial / tablefiles.REFUSED).open(
            "w", encoding="utf-8", newline="\n"
        )
        self._refusals: Counter[str] = Counter()
        self._categories: Counter[str] = Counter()
        self._tallies: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()
        self._warnings: list[Problem] = []
        self._writers: list[TableWriter] = []
        self._report: ImportReport | None = None

    def begin(
        self,
        format_name: str,
        licence: str,
        member_attributes: tuple[str, ...] = (),
        record_attributes: tuple[str, ...] = (),
    ) -> None:
        """Say what is coming: the format, a note on the licence, and the attributes that rows may carry."""
        self._format, self._licence = format_name, licence
        self._member_attributes, self._record_attributes = member_attributes, record_attributes
        members, records = (
            tablefiles.member_schema(member_attributes),
            tablefiles.record_schema(record_attributes),
        )
        self._members = TableWriter(self._partial / tablefiles.MEMBERS, members)
        self._records = TableWriter(self._partial / tablefiles.RECORDS, records)
        self._writers = [self._members, self._records]

    def add_member(self, row: NamedMember) -> None:
        """Keep a member.

        Raises ``RowError`` for an id that came before, a bad id, or text that is not Unicode; nothing is kept then.
        """
        _check_id(row.member.id)
        cells = tablefiles.member_cells(row, self._member_attributes)
        line = self._members.line(cells)
        number = self.sightings.first_member(row.member.id)
        if number is None:
            raise RowError(Refusal.DUPLICATE_ID)
        self._members.add((*cells, number), line)
        self._tallies["regions"] += row.member.region is not None

    def add_record(self, record: Record) -> None:
        """Keep a record.

        Raises ``RowError`` for an id that came before, a bad id, text that is too long or not Unicode; nothing is kept then.
        """
        _check_id(record.id)
        if len(record.text) > LONGEST_TEXT:
            raise RowError(Refusal.TEXT_TOO_LONG)
        cells = tablefiles.record_cells(record, self._record_attributes)
        line = self._records.line(cells)
        if not self.sightings.first_record(record.id):
            raise RowError(Refusal.DUPLICATE_ID)
        number = self._author_number(record.author)
        self._records.add((*cells, number), line)
        self._tally(record, number)

    def _author_number(self, author: str | None) -> int | None:
        if author is None:
            return None
        number = self.sightings.number_of(author)
        return tablefiles.UNLISTED if number is None else number

    def _tally(self, record: Record, author_number: int | None) -> None:
        self._categories[record.category] += 1
        self._tallies["deleted"] += record.deleted_at is not None
        self._tallies["unnamed_editors"] += UNKNOWN in record.contributors
        self._tallies["orphans"] += author_number is None
        self._tallies["unlisted_authors"] += author_number == tablefiles.UNLISTED

    def refuse(self, row: RefusedRow) -> None:
        """Write a row aside: its place, the reason and a short digest, never its words."""
        self._refusals[str(row.code)] += 1
        place = row.place
        kept = {"file": place.file, "line": place.line, "code": str(row.code), "row": row.row}
        self._refused.write(json.dumps(kept, sort_keys=True) + "\n")
        if row.code in _WARNED:
            self._warnings.append(row.problem())

    def leave_out(self, what: str) -> None:
        """Count something that is in the source and does not come in; ``what`` says so in a word or two for people."""
        self._left_out[what] += 1

    def warn(self, problem: Problem) -> None:
        """Say something that whoever runs the import must read."""
        self._warnings.append(problem)

    def finish(self) -> ImportReport:
        """Return what was brought in; the files are complete from then on, and still hidden."""
        members, records = self._members.close(), self._records.close()
        self._refused.close()
        self.sightings.close()
        (self._partial / "sightings.sqlite").unlink()
        self._report = ImportReport(
            source=self.folder.name,
            format=self._format,
            members=members.rows,
            records=records.rows,
            categories=_counts(self._categories),
            refused=_counts(self._refusals),
            orphans=self._tallies["orphans"],
            unlisted_authors=self._tallies["unlisted_authors"],
            unnamed_editors=self._tallies["unnamed_editors"],
            deleted=self._tallies["deleted"],
            regions=self._tallies["regions"],
            digest=source_digest(members.digest, records.digest),
            licence=self._licence,
            warnings=tuple(self._warnings),
            left_out=_counts(self._left_out),
        )
        (self._partial / tablefiles.SOURCE).write_bytes(_described(self._report))
        return self._report

    def commit(self) -> None:
        """Put the finished files in their place, durably and all at once.

        Raises ``RuntimeError`` where ``finish`` has not been called: half an import is never published.
        """
        if self._report is None:
            raise RuntimeError("finish the import before committing it")
        for file in self._partial.iterdir():
            _flush(file)
        _flush(self._partial)
        earlier = _aside(self.folder)
        if self.folder.exists():
            self.folder.rename(earlier)
        self._partial.rename(self.folder)
        _flush(self.folder.parent)
        shutil.rmtree(earlier, ignore_errors=True)

    def __enter__(self) -> TableSink:
        """Return the sink itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Clear away what was not committed, and let another import of this folder begin."""
        for writer in self._writers:
            writer.abandon()
        self._refused.close()
        self.sightings.close()
        shutil.rmtree(self._partial, ignore_errors=True)
        self._lock.close()


def source_digest(members: str, records: str) -> str:
    """Return the digest of a source from those of its two tables' canonical lines.

    It depends on the rows and their order, and on nothing of how Parquet encodes them.
    """
    return digest(canonical({"members": members, "records": records, "sayso": "source v1"}))


def read_digest(folder: Path) -> str:
    """Return the digest of a source's rows as they are on disk now: what ``source.json`` must say."""
    found = []
    for name in (tablefiles.MEMBERS, tablefiles.RECORDS):
        hashed = hashlib.sha256()
        for line in tablefiles.stored_lines(folder / name):
            hashed.update(line)
        found.append("sha256:" + hashed.hexdigest())
    return source_digest(*found)


def _check_id(name: str) -> None:
    if not name:
        raise RowError(Refusal.MISSING_ID)
    if name == UNKNOWN or len(name) > LONGEST_ID or any(letter < " " for letter in name):
        raise RowError(Refusal.BAD_ID)


def _counts(counter: Counter[str]) -> Counts:
    return tuple(sorted(counter.items()))


def _described(report: ImportReport) -> bytes:
    left_out = {"left_out": dict(report.left_out)} if report.left_out else {}
    return canonical(
        {
            **left_out,
            "source": report.source,
            "format": report.format,
            "members": report.members,
            "records": report.records,
            "categories": dict(report.categories),
            "refused": dict(report.refused),
            "orphans": report.orphans,
            "unlisted_authors": report.unlisted_authors,
            "unnamed_editors": report.unnamed_editors,
            "deleted": report.deleted,
            "digest": report.digest,
            "licence": report.licence,
        }
    )


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.earlier")


def _put_back(folder: Path) -> None:
    """Finish what a commit killed between its two renames left: the earlier import is whole, so it goes back."""
    earlier = _aside(folder)
    if earlier.exists() and not folder.exists():
        earlier.rename(folder)


def _lock(folder: Path) -> IO[str]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = folder.with_name(f".{folder.name}.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        what = f"another import of {folder.name!r} is running"
        raise EdgeError(Problem("import-running", what, advice="wait until it ends")) from None
    return lock


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
