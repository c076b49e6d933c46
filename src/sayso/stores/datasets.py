"""Published data sets, and models, in folders, changed by atomic renames alone.

``datasets/<name>/draft`` is where a build works; ``datasets/<name>/v0001`` is a sealed version; ``datasets/<name>/current`` is one
line that names the version to read. A killed build leaves a draft, or a sealed version that no log entry knows: both are
removed by the next build. What a log entry knows and ``current`` does not yet is put right by ``point``. Models lie below
``models`` in the same way.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sayso.dataset.rows import GROUP_ROWS, shard_file
from sayso.errors import IntegrityError, Problem, Refused
from sayso.ports import ShardStore

MANIFEST, CARD = "manifest.dsse.json", "card.md"
_VERSION = re.compile(r"v(\d{4,})")
_POINTER = re.compile(_VERSION.pattern + "\n")  # to the byte, so that no flipped bit passes for white space
_SCRATCH = ".scratch-"
_CHUNK = 1 << 20
_WAITING_ROWS = 50_000
"""Rows of all parts that wait in memory: a change of few is not written to files only to be read again."""


class Sort(NamedTuple):
    """A sort of what is kept in versions: its folder, what people call one of them, and the command that makes a version."""

    folder: str
    noun: str
    command: str


DATASETS = Sort("datasets", "data set", "sayso build")
MODELS = Sort("models", "model", "sayso forget")


class FileDatasets:
    """The data sets of one project, below its state folder; or what else is kept in versions, its models."""

    def __init__(self, state: Path, sort: Sort = DATASETS) -> None:
        """Use the state folder (``.sayso``)."""
        self._sort, self._root = sort, state / sort.folder

    def names(self) -> tuple[str, ...]:
        """Return the names of the data sets that have a folder, sorted."""
        return (
            tuple(sorted(each.name for each in self._root.iterdir() if each.is_dir() and each.name[0] != "."))
            if self._root.is_dir()
            else ()
        )

    def versions(self, name: str) -> tuple[int, ...]:
        """Return the numbers of the sealed versions of a data set, in rising order."""
        folder = self._root / name
        found = [_VERSION.fullmatch(each.name) for each in folder.iterdir()] if folder.is_dir() else []
        return tuple(sorted(int(match.group(1)) for match in found if match))

    def current(self, name: str) -> int | None:
        """Return the version that readers see, ``None`` where nothing is published yet.

        Raises ``IntegrityError`` where the pointer cannot be read.
        """
        try:
            data = (self._root / name / "current").read_bytes()
        except FileNotFoundError:
            return None
        return version_pointed(data, name, self._sort)

    def address(self, name: str, version: int) -> str:
        """Return where a version lies, for people."""
        return str(self.folder(name, version))

    def folder(self, name: str, version: int) -> Path:
        """Return the folder of a version, sealed or not."""
        return self._root / name / f"v{version:04d}"

    @contextmanager
    def building(self, name: str) -> Iterator[ShardFiles]:
        """Give an empty draft folder to one build of a data set at a time; what is left in it at the end is removed.

        Raises ``Refused`` while another process builds the same data set.
        """
        folder = self._root / name
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                what = f"the {self._sort.noun} {name} is being built by another process"
                raise Refused(Problem("being-built", what, advice="wait until it has finished")) from None
            draft = folder / "draft"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            files = ShardFiles(draft)
            try:
                yield files
            finally:
                files.close()
                shutil.rmtree(draft, ignore_errors=True)

    @contextmanager
    def scratch(self) -> Iterator[ShardFiles]:
        """Give an empty folder that nobody reads and that is gone afterwards."""
        self._root.mkdir(parents=True, exist_ok=True)
        with self._sweeping(), TemporaryDirectory(prefix=_SCRATCH, dir=self._root) as folder:
            files = ShardFiles(Path(folder))
            try:
                yield files
            finally:
                files.close()

    @contextmanager
    def _sweeping(self) -> Iterator[None]:
        """Remove what killed processes left, unless another is at work: it holds members' words."""
        with (self._root / ".scratch.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                pass  # the other one's folder is not ours to remove
            else:
                for left in self._root.glob(f"{_SCRATCH}*"):
                    shutil.rmtree(left, ignore_errors=True)
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield

    def shards(self, name: str, version: int) -> ShardFiles:
        """Return the shard files of a sealed version."""
        return ShardFiles(self.folder(name, version))

    def seal(self, name: str, version: int) -> None:
        """Put the draft in the place of a version, whole and on disk; one that was there is removed before.

        Call it only for a version that no log entry knows.
        """
        draft, place = self._root / name / "draft", self.folder(name, version)
        shutil.rmtree(place, ignore_errors=True)
        for folder, _, files in os.walk(draft):
            for file in files:
                _sync(Path(folder) / file)
            _sync(Path(folder))
        draft.rename(place)
        _sync(place.parent)

    def unseal(self, name: str, version: int) -> None:
        """Take a sealed version that was not published back as the draft."""
        self.folder(name, version).rename(self._root / name / "draft")

    def point(self, name: str, version: int) -> None:
        """Let readers see a version from now on."""
        folder = self._root / name
        fresh = folder / "current.new"
        fresh.write_text(f"v{version:04d}\n", "ascii")
        _sync(fresh)
        fresh.replace(folder / "current")
        _sync(folder)

    def purge(self, name: str, version: int) -> None:
        """Delete every file of a version but its manifest and its card; what is gone already is left gone."""
        folder = self.folder(name, version)
        for place in sorted(folder.iterdir()) if folder.is_dir() else ():
            if place.is_dir():
                shutil.rmtree(place)
            elif place.name not in (MANIFEST, CARD):
                place.unlink()
        if folder.is_dir():
            _sync(folder)

    def manifest(self, name: str, version: int) -> bytes | None:
        """Return the bytes of a version's manifest, ``None`` where there is none."""
        try:
            return (self.folder(name, version) / MANIFEST).read_bytes()
        except FileNotFoundError:
            return None


def version_pointed(data: bytes, name: str, sort: Sort) -> int:
    """Return the version that a pointer's bytes name; raises ``IntegrityError`` where they name none."""
    found = _POINTER.fullmatch(data.decode("ascii", "replace"))
    if found is None:
        what = f"the pointer to the current version of the {sort.noun} {name} is damaged"
        raise IntegrityError(Problem("bad-pointer", what, advice=f"run `{sort.command}` again"))
    return int(found.group(1))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class ShardFiles:
    """The shard files below one folder, and the unsorted parts that become them."""

    def __init__(self, folder: Path) -> None:
        """Use a folder: a draft, or a sealed version for reading alone."""
        self.folder = folder
        self._writers: dict[int, pq.ParquetWriter] = {}
        self._waiting: dict[int, list[pa.Table]] = {}
        self._rows_waiting = 0

    def add(self, shard: int, rows: pa.Table) -> None:
        """Add rows, in any order, to the part of a shard; few of all shards wait in memory, more in files."""
        self._waiting.setdefault(shard, []).append(rows)
        self._rows_waiting += rows.num_rows
        if self._rows_waiting > _WAITING_ROWS:
            self._spill()

    def _spill(self) -> None:
        for shard, tables in self._waiting.items():
            for rows in tables:
                self._writer(shard, rows.schema).write_table(rows)
        self._waiting.clear()
        self._rows_waiting = 0

    def _writer(self, shard: int, schema: pa.Schema) -> pq.ParquetWriter:
        if shard not in self._writers:
            parts = self.folder / "parts"
            parts.mkdir(exist_ok=True)
            self._writers[shard] = pq.ParquetWriter(
                parts / f"{shard:04d}.parquet", schema, compression="zstd"
            )
        return self._writers[shard]

    def parts(self) -> frozenset[int]:
        """Return the shards to which rows were added since their part was last asked for."""
        return frozenset(self._writers.keys() | self._waiting.keys())

    def part(self, shard: int) -> pa.Table | None:
        """Return what was added to a shard, which takes no more from then on; ``None`` where nothing was."""
        tables = self._waiting.pop(shard, [])
        self._rows_waiting -= sum(rows.num_rows for rows in tables)
        if shard in self._writers:
            tables.append(self._spilled(shard))
        return pa.concat_tables(tables) if tables else None

    def _spilled(self, shard: int) -> pa.Table:
        self._writers.pop(shard).close()
        path = self.folder / "parts" / f"{shard:04d}.parquet"
        table = _table(path)
        path.unlink()
        return table

    def close(self) -> None:
        """Remove the parts."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()
        self._waiting.clear()
        shutil.rmtree(self.folder / "parts", ignore_errors=True)

    def write(self, shard: int, rows: pa.Table) -> tuple[str, str]:
        """Write the file of a shard and return its name, relative to the folder, and its SHA-256 as 64 hexadecimal digits."""
        name = shard_file(shard)
        return name, self.put_table(name, rows)

    def read(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the rows of a shard file, with some columns or all.

        Raises ``IntegrityError`` where the file is missing or is no Parquet file.
        """
        try:
            return _table(self.folder / name, columns)
        except (OSError, pa.ArrowException) as error:
            what = f"the file {name} cannot be read ({type(error).__name__})"
            raise IntegrityError(
                Problem("unreadable-shard", what, advice="build the data set again")
            ) from error

    def digest(self, name: str) -> str | None:
        """Return the SHA-256 of a file as 64 hexadecimal digits, ``None`` where it is missing."""
        path = self.folder / name
        return file_digest(path) if path.is_file() else None

    def take(self, other: ShardStore, name: str) -> None:
        """Copy a file, bit for bit, from another version's files; raises ``IntegrityError`` where it is missing there."""
        data = other.get(name)
        if data is None:
            raise IntegrityError(
                Problem("missing-shard", f"the file {name} is missing", advice="build it again")
            )
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)

    def put(self, name: str, data: bytes) -> None:
        """Write a small file next to the shards."""
        (self.folder / name).write_bytes(data)

    def put_table(self, name: str, rows: pa.Table) -> str:
        """Write a table next to the shards and return the SHA-256 of its file as 64 hexadecimal digits."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        pq.write_table(rows, path, compression="zstd", row_group_size=GROUP_ROWS)
        return file_digest(path)

    def place(self, name: str, file: Path) -> None:
        """Move a file of the same disk to a name, in the place of what was there."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        file.replace(path)

    def put_arrays(self, name: str, arrays: Mapping[str, NDArray[Any]]) -> str:
        """Write named arrays into one NumPy archive (``.npz``), always the same for the same, and return its SHA-256 as 64
        hexadecimal digits.
        """
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        with ZipFile(path, "w", ZIP_STORED) as file:
            for each in arrays:
                with file.open(f"{each}.npy", "w", force_zip64=True) as member:
                    np.lib.format.write_array(member, np.asarray(arrays[each]), allow_pickle=False)
        return file_digest(path)

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays of a NumPy archive; raises ``IntegrityError`` where it is missing or damaged."""
        try:
            with (self.folder / name).open("rb") as file, np.load(file, allow_pickle=False) as found:
                return {each: found[each] for each in found.files}
        except (OSError, ValueError, EOFError, KeyError, BadZipFile) as error:
            what = f"the file {name} cannot be read ({type(error).__name__})"
            raise IntegrityError(
                Problem("unreadable-arrays", what, advice="train the model again")
            ) from error

    def get(self, name: str) -> bytes | None:
        """Return the bytes of a small file, ``None`` where it is missing."""
        path = self.folder / name
        return path.read_bytes() if path.is_file() else None

    def names(self) -> tuple[str, ...]:
        """Return the names of all files, sorted, relative to the folder."""
        return tuple(
            sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())
        )


def _table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    # Half the cost of ``pq.read_table``, which looks for a data set of many files: shards are small.
    with pq.ParquetFile(path) as file:
        return file.read(None if columns is None else list(columns))


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    hashed = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hashed.update(chunk)
    return hashed.hexdigest()
