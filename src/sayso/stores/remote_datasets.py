"""Published data sets, and models, in object storage: objects are never renamed, so each version is written where it stays.

Below the address lies what ``stores.datasets`` keeps in folders, under the same names. A draft is a folder of this machine. Sealing
copies it under the version's prefix, the manifest last: what has no manifest is no version, and the next build of that data set
removes it. One small object, ``current``, names the version to read; storage replaces it whole or not at all.

Beside a version lies who seals it (``v0002.by``, a random name that each state folder has): another machine that would seal the same
one finds that, and leaves it alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any, NoReturn
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pyarrow import fs

from sayso.errors import EdgeError, IntegrityError, Problem, Refused
from sayso.ports import ShardStore
from sayso.stores.datasets import CARD, MANIFEST, FileDatasets, ShardFiles, Sort, version_pointed
from sayso.stores.places import CHUNK, Spot, is_of_storage, problem_of, reaching

_VERSION = re.compile(r"v(\d{4,})")


class RemoteDatasets:
    """The data sets of one project in object storage; drafts, and the lock that keeps builds apart, in its state folder.

    Every method raises ``EdgeError`` where the storage cannot be reached or does not let us in.
    """

    def __init__(self, state: Path, spot: Spot, sort: Sort) -> None:
        """Use the state folder (``.sayso``) and a place; nothing is asked of it yet."""
        self._here, self._spot, self._sort, self._state = FileDatasets(state, sort), spot, sort, state
        self._drafts: dict[str, Path] = {}

    def names(self) -> tuple[str, ...]:
        """Return the names of the data sets that have an object, sorted."""
        found = self._spot.listed(self._spot.address.path, recursive=False)
        if not found:
            self._spot.check_bucket()
        return tuple(sorted(each.base_name for each in found if each.type is fs.FileType.Directory))

    def versions(self, name: str) -> tuple[int, ...]:
        """Return the numbers of the sealed versions of a data set, in rising order."""
        return tuple(sorted(number for number, sealed in self._begun(name).items() if sealed))

    def _begun(self, name: str) -> dict[int, bool]:
        """Return the versions that have an object, and of each whether it was sealed."""
        base = self._spot.below(name)
        begun: dict[int, bool] = {}
        for each in self._spot.listed(base):
            first, _, rest = each.path.removeprefix(base).strip("/").partition("/")
            found = _VERSION.fullmatch(first)
            if found:
                begun[int(found[1])] = begun.get(int(found[1]), False) or rest == MANIFEST
        return begun

    def current(self, name: str) -> int | None:
        """Return the version that readers see, ``None`` where nothing is published yet; raises ``IntegrityError`` if damaged."""
        data = self._get(self._spot.below(name, "current"))
        if data is None:
            self._spot.check_bucket()
            return None
        return version_pointed(data, name, self._sort)

    def address(self, name: str, version: int) -> str:
        """Return where a version lies, for people."""
        return f"{self._spot.address}/{name}/v{version:04d}"

    @contextmanager
    def building(self, name: str) -> Iterator[ShardFiles]:
        """Give an empty draft folder to one build of a data set at a time; what a killed one left in the storage is removed.

        Raises ``Refused`` while another process of this machine builds the same data set.
        """
        with self._here.building(name) as files:
            self._spot.check_bucket()
            for version, sealed in self._begun(name).items():
                if not sealed and self._get(self._by(name, version)) in (None, self._us()):
                    self._remove(name, version)
            self._drafts[name] = files.folder
            try:
                yield files
            finally:
                del self._drafts[name]

    def scratch(self) -> AbstractContextManager[ShardStore]:
        """Give an empty folder of this machine that nobody reads and that is gone afterwards."""
        return self._here.scratch()

    def seal(self, name: str, version: int) -> None:
        """Copy the draft to the place of a version, whole, its manifest last; one that was there is removed before.

        Raises ``Refused`` where another machine seals that version.
        """
        draft = self._drafts[name]
        self._check_ours(name, version)
        self._remove(name, version)
        with self._spot.writing(self._by(name, version)) as out:
            out.write(self._us())
        files = sorted(path for path in draft.rglob("*") if path.is_file() and path != draft / MANIFEST)
        for path in files:
            self._send(path, self._of(name, version, str(path.relative_to(draft))))
        self._check_ours(
            name, version
        )  # again: whoever began at the same moment sees one of us, and the same one
        self._send(draft / MANIFEST, self._of(name, version, MANIFEST))

    def unseal(self, name: str, version: int) -> None:
        """Remove a sealed version that was not published; the draft is still there."""
        self._remove(name, version)
        self._delete(self._by(name, version))

    def _check_ours(self, name: str, version: int) -> None:
        found = self._get(self._by(name, version))
        if found not in (None, self._us()):
            what = f"version {version} of the {self._sort.noun} {name} was made by another machine"
            advice = f"wait until it has published; if it never will, delete {self._spot.address}/{name}/v{version:04d}.by"
            raise Refused(Problem("being-built", what, advice=advice))

    def _by(self, name: str, version: int) -> str:
        return self._of(name, version) + ".by"

    def _us(self) -> bytes:
        """Return the random name of this state folder, which is made at the first call, under the lock of a build."""
        path = self._state / f".sealer-{self._sort.folder}"
        if not path.exists():
            fresh = path.with_suffix(".new")
            fresh.write_text(token_hex(16), "ascii")
            fresh.replace(path)
        return path.read_bytes()

    def point(self, name: str, version: int) -> None:
        """Let readers see a version from now on."""
        with self._spot.writing(self._spot.below(name, "current")) as out:
            out.write(f"v{version:04d}\n".encode("ascii"))

    def purge(self, name: str, version: int) -> None:
        """Delete every object of a version but its manifest and its card; what is gone already is left gone."""
        kept = {self._of(name, version, each) for each in (MANIFEST, CARD)}
        for each in self._spot.listed(self._of(name, version)):
            if each.type is fs.FileType.File and each.path not in kept:
                self._delete(each.path)

    def manifest(self, name: str, version: int) -> bytes | None:
        """Return the bytes of a version's manifest, ``None`` where there is none."""
        return self._get(self._of(name, version, MANIFEST))

    def shards(self, name: str, version: int) -> RemoteShards:
        """Return the shard files of a sealed version."""
        return RemoteShards(self._spot, self._of(name, version))

    def _of(self, name: str, version: int, *rest: str) -> str:
        return self._spot.below(name, f"v{version:04d}", *rest)

    def _remove(self, name: str, version: int) -> None:
        # Without its manifest it is no version: whatever is killed here is garbage and not a half.
        self._delete(self._of(name, version, MANIFEST))
        for each in self._spot.listed(self._of(name, version)):
            if each.type is fs.FileType.File:
                self._delete(each.path)

    def _delete(self, path: str) -> None:
        try:
            with reaching(self._spot.address):
                self._spot.files.delete_file(path)
        except FileNotFoundError:
            pass  # gone already

    def _send(self, path: Path, to: str) -> None:
        with path.open("rb") as file, self._spot.writing(to) as out:
            while chunk := file.read(CHUNK):
                out.write(chunk)
        if self._spot.info(to).size != path.stat().st_size:
            what = f"the storage did not keep all of {path.name}"
            raise EdgeError(Problem("storage-failed", what, advice=f"run `{self._sort.command}` again"))

    def _get(self, path: str) -> bytes | None:
        return RemoteShards(self._spot, "").bytes_of(path)


class RemoteShards:
    """The files of a sealed version in object storage: they are read, and never written in."""

    def __init__(self, spot: Spot, folder: str) -> None:
        """Use what lies below a path."""
        self._spot, self._folder = spot, folder

    def bytes_of(self, path: str) -> bytes | None:
        """Return the bytes of an object, ``None`` where there is none."""
        try:
            with reaching(self._spot.address), self._spot.files.open_input_stream(path) as file:
                return bytes(file.read())
        except FileNotFoundError:
            return None

    def get(self, name: str) -> bytes | None:
        """Return the bytes of a file, ``None`` where it is missing."""
        return self.bytes_of(f"{self._folder}/{name}")

    def read(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the rows of a shard file, with some columns or all; of some, no more than these are fetched.

        Raises ``IntegrityError`` where the file is missing or is no Parquet file.
        """
        try:
            with (
                self._spot.files.open_input_file(f"{self._folder}/{name}") as opened,
                pq.ParquetFile(opened, pre_buffer=True) as file,
            ):
                return file.read(None if columns is None else list(columns))
        except (OSError, pa.ArrowException) as error:
            if is_of_storage(error):
                raise EdgeError(problem_of(error, self._spot.address)) from None
            what = f"the file {name} cannot be read ({type(error).__name__})"
            problem = Problem("unreadable-shard", what, advice="build the data set again")
            raise IntegrityError(problem) from None

    def digest(self, name: str) -> str | None:
        """Return the SHA-256 of a file as 64 hexadecimal digits, ``None`` where it is missing."""
        hashed = sha256()
        try:
            with (
                reaching(self._spot.address),
                self._spot.files.open_input_stream(f"{self._folder}/{name}") as file,
            ):
                while chunk := file.read(CHUNK):
                    hashed.update(chunk)
        except FileNotFoundError:
            return None
        return hashed.hexdigest()

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays of a NumPy archive; raises ``IntegrityError`` where it is missing or damaged."""
        data = self.get(name)
        try:
            if data is None:
                raise EOFError
            with np.load(io.BytesIO(data), allow_pickle=False) as found:
                return {each: found[each] for each in found.files}
        except (OSError, ValueError, EOFError, KeyError, BadZipFile) as error:
            what = f"the file {name} cannot be read ({type(error).__name__})"
            problem = Problem("unreadable-arrays", what, advice="train the model again")
            raise IntegrityError(problem) from None

    def names(self) -> tuple[str, ...]:
        """Return the names of all files, sorted, relative to the version."""
        found = self._spot.listed(self._folder)
        return tuple(
            sorted(
                each.path.removeprefix(f"{self._folder}/") for each in found if each.type is fs.FileType.File
            )
        )

    # Writing is for drafts, which lie on this machine.

    def parts(self) -> frozenset[int]:
        """Return no parts: a sealed version has none."""
        return frozenset()

    def part(self, shard: int) -> pa.Table | None:
        """Return no part."""
        return None

    def close(self) -> None:
        """Do nothing: there are no parts to remove."""

    def add(self, shard: int, rows: pa.Table) -> None:
        """Raise ``ValueError``, like every method here that would write."""
        _sealed()

    def write(self, shard: int, rows: pa.Table) -> tuple[str, str]:
        """Raise ``ValueError``."""
        _sealed()

    def take(self, other: ShardStore, name: str) -> None:
        """Raise ``ValueError``."""
        _sealed()

    def place(self, name: str, file: Path) -> None:
        """Raise ``ValueError``."""
        _sealed()

    def put(self, name: str, data: bytes) -> None:
        """Raise ``ValueError``."""
        _sealed()

    def put_table(self, name: str, rows: pa.Table) -> str:
        """Raise ``ValueError``."""
        _sealed()

    def put_arrays(self, name: str, arrays: Mapping[str, NDArray[Any]]) -> str:
        """Raise ``ValueError``."""
        _sealed()


def _sealed() -> NoReturn:
    raise ValueError("a sealed version is not written in")
