"""Files and what is kept in versions, by a path or by an address in object storage."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import IO, TypeAlias

from sayso.errors import EdgeError, InputError, Problem
from sayso.intake.refusals import ImportReport
from sayso.stores.datasets import FileDatasets, Sort
from sayso.stores.handed import FolderPlace, HandedPlace, RemotePlace
from sayso.stores.places import spot_of
from sayso.stores.remote_datasets import RemoteDatasets
from sayso.stores.remote_files import RemoteFile
from sayso.values.addresses import Address, is_address, parse_address

Versions: TypeAlias = FileDatasets | RemoteDatasets


def file_at(where: str | None) -> Path | RemoteFile | None:
    """Return a file by its path or its address, ``None`` where none is named.

    Raises ``InputError`` for an address that is none, ``EdgeError`` for one that cannot be opened.
    """
    if where is None:
        return None
    return RemoteFile(address_of(where)) if is_address(where) else Path(where)


def place_at(where: str) -> HandedPlace:
    """Return the place that a delivery is handed over at, by its path or its address.

    Raises ``InputError`` for an address that is none, ``EdgeError`` for one that cannot be opened.
    """
    if not is_address(where):
        return FolderPlace(Path(where))
    address = address_of(where)
    return FolderPlace(Path(address.path)) if address.scheme == "file" else RemotePlace(spot_of(address))


def files_in(where: str) -> Callable[[str], AbstractContextManager[IO[bytes]]]:
    """Return what opens a file by its name, to be written in a folder or at an address, for its owner alone; both are made.

    Raises ``InputError`` for an address that is none; what is opened, ``EdgeError`` where it cannot be written.
    """
    if is_address(where):
        spot = spot_of(address_of(where))
        return lambda name: spot.writing(spot.below(name))
    return partial(_own_file, Path(where))


@contextmanager
def _own_file(folder: Path, name: str) -> Iterator[IO[bytes]]:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            yield file
    except OSError as error:
        what = f"{folder} cannot be written: {(error.strerror or type(error).__name__).lower()}"
        raise EdgeError(Problem("unwritable", what, advice="name another folder")) from None


def unchanged(files: tuple[Path | RemoteFile | None, ...], report: ImportReport) -> ImportReport:
    """Return the report of an import; raises ``EdgeError`` where a file in object storage was replaced meanwhile."""
    for each in files:
        if isinstance(each, RemoteFile):
            each.check_same()
    return report


def address_of(text: str) -> Address:
    """Return the address that a text says; raises ``InputError`` where it says none."""
    try:
        return parse_address(text)
    except ValueError as error:
        advice = "write s3://bucket/path; credentials come from the environment"
        raise InputError(Problem("bad-address", str(error), advice=advice)) from None


def versions_at(state: Path, sort: Sort, where: str) -> Versions:
    """Return what is kept in versions, at an address where one is given, else below the state folder."""
    if not where:
        return FileDatasets(state, sort)
    address = parse_address(where)
    if address.scheme == "file":
        return FileDatasets(Path(address.path), sort._replace(folder=""))
    return RemoteDatasets(state, spot_of(address), sort)
