"""The folders of what was brought in: ``sources/<name>/{members,records}.parquet``, changed by atomic
renames alone.

A source arrives in ``incoming/<name>`` and takes its place only when it is whole; the one it replaces waits
in ``outgoing/<name>`` until then, from where a next start puts it back if the process was killed in
between.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sayso.changed import Changed
from sayso.errors import IntegrityError, Place, Problem
from sayso.ledger.events import RecordsImported
from sayso.stores.numbers import misnumbered
from sayso.stores.queries import querying
from sayso.stores.scrubbing import (
    matches,
    names_any,
    replace_file,
    rewrite,
    scrub_beside,
    sync_all,
    sync_folder,
)
from sayso.stores.succession import changed_since, drop_steps, keep_step, parsed_sums
from sayso.values.canonical import canonical
from sayso.values.members import Attributes, Member
from sayso.values.moments import Moment
from sayso.values.records import Record

MEMBERS, RECORDS, DESCRIPTION = "members.parquet", "records.parquet", "source.json"
DAMAGED = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    NotImplementedError,
    pa.ArrowException,
)
"""What Arrow may raise for a Parquet file that is damaged: a flipped bit in its schema makes, say, durations of a number's column."""
SUMS = "SHA256SUMS"
"""The digests of a source's files, in the form of ``sha256sum``."""


class FileSources:
    """The sources of one project, below its state folder."""

    def __init__(self, state: Path, digest_of: Callable[[Path], str]) -> None:
        """Use the state folder (``.sayso``), after putting back what a killed import left half-way.

        ``digest_of`` returns the digest of the rows in a source's folder.
        """
        self.root, self._incoming, self._outgoing = state / "sources", state / "incoming", state / "outgoing"
        self._digest_of = digest_of
        for old in self._outgoing.glob("*") if self._outgoing.is_dir() else ():
            if (self.root / old.name).exists():
                shutil.rmtree(old)
            else:
                old.rename(self.root / old.name)

    def names(self) -> tuple[str, ...]:
        """Return the names of the sources, sorted."""
        if not self.root.is_dir():
            return ()
        return tuple(sorted(each.name for each in self.root.iterdir() if (each / RECORDS).is_file()))

    def folder(self, name: str) -> Path:
        """Return the folder of a source."""
        return self.root / name

    def is_moving(self, name: str) -> bool:
        """Tell whether a source is between its two renames: out of its place, and its successor not yet in it."""
        return (self._outgoing / name).exists() and not (self.root / name).exists()

    def arrive(self, name: str) -> Path:
        """Return a folder that does not exist yet, in which a source may be put together; nobody else reads it."""
        folder = self._incoming / name
        self.discard(name)
        folder.parent.mkdir(parents=True, exist_ok=True)
        return folder

    def discard(self, name: str) -> None:
        """Remove what has arrived under a name."""
        shutil.rmtree(self._incoming / name, ignore_errors=True)

    def settle(self, name: str) -> None:
        """Put what has arrived in its place, instead of the source of that name if there is one."""
        place, old = self.root / name, self._outgoing / name
        self.root.mkdir(exist_ok=True)
        if place.exists():
            _keep_step(place, self._incoming / name)
        (self._incoming / name / SUMS).write_bytes(_sums(self._incoming / name))
        sync_all(self._incoming / name)
        if place.exists():
            self._outgoing.mkdir(exist_ok=True)
            shutil.rmtree(old, ignore_errors=True)
            place.rename(old)
        (self._incoming / name).rename(place)
        sync_folder(self.root)
        shutil.rmtree(old, ignore_errors=True)

    def clashes(self, folder: Path, name: str) -> dict[str, tuple[int, int]]:
        """Return, for each other source, how many member ids and record ids it shares with those in a
        folder; none left out.
        """
        found = {}
        for other in self.names():
            if other != name:
                counts = _shared(folder, self.root / other)
                if any(counts):
                    found[other] = counts
        return found

    def members(self, folder: Path) -> Iterator[str]:
        """Return the ids of the members in a folder."""
        return _column(folder / MEMBERS, "member")

    def deletions(self, folder: Path) -> Iterator[tuple[str, str, Moment]]:
        """Return record, author and moment of the records in a folder that came as deleted and have an
        author.
        """
        with querying() as db:
            found = db.execute(
                "SELECT record, author, deleted_at FROM read_parquet(?) WHERE deleted_at IS NOT NULL AND author IS NOT NULL"
                " ORDER BY deleted_at, record",
                [str(folder / RECORDS)],
            )
            while rows := found.fetchmany(4096):
                for record, author, moment in rows:
                    yield record, author, Moment(moment)

    def digest(self, name: str) -> str:
        """Return the digest of a source's tables, as it was when they were brought in or last changed.

        Raises ``IntegrityError`` where the source's description cannot be read.
        """
        return str(_described(self.root / name)["digest"])

    def changed(self, name: str, digest: str) -> Changed | None:
        """Return what is other in a source than when it had a digest, ``None`` where that is not known any more."""
        return changed_since(self.root / name, digest, self.digest(name), _kept_sums(self.root / name))

    def members_sum(self, name: str) -> str:
        """Return the SHA-256 of the file of a source's members, as it is on disk."""
        return _file_digest(self.root / name / MEMBERS, None)

    def has_same_members(self, name: str) -> bool:
        """Tell whether what has arrived under a name has the very members that the source of that name has."""
        place, arrived = self.root / name / MEMBERS, self._incoming / name / MEMBERS
        return place.is_file() and _file_digest(arrived, None) == _file_digest(place, None)

    def member(self, member: str) -> Member | None:
        """Return the member of an id, ``None`` where no source has them."""
        row = self._find(MEMBERS, "member", member)
        return None if row is None else _member(row)

    def record(self, record: str) -> Record | None:
        """Return the record of an id, without its text, ``None`` where no source has it."""
        row = self._find(RECORDS, "record", record)
        return None if row is None else _record(row)

    def digest_now(self, name: str) -> str:
        """Return the digest of a source's rows as they are on disk now; raises ``IntegrityError`` where they cannot be read."""
        try:
            return self._digest_of(self.root / name)
        except (OSError, *DAMAGED) as error:
            raise unreadable(name, error) from error

    def changed_files(self, name: str) -> tuple[str, ...]:
        """Return the names of a source's files that are not, to the bit, as they were brought in or last changed.

        Of a source that no digests were kept of, none.
        """
        path = self.root / name / SUMS
        if not path.is_file():
            return ()
        kept, found = (data.splitlines() for data in (path.read_bytes(), _sums(self.root / name)))
        changed = {line.rpartition(b" ")[2].decode("ascii", "replace") for line in {*kept} ^ {*found}}
        return tuple(sorted(changed)) or (() if kept == found else (SUMS,))

    def misnumbered(self, name: str) -> int:
        """Return how many rows of a source have a number that is not their member's or author's alone.

        Raises ``IntegrityError`` where the numbers cannot be read: they are no part of the digest, so nobody else would notice.
        """
        try:
            return misnumbered(self.root / name / MEMBERS, self.root / name / RECORDS)
        except (OSError, duckdb.Error, *DAMAGED) as error:
            raise unreadable(name, error) from None

    def _find(self, file: str, column: str, value: str) -> dict[str, Any] | None:
        for name in self.names():
            path = self.root / name / file
            columns = [each for each in pq.read_schema(path).names if each != "text"]
            found = pq.read_table(path, columns=columns, filters=[(column, "=", value)])
            if found.num_rows:
                row: dict[str, Any] = found.slice(0, 1).to_pylist()[0]
                return row
        return None

    def count(self, name: str, members: frozenset[str]) -> tuple[int, int]:
        """Return how many members and records of a source are these members' own."""
        folder, ids = self.root / name, pa.array(sorted(members), pa.string())
        return matches(folder / MEMBERS, ids, "member"), matches(folder / RECORDS, ids, "author")

    def remove(self, name: str, members: frozenset[str]) -> RecordsImported | None:
        """Return what the source holds without these members, ``None`` where it held nothing of them.

        A file with rows of theirs is written anew, whole, and put in its place by one rename. Where they had a hand in somebody
        else's record, ``?`` stands for them, so that it never passes the gate. Killed half-way, the next call finishes it.
        """
        folder, ids = self.root / name, pa.array(sorted(members), pa.string())
        described = _described(folder)
        if described["digest"] and not any(names_any(folder / file, ids) for file in (MEMBERS, RECORDS)):
            return None
        replace_file(folder / DESCRIPTION, canonical({**described, "digest": ""}))
        drop_steps(folder)
        scrub_beside(folder, members, (MEMBERS, RECORDS))
        rows = [rewrite(folder / file, ids, key) for file, key in ((MEMBERS, "member"), (RECORDS, "author"))]
        event = RecordsImported(name, self._digest_of(folder), rows[0], rows[1], 0)
        described |= {"digest": event.digest, "members": event.members, "records": event.records}
        # The description last: as long as it has no digest, the next call begins again.
        replace_file(folder / SUMS, _sums(folder, {DESCRIPTION: canonical(described)}))
        replace_file(folder / DESCRIPTION, canonical(described))
        return event


def _keep_step(old: Path, new: Path) -> None:
    """Keep what changes when one state of a source takes another's place, where both can be read."""
    try:
        digests = (_described(folder)["digest"] for folder in (old, new))
        keep_step(old, new, *digests)
    except (IntegrityError, OSError, duckdb.Error, *DAMAGED):
        drop_steps(new)  # it is damaged: who builds next builds from nothing


def unreadable(name: str, error: Exception) -> IntegrityError:
    """Return the error of a source whose tables are damaged, with the kind of what was raised and nothing that it may quote."""
    what = f"the tables of this source cannot be read ({type(error).__name__})"
    return IntegrityError(Problem("unreadable-source", what, Place(f"sources/{name}"), "import it again"))


def _described(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / DESCRIPTION).read_bytes())
        if isinstance(found, dict) and isinstance(found.get("digest"), str):
            return found
    except (OSError, ValueError, RecursionError):
        pass
    place = Place(f"{folder.name}/{DESCRIPTION}")
    problem = Problem(
        "bad-source", "the description of this source is damaged", place, "import the source again"
    )
    raise IntegrityError(problem)


def _sums(folder: Path, fresh: dict[str, bytes] | None = None) -> bytes:
    """Return the digests of a source's files, those given in ``fresh`` as they are about to be written."""
    names = sorted(
        each.name for each in folder.iterdir() if each.is_file() and each.name[0] != "." and each.name != SUMS
    )
    digests = ((name, _file_digest(folder / name, (fresh or {}).get(name))) for name in names)
    return "".join(f"{found}  {name}\n" for name, found in digests).encode()


def _kept_sums(folder: Path) -> dict[str, str]:
    path = folder / SUMS
    return parsed_sums(path.read_text("ascii", "replace")) if path.is_file() else {}


def _file_digest(path: Path, fresh: bytes | None) -> str:
    if fresh is not None:
        return sha256(fresh).hexdigest()
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _member(row: dict[str, Any]) -> Member:
    return Member(
        row["member"],
        row["region"],
        row["born"],
        row["age_min"],
        row["age_max"],
        _attributes(row),
        row["joined_at"],
        row["closed_at"],
    )


def _record(row: dict[str, Any]) -> Record:
    return Record(
        row["record"],
        row["author"],
        row["category"],
        row["visibility"],
        row["created_at"],
        row["collected_at"],
        row["deleted_at"],
        _attributes(row),
        tuple(row["contributors"] or ()),
        row["language"],
        # What was brought in before records said it has no such column.
        reply_to=row.get("reply_to"),
    )


def _attributes(row: dict[str, Any]) -> Attributes:
    held = ((key, value) for key, value in row.items() if key.startswith("attr_") and value is not None)
    return tuple(sorted((key.removeprefix("attr_").replace("_", "-"), value) for key, value in held))


def _column(path: Path, name: str) -> Iterator[str]:
    """Return what a column of a file holds; raises ``ValueError`` where the file is damaged."""
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(columns=[name]):
                yield from batch.column(0).to_pylist()
    except DAMAGED as error:
        raise ValueError(f"{path.name} cannot be read ({type(error).__name__})") from None


def _shared(one: Path, other: Path) -> tuple[int, int]:
    with querying() as db:
        members, records = (
            db.execute(
                f"SELECT count(*) FROM read_parquet(?) WHERE {column} IN (SELECT {column} FROM read_parquet(?))",  # noqa: S608
                [str(one / file), str(other / file)],
            ).fetchone()
            for file, column in ((MEMBERS, "member"), (RECORDS, "record"))
        )
    return (members or (0,))[0], (records or (0,))[0]
